"""Sends announcements: each chat gets one at most once, also if a process crashes.

The chats are collected first, under ids that make a second copy impossible. A delivery is marked in the
database before it is sent. If the sender crashes before the result is stored, the delivery counts as failed
and is not sent again. A delivery that certainly was not sent is tried again: after the time that Telegram has
named (nobody gets anything until then), or, if Telegram can't be reached, after longer and longer pauses.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from services.announcements.emails import EMAILS_AT_ONCE, EmailedAnnouncements, results
from services.announcements.recipients import Recipients
from services.audit import Audit
from services.background.backoff import backoff
from services.background.lease_keeper import LeaseKeeper
from services.background.rate_limiter import RateLimiter
from services.background.worker_loop import work_when_nudged
from services.cancellation import raise_if_cancelled
from services.clock import Clock
from services.errors import StorageDown, TryLater
from services.models.announcements import Announcement, AnnouncementState, Delivery, DeliveryState, Tally
from services.models.audit import Action
from services.models.people import ChatId
from services.storage.announcements import AnnouncementStore
from services.storage.deliveries import DeliveryStore

log = logging.getLogger(__name__)

# Longer than a batch may take. After a crash, another process takes over when the lease ends.
LEASE = timedelta(seconds=30)
DELIVERY_TIMEOUT = timedelta(seconds=20)
DELIVERIES_AT_ONCE = 8
# Of the 25 messages a second that the outbox and announcements share (see services/notifications/outbox.py).
# So many tokens are always left to the outbox, so that a confirmation never waits behind an announcement.
PER_SECOND = 15
LEFT_TO_THE_OUTBOX = 10
LONGEST_PAUSE = timedelta(minutes=1)
# Telegram accepts one message a second in one chat. The admin's chat also shows the progress.
SHOWN_EVERY_SECONDS = 2.0
SECONDS_PER_MESSAGE = 1.0
# After so long the admin has probably put the phone away, and is notified by a new message.
LONG_WAIT = timedelta(seconds=10)


class SendOutcome(Enum):
    """The result of sending to one chat; `UNCLEAR`: it may have arrived."""

    DELIVERED = auto()
    BLOCKED = auto()
    REFUSED = auto()
    UNCLEAR = auto()


STATES = {
    SendOutcome.DELIVERED: DeliveryState.DELIVERED,
    SendOutcome.BLOCKED: DeliveryState.BLOCKED,
    SendOutcome.REFUSED: DeliveryState.FAILED,
    SendOutcome.UNCLEAR: DeliveryState.FAILED,
}


class AnnouncementChannel(Protocol):
    """Sends to chats. Each call sends one message, and repeats nothing."""

    async def tell(self, chat_id: ChatId, text: str) -> SendOutcome:
        """Send the announcement to a chat. Raises TryLater only if it certainly was not sent."""
        ...

    async def show(self, announcement: Announcement, tally: Tally, *, is_over: bool) -> int | None:
        """Show the progress to its admin: edit the progress message, or send one.

        Returns the message's id, None if the admin's chat accepts no messages. Raises TryLater.
        """
        ...

    async def ring(self, announcement: Announcement, tally: Tally) -> None:
        """Tell the admin in a new message that it is over. Raises TryLater."""
        ...


@dataclass(frozen=True, slots=True)
class _Parts:
    """What sending works with: a limiter for announcements, and the one that is shared with the outbox.

    `shown_at` is when something was last sent to an admin's chat, in the event loop's time.
    """

    announcements: AnnouncementStore
    deliveries: DeliveryStore
    recipients: Recipients
    audit: Audit
    clock: Clock
    channel: AnnouncementChannel
    own_limiter: RateLimiter
    shared_limiter: RateLimiter
    emails: EmailedAnnouncements | None
    shown_at: dict[ChatId, float] = field(default_factory=dict)


class _Wait(Exception):
    """Nothing may be sent before that instant; with `lets_others_pass` only nothing of this announcement."""

    def __init__(self, until: datetime, *, lets_others_pass: bool = False) -> None:
        super().__init__(until)
        self.until = until
        self.lets_others_pass = lets_others_pass


class _Lost(Exception):
    """Another process has the announcement by now."""


class AnnouncementSender:
    """Sends announcements. Any number of these may run on one database; one of them sends at a time.

    `shared_limiter` limits all messages to chats; the outbox uses it, too. Telegram limits what the whole bot
    sends, so only the one that has the `turn` sends. Without `emails` those who have no chat get nothing.
    """

    def __init__(
        self,
        *,
        announcements: AnnouncementStore,
        deliveries: DeliveryStore,
        recipients: Recipients,
        audit: Audit,
        clock: Clock,
        channel: AnnouncementChannel,
        shared_limiter: RateLimiter,
        turn: LeaseKeeper | None = None,
        emails: EmailedAnnouncements | None = None,
    ) -> None:
        self._turn = turn
        self._parts = _Parts(
            announcements,
            deliveries,
            recipients,
            audit,
            clock,
            channel,
            RateLimiter(PER_SECOND),
            shared_limiter,
            emails,
        )
        self._is_due = asyncio.Event()

    def nudge(self) -> None:
        """Wake the loop: there may be something to do."""
        self._is_due.set()

    async def work(self) -> None:
        """Work until cancelled: whenever it is nudged, send what is due."""
        await work_when_nudged(self._is_due, self._send_in_turn, "announcer")

    async def _send_in_turn(self) -> None:
        """Send what is due, until another worker may send. What is left is in the database."""
        if self._turn is None:
            await self.send_due()
        elif self._turn.is_held:
            await self._turn.while_held(self.send_due)

    async def send_due(self) -> None:
        """Send all announcements, oldest first, until none is left or the next one has to wait."""
        parts = self._parts
        while (claimed := await parts.announcements.claim(parts.clock.now(), LEASE)) is not None:
            sending = _Sending(parts, *claimed)
            try:
                await sending.work()
            except _Wait as wait:
                await sending.let_go(wait.until, lets_others_pass=wait.lets_others_pass)
            except _Lost:
                log.warning("announcer.lost announcement=%s", claimed[0].id)
            except (StorageDown, asyncio.CancelledError):
                with suppress(StorageDown):
                    await sending.let_go(parts.clock.now())
                raise
            except Exception:
                await sending.let_go(sending.after_a_setback())
                raise


class _Sending:
    """Sending one announcement, under a claim."""

    def __init__(self, parts: _Parts, announcement: Announcement, claim: str) -> None:
        self._parts = parts
        self._it = announcement
        self._claim = claim
        self._setbacks = announcement.setbacks

    async def work(self) -> None:
        """Send it to its end, from wherever it stands. Raises _Wait, _Lost."""
        # The process that had it before is gone; what it was sending may have arrived.
        await self._parts.deliveries.give_up(self._it.id, self._parts.clock.now())
        if self._it.state is AnnouncementState.GATHERING:
            await self._gather()
        await self._show_progress()
        while self._it.state is AnnouncementState.SENDING and (
            await self._send_some() or await self._email_some()
        ):
            raise_if_cancelled()
            await self._show_progress()
        await self._end()

    async def let_go(self, until: datetime, *, lets_others_pass: bool = False) -> None:
        """Release the claim; anybody may take it from then on."""
        await self._parts.announcements.let_go(
            self._it.id, self._claim, until, self._setbacks, lets_others_pass=lets_others_pass
        )

    def after_a_setback(self) -> datetime:
        """Count a failed try, and return when to try again."""
        self._setbacks += 1
        return self._parts.clock.now() + min(backoff(self._setbacks), LONGEST_PAUSE)

    async def _renew(self) -> None:
        until = self._parts.clock.now() + LEASE
        found = await self._parts.announcements.renew(self._it.id, self._claim, until, self._setbacks)
        if found is None:
            raise _Lost
        self._it = found

    async def _gather(self) -> None:
        """Collect its chats, and who gets an email, unless it is stopped meanwhile; note it in the audit."""
        parts, it = self._parts, self._it
        async for people in parts.recipients.of(it.audience):
            await parts.deliveries.gather(it.id, [chat for chats in people.values() for chat in chats])
            if it.by_email:
                without = await parts.recipients.without_chats(people)
                await parts.deliveries.gather_emails(it.id, without, parts.clock.now())
            await self._renew()
            if self._it.state is not AnnouncementState.GATHERING:
                return
        tally = await parts.deliveries.tally(it.id)
        facts = {"audience": it.audience.value, "chats": tally.total}
        if tally.emails is not None:
            facts["emails"] = tally.emails.total
        await parts.audit.note(Action.ANNOUNCED, actor=it.by, once=it.id, subject=it.id, **facts)
        await parts.announcements.gathered(it.id, self._claim)
        await self._renew()

    async def _send_some(self) -> bool:
        """Send to some chats, after a failure to one; False if none is left. Raises _Wait, _Lost."""
        turns = await self._turns(1 if self._setbacks else DELIVERIES_AT_ONCE)
        await self._renew()
        wanted = self._it.state is AnnouncementState.SENDING
        deliveries = await self._parts.deliveries.take(self._it.id, turns) if wanted else []
        self._parts.own_limiter.give_back(turns - len(deliveries))
        self._parts.shared_limiter.give_back(turns - len(deliveries))
        if deliveries:
            self._heed(await self._send(deliveries))
        return bool(deliveries)

    async def _email_some(self) -> bool:
        """Send some emails, after a failure one; False if none is left. Raises _Wait, _Lost."""
        emails, it = self._parts.emails, self._it
        if emails is None or not it.by_email or it.state is not AnnouncementState.SENDING:
            return False
        taken = await emails.take(it, 1 if self._setbacks else EMAILS_AT_ONCE)
        if taken:
            if await emails.send(it, taken):
                self._setbacks = 0
                return True
            due: datetime | None = self.after_a_setback()
        else:
            due = await self._parts.deliveries.next_email(it.id)
        if due is None:
            return False
        await self._show(await self._parts.deliveries.tally(it.id), is_over=False)
        # Not for long at once, as somebody may stop it meanwhile.
        raise _Wait(min(due, self._parts.clock.now() + LONGEST_PAUSE), lets_others_pass=True)

    async def _turns(self, most: int) -> int:
        own = await self._parts.own_limiter.take(most)
        taken = await self._parts.shared_limiter.take(own, spare=LEFT_TO_THE_OUTBOX)
        self._parts.own_limiter.give_back(own - taken)
        return taken

    async def _send(self, deliveries: Sequence[Delivery]) -> list[SendOutcome | datetime | None]:
        """Send to each of the chats, and return the results."""
        return await results([self._deliver(delivery) for delivery in deliveries])

    async def _deliver(self, delivery: Delivery) -> SendOutcome | datetime | None:
        """Send to one chat and store the result.

        If it was not sent, it waits again: until the instant that is returned, or None if none was named.
        """
        parts = self._parts
        if delivery.chat_id == self._it.chat_id:
            await self._quiet_chat()
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT.total_seconds()):
                fate = await parts.channel.tell(delivery.chat_id, self._it.text)
        except TryLater as later:
            until = parts.clock.now() + later.after if later.after is not None else None
            await parts.deliveries.settle(delivery, DeliveryState.WAITING, parts.clock.now())
            return until
        except TimeoutError:
            fate = SendOutcome.UNCLEAR
        except Exception:
            log.exception("announcer.failed delivery=%s", delivery.id)
            fate = SendOutcome.UNCLEAR
        if STATES[fate] is DeliveryState.FAILED:
            log.info("announcer.undelivered delivery=%s why=%s", delivery.id, fate.name)
        await parts.deliveries.settle(delivery, STATES[fate], parts.clock.now())
        return fate

    def _heed(self, results: Sequence[SendOutcome | datetime | None]) -> None:
        """Wait if some were not sent, or if none is known to have arrived. Raises _Wait."""
        asked = [until for until in results if isinstance(until, datetime)]
        if asked:
            raise _Wait(max(asked))
        if None in results or all(fate is SendOutcome.UNCLEAR for fate in results):
            raise _Wait(self.after_a_setback())
        self._setbacks = 0

    async def _quiet_chat(self) -> None:
        """Wait until the admin's chat may get its next message."""
        await asyncio.sleep(max(0.0, SECONDS_PER_MESSAGE - self._shown_ago()))
        self._parts.shown_at[self._it.chat_id] = asyncio.get_running_loop().time()

    def _shown_ago(self) -> float:
        """Return how many seconds ago something was shown in the admin's chat."""
        shown_at = self._parts.shown_at.get(self._it.chat_id, float("-inf"))
        return asyncio.get_running_loop().time() - shown_at

    async def _show_progress(self) -> None:
        is_sending = self._it.state is AnnouncementState.SENDING
        if is_sending and self._shown_ago() >= SHOWN_EVERY_SECONDS:
            await self._show(await self._parts.deliveries.tally(self._it.id), is_over=False)

    async def _show(self, tally: Tally, *, is_over: bool) -> None:
        await self._turns(1)
        await self._quiet_chat()
        try:
            message_id = await self._parts.channel.show(self._it, tally, is_over=is_over)
        except TryLater as later:
            raise self._wait(later) from later
        if message_id is not None and message_id != self._it.message_id:
            await self._parts.announcements.shown(self._it.id, self._claim, message_id)
            await self._renew()

    def _wait(self, later: TryLater) -> _Wait:
        return _Wait(self._parts.clock.now() + later.after if later.after else self.after_a_setback())

    async def _end(self) -> None:
        """Show the result, send a new message if it took long, and close the announcement."""
        parts = self._parts
        await parts.deliveries.give_up(self._it.id, parts.clock.now())
        tally = await parts.deliveries.tally(self._it.id)
        await self._show(tally, is_over=True)
        if parts.clock.now() - self._it.at > LONG_WAIT:
            await self._turns(1)
            await self._quiet_chat()
            try:
                await parts.channel.ring(self._it, tally)
            except TryLater as later:
                raise self._wait(later) from later
        state = AnnouncementState.FINISHED
        if self._it.state is AnnouncementState.STOPPED:
            state = AnnouncementState.STOPPED
        await parts.announcements.close(self._it.id, self._claim, state, parts.clock.now())
