"""The route at which Telegram delivers updates (Bot API setWebhook)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.settings import Settings
from bot.telegram.updates.webhook import UpdateWebhook

HEADER = "X-Telegram-Bot-Api-Secret-Token"
# A message may quote another one, and JSON may need twelve bytes for a character.
MAX_UPDATE_BYTES = 1000 * 1024
RETRY_SECONDS = 1


def webhook_routes(settings: Settings, webhook: UpdateWebhook) -> list[BaseRoute]:
    """Return the route. A wrong or missing secret is answered with 401 and nothing else."""

    async def receive(request: Request) -> Response:
        is_let_in = webhook.lets_in(request.headers.get(HEADER, ""))
        if is_let_in is False:
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        receipt = await webhook.take(await request.body()) if is_let_in else None
        if receipt is not None and receipt.status is HTTPStatus.OK:
            return JSONResponse(receipt.call) if receipt.call else Response()
        return Response(
            status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_SECONDS)}
        )

    return [Route(_path(settings), receive, methods=["POST"])]


def webhook_limits(settings: Settings) -> dict[str, int]:
    """Return the most bytes of an update, by the path of the route."""
    return {_path(settings): MAX_UPDATE_BYTES} if settings.webhook_url else {}


def _path(settings: Settings) -> str:
    return urlsplit(settings.webhook_address or "").path
