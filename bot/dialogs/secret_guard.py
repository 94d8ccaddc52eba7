"""Misplaced secrets: typed twice, one question too late, or just after their question was left."""

import re
from contextlib import suppress
from datetime import datetime
from unicodedata import category

from bot.dialogs.chat_state import ChatState
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Said
from bot.dialogs.recent_secrets import PUNCTUATION, RecentSecrets
from bot.dialogs.steps import Dialog
from bot.input_errors import AddressAlone, SecretRepeated, SecretTooLate
from bot.texts import dialogs as texts
from bot.ui.view import View
from services.accounts.passwords import MIN_LENGTH
from services.clock import Clock
from services.errors import BadEmail, ClinicError
from services.names.email_addresses import read_email

# Only roughly an address: enough to find what stands beside it.
ADDRESS = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
BETWEEN_WORDS = re.compile(r"[\s/()+]+")
# What names have: letters, marks, dashes and what is not seen (Unicode's general categories), and some signs.
IN_WORDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Pd", "Cf"})
JOINERS = "'’ʼ.,·・׳״"


class SecretGuard:
    """Deletes messages that hold a secret, and remembers secrets as digests, to recognize them."""

    def __init__(self, clock: Clock, key: bytes) -> None:
        self._clock = clock
        self._recent = RecentSecrets(key)

    async def take_away(self, context: ClinicContext, message: Said) -> None:
        """Delete what was typed at the question for a secret, and any earlier message that contains it."""
        await remove_secret(context, message.message_id)
        await self._note_given(context, message)

    async def take_late(self, context: ClinicContext, message: Said) -> None:
        """Note a message that came after the question for a secret timed out; `misplaced` deletes it."""
        if message.text is None:
            await remove_secret(context, message.message_id)
        await self._note_given(context, message)

    async def _note_given(self, context: ClinicContext, message: Said) -> None:
        text, now = message.text, self._clock.now()
        if text is not None:
            for earlier in self._recent.give(context.chat, context.state, text, message.typed_at(now), now):
                await remove_secret(context, earlier)

    def take(self, context: ClinicContext, message: Said, *, is_sure: bool) -> None:
        """Note that what was typed was the right secret, or was set as the new one."""
        if message.text is not None:
            now = self._clock.now()
            typed = message.typed_at(now)
            self._recent.take(context.state, message.text, typed, now, is_sure=is_sure)

    def leave(self, context: ClinicContext) -> None:
        """Note that the question for a secret was left."""
        self._recent.leave(context.state, self._clock.now())

    def was_secret(self, state: ChatState, message: Said) -> bool:
        """Tell whether the message contains a secret that was typed a moment ago, or may be a late one."""
        text, now = message.text, self._clock.now()
        if text is None:
            return False
        typed = message.typed_at(now)
        return (
            self._recent.was_given(state, text, typed)
            or self._recent.was_just_left(state, typed, now)
            or self._recent.was_just_taken(state, typed, now)
        )

    async def misplaced(
        self, context: ClinicContext, message: Said, dialog: Dialog | None
    ) -> ClinicError | None:
        """Delete the message if it may hold a secret. Return an error if it is then no answer either.

        A command is always taken as a command. `dialog` is the open one.
        """
        text, now, state = message.text, self._clock.now(), context.state
        if text is None:
            return None
        typed = message.typed_at(now)
        is_command = text.startswith("/")
        asks_secrets = dialog is not None and any(step.secret for step in dialog.steps)
        is_given = self._recent.was_given(state, text, typed)
        is_behind = asks_secrets and not is_command and _is_more_than_an_address(text)
        is_late = not is_command and self._is_late(state, text, typed, now)
        if not (is_given or is_behind or is_late):
            if asks_secrets or context.visitor is None:
                self._recent.note(context.chat, message.message_id, text, typed, now)
            return None
        await remove_secret(context, message.message_id)
        if is_command:
            return None
        # What is a wrong password here may be the right one elsewhere, so no answer is made of it.
        may_be_one = asks_secrets and has_secret(text)
        if self._recent.was_taken(state, text, typed) or (is_given and may_be_one):
            return SecretRepeated()
        if is_behind or may_be_one:
            return AddressAlone() if is_behind else SecretTooLate()
        if dialog is None:
            await context.messenger.say(View(texts.deleted_in_case()))
        return None

    def _is_late(self, state: ChatState, text: str, typed: datetime, now: datetime) -> bool:
        """Tell whether the message may be meant for a question that is gone.

        Once the right secret was given, only what was on its way by then, or is like another one, may be.
        """
        return (
            self._recent.was_just_left(state, typed, now)
            or self._recent.was_on_its_way(state, typed, now)
            or (has_secret(text) and self._recent.was_just_taken(state, typed, now))
        )


async def remove_secret(context: ClinicContext, message_id: int) -> None:
    """Delete a message that may hold a secret; if that is impossible, ask the person to delete it."""
    if not await context.messenger.remove(message_id):
        await context.messenger.say(View(texts.delete_it_yourself()))


def has_secret(text: str) -> bool:
    """Tell whether there is a word in a text that is like a password."""
    return any(map(_looks_secret, BETWEEN_WORDS.split(text)))


def _looks_secret(word: str) -> bool:
    """Tell whether a word is long and has a digit or a sign that is in no name, and is no address.

    Staff codes are no shorter than passwords (bot/settings.py).
    """
    bare = word.strip(PUNCTUATION)
    is_mixed = any(category(each) not in IN_WORDS and each not in JOINERS for each in bare)
    return len(bare) >= MIN_LENGTH and is_mixed and not _is_address(bare)


def _is_address(text: str) -> bool:
    with suppress(BadEmail):
        read_email(text)
        return True
    return False


def _is_more_than_an_address(text: str) -> bool:
    """Tell whether something stands beside an email address, which may be a password."""
    words = text.split(maxsplit=1)
    if len(words) > 1 and "@" in words[0]:
        return True
    if _is_address(text):
        return False
    found = ADDRESS.search(text)
    return found is not None and any(map(str.isalnum, text[: found.start()] + text[found.end() :]))
