"""Asks for updates (Bot API getUpdates), and copes with any answer.

The updates are taken out of the answer as JSON: each is parsed alone, when its turn comes.
"""

import asyncio
import logging
from collections.abc import Callable, Container
from typing import Any

from telegram.error import Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.application import ClinicApplication
from bot.telegram.retries import asked_wait
from bot.telegram.transport import INVALID
from bot.telegram.updates.raw_updates import ALLOWED_UPDATES, Json, id_of

log = logging.getLogger(__name__)

LIMIT = 100
LONG_POLL_SECONDS = 30
RETRY_SECONDS = (0.5, 1, 2, 4, 8, 15)
# The bot polls again after this time, even if the server asks it to wait longer.
LONGEST_PAUSE_SECONDS = 300
# A token counts as revoked when it is refused so often in a row, over at least so many seconds.
REFUSALS = 5
REFUSED_SECONDS = 60
# After so long without an answer another worker may try.
FAILING_SECONDS = 10


class InFlight:
    """Updates that have come and are not handled yet; it takes them out of answers as plain JSON.

    `ids` are those of the updates in flight: until the oldest of them is acknowledged, each poll brings all
    of them again.
    """

    def __init__(self) -> None:
        self.ids: Container[int] = ()
        self._came: list[Any] = []

    def trim(self, answer: Json) -> None:
        """Take the updates out of an answer to getUpdates. Raises TelegramError if they are no list."""
        if "error_code" in answer:
            return
        if not isinstance(answer.get("result"), list):
            raise TelegramError(INVALID)
        self._came, answer["result"] = answer["result"], []

    def take(self) -> list[Any]:
        """Return the updates of the last poll."""
        came, self._came = self._came, []
        return came


class Polled:
    """The result of one poll: the new updates by id, and whether there may be more."""

    def __init__(self, came: list[Any], in_flight: Container[int]) -> None:
        self.updates: dict[int, Json] = {}
        self.is_full = len(came) >= LIMIT
        self.nonsense = 0
        for raw in came:
            update_id = id_of(raw)
            if update_id is None:
                self.nonsense += 1
            elif update_id not in in_flight:
                self.updates[update_id] = raw


class PollBackoff:
    """The back-off after failed polls, and when to give up."""

    def __init__(self) -> None:
        self._failures = 0
        self._refusals = 0
        self._refused_at = 0.0

    def reset(self) -> None:
        """Note that a poll has succeeded."""
        self._failures = self._refusals = 0

    def pause(self, error: Exception) -> float:
        """Return the seconds to wait. Raises the error if the token counts as revoked."""
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
    """Polls, with a pause after each failure. `conflicts` counts the 409s: another process polled, too.

    `may_poll` tells whether this process is the one that polls. One that was paused finds a 409 when it goes
    on, as another has its turn since: that is no conflict.
    """

    def __init__(
        self, application: ClinicApplication, in_flight: InFlight, may_poll: Callable[[], bool]
    ) -> None:
        self._application = application
        self._in_flight = in_flight
        self._may_poll = may_poll
        self._backoff = PollBackoff()
        self.conflicts = 0
        # Since when each poll has failed, by the event loop's clock; None: the last one has not.
        self._failing_since: float | None = None

    @property
    def fails_for_long(self) -> bool:
        """Whether Telegram has not been reached for so long that another worker had better try."""
        return self._failing_since is not None and _seconds() - self._failing_since > FAILING_SECONDS

    def forget_failures(self) -> None:
        """Count from now on how long polls fail."""
        self._failing_since = None

    async def poll(self, offset: int, seconds: int) -> Polled | None:
        """Return the updates from the offset on; after a failure, pause and return None.

        Raises InvalidToken, Forbidden if the token counts as revoked.
        """
        try:
            await self._application.bot.get_updates(
                offset=offset or None,
                limit=LIMIT,
                timeout=seconds,
                read_timeout=10,  # in addition to the time of the long poll
                allowed_updates=ALLOWED_UPDATES,
            )
        except TelegramError as error:
            await self._rest(error)
            return None
        polled = Polled(self._in_flight.take(), self._in_flight.ids)
        if polled.nonsense:
            log.warning("poll.nonsense count=%d", polled.nonsense)
            if not polled.updates:  # without an id it cannot be acknowledged, so it comes again
                await self._rest(TelegramError(INVALID))
                return None
        self._backoff.reset()
        self._failing_since = None
        return polled

    async def acknowledge(self, offset: int) -> None:
        """Acknowledge all updates below the offset."""
        try:
            await self._application.bot.get_updates(offset=offset, limit=1, timeout=0, read_timeout=2)
        except TelegramError as error:
            log.info("poll.unacknowledged why=%s", type(error).__name__)
        self._in_flight.take()

    async def _rest(self, error: TelegramError) -> None:
        if isinstance(error, Conflict) and not self._may_poll():
            return
        self._failing_since = self._failing_since or _seconds()
        if isinstance(error, Conflict):
            self.conflicts += 1
            log.warning("poll.conflict: another process takes the updates of this bot's token")
        pause = self._backoff.pause(error)
        log.info("poll.failed why=%s pause=%s", type(error).__name__, pause)
        await asyncio.sleep(pause)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
