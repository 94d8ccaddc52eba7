"""What was typed as a secret a moment ago, so that the same, typed elsewhere by mistake, is recognized.

Only keyed digests are kept, in this process alone, under a key of its own: no secret is got back from them.
"""

import secrets
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from unicodedata import normalize

from services.models.people import ChatId

# For so long after it was handled a secret is recognized, and a message from before it is still found.
KNOWN_FOR = timedelta(minutes=5)
# Who has just left the question for a secret may still be typing it.
LATE_BY = timedelta(seconds=10)
# A 429 may hold a chat up for an hour (bot/telegram/retries.py): what was typed before is handled after it.
LONGEST_HELD_UP = timedelta(hours=2)
# Passwords are phrases of a few words; longer ones are recognized where they stand alone.
MOST_WORDS = 6
# A message of more words than these is no slip.
MOST_WORDS_READ = 60
MESSAGES_A_CHAT = 10
CHATS = 10_000
PUNCTUATION = " \t\r\n.,;:!?\"'“”‘’()[]<>"


@dataclass(slots=True)
class _Chat:
    """What is known of a chat: digests and until when, those that were right, and its last messages."""

    given: dict[bytes, datetime] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)
    messages: deque[tuple[int, frozenset[bytes], datetime]] = field(
        default_factory=lambda: deque(maxlen=MESSAGES_A_CHAT)
    )
    left_at: datetime | None = None


class RecentSecrets:
    """Remembers, by chat, what was typed at the question for a secret.

    `typed` is when a message was typed and `now` the present, in which it is handled: later, where the chat
    was held up. How long something is known is counted from when it was handled to when the next was typed.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._chats: OrderedDict[ChatId, _Chat] = OrderedDict()

    def give(self, chat_id: ChatId, text: str, typed: datetime, now: datetime) -> list[int]:
        """Note what was typed as a secret; return the ids of earlier messages in which it stands."""
        chat, digest = self._open(chat_id, typed), self._digest(text.strip())
        chat.given[digest] = now + KNOWN_FOR
        found = [message_id for message_id, digests, _ in chat.messages if digest in digests]
        chat.messages.clear()
        return found

    def take(self, chat_id: ChatId, text: str, typed: datetime) -> None:
        """Note that this was the secret, or became it: then it is no answer to anything else."""
        self._open(chat_id, typed).taken.add(self._digest(text.strip()))

    def note(self, chat_id: ChatId, message_id: int, text: str, typed: datetime, now: datetime) -> None:
        """Note a message that was no secret when it came."""
        self._open(chat_id, typed).messages.append(
            (message_id, frozenset(self._digests(text)), now + KNOWN_FOR)
        )

    def leave(self, chat_id: ChatId, now: datetime) -> None:
        """Note that the question for a secret was left, however that came."""
        self._of(chat_id).left_at = now

    def was_given(self, chat_id: ChatId, text: str, typed: datetime) -> bool:
        """Tell whether the text is a secret that was given just before, or has it among its words."""
        given = self._look(chat_id, typed).given
        return bool(given) and any(digest in given for digest in self._digests(text))

    def was_taken(self, chat_id: ChatId, text: str, typed: datetime) -> bool:
        """Tell the same of one that was right."""
        taken = self._look(chat_id, typed).taken
        return bool(taken) and any(digest in taken for digest in self._digests(text))

    def was_just_left(self, chat_id: ChatId, typed: datetime, now: datetime) -> bool:
        """Tell whether the message may be a late answer to a question for a secret.

        It is where that was left a moment ago, or was there to be seen still when the message was typed.
        """
        left_at = self._look(chat_id, typed).left_at
        if left_at is None:
            return False
        was_asked = timedelta(0) <= now - left_at < LONGEST_HELD_UP and typed - left_at < LATE_BY
        return was_asked or abs(now - left_at) < LATE_BY

    def _look(self, chat_id: ChatId, typed: datetime) -> _Chat:
        return self._open(chat_id, typed) if chat_id in self._chats else _Chat()

    def _open(self, chat_id: ChatId, typed: datetime) -> _Chat:
        """Return the chat without what nobody who types then, or later, is to be reminded of."""
        chat = self._of(chat_id)
        chat.given = {digest: until for digest, until in chat.given.items() if until > typed}
        chat.taken &= chat.given.keys()
        while chat.messages and chat.messages[0][2] <= typed:
            chat.messages.popleft()
        return chat

    def _of(self, chat_id: ChatId) -> _Chat:
        chat = self._chats.setdefault(chat_id, _Chat())
        self._chats.move_to_end(chat_id)
        if len(self._chats) > CHATS:
            self._chats.popitem(last=False)
        return chat

    def _digests(self, text: str) -> Iterator[bytes]:
        """Return the digests of all that may be a secret in a text: the whole, each run of a few words."""
        whole = text.strip()
        yield self._digest(whole)
        words = whole.split(maxsplit=MOST_WORDS_READ)
        if len(words) > MOST_WORDS_READ:
            return
        for length in range(1, MOST_WORDS + 1):
            for run in _runs(whole, words, length):
                yield self._digest(run)
                if (bare := run.strip(PUNCTUATION)) != run:
                    yield self._digest(bare)

    def _digest(self, text: str) -> bytes:
        return blake2b(
            normalize("NFC", text).encode(errors="replace"), key=self._key, digest_size=16
        ).digest()


def _runs(whole: str, words: list[str], length: int) -> Iterator[str]:
    """Return each run of so many words, as it stands in the text."""
    places = [0]
    for word in words:
        begin = whole.index(word, places[-1])
        places.append(begin + len(word))
    ends = places[1:]
    begins = [end - len(word) for end, word in zip(ends, words, strict=True)]
    for first, begin in enumerate(begins[: max(0, len(words) - length + 1)]):
        yield whole[begin : ends[first + length - 1]]
