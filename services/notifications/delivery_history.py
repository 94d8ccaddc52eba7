"""Why somebody heard nothing: what became of each message and email to a person, for the desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.access import DESK, PARTIES, require
from services.audit import Audit
from services.clock import Clock
from services.errors import NoticeSettled, UserUnknown
from services.models.audit import Action
from services.models.delivery_history import DeliveryRecord, Reachability
from services.models.paging import Page
from services.models.patients import has_no_account
from services.models.people import AccountStatus, Principal, Role, SignedIn, User, UserId
from services.patients.finding import Patients
from services.storage.delivery_history import DeliveryHistoryStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

RECORDS_A_PAGE = 6
SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of what became of a person's messages and emails, and where the person can be reached now."""

    person: User
    reached: Reachability
    records: Page[DeliveryRecord]


class DeliveryHistory:
    """Shows how notices ended, and sends again what did not arrive. `on_event` is called when one is due."""

    def __init__(
        self,
        *,
        history: DeliveryHistoryStore,
        users: UserStore,
        patients: Patients,
        sessions: SessionStore,
        audit: Audit,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._history = history
        self._users = users
        self._patients = patients
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._on_event = on_event

    async def page(self, principal: Principal, user_id: UserId, number: int) -> DeliveryPage:
        """Return a page of the last 30 days, newest first. Raises RoleRequired, UserUnknown."""
        person = await self._person(principal, user_id)
        user_id, now = person.id, self._clock.now()
        signed_in = await self._sessions.of_user(user_id, now)
        # An announcement from before they signed in was for whoever used the chat then.
        long_ago = now - SHOWN
        since = {
            each.chat_id: max(each.since or long_ago, long_ago)
            for each in signed_in
            if each.chat_id is not None
        }
        announced = await self._history.announcements(user_id, since)
        records = await self._history.page(user_id, now, number, RECORDS_A_PAGE, announced)
        return DeliveryPage(person, await self._reached(person, signed_in), records)

    async def _person(self, principal: Principal, user_id: UserId) -> User:
        """Return the account, or a patient without one, who may get emails.

        Receptionists see those of patients and doctors only.
        """
        require(principal, *DESK)
        if has_no_account(user_id):
            return await self._patient(user_id)
        person = await self._users.by_id(user_id)
        if person is None or (principal.role is not Role.ADMIN and person.role not in PARTIES):
            raise UserUnknown
        return person

    async def _patient(self, patient_id: UserId) -> User:
        found = (await self._patients.by_ids([patient_id])).get(patient_id)
        if found is None:
            raise UserUnknown
        return User(found.id, found.name, found.email, Role.PATIENT, AccountStatus.ACTIVE)

    async def _reached(self, person: User, signed_in: Sequence[SignedIn]) -> Reachability:
        now = self._clock.now()
        open_ones = (await self._sessions.chats_of([person.id], now))[person.id]
        refused = person.mail_refused_at if person.refuses(person.email, now) else None
        return Reachability(len(open_ones), len(signed_in) - len(open_ones), refused)

    async def send_again(self, principal: Principal, user_id: UserId, key: str) -> None:
        """Send a notice once more that did not arrive; `key` names the ending that was seen.

        It keeps its place in the order of its appointment: what is out of date by now is not sent. Of two who
        do so at once, one does. Raises RoleRequired, UserUnknown, NoticeSettled.
        """
        # The id of one who was made one with another patient leads to that one.
        user_id = (await self._person(principal, user_id)).id
        found = await self._history.send_again(user_id, key, self._clock.now())
        if found is None:
            raise NoticeSettled
        facts = {"channel": found.channel.value if found.channel else "", "kind": found.named}
        await self._audit.note(Action.OUTBOX_RETRIED, actor=principal.id, subject=user_id, **facts)
        self._on_event()
