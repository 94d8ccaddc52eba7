"""Takes the body of each request before the application starts: all of it, in time, and not too large."""

import asyncio
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.refusals import problem_body, refusal_headers

MAX_BODY_BYTES = 64 * 1024
BODY_SECONDS = 20.0


class BodyLimits:
    """ASGI middleware. A request is passed on once its whole body is there.

    A larger body is refused with 413, as soon as its Content-Length says so or as it comes, and one that
    takes longer with 408. So a slow client holds a connection, but nothing of the application. Paths in
    `elsewhere` are passed on as they are: what is behind them takes the body itself.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int = MAX_BODY_BYTES,
        seconds: float = BODY_SECONDS,
        elsewhere: Collection[str] = (),
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._elsewhere = elsewhere
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the body of an HTTP request, and let the application answer it."""
        if scope["type"] != "http" or not _has_body(scope) or scope["path"] in self._elsewhere:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(scope, receive)
        except TimeoutError:
            await _refuse(send, 408)
        except _TooLarge:
            await _refuse(send, 413)
        except _Gone:
            return
        else:
            await self._app(scope, _replayed(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        if _said_length(scope) > self._max_bytes:
            raise _TooLarge
        parts: list[bytes] = []
        size, has_more = 0, True
        while has_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            has_more = message.get("more_body", False)
            if size > self._max_bytes:
                raise _TooLarge
        return b"".join(parts)


class _TooLarge(Exception):
    """The body is larger than allowed."""


class _Gone(Exception):
    """The client has gone away before it has sent all."""


def _has_body(scope: Scope) -> bool:
    # RFC 9112 section 6: a request has a body if one of these headers says so.
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


def _said_length(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() else 0


def _replayed(body: bytes, receive: Receive) -> Receive:
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body() -> Message:
        return left.pop() if left else await receive()

    return receive_body


async def _refuse(send: Send, status: int) -> None:
    body = problem_body(status)
    await send({"type": "http.response.start", "status": status, "headers": refusal_headers(body)})
    await send({"type": "http.response.body", "body": body})
