"""Wishes to be called: asking, and noting that somebody was called."""

from dataclasses import dataclass
from datetime import datetime

from bot.callbacks.tap import Tap
from services.models.people import UserId


@dataclass(frozen=True)
class AskCallback(Tap, code="callme"):
    """Ask the reception to call the patient."""


@dataclass(frozen=True)
class NoteCalled(Tap, code="called"):
    """Note that the patient was called who asked for it in that minute."""

    user_id: UserId
    at: datetime
