"""Reads a day together with a time of day, in either order: Tue 4 May 2027, 10:30 AM. Pure."""

import re
from dataclasses import dataclass
from datetime import date, time

from bot.input_errors import BadDate, BadHours, BadTime, NoSuchDay, NoSuchTime, SeveralDays, WeekdayDiffers
from bot.parsing.calendar_grammar import without_signs
from bot.parsing.clock_grammar import read_times
from bot.parsing.dates import read_date
from bot.parsing.hours import read_hours
from bot.parsing.words.plain import alone
from services.errors import ClinicError


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with the times that may be meant, as `read_times` returns them; `end` if one is written."""

    day: date
    times: tuple[time, ...]
    end: time | None = None


def read_slot(day: date, text: str) -> Moment:
    """Read a time of that day, or a stretch of time: 10:30 AM – 11:00 AM. Raises BadTime."""
    try:
        return Moment(day, read_times(text))
    except BadTime:
        try:
            hours = read_hours(text)
        except (BadHours, NoSuchTime) as error:
            raise BadTime from error
        if len(hours) != 1:
            raise
        return Moment(day, (hours[0].start,), hours[0].end)


def read_moment(text: str, today: date) -> Moment:
    """Read a day with its time: tomorrow 10:30, 2pm on Friday, Tue 4 May 2027, 10:30 AM – 11:00 AM.

    Raises BadDate, SeveralDays for 6 May 10, and what reading the day raises if the rest is a time.
    """
    words = without_signs(alone(text))
    unclear: ClinicError | None = None
    found: dict[date, Moment] = {}
    for gap in re.finditer(" ", words):
        one, other = words[: gap.start()], words[gap.end() :]
        for day, clock in ((one, other), (other, one)):
            try:
                slot = read_slot(today, clock)
                there = read_date(day, today)
            except (BadTime, BadDate):
                continue
            except (NoSuchDay, WeekdayDiffers, SeveralDays) as error:
                unclear = unclear or error
            else:
                found.setdefault(there, Moment(there, slot.times, slot.end))
    if len(found) > 1:
        raise SeveralDays(tuple(sorted(found)))
    for moment in found.values():
        return moment
    raise unclear or BadDate(today)
