"""`python -m bot create-admin`, as it is run: a process of its own on a real database."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import __version__
from services.accounts.passwords import Passwords
from services.models.audit import Action
from services.models.people import AccountStatus, Role, User
from services.storage.mongo.driver import connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.storage import Storage
from tests.preloaded import completed

PASSWORD = "correct horse"
# Whatever hangs is ended; the first one loads the whole program, which takes long where much else is begun.
SECONDS = 120
# Runs a program in a terminal of its own, whose keyboard is standard input.
IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without a .env, in which the command is run."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


async def said(
    folder: Path, *words: str, typed: bytes | str = "", **environ: str
) -> tuple[int, list[str], list[str]]:
    """Run the bot's `main` with these words; return its status and the lines of its output and its errors."""
    given = typed.encode() if isinstance(typed, str) else typed
    async with asyncio.timeout(SECONDS):
        status, output, errors = await completed("bot.__main__", words, _environment(environ), folder, given)
    return status, output.splitlines(), errors.splitlines()


async def said_by_python(
    folder: Path, *words: str, typed: str = "", **environ: str
) -> tuple[int, list[str], list[str]]:
    """Run `python -m bot` with these words, which takes a second longer, and return the same."""
    async with begun(folder, *words, **environ) as process:
        output, errors = await process.communicate(typed.encode())
    assert process.returncode is not None
    return process.returncode, output.decode().splitlines(), errors.decode().splitlines()


@asynccontextmanager
async def begun(folder: Path, *words: str, **environ: str) -> AsyncIterator[Process]:
    """Start `python -m bot` with these words, and give the process; it ends at the latest with the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=folder,
        env=_environment(environ),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment(others: dict[str, str]) -> dict[str, str]:
    root = Path(__file__).parent.parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "100"} | others


async def stored(url: str, email: str = "nora@example.org") -> tuple[User, bytes, list[Action]]:
    """Return the account with that address, its password's hash, and what was noted of it."""
    async with connect(url) as database:
        storage = Storage.on(database)
        found = await storage.users.credentials(email)
        assert found is not None
        rows = await storage.audit.of_person(found.user.id)
    return found.user, found.password_hash, [Action(row["action"]) for row in rows]


async def matches(password: str, hashed: bytes) -> bool:
    passwords = Passwords(4)
    try:
        return await passwords.matches(password, hashed)
    finally:
        passwords.close()


async def test_an_admin_is_made_by_a_script(database_url: str, folder: Path) -> None:
    words = ("create-admin", "--name", " Nora  Lind ", "--email", "Nora@Example.org")
    # Nothing but the database need be right: no key, no mail server, no zone.
    others = {"BOT_TOKEN": "123456789:AAHtown-town-town-town-town-town-to", "TIMEZONE": "Mars/Olympus"}
    status, output, errors = await said_by_python(
        folder, *words, typed=f"{PASSWORD}\n", DB_URL=database_url, KEY="", **others
    )
    assert (status, errors) == (0, [])
    assert output == [
        "Nora Lind is an admin now. To sign in, type /login in the chat and give nora@example.org"
    ]
    user, hashed, actions = await stored(database_url)
    assert (user.name, user.role, user.status) == ("Nora Lind", Role.ADMIN, AccountStatus.ACTIVE)
    assert await matches(PASSWORD, hashed)
    assert Action.ADMIN_CREATED in actions
    # The password is the only line that was read, and a second account needs another address.
    status, output, errors = await said(folder, *words, typed=f"{PASSWORD}\n", DB_URL=database_url)
    assert (status, output) == (2, [])
    assert errors == ["email: nora@example.org already has an account. Please give another address"]


async def test_what_is_not_given_is_read_from_standard_input(database_url: str, folder: Path) -> None:
    typed = f"Zoë Lind\r\nzoe@example.org\r\n{PASSWORD}\r\n"
    status, output, _ = await said(folder, "create-admin", typed=typed, DB_URL=database_url)
    assert (status, len(output)) == (0, 1)
    user, hashed, _ = await stored(database_url, "zoe@example.org")
    assert user.name == "Zoë Lind"
    assert await matches(PASSWORD, hashed)


@pytest.mark.parametrize(
    ("words", "typed", "line"),
    [
        (["--name", "123"], "", "name: should have letters, and at most 80 characters"),
        (["--name", ""], "", "name: should have letters, and at most 80 characters"),
        (["--email", "nora"], "Nora\n", "email: should be an email address, for example nora@example.org"),
        (["--email", "n@example.org"], "Nora\nshort\n", "password: should have at least 8 characters"),
        (
            ["--email", "n@example.org"],
            "Nora\nPassword1\n",
            "password: should not be one of the most common ones, which are tried first",
        ),
        ([], f"Nora\nn@example.org\n{'x' * 73}\n", "password: should have at most 72 bytes"),
        (
            [],
            "Nora\nnora@example.org\nNora@Example.org\n",
            "password: should be something only you know, and not the email address",
        ),
        ([], "", 'name: is missing. Please give it with --name, for example --name "Nora Lind"'),
        (
            [],
            "Nora\n",
            "email: is missing. Please give it with --email, for example --email nora@example.org",
        ),
        ([], "Nora\nn@example.org\n", "password: is missing. Please give it on standard input, as one line"),
        (
            [],
            b"Nora\nn@example.org\n\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\n",
            "standard input: should be text in UTF-8",
        ),
    ],
)
async def test_what_can_not_be_is_said_in_one_line(
    database_url: str, folder: Path, words: list[str], typed: bytes | str, line: str
) -> None:
    status, output, errors = await said(folder, "create-admin", *words, typed=typed, DB_URL=database_url)
    assert (status, output, errors) == (2, [], [line])
    async with connect(database_url) as database:
        assert not await Storage.on(database).users.email_exists("n@example.org")


async def test_the_embedded_database_is_used_and_not_while_the_bot_has_it(
    folder: Path, tmp_path: Path
) -> None:
    words = ("create-admin", "--name", "Nora", "--email", "nora@example.org")
    data_dir = tmp_path / "data"
    status, _, errors = await said(folder, *words, typed=f"{PASSWORD}\n", DB_URL="", DATA_DIR=str(data_dir))
    assert (status, errors) == (0, [])
    async with EmbeddedMongo(data_dir) as url:
        user, _, _ = await stored(url)
        assert user.role is Role.ADMIN
        status, output, errors = await said(
            folder, *words, typed=f"{PASSWORD}\n", DB_URL="", DATA_DIR=str(data_dir)
        )
    assert (status, output) == (2, [])
    assert errors == [
        f"data_dir: {data_dir} is in use by the running bot. Stop it first, and start it again afterwards"
    ]


async def test_a_database_that_is_not_there_or_named_wrongly_is_said_in_one_line(folder: Path) -> None:
    words = ("create-admin", "--name", "Nora", "--email", "nora@example.org")
    status, _, errors = await said(folder, *words, DB_URL="mongodb://127.0.0.1:9/x")
    assert (status, errors) == (
        2,
        ["db_url: the database doesn't answer. Is it running, and does it let us in?"],
    )
    status, _, errors = await said(folder, *words, DB_URL="postgres://x")
    assert status == 2
    assert len(errors) == 1
    assert errors[0].startswith("db_url: should be a MongoDB connection string")


class Terminal:
    """Somebody at a terminal."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.shown = ""
        self.everything = ""

    async def answers(self, question: str, text: str) -> None:
        """Wait for a question and type the answer."""
        await self.sees(question)
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        await self._process.stdin.drain()

    async def sees(self, part: str) -> None:
        """Wait until that is shown after what was waited for before."""
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            while part not in self.shown:
                some = await self._process.stdout.read(1000)
                assert some, f"{part!r} never came; there is {self.shown!r}"
                self.shown += some.decode()
                self.everything += some.decode()
        self.shown = self.shown.partition(part)[2]

    async def ended(self) -> int:
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            self.everything += (await self._process.stdout.read()).decode()
            return await self._process.wait()


@asynccontextmanager
async def terminal(folder: Path, database_url: str) -> AsyncIterator[Terminal]:
    """Run the command in a terminal."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IN_A_TERMINAL, sys.executable, "-m", "bot", "create-admin"),
        cwd=folder,
        env=_environment({"DB_URL": database_url}),
        stdin=PIPE,
        stdout=PIPE,
        start_new_session=True,
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_in_a_terminal_it_asks_until_it_can_go_on_and_shows_no_password(
    database_url: str, folder: Path
) -> None:
    async with terminal(folder, database_url) as nora:
        await nora.answers("Full name: ", "42\n")
        await nora.sees("name: should have letters")
        await nora.answers("Full name: ", "Nora Lind\n")
        await nora.answers("Email address: ", "nora\n")
        await nora.sees("email: should be an email address")
        await nora.answers("Email address: ", "nora@example.org\n")
        await nora.answers("Password (at least 8 characters): ", "short\n")
        await nora.answers("Repeat the password: ", "short\n")
        await nora.sees("password: should have at least 8 characters")
        await nora.answers("Password (at least 8 characters): ", f"{PASSWORD}\n")
        await nora.answers("Repeat the password: ", "something else\n")
        await nora.sees("password: the two don't match")
        await nora.answers("Password (at least 8 characters): ", f"{PASSWORD}\n")
        await nora.answers("Repeat the password: ", f"{PASSWORD}\n")
        await nora.sees("Nora Lind is an admin now")
        assert await nora.ended() == 0
        assert PASSWORD not in nora.everything
    _, hashed, _ = await stored(database_url)
    assert await matches(PASSWORD, hashed)


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("\x04", 2)], ids=["Ctrl-C", "Ctrl-D"])
async def test_a_terminal_can_be_left(database_url: str, folder: Path, key: str, status: int) -> None:
    async with terminal(folder, database_url) as nora:
        await nora.answers("Full name: ", "Nora Lind\n")
        await nora.answers("Email address: ", key)
        assert await nora.ended() == status
        assert "Traceback" not in nora.everything


async def test_help_is_given_whatever_the_settings_and_what_is_not_known_is_refused(folder: Path) -> None:
    for words in (["--help"], ["create-admin", "--help"]):
        status, output, errors = await said(folder, *words, PORT="wrong")
        assert (status, errors) == (0, [])
        assert "create-admin" in output[0] or any("create-admin" in line for line in output)
    for words in (["dance"], ["--dance"], ["create-admin", "--nam", "x"], ["create-admin", "x"]):
        status, output, errors = await said(folder, *words, PORT="wrong")
        assert (status, output) == (2, [])
        assert errors[0].startswith("usage: python -m bot")


async def test_the_version_is_told_whatever_the_settings(folder: Path) -> None:
    assert await said(folder, "--version", PORT="wrong") == (0, [f"MediConnect {__version__}"], [])


async def test_without_a_command_the_bot_is_run(folder: Path) -> None:
    status, _, errors = await said_by_python(folder, PORT="wrong")
    assert (status, errors) == (
        2,
        ["port: should be a whole number from 0 to 65535, for example PORT=8080"],
    )
