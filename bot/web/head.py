"""HEAD wherever there is GET (RFC 9110 section 9.3.2): FastAPI's routes take GET alone."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What routers note in the scope, for those around them.
NOTED = ("route", "endpoint", "path_params")


class HeadAsGet:
    """ASGI middleware: answers HEAD as the application would answer GET, without the content."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            is_content = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_content else message)

        as_get = {**scope, "method": "GET"}
        try:
            await self._app(as_get, receive, send_headers)
        finally:
            scope.update({name: as_get[name] for name in NOTED if name in as_get})
