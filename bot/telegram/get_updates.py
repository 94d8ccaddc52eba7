"""Asking for updates (Bot API getUpdates), whatever comes back.

What is answered is taken as the JSON that it is: each update is read alone, when its turn comes.
"""

import asyncio
import logging
from collections.abc import Container
from typing import Any

from telegram.error import Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.application import ClinicApplication
from bot.telegram.raw_updates import ALLOWED_UPDATES, Json, id_of
from bot.telegram.retries import asked_wait
from bot.telegram.transport import INVALID

log = logging.getLogger(__name__)

LIMIT = 100
LONG_POLL_SECONDS = 30
RETRY_SECONDS = (0.5, 1, 2, 4, 8, 15)
# However long a server asks us to wait, somebody looks in after that.
LONGEST_PAUSE_SECONDS = 300
# A token is taken back for good when it is refused so often in a row, over so long.
REFUSALS = 5
REFUSED_SECONDS = 60


class InFlight:
    """Takes the updates out of an answer before objects are made of them.

    `in_hand` are the ids of those that are being handled: until the oldest of them is acknowledged, each poll
    brings all the others again.
    """

    def __init__(self) -> None:
        self.ids: Container[int] = ()
        self._came: list[Any] = []

    def trim(self, answer: Json) -> None:
        """Leave nothing in an answer to getUpdates. Raises TelegramError where that is no list."""
        if "error_code" in answer:
            return
        if not isinstance(answer.get("result"), list):
            raise TelegramError(INVALID)
        self._came, answer["result"] = answer["result"], []

    def take(self) -> list[Any]:
        """Return what the last poll brought."""
        came, self._came = self._came, []
        return came


class Polled:
    """What one poll has brought: the new updates by their ids, and whether there may be more."""

    def __init__(self, came: list[Any], in_hand: Container[int]) -> None:
        self.updates: dict[int, Json] = {}
        self.is_full = len(came) >= LIMIT
        self.nonsense = 0
        for raw in came:
            update_id = id_of(raw)
            if update_id is None:
                self.nonsense += 1
            elif update_id not in in_hand:
                self.updates[update_id] = raw


class PollBackoff:
    """How long to wait after a failure, and when to give up."""

    def __init__(self) -> None:
        self._failures = 0
        self._refusals = 0
        self._refused_at = 0.0

    def reset(self) -> None:
        """Note that all is well."""
        self._failures = self._refusals = 0

    def pause(self, error: Exception) -> float:
        """Return the seconds to wait. Raises the error where the token is refused for good."""
        pause: float = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        self._failures += 1
        if isinstance(error, InvalidToken | Forbidden):
            self._note_refusal(error)
        else:
            self._refusals = 0
        if isinstance(error, RetryAfter):
            pause = min(max(asked_wait(error).total_seconds(), pause), LONGEST_PAUSE_SECONDS)
        return pause

    def _note_refusal(self, error: Exception) -> None:
        now = asyncio.get_running_loop().time()
        if not self._refusals:
            self._refused_at = now
        self._refusals += 1
        if self._refusals >= REFUSALS and now - self._refused_at >= REFUSED_SECONDS:
            log.error("poll.refused: Telegram refuses the bot's token for good times=%d", self._refusals)
            raise error
        log.warning("poll.refused: Telegram refuses the bot's token, trying again")


class Poller:
    """Polls, with a pause after each failure. `conflicts` counts the meetings with another process."""

    def __init__(self, application: ClinicApplication, in_flight: InFlight) -> None:
        self._application = application
        self._in_flight = in_flight
        self._backoff = PollBackoff()
        self.conflicts = 0

    async def poll(self, offset: int, seconds: int) -> Polled | None:
        """Return what there is from the offset on, None after a failure and the pause that it asks for.

        Raises InvalidToken, Forbidden where the token is refused for good.
        """
        try:
            await self._application.bot.get_updates(
                offset=offset or None,
                limit=LIMIT,
                timeout=seconds,
                read_timeout=10,  # beside the time of the long poll itself
                allowed_updates=ALLOWED_UPDATES,
            )
        except TelegramError as error:
            await self._rest(error)
            return None
        polled = Polled(self._in_flight.take(), self._in_flight.ids)
        if polled.nonsense:
            log.warning("poll.nonsense count=%d", polled.nonsense)
            if not polled.updates:  # there is nothing to acknowledge it by, so it will come again
                await self._rest(TelegramError(INVALID))
                return None
        self._backoff.reset()
        return polled

    async def acknowledge(self, offset: int) -> None:
        """Say that all updates below the offset are handled."""
        try:
            await self._application.bot.get_updates(offset=offset, limit=1, timeout=0, read_timeout=2)
        except TelegramError as error:
            log.info("poll.unacknowledged why=%s", type(error).__name__)
        self._in_flight.take()

    async def _rest(self, error: TelegramError) -> None:
        if isinstance(error, Conflict):
            self.conflicts += 1
            log.warning("poll.conflict: another process takes the updates of this bot's token")
        pause = self._backoff.pause(error)
        log.info("poll.failed why=%s pause=%s", type(error).__name__, pause)
        await asyncio.sleep(pause)
