"""Tells Telegram where to deliver updates (Bot API setWebhook), if it does not know that yet."""

import asyncio
import logging
from dataclasses import dataclass, field
from hashlib import sha256

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.telegram.first_contact import LONGEST_PAUSE_SECONDS, REFUSED, pause_after
from bot.telegram.retries import asked_wait
from bot.telegram.updates.raw_updates import ALLOWED_UPDATES
from services.cancellation import raise_if_cancelled
from services.errors import StorageDown
from services.storage.webhook_secrets import WebhookSecretStore

log = logging.getLogger(__name__)

# How many updates Telegram delivers at the same time: its default.
MAX_CONNECTIONS = 40
STORAGE_PAUSE_SECONDS = 0.5
# A worker that was started with other settings may have deleted it.
LOOK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class WebhookRegistration:
    """What Telegram is told: the address, and the secret that it sends with each update."""

    url: str
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        """A digest of both. Telegram does not tell which secret it has."""
        return sha256(f"{self.url}\n{self.secret}".encode()).hexdigest()


async def kept_registered(bot: Bot, store: WebhookSecretStore, wanted: WebhookRegistration) -> None:
    """Set the webhook, and look every few minutes whether it is still set, until cancelled."""
    while True:
        await registered(bot, store, wanted)
        raise_if_cancelled()
        await asyncio.sleep(LOOK_SECONDS)


async def registered(bot: Bot, store: WebhookSecretStore, wanted: WebhookRegistration) -> None:
    """Set the webhook, unless it is set like that already. Several workers may do so at the same time.

    If Telegram refuses it, that is logged, and it is tried again later: the name of the host may not be known
    there yet.
    """
    while True:
        try:
            if await _is_set(bot, wanted) and await store.registered() == wanted.digest:
                return
            await bot.set_webhook(
                wanted.url,
                secret_token=wanted.secret,
                max_connections=MAX_CONNECTIONS,
                allowed_updates=ALLOWED_UPDATES,
            )
            await store.note_registered(wanted.digest)
        except RetryAfter as error:
            # Another worker has just set it, probably like that; then nothing is left to be done.
            await asyncio.sleep(asked_wait(error).total_seconds())
        except REFUSED as error:
            why = error.message.replace(wanted.url, "…")
            log.error("webhook.refused why=%s", why)  # noqa: TRY400 - the sentence is enough
            await asyncio.sleep(LONGEST_PAUSE_SECONDS)
        except TelegramError as error:
            log.warning("webhook.waiting to set it: %s", type(error).__name__)
            await asyncio.sleep(pause_after(error))
        except StorageDown:
            await asyncio.sleep(STORAGE_PAUSE_SECONDS)
        else:
            log.info("webhook.set")
            return


async def _is_set(bot: Bot, wanted: WebhookRegistration) -> bool:
    known = await bot.get_webhook_info()
    return (
        known.url == wanted.url
        and known.max_connections == MAX_CONNECTIONS
        and set(known.allowed_updates or ()) == set(ALLOWED_UPDATES)
    )
