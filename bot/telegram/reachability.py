"""Whether the Bot API answers, for whoever watches the bot."""

from typing import Any

from telegram import Bot
from telegram.error import Forbidden, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot.telegram.retries import AT_ONCE
from bot.telegram.transport import AiohttpRequest, environment_proxy

ANSWER_SECONDS = 2


class BotApiFault(Exception):
    """The Bot API can't be used: it `refuses` the token, or it doesn't answer as one. `why` is a class."""

    def __init__(self, why: str, *, refuses: bool) -> None:
        super().__init__(why)
        self.why = why
        self.refuses = refuses


async def known_as(token: str, server: str) -> str:
    """Return the username of the bot with that token (Bot API getMe).

    Raises BotApiFault, ProxyUnusable.
    """
    environment_proxy(server)
    requests = AiohttpRequest(1), AiohttpRequest(1)
    bot = Bot(token, f"{server}/bot", request=requests[0], get_updates_request=requests[1])
    try:
        await bot.initialize()
    except (InvalidToken, Forbidden) as error:
        raise BotApiFault(type(error).__name__, refuses=True) from error
    except Exception as error:  # a broken answer can raise anything in the library
        raise BotApiFault(type(error).__name__, refuses=False) from error
    else:
        return bot.username
    finally:
        for request in requests:
            await request.shutdown()


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
