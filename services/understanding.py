"""How much of what people write is understood, as counts: never what they wrote. Values only."""

from dataclasses import dataclass
from enum import StrEnum


class UnderstandingOutcome(StrEnum):
    """What became of a message. The values are fields of stored counts, so they never change."""

    UNDERSTOOD = "understood"
    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class UnderstandingCount:
    """How many messages in one language (ISO 639) were understood, asked about, and not understood."""

    language: str
    understood: int = 0
    asked: int = 0
    not_understood: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.understood + self.asked + self.not_understood
