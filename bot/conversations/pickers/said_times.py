"""The times that were said in a sentence, as answers to the questions for a day and a time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.parsing.when import When
from bot.understanding.time_bounds import bounds_of
from services.availability.time_bounds import TimeBounds
from services.models.scheduling import PartOfDay

NOON = 12


def time_answers(when: When, day: StrEnum, at: StrEnum) -> Mapping[StrEnum, str]:
    """Return the day and the time of day that were said, as they are typed at these two questions.

    A day of which it is not clear which one it is, is no answer.
    """
    answers: dict[StrEnum, str] = {}
    if len(when.days) == 1 and not when.differs:
        answers[day] = when.days[0].isoformat()
    if when.times:
        answers[at] = typed_time(when.times)
    return answers


def pinned_answers(bounds: TimeBounds | None, day: StrEnum, at: StrEnum) -> Mapping[StrEnum, str]:
    """Return the one day and the time of day that bounds leave, as they are typed at these two questions."""
    if not bounds or len(bounds.days) != 1:
        return {}
    return time_answers(When(days=bounds.days, times=bounds.times), day, at)


def typed_time(times: Sequence[time]) -> str:
    """Return times as they are typed: 3:00 is before noon or after it, 3:00 PM is not."""
    first = times[0]
    hour = (first.hour - 1) % NOON + 1
    half = "" if len(times) > 1 else (" PM" if first.hour >= NOON else " AM")
    return f"{hour}:{first.minute:02}{half}"


def same_time(start: datetime | None, when: When, zone: ZoneInfo) -> str | None:
    """Return the time that was chosen before, where only another day was said; None where that is not so."""
    if start is None or len(when.days) != 1 or when != When(days=when.days):
        return None
    return typed_time([start.astimezone(zone).time()])


def bounds_beside(when: When) -> TimeBounds | None:
    """Return the bounds that were said besides one day and time."""
    rest = replace(when, times=(), days=when.days if len(when.days) > 1 else ())
    return bounds_of(rest) or None


def unclear_days(when: When) -> tuple[date, ...]:
    """Return the days that may be meant where that is not clear."""
    return when.days if len(when.days) > 1 or when.differs else ()


# As parts of a day are typed where somebody is away.
TYPED_PARTS: Mapping[PartOfDay, tuple[str, str]] = {
    PartOfDay.MORNING: ("00:00", "12:00"),
    PartOfDay.AFTERNOON: ("12:00", "17:00"),
    PartOfDay.EVENING: ("17:00", "24:00"),
}


def stretch_answer(when: When) -> str | None:
    """Return the days, or the part of one day, as typed where somebody is away; None: no day is clear.

    One day without a time is the whole day. With only a first day, the last one is asked for.
    """
    if unclear_days(when):
        return None
    if when.days:
        return f"{when.days[0].isoformat()} {_part_typed(when)}"
    if when.first is None:
        return None
    return f"{when.first.isoformat()} to {when.last.isoformat()}" if when.last else when.first.isoformat()


def _part_typed(when: When) -> str:
    start, end = TYPED_PARTS.get(when.part, ("00:00", "24:00"))
    start = f"{when.after:%H:%M}" if when.after else start
    end = f"{when.before:%H:%M}" if when.before else end
    return "whole day" if (start, end) == ("00:00", "24:00") else f"{start}-{end}"
