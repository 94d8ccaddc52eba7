"""The outbox: what is stored is told, at least once, however often something dies on the way.

News -> one notice for each reader and channel -> a channel delivers it -> closed. A channel that
refuses for now is asked again, later and later; one that will never reach the reader closes the notice.
What has failed for a day is parked until an admin decides (see services/notifications/dead_letters.py).
A chat that has
blocked the bot, and a mail address that is refused, are remembered, and tried no more.
Each channel keeps a pace, and so does each chat, so that no crowd of notices makes those wait who are talking
with the bot: a notice whose chat just had one lets the others pass.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from services.background.backoff import backoff
from services.background.rate_limiter import WAIT_SECONDS, RateLimiter
from services.background.worker_loop import work_when_nudged
from services.clock import Clock
from services.errors import ClinicError, RecipientGone, StorageDown, TryLater
from services.models.delivery_order import SENT, Close, Send, Verdict, Wait
from services.models.notifications import (
    CHAT_ONLY,
    MAIL_ONLY,
    TOLD_TO_GUESTS,
    ChannelName,
    Event,
    EventKind,
    Notice,
)
from services.models.people import ChatId, User, UserId
from services.notifications.chat_cards import ChatCards, NoChatCards, said_there
from services.notifications.chat_rate_limit import ChatRateLimit
from services.notifications.delivery_order import judge, judge_shown
from services.notifications.notice_ids import notice_id
from services.storage.missed_notices import is_worth_keeping
from services.storage.notifications import NotificationStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

BATCH = 100
# Longer than any delivery may take, so that a notice is not claimed twice while somebody is at it.
LEASE = timedelta(seconds=60)
DELIVERY_TIMEOUT = timedelta(seconds=30)
# What has failed for so long is parked.
TRIED_FOR = timedelta(hours=24)
# After so long it is looked whether the reader is in that chat still.
LONG_WAIT = timedelta(minutes=1)
DELIVERIES_AT_ONCE = 8
# Telegram takes some thirty messages a second from a bot, mail servers rather fewer from a sender.
PER_SECOND = {ChannelName.CHAT: 25, ChannelName.MAIL: 10}
# News that comes in a crowd is taken together.
SPREAD_PAUSE_SECONDS = 0.2
LAST_WORDS_SECONDS = 3
MAX_AWAITED = 10_000
# After so many readers everybody has a turn again: their ids go with each question to the database.
MAX_SERVED = 500
A_MOMENT_SECONDS = 0.02


class Channel(Protocol):
    """A way to a reader."""

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Bring the notice to its reader. Raises TryLater, RecipientGone."""
        ...


class Outbox:
    """Takes news to its readers. Any number of these may work on one database.

    `paces` are those of channels which others send over, too; each other channel has one of its own.
    `screens` are the chats whose cards say some of it themselves, if there are any.
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
    ) -> None:
        self._notifications = notifications
        self._users = users
        self._sessions = sessions
        self._clock = clock
        self._channels = channels
        self._chat_cards = chat_cards or NoChatCards()
        self._began_at = clock.now()
        self._rate_limiters = {name: RateLimiter(PER_SECOND[name]) for name in channels} | dict(
            rate_limiters or {}
        )
        self._chat_limits = ChatRateLimit(clock)
        self._is_event = asyncio.Event()
        self._is_due = {name: asyncio.Event() for name in channels}
        # Who has had something since everybody had a turn, in each channel.
        self._served: dict[ChannelName, set[UserId]] = {name: set() for name in channels}
        # For which notices others wait.
        self._awaited: set[str] = set()
        # What cards have shown since the last look, and when.
        self._shown: dict[str, datetime] = {}

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._is_event.set()
        self._nudge_channels()

    def note_shown(self, notices: Iterable[str]) -> None:
        """Note that cards have just shown what these notices say."""
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
            work_when_nudged(self._is_due[name], partial(self._drain_then_look_again, name), "outbox")
            for name in self._channels
        ]
        await asyncio.gather(work_when_nudged(self._is_event, self._spread_then_pause, "outbox"), *loops)

    async def send_due(self) -> None:
        """Turn all news into notices and deliver all that are due, once. Raises StorageDown."""
        await self._spread()
        await asyncio.gather(*map(self._drain_all, self._channels))

    async def _spread_then_pause(self) -> None:
        await self._spread()
        await asyncio.sleep(SPREAD_PAUSE_SECONDS)

    async def _spread(self) -> None:
        """Make the notices of all news that has none yet."""
        await self._notifications.dead_letter_unknown_channels(self._clock.now())
        while events := await self._notifications.unspread(BATCH):
            notices, now = await self._notices(events), self._clock.now()
            await self._keep_for_later([each for each in notices if each.is_for_nobody], now)
            await self._notifications.add(events, [each for each in notices if not each.is_for_nobody], now)
            self._nudge_channels()
            if len(events) < BATCH:
                break
        await self._follow_cards()

    async def _follow_cards(self) -> None:
        """Tell again what cards have been shown too late for: a card must not have the last word then."""
        shown, self._shown = self._shown, {}
        try:
            if shown and await self._notifications.delivery_order.tell_again(shown, self._clock.now()):
                self._nudge_channels()
        except StorageDown:
            self._shown = shown | self._shown
            raise

    async def _keep_for_later(self, notices: Sequence[Notice], now: datetime) -> None:
        """Keep what found its reader in no chat; who has come to one at that moment hears of it there."""
        if not notices:
            return
        await self._sessions.missed_notices.add(notices, now)
        chats = await self._sessions.chats_of({notice.reader for notice in notices}, now)
        for reader, places in chats.items():
            if places:
                await self._sessions.missed_notices.tell(reader, places[0], now)

    async def _notices(self, events: Sequence[Event]) -> list[Notice]:
        """Return a mail for each reader, and a message for each chat in which a reader can be reached.

        Some news is for one of the two alone. What finds a reader in no chat, and has to be known there, is
        for none yet.
        """
        now = self._clock.now()
        chats = await self._sessions.chats_of({reader for event in events for reader in event.readers}, now)
        guests = {reader for event in events if event.kind in TOLD_TO_GUESTS for reader in event.readers}
        last = await self._sessions.last_chats.of(guests) if guests else {}
        notices: list[Notice] = []
        for event in events:
            for reader in event.readers:
                was_in = last[reader] if event.kind in TOLD_TO_GUESTS else []
                places = dict.fromkeys([*chats[reader], *was_in])
                notices += _notices_of(event, reader, places, now)
        return notices

    async def _drain_then_look_again(self, channel: ChannelName) -> None:
        """Deliver what is due, and come back for what had to let others pass."""
        await self._drain(channel)
        rest = self._chat_limits.next_free_in()
        if channel is ChannelName.CHAT and rest is not None:
            asyncio.get_running_loop().call_later(max(rest, WAIT_SECONDS), self._is_due[channel].set)

    async def _drain_all(self, channel: ChannelName) -> None:
        """Deliver what is due, and wait for what has to let others pass."""
        await self._drain(channel)
        while await self._is_more(channel):
            await asyncio.sleep(self._chat_limits.next_free_in() or A_MOMENT_SECONDS)
            await self._drain(channel)

    async def _is_more(self, channel: ChannelName) -> bool:
        held, in_hand = self._chat_limits.paused(), self._chat_cards.in_hand()
        return await self._notifications.is_due(channel, self._clock.now(), but=held, in_hand=in_hand)

    async def _drain(self, channel: ChannelName) -> None:
        """Deliver what is due, a few at once; one that goes wrong does not stop the others."""
        deliveries: set[asyncio.Task[None]] = set()
        try:
            while notices := await self._claim(channel, DELIVERIES_AT_ONCE - len(deliveries)):
                for notice in await self._to_send(notices):
                    task = asyncio.create_task(self._deliver(notice))
                    deliveries.add(task)
                    task.add_done_callback(deliveries.discard)
                if len(deliveries) >= DELIVERIES_AT_ONCE:
                    await asyncio.wait(deliveries, return_when=asyncio.FIRST_COMPLETED)
            if deliveries:
                await asyncio.wait(deliveries)
        except asyncio.CancelledError:
            # The bot is ending: what is nearly delivered is not worth telling twice.
            if deliveries:
                await asyncio.wait(deliveries, timeout=LAST_WORDS_SECONDS)
            for delivery in deliveries:
                delivery.cancel()
            raise

    async def _claim(self, channel: ChannelName, most: int) -> list[Notice]:
        """Take as many notices as the pace allows: of each reader one, before anybody has another."""
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
                # Everybody has had a turn; those of whom there was a crowd can have more.
                served.clear()
                if is_round:
                    notices += (await self._claim_from(channel, turns - len(notices), None))[0]
                break
        limiter.give_back(turns - len(notices))
        return notices

    @contextmanager
    def _turns_given_back(self, notices: Sequence[Notice]) -> Iterator[None]:
        """Where the database fails before these are on their way, let their chats have others.

        Their leases bring them back; a turn that nobody ends would never come back.
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
            in_hand=self._chat_cards.in_hand() if is_chat else (),
        )
        for notice in claimed[0]:
            if notice.chat_id is not None:
                self._chat_limits.begin(notice.chat_id)
        return claimed

    async def _to_send(self, notices: Sequence[Notice]) -> list[Notice]:
        """Return those that can be told now; the others wait, or are told no more."""
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
            if notice.id in around and not isinstance(verdict, Wait):
                how = judge if isinstance(verdict, Send) else judge_shown
                verdict = how(notice, around[notice.id], now)
            match verdict:
                case Send():
                    sent.append(verdict.notice)
                    if verdict.notice is not notice:
                        await self._notifications.delivery_order.rewrite(verdict.notice)
                case Wait():
                    held.append((notice, verdict))
                case Close():
                    closed.append((notice, verdict.why))
        await self._wait_or_close(held, closed, now)
        return sent

    async def _wait_or_close(
        self, held: Sequence[tuple[Notice, Wait]], closed: Sequence[tuple[Notice, str]], now: datetime
    ) -> None:
        """Let some notices wait, and close others; neither has used its turn."""
        if held:
            if len(self._awaited) > MAX_AWAITED:  # what other workers were at
                self._awaited.clear()
            self._awaited |= {hold.by for _, hold in held if hold.by}
            await self._notifications.delivery_order.wait(held, now)
        await asyncio.gather(*(self._notifications.close(notice, now, why) for notice, why in closed))
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
        """Deliver and note it; where the database is gone the lease brings the notice back."""
        try:
            await self._try(notice)
        except StorageDown:
            log.warning("outbox.storage_down notice=%s", notice.id)
        except Exception:
            # What can't be noted either is looked at again when its lease ends.
            log.exception("outbox.failed notice=%s", notice.id)
        finally:
            self._end_turn(notice)

    async def _try(self, notice: Notice) -> None:
        try:
            reader = await self._users.by_id(notice.reader)
            why = await self._is_in_vain(notice, reader)
            if reader is None or why:
                await self._notifications.close(notice, self._clock.now(), why or "")
                return
            async with asyncio.timeout(DELIVERY_TIMEOUT.total_seconds()):
                await self._channels[notice.channel].deliver(notice, reader)
        except RecipientGone as error:
            await self._give_up(notice, error)
        except TryLater as error:
            if error.after is not None and notice.chat_id is not None:
                self._chat_limits.pause(notice.chat_id, self._clock.now() + error.after)
            await self._again(notice, error.why, error.after)
        except StorageDown:
            raise
        except (ClinicError, TimeoutError):
            await self._again(notice, "no answer")
        except Exception:
            # One notice that can't be rendered must not hold up the others for ever.
            log.exception("outbox.failed notice=%s", notice.id)
            await self._again(notice, "something unexpected")
        else:
            await self._sent(notice, reader)

    async def _sent(self, notice: Notice, reader: User) -> None:
        await self._notifications.close(notice, self._clock.now(), SENT)
        if notice.channel is ChannelName.MAIL and notice.address(reader) == reader.mail_refused:
            await self._users.accept_mail(reader.id, notice.address(reader))

    async def _give_up(self, notice: Notice, error: RecipientGone) -> None:
        """Close what never arrives, with what is to be remembered noted before."""
        log.info("outbox.given_up notice=%s why=%s", notice.id, error.why)
        reader = await self._users.by_id(notice.reader) if error.altogether else None
        if reader is not None:
            await self._remember(notice, reader)
            now = self._clock.now()
            if notice.channel is ChannelName.CHAT and is_worth_keeping(notice, now):
                await self._sessions.missed_notices.keep(notice, now)
                await self._tell_if_back(notice, now)
                return
        await self._notifications.close(notice, self._clock.now(), error.why)

    async def _tell_if_back(self, notice: Notice, now: datetime) -> None:
        """Bring what was kept to its chat after all, where that takes messages again by now."""
        chats = (await self._sessions.chats_of([notice.reader], now))[notice.reader]
        if notice.chat_id in chats:
            await self._sessions.missed_notices.tell(notice.reader, notice.chat_id, now)

    async def _is_in_vain(self, notice: Notice, reader: User | None) -> str | None:
        """Return why it would be in vain to try, if it would."""
        if reader is None:
            return "reader unknown"
        if notice.channel is ChannelName.MAIL and reader.refuses(notice.address(reader), self._clock.now()):
            return "mail address refused before"
        if notice.event.is_late(self._clock.now()):
            return "too late"
        if notice.event.is_outdated(reader):
            return "decided otherwise since"
        return "chat left" if await self._has_left(notice) else None

    async def _has_left(self, notice: Notice) -> bool:
        """Tell whether, while the notice waited, its reader has left its chat, maybe to somebody else."""
        now = self._clock.now()
        if notice.chat_id is None or notice.since is None or now - notice.since < LONG_WAIT:
            return False
        chats = (await self._sessions.chats_of([notice.reader], now))[notice.reader]
        if notice.event.kind in TOLD_TO_GUESTS:
            chats += (await self._sessions.last_chats.of([notice.reader]))[notice.reader]
        return notice.chat_id not in chats

    async def _remember(self, notice: Notice, reader: User) -> None:
        """Remember the chat or the address that takes nothing, before the notice is closed."""
        if notice.channel is ChannelName.MAIL:
            await self._users.refuse_mail(reader.id, notice.address(reader), self._clock.now())
        elif notice.chat_id is not None:
            await self._sessions.mark_blocked(notice.chat_id, self._clock.now())

    async def _again(self, notice: Notice, why: str, after: timedelta | None = None) -> None:
        now = self._clock.now()
        if notice.failing_since is not None and now - notice.failing_since >= TRIED_FOR:
            await self._dead_letter(notice, why)
            return
        wait = after if after is not None else backoff(notice.attempts)
        log.info("outbox.again notice=%s attempts=%d wait=%s", notice.id, notice.attempts, wait)
        await self._notifications.postpone(notice, now + wait, failed_at=now, why=why)

    async def _dead_letter(self, notice: Notice, why: str) -> None:
        log.warning("outbox.parked notice=%s why=%s", notice.id, why)
        if notice.event.kind is EventKind.UNDELIVERED:
            # The next one says the same, and more.
            await self._notifications.close(notice, self._clock.now(), why)
        else:
            await self._notifications.dead_letter(notice, self._clock.now(), why)


def _notices_of(event: Event, reader: UserId, chats: Iterable[ChatId], now: datetime) -> list[Notice]:
    """Return the notices of an event for one reader, who can be reached in these chats."""
    mails = [] if event.kind in CHAT_ONLY else [_notice(event, reader, ChannelName.MAIL)]
    if event.kind in MAIL_ONLY:
        return mails
    messages = [_notice(event, reader, ChannelName.CHAT, chat) for chat in chats]
    if not messages and is_worth_keeping(missed := _notice(event, reader, ChannelName.CHAT), now):
        messages = [missed]
    return [*mails, *messages]


def _notice(event: Event, reader: UserId, channel: ChannelName, chat: ChatId | None = None) -> Notice:
    return Notice(notice_id(event, reader, channel, chat), event, reader, channel, chat)
