"""The typed context that every handler gets: the clinic, the chat's memory, and who is there."""

from typing import Any, Self, TypeVar

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.drafts import Draft
from bot.memory import ChatMemory, Memories
from services.clinic import Clinic
from services.errors import ClinicError, NotSignedIn
from services.models import ChatId, Principal

D = TypeVar("D", bound=Draft)
Nothing = dict[Any, Any]


class ClinicApplication(
    Application[ExtBot[None], "ClinicContext", Nothing, Nothing, Nothing, JobQueue["ClinicContext"]]
):
    """PTB's Application with the clinic that it serves."""

    def __init__(self, *, clinic: Clinic, memories: Memories, **parts: Any) -> None:
        super().__init__(**parts)
        self.clinic = clinic
        self.memories = memories


class ClinicContext(CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]):
    """What a handler is given beside the update."""

    def __init__(self, application: ClinicApplication, chat_id: int | None, user_id: int | None) -> None:
        super().__init__(application, chat_id=chat_id, user_id=user_id)
        self.clinic = application.clinic
        self.memories = application.memories
        self._visitor: Principal | ClinicError = NotSignedIn()
        # Set by the door, which is the first handler of every update.
        self.memory = ChatMemory()

    @classmethod
    def from_update(cls, update: object, application: Any) -> Self:
        """Build the context of an update."""
        chat = update.effective_chat if isinstance(update, Update) else None
        user = update.effective_user if isinstance(update, Update) else None
        return cls(application, chat.id if chat else None, user.id if user else None)

    @property
    def chat(self) -> ChatId:
        """The chat that the update came from."""
        if self._chat_id is None:
            raise LookupError("this update belongs to no chat")
        return ChatId(self._chat_id)

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
        """Note who is there, or why nobody is."""
        self._visitor = visitor

    def sign_out(self) -> None:
        """Note that nobody is there any more."""
        self._visitor = NotSignedIn()

    def draft(self, kind: type[D]) -> D:
        """Return the dialog's draft. Raises LookupError where it is none of that kind."""
        draft = self.memory.draft
        if not isinstance(draft, kind):
            raise LookupError(f"no {kind.__name__} in this chat")  # noqa: TRY004 - it is missing, not mistyped
        return draft
