"""The state of a chat between two updates: it is kept in the database and nowhere else.

It is read when an update comes in, and written in one go once the update is handled. The id of that update
is part of it, so that an update which comes again after a crash is handled only once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

from pydantic import Field, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.callbacks.tap import BadTap, Tap
from bot.drafts import Draft
from bot.localization.languages import Language, speaks, spoken
from bot.ui.view import OpenQuestion
from services.models.appointments import AppointmentId
from services.models.people import ChatId, User, UserId
from services.storage.conversations import VERSION, ConversationStore, Save

# Read by its kind, which is stored with each: trying them all would take ten times as long.
StoredDraft = Annotated[Draft, Field(discriminator="kind")]

QUIET = timedelta(minutes=15)
# If somebody does more than that before the outbox looks, the first of it is told once more.
MOST_NOTICES = 10
# After a week without updates their ids start again at any number (Bot API Update), so only a near one is a
# repeat.
REPEAT_SPAN = 1000
# Over a webhook messages and taps of a chat come side by side. While one of them has to be repeated, so many
# of the other kind may be handled.
MOST_RECENT = 32


class ChatChanged(Exception):
    """Another worker has saved the chat's state since it was read. What was done on it is to be done anew."""


@dataclass(frozen=True)
class LiveCard:
    """The message in a chat that shows a visit to the patient who waits for it, and is kept up to date.

    `user_id` is who reads it; `until` is when the day ends, in seconds since 1970 in UTC.
    """

    appointment_id: AppointmentId
    message_id: int
    user_id: UserId
    until: int


@dataclass(frozen=True)
class KnownSecret:
    """A secret that was typed in a chat: its keyed digest (hexadecimal), and until when it is recognized.

    `is_taken`: it was right, or was set.
    """

    digest: str
    until: datetime
    is_taken: bool = False


@dataclass(frozen=True)
class Asked:
    """What somebody was asked outside of dialogs (`of`: None for a guest), until when it may be answered."""

    question: OpenQuestion
    until: datetime
    of: UserId | None = None


def _or_none(document: object, read: ValidatorFunctionWrapHandler) -> object:
    """Return what is read, or None where another version wrote it in a form that this one does not know."""
    try:
        return read(document)
    except ValidationError:
        return None


@dataclass
class ChatState:
    """What is known of a chat. The names of the fields are stored.

    - `step`: the question that waits for an answer, None outside of dialogs. `trail`: the questions before
      it. `draft`: the answers so far. `card_id`: the message that shows the question.
    - `paused`: the dialog was put aside. `expires_at`: when it is closed if nothing is answered. `instead`:
      the tap (callback data) that begins the dialog which may take its place.
    - `intent`: what somebody wanted before signing in (callback data), until `intent_until`. `email`: the
      address of whoever will probably sign in next.
    - `menu`: which command menu the chat has. `handled`: the id of the last update that was handled.
      `recent`: the ids of the last ones; all up to `floor` count as handled, too.
    - `revision` counts the questions that cards have shown; `shown` is the last one's digest (revisions.py).
    - `notices`: the ids of the notices that cards have shown last; the outbox does not send these here.
    - `live_card`: the message that shows a visit to the patient who waits for it.
    - `secrets`: what was typed as a secret in the last minutes, as digests. `secret_left_at`: when the
      question for a secret was left without an answer that was surely right.
    - `words`: what was typed for later questions, while an earlier one has to be asked first. `answers`:
      what was said in a sentence, as answers to later questions by the names of their steps.
    - `said`: a sentence that is acted on once the person has signed in, or has left another dialog. It is
      personal, so it is forgotten at `said_until`.
    - `asked`: what was asked last outside of dialogs, until the next thing that the person does.
    - `language`: the ISO 639 code of the language that was chosen in this chat. `spoken`: that of the one in
      which it was answered last, None for English.
    """

    step: str | None = None
    draft: StoredDraft | None = field(default=None, repr=False)
    trail: tuple[str, ...] = ()
    card_id: int | None = None
    paused: bool = False
    expires_at: datetime | None = None
    intent: str | None = None
    intent_until: datetime | None = None
    email: str | None = None
    instead: str | None = None
    menu: str | None = None
    handled: int = -1
    recent: tuple[int, ...] = ()
    floor: int = -1
    revision: int = 0
    shown: str | None = None
    notices: tuple[str, ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    said: str | None = field(default=None, repr=False)
    said_until: datetime | None = None
    asked: Annotated[Asked | None, WrapValidator(_or_none)] = field(default=None, repr=False)
    live_card: LiveCard | None = None
    secrets: tuple[KnownSecret, ...] = field(default=(), repr=False)
    secret_left_at: datetime | None = None
    language: str | None = None
    spoken: str | None = None

    def note_shown(self, notice_id: str) -> None:
        """Note that a card has shown what that notice says."""
        self.notices = (*(other for other in self.notices if other != notice_id), notice_id)[-MOST_NOTICES:]

    def wanted(self, now: datetime) -> Tap | None:
        """Return what was wanted before signing in, unless that is too long ago."""
        if self.intent is None or self.intent_until is None or self.intent_until <= now:
            return None
        try:
            return Tap.unpack(self.intent)
        except BadTap:
            return None

    def keep_said(self, text: str, until: datetime) -> None:
        """Keep a sentence until then."""
        self.said, self.said_until = text, until
        self._expire_outside()

    def take_said(self, now: datetime) -> str | None:
        """Return the sentence that was kept, if it still counts, and forget it."""
        is_old = self.said_until is None or self.said_until <= now
        text = None if is_old else self.said
        self.forget_said()
        return text

    def forget_said(self) -> None:
        """Forget the sentence that was kept."""
        self.said = self.said_until = None
        self._expire_outside()

    def _expire_outside(self) -> None:
        """Outside of dialogs, note when what was said or asked there is to be forgotten: it is personal."""
        if self.step is None:
            kept = [self.said_until] if self.said_until else []
            kept += [self.asked.until] if self.asked else []
            self.expires_at = max(kept, default=None)

    def ask(self, asked: Asked | None) -> None:
        """Note what somebody is asked outside of dialogs; None: nothing more."""
        self.asked = asked
        self._expire_outside()

    def take_asked(self, by: UserId | None, now: datetime) -> OpenQuestion | None:
        """Return what that person was asked last, unless it is too long ago, and forget it."""
        asked = self.asked
        self.ask(None)
        return asked.question if asked is not None and asked.of == by and now < asked.until else None

    def leave_live_card(self, message_id: int | None) -> None:
        """Note that a message is about to show something else, if it is the live card."""
        if self.live_card is not None and self.live_card.message_id == message_id:
            self.live_card = None

    def end_dialog(self) -> None:
        """Forget the dialog, but not its card, so that a second tap there is still understood."""
        self.step, self.draft, self.trail = None, None, ()
        self.paused, self.words, self.answers = False, (), {}
        # What was said outside of the dialog is still kept for a while.
        self._expire_outside()

    @contextmanager
    def unchanged_on_error(self) -> Iterator[None]:
        """Take back all changes if an error is raised: a question that was not shown must not be open."""
        before = replace(self)
        try:
            yield
        except Exception:
            vars(self).update(vars(before))
            raise

    def is_repeat(self, update_id: int) -> bool:
        """Tell whether the update was handled before.

        Over a webhook a message and a tap of one person come side by side, so a later one may come first.
        """
        # An earlier version has stored the last one only, and handled all in their order.
        floor = self.floor if self.recent else self.handled
        return update_id in self.recent or 0 <= floor - update_id < REPEAT_SPAN

    def note_handled(self, update_id: int) -> None:
        """Note that the update was handled."""
        floor = self.floor if self.recent else self.handled
        if abs(update_id - self.handled) >= REPEAT_SPAN:
            # The ids may have started again; those of the last updates are known in any case.
            floor = -1
        # As they came: one that was late is forgotten after those that came before it.
        recent = (*(known for known in self.recent if known != update_id), update_id)
        if len(recent) > MOST_RECENT:
            floor = max(floor, recent[0])
        self.recent, self.floor, self.handled = recent[-MOST_RECENT:], floor, update_id


_CODEC: TypeAdapter[ChatState] = TypeAdapter(ChatState)
_LIVE_CARD: TypeAdapter[LiveCard] = TypeAdapter(LiveCard)


@dataclass(frozen=True, slots=True)
class _Open:
    """A state, as it is and as it was read at `version`; `id` is that of its save."""

    state: ChatState
    before: ChatState
    version: int
    id: str = field(default_factory=lambda: uuid4().hex)


class ChatStates:
    """Reads and writes the states of chats. Each is open only while an update of its chat is being handled.

    `on_notices_shown` is called with the ids of the notices that cards have shown, once that is saved.
    """

    def __init__(
        self, conversations: ConversationStore, on_notices_shown: Callable[[Collection[str]], object] = len
    ) -> None:
        self._conversations = conversations
        self._on_notices_shown = on_notices_shown
        self._open: dict[ChatId, _Open] = {}

    async def load(self, chat_id: ChatId) -> ChatState:
        """Read the state of a chat, and open it. Raises StorageDown."""
        return self.open(chat_id, await self._conversations.of_chat(chat_id))

    def open(self, chat_id: ChatId, document: dict[str, Any] | None) -> ChatState:
        """Return the state that a document holds, and open it."""
        state = _decode(document)
        self._open[chat_id] = _Open(state, replace(state), _version(document))
        return state

    def of(self, chat_id: ChatId) -> ChatState | None:
        """Return the state that is open for that chat, or None."""
        found = self._open.get(chat_id)
        return found.state if found else None

    async def save(self, chat_id: ChatId, update_id: int | None) -> bool:
        """Write the state if it has changed, and close it; tell whether it was written.

        Raises StorageDown; then it stays open. Raises ChatChanged if another worker was faster.
        """
        found = self._open.get(chat_id)
        if found is None or found.state == found.before:
            self._open.pop(chat_id, None)
            return False
        state = found.state
        if update_id is not None:
            state.note_handled(update_id)
        is_saved = await self._conversations.save(Save(chat_id, _encode(state), found.version, found.id))
        self._open.pop(chat_id, None)
        if not is_saved:
            raise ChatChanged
        if state.notices != found.before.notices:
            self._on_notices_shown(set(state.notices) - set(found.before.notices))
        return True

    def being_answered(self) -> Collection[ChatId]:
        """Return the chats of which an update is being handled."""
        return tuple(self._open)

    async def live_cards(self, now: datetime) -> dict[ChatId, LiveCard]:
        """Return the cards that are kept up to date today, by their chats. Raises StorageDown."""
        found: dict[ChatId, LiveCard] = {}
        for chat_id, document in await self._conversations.live_cards(int(now.timestamp())):
            with suppress(ValidationError):
                found[chat_id] = _LIVE_CARD.validate_python(document)
        return found

    async def language_for(self, reader: User, chat_id: ChatId) -> Language:
        """Return the language of what reaches somebody in a chat unasked. Raises StorageDown.

        Where the account has one in which nothing is written here, it is that in which the chat is answered.
        """
        theirs = spoken(reader.language)
        return theirs if theirs is not None else speaks(await self._conversations.spoken_in(chat_id))

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that the cards of these chats have shown last. Raises StorageDown."""
        return await self._conversations.notices_shown(chats)


def _version(document: dict[str, Any] | None) -> int:
    version = (document or {}).get(VERSION)
    return version if isinstance(version, int) else 0


def _encode(state: ChatState) -> dict[str, Any]:
    document: dict[str, Any] = _CODEC.dump_python(state, mode="json", exclude_none=True)
    # A date and not a text, because the query for dialogs that have timed out compares it.
    return document | ({"expires_at": state.expires_at} if state.expires_at else {})


def _decode(document: dict[str, Any] | None) -> ChatState:
    """Return the state; an empty one if the document cannot be read."""
    try:
        return _CODEC.validate_python(document or {})
    except ValidationError:
        return ChatState()
