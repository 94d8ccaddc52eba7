"""The context that every command and dialog gets: the clinic, the chat's state, and who is signed in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.dialogs.chat_state import QUIET, Asked, ChatState, ChatStates
from bot.dialogs.errands import Errand, Errands
from bot.dialogs.incoming import Incoming
from bot.dialogs.messenger import Messenger
from bot.drafts import Draft
from bot.localization.languages import Language, speaks, spoken
from bot.localization.reader import speak
from bot.texts.errors import sentence
from bot.ui.view import OpenQuestion
from bot.understanding.meaning import Understood
from services.availability.availability import Availability
from services.clinic import Clinic
from services.clinic_rules import ClinicRules
from services.errors import ClinicError, NotSignedIn
from services.ids import derived_id, derived_id_at, new_id
from services.models.catalogue import ANY_VISIT, WantedVisit
from services.models.people import ChatId, Principal, User, UserId
from services.models.slots import Slot

D = TypeVar("D", bound=Draft)
# What availability was asked for: the doctor, the day, the patient, the time of an appointment to be moved,
# and which kind of visit it is.
Look = tuple[UserId, date | None, UserId | None, Slot | None, WantedVisit]


class ClinicContext:
    """One chat while one of its updates is handled: what came, who is there, and how to answer.

    `label` is the person's name in the messenger, `tag` the language in which they use it, an IETF tag
    (BCP 47); `args` are the words behind the command. `update_id` is the messenger's number of what came.
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
        tag: str | None = None,
        update_id: int | None = None,
    ) -> None:
        self.clinic = clinic
        self.chat_states = chat_states
        self.chat = chat
        self.messenger = messenger
        self.incoming = incoming
        self.label = label
        self._tag = tag
        self._update_id = update_id
        self.args: Sequence[str] = ()
        self._errands = errands
        self._visitor: Principal | ClinicError = NotSignedIn()
        self._looks: dict[Look, Availability] = {}
        # What was understood of the sentence that is being acted on.
        self.understood: Understood | None = None
        # What was asked before this update, outside of dialogs: it may be the answer.
        self.question: OpenQuestion | None = None
        # Is told of each error that the person is told of.
        self.on_refused: Callable[[ClinicError], None] = lambda _error: None
        # Replaced by the dispatcher, which is the first handler of every update.
        self.state = ChatState()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of whoever is there."""
        return self.rules.zone

    @property
    def rules(self) -> ClinicRules:
        """The clinic's rules, with the time zone of whoever is there."""
        visitor = self.visitor
        return self.clinic.rules.seen_by(visitor.user) if visitor else self.clinic.rules

    @property
    def principal(self) -> Principal:
        """Who is signed in; else raises NotSignedIn, SessionEnded, AccountPending or AccountBlocked."""
        if isinstance(self._visitor, ClinicError):
            raise self._visitor
        return self._visitor

    @property
    def visitor(self) -> Principal | None:
        """Who is signed in, or None for a guest."""
        return self._visitor if isinstance(self._visitor, Principal) else None

    def recognize(self, visitor: Principal | ClinicError) -> None:
        """Note who is signed in, or why nobody is, where nobody is being answered."""
        self._visitor = visitor

    def admit(self, visitor: Principal | ClinicError) -> None:
        """Note who is signed in and is being answered here, or why nobody is."""
        self._visitor = replace(visitor, is_answered=True) if isinstance(visitor, Principal) else visitor
        self.speak()

    @property
    def messenger_language(self) -> Language:
        """The language in which the person uses the messenger; English where the bot does not speak it."""
        return speaks(self._tag)

    @property
    def language(self) -> Language:
        """The language in which the person is answered.

        It is that of their account, else the one that was chosen in this chat, else the messenger's.
        """
        visitor = self.visitor
        theirs = spoken(visitor.user.known_language) if visitor else None
        return theirs or spoken(self.state.language) or self.messenger_language

    @property
    def known_language(self) -> str | None:
        """What an account may learn of its owner's language here; None: English, which is assumed anyway."""
        return self.state.language or self.language.code_unless_english

    def speak(self) -> None:
        """Speak the person's language from here on, and note which it is for when no update comes."""
        speak(self.language)
        self.state.spoken = self.language.code_unless_english

    def refusal(self, error: ClinicError) -> str:
        """Return the sentence that tells the person of an error, and note that they are told."""
        self.on_refused(error)
        return sentence(error, self.rules)

    def note_shown(self, notice_id: str) -> None:
        """Note that a card has shown what that notice says. It is stored with the chat's state."""
        self.state.note_shown(notice_id)

    def note_asked(self, question: OpenQuestion | None) -> None:
        """Note what the last message asks; None: nothing, so that no answer is waited for any more."""
        until, visitor = self.clinic.clock.now() + QUIET, self.visitor
        self.state.ask(Asked(question, until, visitor.id if visitor else None) if question else None)

    def request_id(self, what: str, at: datetime | None = None) -> str:
        """Return the identifier of what the update asks for: the same however often the update is handled.

        Two workers may handle one update, and then both want the same. `at` is when it is to be.
        """
        now = self.clinic.clock.now()
        if self._update_id is None:
            return new_id(now)
        text = f"{self.chat}.{self._update_id}.{what}"
        return derived_id(text) if at is None else derived_id_at(at, text)

    def takes_long(self) -> None:
        """Note that this update will take long, so that other chats do not wait for it."""
        self._errands.slow.add(self.chat)

    def later(self, errand: Errand) -> None:
        """Begin something that nobody waits for: not the answer, and not the next update of the chat."""
        self._errands.later(errand)

    def changed(self, user: User) -> None:
        """Note the changed account of whoever is there."""
        self._visitor = replace(self.principal, user=user)
        self.speak()

    def sign_out(self) -> None:
        """Note that nobody is signed in any more."""
        self._visitor = NotSignedIn()

    async def availability(
        self,
        doctor_id: UserId,
        day: date | None = None,
        *,
        patient_id: UserId | None = None,
        moving: Slot | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> Availability:
        """Return what the person may book (see Schedules.availability).

        Within one update it is asked for only once: the next question shows what the answer was checked
        against.
        """
        look = (doctor_id, day, patient_id, moving, wanted)
        if look not in self._looks:
            self._looks[look] = await self.clinic.schedules.availability(
                self.principal, doctor_id, day, patient_id=patient_id, moving=moving, wanted=wanted
            )
        return self._looks[look]

    def look_again(self) -> None:
        """Forget the availability that was read: it is out of date."""
        self._looks.clear()

    def draft(self, kind: type[D]) -> D:
        """Return the dialog's draft. Raises LookupError if it is not of that kind."""
        draft = self.state.draft
        if not isinstance(draft, kind):
            raise LookupError(f"no {kind.__name__} in this chat")  # noqa: TRY004 - it is missing, not of a wrong type
        return draft
