"""The typed context that every handler gets: the clinic, the chat's memory, and who is there."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import date
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import CallbackContext, ExtBot

from bot.dialogs.chat_state import ChatMemory
from bot.drafts import Draft
from bot.telegram.application import ClinicApplication, Nothing, _label
from services.availability.availability import Availability
from services.clinic_rules import ClinicRules
from services.errors import ClinicError, NotSignedIn
from services.models.people import ChatId, Principal, User, UserId
from services.models.scheduling import Slot

D = TypeVar("D", bound=Draft)
# Whose times were looked at, on which day, for which patient, and which of theirs is to be moved.
Look = tuple[UserId, date | None, UserId | None, Slot | None]


class ClinicContext(CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]):
    """What a handler is given beside the update."""

    def __init__(self, application: ClinicApplication, chat_id: int | None, user_id: int | None) -> None:
        super().__init__(application, chat_id=chat_id, user_id=user_id)
        self.clinic = application.clinic
        self.memories = application.memories
        self.errands = application.errands
        self._slow = application.slow
        self._visitor: Principal | ClinicError = NotSignedIn()
        self._looks: dict[Look, Availability] = {}
        # What Telegram calls whoever sent the update.
        self.label = ""
        # Set by the door, which is the first handler of every update.
        self.memory = ChatMemory()

    @classmethod
    def from_update(cls, update: object, application: Any) -> Self:
        """Build the context of an update."""
        chat = update.effective_chat if isinstance(update, Update) else None
        user = update.effective_user if isinstance(update, Update) else None
        context = cls(application, chat.id if chat else None, user.id if user else None)
        context.label = _label(user)
        return context

    @property
    def chat(self) -> ChatId:
        """The chat that the update came from."""
        if self._chat_id is None:
            raise LookupError("this update belongs to no chat")
        return ChatId(self._chat_id)

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

    def beside(self, errand: Coroutine[Any, Any, None]) -> None:
        """Begin something that need not be waited for but at the end of the update."""
        self.errands.begin(self.chat, errand)

    def takes_long(self) -> None:
        """Say that what is done now for this chat will take long."""
        self._slow.add(self.chat)

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Begin something that nobody waits for: neither the answer nor what the chat says next."""
        self.application.create_task(errand)

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
        draft = self.memory.draft
        if not isinstance(draft, kind):
            raise LookupError(f"no {kind.__name__} in this chat")  # noqa: TRY004 - it is missing, not mistyped
        return draft
