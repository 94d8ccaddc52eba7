"""Reads bounds within which a time is wanted: Friday afternoon, tomorrow, 10:30. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from bot.parsing.when import When, find_when, joined
from bot.parsing.words.english import understood
from services.availability.time_bounds import TimeBounds
from services.local_time import part_of_time
from services.models.scheduling import PartOfDay, Weekday

T = TypeVar("T")
# What may stand beside days and times without saying anything else.
SAYS_NOTHING = {"", "please", "pls"}


def bounds_of(when: When) -> TimeBounds:
    """Return what was said of days and times as bounds, by the clocks of whoever said it."""
    return TimeBounds(
        days=when.days,
        first=when.first,
        last=when.last,
        part=when.part,
        times=when.times,
        after=when.after,
        before=when.before,
        not_days=tuple(Weekday(each) for each in sorted(when.not_days)),
        not_dates=tuple(sorted(when.not_dates)),
        not_parts=tuple(part for part in PartOfDay if part in when.not_parts),
    )


def narrowed(bounds: TimeBounds | None, by: TimeBounds) -> TimeBounds:
    """Return bounds narrowed by others; a day or a time of day that those say takes the place of the old.

    Of two readings of a time, that in the part of the day which was said before is meant: 3:00 is 15:00 then.
    """
    if not bounds:
        return by
    in_part = tuple(each for each in by.times if part_of_time(each) is bounds.part)
    if in_part and by.part is PartOfDay.ANY:
        by = replace(by, times=in_part)
    says_day = bool(by.days) or by.first is not None or by.last is not None
    says_time = (
        by.part is not PartOfDay.ANY or bool(by.times) or by.after is not None or by.before is not None
    )
    days, times = by if says_day else bounds, by if says_time else bounds
    return TimeBounds(
        days=days.days,
        first=days.first,
        last=days.last,
        part=times.part,
        times=times.times,
        after=times.after,
        before=times.before,
        not_days=_both(bounds.not_days, by.not_days),
        not_dates=_both(bounds.not_dates, by.not_dates),
        not_parts=_both(bounds.not_parts, by.not_parts),
    )


def _both(some: Sequence[T], others: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def read_bounds(text: str, today: date) -> TimeBounds | None:
    """Return the bounds that a text says, if it says nothing else; None if it does.

    Who wants the earliest time names no bounds: ANY_TIME.
    """
    found = find_when(text, today)
    ends, starts = [0, *(each.end for each in found)], [*(each.start for each in found), len(text)]
    rest = " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    if not found or understood(rest) not in SAYS_NOTHING:
        return None
    return bounds_of(joined([each.when for each in found]))
