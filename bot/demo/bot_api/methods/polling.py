"""getUpdates, and the methods of webhooks."""

from typing import Any
from urllib.parse import urlsplit

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest
from bot.demo.bot_api.methods.method import Described
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram
from bot.demo.bot_api.updates import KINDS, MAX_TIMEOUT_SECONDS, ON_REQUEST_ONLY
from bot.demo.bot_api.webhook import DEFAULT_CONNECTIONS

MAX_LIMIT = 100


async def get_updates(telegram: Telegram, params: Params) -> list[Json]:
    """Return updates, waiting for them if asked to. Source: Bot API, getUpdates."""
    allowed: Any = params.json("allowed_updates", "allowed updates")
    _allow(telegram, allowed)
    found = await telegram.updates.poll(
        params.whole("offset"),
        params.whole("limit", MAX_LIMIT, 1, MAX_LIMIT),
        params.whole("timeout", 0, 0, MAX_TIMEOUT_SECONDS),
    )
    telegram.on_change()
    return found


def _allow(telegram: Telegram, allowed: Any) -> None:
    if allowed is not None:
        if not isinstance(allowed, list):
            raise ApiBadRequest("can't parse allowed updates: expected an Array of Strings")
        telegram.updates.allow(str(kind) for kind in allowed)


async def set_webhook(telegram: Telegram, params: Params) -> Described:
    """Deliver updates to that address; an empty one removes the webhook. Source: Bot API, setWebhook."""
    url = params.text("url")
    if not url:
        return await delete_webhook(telegram, params)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ApiBadRequest("bad webhook: invalid webhook URL specified")
    allowed: Any = params.json("allowed_updates", "allowed updates")
    said = telegram.webhook.set(
        url, params.text("secret_token"), params.whole("max_connections", DEFAULT_CONNECTIONS)
    )
    _allow(telegram, allowed)
    _drop_pending(telegram, params)
    return Described(True, said)


async def delete_webhook(telegram: Telegram, params: Params) -> Described:
    """Remove the webhook, if there is one. Source: Bot API, deleteWebhook."""
    was_set = telegram.webhook.remove()
    _drop_pending(telegram, params)
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


def _drop_pending(telegram: Telegram, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        telegram.updates.clear()
        telegram.on_change()


async def get_webhook_info(telegram: Telegram, _params: Params) -> Json:
    """Tell where updates go. Source: Bot API, WebhookInfo."""
    target = telegram.webhook.target
    info: Json = {
        "url": target.url if target else "",
        "has_custom_certificate": False,
        "pending_update_count": telegram.updates.pending_count,
    }
    if target is None:
        return info
    info |= {"max_connections": target.connections, "ip_address": "127.0.0.1"}
    if telegram.updates.allowed != KINDS - ON_REQUEST_ONLY:
        info["allowed_updates"] = sorted(telegram.updates.allowed)
    if telegram.webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = telegram.webhook.last_error
    return info
