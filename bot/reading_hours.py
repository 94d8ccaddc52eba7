"""Reading what doctors type: the hours of a day, of a week, and how long something lasts. Pure.

Whether hours make sense together is not decided here: that is services/working_hours.py.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.reading import NOON, read_weekday
from services.errors import BadHours, BadWeek, NoSuchTime
from services.models import MINUTES_A_DAY, Hours, Weekday, at_minute

CLOSED = {"closed", "close", "off", "day off", "free", "none", "no", "nothing", "no work", "-"}
HALF_DAY = 12 * 60
MINUTES_AN_HOUR = 60

# 9, 9:30, 9.30, 0930, 9 am, 9:30pm, noon; what follows must not be the rest of a word.
_CLOCK = (
    r"(?:(?P<word{n}>noon|midday|midnight)"
    r"|(?P<hour{n}>\d{{1,2}})(?:\s*[:.h]\s*(?P<minute{n}>\d{{2}})|(?P<packed{n}>\d{{2}}))?\s*h?"
    r"(?:\s*(?P<half{n}>[ap])(?:\.?\s?m\.?)?)?(?![a-z\d]))"
)
_SPAN = re.compile(
    rf"(?:from\s+)?{_CLOCK.format(n=1)}\s*(?:-|–|—|to|till|until)\s*{_CLOCK.format(n=2)}", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?:\s*(?:,|;|&|\+|/|and\b)\s*)+|\s+", re.IGNORECASE)

_DAY = r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|weekdays?|weekends?|daily|every\s*day)\b\.?"
_DAYS = re.compile(rf"{_DAY}(?:\s*(?:-|–|—|,|;|&|\+|/|and|to|till|until|through)\s*{_DAY})*", re.IGNORECASE)
_ONE_DAY = re.compile(_DAY, re.IGNORECASE)
_RANGE = re.compile(r"-|–|—|to|till|until|through", re.IGNORECASE)
_EVERY_DAY = tuple(Weekday)
_GROUPS = {
    "weekday": _EVERY_DAY[:5],
    "weekend": _EVERY_DAY[5:],
    "daily": _EVERY_DAY,
    "everyday": _EVERY_DAY,
}
_ENDS = re.compile(r"^[\s,;:.]+|(?:[\s,;.&+]|\band\b)+$", re.IGNORECASE)

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PART = re.compile(
    r"(?P<number>\d{1,6}(?!\d)|an?)\s*(?P<unit>m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)?(?![a-z])"
)
_FILL = re.compile(r"(?:\s|,|\band\b)*")
_AND = re.compile(r"[,;&+]|\band\b")
NO_TIME = {"none", "no", "zero", "nothing"}


def read_hours(text: str) -> tuple[Hours, ...]:
    """Return the stretches of a day as they are typed: 9-12, 13:30-17; 9am to 5pm; closed is none.

    9-5 ends in the afternoon, and after 9-12 all of 1-5 is there.

    Raises BadHours, NoSuchTime.
    """
    words = " ".join(text.casefold().split()).strip(" .")
    if words in CLOSED:
        return ()
    found: list[Hours] = []
    place, morning = 0, None
    while place < len(words):
        span = _SPAN.match(words, place)
        if span is None:
            raise BadHours
        found.append(_after(morning, span))
        morning = found[-1] if _is_bare(span) else None
        place = span.end()
        if place < len(words):
            between = _BETWEEN.match(words, place)
            place = between.end() if between else place
            if between is None or place == len(words):
                raise BadHours
    if not found:
        raise BadHours
    return tuple(found)


def _after(morning: Hours | None, span: re.Match[str]) -> Hours:
    """Return the stretch; after another one in bare hours, those before it are of the afternoon."""
    hours = _hours(span)
    if morning is None or not _is_bare(span) or not hours.first < hours.last <= morning.first:
        return hours
    return Hours(at_minute(hours.first + HALF_DAY), at_minute(hours.last + HALF_DAY))


def _is_bare(span: re.Match[str]) -> bool:
    """Tell whether nothing but hours of a clock face is typed, such as 9-5."""
    plain = not any(span[f"{part}{n}"] for part in ("word", "minute", "packed", "half") for n in (1, 2))
    return plain and all(1 <= int(span[f"hour{n}"]) <= NOON for n in (1, 2))


def _hours(span: re.Match[str]) -> Hours:
    first, last = _minute(span, 1), _minute(span, 2)
    # Of "2-6 pm", "9 am to 5" and "9-5" that half of the day is meant which makes sense.
    is_open = _is_bare(span) or (span["half1"] and not _is_named(span, 2))
    if span["half2"] and not _is_named(span, 1) and first < HALF_DAY and first + HALF_DAY < last:
        first += HALF_DAY
    elif is_open and last < HALF_DAY and last <= first < last + HALF_DAY:
        last += HALF_DAY
    if first == MINUTES_A_DAY:
        raise NoSuchTime("24:00")
    return Hours(at_minute(first), at_minute(last))


def _is_named(span: re.Match[str], n: int) -> bool:
    return bool(span[f"half{n}"] or span[f"word{n}"])


def _minute(span: re.Match[str], n: int) -> int:
    """Return the minute of the day, of 24:00 the last. Raises NoSuchTime."""
    if word := span[f"word{n}"]:
        return 0 if word == "midnight" else HALF_DAY
    hour, half = int(span[f"hour{n}"]), span[f"half{n}"]
    minute = int(span[f"minute{n}"] or span[f"packed{n}"] or 0)
    written = f"{hour}:{minute:02}" + (f" {half}m" if half else "")
    if minute >= MINUTES_AN_HOUR or (half and not 1 <= hour <= NOON):
        raise NoSuchTime(written)
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    whole = hour * MINUTES_AN_HOUR + minute
    if whole > MINUTES_A_DAY:
        raise NoSuchTime(written)
    return whole


def read_week(text: str) -> dict[Weekday, tuple[Hours, ...]]:
    """Return the hours of the weekdays that are typed: Mon-Fri 9-12, 13-17; Sat closed.

    Raises BadWeek, BadHours, NoSuchTime.
    """
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
    plain = "".join(word.casefold().split()).strip(".")
    if group := _GROUPS.get(plain.removesuffix("s")):
        return group
    day = read_weekday(plain)
    if day is None:
        raise BadWeek
    return (Weekday(day),)


def read_span(text: str, unit: timedelta | None = None) -> timedelta | None:
    """Return how long is meant, or None: 90 min, 1 h 30, 2 days, none; a bare number counts in `unit`."""
    words = " ".join(text.casefold().split()).strip(" .")
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
        total += one * (int(part["number"]) if part["number"].isdigit() else 1)
        # After hours come minutes, whether it is said or not; after anything else a unit is needed.
        unit_now = _UNITS["m"] if one == _UNITS["h"] else None
        fill = _FILL.match(words, part.end())
        place = fill.end() if fill else part.end()
    return total if words else None


def read_leads(text: str) -> list[timedelta] | None:
    """Return how long before things are meant, or None: 1 day, 2 hours; a day and an hour; none."""
    words = " ".join(text.casefold().split()).strip(" .")
    if words in NO_TIME or words == "0":
        return []
    parts = [part.strip().removesuffix("before").strip() for part in _AND.split(words)]
    leads = [read_span(part) for part in parts if part]
    return None if not leads or None in leads else [lead for lead in leads if lead is not None]
