"""The outbox: what is stored is told, at least once, however often something dies on the way.

News -> one notice for each reader and channel -> a channel delivers it -> closed. A channel that
refuses for now is asked again, later and later; one that will never reach the reader closes the notice.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from services.clock import Clock
from services.errors import ClinicError, RecipientGone, StorageDown, TryLater
from services.models import ChatId, User
from services.news import ChannelName, Event, Notice
from services.storage.notifications import Notifications
from services.storage.sessions import Sessions
from services.storage.users import Users

log = logging.getLogger(__name__)

BATCH = 100
# Longer than any delivery may take, so that a notice is not claimed twice while somebody is at it.
LEASE = timedelta(seconds=60)
PATIENCE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(hours=1)
AT_ONCE = 8
LAST_WORDS_SECONDS = 3


class Channel(Protocol):
    """A way to a reader."""

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Bring the notice to its reader. Raises TryLater, RecipientGone."""
        ...


class Outbox:
    """Takes news to its readers. Any number of these may work on one database."""

    def __init__(
        self,
        *,
        notifications: Notifications,
        users: Users,
        sessions: Sessions,
        clock: Clock,
        channels: Mapping[ChannelName, Channel],
    ) -> None:
        self._notifications = notifications
        self._users = users
        self._sessions = sessions
        self._clock = clock
        self._channels = channels
        self._nudges = {name: asyncio.Event() for name in channels}
        self._spreading = asyncio.Lock()

    def nudge(self) -> None:
        """Say that there may be something to do."""
        for nudged in self._nudges.values():
            nudged.set()

    async def work(self) -> None:
        """Work until cancelled: whenever it is nudged, send all that is due.

        Each channel has a loop of its own, so that a slow mail server never holds up the chats.
        """
        await asyncio.gather(*map(self._work, self._channels))

    async def _work(self, channel: ChannelName) -> None:
        while True:
            await self._nudges[channel].wait()
            self._nudges[channel].clear()
            try:
                await self._send_due(channel)
            except StorageDown:
                log.warning("outbox.storage_down")  # the next nudge tries again
            except Exception:
                # Whatever it is, the others' news must go out.
                log.exception("outbox.failed channel=%s", channel)

    async def send_due(self) -> None:
        """Turn all news into notices and deliver all that are due, once. Raises StorageDown."""
        await asyncio.gather(*map(self._send_due, self._channels))

    async def _send_due(self, channel: ChannelName) -> None:
        async with self._spreading:
            while await self._spread():
                pass
        await self._drain(channel)

    async def _spread(self) -> bool:
        """Make the notices of the news that has none yet; True: there may be more."""
        events = await self._notifications.newborn(BATCH)
        for event in events:
            await self._notifications.add(event, await self._notices(event), self._clock.now())
        return len(events) >= BATCH

    async def _notices(self, event: Event) -> list[Notice]:
        """Return a mail for each reader, and a message for each chat in which a reader is signed in."""
        chats = await self._sessions.chats_of(event.readers, self._clock.now())
        places = [(reader, ChannelName.MAIL, None) for reader in event.readers]
        places += [(r, ChannelName.CHAT, chat) for r in event.readers for chat in chats[r]]  # type: ignore[misc]
        return [
            Notice(_notice_id(event, reader, channel, chat), event, reader, channel, chat)
            for reader, channel, chat in places
        ]

    async def _drain(self, channel: ChannelName) -> None:
        """Deliver what is due, a few at once; one that goes wrong does not stop the others."""
        places = asyncio.Semaphore(AT_ONCE)
        deliveries: set[asyncio.Task[None]] = set()
        try:
            while await places.acquire():
                notice = await self._notifications.claim(channel, self._clock.now(), LEASE)
                if notice is None:
                    break
                task = asyncio.create_task(self._deliver(notice))
                deliveries.add(task)
                task.add_done_callback(deliveries.discard)
                task.add_done_callback(lambda _done: places.release())
            if deliveries:
                await asyncio.wait(deliveries)
        except asyncio.CancelledError:
            # The bot is ending: what is nearly delivered is not worth telling twice.
            if deliveries:
                await asyncio.wait(deliveries, timeout=LAST_WORDS_SECONDS)
            for delivery in deliveries:
                delivery.cancel()
            raise

    async def _deliver(self, notice: Notice) -> None:
        """Deliver and note it; where the database is gone the lease brings the notice back."""
        try:
            await self._try(notice)
        except StorageDown:
            log.warning("outbox.storage_down notice=%s", notice.id)

    async def _try(self, notice: Notice) -> None:
        reader = await self._users.by_id(notice.reader)
        if reader is None:
            await self._notifications.close(notice, self._clock.now(), "reader unknown")
            return
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._channels[notice.channel].deliver(notice, reader)
        except RecipientGone as error:
            log.info("outbox.given_up notice=%s why=%s", notice.id, error.why)
            await self._notifications.close(notice, self._clock.now(), error.why)
        except TryLater as error:
            await self._again(notice, error.after)
        except (ClinicError, TimeoutError):
            await self._again(notice, None)
        except Exception:
            # One notice that can't be rendered must not hold up the others for ever.
            log.exception("outbox.failed notice=%s", notice.id)
            await self._again(notice, None)
        else:
            await self._notifications.close(notice, self._clock.now(), "sent")

    async def _again(self, notice: Notice, after: timedelta | None) -> None:
        wait = after if after is not None else backoff(notice.attempts)
        log.info("outbox.again notice=%s attempts=%d wait=%s", notice.id, notice.attempts, wait)
        await self._notifications.postpone(notice, self._clock.now() + wait)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1 s doubling to 1 h, less up to half by chance."""
    doublings = min(max(0, attempts - 1), 16)  # further ones would only overflow
    return min(FIRST_RETRY * 2.0**doublings, LAST_RETRY) * random.uniform(0.5, 1)


def _notice_id(event: Event, reader: str, channel: ChannelName, chat: ChatId | None) -> str:
    return ".".join(str(part) for part in (event.id, reader, channel.value, chat) if part is not None)
