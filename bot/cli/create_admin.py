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
# What a shell says of a program that was ended by Ctrl-C.
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class _Desk:
    """What it takes to make an account."""

    accounts: Accounts
    audit: Audit


class _Stop(Exception):
    """It can't go on; the text is one line that says why."""


def create_admin(name: str | None, email: str | None) -> int:
    """Make the account, asking for what is not given; return the exit status.

    Raises what keeps the database from being opened: SettingsError, EmbeddedError, StorageDown.
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

    The loop stands still while somebody types, so that Ctrl-C ends that as in any other program.
    """
    stack = AsyncExitStack()
    storage = runner.run(stack.enter_async_context(opened_storage(settings)))
    passwords, clock = Passwords(), SystemClock()
    audit = Audit(audit=storage.audit, users=storage.users, clock=clock, zone=ZoneInfo(settings.timezone))
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
        on_event=_nothing,  # the bot, where it runs, looks for news by itself
    )
    try:
        yield _Desk(accounts, audit)
    finally:
        passwords.close()
        runner.run(stack.aclose())


def _make(desk: _Desk, runner: asyncio.Runner, name: str | None, email: str | None) -> User:
    """Ask for what is not given, and make the account. Raises _Stop."""

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
    except Refused as error:  # somebody was quicker with that address
        raise _Stop(texts.wrong(error)) from error
    await desk.audit.note(Action.ADMIN_CREATED, actor=None, subject=user.id)
    return user


def _answer(what: str, given: str | None, read: Callable[[str], T], typed: Callable[[str], str]) -> T:
    """Return what was given or typed, as it was read; in a terminal, ask until it can be. Raises _Stop."""
    while True:
        try:
            return read(typed(what) if given is None else given)
        except (Invalid, Refused) as error:
            if given is not None or not sys.stdin.isatty():
                raise _Stop(texts.wrong(error)) from error
            _say(texts.wrong(error))


def _typed(what: str) -> str:
    """Return a line of standard input, asked for where that is a terminal. Raises _Stop where it ends."""
    if sys.stdin.isatty():
        print(texts.ASK[what], end="", file=sys.stderr, flush=True)  # noqa: T201
    line = sys.stdin.readline()
    if not line:
        raise _Stop(texts.missing(what))
    return line.rstrip("\r\n")


def _typed_secret(what: str) -> str:
    """Return a password: typed unseen, and twice, where that is done in a terminal. Raises _Stop."""
    if not sys.stdin.isatty():
        return _typed(what)
    try:
        while (secret := getpass(texts.ASK[what])) != getpass(texts.ASK_AGAIN):
            _say(texts.DIFFERENT)
    except EOFError as error:
        raise _Stop(texts.missing(what)) from error
    return secret


def _nothing() -> None:
    """Tell nobody."""


def _refuse(line: str) -> int:
    _say(line)
    return REFUSED


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
