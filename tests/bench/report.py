"""The figures of a run: as tables for people, as JSON for programs, and held against what was wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tests.bench.people import Result
from tests.bench.taps import Cost

BASE = "motor"
# What the interface that this one grew from did on a like machine, with 100,000 appointments stored.
ORIGINAL_RATE = 31
MILLI = 1000
MICRO = 1_000_000


@dataclass
class Row:
    """The whole bot over a driver, with so many stored appointments, and so many people at once.

    There is a result for each round. `peak` is the bot's memory at its highest, in MiB; `waiting` the
    notices that the outbox had not delivered yet at the end of the last round.
    """

    driver: str
    stored: int
    people: int
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
    cold_start: float
    idle: float

    def as_json(self) -> dict[str, Any]:
        """Return everything, and how the goals came out."""
        goals = [
            {"goal": name, "wanted": wanted, "measured": measured, "holds": holds}
            for name, wanted, measured, holds in self.goals()
        ]
        return asdict(self) | {"goals": goals}

    def _at(self, people: int, driver: str = BASE, *, most: bool = False) -> Row:
        """Return a row, that of the fewest or of the most stored appointments."""
        rows = [row for row in self.whole if (row.people, row.driver) == (people, driver)]
        return (max if most else min)(rows, key=lambda row: row.stored)

    def goals(self) -> Iterator[tuple[str, str, str, bool]]:
        """Give each goal: its name, what is wanted, what was measured, whether it holds."""
        people = sorted({row.people for row in self.whole})
        middle = people[len(people) // 2]
        for driver in sorted({row.driver for row in self.whole}):
            whole, name = self._at(middle, driver).rounds, f"whole bot ({driver}), {middle} people"
            over = ratio(whole, self.echoes["default"], _rate)
            yield _least(f"{name} / empty bot on the default client", over, 1.5)
            yield _least(f"{name} / empty bot on ours", ratio(whole, self.echoes["ours"], _rate), 0.35)
        young, old = self._at(middle), self._at(middle, most=True)
        if old is not young:
            name = f"{old.stored:,} / {young.stored:,} stored"
            yield _least(f"bookings/s, {name}", ratio(old.rounds, young.rounds, _booking_rate), 0.9)
            yield _most(f"p99, {name}", ratio(old.rounds, young.rounds, _p99), 1.2)
        fewest, most = min(self.waits), max(self.waits)
        name = f"bookings/s, {most:,} waiting lists / {_none_or(fewest)}"
        yield _least(name, ratio(self.waits[most], self.waits[fewest], _booking_rate), 0.9)
        yield from self._goals_over_http()
        beside = ratio(self.logins["with"], self.logins["without"], _p99)
        yield _most("p99 of taps with logins / without", beside, 2)
        yield _most("taps from /book to confirmed", _taps(self.taps, first=True), 6)
        yield _most("taps to the next free time of a known doctor", _taps(self.taps, first=False), 3)
        yield _most("idle memory, MiB", self.idle, 120)

    def _goals_over_http(self) -> Iterator[tuple[str, str, str, bool]]:
        booked = [row for row in self.calls if row.call == "book" and not row.rate]
        sizes = sorted({row.stored for row in booked})
        counts = sorted({row.callers for row in booked})
        some = counts[len(counts) // 2]
        by_size = {row.stored: row.rounds for row in booked if row.callers == some}
        if len(sizes) > 1:
            name = f"bookings/s over HTTP, {sizes[-1]:,} / {sizes[0]:,} stored"
            yield _least(name, ratio(by_size[sizes[-1]], by_size[sizes[0]], _rate), 0.9)
        size = sizes[len(sizes) // 2]
        rate = _rate(middle_of(by_size[size]))
        name = f"bookings/s over HTTP with {size:,} stored / the original's {ORIGINAL_RATE} with 100,000"
        yield _least(name, rate / ORIGINAL_RATE, 10)
        offered = {row.call: row for row in self.calls if row.rate and row.stored == sizes[-1]}
        name = f"p99 of booking over HTTP at {offered['book'].rate:g}/s / of an empty POST"
        yield _most(name, ratio(offered["book"].rounds, offered["empty"].rounds, _p99), 3)


def ratio(over: Sequence[Result], under: Sequence[Result], figure: Callable[[Result], float]) -> float:
    """Return the median of the ratios of a figure, each within one round."""
    return median(figure(one) / figure(other) for one, other in zip(over, under, strict=True))


def middle_of(results: Sequence[Result]) -> Result:
    """Return the round that handled neither the most nor the fewest updates."""
    return sorted(results, key=_rate)[(len(results) - 1) // 2]


def _least(name: str, value: float, wanted: float) -> tuple[str, str, str, bool]:
    return name, f"≥ {wanted:g}", f"{value:.2f}", value >= wanted


def _most(name: str, value: float, wanted: float) -> tuple[str, str, str, bool]:
    return name, f"≤ {wanted:g}", f"{value:.3g}", value <= wanted


def _taps(costs: Sequence[Cost], *, first: bool) -> int:
    """Return how many taps follow on the first /book, or on the last one."""
    begins = [place for place, cost in enumerate(costs) if cost.tap == "/book"]
    return begins[-1] - begins[0] - 1 if first else len(costs) - begins[-1] - 1


def _rate(result: Result) -> float:
    return result.updates / result.seconds


def _booking_rate(result: Result) -> float:
    return result.bookings / result.seconds


def _p99(result: Result) -> float:
    return result.p99


def markdown(report: Report) -> str:
    """Return the tables."""
    parts = (
        _goals(report),
        _echoes(report),
        _whole(report),
        _waiting(report),
        _calls(report),
        _beside(report),
        _tap_costs(report),
    )
    return f"{report.date}, {report.machine}\n\n" + "\n\n".join("\n".join(part) for part in parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|---|{'--:|' * (len(head) - 1)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _goals(report: Report) -> list[str]:
    rows = [
        (name, wanted, measured, "yes" if holds else "**no**")
        for name, wanted, measured, holds in report.goals()
    ]
    return _table(("goal", "wanted", "measured", "holds"), rows)


def _figures(result: Result, bot: str = "bot") -> tuple[str, ...]:
    return (
        f"{_rate(result):,.0f}",
        f"{result.p50 * MILLI:,.1f}",
        f"{result.p99 * MILLI:,.1f}",
        f"{result.cpu[bot] / max(result.updates, 1) * MICRO:,.0f}",
    )


def _share(result: Result, name: str) -> str:
    return f"{result.cpu.get(name, 0) / result.seconds:.0%}"


def _echoes(report: Report) -> list[str]:
    head = (
        "empty bot, 32 people",
        "updates/s",
        "p50 ms",
        "p99 ms",
        "CPU µs/update",
        "bot",
        "Bot API",
        "people",
    )
    rows = [
        (kind, *_figures(result), *(_share(result, name) for name in ("bot", "api", "people")))
        for kind, result in ((kind, middle_of(results)) for kind, results in report.echoes.items())
    ]
    return _table(head, rows)


def _whole(report: Report) -> list[str]:
    head = (
        *("driver, stored, people", "updates/s", "p50 ms", "p99 ms", "CPU µs/update"),
        *("bookings/s", "peak MiB", "bot", "MongoDB", "Bot API", "people", "notices waiting"),
    )
    rows = [
        (
            f"{row.driver}, {row.stored:,}, {row.people}",
            *_figures(result),
            f"{_booking_rate(result):,.0f}",
            f"{row.peak:,.0f}",
            *(_share(result, name) for name in ("bot", "mongod", "api", "people")),
            f"{row.waiting:,}",
        )
        for row in sorted(report.whole, key=lambda row: (row.driver, row.stored, row.people))
        for result in (middle_of(row.rounds),)
    ]
    return _table(head, rows)


def _waiting(report: Report) -> list[str]:
    head = (
        *("waiting lists of ten", "updates/s", "p50 ms", "p99 ms", "CPU µs/update", "bookings/s"),
        *("bot", "MongoDB"),
    )
    rows = [
        (
            _none_or(lines),
            *_figures(result),
            f"{_booking_rate(result):,.0f}",
            *(_share(result, name) for name in ("bot", "mongod")),
        )
        for lines, result in ((lines, middle_of(results)) for lines, results in report.waits.items())
    ]
    return _table(head, rows)


def _none_or(count: int) -> str:
    return f"{count:,}" if count else "none"


CALLS = {"empty": "empty POST", "book": "POST /appointment", "list": "GET /appointments"}


def _calls(report: Report) -> list[str]:
    head = (
        *("over HTTP: call, stored, callers", "requests/s", "p50 ms", "p99 ms", "CPU µs/request"),
        *("bot", "MongoDB", "refused"),
    )
    rows = [
        (
            f"{CALLS[row.call]}, {row.stored:,}, {f'{row.rate:g}/s offered' if row.rate else row.callers}",
            *_figures(result),
            *(_share(result, name) for name in ("bot", "mongod")),
            f"{result.failures:,}",
        )
        for row in sorted(report.calls, key=lambda row: (row.rate, row.call, row.stored, row.callers))
        for result in (middle_of(row.rounds),)
    ]
    return _table(head, rows)


def _beside(report: Report) -> list[str]:
    head = ("32 people who think, and logins", "updates/s", "p50 ms", "p99 ms", "CPU µs/update", "logins/s")
    rows = [
        (f"{kind} logins", *_figures(result), f"{result.logins / result.seconds:.1f}")
        for kind, result in ((kind, middle_of(results)) for kind, results in report.logins.items())
    ]
    start = ("cold start to the first answer", f"{report.cold_start:.2f} s", "", "", "", "")
    idle = ("idle memory", f"{report.idle:.0f} MiB", "", "", "", "")
    return _table(head, [*rows, start, idle])


def _tap_costs(report: Report) -> list[str]:
    rows = [(cost.tap, str(len(cost.database)), str(len(cost.bot_api))) for cost in report.taps]
    return _table(("tap", "database operations", "Bot API calls"), rows)
