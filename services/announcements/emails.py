"""Announcements as emails, for those who have no chat: each gets one at most once.

Emails are sent when the chats have got theirs, at a pace that leaves room for the outbox. One that the server
does not take for now (a full mailbox, greylisting, a server that is away) is tried again, after longer and
longer pauses, until TRIED_FOR after the announcement was started.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from services.background.backoff import backoff
from services.background.rate_limiter import RateLimiter
from services.cancellation import cancel_and_wait
from services.clock import Clock
from services.errors import RecipientGone, TryLater
from services.models.announcements import Announcement, DeliveryState, MailDelivery
from services.models.people import AccountStatus, User
from services.storage.deliveries import DeliveryStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

EMAILS_AT_ONCE = 4
EMAIL_TIMEOUT = timedelta(seconds=20)
# Of the ten emails a second that the outbox and announcements share (see services/notifications/outbox.py).
LEFT_TO_THE_OUTBOX = 5
# News of an announcement is old after that.
TRIED_FOR = timedelta(hours=2)
LAST_WORDS_SECONDS = 3
Result = TypeVar("Result")


async def results(sendings: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Run all of them, and return their results in the same order."""
    tasks = [asyncio.create_task(each) for each in sendings]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        # The bot is stopping. Deliveries that are nearly done get a moment, so that they do not count as
        # failed.
        await asyncio.wait(tasks, timeout=LAST_WORDS_SECONDS)
        await cancel_and_wait(*tasks)
        raise
    return [task.result() for task in tasks]


class AnnouncementMailer(Protocol):
    """Sends one email, and repeats nothing."""

    async def mail(self, announcement: Announcement, reader: User) -> None:
        """Email the announcement. Raises TryLater if it was not taken, RecipientGone if it never will be."""
        ...


class EmailedAnnouncements:
    """Sends announcements as emails. `shared_limiter` limits all emails; the outbox uses it, too."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        users: UserStore,
        mailer: AnnouncementMailer,
        shared_limiter: RateLimiter,
        clock: Clock,
    ) -> None:
        self._deliveries = deliveries
        self._users = users
        self._mailer = mailer
        self._limiter = shared_limiter
        self._clock = clock

    async def take(self, it: Announcement, most: int) -> list[MailDelivery]:
        """Wait until some emails may be sent, mark them as being sent, and return them."""
        turns = await self._limiter.take(most, spare=LEFT_TO_THE_OUTBOX)
        taken = await self._deliveries.take_emails(it.id, turns, self._clock.now())
        self._limiter.give_back(turns - len(taken))
        return taken

    async def send(self, it: Announcement, taken: Sequence[MailDelivery]) -> bool:
        """Send them; tell whether the server has said of any whether it takes it or not."""
        return any(await results([self._send(it, delivery) for delivery in taken]))

    async def _send(self, it: Announcement, delivery: MailDelivery) -> bool:
        """Send one and store the result; tell whether it is settled."""
        try:
            state = await self._sent(it, delivery)
        except TryLater as later:
            now = self._clock.now()
            if now - it.at < TRIED_FOR:
                wait = later.after if later.after is not None else backoff(delivery.tries + 1)
                await self._deliveries.postpone(delivery, now + wait)
                return False
            state = DeliveryState.FAILED
        except TimeoutError:
            state = DeliveryState.FAILED  # it may have arrived
        except Exception:
            log.exception("announcer.failed delivery=%s", delivery.id)
            state = DeliveryState.FAILED
        if state is DeliveryState.FAILED:
            log.info("announcer.undelivered delivery=%s", delivery.id)
        await self._deliveries.settle(delivery, state, self._clock.now())
        return True

    async def _sent(self, it: Announcement, delivery: MailDelivery) -> DeliveryState:
        """Send one, and return what came of it; note whether the address takes emails. Raises TryLater."""
        reader, now = await self._users.by_id(delivery.user_id), self._clock.now()
        if reader is None or reader.status is not AccountStatus.ACTIVE or reader.refuses(reader.email, now):
            return DeliveryState.BLOCKED
        try:
            async with asyncio.timeout(EMAIL_TIMEOUT.total_seconds()):
                await self._mailer.mail(it, reader)
        except RecipientGone as error:
            if error.altogether:
                await self._users.refuse_mail(reader.id, reader.email, now)
            return DeliveryState.BLOCKED
        if reader.email == reader.mail_refused:
            await self._users.accept_mail(reader.id, reader.email)
        return DeliveryState.DELIVERED
