"""The grammar of times of day in a sentence, and of the bounds between which they are wanted. Pure."""

from dataclasses import dataclass, replace
from datetime import time

from bot.parsing.when.lexicon import MORNING
from bot.parsing.when.model import When
from bot.parsing.when.run import Piece, Run
from services.models.scheduling import MINUTES_A_DAY, at_minute

HOUR, NOON = 60, 12
HALF_DAY = NOON * HOUR
MOST_HOUR = 24
# Shares of an hour by what they are called; in Arabic people count in thirds, too.
SHARES = {"quarter": 15, "third": 20, "half": 30}
FIVE, MINUTE_DIGITS = 5, 2
# What people count before and behind a whole hour.
ROUND_MINUTES = frozenset({5, 10, 20, 25})
SPOKEN_MINUTES = frozenset({15, 30, 45})
# Without am or pm a bound at these hours is in the afternoon.
LAST_AFTERNOON_HOUR = 6
# With these hours “at night” means before midnight; with the others, after it.
LATE = range(6, NOON)
# As 1530 is written, without a colon.
PACKED = range(100, 2400)
PACKED_DIGITS = (3, 4)
_TO = ("to", "until")
# What a time may begin with.
_BEGIN = frozenset({"noon", "midnight", "h", "hour", "beside", "minus", *SHARES, "number", "clock", "part"})


@dataclass(frozen=True, slots=True)
class ClockSaid:
    """A minute of the day, and the place behind it.

    `on_face`: either half of the day may be meant. `is_bare`: it is only a number.
    """

    minute: int
    on_face: bool
    is_bare: bool
    end: int


def clock(run: Run, place: int) -> ClockSaid | None:
    """Return the time that is said from that place on, without a preposition, or None."""
    if not run.has(place, *_BEGIN):
        return None
    if place not in run.memory:
        run.memory[place] = _clock(run, place)
    known: ClockSaid | None = run.memory[place]
    return known


def _clock(run: Run, place: int) -> ClockSaid | None:
    if run.has(place, "noon", "midnight"):
        minute = HALF_DAY if run.has(place, "noon") else 0
        return ClockSaid(minute, on_face=False, is_bare=False, end=run.past(place + 1, "h"))
    if run.has(place, "part"):
        return _of_part(run, place)
    if run.has(place, "h", "hour") and run.has(place + 1, "part", "noon"):
        return _of_half(run, ClockSaid(HOUR, on_face=True, is_bare=False, end=place + 1))
    beside, hour_at = _before_hour(run, place)
    read = _hour(run, hour_at)
    if read is None:
        return None
    read = _shifted(read, beside) if beside else _with_minutes(run, read)
    # Три дня are three in the afternoon, and three days.
    is_count = run.has(read.end, "unit") and not run.has(read.end - 1, "h")
    is_led = run.has(place - 1, "at", "from_weak", "to", "until", "after", "before", "between")
    return read if is_count and not is_led else _of_half(run, read)


def _of_part(run: Run, place: int) -> ClockSaid | None:
    """Return the time behind the part of the day that it is in, as in Hindi: शाम 5 बजे."""
    part = run.get(place, "part")
    read = None if run.has(place + 1, "part") else clock(run, place + 1)
    is_clear = read is not None and (
        run.has(read.end - 1, "h")
        or run.has(read.end, "from_post", "after_post", "before_post", "until_post")
    )
    if read is None or not is_clear:
        return None
    is_late = read.minute // HOUR in LATE if run.has(place, "night") else part != MORNING
    return _halved(read, int(is_late))


def _before_hour(run: Run, place: int) -> tuple[int, int]:
    """Return the minutes that stand before the hour, which are negative before “to”, and the hour's place."""
    count, end = _beside(run, place)
    if count and run.has(end, "beside") and not run.has(place, "beside"):
        # Fünf vor halb elf: it is beside the half hour.
        count, end = count + (run.get(end, "beside") or 0), end + 1
    return (count, end) if _hour(run, end) else (0, place)


def _beside(run: Run, place: int) -> tuple[int, int]:
    if (beside := run.get(place, "beside")) is not None:
        return beside, run.past(place + 1, "glue", "at")
    if (joint := run.get(place, "before_hour")) is not None:
        return joint, place
    if run.has(place, "minus") and (minutes := _minutes(run, place + 1)):
        return -minutes[0], minutes[1]
    count, end = _minutes(run, place) or (0, place)
    is_clear = run.has(end - 1, "minute", "tens", *SHARES)
    is_round = is_clear or count in ROUND_MINUTES
    if count and is_round and run.has(end, "past", "after"):
        return count, end + 1
    # Ten to three may be from ten to three.
    is_before = (is_round and run.has(end, "before")) or (is_clear and run.has(end, "to"))
    return (-count, end + 1) if count and is_before else (0, place)


def _minutes(run: Run, place: int) -> tuple[int, int] | None:
    for name, minutes in SHARES.items():
        if run.has(place, name):
            return minutes, place + 1
    count = run.get(place, "number")
    if count is None or not 0 < count < HOUR:
        return None
    return count, run.past(place + 1, "minute")


def _hour(run: Run, place: int) -> ClockSaid | None:
    if (minute := run.get(place, "clock")) is not None:
        half = run.get(place, "half_day")
        read = ClockSaid(
            minute, on_face=run.has(place, "face"), is_bare=run.has(place, "unclear"), end=place + 1
        )
        return _halved(read, half) if half is not None else replace(read, end=run.past(place + 1, "h"))
    number = run.get(place, "number")
    if number is None:
        number = run.get(place, "hour_of_clock")
    if number is None:
        return None
    digits = run.get(place, "digits") or 0
    if digits in PACKED_DIGITS and number in PACKED and run.has(place - 1, "at") and number % 100 < HOUR:
        hour = number // 100
        return ClockSaid(hour * HOUR + number % 100, 1 <= hour <= NOON and digits == 3, False, place + 1)  # noqa: PLR2004
    if number > MOST_HOUR or digits > 2:  # noqa: PLR2004 - an hour has two digits
        return None
    is_bare = not run.has(place, "marked")
    read = ClockSaid(number * HOUR % MINUTES_A_DAY, 1 <= number <= NOON, is_bare, place + 1)
    half = run.get(place, "half_day")
    return _halved(read, half) if half is not None else read


def _with_minutes(run: Run, read: ClockSaid) -> ClockSaid:
    """Return the hour with what is said behind it: o'clock, thirty, and a half, less a quarter."""
    end = run.past(read.end, "h")
    is_marked = end > read.end
    read = replace(read, end=end, is_bare=read.is_bare and not is_marked)
    if read.minute % HOUR:
        return read
    found = _spoken(run, end, is_marked=is_marked) or _added(run, end) or _taken_off(run, end)
    if found is None:
        return read
    # In Arabic ونص وخمسة is 35 minutes past, ونص إلا خمسة 25.
    more = _added(run, found[1]) or _taken_off(run, found[1]) if run.has(found[1] - 1, "half") else None
    count, end = (found[0] + more[0], more[1]) if more else found
    return _shifted(replace(read, end=end), count)


def _spoken(run: Run, place: int, *, is_marked: bool) -> tuple[int, int] | None:
    """Return the minutes that stand right behind the hour: 9 Uhr 30, nine thirty, at 9 30."""
    minutes, digits = run.get(place, "number"), run.get(place, "digits")
    if minutes is None or not FIVE <= minutes < HOUR or digits not in {None, MINUTE_DIGITS}:
        return None
    is_spaced = digits is not None and run.has(place - 2, "at") and is_no_count(run, place + 1)
    if is_marked or is_spaced or (digits is None and minutes in SPOKEN_MINUTES):
        return minutes, run.past(place + 1, "minute", "h")
    return None


def _added(run: Run, place: int) -> tuple[int, int] | None:
    """Return the minutes that are added to the hour: y media, والنصف."""
    if not run.has(place, "and", "past", "and_before"):
        return None
    first = place if run.has(place, "and_before") else place + 1
    minutes = _minutes(run, first)
    if minutes is None:
        return None
    count, end = minutes
    is_clear = run.has(end - 1, "minute", *SHARES) or _is_joined_to_hour(run, place, count)
    if is_clear or (count % FIVE == 0 and count > FIVE and run.has(place, "past")):
        return count, run.past(end, "h")
    return None


def _is_joined_to_hour(run: Run, place: int, count: int) -> bool:
    """Tell whether round minutes are written together with “and” behind an hour: خمسة وعشرة is ten past five.

    Between five and ten there are two hours.
    """
    before = place - 2
    while run.has(before, "at", "glue", "the"):
        before -= 1
    return run.has(place, "and_before") and count in ROUND_MINUTES and not run.has(before, "between")


def _taken_off(run: Run, place: int) -> tuple[int, int] | None:
    """Return the minutes, below zero, that are less than the hour: menos cuarto, إلا ربع."""
    minutes = _minutes(run, place + 1) if run.has(place, "minus") else None
    return (-minutes[0], run.past(minutes[1], "h")) if minutes else None


def _shifted(read: ClockSaid, minutes: int) -> ClockSaid:
    minute = (read.minute + minutes) % MINUTES_A_DAY
    if read.on_face and not HOUR <= minute < HALF_DAY + HOUR:
        minute = (minute + HALF_DAY) % MINUTES_A_DAY
    return replace(read, minute=minute, is_bare=False)


def _of_half(run: Run, read: ClockSaid) -> ClockSaid:
    """Return the time with what is said of its half of the day: pm, in the afternoon."""
    end = run.past(read.end, "h")
    read = replace(read, end=end, is_bare=read.is_bare and end == read.end)
    half = None if run.has(end, "number", "clock") else run.get(end, "half_day")
    if half is not None and not _is_a_preposition(run, end):
        return _halved(replace(read, end=end + 1), half)
    at = run.past(end, "in", "during", "glue", "of", "the", "on")
    part = run.get(at, "part")
    if run.has(at, "near") and part is not None and at > end:
        part = part if at - end == 1 and run.has(end, "of", "during") else None
    elif run.has(at, "near"):
        part = None
    if run.has(at, "noon") and read.on_face:
        return _halved(replace(read, end=at + 1), 1)
    if part is None or not read.on_face:
        return replace(read, end=at + 1, is_bare=False) if part is not None and at == end else read
    if run.has(at, "night"):
        hour = read.minute // HOUR
        part = EVENING_HALF if hour in LATE else MORNING
    return _halved(replace(read, end=at + 1), int(part != MORNING))


EVENING_HALF = 3


def _is_a_preposition(run: Run, place: int) -> bool:
    """Tell whether the German “am” stands before a day there."""
    return run.has(place, "glue", "on") and run.has(
        place + 1, "weekday", "number", "part", "ordinal", "weekend"
    )


def _halved(read: ClockSaid, half: int) -> ClockSaid:
    """Return the time in one half of the day: 0 is before noon."""
    if not read.on_face:
        return replace(read, is_bare=False)
    return replace(read, minute=read.minute % HALF_DAY + half * HALF_DAY, on_face=False, is_bare=False)


def readings(read: ClockSaid) -> tuple[time, ...]:
    """Return the times of day that may be meant, the earlier first."""
    if not read.on_face:
        return (at_minute(read.minute),)
    minutes = sorted({read.minute % MINUTES_A_DAY, (read.minute + HALF_DAY) % MINUTES_A_DAY})
    return tuple(map(at_minute, minutes))


def bound(read: ClockSaid) -> int:
    """Return the minute of a bound: without am or pm 1 to 6 is the afternoon, 7 to 12 before or at noon."""
    if read.on_face and read.minute // HOUR <= LAST_AFTERNOON_HOUR:
        return read.minute + HALF_DAY
    return read.minute


def at_time(run: Run, place: int, *, bare: bool) -> Piece | None:
    """Return a time, which may be a bare number only behind “at”, or where the caller allows it."""
    first = run.past(place, "at", "glue", "the", "on")
    is_led = any(run.has(each, "at") for each in range(place, first))
    read = clock(run, first)
    if read is None or (read.is_bare and not ((is_led or bare) and is_no_count(run, read.end))):
        return None
    return Piece(When(times=readings(read)), read.end)


def is_no_count(run: Run, place: int) -> bool:
    """Tell whether what stands there makes the number before it no time: 3 days, 3 December, 3-ish."""
    item = run.at(place)
    return not (
        run.has(place, "month", "month_name", "minute", "date_post")
        # In Arabic “day” also stands before the name of one.
        or (run.has(place, "unit") and not run.has(place, "on"))
        or (run.has(place, "hour") and not run.has(place, "h"))
        or (item.sign in {"-", "/", "%", "°", "+", "€", "$", ":"} and item.start == run.at(place - 1).end)
        or (item.sign == "." and run.has(place + 1, "month_name"))
    )


def bounds(run: Run, place: int, *, bare: bool) -> Piece | None:
    """Return the bounds of a time: after 4, before noon, between 2 and 5, 2-5 pm."""
    return _stretch(run, place, bare=bare) or _one_bound(run, place) or _bound_before(run, place)


def _stretch(run: Run, place: int, *, bare: bool) -> Piece | None:
    start = run.past(place, "at", "glue", "on")
    is_led = run.has(start, "between", "from", "from_weak") and not run.moving
    is_between = run.has(start, "between")
    first = clock(run, run.past(start + is_led, "at", "glue", "the"))
    if first is None:
        return None
    is_joined = run.has(first.end, *_TO, "from_post") or run.at(first.end).sign == "-"
    is_one_word = is_between and run.has(first.end, "and_before")
    is_joined = is_joined or is_one_word
    if not is_joined and not (
        run.has(first.end, "and") and (is_between or run.has(first.end + 2, "between_post"))
    ):
        return None
    if run.moving and not is_between and run.has(first.end, *_TO):
        return None
    other = clock(run, run.past(first.end + (not is_one_word), "at", "glue", "the"))
    if other is None or not is_no_count(run, other.end):
        return None
    end = run.past(other.end, "until_post", "between_post")
    is_marked = is_led or bare or end > other.end or _says_day(run, end)
    if first.is_bare and other.is_bare and not is_marked:
        return None
    low, high = _low_and_high(first, other)
    return Piece(When(after=at_minute(low), before=at_minute(high)), end) if low < high else None


def _says_day(run: Run, place: int) -> bool:
    return run.has(run.past(place, "on", "at", "glue"), "weekday", "near")


def _low_and_high(first: ClockSaid, other: ClockSaid) -> tuple[int, int]:
    """Return both bounds; what is said of the last's half of the day counts for the first, too."""
    low, high = bound(first), bound(other)
    if first.on_face and not other.on_face:
        low = first.minute % HALF_DAY
        low = low + HALF_DAY if low + HALF_DAY < high else low
    if high <= low and other.on_face:
        high = other.minute % HALF_DAY + HALF_DAY
    return low, high


def _one_bound(run: Run, place: int) -> Piece | None:
    is_not = run.has(place, "not")
    start = place + is_not
    is_low, is_high = run.has(start, "after", "from"), run.has(start, "before", "until", "by")
    if is_not and not run.has(start, "after", "before"):
        return None
    # “La cita de las 16:00” is the one at that time.
    is_weak = run.has(start, "from_weak") and not (is_low or run.has(start, "of"))
    if not (is_low or is_high or is_weak) or (run.moving and not (is_high or run.has(start, "after"))):
        return None
    read = clock(run, run.past(start + 1, "at", "glue", "the"))
    if read is None or not is_no_count(run, read.end) or (is_weak and read.is_bare):
        return None
    return _bounded(
        read, is_low=(is_low or is_weak) != is_not, end=run.past(read.end, "from_post", "until_post")
    )


def _bound_before(run: Run, place: int) -> Piece | None:
    """Return a bound whose sign stands behind it, as in Hindi."""
    start = run.past(place, "at", "glue")
    read = clock(run, start)
    if read is None or run.moving:
        return None
    if run.has(read.end, "after_post", "from_post"):
        return _bounded(read, is_low=True, end=read.end + 1)
    if run.has(read.end, "before_post", "until_post"):
        return _bounded(read, is_low=False, end=read.end + 1)
    return None


def _bounded(read: ClockSaid, *, is_low: bool, end: int) -> Piece:
    minute = at_minute(bound(read))
    return Piece(When(after=minute) if is_low else When(before=minute), end)
