"""Several things that are said of days and times, as one. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

from bot.parsing.when.model import When
from services.models.scheduling import PartOfDay

NOON, EVENING = time(12), time(17)
_OTHERS = frozenset({PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.EVENING})


def joined(whens: Sequence[When]) -> When:
    """Return all that is said as one: days of one, times of another; of two different days both are kept.

    A part of the day says which of two times is meant. Of two parts the third is not wanted.
    """
    total = When()
    for each in whens:
        total = _with(total, each)
    return settled(total)


def _with(one: When, other: When) -> When:
    parts = {each for each in (one.part, other.part) if each is not PartOfDay.ANY}
    neither = _OTHERS - parts if len(parts) > 1 else frozenset()
    return When(
        days=_days(one.days, other.days),
        differs=one.differs or other.differs,
        first=one.first if other.first is None else other.first,
        last=one.last if other.last is None else other.last,
        part=next(iter(parts)) if len(parts) == 1 else PartOfDay.ANY,
        times=tuple(sorted({*one.times, *other.times})),
        after=one.after if other.after is None else other.after,
        before=one.before if other.before is None else other.before,
        not_days=one.not_days | other.not_days,
        not_dates=one.not_dates | other.not_dates,
        not_parts=one.not_parts | other.not_parts | neither,
        earliest=one.earliest or other.earliest,
    )


def _days(one: tuple[date, ...], other: tuple[date, ...]) -> tuple[date, ...]:
    """Return the days of both: if one narrows the other down, those in both, else all."""
    common = tuple(each for each in one if each in other)
    return common or tuple(sorted({*one, *other}))


def settled(when: When) -> When:
    """Return it with the one of two times that the part of the day, or another bound, speaks for."""
    if not when.times or when.part is PartOfDay.ANY:
        return when
    fits = tuple(each for each in when.times if _part_has(when.part, each))
    if not fits and len(when.times) > 1:
        return when
    return replace(when, times=fits or when.times, part=PartOfDay.ANY)


def _part_has(part: PartOfDay, at: time) -> bool:
    return at < NOON if part is PartOfDay.MORNING else at >= NOON
