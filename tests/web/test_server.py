"""The HTTP server over real sockets: clients that are slow, broken or many, and a stop without delay."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bot.settings import SettingsError
from bot.web.connection import ConnectionLimits
from bot.web.limits import MAX_BODY_BYTES, BodyLimits
from bot.web.server import listen, served

SHORT = ConnectionLimits(
    header_seconds=0.2, keep_alive_seconds=1, write_seconds=0.3, linger_seconds=0.3, header_bytes=8192
)
PATIENCE_SECONDS = 15
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
CLOSE = b"\r\nConnection: close\r\n\r\n"


@dataclass
class Seen:
    """What the application has seen."""

    bodies: list[bytes]
    headers: list[list[tuple[str, str]]]
    clients: list[str]
    release: asyncio.Event


def application(seen: Seen, *, body_seconds: float = 5) -> ASGIApp:
    """Build a small application that remembers what it has seen."""

    async def echo(request: Request) -> Response:
        seen.bodies.append(await request.body())
        seen.headers.append(request.headers.items())
        seen.clients.append(request.client.host if request.client else "")
        return PlainTextResponse("hello")

    async def wait(_request: Request) -> Response:
        await seen.release.wait()
        return JSONResponse({})

    async def large(_request: Request) -> Response:
        return PlainTextResponse("x" * 8_000_000)

    async def chat(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            await socket.send_text(text)

    routes = [
        Route("/", echo, methods=["GET", "POST"]),
        Route("/wait", wait),
        Route("/large", large),
        WebSocketRoute("/ws", chat),
    ]
    return BodyLimits(Starlette(routes=routes), seconds=body_seconds)


@dataclass
class Running:
    """A server that runs."""

    port: int
    seen: Seen

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def answers(self, *parts: bytes) -> bytes:
        """Send bytes over a connection of their own; return all that comes until the server closes it."""
        reader, writer = await self.open()
        for part in parts:
            writer.write(part)
            await writer.drain()
        answer = await all_of(reader)
        writer.close()
        return answer

    async def works(self) -> bool:
        """Whether a usual request is answered."""
        answer = await self.answers(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"hello")


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Read until the server closes the connection; a reset is an end, too."""
    parts = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            while part := await reader.read(65536):
                parts += part
        except ConnectionResetError:
            pass
    return parts


async def written_for_ever(writer: asyncio.StreamWriter) -> None:
    """Send empty lines. Raises ConnectionError when the other side has cut the connection off."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            writer.write(b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)


def problem(answer: bytes) -> tuple[int, dict[str, Any]]:
    """Return the status and the problem document of the only answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    document = json.loads(body)
    assert set(document) == {"type", "title", "status", "detail"}
    assert head.startswith(f"HTTP/1.1 {document['status']} {document['title']}".encode())
    return document["status"], document


@asynccontextmanager
async def running(
    limits: ConnectionLimits = SHORT, *, body_seconds: float = 5, trusted_proxies: tuple[str, ...] = ()
) -> AsyncIterator[Running]:
    seen = Seen([], [], [], asyncio.Event())
    listening = listen("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    app = application(seen, body_seconds=body_seconds)
    async with served(app, listening, trusted_proxies=trusted_proxies, limits=limits):
        yield Running(port, seen)


@pytest.fixture
async def server(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Running]:
    """A server with short limits; whatever its clients do, nothing is logged."""
    caplog.set_level(logging.DEBUG)
    async with running() as server:
        yield server
        assert await server.works()
    ours = ("bot", "uvicorn", "websockets")
    assert [r for r in caplog.records if r.levelno >= logging.WARNING or r.name.startswith(ours)] == []


async def test_a_request_is_answered_and_the_server_names_no_software(server: Running) -> None:
    answer = await server.answers(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200 ok")
    assert b"\r\ndate: " in head
    assert b"server:" not in head
    assert b"uvicorn" not in head


# Too slow


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-One: "])
async def test_headers_that_do_not_end_are_waited_for_only_so_long(server: Running, sent: bytes) -> None:
    answer = await server.answers(sent)
    # A connection on which no request has begun gets no answer: a browser opens such in advance.
    assert (problem(answer)[0] if answer else None) == (408 if sent.strip() else None)


async def test_a_client_that_sends_a_header_now_and_then_gains_no_time(server: Running) -> None:
    reader, writer = await server.open()
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")

    async def drip() -> None:
        while True:
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    answer = await all_of(reader)
    dripping.cancel()
    assert problem(answer)[0] == 408


async def test_a_pause_between_requests_ends_and_so_do_the_headers_after_it(server: Running) -> None:
    for then in (b"", b"GET / HTTP/1.1\r\n", b"\r\n"):
        reader, writer = await server.open()
        writer.write(GET)
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        writer.write(then)
        answer = await all_of(reader)
        assert (problem(answer)[0] if answer else None) == (408 if then.strip() else None)


@pytest.mark.parametrize("framing", ["Content-Length: 10", "Transfer-Encoding: chunked"])
async def test_a_body_that_does_not_end_is_waited_for_only_so_long(framing: str) -> None:
    async with running(body_seconds=0.2) as server:
        head = f"POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n".encode()
        assert problem(await server.answers(head))[0] == 408
        assert server.seen.bodies == []


async def test_a_body_that_nobody_reads_does_not_hold_the_connection(server: Running) -> None:
    reader, writer = await server.open()
    writer.write(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n")

    async def drip() -> None:
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    answer = await all_of(reader)
    dripping.cancel()
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    async with running() as server:
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        small.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(small, ("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection(sock=small, limit=1024)
        writer.write(GET.replace(b" / ", b" /large "))
        # The stream reads no further than its limit; that it is cut off is seen by writing.
        with pytest.raises(ConnectionError):
            await written_for_ever(writer)
        assert len(await all_of(reader)) < 8_000_000


# Too much


async def test_a_body_up_to_the_limit_is_taken_whole(server: Running) -> None:
    whole = b"x" * MAX_BODY_BYTES
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    answer = await server.answers(head + b"Content-Length: %d\r\n\r\n" % len(whole), whole)
    assert answer.startswith(b"HTTP/1.1 200")
    chunks = b"".join(b"400\r\n" + b"x" * 1024 + b"\r\n" for _ in range(64))
    answer = await server.answers(head + b"Transfer-Encoding: chunked\r\n\r\n", chunks, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert server.seen.bodies == [whole, whole]


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(server: Running) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
    assert problem(await server.answers(head % (MAX_BODY_BYTES + 1)))[0] == 413
    assert server.seen.bodies == []


@pytest.mark.parametrize("closes", [b"", b"Connection: close\r\n"])
async def test_a_client_that_sends_a_large_body_to_its_end_can_read_the_answer(closes: bytes) -> None:
    """More than the buffers of both sides hold: after a reset it couldn't be sent."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\n" + closes + b"Content-Length: 30000000\r\n\r\n"
    async with running(replace(SHORT, linger_seconds=PATIENCE_SECONDS)) as server:
        assert problem(await server.answers(head, *([b"x" * 1_000_000] * 30)))[0] == 413
        assert server.seen.bodies == []


async def test_chunks_that_are_too_much_together_are_refused(server: Running) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    assert problem(await server.answers(head, *([chunk] * 40)))[0] == 413
    assert server.seen.bodies == []


@pytest.mark.parametrize(
    "headers",
    [
        [b"X: " + b"y" * 9000 + b"\r\n\r\n"],
        [b"X: " + b"y" * 5000, b"y" * 5000, b"y" * 5000],
        [b"X: y\r\n" * 2000, b"X: y\r\n" * 2000, b"\r\n"],
        [b"X: y\r\n" * 9000 + b"\r\n"],
    ],
)
async def test_headers_that_are_too_large_are_refused(server: Running, headers: list[bytes]) -> None:
    answer = await server.answers(b"GET / HTTP/1.1\r\nHost: a\r\n", *headers)
    assert problem(answer)[0] == 431
    assert server.seen.headers == []


async def test_a_path_that_is_too_long_is_refused(server: Running) -> None:
    assert problem(await server.answers(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"))[0] == 431


async def test_trailers_are_no_headers_and_do_not_go_on_for_ever(server: Running) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a" + CLOSE[:-2] + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    await server.answers(head + b"Authorization: Bearer x\r\n\r\n")
    assert "authorization" not in dict(server.seen.headers.pop())
    endless = await server.answers(head + b"X: ", *([b"y" * 100_000] * 30))
    assert problem(endless)[0] == 413


async def test_requests_in_one_go_are_answered_in_order_but_not_any_number(server: Running) -> None:
    reader, writer = await server.open()
    writer.write(GET * 3)
    for _ in range(3):
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
    writer.close()
    answer = await server.answers(GET * 5000)
    assert answer.count(b"HTTP/1.1 200") <= SHORT.pipelined
    assert answer.endswith(b"hello")


async def test_many_idle_connections_do_not_keep_others_out() -> None:
    slow = replace(SHORT, header_seconds=60, connections=20)
    async with running(slow) as server:
        idle = [await server.open() for _ in range(60)]
        for _, writer in idle:
            writer.write(b"GET / HTTP/1.1\r\n")
        assert await server.works()
        # Those that wait for their answer are not closed for others.
        busy = [await server.open() for _ in range(20)]
        for _, writer in busy:
            writer.write(GET.replace(b" / ", b" /wait "))
        await asyncio.gather(*(all_of(reader) for reader, _ in idle))
        while not problem_of_the_full(answer := await server.answers(GET.replace(b"\r\n\r\n", CLOSE))):
            assert answer.endswith(b"hello")
        server.seen.release.set()
        for reader, writer in busy:
            assert (await reader.readuntil(b"{}")).startswith(b"HTTP/1.1 200")
            writer.close()
        for _, writer in idle:
            writer.close()
        assert await server.works()


def problem_of_the_full(answer: bytes) -> bool:
    """Whether the server has said that it has too many connections."""
    return not answer.startswith(b"HTTP/1.1 200") and problem(answer)[0] == 503


# Broken


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 300,
        bytes(range(256)),
        b"HELLO\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX y\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"POST /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /ws HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
)
async def test_a_request_that_is_none_is_refused(server: Running, sent: bytes) -> None:
    assert problem(await server.answers(sent))[0] == 400
    assert server.seen.bodies == []


@pytest.mark.parametrize("more", [b"", b"X: y\r\n" * 200, b"X: " + b"y" * 8150 + b"\r\n"])
async def test_a_broken_handshake_ends(server: Running, more: bytes) -> None:
    head = b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    assert b"HTTP/1.1 101" not in await server.answers(head + more + b"\r\n")


async def test_a_broken_request_does_not_spoil_the_answer_to_the_one_before(server: Running) -> None:
    reader, writer = await server.open()
    writer.write(GET.replace(b" / ", b" /wait ") + b"\x00\x01\x02\r\n\r\n")
    answering = asyncio.create_task(all_of(reader))
    server.seen.release.set()
    answer = await answering
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"{}")


async def test_who_offers_http_2_is_answered_in_http_1() -> None:
    """The parser stops there, so the connection ends, and is not left open until a time-out."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
    async with running(replace(SHORT, header_seconds=60, keep_alive_seconds=60)) as server:
        answer = await server.answers(GET[:-2] + offer)
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"hello")


async def test_text_over_a_websocket_that_is_no_utf_8_ends_it(server: Running) -> None:
    async with connect(f"ws://127.0.0.1:{server.port}/ws") as client:
        await client.send("ü")
        assert await client.recv() == "ü"
        await client.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


# Who is there


@pytest.mark.parametrize(
    ("trusted", "client"),
    [((), "127.0.0.1"), (("10.0.0.0/8",), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")],
)
async def test_only_a_trusted_proxy_may_name_the_client(
    trusted: tuple[str, ...], client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    monkeypatch.setenv("WEB_CONCURRENCY", "four")
    async with running(trusted_proxies=trusted) as server:
        head = b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1, 203.0.113.9"
        await server.answers(head + CLOSE)
        assert server.seen.clients == [client]


# Start and stop


async def test_open_connections_do_not_delay_the_stop(caplog: pytest.LogCaptureFixture) -> None:
    """Idle, in the headers, in the body, waiting for the answer, not reading it; and a WebSocket."""
    loop = asyncio.get_running_loop()
    async with running(ConnectionLimits()) as server:
        readers = []
        for sent in (
            b"",
            GET,
            b"GET / HT",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
            GET.replace(b" / ", b" /wait "),
            GET.replace(b" / ", b" /large "),
        ):
            reader, writer = await server.open()
            writer.write(sent)
            readers.append(reader)
        await readers[1].readuntil(b"hello")
        client = await connect(f"ws://127.0.0.1:{server.port}/ws")
        began = loop.time()
    assert loop.time() - began < 3
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    for reader in readers:
        assert len(await all_of(reader)) < 8_000_000
    assert not caplog.records
    listen("127.0.0.1", server.port).close()


async def test_what_is_being_answered_at_the_stop_is_answered() -> None:
    async with running(ConnectionLimits()) as server:
        reader, writer = await server.open()
        writer.write(GET.replace(b" / ", b" /wait "))
        assert await server.works()
        asyncio.get_running_loop().call_later(0.2, server.seen.release.set)
    assert (await all_of(reader)).endswith(b"{}")


async def test_signals_stay_with_the_process() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with running() as server:
        assert await server.works()
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_taken_port_is_told_in_one_line() -> None:
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with pytest.raises(
        SettingsError, match=rf"^port: {port} is taken by another program\. .*PORT={port + 1}$"
    ):
        listen("127.0.0.1", port)
    taken.close()
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize(
    "host", ["203.0.113.7", "nowhere.invalid", "2001:db8::7", "a" * 200, "..", "999.1.1.1"]
)
def test_a_host_that_is_not_of_this_machine_is_told_in_one_line(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        listen(host, 0)
    assert str(refused.value).startswith(f"host: {host} is no address of this machine.")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", "::1", "[::1]", "::"])  # noqa: S104
async def test_it_listens_on_addresses_of_both_kinds(host: str) -> None:
    listening = listen(host, 0)
    seen = Seen([], [], [], asyncio.Event())
    async with served(application(seen), listening):
        called = "::1" if host.strip("[]") == "::1" else "127.0.0.1"
        reader, writer = await asyncio.open_connection(called, listening.getsockname()[1])
        writer.write(GET.replace(b"\r\n\r\n", CLOSE))
        assert (await all_of(reader)).endswith(b"hello")
        writer.close()
    assert seen.clients == [called]
