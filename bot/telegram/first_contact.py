"""The first words with the Bot API server, which may come up later than we do, or not be itself at first."""

import asyncio
import logging

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram import command_menu
from bot.telegram.retries import asked_wait

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3
# A wrong token is told soon, but no single refusal ends the bot.
REFUSALS = 3
REFUSED_PAUSE_SECONDS = 0.5
# What a server says in its own words to what it will not do; an unknown method is a 404, as a wrong token is.
REFUSED = (BadRequest, Forbidden, InvalidToken)
# However long a server asks us to wait, we look in after that.
LONGEST_PAUSE_SECONDS = 300


async def reached(bot: Bot) -> None:
    """Wait until the server says who we are (Bot API getMe).

    Raises InvalidToken where it does not know the token, several times in a row.
    """
    refusals = 0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            refusals += 1
            if refusals >= REFUSALS:
                raise
            await asyncio.sleep(REFUSED_PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001 - half an answer can make anything of the one who reads it
            refusals = 0
            log.warning("bot.waiting for the Bot API server: %s", type(error).__name__)
            await asyncio.sleep(_pause(error))
        else:
            return


async def dropped_webhook(bot: Bot) -> None:
    """See to it that updates can be polled (Bot API deleteWebhook).

    Where the server will not hear of it, the polls tell what stands in their way.
    """
    while True:
        try:
            await bot.delete_webhook()
        except REFUSED as error:
            log.warning("bot.webhook is not dropped: %s", type(error).__name__)
            return
        except TelegramError as error:
            log.warning("bot.waiting to drop the webhook: %s", type(error).__name__)
            await asyncio.sleep(_pause(error))
        else:
            return


async def menus_set(bot: Bot) -> None:
    """Give the chats their menu; that is a convenience, and waits for better times."""
    while True:
        try:
            await command_menu.prepare(bot)
        except REFUSED as error:
            log.warning("menus.refused why=%s", type(error).__name__)
            return
        except TelegramError as error:
            log.info("menus.unset why=%s", type(error).__name__)
            await asyncio.sleep(_pause(error))
        else:
            return


def _pause(error: Exception) -> float:
    asked = asked_wait(error).total_seconds() if isinstance(error, RetryAfter) else 0
    return min(max(asked, PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
