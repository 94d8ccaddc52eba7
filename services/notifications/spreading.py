"""Spreading events: an event becomes one notice for each of its readers and each channel."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.clock import Clock
from services.models.notifications import CHAT_ONLY, MAIL_ONLY, TOLD_TO_GUESTS, ChannelName, Event, Notice
from services.models.patients import has_no_account
from services.models.people import ChatId, UserId
from services.notifications.appointment_audit import audit_entries
from services.notifications.notice_ids import notice_id
from services.notifications.observer import OutboxObserver
from services.notifications.readers import NoticeReaders
from services.storage.audit import AuditStore
from services.storage.missed_notices import is_worth_keeping
from services.storage.notifications import NotificationStore
from services.storage.sessions import SessionStore

# So many events are spread in one go.
BATCH = 100


class EventSpreader:
    """Makes notices of events. `on_notices` is called when there are new ones.

    The `audit` gets an entry for each booking, move and cancellation among them.
    """

    def __init__(
        self,
        *,
        notifications: NotificationStore,
        sessions: SessionStore,
        readers: NoticeReaders,
        clock: Clock,
        on_notices: Callable[[], None],
        observer: OutboxObserver,
        audit: AuditStore | None = None,
    ) -> None:
        self._audit = audit
        self._notifications = notifications
        self._sessions = sessions
        self._readers = readers
        self._clock = clock
        self._on_notices = on_notices
        self._observer = observer

    async def spread(self) -> bool:
        """Make the notices of all events that have none yet; tell whether there were any.

        Raises StorageDown.
        """
        await self._notifications.dead_letter_unknown_channels(self._clock.now())
        were_any = False
        while events := await self._notifications.unspread(BATCH):
            notices, _ = await asyncio.gather(self.notices_of(events), self._note(events))
            now = self._clock.now()
            await self._keep_for_later([each for each in notices if each.is_for_nobody], now)
            told = [each for each in notices if not each.is_for_nobody]
            new = await self._notifications.add(events, told, now)
            self._observer.spread([event for event in events if event.id in new])
            self._on_notices()
            were_any = True
            if len(events) < BATCH:
                break
        return were_any

    async def _note(self, events: Sequence[Event]) -> None:
        if self._audit is not None:
            await self._audit.add_all(audit_entries(events))

    async def _keep_for_later(self, notices: Sequence[Notice], now: datetime) -> None:
        """Keep notices whose readers are in no chat; send them if a reader has just come to one."""
        if not notices:
            return
        await self._sessions.missed_notices.add(notices, now)
        chats = await self._sessions.chats_of({notice.reader for notice in notices}, now)
        for reader, places in chats.items():
            if places:
                await self._sessions.missed_notices.tell(reader, places[0], now)

    async def notices_of(self, events: Sequence[Event]) -> list[Notice]:
        """Return an email for each reader, and a message for each chat in which a reader can be reached.

        Some events are told by email only, or in the chat only. A message that matters and finds its reader
        in no chat has no chat yet.
        """
        now = self._clock.now()
        events = await self._readers.told_instead(events)
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


def _notices_of(event: Event, reader: UserId, chats: Iterable[ChatId], now: datetime) -> list[Notice]:
    """Return the notices of an event for one reader, who can be reached in these chats."""
    mails = [] if event.kind in CHAT_ONLY else [_notice(event, reader, ChannelName.MAIL)]
    if event.kind in MAIL_ONLY or has_no_account(reader):
        return mails
    messages = [_notice(event, reader, ChannelName.CHAT, chat) for chat in chats]
    if not messages and is_worth_keeping(missed := _notice(event, reader, ChannelName.CHAT), now):
        messages = [missed]
    return [*mails, *messages]


def _notice(event: Event, reader: UserId, channel: ChannelName, chat: ChatId | None = None) -> Notice:
    return Notice(notice_id(event, reader, channel, chat), event, reader, channel, chat)
