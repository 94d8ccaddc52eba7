"""The grammar of the clock: the one way in which every reader takes a time of day. Pure."""

import re
from dataclasses import dataclass
from datetime import time

from bot.input_errors import BadTime, NoSuchTime
from bot.parsing.words import NUMBER_WORDS, alone
from services.models.scheduling import MINUTES_A_DAY, at_minute

NOON = 12
MINUTES_AN_HOUR = 60
HALF_DAY = NOON * MINUTES_AN_HOUR
# Of these hours “at night” means those before midnight; of the others those after it.
LATE = range(6, NOON)

_HOUR = rf"(?:\d{{1,2}}|(?:{'|'.join(NUMBER_WORDS)})\b)"
# “Ten to three” may be a stretch as well, so what is counted down says that it is minutes, or can be no hour.
_MINUTES = r"(?:\d{1,2}|five|ten|twenty(?:[-\s]five)?)\s+min(?:ute)?s?"
_ANY_SIDE = rf"(?:half|(?:a\s+)?quarter|twenty(?:[-\s]five)?|{_MINUTES})"
_COUNT = rf"{_ANY_SIDE}(?=[-\s]+(?:past|after|to|before)\b)|(?:five|ten|5|10)(?=\s+(?:past|after)\b)"
# 9, 9:30, 9.30, 9h30, 0930, 9 am, 9:30pm, nine thirty, 10 o'clock, half past ten, quarter to 3, 8 at night,
# noon; what follows must not be the rest of a word. The groups' names end with a number, N: there may be two.
_CLOCK = (
    r"(?:(?:12\s+)?(?P<wordN>noon|midday|midnight)"
    rf"|(?:(?P<countN>{_COUNT})[-\s]+(?P<sideN>\w+)\s+)?(?P<hourN>{_HOUR})"
    r"(?:\s*[:.h]\s*(?P<minuteN>\d{2})(?::00)?|(?P<packedN>(?<=\d)\d{2})|\s+(?P<spokenN>fifteen|thirty|forty[-\s]five)\b)?"
    r"\s*(?:h(?:(?:ou)?rs)?|o'?\s?clock)?"
    r"(?:\s*(?P<halfN>[ap])(?:\.?\s?m\.?)?|\s+(?P<partN>in\s+the\s+(?:morning|afternoon|evening)|at\s+night))?"
    r"(?![a-z\d]))"
)
# A gap in the place of the colon; in a list of stretches a gap stands between two of them.
_GAP = re.compile(r"^(\d{1,2}) (\d{2})(?!\d)")
_COUNTS = {"half": 30, "quarter": 15, "twenty": 20, "twenty-five": 25, **NUMBER_WORDS}
_SPOKEN = {"fifteen": 15, "thirty": 30, "forty-five": 45}


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A time as it is written: the minute of the day (1,440 is 24:00), as the 24-hour clock has it.

    `is_named` says that the half of the day is said, `on_face` that it is not, though either may be meant,
    and `is_bare` that nothing but an hour of the clock's face is typed.
    """

    minute: int
    is_named: bool = False
    on_face: bool = False
    is_bare: bool = False


def clock_pattern(n: int) -> str:
    """Return the grammar with groups of that number, for `clock`."""
    return re.sub(r"(?<=[a-z])N>", f"{n}>", _CLOCK)


def clock(found: re.Match[str], n: int) -> ClockReading:
    """Return the n-th time of what the grammar has found. Raises NoSuchTime."""
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
    if minute < 0 and on_face:  # a quarter to one is most of an hour past noon
        whole = on_the_face + (HALF_DAY if on_the_face < MINUTES_AN_HOUR else 0)
    is_bare = not any(found[f"{part}{n}"] for part in ("count", "minute", "packed", "spoken"))
    return ClockReading(whole, on_face=on_face, is_bare=is_bare and on_face)


def _minute(found: re.Match[str], n: int) -> int:
    """Return the minutes after the hour; those before it are below nought. Raises NoSuchTime."""
    spoken = found[f"spoken{n}"]
    digits = found[f"minute{n}"] or found[f"packed{n}"]
    minute = _SPOKEN["-".join(spoken.split())] if spoken else int(digits or 0)
    counted = found[f"count{n}"]
    if not counted:
        return minute
    if spoken or digits:  # a quarter past 10:30
        raise NoSuchTime(found[0])
    words = re.sub(r"^a\s+|\s+min(?:ute)?s?$", "", counted)
    value = int(words) if words.isdigit() else _COUNTS["-".join(words.split())]
    return value if found[f"side{n}"] in {"past", "after"} else -value


def _half(found: re.Match[str], n: int, hour: int, minute: int) -> str:
    """Return which half of the day is said: a, p, or nothing."""
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
    """Return the times of day that may be meant, that of the 24-hour clock first: 2:30 and 14:30 for 2:30.

    Raises BadTime.
    """
    words = _GAP.sub(r"\1:\2", alone(text).removeprefix("at "))
    found = _ONE.fullmatch(words)
    try:
        read = clock(found, 1) if found else None
    except NoSuchTime as error:
        raise BadTime from error
    if read is None or read.minute == MINUTES_A_DAY:
        raise BadTime
    minutes = (read.minute, (read.minute + HALF_DAY) % MINUTES_A_DAY) if read.on_face else (read.minute,)
    return tuple(map(at_minute, minutes))
