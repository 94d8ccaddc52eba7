"""Secrets that stray: typed twice, a step late, as something else, or just after their question was left."""

import re
from contextlib import suppress

from telegram import Message

from bot import card
from bot.card import View
from bot.context import ClinicContext
from bot.dialog import Dialog
from bot.messages import said
from bot.recent_secrets import RecentSecrets
from bot.texts import dialogs as texts
from services.addresses import read_email
from services.clock import Clock
from services.errors import AddressAlone, BadEmail, ClinicError, SecretRepeated
from services.models import ChatId

# As far as it takes to tell what stands beside one.
ADDRESS = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")


class SecretGuard:
    """Deletes messages that hold a secret, and remembers of each only what it takes to know it again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recent = RecentSecrets()

    async def take_away(self, context: ClinicContext, message: Message) -> None:
        """Delete what was typed at the question for a secret, and any earlier message in which it stands."""
        await self._remove(context, message.message_id)
        await self._note_given(context, message)

    async def take_late(self, context: ClinicContext, message: Message) -> None:
        """Note what came when the question for a secret was about to be closed; `stray` deletes its text."""
        if said(message) is None:
            await self._remove(context, message.message_id)
        await self._note_given(context, message)

    async def _note_given(self, context: ClinicContext, message: Message) -> None:
        text = said(message)
        if text is not None:
            for earlier in self._recent.give(context.chat, text, self._clock.now()):
                await card.remove(context, earlier)

    def take(self, context: ClinicContext, text: str) -> None:
        """Note that what was typed was the secret, or became it."""
        self._recent.take(context.chat, text, self._clock.now())

    def leave(self, context: ClinicContext) -> None:
        """Note that the question for a secret was left."""
        self._recent.leave(context.chat, self._clock.now())

    def was_secret(self, chat_id: ChatId, text: str) -> bool:
        """Tell whether the text holds a secret that was given just now, or may be one that comes late."""
        now = self._clock.now()
        return self._recent.was_given(chat_id, text, now) or self._recent.was_just_left(chat_id, now)

    async def stray(
        self, context: ClinicContext, message: Message, dialog: Dialog | None
    ) -> ClinicError | None:
        """Delete the message if it may hold a secret; return why it is no answer, too, where it is none.

        A command is one whatever is behind it. `dialog` is the one that is open.
        """
        text, now, chat = said(message), self._clock.now(), context.chat
        if text is None:
            return None
        is_command = text.startswith("/")
        asks_secrets = dialog is not None and any(step.secret for step in dialog.steps)
        is_given = self._recent.was_given(chat, text, now)
        is_behind = asks_secrets and not is_command and _is_more_than_an_address(text)
        is_late = not is_command and self._recent.was_just_left(chat, now)
        if not (is_given or is_behind or is_late):
            if asks_secrets or context.visitor is None:
                self._recent.note(chat, message.message_id, text, now)
            return None
        await self._remove(context, message.message_id)
        if is_command:
            return None
        if self._recent.was_taken(chat, text, now):
            return SecretRepeated()
        if is_behind:
            return AddressAlone()
        if dialog is None:
            await card.say(context, View(texts.deleted_in_case()))
        return None

    async def _remove(self, context: ClinicContext, message_id: int) -> None:
        if not await card.remove(context, message_id):
            await card.say(context, View(texts.delete_it_yourself()))


def _is_more_than_an_address(text: str) -> bool:
    """Tell whether something stands beside a mail address, as a password does that came along with it."""
    words = text.split(maxsplit=1)
    if len(words) > 1 and "@" in words[0]:
        return True
    with suppress(BadEmail):
        read_email(text)
        return False
    found = ADDRESS.search(text)
    return found is not None and any(map(str.isalnum, text[: found.start()] + text[found.end() :]))
