"""Patience with the Bot API: a refused or broken request is made again, for its own chat alone."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

TRIES = 4
# Nobody waits longer than this for an answer; the outbox, which can, passes AT_ONCE.
LONGEST_WAIT_SECONDS = 30
PAUSES_SECONDS = (0.2, 0.5, 1.0)
AT_ONCE = "at once"


class Patience(BaseRateLimiter[str]):
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
        for attempt in range(TRIES - 1):
            try:
                return await callback(*args, **kwargs)
            except (RetryAfter, NetworkError) as error:
                pause = _pause(error, attempt)
                log.info("api.again endpoint=%s why=%s pause=%.1f", endpoint, type(error).__name__, pause)
                await asyncio.sleep(pause)
        return await callback(*args, **kwargs)


def _pause(error: Exception, attempt: int) -> float:
    """Return the seconds to wait before the next try; raises the error where waiting will not help."""
    if isinstance(error, BadRequest):  # PTB counts it among the network's errors
        raise error
    if isinstance(error, RetryAfter):
        seconds = asked_wait(error).total_seconds()
        if seconds > LONGEST_WAIT_SECONDS:
            raise error
        return seconds
    return PAUSES_SECONDS[attempt]


def asked_wait(error: RetryAfter) -> timedelta:
    """Return how long the server asks us to wait; PTB is changing the type in which it says so.

    What can't be a time is none.
    """
    try:
        asked = error.retry_after
        return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    except (TypeError, ValueError, OverflowError):
        return timedelta()
