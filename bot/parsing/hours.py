"""Reads what doctors type: the hours of a day or a week, and how long something lasts. Pure.

Whether hours are valid together is decided in services/working_hours/weekly.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time, timedelta

from bot.input_errors import BadHours, BadWeek, NoSuchTime
from bot.parsing.clock_grammar import HALF_DAY, ClockReading, clock, clock_pattern
from bot.parsing.words.english import each_reading, in_english
from bot.parsing.words.plain import NUMBER_WORDS, WEEKDAYS, alone, named
from bot.parsing.words.tables import Topic
from services.models.scheduling import (
    LONGEST_NIGHT,
    MINUTES_A_DAY,
    Hours,
    Weekday,
    at_minute,
)
from services.models.slots import PlaceId

CLOSED = {"closed", "close", "off", "day off", "free", "none", "no", "nothing", "no work", "-"}
MIDNIGHT = time(0)

_SPAN = re.compile(rf"(?:from\s+)?{clock_pattern(1)}\s*(?:-|to|till|until)\s*{clock_pattern(2)}")
# A place that was marked (see places.py), before the stretches that are there or behind them.
_MARK = re.compile(r"\s*([\ue000-\uf8ff])\s*")
_BETWEEN = re.compile(r"(?:\s*(?:,|;|&|\+|/|and\b)\s*)+|\s+")

_DAY = r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|weekdays?|weekends?|daily|every\s*day)\b\.?"
_DAYS = re.compile(rf"{_DAY}(?:\s*(?:-|,|;|&|\+|/|and|to|till|until|through)\s*{_DAY})*")
_EVERY = re.compile(rf"\b(?:every|each|on|from)\s+(?={_DAY})")
_ONE_DAY = re.compile(_DAY)
_RANGE = re.compile(r"-|to|till|until|through")
_EVERY_DAY = tuple(Weekday)
_GROUPS = {
    "weekday": _EVERY_DAY[:5],
    "weekend": _EVERY_DAY[5:],
    "daily": _EVERY_DAY,
    "everyday": _EVERY_DAY,
}
_ENDS = re.compile(r"^[\s,;:.]+|(?:[\s,;.&+]|\band\b)+$")

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PART = re.compile(
    rf"(?P<number>\d{{1,6}}(?!\d)|an?|(?:{'|'.join(NUMBER_WORDS)})\b)\s*"
    r"(?P<unit>m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)?(?![a-z])"
)
_FILL = re.compile(r"(?:\s|,|\band\b)*")
_AND = re.compile(r"[,;&+]|\band\b")
NO_TIME = {"none", "no", "zero", "nothing"}


def read_hours(text: str) -> tuple[Hours, ...]:
    """Return the stretches of a day as they are typed: 9-12, 13:30-17; 9am to 5pm; “closed” is none.

    9-5 ends in the afternoon, and after 9-12, 1-5 is in the afternoon. A place that is marked counts for the
    stretches before it, or, if it stands first, for those behind it.

    Raises BadHours, NoSuchTime.
    """
    return each_reading(_placed, text, Topic.CLOCK)


def _placed(words: str) -> tuple[Hours, ...]:
    if words in CLOSED:
        return ()
    *parts, last = _MARK.split(words)
    if not parts:
        return _unplaced(last)
    if not parts[0]:  # the places stand first
        texts, marks = [*parts[2::2], last], parts[1::2]
    else:
        rest = [last] if last else []
        texts, marks = [*parts[0::2], *rest], [*parts[1::2], *("" for _ in rest)]
    return tuple(
        replace(hours, place=PlaceId(mark) if mark else None)
        for text, mark in zip(texts, marks, strict=True)
        for hours in _unplaced(_ENDS.sub("", text))
    )


def _unplaced(words: str) -> tuple[Hours, ...]:
    found: list[Hours] = []
    place, morning = 0, None
    while place < len(words):
        span = _SPAN.match(words, place)
        if span is None:
            raise BadHours
        first, last = clock(span, 1), clock(span, 2)
        found.append(_after(morning, first, last))
        morning = found[-1] if first.is_bare and last.is_bare else None
        place = span.end()
        if place < len(words):
            between = _BETWEEN.match(words, place)
            place = between.end() if between else place
            if between is None or place == len(words):
                raise BadHours
    if not found:
        raise BadHours
    return tuple(found)


def _after(morning: Hours | None, first: ClockReading, last: ClockReading) -> Hours:
    """Return the stretch. Bare hours that are before those of the stretch before mean the afternoon."""
    hours = _hours(first, last)
    is_bare = first.is_bare and last.is_bare
    if morning is None or not is_bare or not hours.first < hours.last <= morning.first:
        return hours
    return Hours(at_minute(hours.first + HALF_DAY), at_minute(hours.last + HALF_DAY))


def _hours(begin: ClockReading, end: ClockReading) -> Hours:
    first, last = begin.minute, end.minute
    # In "2-6 pm", "9 am to 5" and "9-5" the missing half of the day is the one that makes sense.
    is_open = (begin.is_bare and end.is_bare) or (begin.is_named and not end.is_named)
    if end.is_named and not begin.is_named and first < HALF_DAY and first + HALF_DAY < last:
        first += HALF_DAY
    elif is_open and last < HALF_DAY and last <= first < last + HALF_DAY:
        last += HALF_DAY
    if first == MINUTES_A_DAY:
        raise NoSuchTime("24:00")
    return Hours(at_minute(first), at_minute(last))


def read_week(text: str) -> dict[Weekday, tuple[Hours, ...]]:
    """Return the hours of the weekdays that are typed: Mon-Fri 9-12, 13-17; Sat closed.

    Raises BadWeek, BadHours, NoSuchTime.
    """
    return each_reading(_week, text, Topic.WEEK)


def _week(text: str) -> dict[Weekday, tuple[Hours, ...]]:
    text = _EVERY.sub("", text)
    specs = list(_DAYS.finditer(text))
    if not specs or text[: specs[0].start()].strip():
        raise BadWeek
    ends = [*(spec.start() for spec in specs[1:]), len(text)]
    week: dict[Weekday, tuple[Hours, ...]] = {}
    for spec, end in zip(specs, ends, strict=True):
        hours = _ENDS.sub("", text[spec.end() : end])
        if not hours:
            raise BadWeek
        week |= dict.fromkeys(_weekdays(spec[0]), read_hours(hours))
    return week


def split_nights(
    week: Mapping[Weekday, tuple[Hours, ...]],
) -> tuple[dict[Weekday, tuple[Hours, ...]], dict[Weekday, tuple[Hours, ...]]]:
    """Return the hours before midnight, and those after it by the day on which they are.

    Fri 20:00-02:00 is Friday from 20:00 to 24:00 and Saturday from 0:00 to 2:00.
    """
    evenings: dict[Weekday, tuple[Hours, ...]] = {}
    mornings: dict[Weekday, tuple[Hours, ...]] = {}
    for day, hours in week.items():
        evenings[day] = tuple(replace(each, end=MIDNIGHT) if _is_night(each) else each for each in hours)
        if past := tuple(replace(each, start=MIDNIGHT) for each in hours if _is_night(each)):
            mornings[Weekday((day + 1) % 7)] = past
    return evenings, mornings


def _is_night(hours: Hours) -> bool:
    return hours.last <= hours.first and hours.last + MINUTES_A_DAY - hours.first <= LONGEST_NIGHT


def _weekdays(spec: str) -> Iterator[Weekday]:
    """Yield the weekdays of "Mon-Wed, Fri" and of "Sat to Mon". Raises BadWeek."""
    before, place, is_range = None, 0, False
    for found in _ONE_DAY.finditer(spec):
        is_range = before is not None and _RANGE.search(spec[place : found.start()]) is not None
        days = _named_days(found[0])
        if is_range and before is not None:
            yield from (Weekday((before + n) % 7) for n in range(1, (days[0] - before) % 7))
        yield from days
        before, place = days[-1], found.end()


def _named_days(word: str) -> tuple[Weekday, ...]:
    name = "".join(word.split()).strip(".")
    if group := _GROUPS.get(name.removesuffix("s")):
        return group
    day = named(name.removesuffix("s"), WEEKDAYS)
    if day is None:
        raise BadWeek
    return (Weekday(day),)


def read_span(text: str, unit: timedelta | None = None) -> timedelta | None:
    """Return the duration, or None if unreadable: 90 min, 1 h 30, 2 days; a bare number counts in `unit`."""
    words = alone(text)
    meant = in_english(words, Topic.SPAN)
    span = _span(meant, unit)
    return _span(words, unit) if span is None and meant != words else span


def _span(words: str, unit: timedelta | None) -> timedelta | None:
    words = words.replace("half an hour", "30 min")
    if words in NO_TIME or words == "0":
        return timedelta(0)
    total, place, unit_now = timedelta(0), 0, unit
    while place < len(words):
        part = _PART.match(words, place)
        if part is None:
            return None
        one = _UNITS[part["unit"][0]] if part["unit"] else unit_now
        if one is None:
            return None
        number = part["number"]
        total += one * (int(number) if number.isdigit() else NUMBER_WORDS.get(number, 1))
        # A number after hours means minutes; after other units it needs a unit.
        unit_now = _UNITS["m"] if one == _UNITS["h"] else None
        fill = _FILL.match(words, part.end())
        place = fill.end() if fill else part.end()
    return total if words else None


def read_leads(text: str) -> list[timedelta] | None:
    """Return the lead times, or None if unreadable: 1 day, 2 hours; a day and an hour; none."""
    words = in_english(alone(text), Topic.SPAN)
    if words in NO_TIME or words == "0":
        return []
    parts = [
        part.strip().removeprefix("before ").removesuffix("before").strip() for part in _AND.split(words)
    ]
    leads = [read_span(part) for part in parts if part]
    return None if not leads or None in leads else [lead for lead in leads if lead is not None]
