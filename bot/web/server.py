"""uvicorn inside the bot's own event loop: the socket, the start, and an end that waits for nobody."""

import asyncio
import errno
import functools
import logging
import socket
import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config, Server

from bot.settings import SettingsError
from bot.web.connection import ConnectionLimits, GuardedConnection, WaitingConnections
from bot.web.websocket import MAX_MESSAGE_BYTES, PING_SECONDS, ClinicWebSocket

uvicorn_log = logging.getLogger("uvicorn.error")

BACKLOG = 1024
# How long the requests that are being answered may take when the server stops.
STOP_SECONDS = 1
# How long those who have just connected may take to send their request, and how often that is looked at.
LAST_READ_SECONDS = 0.5
LOOK_SECONDS = 0.05
# uvicorn makes the Date header this often.
DATE_SECONDS = 1


def listen(host: str, port: int) -> socket.socket:
    """Return a listening TCP socket. `host` is a name or an address, IPv4 or IPv6; port 0 takes a free one.

    Raises SettingsError, in which one line says which setting is wrong.
    """
    family, address = _address(host, port)
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # "::" is for both kinds of addresses, whatever the system's default.
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise SettingsError(_why_not(error, host, port)) from error
    listening.setblocking(False)
    return listening


def _address(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SettingsError(_UNKNOWN_HOST.format(host=host)) from error
    # A name may have several addresses. IPv4 comes first, as localhost is 127.0.0.1 to those who call it.
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address


_UNKNOWN_HOST = (
    "host: {host} is no address of this machine. Choose one to listen on, for example HOST=127.0.0.1"
)


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1  # noqa: PLR2004 - the highest port
        return f"port: {port} is taken by another program. Choose another, for example PORT={other}"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"port: {port} may not be used by this user. Choose another, for example PORT=8080"
    return _UNKNOWN_HOST.format(host=host)


@asynccontextmanager
async def served(
    app: ASGIApp,
    listening: socket.socket,
    *,
    trusted_proxies: Sequence[str] = (),
    limits: ConnectionLimits | None = None,
) -> AsyncIterator[None]:
    """Serve an ASGI application until the block ends. The socket is closed then.

    Only the addresses and networks of `trusted_proxies` are believed which client an X-Forwarded-For names.
    """
    server = _Server(_config(app, trusted_proxies, limits or ConnectionLimits()))
    # It logs what any client can cause.
    uvicorn_log.setLevel(logging.ERROR)
    running = asyncio.create_task(server.serve([listening]), name="web server")
    starting = asyncio.create_task(server.has_started.wait())
    try:
        await asyncio.wait({running, starting}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        yield
    finally:
        starting.cancel()
        server.stop()
        await running
        listening.close()


def _config(app: ASGIApp, trusted_proxies: Sequence[str], limits: ConnectionLimits) -> Config:
    connection: Any = functools.partial(GuardedConnection, limits=limits, waiting=WaitingConnections())
    return Config(
        app,
        http=connection,
        ws=ClinicWebSocket,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        # What is given here comes before the environment: a platform's variables set nothing.
        forwarded_allow_ips=list(trusted_proxies),
        workers=1,
        timeout_keep_alive=limits.keep_alive_seconds,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _is_new(connection: asyncio.Protocol) -> bool:
    return isinstance(connection, GuardedConnection) and connection.is_new


class _Server(Server):
    """uvicorn's server. It is a guest in the process, so signals are none of its business."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.has_started = asyncio.Event()
        self._is_stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to the bot."""
        yield

    async def main_loop(self) -> None:
        """Keep the Date header up to date until the stop. uvicorn's own loop wakes ten times as often."""
        await self.on_tick(0)
        self.has_started.set()
        while not self._is_stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_stopping.wait(), DATE_SECONDS)
            await self.on_tick(0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop. Whoever is not answered in time, or does not read the answer, is cut off."""
        # It would log a trace for each answer that is cut off.
        uvicorn_log.setLevel(logging.CRITICAL)
        for listening in sockets or ():
            await self._take_waiting(listening)
        for closing in [*self.servers, *(sockets or ())]:
            closing.close()
        await self._await_last_requests()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    async def _take_waiting(self, listening: socket.socket) -> None:
        """Accept whoever has connected: the system cuts off what waits for a socket that is closed."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:  # nobody is left, or whoever was first has gone
                return
            connected.setblocking(False)
            await loop.connect_accepted_socket(self._connection, connected)

    def _connection(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class
        connection: asyncio.Protocol = made(self.config, self.server_state, self.lifespan.state)
        return connection

    async def _await_last_requests(self) -> None:
        """Give those who have just connected a moment to send what they want."""
        end = time.monotonic() + LAST_READ_SECONDS
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            connections = self.server_state.connections
            if time.monotonic() >= end or not any(map(_is_new, connections)):
                return

    def stop(self) -> None:
        """Begin to stop."""
        self._is_stopping.set()
