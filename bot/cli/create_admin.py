"""`python -m bot create-admin`: the first admin of a real installation."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from getpass import getpass
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.app import opened_storage
from bot.cli.arguments import INTERRUPTED
from bot.settings import OF_THE_DATABASE, Settings
from bot.texts import create_admin as texts
from services.accounts.attempts import Attempts
from services.accounts.email_availability import EmailAvailability
from services.accounts.fields import read_name
from services.accounts.passwords import Passwords
from services.accounts.registration import Accounts, Registration
from services.audit import Audit
from services.clock import SystemClock
from services.errors import Invalid, Refused
from services.models.audit import Action
from services.models.people import Role, User
from services.namesakes import Namesakes
from services.storage.mongo.embedded import DataDirInUse

T = TypeVar("T")
REFUSED = 2


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is needed to create an account."""

    accounts: Accounts
    audit: Audit


class _Stop(Exception):
    """The account cannot be created; the text is one line that says why."""


def create_admin(name: str | None, email: str | None) -> int:
    """Create the account; ask for what is not given. Return the exit status.

    Raises SettingsError, EmbeddedError, StorageDown if the database cannot be opened.
    """
    settings = Settings.load(only=OF_THE_DATABASE)
    try:
        with asyncio.Runner() as runner, _opened(settings, runner) as desk:
            user = _make(desk, runner, name, email)
    except DataDirInUse:
        return _refuse(texts.in_use(settings.data_dir))
    except _Stop as error:
        return _refuse(str(error))
    except UnicodeError:
        return _refuse(texts.UNREADABLE)
    except KeyboardInterrupt:
        _say("")
        return INTERRUPTED
    print(texts.created(user))  # noqa: T201 - a command line speaks to its terminal
    return 0


@contextmanager
def _opened(settings: Settings, runner: asyncio.Runner) -> Iterator[_Desk]:
    """Open the accounts in the database of the settings.

    Typing blocks the event loop, so that Ctrl-C ends it as in any other program.
    """
    stack = AsyncExitStack()
    storage = runner.run(stack.enter_async_context(opened_storage(settings)))
    passwords, clock = Passwords(), SystemClock()
    audit = Audit(
        audit=storage.audit,
        users=storage.users,
        patients=storage.patients,
        clock=clock,
        zone=ZoneInfo(settings.timezone),
    )
    attempts = Attempts(storage.attempts, clock)
    accounts = Accounts(
        users=storage.users,
        user_search=storage.user_search,
        schedules=storage.schedules,
        passwords=passwords,
        attempts=attempts,
        namesakes=Namesakes(users=storage.users, name_keys=storage.name_keys),
        email_availability=EmailAvailability(
            users=storage.users, attempts=attempts, clock=clock, on_event=_nothing
        ),
        audit=audit,
        clock=clock,
        staff_code=None,
        per_hour=settings.registrations_an_hour,
        on_event=_nothing,  # a running bot finds the event by itself
    )
    try:
        yield _Desk(accounts, audit)
    finally:
        passwords.close()
        runner.run(stack.aclose())


def _make(desk: _Desk, runner: asyncio.Runner, name: str | None, email: str | None) -> User:
    """Ask for what is not given, and create the account. Raises _Stop."""

    def run(act: Callable[[str], Awaitable[T]]) -> Callable[[str], T]:
        async def acting(text: str) -> T:
            return await act(text)

        return lambda text: runner.run(acting(text))

    name = _answer("name", name, read_name, _typed)
    email = _answer("email", email, run(desk.accounts.check_email), _typed)
    hash_password = partial(desk.accounts.hash_password, email=email)
    hashed = _answer("password", None, run(hash_password), _typed_secret)
    registration = Registration(name, email, hashed, Role.ADMIN, None, None, vetted=True)
    return runner.run(_stored(desk, registration))


async def _stored(desk: _Desk, registration: Registration) -> User:
    try:
        user = await desk.accounts.register(registration)
    except Refused as error:  # the address was taken meanwhile
        raise _Stop(texts.wrong(error)) from error
    await desk.audit.note(Action.ADMIN_CREATED, actor=None, subject=user.id)
    return user


def _answer(what: str, given: str | None, read: Callable[[str], T], typed: Callable[[str], str]) -> T:
    """Return the value that was given or typed; in a terminal, ask until it is valid. Raises _Stop."""
    while True:
        try:
            return read(typed(what) if given is None else given)
        except (Invalid, Refused) as error:
            if given is not None or not sys.stdin.isatty():
                raise _Stop(texts.wrong(error)) from error
            _say(texts.wrong(error))


def _typed(what: str) -> str:
    """Return a line of standard input, with a prompt if that is a terminal. Raises _Stop at its end."""
    if sys.stdin.isatty():
        print(texts.ASK[what], end="", file=sys.stderr, flush=True)  # noqa: T201
    line = sys.stdin.readline()
    if not line:
        raise _Stop(texts.missing(what))
    return line.rstrip("\r\n")


def _typed_secret(what: str) -> str:
    """Return a password; in a terminal it is typed twice, without being shown. Raises _Stop."""
    if not sys.stdin.isatty():
        return _typed(what)
    try:
        while (secret := getpass(texts.ASK[what])) != getpass(texts.ASK_AGAIN):
            _say(texts.DIFFERENT)
    except EOFError as error:
        raise _Stop(texts.missing(what)) from error
    return secret


def _nothing() -> None:
    """Do nothing."""


def _refuse(line: str) -> int:
    _say(line)
    return REFUSED


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
