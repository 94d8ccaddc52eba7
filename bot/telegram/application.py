"""python-telegram-bot's Application and context, extended with the clinic and its own context."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Self

from telegram import Message, MessageEntity, Update
from telegram import User as TelegramUser
from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.callbacks.revision import read_button
from bot.dialogs.chat_state import ChatStates
from bot.dialogs.context import ClinicContext
from bot.dialogs.errands import Errands
from bot.dialogs.incoming import Incoming, Pressed, Said
from bot.metrics import Face, Metrics, UpdateKind, UpdateOutcome
from bot.telegram.message_kinds import said
from bot.telegram.messages import TelegramMessenger
from bot.telegram.storage_patience import however_long
from services.clinic import Clinic
from services.errors import ClinicError
from services.models.people import ChatId

# Telegram allows 64 characters each for the first and the last name, and 32 for the user name.
LABEL_LENGTH = 60

Nothing = dict[Any, Any]


class ClinicApplication(
    Application[ExtBot[None], "UpdateContext", Nothing, Nothing, Nothing, JobQueue["UpdateContext"]]
):
    """PTB's Application with the clinic that it serves."""

    def __init__(
        self,
        *,
        clinic: Clinic,
        chat_states: ChatStates,
        metrics: Metrics,
        secret_key: bytes,
        **parts: Any,
    ) -> None:
        super().__init__(**parts)
        self.clinic = clinic
        self.chat_states = chat_states
        self.metrics = metrics
        # For the digests by which a secret is recognized that is typed elsewhere by mistake.
        self.secret_key = secret_key
        self.errands = Errands(self.create_task)
        # The ids of updates in flight that certainly hold no secret. Any other may hold one.
        self.harmless: set[int] = set()
        # Called with each id that comes to these, and awaited before that update is handled any further.
        self.on_harmless: Callable[[int], Awaitable[None]] = _nobody_asks
        # What came of updates in flight, by their ids. Any other is answered, or will be.
        self.outcomes: dict[int, UpdateOutcome] = {}

    def context_of(self, chat_id: ChatId, update: Update | None = None) -> ClinicContext:
        """Return the clinic's own context of a chat; `update` is the update that is handled, if any."""
        messenger = TelegramMessenger(self.bot, chat_id, self.errands, update)
        context = ClinicContext(
            self.clinic,
            self.chat_states,
            self.errands,
            chat_id,
            messenger,
            incoming=incoming(update) if update else None,
            label=_label(update.effective_user if update else None),
            tag=language_tag(update) if update else None,
            update_id=update.update_id if update else None,
        )
        messenger.on_shown = context.note_shown
        messenger.on_asked = context.note_asked
        context.on_refused = partial(self._note_refused, update.update_id if update else None)
        return context

    def _note_refused(self, update_id: int | None, error: ClinicError) -> None:
        self.metrics.refused(type(error), Face.CHAT)
        if update_id is not None:
            self.outcomes.setdefault(update_id, UpdateOutcome.REFUSED)

    async def note_harmless(self, update_id: int) -> None:
        """Note that an update certainly holds no secret."""
        self.harmless.add(update_id)
        await self.on_harmless(update_id)

    async def save_state(self, chat_id: ChatId, update_id: int | None) -> bool:
        """Write the chat's state; if the database is away, wait until it is back, and let the chat wait.

        Tells whether there was anything to write. Raises ChatChanged if another worker was faster.
        """
        return await however_long(lambda: self.chat_states.save(chat_id, update_id))


class UpdateContext(CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]):
    """PTB's context of an update; `own` is the clinic's, which knows no Telegram."""

    def __init__(
        self, application: ClinicApplication, chat_id: int | None = None, user_id: int | None = None
    ) -> None:
        super().__init__(application, chat_id=chat_id, user_id=user_id)
        self._own: ClinicContext | None = None

    @classmethod
    def from_update(cls, update: object, application: Any) -> Self:
        """Build the context of an update."""
        chat = update.effective_chat if isinstance(update, Update) else None
        context = cls(application, chat.id if chat else None)
        if isinstance(update, Update) and chat is not None:
            context._own = application.context_of(ChatId(chat.id), update)
        return context

    @property
    def own(self) -> ClinicContext:
        """The clinic's context of the chat that the update came from. Raises LookupError: there is none."""
        if self._own is None:
            raise LookupError("this update belongs to no chat")
        return self._own


async def _nobody_asks(_update_id: int) -> None:
    """Do nothing."""


def incoming(update: Update) -> Incoming | None:
    """Return what the person has done, or None if it is nothing that dialogs know."""
    query = update.callback_query
    if query is not None:
        return Pressed(*read_button(query.data or ""))
    message = update.message or update.edited_message
    if message is None:
        return None
    return Said(
        message.message_id,
        said(message),
        message.edit_date or message.date,
        command_name(message),
        is_edit=update.message is None,
    )


def language_tag(update: Update) -> str | None:
    """Return the language in which whoever has sent it uses Telegram, an IETF tag (Bot API User)."""
    return update.effective_user.language_code if update.effective_user else None


def update_kind(update: Update) -> UpdateKind:
    """Return as what an update is counted."""
    if update.callback_query is not None:
        return UpdateKind.TAP
    text = update.message.text if update.message else None
    if text is None:
        return UpdateKind.OTHER
    return UpdateKind.COMMAND if text.startswith("/") else UpdateKind.TEXT


def command_name(message: Message) -> str | None:
    """Return the name of the command that the message begins with, or None (Bot API MessageEntity)."""
    for entity in message.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            return message.parse_entity(entity).removeprefix("/").partition("@")[0].lower()
    return None


def _label(user: TelegramUser | None) -> str:
    """Return what Telegram calls a person: Asha Patel (@asha)."""
    if user is None:
        return ""
    # Telegram's names may be empty; PTB makes None of those.
    name = " ".join(filter(None, (user.first_name, user.last_name)))[:LABEL_LENGTH]
    return f"{name} (@{user.username})" if user.username else name
