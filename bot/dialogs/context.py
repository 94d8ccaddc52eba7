"""The typed context that every handler gets: the clinic, the chat's memory, and who is there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.dialogs.chat_state import ChatState, ChatStates
from bot.dialogs.errands import Errand, Errands
from bot.dialogs.incoming import Incoming
from bot.dialogs.messenger import Messenger
from bot.drafts import Draft
from services.availability.availability import Availability
from services.clinic import Clinic
from services.clinic_rules import ClinicRules
from services.errors import ClinicError, NotSignedIn
from services.models.people import ChatId, Principal, User, UserId
from services.models.scheduling import Slot

D = TypeVar("D", bound=Draft)
# Whose times were looked at, on which day, for which patient, and which of theirs is to be moved.
Look = tuple[UserId, date | None, UserId | None, Slot | None]


class ClinicContext:
    """One chat while one of its updates is handled: what came, who is there, and how to answer.

    `label` is what the messenger calls whoever is there; `args` are the words behind the command.
    """

    def __init__(
        self,
        clinic: Clinic,
        chat_states: ChatStates,
        errands: Errands,
        chat: ChatId,
        messenger: Messenger,
        *,
        incoming: Incoming | None = None,
        label: str = "",
    ) -> None:
        self.clinic = clinic
        self.chat_states = chat_states
        self.chat = chat
        self.messenger = messenger
        self.incoming = incoming
        self.label = label
        self.args: Sequence[str] = ()
        self._errands = errands
        self._visitor: Principal | ClinicError = NotSignedIn()
        self._looks: dict[Look, Availability] = {}
        # Set by the dispatcher, which is the first handler of every update.
        self.state = ChatState()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown to whoever is there."""
        return self.rules.zone

    @property
    def rules(self) -> ClinicRules:
        """The clinic's rules as whoever is there reads them."""
        visitor = self.visitor
        return self.clinic.rules.seen_by(visitor.user) if visitor else self.clinic.rules

    @property
    def principal(self) -> Principal:
        """Who is signed in. Raises what keeps anybody from it: NotSignedIn, SessionEnded, AccountBlocked."""
        if isinstance(self._visitor, ClinicError):
            raise self._visitor
        return self._visitor

    @property
    def visitor(self) -> Principal | None:
        """Who is signed in, or None for a guest."""
        return self._visitor if isinstance(self._visitor, Principal) else None

    def admit(self, visitor: Principal | ClinicError) -> None:
        """Note who is there, and is answered here; or why nobody is."""
        self._visitor = replace(visitor, is_answered=True) if isinstance(visitor, Principal) else visitor

    def note_shown(self, notice_id: str) -> None:
        """Note that a card has said what that notice says; it is stored with the rest of the chat's state."""
        self.state.note_shown(notice_id)

    def takes_long(self) -> None:
        """Say that what is done now for this chat will take long."""
        self._errands.slow.add(self.chat)

    def later(self, errand: Errand) -> None:
        """Begin something that nobody waits for: neither the answer nor what the chat says next."""
        self._errands.later(errand)

    def changed(self, user: User) -> None:
        """Note what the account of whoever is there is like now."""
        self._visitor = replace(self.principal, user=user)

    def sign_out(self) -> None:
        """Note that nobody is there any more."""
        self._visitor = NotSignedIn()

    async def availability(
        self,
        doctor_id: UserId,
        day: date | None = None,
        *,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
    ) -> Availability:
        """Return what the person may book (see Schedules.availability).

        The question that follows an answer is asked from the same look that the answer was checked with.
        """
        look = (doctor_id, day, patient_id, moving)
        if look not in self._looks:
            self._looks[look] = await self.clinic.schedules.availability(
                self.principal, doctor_id, day, patient_id=patient_id, moving=moving
            )
        return self._looks[look]

    def look_again(self) -> None:
        """Forget what was looked at: it has turned out to be old."""
        self._looks.clear()

    def draft(self, kind: type[D]) -> D:
        """Return the dialog's draft. Raises LookupError where it is none of that kind."""
        draft = self.state.draft
        if not isinstance(draft, kind):
            raise LookupError(f"no {kind.__name__} in this chat")  # noqa: TRY004 - it is missing, not mistyped
        return draft
