"""The table of what survived."""

from collections.abc import Sequence

from tests.chaos.scenario import Outcome
from tests.chaos.wishes import Act

HEAD = (
    *("scenario", "kills", "409s", "bookings asked / confirmed", "moves", "cancelled", "double bookings"),
    *("booked in time off", "untrue cards"),
    *("one time promised to two", "offers / seen / taken", "offered to two", "bookings lost"),
    *("series booked", "in part", "swaps offered / taken", "held for ever"),
    *("messages and mails", "missing", "repeated", "told to strangers"),
    *("late or called", "needless", "patients made one"),
    *("reminders", "missing", "repeated", "contradicted last"),
    *(
        "registered",
        "secrets seen",
        "exits",
        "delivered again / asked again",
        "longest silence / without a primary (s)",
        "seconds",
    ),
)


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Return it as a Markdown table, a line for each scenario."""
    rows = [HEAD, ("---", *("--:" for _ in HEAD[1:])), *map(_row, outcomes)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("| --- |", "|---|")


def _row(outcome: Outcome) -> tuple[str, ...]:
    verdict, asked, seen = outcome.verdict, outcome.asked, outcome.seen
    return (
        outcome.name,
        *map(_number, (outcome.kills + outcome.deaths, outcome.conflicts)),
        f"{asked[Act.BOOK]} / {seen[Act.BOOK]}",
        *map(_number, (verdict.moves, verdict.cancels)),
        _never(verdict.doubles),
        *map(_never, (verdict.in_time_off, verdict.untrue)),
        _never(verdict.promised_twice),
        " / ".join(map(_number, (verdict.offers, verdict.offers_seen, verdict.offers_taken))),
        *map(_never, (verdict.offered_to_two, verdict.lost)),
        *(_number(verdict.series), _never(verdict.partial)),
        f"{verdict.swaps} / {seen[Act.SWAP]}",
        _never(verdict.stuck),
        *(_number(verdict.told), _never(verdict.untold), _number(verdict.repeats)),
        *(_never(verdict.strangers), _number(verdict.on_the_day), _never(verdict.needless)),
        _number(verdict.merges),
        *(_number(verdict.reminded), _never(verdict.unreminded), _number(verdict.reminded_again)),
        *(_never(verdict.contradicted), _number(verdict.newcomers)),
        *map(_never, (verdict.secrets, verdict.exits)),
        f"{outcome.delivered_again:,} / {outcome.asked_again:,}",
        f"{outcome.silence:.1f} / {outcome.without_primary:.1f}",
        f"{outcome.seconds:.0f}",
    )


def _number(number: int) -> str:
    return f"{number:,}"


def _never(number: int) -> str:
    """Show what must not be: one that is there stands out."""
    return f"**{number:,}**" if number else "0"
