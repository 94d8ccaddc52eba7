"""getUpdates, and as much of the webhook methods as polling needs."""

from typing import Any

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest, Unsupported
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram
from bot.demo.bot_api.updates import MAX_TIMEOUT_SECONDS

MAX_LIMIT = 100


async def get_updates(telegram: Telegram, params: Params) -> list[Json]:
    """Return updates, waiting for them if asked to. Source: Bot API, getUpdates."""
    allowed: Any = params.json("allowed_updates", "allowed updates")
    if allowed is not None:
        if not isinstance(allowed, list):
            raise ApiBadRequest("can't parse allowed updates: expected an Array of Strings")
        telegram.updates.allow(str(kind) for kind in allowed)
    found = await telegram.updates.poll(
        params.whole("offset"),
        params.whole("limit", MAX_LIMIT, 1, MAX_LIMIT),
        params.whole("timeout", 0, 0, MAX_TIMEOUT_SECONDS),
    )
    telegram.on_change()
    return found


async def set_webhook(_telegram: Telegram, params: Params) -> bool:
    """Refuse: this server is only polled. An empty url removes a webhook, and there is none."""
    if params.text("url"):
        raise Unsupported("setWebhook")
    return True


async def delete_webhook(telegram: Telegram, params: Params) -> bool:
    """Only drop the pending updates, if asked to: there is no webhook. Source: Bot API, deleteWebhook."""
    if params.flag("drop_pending_updates"):
        telegram.updates.clear()
        telegram.on_change()
    return True


async def get_webhook_info(telegram: Telegram, _params: Params) -> Json:
    """Say that there is no webhook. Source: Bot API, WebhookInfo."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": telegram.updates.pending_count,
    }
