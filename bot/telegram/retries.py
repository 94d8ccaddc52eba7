"""Patience with the Bot API: a refused or broken request is made again, while its own chat alone waits."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

TRIES = 4
# A 429 is an expected wait, which the chat's own queue spends: what the person asked for is shown then. What
# Telegram puts off for longer than this is shown no more.
LONGEST_WAIT_SECONDS = 3600
# What is worth little later, and is not waited for so long.
FLEETING = {"answerCallbackQuery", "sendChatAction", "setMyCommands"}
SOON_SECONDS = 10
# So that a server which says “at once” again and again is not asked for ever.
LEAST_WAIT_SECONDS = 1
PAUSES_SECONDS = (0.2, 0.5, 1.0)
# The outbox, which keeps its own time, passes this.
AT_ONCE = "at once"


class RetryingRateLimiter(BaseRateLimiter[str]):
    """Repeats a request that met a 429 (after the time it names) or a broken connection.

    PTB's own limiter makes every chat wait for one that was refused; here the others go on.
    Sending twice is possible where the connection broke after the server had acted: better
    a message twice than none.
    """

    async def initialize(self) -> None:
        """Do nothing; there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to end."""

    async def process_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Make the request, again where that helps. Raises what the last try raised."""
        del data
        if rate_limit_args == AT_ONCE:
            return await callback(*args, **kwargs)
        failures, left = 0, float(SOON_SECONDS if endpoint in FLEETING else LONGEST_WAIT_SECONDS)
        while True:
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                # As often as it takes: a refusal for being too quick is not a failure.
                pause = asked_wait(error).total_seconds()
                left -= max(pause, LEAST_WAIT_SECONDS)
                if left < 0:
                    raise
                why: TelegramError = error
            except BadRequest:  # PTB counts it among the network's errors
                raise
            except NetworkError as error:
                failures += 1
                if failures == TRIES:
                    raise
                pause, why = PAUSES_SECONDS[failures - 1], error
            log.info("api.again endpoint=%s why=%s pause=%.1f", endpoint, type(why).__name__, pause)
            await asyncio.sleep(pause)


def asked_wait(error: RetryAfter) -> timedelta:
    """Return how long the server asks us to wait; PTB is changing the type in which it says so.

    What can't be a time is none.
    """
    try:
        asked = error.retry_after
        return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    except (TypeError, ValueError, OverflowError):
        return timedelta()
