"""The state of a chat between two updates: it is kept in the database and nowhere else.

It is read when an update comes in, and written in one go once the update is handled. The id of that update
is part of it, so that an update which comes again after a crash is handled only once.
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
# If somebody does more than that before the outbox looks, the first of it is told once more.
MOST_NOTICES = 10
# After a week without updates their ids start again at any number (Bot API Update), so only a near one is a
# repeat.
REPEAT_SPAN = 1000


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
    - `revision` counts the questions that cards have shown; `shown` is the last one's digest (revisions.py).
    - `notices`: the ids of the notices that cards have shown last; the outbox does not send these here.
    - `words`: what was typed for later questions, while an earlier one has to be asked first.
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
        """Note that a card has shown what that notice says."""
        self.notices = (*(other for other in self.notices if other != notice_id), notice_id)[-MOST_NOTICES:]

    def end_dialog(self) -> None:
        """Forget the dialog, but not its card, so that a second tap there is still understood."""
        self.step, self.draft, self.trail = None, None, ()
        self.paused, self.expires_at, self.words = False, None, ()

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
        """Tell whether the update was handled before."""
        return 0 <= self.handled - update_id < REPEAT_SPAN


_CODEC: TypeAdapter[ChatState] = TypeAdapter(ChatState)


class ChatStates:
    """Reads and writes the states of chats. Each is open only while an update of its chat is being handled.

    `on_notices_shown` is called with the ids of the notices that cards have shown, once that is saved.
    """

    def __init__(
        self, conversations: ConversationStore, on_notices_shown: Callable[[Collection[str]], object] = len
    ) -> None:
        self._conversations = conversations
        self._on_notices_shown = on_notices_shown
        self._open: dict[ChatId, tuple[ChatState, ChatState]] = {}

    async def load(self, chat_id: ChatId) -> ChatState:
        """Read the state of a chat, and open it. Raises StorageDown."""
        return self.open(chat_id, await self._conversations.of_chat(chat_id))

    def open(self, chat_id: ChatId, document: dict[str, Any] | None) -> ChatState:
        """Return the state that a document holds, and open it."""
        state = _decode(document)
        self._open[chat_id] = (state, replace(state))
        return state

    def of(self, chat_id: ChatId) -> ChatState | None:
        """Return the state that is open for that chat, or None."""
        found = self._open.get(chat_id)
        return found[0] if found else None

    async def save(self, chat_id: ChatId, update_id: int | None) -> None:
        """Write the state if it has changed, and close it. Raises StorageDown; then it stays open."""
        found = self._open.get(chat_id)
        if found and found[0] != found[1]:
            state = found[0]
            state.handled = update_id if update_id is not None else state.handled
            await self._conversations.put(chat_id, _encode(state))
        self._open.pop(chat_id, None)
        if found and found[0].notices != found[1].notices:
            self._on_notices_shown(set(found[0].notices) - set(found[1].notices))

    def being_answered(self) -> Collection[ChatId]:
        """Return the chats of which an update is being handled."""
        return tuple(self._open)

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        """Return the ids of the notices that the cards of these chats have shown last. Raises StorageDown."""
        return await self._conversations.notices_shown(chats)


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
