"""The routes of the demo's page, over HTTP and its WebSocket."""

import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.demo.bot_api.telegram import Telegram
from bot.demo.mailbox import Mailbox
from bot.demo.page_server import HEADERS, PAGE, Live, Login, page_routes
from bot.texts.demo_page import words
from bot.web.server import listen, served
from services.errors import StorageDown
from tests.demo.conftest import TurnedClock

# What the page says: in a script, and in its document.
SAID = re.compile(r'(?:\b(?:say|words)\("|data-say(?:-\w+)?=")(\w+)"')
ASHA = Login(7001, "Patient", "asha@example.org", "mediconnect")


class Logins:
    """How the owners sign in, and whether the database answers."""

    def __init__(self) -> None:
        self.is_away = False

    async def __call__(self) -> list[Login]:
        if self.is_away:
            raise StorageDown
        return [ASHA]


@pytest.fixture
def logins() -> Logins:
    return Logins()


@pytest.fixture
async def host(telegram: Telegram, clock: TurnedClock, logins: Logins) -> AsyncIterator[str]:
    """Serve the page; give its host and port."""
    live = Live(telegram, Mailbox(clock=clock), clinic_name="C", labels={7001: "Patient"}, logins=logins)
    listening = listen("127.0.0.1", 0)
    async with served(Starlette(routes=page_routes(live)), listening):
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_page_and_its_parts_carry_their_headers(host: str, session: aiohttp.ClientSession) -> None:
    kinds = {"/": "text/html", "/page/layout.css": "text/css", "/page/app.js": "text/javascript"}
    for path, kind in kinds.items():
        async with session.get(f"http://{host}{path}") as response:
            assert response.status == 200
            assert response.content_type == kind
            assert HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    "path", ["/page/..", "/page/%2e%2e", "/page/..%2fstart.py", "/page/none.js", "/page/%00", "/page/x%0a"]
)
async def test_only_parts_of_the_page_are_served(
    host: str, session: aiohttp.ClientSession, path: str
) -> None:
    from yarl import URL  # noqa: PLC0415 - it would tidy the path up

    async with session.get(URL(f"http://{host}{path}", encoded=True)) as response:
        assert response.status == 404


async def test_the_page_says_everything_in_the_first_language_that_is_spoken(
    host: str, session: aiohttp.ClientSession
) -> None:
    for asked, language, direction in (
        ("", "en", "ltr"),
        ("?language=fr&language=ar-EG&language=de", "ar", "rtl"),
        ("?language=%00", "en", "ltr"),
    ):
        async with session.get(f"http://{host}/words{asked}") as response:
            said = await response.json()
            assert (said["language"], said["direction"]) == (language, direction)
            assert ["ar", "العربية"] in said["languages"]
            assert set(said["words"]) == set(words())


def test_whatever_the_page_wants_to_say_is_there() -> None:
    """Each key that stands in a literal, and all of those that are put together."""
    said, known = set(), set(words())
    for path in PAGE.glob("*.*"):
        if path.suffix in {".js", ".html"}:
            said |= set(SAID.findall(path.read_text(encoding="utf-8")))
    assert said <= known
    assert {f"role_{label}" for label in ("patient", "doctor", "receptionist", "admin", "guest")} <= known
    # What is not in a call stands in a table from which the call takes it.
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
    assert not [key for key in known - said if f'"{key}"' not in scripts and not key.startswith("role_")]


async def test_a_new_phone_has_the_language_that_it_is_given(host: str, telegram: Telegram) -> None:
    async with connect(f"ws://{host}/ws", origin=f"http://{host}") as page:  # type: ignore[arg-type] # a NewType
        assert json.loads(await page.recv())["type"] == "hello"
        for tag in ("<x>", "de-AT"):
            await page.send(json.dumps({"type": "add_phone", "first_name": "Uwe", "language_code": tag}))
        heard = [json.loads(await page.recv())["type"] for _ in range(3)]
        assert sorted(heard) == ["added", "phone", "refused"]
    (phone,) = telegram.phones.values()
    assert phone.user["language_code"] == "de-AT"


async def test_the_logins_are_away_with_the_database(
    host: str, session: aiohttp.ClientSession, logins: Logins
) -> None:
    async with session.get(f"http://{host}/logins") as response:
        assert [login["email"] for login in await response.json()] == [ASHA.email]
    logins.is_away = True
    async with session.get(f"http://{host}/logins") as response:
        assert response.status == 503


async def test_a_file_of_a_chat_is_never_shown_as_a_page(
    host: str, session: aiohttp.ClientSession, telegram: Telegram
) -> None:
    phone = telegram.phone(7001, "Asha", "Rao")
    phone.send_document("evil.html", b"<script>")
    file_id = phone.messages[-1]["document"]["file_id"]
    async with session.get(f"http://{host}/files/{file_id}") as response:
        assert await response.read() == b"<script>"
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with session.get(f"http://{host}/files/none") as response:
        assert response.status == 404


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
async def test_pages_of_other_sites_do_not_control_this_one(host: str, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{host}/ws", origin=origin)  # type: ignore[arg-type] # a NewType
    assert refused.value.response.status_code == 403
    assert refused.value.response.body == b"This page must come from the demo itself."


@pytest.mark.parametrize(
    "wish",
    [
        "{",
        "[]",
        "null",
        '"x"',
        "[" * 100_000,
        json.dumps({"type": "send", "chat_id": 1}),
        json.dumps({"type": "send", "chat_id": "x"}),
        '{"type": "send", "chat_id": 1e999}',
        json.dumps({"type": "none", "chat_id": 7001}),
        json.dumps({"type": "file", "chat_id": 7001, "base64": "?"}),
    ],
)
async def test_what_can_not_be_done_is_refused_and_the_page_goes_on(
    host: str, telegram: Telegram, wish: str
) -> None:
    telegram.phone(7001, "Asha", "Rao").start()
    async with connect(f"ws://{host}/ws", origin=f"http://{host}") as page:  # type: ignore[arg-type] # a NewType
        assert json.loads(await page.recv())["type"] == "hello"
        await page.send(b"\x00")
        await page.send(wish)
        assert json.loads(await page.recv())["type"] == "refused"
        await page.send(json.dumps({"type": "send", "chat_id": 7001, "text": "hello"}))
        assert "hello" in str(await page.recv())
