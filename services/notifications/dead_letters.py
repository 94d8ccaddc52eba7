"""Dead letters: notices that could not be delivered. Admins are told, and retry or drop them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.access import require
from services.audit import Audit
from services.clock import Clock
from services.errors import NoticeSettled
from services.models.audit import Action
from services.models.notifications import Backlog, ChannelName, DeadLetter, Event, EventKind, Notice
from services.models.paging import Page
from services.models.people import ChatId, Principal, Role, User, UserId
from services.notifications.notice_ids import notice_id
from services.storage.admins import AdminStore
from services.storage.dead_letters import DeadLetterStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

DEAD_LETTERS_PER_PAGE = 4
# A notice that has waited longer is late.
IN_TIME = timedelta(minutes=1)
HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The backlog of the outbox, a page of dead letters, and those of their readers who have an account."""

    backlog: Backlog
    dead_letters: Page[DeadLetter]
    readers: Mapping[UserId, User]


class DeadLetters:
    """Shows dead letters to admins. `on_event` is called when there is something to send."""

    def __init__(
        self,
        *,
        dead_letters: DeadLetterStore,
        users: UserStore,
        admins: AdminStore,
        sessions: SessionStore,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._dead_letters = dead_letters
        self._users = users
        self._admins = admins
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def page(self, principal: Principal, number: int) -> OutboxPage:
        """Return the backlog, with a page of dead letters. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        backlog = await self._dead_letters.backlog(self._clock.now() - IN_TIME)
        dead_letters = await self._dead_letters.page(number, DEAD_LETTERS_PER_PAGE)
        readers = await self._users.by_ids({each.reader for each in dead_letters.items})
        return OutboxPage(backlog, dead_letters, readers)

    async def retry(self, principal: Principal, ticket: str) -> None:
        """Send a dead letter again, with its attempts counted anew. Raises RoleRequired, NoticeSettled."""
        require(principal, Role.ADMIN)
        found = await self._dead_letters.retry(ticket, self._clock.now())
        await self._note(principal, Action.OUTBOX_RETRIED, found)
        self._on_event()

    async def retry_all(self, principal: Principal) -> int:
        """Send all dead letters again; return how many there were. Raises RoleRequired."""
        require(principal, Role.ADMIN)
        count = await self._dead_letters.retry_all(self._clock.now())
        if count:
            await self._audit.note(Action.OUTBOX_RETRIED, actor=principal.id, count=count)
            self._on_event()
        return count

    async def drop(self, principal: Principal, ticket: str) -> None:
        """Drop a dead letter for good. Raises RoleRequired, NoticeSettled."""
        require(principal, Role.ADMIN)
        found = await self._dead_letters.drop(ticket, self._clock.now())
        await self._note(principal, Action.OUTBOX_DROPPED, found)

    async def _note(self, principal: Principal, action: Action, found: DeadLetter | None) -> None:
        if found is None:
            raise NoticeSettled
        facts = {"channel": found.channel.value if found.channel else "", "kind": found.named}
        await self._audit.note(action, actor=principal.id, subject=found.reader or None, **facts)

    async def work(self) -> None:
        """Tell admins in their chats how many new dead letters there are, at most once an hour."""
        count = await self._dead_letters.untold()
        if not count:
            return
        now = self._clock.now()
        chats = await self._sessions.chats_of(await self._admins.active(), now)
        places = [(admin, chat) for admin, of_admin in chats.items() for chat in of_admin]
        event_id = f"outbox.{EventKind.UNDELIVERED}.{int(now.timestamp()) // HOUR_SECONDS}"
        event = Event(event_id, EventKind.UNDELIVERED, tuple(chats), {"count": count})
        notices = [_notice(event, admin, chat) for admin, chat in sorted(places)]
        if notices and await self._dead_letters.tell(notices, now):
            self._on_event()


def _notice(event: Event, admin: UserId, chat: ChatId) -> Notice:
    return Notice(notice_id(event, admin, ChannelName.CHAT, chat), event, admin, ChannelName.CHAT, chat)
