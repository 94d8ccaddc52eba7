"""The route at which Telegram delivers updates (Bot API setWebhook)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.settings import Settings
from bot.telegram.updates.webhook import UpdateWebhook
from bot.web.limits import BodyLimits

HEADER = "X-Telegram-Bot-Api-Secret-Token"
# A message may quote another one, and JSON may need twelve bytes for a character.
MAX_UPDATE_BYTES = 1000 * 1024
RETRY_SECONDS = 1


def webhook_routes(settings: Settings, webhook: UpdateWebhook) -> list[BaseRoute]:
    """Return the route. A wrong or missing secret is answered with 401 and nothing else."""
    return [Route(_path(settings), _Receiver(webhook), methods=["POST"])]


def webhook_paths(settings: Settings) -> list[str]:
    """Return the paths of these routes."""
    return [_path(settings)] if settings.webhook_url else []


class _Receiver:
    """An ASGI application that takes an update, once it has seen that its sender knows the secret.

    Nothing is kept of what others send.
    """

    def __init__(self, webhook: UpdateWebhook) -> None:
        self._webhook = webhook
        self._taking = BodyLimits(self._take, max_bytes=MAX_UPDATE_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_let_in = self._webhook.lets_in(Headers(scope=scope).get(HEADER, ""))
        if is_let_in:
            await self._taking(scope, receive, send)
        else:
            refused = _again() if is_let_in is None else Response(status_code=HTTPStatus.UNAUTHORIZED)
            await refused(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        receipt = await self._webhook.take(await Request(scope, receive).body())
        if receipt.status is HTTPStatus.OK:
            answer = JSONResponse(receipt.call) if receipt.call else Response()
        else:
            answer = _again()
        await answer(scope, receive, send)


def _again() -> Response:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _path(settings: Settings) -> str:
    return urlsplit(settings.webhook_address or "").path
