"""One HTTP connection, with the limits that uvicorn leaves to a proxy: time and size of headers, and more."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from bot.web.refusals import whole_response

# HTTP/0.9 had no headers, and later versions are other protocols.
VERSIONS = {"1.0", "1.1"}


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one connection may take.

    `header_seconds`: for the headers, from the connection or the first byte after a pause.
    `keep_alive_seconds`: between two requests. `write_seconds`: for a client that reads nothing.
    `linger_seconds`: for reading the rest of a request that was answered early.
    `connections`: at the same time. For one more, the one that has waited longest for its client is closed.
    """

    header_seconds: float = 10.0
    header_bytes: int = 32 * 1024
    # All of a request as it is sent: the body's limit, and what chunks add to it.
    request_bytes: int = 1024 * 1024
    keep_alive_seconds: int = 30
    write_seconds: float = 20.0
    linger_seconds: float = 2.0
    pipelined: int = 16
    connections: int = 500


class WaitingConnections:
    """The connections that wait for their clients, the longest wait first."""

    def __init__(self) -> None:
        self._waiting: dict[GuardedConnection, None] = {}

    def add(self, connection: "GuardedConnection") -> None:
        """Note that a connection begins to wait."""
        self._waiting[connection] = None

    def discard(self, connection: "GuardedConnection") -> None:
        """Note that a connection no longer waits."""
        self._waiting.pop(connection, None)

    def close_first(self) -> bool:
        """Close the connection that has waited longest; return whether there was one."""
        first = next(iter(self._waiting), None)
        if first is None:
            return False
        self.discard(first)
        first.transport.close()
        return True


class _RefusedRequest(Exception):
    """Raised in the parser's callbacks; the parser then stops."""


class _ResponseEnd(asyncio.Transport):
    """What a response is written to. Its close is ours, as the rest of the request may still be coming."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        super().__init__()
        self._transport = transport
        self._close = close

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._close()


class GuardedConnection(HttpToolsProtocol):
    """uvicorn's connection. What it can't serve gets a problem document, and no line in the log."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
        waiting: WaitingConnections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # Paths may have secrets in them.
        self.access_log = False
        self._limits = limits
        self._waiting = waiting
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._is_in_request = self._has_headers = False
        # How much of the request has come, and how many have begun in the piece of data that has just come.
        self._request_bytes = self._begun = 0
        # How many requests are being answered or queued.
        self._open_answers = 0
        self._status = 400
        # After the next answer the connection ends; what comes is thrown away.
        self._is_ending = self._is_discarding = False

    @property
    def is_new(self) -> bool:
        """Tell whether no request has come yet."""
        return self.cycle is None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for the headers."""
        super().connection_made(transport)
        if self.client is not None:
            self.client = (_plain_address(self.client[0]), self.client[1])
        if len(self.connections) > self._limits.connections and not self._waiting.close_first():
            transport.write(whole_response(503))
            transport.close()
            return
        self._waiting.add(self)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._waiting.discard(self)
        self._stop_timers()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has come, unless the connection is ending; refuse what is too much."""
        if self._is_discarding:
            return
        was_in_request, self._begun = self._is_in_request, 0
        if not was_in_request and not self._open_answers:
            # Also for empty lines, which the parser skips before a request.
            self._await_headers()
        super().data_received(data)
        # Where a request begins behind others in one piece, how much of the piece is its own is not known.
        if self._begun == 0 or (self._begun == 1 and not was_in_request):
            self._request_bytes += len(data)
        if self._is_in_request and not self._is_discarding:
            self._check_size()

    def _check_size(self) -> None:
        if not self._has_headers and self._request_bytes > self._limits.header_bytes:
            self._refuse(431)
        elif self._request_bytes > self._limits.request_bytes:
            self._refuse(413)

    def on_message_begin(self) -> None:
        """Wait for the headers of the next request."""
        super().on_message_begin()
        self._is_in_request, self._has_headers = True, False
        self._begun += 1
        self._request_bytes = 0
        self._await_headers()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. Trailers are left out: they would pass for headers (RFC 9110 section 6.5.1)."""
        if not self._has_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check the headers, and have the request answered."""
        self._has_headers = True
        self._stop_timer()
        if _size(self.url, self.headers) > self._limits.header_bytes:
            self._stop_parsing(431)
        version = self.parser.get_http_version()
        # RFC 9112 section 3.2.
        hosts = sum(name == b"host" for name, _ in self.headers)
        if version not in VERSIONS or hosts > 1 or (hosts == 0 and version == "1.1"):
            self._stop_parsing(400)
        if self._open_answers >= self._limits.pipelined:
            self._stop_parsing(400)
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self._open_answers += 1
            self.cycle.transport = _ResponseEnd(self.transport, self._finish)

    def _stop_parsing(self, status: int) -> None:
        self._status = status
        raise _RefusedRequest

    def on_message_complete(self) -> None:
        """Note that the request is complete: now the client waits for us."""
        super().on_message_complete()
        self._is_in_request = False
        self._waiting.discard(self)

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for it."""
        self._open_answers -= 1
        if self._is_ending or (self.cycle.response_complete and self.cycle.more_body):
            self._finish()
        if self._is_discarding:
            self.server_state.total_requests += 1
            return
        super().on_response_complete()
        if not self._open_answers and not self.transport.is_closing():
            self._waiting.add(self)

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser has given up."""
        del msg
        self._refuse(self._status)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket, if it is a handshake (RFC 6455 section 4.1)."""
        if self._open_answers or self.scope["method"] != "GET" or self.parser.get_http_version() != "1.1":
            self._refuse(400)
            return
        self._waiting.discard(self)
        self._stop_timers()
        super().handle_websocket_upgrade()
        protocol: Any = self.transport.get_protocol()
        if not protocol.handshake_initiated:
            # The library's parser is stricter than ours. It has stopped without an answer.
            self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        # The request is answered as usual (RFC 9110 section 7.8), but the parser reads nothing after it.
        self._is_ending = True

    def _await_headers(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._limits.header_seconds, self._on_headers_late)

    def _on_headers_late(self) -> None:
        self._timer = None
        if self._is_in_request:
            self._refuse(408)
        else:
            # Browsers open connections in advance; they expect no answer there.
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Refuse the request that is coming in, after the answers to those before it; end the connection."""
        in_body = self._is_in_request and self._has_headers and self._open_answers > 0
        if self._open_answers > in_body:
            self.pipeline.clear()
            self._is_ending = self._is_discarding = True
            return
        has_begun = in_body and self.cycle.response_started
        if in_body:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not has_begun:
            self.transport.write(whole_response(status))
        self._linger()

    def _finish(self) -> None:
        """End the connection after an answer."""
        if self._is_in_request or self._is_ending:
            self._linger()
        elif not self.transport.is_closing():
            self._stop_timers()
            self.transport.close()
            self._write_timer = self.loop.call_later(self._limits.write_seconds, self.transport.abort)

    def _linger(self) -> None:
        """End our side, and throw away what the client still sends.

        If the connection were closed at once, the reset could destroy the answer (RFC 9112 section 9.6).
        """
        self._is_discarding = True
        self._waiting.discard(self)
        self._stop_timers()
        self._unset_keepalive_if_required()
        if self.transport.is_closing():
            return
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(self._limits.linger_seconds, self.transport.abort)

    def pause_writing(self) -> None:
        """Give the client some time to read what was sent."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self._limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_timers(self) -> None:
        self._stop_timer()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


def _size(url: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    # A line of the headers has a colon, a space and two characters for its end.
    return len(url) + sum(len(name) + len(value) + 4 for name, value in headers)


def _plain_address(text: str) -> str:
    """Return an IPv4 address as such, also from a socket for both kinds (RFC 4291 section 2.5.5.2)."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return text
