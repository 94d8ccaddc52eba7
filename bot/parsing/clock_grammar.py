"""The grammar of times of day, which all readers share. Pure."""

import re
from dataclasses import dataclass
from datetime import time

from bot.input_errors import BadTime, NoSuchTime
from bot.parsing.words.english import each_reading
from bot.parsing.words.plain import NUMBER_WORDS, alone
from bot.parsing.words.tables import Topic
from services.models.scheduling import MINUTES_A_DAY, at_minute

NOON = 12
MINUTES_AN_HOUR = 60
HALF_DAY = NOON * MINUTES_AN_HOUR
# With these hours “at night” means before midnight; with the others, after it.
LATE = range(6, NOON)

_HOUR = rf"(?:\d{{1,2}}|(?:{'|'.join(NUMBER_WORDS)})\b)"
# “Ten to three” may mean from ten to three, so before “to” there must be “minutes”, or something that
# is no hour.
_MINUTES = r"(?:\d{1,2}|five|ten|twenty(?:[-\s]five)?)\s+min(?:ute)?s?"
_ANY_SIDE = rf"(?:half|(?:a\s+)?quarter|twenty(?:[-\s]five)?|{_MINUTES})"
_COUNT = rf"{_ANY_SIDE}(?=[-\s]+(?:past|after|to|before)\b)|(?:five|ten|5|10)(?=\s+(?:past|after)\b)"
# 9, 9:30, 9.30, 9h30, 0930, 9 am, 9:30pm, nine thirty, 10 o'clock, half past ten, quarter to 3, 8 at night,
# noon; no letter may follow. The groups' names end with a number N, as a pattern may contain two times.
_CLOCK = (
    r"(?:(?:12\s+)?(?P<wordN>noon|midday|midnight)"
    rf"|(?:(?P<countN>{_COUNT})[-\s]+(?P<sideN>\w+)\s+)?(?P<hourN>{_HOUR})"
    r"(?:\s*[:.h]\s*(?P<minuteN>\d{2})(?::00)?|(?P<packedN>(?<=\d)\d{2})|\s+(?P<spokenN>fifteen|thirty|forty[-\s]five)\b)?"
    r"\s*(?:h(?:(?:ou)?rs)?|o'?\s?clock)?"
    r"(?:\s*(?P<halfN>[ap])(?:\.?\s?m\.?)?|\s+(?P<partN>in\s+the\s+(?:morning|afternoon|evening)|at\s+night))?"
    r"(?![a-z\d]))"
)
# A space instead of the colon: only alone, because in a list a space separates the stretches.
_GAP = re.compile(r"^(\d{1,2}) (\d{2})(?!\d)")
_COUNTS = {"half": 30, "quarter": 15, "twenty": 20, "twenty-five": 25, **NUMBER_WORDS}
_SPOKEN = {"fifteen": 15, "thirty": 30, "forty-five": 45}


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A time as it is written: the minute of the day on the 24-hour clock (1,440 is 24:00).

    `is_named`: am or pm is written. `on_face`: it is not, and either may be meant. `is_bare`: only an hour
    from 1 to 12 is written.
    """

    minute: int
    is_named: bool = False
    on_face: bool = False
    is_bare: bool = False


def clock_pattern(n: int) -> str:
    """Return the pattern of a time whose groups have that number, for `clock`."""
    return re.sub(r"(?<=[a-z])N>", f"{n}>", _CLOCK)


def clock(found: re.Match[str], n: int) -> ClockReading:
    """Return the n-th time that the pattern has found. Raises NoSuchTime."""
    if word := found[f"word{n}"]:
        return ClockReading(0 if word == "midnight" else HALF_DAY, is_named=True)
    hour, minute = _number(found[f"hour{n}"]), _minute(found, n)
    half, on_face = _half(found, n, hour, minute), 1 <= hour <= NOON
    whole = hour * MINUTES_AN_HOUR + minute
    is_time = abs(minute) < MINUTES_AN_HOUR and 0 <= whole <= MINUTES_A_DAY and (on_face or not half)
    if not is_time:
        raise NoSuchTime(f"{hour}:{max(minute, 0):02}" + (f" {half}m" if half else ""))
    on_the_face = (hour % NOON * MINUTES_AN_HOUR + minute) % HALF_DAY
    if half:
        return ClockReading(on_the_face + (HALF_DAY if half == "p" else 0), is_named=True)
    if minute < 0 and on_face:  # “a quarter to one” is 12:45
        whole = on_the_face + (HALF_DAY if on_the_face < MINUTES_AN_HOUR else 0)
    is_bare = not any(found[f"{part}{n}"] for part in ("count", "minute", "packed", "spoken"))
    return ClockReading(whole, on_face=on_face, is_bare=is_bare and on_face)


def _minute(found: re.Match[str], n: int) -> int:
    """Return the minutes after the hour; minutes before it are negative. Raises NoSuchTime."""
    spoken = found[f"spoken{n}"]
    digits = found[f"minute{n}"] or found[f"packed{n}"]
    minute = _SPOKEN["-".join(spoken.split())] if spoken else int(digits or 0)
    counted = found[f"count{n}"]
    if not counted:
        return minute
    if spoken or digits:  # “a quarter past 10:30” is no time
        raise NoSuchTime(found[0])
    words = re.sub(r"^a\s+|\s+min(?:ute)?s?$", "", counted)
    value = int(words) if words.isdigit() else _COUNTS["-".join(words.split())]
    return value if found[f"side{n}"] in {"past", "after"} else -value


def _half(found: re.Match[str], n: int, hour: int, minute: int) -> str:
    """Return which half of the day is written: a, p, or an empty text."""
    part = found[f"part{n}"]
    if not part:
        return found[f"half{n}"] or ""
    if part.endswith("night"):
        return "p" if hour in LATE or (hour == NOON and minute < 0) else "a"
    return "a" if part.endswith("morning") else "p"


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word]


_ONE = re.compile(clock_pattern(1))


def read_time(text: str) -> time:
    """Return the time of day that is meant: 10:30 AM, 9:30, 2pm, half past ten, noon. Raises BadTime."""
    return read_times(text)[0]


def read_times(text: str) -> tuple[time, ...]:
    """Return the times of day that may be meant, as on the 24-hour clock first: 2:30 and 14:30 for 2:30.

    Raises BadTime.
    """
    return each_reading(_times, text, Topic.CLOCK)


def _times(words: str) -> tuple[time, ...]:
    words = _GAP.sub(r"\1:\2", alone(words).removeprefix("at "))
    found = _ONE.fullmatch(words)
    try:
        read = clock(found, 1) if found else None
    except NoSuchTime as error:
        raise BadTime from error
    if read is None or read.minute == MINUTES_A_DAY:
        raise BadTime
    minutes = (read.minute, (read.minute + HALF_DAY) % MINUTES_A_DAY) if read.on_face else (read.minute,)
    return tuple(map(at_minute, minutes))
