"""What the bot remembers of a chat between two taps: kept in the database, nowhere else.

It is read when an update comes in and written, in one go, once the update is handled. The id of the
last update goes with it, so that one which is delivered again after a crash changes nothing twice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.drafts import Draft
from services.models.people import ChatId
from services.storage.conversations import ConversationStore

QUIET = timedelta(minutes=15)
# Whoever does more than that before the outbox comes by is told the first of it once more.
MOST_NOTICES = 10
# Update ids restart anywhere after a quiet week (Bot API Update), so only a near one is a repeat.
REPEAT_SPAN = 1000


@dataclass
class ChatState:
    """What is known of a chat.

    `step` names the dialog's question that waits for an answer (None: no dialog), `trail` the ones
    before it, `card_id` the message that shows it, `paused` that it was put aside. `intent` is what
    was wanted before signing in (callback data), and is until `intent_until`; `instead` what may take the
    place of a dialog that rests, `email` a guess at who signs in next, `menu` which menu the chat has.
    `revision` counts the questions that cards have shown, and `shown` is the last one's digest (stamping.py).
    `notices` are the ids of the notices that cards have shown last: the outbox does not send these here.
    `words` are what was typed for the questions behind one that has to be asked first.
    """

    step: str | None = None
    draft: Draft | None = field(default=None, repr=False)
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
    revision: int = 0
    shown: str | None = None
    notices: tuple[str, ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)

    def note_shown(self, notice_id: str) -> None:
        """Note that a card has said what that notice says."""
        self.notices = (*(other for other in self.notices if other != notice_id), notice_id)[-MOST_NOTICES:]

    def end_dialog(self) -> None:
        """Forget the dialog, but not its card: a second tap there is still understood."""
        self.step, self.draft, self.trail = None, None, ()
        self.paused, self.expires_at, self.words = False, None, ()

    @contextmanager
    def unchanged_on_error(self) -> Iterator[None]:
        """Take back what is changed within if it fails: a question never shown waits for no answer."""
        before = replace(self)
        try:
            yield
        except Exception:
            vars(self).update(vars(before))
            raise

    def is_repeat(self, update_id: int) -> bool:
        """Tell whether the update was handled before."""
        return 0 <= self.handled - update_id < REPEAT_SPAN


_CODEC: TypeAdapter[ChatState] = TypeAdapter(ChatState)


class ChatStates:
    """Reads and writes chats' memories; holds one only while an update of its chat is being handled.

    `on_told` is called when a memory was saved with other notices that cards have shown, with their ids.
    """

    def __init__(
        self, conversations: ConversationStore, on_notices_shown: Callable[[Collection[str]], object] = len
    ) -> None:
        self._conversations = conversations
        self._on_notices_shown = on_notices_shown
        self._open: dict[ChatId, tuple[ChatState, ChatState]] = {}

    async def load(self, chat_id: ChatId) -> ChatState:
        """Read the memory of a chat. Raises StorageDown."""
        return self.open(chat_id, await self._conversations.of_chat(chat_id))

    def open(self, chat_id: ChatId, document: dict[str, Any] | None) -> ChatState:
        """Return the memory of a chat of which the document was read."""
        state = _decode(document)
        self._open[chat_id] = (state, replace(state))
        return state

    def of(self, chat_id: ChatId) -> ChatState | None:
        """Return the memory that is open for that chat, or None."""
        found = self._open.get(chat_id)
        return found[0] if found else None

    async def save(self, chat_id: ChatId, update_id: int | None) -> None:
        """Write the memory if it changed. Raises StorageDown, and keeps it open for another try."""
        found = self._open.get(chat_id)
        if found and found[0] != found[1]:
            state = found[0]
            state.handled = update_id if update_id is not None else state.handled
            await self._conversations.put(chat_id, _encode(state))
        self._open.pop(chat_id, None)
        if found and found[0].notices != found[1].notices:
            self._on_notices_shown(set(found[0].notices) - set(found[1].notices))

    def in_hand(self) -> Collection[ChatId]:
        """Return the chats of which an update is being handled."""
        return tuple(self._open)

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that the cards of these chats have shown last. Raises StorageDown."""
        return await self._conversations.notices_shown(chats)


def _encode(state: ChatState) -> dict[str, Any]:
    document: dict[str, Any] = _CODEC.dump_python(state, mode="json", exclude_none=True)
    # The database looks for quiet dialogs by this field, so it must be a date there.
    return document | ({"expires_at": state.expires_at} if state.expires_at else {})


def _decode(document: dict[str, Any] | None) -> ChatState:
    """Return the memory; one of a version that nobody understands any more is an empty one."""
    try:
        return _CODEC.validate_python(document or {})
    except ValidationError:
        return ChatState()
