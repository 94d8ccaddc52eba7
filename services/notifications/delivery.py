"""Delivering one notice: whether it is still worth it, and what follows from how it went.

A channel that refuses for now is asked again, after longer and longer pauses; one that will never reach the
reader closes the notice. A chat that has blocked the bot, and an email address that does not exist, are
remembered, and no further message is tried there. What has failed for a day becomes a dead letter.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from services.background.backoff import backoff
from services.clock import Clock
from services.errors import ClinicError, RecipientGone, StorageDown, TryLater
from services.models.delivery_history import DeliveryCause
from services.models.delivery_order import SENT
from services.models.notifications import TOLD_TO_GUESTS, ChannelName, EventKind, Notice
from services.models.people import User
from services.notifications.chat_rate_limit import ChatRateLimit
from services.notifications.observer import DeliveryOutcome, OutboxObserver
from services.notifications.readers import NoticeReaders
from services.storage.missed_notices import is_worth_keeping
from services.storage.notifications import NotificationStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

log = logging.getLogger(__name__)

DELIVERY_TIMEOUT = timedelta(seconds=30)
# What has failed for so long becomes a dead letter.
TRIED_FOR = timedelta(hours=24)
# A notice that has waited for longer may be for a chat that its reader has left since.
LONG_WAIT = timedelta(minutes=1)
NOT_LOOKED_AFTER = "looks after the patient no more"


class Channel(Protocol):
    """A channel to readers, such as the chat or email."""

    async def deliver(self, notice: Notice, reader: User) -> None:
        """Deliver the notice to its reader. Raises TryLater, RecipientGone."""
        ...


class NoticeDelivery:
    """Delivers notices. When Telegram asks to wait with a chat, that is noted in `chat_limits`."""

    def __init__(
        self,
        *,
        notifications: NotificationStore,
        users: UserStore,
        sessions: SessionStore,
        readers: NoticeReaders,
        clock: Clock,
        channels: Mapping[ChannelName, Channel],
        chat_limits: ChatRateLimit,
        observer: OutboxObserver,
    ) -> None:
        self._notifications = notifications
        self._users = users
        self._sessions = sessions
        self._readers = readers
        self._clock = clock
        self._channels = channels
        self._chat_limits = chat_limits
        self._observer = observer

    async def deliver(self, notice: Notice) -> None:
        """Deliver it and note what came of it. Raises StorageDown; the lease brings the notice back then."""
        try:
            reader = await self._readers.reader(notice.reader)
            why = await self._is_in_vain(notice, reader)
            told = await self._readers.as_told(notice, reader) if reader else None
            if reader is None or told is None or why:
                cause = None if why else DeliveryCause.NOT_LOOKED_AFTER
                await self._notifications.close(notice, self._clock.now(), why or NOT_LOOKED_AFTER, cause)
                return
            async with asyncio.timeout(DELIVERY_TIMEOUT.total_seconds()):
                await self._channels[notice.channel].deliver(told, reader)
        except RecipientGone as error:
            await self._give_up(notice, error)
        except TryLater as error:
            if error.after is not None and notice.chat_id is not None:
                self._chat_limits.pause(notice.chat_id, self._clock.now() + error.after)
            await self._again(notice, error.why, error.after, error.cause)
        except StorageDown:
            raise
        except (ClinicError, TimeoutError):
            await self._again(notice, "no answer")
        except Exception:
            # A notice that can't be rendered must not stop the others.
            log.exception("outbox.failed notice=%s", notice.id)
            await self._again(notice, "something unexpected", cause=DeliveryCause.UNEXPECTED)
        else:
            await self._sent(notice, reader)

    async def _sent(self, notice: Notice, reader: User) -> None:
        self._observer.tried(notice.channel, DeliveryOutcome.DELIVERED)
        await self._notifications.close(notice, self._clock.now(), SENT)
        if notice.channel is ChannelName.MAIL and notice.address(reader) == reader.mail_refused:
            await self._users.accept_mail(reader.id, notice.address(reader))
        if notice.is_again and notice.chat_id is not None:
            await self._sessions.unmark_blocked(notice.chat_id)

    async def _give_up(self, notice: Notice, error: RecipientGone) -> None:
        """Close a notice that will never arrive, after noting that its chat or address accepts nothing."""
        log.info("outbox.given_up notice=%s why=%s", notice.id, error.why)
        self._observer.tried(notice.channel, DeliveryOutcome.GONE)
        reader = await self._users.by_id(notice.reader) if error.altogether else None
        if reader is not None:
            await self._remember(notice, reader)
            now = self._clock.now()
            if notice.channel is ChannelName.CHAT and is_worth_keeping(notice, now):
                await self._sessions.missed_notices.keep(notice, now, error.cause)
                await self._tell_if_back(notice, now)
                return
        await self._notifications.close(notice, self._clock.now(), error.why, error.cause)

    async def _tell_if_back(self, notice: Notice, now: datetime) -> None:
        """Send what was kept as missed to its chat after all, if that accepts messages again by now."""
        chats = (await self._sessions.chats_of([notice.reader], now))[notice.reader]
        if notice.chat_id in chats:
            await self._sessions.missed_notices.tell(notice.reader, notice.chat_id, now)

    async def _is_in_vain(self, notice: Notice, reader: User | None) -> str | None:
        """Return why it is not worth delivering, or None."""
        if reader is None:
            return "reader unknown"
        is_mail, address = notice.channel is ChannelName.MAIL, notice.address(reader)
        # An admin who sends it again wants it tried: the mailbox may exist by now.
        if is_mail and not notice.is_again and reader.refuses(address, self._clock.now()):
            return "mail address refused before"
        if notice.event.is_late(self._clock.now()):
            return "too late"
        if notice.event.is_outdated(reader):
            return "decided otherwise since"
        return "chat left" if await self._has_left(notice) else None

    async def _has_left(self, notice: Notice) -> bool:
        """Tell whether its reader has signed out of the chat while the notice waited."""
        now = self._clock.now()
        if notice.chat_id is None:
            return False
        if notice.is_again:
            # Also chats that have blocked the bot: whether they still do is seen by sending it.
            chats = [each.chat_id for each in await self._sessions.of_user(notice.reader, now)]
        elif notice.since is None or now - notice.since < LONG_WAIT:
            return False
        else:
            chats = list((await self._sessions.chats_of([notice.reader], now))[notice.reader])
        if notice.event.kind in TOLD_TO_GUESTS:
            chats += (await self._sessions.last_chats.of([notice.reader]))[notice.reader]
        return notice.chat_id not in chats

    async def _remember(self, notice: Notice, reader: User) -> None:
        """Note that the chat or the address accepts nothing, before the notice is closed."""
        if notice.channel is ChannelName.MAIL:
            await self._users.refuse_mail(reader.id, notice.address(reader), self._clock.now())
        elif notice.chat_id is not None:
            await self._sessions.mark_blocked(notice.chat_id, self._clock.now())

    async def _again(
        self,
        notice: Notice,
        why: str,
        after: timedelta | None = None,
        cause: DeliveryCause = DeliveryCause.NO_ANSWER,
    ) -> None:
        now = self._clock.now()
        if notice.failing_since is not None and now - notice.failing_since >= TRIED_FOR:
            await self._dead_letter(notice, why, cause)
            return
        self._observer.tried(notice.channel, DeliveryOutcome.LATER)
        wait = after if after is not None else backoff(notice.attempts)
        log.info("outbox.again notice=%s attempts=%d wait=%s", notice.id, notice.attempts, wait)
        await self._notifications.postpone(notice, now + wait, failed_at=now, why=why, cause=cause)

    async def _dead_letter(self, notice: Notice, why: str, cause: DeliveryCause) -> None:
        log.warning("outbox.parked notice=%s why=%s", notice.id, why)
        self._observer.tried(notice.channel, DeliveryOutcome.DEAD)
        if notice.event.kind is EventKind.UNDELIVERED:
            # It only counts dead letters, and the next one counts all again.
            await self._notifications.close(notice, self._clock.now(), why, cause)
        else:
            await self._notifications.dead_letter(notice, self._clock.now(), why, cause)
