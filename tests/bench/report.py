"""The figures of a run: as tables for people, and as JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, astuple
from statistics import median
from typing import Any

from tests.bench.goals import goals, none_or
from tests.bench.people import Result
from tests.bench.results import Report, Setup, booking_rate_of, cpu_of, middle_of, rate_of

MILLI = 1000


def as_json(report: Report) -> dict[str, Any]:
    """Return everything, and how the goals came out."""
    names = ("goal", "wanted", "measured", "holds")
    return asdict(report) | {"goals": [dict(zip(names, goal, strict=True)) for goal in goals(report)]}


def markdown(report: Report) -> str:
    """Return the tables."""
    parts = (
        _goals(report),
        _echoes(report),
        _whole(report),
        _waiting(report),
        _calls(report),
        _beside(report),
        _starts(report),
        _tap_costs(report),
        _visits(report),
        _words(report),
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
        for name, wanted, measured, holds in goals(report)
    ]
    return _table(("goal", "wanted", "measured", "holds"), rows)


def _figures(result: Result) -> tuple[str, ...]:
    return (
        f"{rate_of(result):,.0f}",
        f"{result.p50 * MILLI:,.1f}",
        f"{result.p99 * MILLI:,.1f}",
        f"{cpu_of(result):,.0f}",
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
        *("driver, stored, people, updates by", "updates/s", "p50 ms", "p99 ms", "CPU µs/update"),
        *("bookings/s", "peak MiB", "bot", "MongoDB", "Bot API", "people", "notices waiting"),
    )
    rows = [
        (
            _named(row.setup),
            *_figures(result),
            f"{booking_rate_of(result):,.0f}",
            f"{row.peak:,.0f}",
            *(_share(result, name) for name in ("bot", "mongod", "api", "people")),
            f"{row.waiting:,}",
        )
        for row in sorted(report.whole, key=lambda row: astuple(row.setup))
        for result in (middle_of(row.rounds),)
    ]
    return _table(head, rows)


def _named(setup: Setup) -> str:
    workers = f", {setup.workers} workers" if setup.workers > 1 else ""
    return f"{setup.driver}, {setup.stored:,}, {setup.people}, {setup.way}{workers}"


def _waiting(report: Report) -> list[str]:
    head = (
        *("waiting lists of ten", "updates/s", "p50 ms", "p99 ms", "CPU µs/update", "bookings/s"),
        *("bot", "MongoDB"),
    )
    rows = [
        (
            none_or(lines),
            *_figures(result),
            f"{booking_rate_of(result):,.0f}",
            *(_share(result, name) for name in ("bot", "mongod")),
        )
        for lines, result in ((lines, middle_of(results)) for lines, results in report.waits.items())
    ]
    return _table(head, rows)


CALLS = {
    "empty": "empty POST",
    "insert": "POST of one insert",
    "book": "POST /appointment",
    "list": "GET /appointments",
}


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
    return _table(head, rows)


def _starts(report: Report) -> list[str]:
    rows = [
        (name, f"{median(start.seconds):.2f}", f"{median(start.idle):.0f}")
        for name, start in report.starts.items()
    ]
    return _table(("start", "s to the first answer", "idle MiB"), rows)


def _tap_costs(report: Report) -> list[str]:
    rows = [(cost.tap, str(len(cost.database)), str(len(cost.bot_api))) for cost in report.taps]
    return _table(("tap", "database operations", "Bot API calls"), rows)


def _visits(report: Report) -> list[str]:
    head = ("visit, stored", "ms for all times", "database operations", "ms to hold and book", "operations")
    rows = [
        (
            f"{cost.what}, {cost.stored:,}",
            f"{cost.month_ms:.1f}",
            f"{cost.month_operations:g}",
            f"{cost.booking_ms:.1f}",
            f"{cost.booking_operations:g}",
        )
        for cost in report.visits
    ]
    return _table(head, rows)


def _words(report: Report) -> list[str]:
    head = ("words of an update, in German", "lookups", "CPU µs")
    return _table(head, [("booking dialog", f"{report.words.lookups:.1f}", f"{report.words.micros:.1f}")])
