"""Retries requests to the Bot API after a 429 or a broken connection. Only the chat concerned waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from services.models.people import ChatId

log = logging.getLogger(__name__)

TRIES = 4
# A 429 says how long to wait; the chat's own queue waits that long, and the answer is sent then. If it takes
# longer than this, the answer is given up.
LONGEST_WAIT_SECONDS = 3600
LONGEST_WAIT = timedelta(seconds=LONGEST_WAIT_SECONDS)
# These are of little use later, so they are given up sooner.
FLEETING = {"answerCallbackQuery", "sendChatAction", "setMyCommands"}
SOON_SECONDS = 10
# Counted for each 429, so that a server that always says “0 seconds” is not asked for ever.
LEAST_WAIT_SECONDS = 1
PAUSES_SECONDS = (0.2, 0.5, 1.0)
# Callers that retry by themselves, such as the outbox, pass this: the request is made once.
AT_ONCE = "at once"


class RetryingRateLimiter(BaseRateLimiter[str]):
    """Repeats a request after a 429 (when the time that it names is over) or a broken connection.

    PTB's own limiter lets every chat wait when one was refused; here the others go on. If the connection
    broke after the server had acted, a message is sent twice: better twice than never.

    `on_wait` is called after a 429 of a chat with how long it may get nothing: all workers have to know.
    """

    def __init__(self, on_wait: Callable[[ChatId, timedelta], Awaitable[None]] | None = None) -> None:
        self._on_wait = on_wait

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
        """Make the request, and repeat it if that may help. Raises what the last try raised."""
        chat_id = data.get("chat_id")
        if rate_limit_args == AT_ONCE:
            return await self._once(callback, args, kwargs, chat_id)
        failures, left = 0, float(SOON_SECONDS if endpoint in FLEETING else LONGEST_WAIT_SECONDS)
        while True:
            try:
                return await self._once(callback, args, kwargs, chat_id)
            except RetryAfter as error:
                # Does not count as a failure, so it is repeated as often as it takes.
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

    async def _once(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        chat_id: Any,
    ) -> Any:
        """Make the request once, and tell of a 429. Raises what it raises."""
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            if self._on_wait is not None and isinstance(chat_id, int):
                await self._on_wait(ChatId(chat_id), asked_wait(error))
            raise


def asked_wait(error: RetryAfter) -> timedelta:
    """Return how long the server asks us to wait. PTB is changing the type from seconds to timedelta.

    An invalid value counts as no time.
    """
    try:
        asked = error.retry_after
        return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    except (TypeError, ValueError, OverflowError):
        return timedelta()
