"""HTTP to the Bot API: ours and python-telegram-bot's own client are held to the same behaviour."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import pytest
from telegram import Bot, InputMediaDocument
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram.transport import AiohttpRequest, ProxyUnusable, environment_proxy, without_echo

TOKEN = "123456789:AAHsecret-secret-secret-secret-secret"
Answer = Callable[["Server", asyncio.StreamWriter], Awaitable[None]]
MakeClient = Callable[..., BaseRequest]
OK = {"ok": True, "result": True}


class Server:
    """An HTTP server that answers each request as it is told to, and keeps what came."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Answer = says(200, OK)
        self.arrived = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot{TOKEN}/sendMessage"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.split("\r\n")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.requests.append((first, headers, body))
                self.arrived.set()
                await self.answer(self, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def says(status: int, answer: object, *, raw: bytes | None = None) -> Answer:
    """Answer with this status and JSON."""

    async def answering(_server: Server, writer: asyncio.StreamWriter) -> None:
        body = json.dumps(answer).encode() if raw is None else raw
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))
        await writer.drain()

    return answering


def refuses(code: int, description: str, **parameters: int) -> Answer:
    """Answer with an error of the Bot API."""
    answer = {"ok": False, "error_code": code, "description": description}
    return says(code, answer | ({"parameters": parameters} if parameters else {}))


async def hangs(_server: Server, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def hangs_up(_server: Server, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""
    writer.close()


async def hangs_up_half_way(_server: Server, writer: asyncio.StreamWriter) -> None:
    """Promise more than is said."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"ok":')
    await writer.drain()
    writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    built = Server()
    listening = await asyncio.start_server(built.serve, "127.0.0.1", 0)
    built.port = listening.sockets[0].getsockname()[1]
    yield built
    listening.close()


@pytest.fixture(params=[AiohttpRequest, HTTPXRequest])
def client(request: pytest.FixtureRequest) -> MakeClient:
    """Make a client: ours, and PTB's own beside it."""
    made: MakeClient = request.param
    return made


@pytest.mark.parametrize(
    ("answer", "raised", "says_so"),
    [
        (refuses(400, "Bad Request: chat not found"), BadRequest, "hat not found"),
        (refuses(401, "Unauthorized"), InvalidToken, "Unauthorized"),
        (refuses(403, "Forbidden: bot was blocked by the user"), Forbidden, "blocked"),
        (refuses(404, "Not Found"), InvalidToken, "Not Found"),
        (refuses(409, "Conflict: terminated by other getUpdates request"), Conflict, "terminated"),
        (refuses(413, "Request Entity Too Large"), NetworkError, "Too Large"),
        (refuses(429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter, "7"),
        (refuses(400, "Bad Request: group upgraded", migrate_to_chat_id=-100), ChatMigrated, "-100"),
        (refuses(500, "Internal Server Error"), NetworkError, "Internal"),
        (refuses(502, "Bad Gateway"), NetworkError, "Bad Gateway"),
        (says(500, None, raw=b"<html>"), NetworkError, "failed"),
        (says(302, OK), NetworkError, "Found"),
        (says(200, None, raw=b"<html>"), TelegramError, "Invalid server response"),
        (hangs, TimedOut, "Timed out"),
        (hangs_up, NetworkError, "Disconnected|disconnected"),
        (hangs_up_half_way, NetworkError, "Error"),
    ],
)
async def test_each_answer_becomes_the_error_that_the_library_documents(  # noqa: PLR0917 - fixtures
    server: Server,
    client: MakeClient,
    answer: Answer,
    raised: type[Exception],
    says_so: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    server.answer = answer
    async with client(read_timeout=0.2) as http:
        with pytest.raises(raised, match=says_so) as failure:
            await http.post(server.url)
    assert type(failure.value) is raised
    assert "secret" not in str(failure.value)


async def test_who_is_not_there_is_an_error_of_the_network(client: MakeClient) -> None:
    async with client() as http:
        with pytest.raises(NetworkError) as failure:
            await http.post(f"http://127.0.0.1:9/bot{TOKEN}/getMe")
    assert type(failure.value) is NetworkError
    assert "secret" not in str(failure.value)


async def test_whoever_finds_every_connection_taken_is_told_so(server: Server, client: MakeClient) -> None:
    server.answer = hangs
    async with client(connection_pool_size=1, pool_timeout=0.05, read_timeout=5) as http:
        first = asyncio.create_task(http.post(server.url))
        await server.arrived.wait()
        with pytest.raises(TimedOut, match="Pool timeout"):
            await http.post(server.url)
        first.cancel()
        await asyncio.wait([first])
        server.answer = says(200, OK)
        assert await http.post(server.url) is True


async def test_before_it_is_opened_and_after_it_is_closed_nothing_is_sent(
    server: Server, client: MakeClient
) -> None:
    http = client()
    await http.initialize()
    await http.initialize()
    await http.shutdown()
    await http.shutdown()
    with pytest.raises(NetworkError, match="not initialized"):
        await http.post(server.url)
    await http.initialize()
    assert await http.post(server.url) is True
    await http.shutdown()


async def test_a_request_may_have_time_outs_of_its_own(server: Server, client: MakeClient) -> None:
    server.answer = hangs
    async with client(read_timeout=60) as http:
        assert http.read_timeout == 60
        with pytest.raises(TimedOut):
            await http.post(server.url, read_timeout=0.05)
        without_end = asyncio.create_task(http.post(server.url, read_timeout=None))
        done, _ = await asyncio.wait([without_end], timeout=0.1)
        assert not done
        without_end.cancel()
        await asyncio.wait([without_end])


async def test_a_connection_is_used_again_also_after_an_error(server: Server, client: MakeClient) -> None:
    async with client() as http:
        for answer in (says(200, OK), refuses(400, "Bad Request: no"), says(200, OK)):
            server.answer = answer
            try:
                await http.post(server.url)
            except BadRequest:
                continue
    assert (len(server.requests), server.connections) == (3, 1)


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced(
    server: Server, client: MakeClient
) -> None:
    async def says_once(_server: Server, writer: asyncio.StreamWriter) -> None:
        await says(200, OK)(server, writer)
        writer.close()
        await writer.wait_closed()

    server.answer = says_once
    async with client() as http:
        for _ in range(3):
            assert await http.post(server.url) is True
            await asyncio.sleep(0.01)  # until the end of the connection is here
    assert server.connections == 3


def _parts(headers: dict[str, str], body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """Return the parts of a form: name -> (file name, content)."""
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP, _class=EmailMessage).parsebytes(head + body)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            bytes(part.get_payload(decode=True)),
        )
        for part in message.iter_parts()
    }


async def test_files_go_as_a_form_with_everything_that_belongs_to_them(
    server: Server, client: MakeClient
) -> None:
    server.answer = says(200, {"ok": True, "result": []})
    files = [InputMediaDocument(content, filename=name) for name, content in FILES]
    async with Bot(TOKEN, base_url=f"http://127.0.0.1:{server.port}/bot", request=Quiet(client())) as bot:
        await bot.send_media_group(7, files, caption="Zoë’s\r\nfiles")
    _, headers, body = server.requests[-1]
    parts = _parts(headers, body)
    media = json.loads(parts.pop("media")[1])
    assert parts.pop("chat_id")[1] == b"7"
    assert [one["media"].removeprefix("attach://") for one in media] == list(parts)
    assert list(parts.values()) == FILES
    assert media[0]["caption"] == "Zoë’s\r\nfiles"


FILES = [("a day.ics", b"BEGIN:VCALENDAR\r\n\x00\xff"), ("b.bin", b"\r\n--x\r\n" * 1000)]


class Quiet(AiohttpRequest):
    """A client that answers getMe by itself and leaves all else to another one."""

    __slots__ = ("_inner",)

    def __init__(self, inner: BaseRequest) -> None:
        super().__init__()
        self._inner = inner

    async def initialize(self) -> None:
        await self._inner.initialize()

    async def shutdown(self) -> None:
        await self._inner.shutdown()

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            me = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}
            return 200, json.dumps({"ok": True, "result": me}).encode()
        return await self._inner.do_request(url, *args, **kwargs)


async def test_values_arrive_the_same_whichever_client_sends_them(server: Server) -> None:
    arrived = []
    server.answer = says(200, {"ok": True, "result": True})
    for made in (AiohttpRequest, HTTPXRequest):
        request = Quiet(made())
        async with Bot(TOKEN, base_url=f"http://127.0.0.1:{server.port}/bot", request=request) as bot:
            await bot.set_my_commands([("book", "Buch’ & <b>")], language_code="de")
            await bot.send_chat_action(-7, "typing", message_thread_id=3)
        arrived.append([_values(headers, body) for _, headers, body in server.requests])
        server.requests.clear()
    assert arrived[0] == arrived[1]


def _values(headers: dict[str, str], body: bytes) -> dict[str, object]:
    if headers["content-type"].startswith("application/json"):
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in json.loads(body).items()
        }
    return dict(parse_qsl(body.decode()))


async def test_a_proxy_of_the_environment_is_gone_through_unless_the_host_is_excepted(
    server: Server, client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{server.port}")
    async with client() as http:
        assert await http.post("http://telegram.invalid/bot1:x/getMe") is True
    assert server.requests[-1][0].startswith("POST http://telegram.invalid/bot1:x/getMe ")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with client() as http:
        await http.post(server.url)
    assert server.requests[-1][0].startswith("POST /bot")


def test_a_proxy_of_a_kind_that_is_not_spoken_is_named_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(ProxyUnusable, match=r"https_proxy: .*'socks5'.*http://host:port"):
        environment_proxy("https://api.telegram.org")
    monkeypatch.setenv("no_proxy", "api.telegram.org")
    assert environment_proxy("https://api.telegram.org") is None


def test_what_the_server_says_back_of_a_message_is_not_read_again() -> None:
    sent = {"message_id": 1, "date": 2, "chat": {"id": 3}, "text": "x", "reply_markup": {}}
    answer: dict[str, object] = {"ok": True, "result": dict(sent)}
    without_echo(answer)
    assert answer["result"] == {"message_id": 1, "date": 2, "chat": {"id": 3}}
    edited: dict[str, object] = {"ok": True, "result": sent | {"edit_date": 4}}
    without_echo(edited)
    assert edited["result"] is True
    others: list[object] = [True, [], {"id": 1}]
    for other in others:
        kept: dict[str, object] = {"ok": True, "result": other}
        without_echo(kept)
        assert kept["result"] == other
