"""Whether the Bot API answers, for whoever watches the bot."""

from typing import Any

from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.telegram.retries import AT_ONCE

ANSWER_SECONDS = 2


async def bot_api_answers(bot: ExtBot[Any]) -> bool:
    """Tell whether the Bot API server answers and knows the bot (Bot API getMe)."""
    try:
        await bot.get_me(
            connect_timeout=ANSWER_SECONDS,
            read_timeout=ANSWER_SECONDS,
            pool_timeout=ANSWER_SECONDS,
            rate_limit_args=AT_ONCE,
        )
    except RetryAfter:
        return True  # it has answered
    except Exception:  # noqa: BLE001 - a broken answer can raise anything in the library
        return False
    return True
