"""What was wanted, and whether it was measured."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.bench.results import (
    CallRow,
    Report,
    Row,
    Setup,
    Way,
    booking_rate_of,
    cpu_of,
    middle_of,
    p99_of,
    rate_of,
    ratio,
)
from tests.bench.visits import IN_A_ROOM, OF_A_KIND, PLAIN, VisitCost

# Its name, what is wanted, what was measured, whether it holds.
Goal = tuple[str, str, str, bool]

BASE = "motor"
# Updates a second, as a multiple of what an empty bot on the library's own client handles.
OVER_DEFAULT = {
    (BASE, Way.POLLING): 1.6,
    ("pymongo", Way.POLLING): 1.5,
    (BASE, Way.WEBHOOK): 2.0,
    ("pymongo", Way.WEBHOOK): 2.8,
}
# The same, of one on our client; over a webhook, of one that has a webhook, too.
OVER_OURS = {
    (BASE, Way.POLLING): ("ours", 0.35),
    ("pymongo", Way.POLLING): ("ours", 0.35),
    ("pymongo", Way.WEBHOOK): ("ours, webhook", 0.45),
}
# MiB of a bot that rests.
IDLE = {"without HTTP": 85, "with HTTP": 110}
# What the interface that this one grew from did on a like machine, with 100,000 appointments stored.
ORIGINAL_RATE = 31


def goals(report: Report) -> Iterator[Goal]:
    """Give each goal, and how it came out."""
    yield from _against_empty_bots(report)
    yield from _several_workers(report)
    yield from _grown(report)
    yield from _waiting_lists(report)
    yield from _over_http(report.calls)
    beside = ratio(report.logins["with"], report.logins["without"], p99_of)
    yield _most("p99 of taps with logins / without", beside, 2)
    yield _most("taps from /book to confirmed", _taps(report, which=0), 6)
    yield _most("taps to the next free time of a known doctor", _taps(report, which=1), 3)
    yield from _starts(report)
    yield from _visits(report.visits)
    yield _most("% of an update's CPU for finding its words, in German", _words(report), 3)


def _some(report: Report) -> int:
    people = sorted({row.setup.people for row in report.whole})
    return people[len(people) // 2]


def _rows(report: Report) -> dict[Setup, Row]:
    """Return the rows with that many people, by their setups; the fewest stored come first."""
    rows = sorted(report.whole, key=lambda row: row.setup.stored)
    return {row.setup: row for row in rows if row.setup.people == _some(report)}


def _against_empty_bots(report: Report) -> Iterator[Goal]:
    rows = _rows(report)
    least = min(setup.stored for setup in rows)
    for setup, row in rows.items():
        kind = (setup.driver, setup.way)
        if setup.stored != least or setup.workers > 1:
            continue
        name = f"whole bot ({setup.driver}), {setup.way}, {setup.people} people"
        if kind in OVER_DEFAULT:
            over = ratio(row.rounds, report.echoes["default"], rate_of)
            yield _least(f"{name} / empty bot on the default client", over, OVER_DEFAULT[kind])
        if kind in OVER_OURS:
            echo, wanted = OVER_OURS[kind]
            over = ratio(row.rounds, report.echoes[echo], rate_of)
            yield _least(f"{name} / empty bot on {echo}", over, wanted)


def _several_workers(report: Report) -> Iterator[Goal]:
    rows = _rows(report)
    for setup, row in rows.items():
        if setup.workers > 1:
            one = rows[Setup(setup.driver, setup.stored, setup.people, setup.way)]
            name = f"CPU µs an update, {setup.workers} workers / one"
            yield _most(name, ratio(row.rounds, one.rounds, cpu_of), 1.15)


def _grown(report: Report) -> Iterator[Goal]:
    rows = [row for setup, row in _rows(report).items() if (setup.driver, setup.way) == (BASE, Way.POLLING)]
    young, old = rows[0], rows[-1]
    if old is young:
        return
    name = f"{old.setup.stored:,} / {young.setup.stored:,} stored"
    yield _least(f"bookings/s, {name}", ratio(old.rounds, young.rounds, booking_rate_of), 0.95)
    yield _most(f"p99, {name}", ratio(old.rounds, young.rounds, p99_of), 1.1)


def _waiting_lists(report: Report) -> Iterator[Goal]:
    fewest, most = min(report.waits), max(report.waits)
    name = f"bookings/s, {most:,} waiting lists / {none_or(fewest)}"
    yield _least(name, ratio(report.waits[most], report.waits[fewest], booking_rate_of), 0.9)


def _over_http(calls: Sequence[CallRow]) -> Iterator[Goal]:
    booked = [row for row in calls if row.call == "book" and not row.rate]
    sizes = sorted({row.stored for row in booked})
    counts = sorted({row.callers for row in booked})
    some = counts[len(counts) // 2]
    by_size = {row.stored: row.rounds for row in booked if row.callers == some}
    if len(sizes) > 1:
        name = f"bookings/s over HTTP, {sizes[-1]:,} / {sizes[0]:,} stored"
        yield _least(name, ratio(by_size[sizes[-1]], by_size[sizes[0]], rate_of), 0.9)
    size = sizes[len(sizes) // 2]
    rate = rate_of(middle_of(by_size[size]))
    name = f"bookings/s over HTTP with {size:,} stored / the original's {ORIGINAL_RATE} with 100,000"
    yield _least(name, rate / ORIGINAL_RATE, 10)
    offered = {row.call: row for row in calls if row.rate and row.stored == sizes[-1]}
    name = f"p99 of booking over HTTP at {offered['book'].rate:g}/s / of an empty POST"
    yield _most(name, ratio(offered["book"].rounds, offered["empty"].rounds, p99_of), 3)


def _visits(costs: Sequence[VisitCost]) -> Iterator[Goal]:
    """Kinds, places and rooms cost little more than none, and no more where much is stored."""
    of = {(cost.what, cost.stored): cost for cost in costs}
    fewest, *_, most = sorted({cost.stored for cost in costs}) * 2
    plain, in_room = of[PLAIN, fewest], of[IN_A_ROOM, fewest]
    more = max(of[what, fewest].month_operations - plain.month_operations for what in (OF_A_KIND, IN_A_ROOM))
    yield _most("database operations for the times of a kind, beside those of a plain doctor", more, 1)
    if most > fewest:
        grown = of[IN_A_ROOM, most]
        name = f"ms for times in a room, {most:,} / {fewest:,} stored"
        yield _most(name, grown.month_ms / in_room.month_ms, 1.5)
        name = f"ms to hold and book a room, {most:,} / {fewest:,} stored"
        yield _most(name, grown.booking_ms / in_room.booking_ms, 1.5)


def _words(report: Report) -> float:
    """Return how much words take of the CPU time that the whole bot needs for an update, in percent."""
    rounds = next(row.rounds for setup, row in _rows(report).items() if setup.driver == BASE)
    return 100 * report.words.micros / median(map(cpu_of, rounds))


def _starts(report: Report) -> Iterator[Goal]:
    for name, wanted in IDLE.items():
        yield _most(f"idle memory of a worker {name}, MiB", median(report.starts[name].idle), wanted)
    whole, empty = report.starts["with HTTP"].seconds, report.starts["empty bot"].seconds
    cold = median(one / other for one, other in zip(whole, empty, strict=True))
    yield _most("cold start to the first answer / that of the empty bot", cold, 2)


def _taps(report: Report, *, which: int) -> int:
    """Return how many taps follow on the /book of that number, in the order of `taps`: 0 is the first."""
    begins = [place for place, cost in enumerate(report.taps) if cost.tap == "/book"]
    return [*begins, len(report.taps)][which + 1] - begins[which] - 1


def _least(name: str, value: float, wanted: float) -> Goal:
    return name, f"≥ {wanted:g}", f"{value:.2f}", value >= wanted


def _most(name: str, value: float, wanted: float) -> Goal:
    return name, f"≤ {wanted:g}", f"{value:.3g}", value <= wanted


def none_or(count: int) -> str:
    """Return a count as tables have it."""
    return f"{count:,}" if count else "none"
