"""What is wished in a scenario, and what the bot has said of it."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random


class Act(StrEnum):
    """What somebody wishes."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    # What regulars do: a series, cancelling one visit and those after it, waiting for an earlier time,
    # taking it.
    SERIES = "series"
    REST = "rest"
    EARLIER = "earlier"
    SWAP = "swap"


class Said(StrEnum):
    """What a card says that was done."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    LEFT = "nothing was saved"


@dataclass(frozen=True)
class Claim:
    """What a card has said, in which chat; `moment` is when the appointment begins, as it says there."""

    what: Said
    chat_id: int
    moment: str
    appointment_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Promise:
    """What the bot has said that is booked: in which chat, when, and for which reason.

    `asked_at` is when that was confirmed last before it was said.
    """

    chat_id: int
    moment: str
    reason: str
    asked_at: datetime | None = None


@dataclass(frozen=True)
class SeriesPromise:
    """What the bot has said that is booked as a series: when, as its card said, and for which reason."""

    chat_id: int
    moments: tuple[str, ...]
    reason: str


@dataclass
class Wishes:
    """What is wished in a scenario, and what became of it."""

    waiting: deque[Act]
    days: Sequence[date]
    # How many of a day's times are asked for: few make people want the same ones.
    times: int = 100
    asked: Counter[Act] = field(default_factory=Counter)
    seen: Counter[Act] = field(default_factory=Counter)
    # Of which the bot has said that they are booked.
    booked: set[Promise] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)
    series: list[SeriesPromise] = field(default_factory=list)

    @classmethod
    def of(cls, number: int, days: int, first: date, chance: Random, times: int = 100) -> "Wishes":
        """Return so many, four bookings to a move and a cancelling, over some days from the `first` on."""
        acts = [Act.BOOK, Act.BOOK, Act.BOOK, Act.BOOK, Act.MOVE, Act.CANCEL] * (number // 6 + 1)
        few = acts[:number]
        chance.shuffle(few)
        return cls(deque(few), [first + timedelta(days=day) for day in range(days)], times)
