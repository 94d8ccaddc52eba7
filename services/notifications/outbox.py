"""The outbox: what is stored is told at least once, also if processes crash.

Events are spread (spreading.py), which makes one notice for each reader and channel. A notice that is due is
claimed under a lease, judged (delivery_order.py), delivered (delivery.py) and closed. Each channel has a rate
limit, and so has each chat. Readers take turns, so that many notices for one person do not delay the others,
and a notice whose chat has just had a message lets others go first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from services.background.lease_keeper import LeaseKeeper
from services.background.rate_limiter import WAIT_SECONDS, RateLimiter
from services.background.worker_loop import work_when_nudged
from services.cancellation import cancel_and_wait, raise_if_cancelled
from services.clock import Clock
from services.errors import StorageDown
from services.models.delivery_order import Close, Postpone, Send, Verdict
from services.models.notifications import (
    ChannelName,
    Notice,
)
from services.models.people import UserId
from services.notifications.chat_cards import ChatCards, NoChatCards, said_there
from services.notifications.chat_rate_limit import ChatRateLimit
from services.notifications.delivery import Channel, NoticeDelivery
from services.notifications.delivery_order import judge, judge_shown
from services.notifications.observer import NoObserver, OutboxObserver
from services.notifications.readers import NoticeReaders
from services.notifications.spreading import EventSpreader
from services.patients.finding import Patients
from services.storage.audit import AuditStore
from services.storage.chat_holds import ChatHoldStore
from services.storage.notifications import NotificationStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

# Longer than any delivery may take, so that no notice is claimed again while it is being delivered.
LEASE = timedelta(seconds=60)
DELIVERIES_AT_ONCE = 8
# Messages a second. Telegram accepts about thirty from a bot (Bots FAQ); mail servers accept fewer from one
# sender.
PER_SECOND = {ChannelName.CHAT: 25, ChannelName.MAIL: 10}
# After spreading something, so that events that come at the same time are spread together.
SPREAD_PAUSE_SECONDS = 0.2
LAST_WORDS_SECONDS = 3
# How often the pauses of chats are read that Telegram has asked other workers for.
HOLDS_SECONDS = 1.0
MAX_AWAITED = 10_000
# When so many readers had their turn, everybody has a turn again: the ids are part of each query.
MAX_SERVED = 500
A_MOMENT_SECONDS = 0.02


class Outbox:
    """Sends notices to their readers. Any number of these may work on one database.

    `rate_limiters` are those of channels that others use, too; each other channel gets its own. `chat_cards`
    knows what cards in chats have shown already. Telegram and mail servers limit what the whole bot sends,
    so only the one that has the `bulk_turn` sends anything. `chat_holds` has the pauses of chats that
    Telegram has asked any worker for. The `audit` gets an entry for each booking, move and cancellation.
    With `patients`, those who look after patients without an account are told in their place.
    """

    def __init__(
        self,
        *,
        notifications: NotificationStore,
        users: UserStore,
        sessions: SessionStore,
        clock: Clock,
        channels: Mapping[ChannelName, Channel],
        rate_limiters: Mapping[ChannelName, RateLimiter] | None = None,
        chat_cards: ChatCards | None = None,
        observer: OutboxObserver | None = None,
        bulk_turn: LeaseKeeper | None = None,
        chat_holds: ChatHoldStore | None = None,
        audit: AuditStore | None = None,
        patients: Patients | None = None,
    ) -> None:
        readers = NoticeReaders(users, patients)
        self._bulk_turn = bulk_turn
        self._chat_holds = chat_holds
        # When those were read last, by the event loop's clock.
        self._holds_read_at = float("-inf")
        self._notifications = notifications
        self._clock = clock
        self._channels = channels
        self._chat_cards = chat_cards or NoChatCards()
        self._observer = observer or NoObserver()
        self._began_at = clock.now()
        self._rate_limiters = {name: RateLimiter(PER_SECOND[name]) for name in channels} | dict(
            rate_limiters or {}
        )
        self._chat_limits = ChatRateLimit(clock)
        self._spreader = EventSpreader(
            notifications=notifications,
            sessions=sessions,
            readers=readers,
            clock=clock,
            on_notices=self._nudge_channels,
            observer=self._observer,
            audit=audit,
        )
        self._delivery = NoticeDelivery(
            notifications=notifications,
            users=users,
            sessions=sessions,
            readers=readers,
            clock=clock,
            channels=channels,
            chat_limits=self._chat_limits,
            observer=self._observer,
        )
        self._is_event = asyncio.Event()
        self._is_due = {name: asyncio.Event() for name in channels}
        # In each channel, the readers who have had their turn in this round.
        self._served: dict[ChannelName, set[UserId]] = {name: set() for name in channels}
        # The ids of notices that others wait for.
        self._awaited: set[str] = set()
        # The notices that cards have shown since the last spreading, and when.
        self._shown: dict[str, datetime] = {}

    def nudge(self) -> None:
        """Wake the loops: there may be something to do."""
        self._is_event.set()
        self._nudge_channels()

    def note_shown(self, notices: Iterable[str]) -> None:
        """Note that cards have just shown these notices."""
        self._shown |= dict.fromkeys(notices, self._clock.now())
        self.nudge()

    def _nudge_channels(self) -> None:
        for is_due in self._is_due.values():
            is_due.set()

    async def work(self) -> None:
        """Work until cancelled: whenever it is nudged, send all that is due.

        Each channel has a loop of its own, so that a slow mail server never holds up the chats.
        """
        loops = [
            self._loop(self._is_due[name], partial(self._drain_then_look_again, name))
            for name in self._channels
        ]
        await asyncio.gather(self._loop(self._is_event, self._spread_then_pause), *loops)

    async def _loop(self, nudged: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
        await work_when_nudged(nudged, act, "outbox", self._observer.storage_failed)

    async def send_due(self) -> None:
        """Spread all events and deliver all notices that are due, once. Raises StorageDown."""
        await self._spread()
        drained = await asyncio.gather(*map(self._drain_all, self._channels), return_exceptions=True)
        for error in drained:
            if error is not None:
                raise error

    async def _spread_then_pause(self) -> None:
        # A look that has found nothing must not delay what comes right after it.
        if await self._spread():
            await asyncio.sleep(SPREAD_PAUSE_SECONDS)

    async def _spread(self) -> bool:
        """Spread all events, and see whether cards were shown too late; tell whether there were events."""
        were_any = await self._spreader.spread()
        await self._follow_cards()
        return were_any

    async def _follow_cards(self) -> None:
        """Send later notices again that arrived before a card with an older version was shown."""
        shown, self._shown = self._shown, {}
        try:
            if shown and await self._notifications.delivery_order.tell_again(shown, self._clock.now()):
                self._nudge_channels()
        except StorageDown:
            self._shown = shown | self._shown
            raise

    async def _drain_then_look_again(self, channel: ChannelName) -> None:
        """Deliver what is due, and wake up again for chats that have to wait now."""
        await self._drain(channel)
        rest = self._chat_limits.next_free_in()
        if channel is ChannelName.CHAT and rest is not None:
            asyncio.get_running_loop().call_later(max(rest, WAIT_SECONDS), self._is_due[channel].set)

    async def _drain_all(self, channel: ChannelName) -> None:
        """Deliver what is due, and wait for chats that have to wait, until nothing is left."""
        await self._drain(channel)
        while await self._is_more(channel):
            await asyncio.sleep(self._chat_limits.next_free_in() or A_MOMENT_SECONDS)
            await self._drain(channel)

    async def _is_more(self, channel: ChannelName) -> bool:
        held, being_answered = self._chat_limits.paused(), self._chat_cards.being_answered()
        return await self._notifications.is_due(
            channel, self._clock.now(), but=held, being_answered=being_answered
        )

    async def _drain(self, channel: ChannelName) -> None:
        """Deliver what is due, several at once; a failure does not stop the others."""
        deliveries: set[asyncio.Task[None]] = set()
        try:
            while notices := await self._claim(channel, DELIVERIES_AT_ONCE - len(deliveries)):
                raise_if_cancelled()
                for notice in await self._to_send(notices):
                    task = asyncio.create_task(self._deliver(notice))
                    deliveries.add(task)
                    task.add_done_callback(deliveries.discard)
                if len(deliveries) >= DELIVERIES_AT_ONCE:
                    await asyncio.wait(deliveries, return_when=asyncio.FIRST_COMPLETED)
            if deliveries:
                await asyncio.wait(deliveries)
        except asyncio.CancelledError:
            # The bot is stopping. Deliveries that are nearly done get a moment, so that they are not
            # repeated.
            if deliveries:
                await asyncio.wait(deliveries, timeout=LAST_WORDS_SECONDS)
            await cancel_and_wait(*deliveries)
            raise

    async def _claim(self, channel: ChannelName, most: int) -> list[Notice]:
        """Claim as many notices as the rate allows: one for each reader before anybody gets a second."""
        if self._bulk_turn is not None and not self._bulk_turn.is_held:
            return []
        if channel is ChannelName.CHAT:
            await self._read_holds()
        limiter, served = self._rate_limiters[channel], self._served[channel]
        turns = await limiter.take(most)
        notices: list[Notice] = []
        with self._turns_given_back(notices):
            while len(notices) < turns:
                is_round = bool(served)
                found, is_truncated = await self._claim_from(channel, turns - len(notices), served)
                notices += found
                served |= {notice.reader for notice in found}
                if found and is_truncated and len(served) < MAX_SERVED:
                    continue
                # Everybody has had a turn, so a new round begins.
                served.clear()
                if is_round:
                    notices += (await self._claim_from(channel, turns - len(notices), None))[0]
                break
        limiter.give_back(turns - len(notices))
        return notices

    async def _read_holds(self) -> None:
        """Learn what Telegram has told other workers, but not before each message."""
        now = asyncio.get_running_loop().time()
        if self._chat_holds is not None and now - self._holds_read_at >= HOLDS_SECONDS:
            self._chat_limits.note_held(await self._chat_holds.held(self._clock.now()))
            self._holds_read_at = now

    @contextmanager
    def _turns_given_back(self, notices: Sequence[Notice]) -> Iterator[None]:
        """If something fails before these are delivered, free their chats for other notices.

        The notices come back when their leases end; a chat that nobody frees would never get anything again.
        """
        try:
            yield
        except BaseException:
            for notice in notices:
                self._end_turn(notice, unused=True)
            raise

    async def _claim_from(
        self, channel: ChannelName, most: int, served: set[UserId] | None
    ) -> tuple[list[Notice], bool]:
        if not most:
            return [], False
        is_chat, now = channel is ChannelName.CHAT, self._clock.now()
        claimed = await self._notifications.claim_in_turn(
            channel,
            now,
            LEASE,
            most,
            limited=self._chat_limits.limited() if is_chat else None,
            served=served,
            being_answered=self._chat_cards.being_answered() if is_chat else (),
        )
        for notice in claimed[0]:
            if notice.chat_id is not None:
                self._chat_limits.begin(notice.chat_id)
        return claimed

    async def _to_send(self, notices: Sequence[Notice]) -> list[Notice]:
        """Return the notices that can be sent now; let the others wait, or close them."""
        with self._turns_given_back(notices):
            return await self._judged(notices)

    async def _judged(self, notices: Sequence[Notice]) -> list[Notice]:
        now = self._clock.now()
        around, said = await asyncio.gather(
            self._notifications.delivery_order.around(notices, now, LEASE),
            said_there(self._chat_cards, notices, now, self._began_at),
        )
        sent, held, closed = [], [], []
        for notice in notices:
            verdict: Verdict = said.get(notice.id) or Send(notice)
            if notice.id in around and not isinstance(verdict, Postpone):
                how = judge if isinstance(verdict, Send) else judge_shown
                verdict = how(notice, around[notice.id], now)
            match verdict:
                case Send():
                    sent.append(verdict.notice)
                    if verdict.notice is not notice:
                        await self._notifications.delivery_order.rewrite(verdict.notice)
                case Postpone():
                    held.append((notice, verdict))
                case Close():
                    closed.append((notice, verdict))
        await self._wait_or_close(held, closed, now)
        return sent

    async def _wait_or_close(
        self, held: Sequence[tuple[Notice, Postpone]], closed: Sequence[tuple[Notice, Close]], now: datetime
    ) -> None:
        """Let some notices wait, and close others; give back what they took of the rate limits."""
        if held:
            if len(self._awaited) > MAX_AWAITED:  # those that other workers have closed stay in it
                self._awaited.clear()
            self._awaited |= {hold.by for _, hold in held if hold.by}
            await self._notifications.delivery_order.wait(held, now)
        close = self._notifications.close
        await asyncio.gather(*(close(notice, now, end.why, end.cause) for notice, end in closed))
        for notice in [notice for notice, _ in (*held, *closed)]:
            self._rate_limiters[notice.channel].give_back(1)
            self._end_turn(notice, unused=True)

    def _end_turn(self, notice: Notice, *, unused: bool = False) -> None:
        if notice.chat_id is not None:
            self._chat_limits.end(notice.chat_id, unused=unused)
        if notice.id in self._awaited:
            self._awaited.discard(notice.id)
            self._is_due[notice.channel].set()

    async def _deliver(self, notice: Notice) -> None:
        """Deliver one notice; if the database fails, the lease brings the notice back."""
        try:
            await self._delivery.deliver(notice)
        except StorageDown:
            log.warning("outbox.storage_down notice=%s", notice.id)
            self._observer.storage_failed()
        except Exception:
            # It is tried again when its lease ends.
            log.exception("outbox.failed notice=%s", notice.id)
        finally:
            self._end_turn(notice)
