"""python-telegram-bot's Application with the clinic that it serves."""

from typing import Any

from telegram import User as TelegramUser
from telegram.ext import Application, ExtBot, JobQueue

from bot.dialogs.chat_state import Memories
from bot.dialogs.errands import Errands
from services.clinic import Clinic
from services.models.people import ChatId

# Telegram's names have 64 characters at most, twice, and 32 more.
LABEL_LENGTH = 60
Nothing = dict[Any, Any]


class ClinicApplication(
    Application[ExtBot[None], "ClinicContext", Nothing, Nothing, Nothing, JobQueue["ClinicContext"]]
):
    """PTB's Application with the clinic that it serves."""

    def __init__(self, *, clinic: Clinic, memories: Memories, **parts: Any) -> None:
        super().__init__(**parts)
        self.clinic = clinic
        self.memories = memories
        self.errands = Errands()
        # The chats whose update is known to take long; nobody else is to wait for those.
        self.slow: set[ChatId] = set()
        # The updates in hand of which it is known that they hold no secret; of all others it is not.
        self.harmless: set[int] = set()


def _label(user: TelegramUser | None) -> str:
    """Return what Telegram calls a person: Asha Patel (@asha)."""
    if user is None:
        return ""
    # Telegram's names may be empty; PTB makes None of those.
    name = " ".join(filter(None, (user.first_name, user.last_name)))[:LABEL_LENGTH]
    return f"{name} (@{user.username})" if user.username else name
