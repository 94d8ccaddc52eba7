"""The middleware that gives each HTTP request an id: in the log, and in its answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs.request_id import begin_request

HEADER = "X-Request-Id"


class RequestIds:
    """ASGI middleware: the outermost, so that no log line of a request is without its id.

    The id stays in the context, as the server still logs there what went wrong with a request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        new = begin_request()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = new
            await send(message)

        await self._app(scope, receive, send_with_id if scope["type"] == "http" else send)
