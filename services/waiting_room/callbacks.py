"""Patients who want to be called: the reception's people are told in their chats, and note who was called."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.access import DESK, require
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.errors import UserUnknown
from services.models.notifications import Event, EventKind
from services.models.patients import CallbackRequest
from services.models.people import Principal, Role, User, UserId
from services.patients.fields import read_phone
from services.storage.callbacks import CallbackStore
from services.storage.sessions import SessionStore
from services.storage.users import UserStore

# A patient can ask to be called so often.
PAUSE = timedelta(hours=1)
# More are not told of one wish.
MOST_TOLD = 100


class Callbacks:
    """Passes on who wants to be called. `on_event` is called when an event was stored."""

    def __init__(
        self,
        *,
        store: CallbackStore,
        users: UserStore,
        sessions: SessionStore,
        rules: ClinicRules,
        clock: Clock,
        on_event: Callable[[], None],
    ) -> None:
        self._store = store
        self._users = users
        self._sessions = sessions
        self._rules = rules
        self._clock = clock
        self._on_event = on_event

    def read_phone(self, text: str) -> str:
        """Return a telephone number as it would be stored: E.164. Raises BadPhone."""
        return read_phone(text, self._rules.region)

    async def open_wish(self, principal: Principal) -> CallbackRequest | None:
        """Return the wish that the patient has passed on within the last hour, if there is one."""
        last = await self._store.last(principal.id)
        return last if last is not None and self._clock.now() < last.at + PAUSE else None

    async def is_anybody_there(self) -> bool:
        """Tell whether anybody at the reception can be told in a chat."""
        return bool(await self._told())

    async def ask(self, principal: Principal, phone: str, *, request_id: str) -> CallbackRequest | None:
        """Pass on that a patient wants to be called under a number (E.164), at most once an hour.

        Returns the wish that stands then, also if it was passed on before; None where nobody can be told.
        Raises RoleRequired.
        """
        require(principal, Role.PATIENT)
        readers = await self._told()
        if not readers:
            return None
        wish = CallbackRequest(request_id, self._clock.now().replace(second=0, microsecond=0))
        if await self._store.ask(principal.id, wish, phone, _event(principal.id, wish, readers), PAUSE):
            self._on_event()
            return wish
        return await self._store.last(principal.id)

    async def note_called(
        self, principal: Principal, user_id: UserId, at: datetime
    ) -> tuple[User, CallbackRequest | None, bool]:
        """Note that a patient was called whose wish is of that minute.

        Returns the patient, their last wish, and whether this is new. Raises RoleRequired, UserUnknown.
        """
        require(principal, *DESK)
        is_new = await self._store.note_called(user_id, at, principal.id, self._clock.now())
        patient = await self._users.by_id(user_id)
        if patient is None:
            raise UserUnknown
        return patient, await self._store.last(user_id), is_new

    async def _told(self) -> tuple[UserId, ...]:
        """Return the receptionists who are in a chat; where none is, the admins who are."""
        for role in (Role.RECEPTIONIST, Role.ADMIN):
            people = await self._users.active(role, UserId(""), MOST_TOLD)
            chats = await self._sessions.chats_of(people, self._clock.now())
            if there := tuple(each for each in people if chats[each]):
                return there
        return ()


def _event(user_id: UserId, wish: CallbackRequest, readers: tuple[UserId, ...]) -> Event:
    """Return the event. It has no name and no number: they are looked up when it is told."""
    kind = EventKind.CALLBACK_WANTED
    return Event(f"{user_id}.{kind}.{wish.id}", kind, readers, {"user_id": user_id, "at": wish.at})
