"""What a run has measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from tests.bench.people import Result
from tests.bench.taps import Cost
from tests.bench.visits import VisitCost
from tests.bench.words import WordsCost

MICRO = 1_000_000


class Way(StrEnum):
    """How updates come to the bot."""

    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True)
class Setup:
    """The whole bot over a driver, with so many stored appointments, and so many people at once."""

    driver: str
    stored: int
    people: int
    way: Way = Way.POLLING
    workers: int = 1


@dataclass
class Row:
    """The results of a setup, one a round.

    `peak` is the memory of a bot's process at its highest, in MiB; `waiting` the notices that the outbox had
    not delivered yet at the end of the last round.
    """

    setup: Setup
    rounds: list[Result] = field(default_factory=list)
    peak: float = 0
    waiting: int = 0

    def add(self, result: Result, *, peak: float, waiting: int) -> None:
        """Note another round."""
        self.rounds.append(result)
        self.peak = max(self.peak, peak)
        self.waiting = waiting


@dataclass
class CallRow:
    """A call over HTTP, with so many stored appointments, by so many callers at once; a result a round.

    With a `rate` it is an open loop: so many requests a second are sent, whatever happens.
    """

    call: str
    stored: int
    callers: int
    rate: float
    rounds: list[Result] = field(default_factory=list)


@dataclass
class Start:
    """The starts of one bot, one a round: seconds to the first answer, and MiB when it rests after that."""

    seconds: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """A whole run; where there are several results, there is one a round. Times are seconds, memory MiB."""

    date: str
    machine: str
    taps: Sequence[Cost]
    echoes: Mapping[str, Sequence[Result]]
    whole: Sequence[Row]
    logins: Mapping[str, Sequence[Result]]
    waits: Mapping[int, Sequence[Result]]
    calls: Sequence[CallRow]
    starts: Mapping[str, Start]
    visits: Sequence[VisitCost]
    words: WordsCost


def ratio(over: Sequence[Result], under: Sequence[Result], figure: Callable[[Result], float]) -> float:
    """Return the median of the ratios of a figure, each within one round."""
    # Where nothing was done in a window, which only a short one on a busy machine has, there is no ratio.
    pairs = ((figure(one), figure(other)) for one, other in zip(over, under, strict=True))
    return median(above / below if below else 0.0 for above, below in pairs)


def middle_of(results: Sequence[Result]) -> Result:
    """Return the round that handled neither the most nor the fewest updates."""
    return sorted(results, key=rate_of)[(len(results) - 1) // 2]


def rate_of(result: Result) -> float:
    """Return the updates a second."""
    return result.updates / result.seconds


def booking_rate_of(result: Result) -> float:
    """Return the bookings a second."""
    return result.bookings / result.seconds


def p99_of(result: Result) -> float:
    """Return the seconds within which 99 of 100 updates were answered."""
    return result.p99


def cpu_of(result: Result) -> float:
    """Return the µs of the processor that the bot needed for an update."""
    return result.cpu["bot"] / max(result.updates, 1) * MICRO
