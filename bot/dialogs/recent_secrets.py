"""Remembers secrets for some minutes, to recognize them if they are typed elsewhere by mistake.

Only digests are kept, in this process, under a key of its own: no secret can be read from them.
"""

import secrets
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from unicodedata import normalize

from services.models.people import ChatId

# How long a secret is recognized after it was handled, and how long an earlier message is still found.
KNOWN_FOR = timedelta(minutes=5)
# After leaving the question for a secret, somebody may still be typing it.
LATE_BY = timedelta(seconds=10)
# A chat may wait an hour after a 429 (bot/telegram/retries.py); what was typed before is handled only then.
LONGEST_HELD_UP = timedelta(hours=2)
# Passwords of more words are recognized only if nothing else is in the message.
MOST_WORDS = 6
# A longer message was not typed by mistake.
MOST_WORDS_READ = 60
MESSAGES_A_CHAT = 10
CHATS = 10_000
PUNCTUATION = " \t\r\n.,;:!?\"'“”‘’()[]<>"


@dataclass(slots=True)
class _Chat:
    """What is known of a chat: digests with their ends, which of them were right, and its last messages."""

    given: dict[bytes, datetime] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)
    messages: deque[tuple[int, frozenset[bytes], datetime]] = field(
        default_factory=lambda: deque(maxlen=MESSAGES_A_CHAT)
    )
    left_at: datetime | None = None


class RecentSecrets:
    """Remembers, by chat, what was typed at the question for a secret.

    `typed` is when a message was typed, and `now` is when it is handled: later, if the chat had to wait. How
    long something is known counts from when it was handled to when the next message was typed.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._chats: OrderedDict[ChatId, _Chat] = OrderedDict()

    def give(self, chat_id: ChatId, text: str, typed: datetime, now: datetime) -> list[int]:
        """Note what was typed as a secret; return the ids of earlier messages that contain it."""
        chat, digest = self._open(chat_id, typed), self._digest(text.strip())
        chat.given[digest] = now + KNOWN_FOR
        found = [message_id for message_id, digests, _ in chat.messages if digest in digests]
        chat.messages.clear()
        return found

    def take(self, chat_id: ChatId, text: str, typed: datetime) -> None:
        """Note that the secret was right, or was set: so it is no answer to another question."""
        self._open(chat_id, typed).taken.add(self._digest(text.strip()))

    def note(self, chat_id: ChatId, message_id: int, text: str, typed: datetime, now: datetime) -> None:
        """Note a message that was no secret when it came."""
        self._open(chat_id, typed).messages.append(
            (message_id, frozenset(self._digests(text)), now + KNOWN_FOR)
        )

    def leave(self, chat_id: ChatId, now: datetime) -> None:
        """Note that the question for a secret was left, for whatever reason."""
        self._of(chat_id).left_at = now

    def was_given(self, chat_id: ChatId, text: str, typed: datetime) -> bool:
        """Tell whether the text is, or contains, a secret that was typed a moment ago."""
        given = self._look(chat_id, typed).given
        return bool(given) and any(digest in given for digest in self._digests(text))

    def was_taken(self, chat_id: ChatId, text: str, typed: datetime) -> bool:
        """Tell whether the text is, or contains, a secret that was right or was set."""
        taken = self._look(chat_id, typed).taken
        return bool(taken) and any(digest in taken for digest in self._digests(text))

    def was_just_left(self, chat_id: ChatId, typed: datetime, now: datetime) -> bool:
        """Tell whether the message may be a late answer to a question for a secret.

        It may be if the question was left a moment ago, or was still on the screen when the message was
        typed.
        """
        left_at = self._look(chat_id, typed).left_at
        if left_at is None:
            return False
        was_asked = timedelta(0) <= now - left_at < LONGEST_HELD_UP and typed - left_at < LATE_BY
        return was_asked or abs(now - left_at) < LATE_BY

    def _look(self, chat_id: ChatId, typed: datetime) -> _Chat:
        return self._open(chat_id, typed) if chat_id in self._chats else _Chat()

    def _open(self, chat_id: ChatId, typed: datetime) -> _Chat:
        """Return the chat without what has expired at that instant."""
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
