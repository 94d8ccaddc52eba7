"""The first calls to the Bot API server, which may start later than the bot, or answer wrongly at first."""

import asyncio
import logging

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram import command_menu, introduction
from bot.telegram.retries import asked_wait

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3
# A wrong token is reported soon, but a single refusal does not end the bot.
REFUSALS = 3
REFUSED_PAUSE_SECONDS = 0.5
# The server refuses the call. InvalidToken is among them: an unknown method is answered with a 404, too.
REFUSED = (BadRequest, Forbidden, InvalidToken)
# The bot tries again after this time, even if the server asks it to wait longer.
LONGEST_PAUSE_SECONDS = 300


async def reached(bot: Bot) -> None:
    """Wait until the server knows the bot (Bot API getMe).

    Raises InvalidToken if the server refuses the token several times in a row.
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
        except Exception as error:  # noqa: BLE001 - a broken answer can raise anything in the library
            refusals = 0
            log.warning("bot.waiting for the Bot API server: %s", type(error).__name__)
            await asyncio.sleep(pause_after(error))
        else:
            return


async def dropped_webhook(bot: Bot) -> None:
    """Remove a webhook, so that updates can be polled (Bot API deleteWebhook).

    If the server refuses that, the polls report what is wrong.
    """
    while True:
        try:
            await bot.delete_webhook()
        except REFUSED as error:
            log.warning("bot.webhook is not dropped: %s", type(error).__name__)
            return
        except TelegramError as error:
            log.warning("bot.waiting to drop the webhook: %s", type(error).__name__)
            await asyncio.sleep(pause_after(error))
        else:
            return


async def menus_set(bot: Bot) -> None:
    """Set the chats' command menu. If that fails, try again later: nobody waits for it."""
    while True:
        try:
            await command_menu.prepare(bot)
        except REFUSED as error:
            log.warning("menus.refused why=%s", type(error).__name__)
            return
        except TelegramError as error:
            log.info("menus.unset why=%s", type(error).__name__)
            await asyncio.sleep(pause_after(error))
        else:
            return


async def introduced(bot: Bot, clinic: str, *, is_named: bool) -> None:
    """Say in all languages what the bot is. What fails is tried again later: nobody waits for it.

    A clinic that `is_named` in the settings gives the bot its name.
    """
    for step in introduction.steps(bot, clinic, is_named=is_named):
        while True:
            try:
                await step()
            except REFUSED as error:
                log.warning("introduction.refused why=%s", type(error).__name__)
            except TelegramError as error:
                log.info("introduction.waiting why=%s", type(error).__name__)
                await asyncio.sleep(pause_after(error))
                continue
            except Exception as error:  # noqa: BLE001 - a broken answer can raise anything in the library
                log.warning("introduction.broken why=%s", type(error).__name__)
            break


def pause_after(error: Exception) -> float:
    """Return the seconds to wait before the next try."""
    asked = asked_wait(error).total_seconds() if isinstance(error, RetryAfter) else 0
    return min(max(asked, PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
