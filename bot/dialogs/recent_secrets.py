"""Remembers secrets for some minutes, to recognize them if they are typed elsewhere by mistake.

Only digests under a key are kept: no secret can be read from them. Which secrets were typed is part of the
chat's state, so that another worker, or the next process, recognizes them too. Earlier messages are known
to this process alone.
"""

from collections import OrderedDict, deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from unicodedata import normalize

from bot.dialogs.chat_state import ChatState, KnownSecret
from services.models.people import ChatId

# How long a secret is recognized after it was handled, and how long an earlier message is still found.
KNOWN_FOR = timedelta(minutes=5)
# After leaving the question for a secret, somebody may still be typing it.
LATE_BY = timedelta(seconds=10)
# What the bot answers is on the screen, and read, after so long.
READ_WITHIN = timedelta(seconds=3)
# To check a secret, and to say what came of it, takes a busy bot so long at the most.
LONGEST_CHECK = timedelta(minutes=1)
# A chat may wait an hour after a 429 (bot/telegram/retries.py); what was typed before is handled only then.
LONGEST_HELD_UP = timedelta(hours=2)
# Passwords of more words are recognized only if nothing else is in the message.
MOST_WORDS = 6
# A longer message was not typed by mistake.
MOST_WORDS_READ = 60
MESSAGES_A_CHAT = 10
CHATS = 10_000
# Of the secrets of a chat so many are kept.
MOST_SECRETS = 6
# Of a digest so much is kept. It need not tell all texts apart, and should not prove that it was one of them.
DIGEST_BYTES = 8
PUNCTUATION = " \t\r\n.,;:!?\"'“”‘’()[]<>"


# An earlier message: its id, the digests of what may be a secret in it, and until when it is known.
Message = tuple[int, frozenset[str], datetime]


class RecentSecrets:
    """Remembers, by chat, what was typed at the question for a secret. `key` has 32 bytes.

    `typed` is when a message was typed, and `now` is when it is handled: later, if the chat had to wait. How
    long something is known counts from when it was handled to when the next message was typed.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._messages: OrderedDict[ChatId, deque[Message]] = OrderedDict()

    def give(self, chat_id: ChatId, state: ChatState, text: str, typed: datetime, now: datetime) -> list[int]:
        """Note what was typed as a secret; return the ids of earlier messages that contain it."""
        digest = self._digest(text.strip())
        known = _known(state, typed)
        was_taken = any(each.is_taken for each in known if each.digest == digest)
        others = [each for each in known if each.digest != digest]
        given = KnownSecret(digest, now + KNOWN_FOR, was_taken)
        state.secrets = (*others, given)[-MOST_SECRETS:]
        messages = self._messages.pop(chat_id, ())
        return [message_id for message_id, digests, until in messages if digest in digests and until > typed]

    def take(self, state: ChatState, text: str, typed: datetime, now: datetime, *, is_sure: bool) -> None:
        """Note that the secret was right, or was set: so it is no answer to another question.

        Where it `is_sure` that it was the right one, what comes next is hardly another try. `now` is when
        whoever typed it was told so.
        """
        if is_sure:
            state.secret_left_at = None
        digest = self._digest(text.strip())
        state.secrets = tuple(
            replace(each, is_taken=True, until=min(now + KNOWN_FOR, each.until + LONGEST_CHECK))
            if each.digest == digest
            else each
            for each in _known(state, typed)
        )

    def note(self, chat_id: ChatId, message_id: int, text: str, typed: datetime, now: datetime) -> None:
        """Note a message that was no secret when it came."""
        messages = self._messages.setdefault(chat_id, deque(maxlen=MESSAGES_A_CHAT))
        self._messages.move_to_end(chat_id)
        if len(self._messages) > CHATS:
            self._messages.popitem(last=False)
        while messages and messages[0][2] <= typed:
            messages.popleft()
        messages.append((message_id, frozenset(self._digests(text)), now + KNOWN_FOR))

    def leave(self, state: ChatState, now: datetime) -> None:
        """Note that the question for a secret was left, for whatever reason."""
        state.secret_left_at = now

    def was_given(self, state: ChatState, text: str, typed: datetime) -> bool:
        """Tell whether the text is, or contains, a secret that was typed a moment ago."""
        return self._holds(text, {each.digest for each in _known(state, typed)})

    def was_taken(self, state: ChatState, text: str, typed: datetime) -> bool:
        """Tell whether the text is, or contains, a secret that was right or was set."""
        return self._holds(text, {each.digest for each in _known(state, typed) if each.is_taken})

    def was_just_left(self, state: ChatState, typed: datetime, now: datetime) -> bool:
        """Tell whether the message may be a late answer to a question for a secret that had no right one.

        It may be if the question was left a moment ago, or was still on the screen when the message was
        typed.
        """
        return state.secret_left_at is not None and _is_late(state.secret_left_at, typed, now)

    def was_just_taken(self, state: ChatState, typed: datetime, now: datetime) -> bool:
        """Tell the same of a question that the right secret has answered."""
        return any(_is_late(at, typed, now) for at in _taken_at(state))

    def was_on_its_way(self, state: ChatState, typed: datetime, now: datetime) -> bool:
        """Tell whether whoever typed the message hardly saw that the right secret had been taken.

        It was typed at once after that, or it had to wait, as what it follows may have had to.
        """
        return any(
            _is_late(at, typed, now) and (typed - at < READ_WITHIN or now - typed >= READ_WITHIN)
            for at in _taken_at(state)
        )

    def _holds(self, text: str, wanted: Collection[str]) -> bool:
        return bool(wanted) and any(digest in wanted for digest in self._digests(text))

    def _digests(self, text: str) -> Iterator[str]:
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

    def _digest(self, text: str) -> str:
        plain = normalize("NFC", text).encode(errors="replace")
        return blake2b(plain, key=self._key, digest_size=DIGEST_BYTES).hexdigest()


def _is_late(left_at: datetime, typed: datetime, now: datetime) -> bool:
    was_asked = timedelta(0) <= now - left_at < LONGEST_HELD_UP and typed - left_at < LATE_BY
    return was_asked or abs(now - left_at) < LATE_BY


def _taken_at(state: ChatState) -> Iterator[datetime]:
    """Return when each of the chat's secrets that were right was handled."""
    return (each.until - KNOWN_FOR for each in state.secrets if each.is_taken)


def _known(state: ChatState, typed: datetime) -> list[KnownSecret]:
    """Return what of a chat's secrets is still recognized in a message that was typed then."""
    return [each for each in state.secrets if each.until > typed]


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
