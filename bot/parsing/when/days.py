"""The grammar of single days in a sentence. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.parsing.when.dated import dated, may_be_day, months_on, moved, named_date, numeral, with_number
from bot.parsing.when.run import Run

WEEK = timedelta(days=7)
_TURNS = {"next", "this", "coming", "last"}
# Nobody plans farther ahead in days, weeks or months.
MOST_AHEAD = 400


@dataclass(frozen=True, slots=True)
class DaySaid:
    """The days that may be meant, and the place behind them. `part` is said in the same word: tonight.

    `is_sure`: it is a day even if nothing else is said.
    """

    days: tuple[date, ...]
    end: int
    differs: bool = False
    part: int = 0
    is_sure: bool = True


def day(run: Run, place: int, since: date | None = None) -> DaySaid | None:
    """Return the day that is said from that place on, in as many words as possible, or None.

    Weekdays and days without a year count from `since`, or from today.
    """
    if not run.says_something(place):
        return None
    since = since or run.today
    key = (place, since)
    if key not in run.memory:
        found = [each(run, place, since) for each in _RULES]
        run.memory[key] = max((each for each in found if each), key=lambda each: each.end, default=None)
    known: DaySaid | None = run.memory[key]
    return known


def lead(run: Run, place: int) -> int:
    """Return the place behind words that lead to a day and add nothing."""
    return run.past(place, "on", "the", "glue", "at")


def _near(run: Run, place: int, _since: date) -> DaySaid | None:
    near = run.get(place, "near")
    if near is None:
        return None
    there = moved(run.today, near)
    if there is None:
        return None
    part = run.get(place, "and_part") or 0
    behind = run.past_sign(place + 1, ",")
    # Tomorrow, Thursday: the same day in other words.
    same = _of_weekday(run, lead(run, behind), run.today) or _of_date(run, lead(run, behind), run.today)
    if same and there in same.days:
        return DaySaid((there,), same.end, part=part)
    return DaySaid((there,), place + 1, part=part)


def _ahead(run: Run, place: int, _since: date) -> DaySaid | None:
    """In three days, in a week; three days from now."""
    found = span(run, place)
    if found is None:
        return None
    there, end = found
    weeks, rest = divmod((there - run.today).days, WEEK.days)
    weekday_at = run.past(end, "on", "glue", "at")
    weekday = run.weekday(weekday_at)
    if weekday is not None and not rest:
        # In two weeks on Friday.
        return DaySaid((_weekdays(weekday, run.today, set())[0] + weeks * WEEK,), weekday_at + 1)
    return DaySaid((there,), end)


def span(run: Run, place: int, since: date | None = None) -> tuple[date, int] | None:
    """Return the day that is so far from `since` or today, as said with “in” or “from now”, and its end."""
    start = since or run.today
    if (ahead := run.get(place, "ahead")) is not None:
        there = moved(start, ahead)
        return (there, place + 1) if there else None
    if (months := run.get(place, "months_ahead")) is not None:
        return months_on(start, months), place + 1
    is_led = run.has(place, "in")
    first = run.past(place + 1, "glue", "the") if is_led else place
    counted = _counted(run, first)
    if counted is None:
        return None
    count, unit, end = counted
    if run.has(end, "from_now", "after_post") and not is_led:
        end += 1
    elif not is_led:
        if not run.has(end, "in_post"):
            return None
        end += 1
    elif run.has(end, "from_now"):
        end += 1
    there = months_on(start, count) if unit == 0 else moved(start, count * unit)
    return (there, end) if there else None


def _counted(run: Run, place: int) -> tuple[int, int, int] | None:
    """Return how many, of how many days (0: months), and the place behind: three weeks."""
    if (days := run.get(place, "span")) is not None:
        return days, 1, place + 1
    count, unit_at = 1, -1
    if (number := run.get(place, "number")) is not None:
        count, unit_at = number, place + 1
    elif run.has(place, "a"):
        unit_at = place + 1
    elif run.has(place - 1, "in") or run.has(place + 1, "from", "after"):
        # In Arabic “in week” is a week, and “day after Friday” is Saturday.
        unit_at = place
    unit = 0 if run.has(unit_at, "month") else run.get(unit_at, "unit")
    if unit is None or not 0 < count <= MOST_AHEAD:
        return None
    return count, unit, unit_at + 1


def _from_day(run: Run, place: int, since: date) -> DaySaid | None:
    """Return the day that is said by its distance from another: a week from Friday, two weeks on Monday."""
    counted = _counted(run, place)
    if counted is None or counted[1] == 0 or not run.has(counted[2], "from", "from_weak", "on", "after"):
        return None
    count, unit, end = counted
    found = day(run, lead(run, end + 1), since)
    if found is None:
        return None
    there = tuple(later for each in found.days if (later := moved(each, count * unit)))
    return DaySaid(there, found.end) if there else None


def _of_weekday(run: Run, place: int, since: date) -> DaySaid | None:
    """Friday; next Friday; Friday 4 December; Friday week; Friday next week; Friday in two weeks."""
    marked = run.past(place, "next", "this", "coming", "last", "the", "glue")
    number = run.get(marked, "weekday")
    if number is None:
        week = _week_on(run, place)
        return _in_week(run, *week) if week else None
    kinds = {kind for each in range(place, marked) for kind in run.at(each).of}
    dated = None if kinds & _TURNS else _dated(run, marked, number, since)
    if dated or run.has(marked, "short"):
        return dated
    part, end = run.get(marked, "and_part") or 0, marked + 1
    if run.has(end, "coming") or (run.has(end, "next", "last", "this") and not run.get(end + 1, "unit")):
        # In Spanish and Arabic it stands behind.
        kinds, end = kinds | set(run.at(end).of), end + 1
    days, end = _weeks_later(run, end, number, kinds) or (_weekdays(number, since, kinds), end)
    is_led = bool(kinds & _TURNS) or run.has(place - 1, "on") or run.has(place, "on")
    return DaySaid(days, end, part=part, is_sure=is_led or not run.has(marked, "weak"))


def _weeks_later(run: Run, end: int, number: int, kinds: set[str]) -> tuple[tuple[date, ...], int] | None:
    """Return the weekday of a week that is said behind it, and the place behind that."""
    if run.get(end, "unit") == WEEK.days and not kinds & {"next", "last"}:
        return tuple(each + WEEK for each in _weekdays(number, run.today, kinds)[:1]), end + 1
    if on := _week_on(run, run.past(end, "on", "the", "glue", "at", "of", "in", "during")):
        return (_monday(run.today) + timedelta(days=7 * on[1] + number),), on[0]
    later = span(run, end, _weekdays(number, run.today, set())[0])
    return ((later[0],), later[1]) if later else None


def _week_on(run: Run, place: int) -> tuple[int, int] | None:
    """Return the place behind a week that is named there, and how many weeks ahead it is."""
    if (weeks := run.get(place, "weeks_on")) is not None:
        return place + 1, weeks
    turn = run.past(place, "next", "this", "coming", "the", "glue")
    kinds = {kind for each in range(place, turn) for kind in run.at(each).of}
    if run.get(turn, "unit") != WEEK.days or not kinds & _TURNS:
        return None
    return turn + 1, int(not kinds >= {"this"} or "coming" in kinds)


def _in_week(run: Run, place: int, weeks: int) -> DaySaid | None:
    """Next week on Friday, this week Friday."""
    at = lead(run, run.past_sign(place, ","))
    number = run.weekday(at)
    if number is None:
        return None
    part = run.get(at, "and_part") or 0
    return DaySaid((_monday(run.today) + timedelta(days=7 * weeks + number),), at + 1, part=part)


def _dated(run: Run, place: int, number: int, since: date) -> DaySaid | None:
    """Return the day of a weekday with its date, or None where no date stands behind it."""
    behind = run.past_sign(run.past_sign(place + 1, "."), ",")
    behind = lead(run, behind)
    found = _of_date(run, behind, since) or _numbered(run, behind, since)
    if (
        found is None
        and (alone := run.get(behind, "number")) is not None
        and may_be_day(run, behind)
        and not _is_clock(run, behind)
        # Thursday at 10 is a time, even where the 10th is a Thursday.
        and not any(run.has(each, "at") for each in range(place + 1, behind))
    ):
        # Friday 4 is the 4th only if that is a Friday.
        there = with_number(alone, since)
        if there is not None and there.weekday() == number:
            return DaySaid((there,), behind + 1)
    if found is None:
        return None
    fits = tuple(each for each in found.days if each.weekday() == number)
    return DaySaid(fits or found.days, found.end, differs=not fits)


def _is_clock(run: Run, place: int) -> bool:
    """Tell whether a bare number is a time, as the part of the day stands behind it: 10 утра."""
    return run.has(place, "number") and run.has(place + 1, "part")


def _weekdays(number: int, since: date, kinds: set[str]) -> tuple[date, ...]:
    """Return the days of that weekday that may be meant."""
    ahead = (number - since.weekday() - 1) % 7 + 1
    coming = since + timedelta(days=ahead)
    if "last" in kinds:
        return (coming - WEEK if ahead < WEEK.days else since - WEEK,)
    if "next" in kinds:
        return tuple(sorted({coming, _monday(since) + WEEK + timedelta(days=number)}))
    if "this" in kinds and ahead == WEEK.days:
        return (since,)
    if ahead == WEEK.days and "coming" not in kinds:
        return (since, coming)
    return (coming,)


def _monday(of: date) -> date:
    return of - timedelta(days=of.weekday())


def _of_date(run: Run, place: int, since: date) -> DaySaid | None:
    """2 December, December 2nd 2026, 2026-12-02, 2.12."""
    item = run.at(place)
    if item.dates:
        # The Russian “на 11.12” is more often a date than a time.
        is_led = run.has(place - 1, "at", "after", "before") and not run.has(
            place - 1, "as_moved", "the_date"
        )
        if "clock" in item.of and (is_led or run.has(place + 1, "h", "half_day")):
            return None
        return _with_weekday(run, [dated(*each, since) for each in item.dates], place + 1)
    number, month, year, end = named_date(run, place)
    if not number:
        return None
    return _with_weekday(run, [dated(number, month, year, since)], end)


def _with_weekday(run: Run, days: Iterable[date | None], end: int) -> DaySaid | None:
    """Return the days that there are; of a weekday that stands behind the date, those that it fits."""
    found = tuple(dict.fromkeys(each for each in days if each is not None))
    if not found:
        return None
    behind = run.past_sign(end, ",", "(")
    weekday = run.get(behind, "weekday")
    if weekday is None or "weak" in run.at(behind).of:
        return DaySaid(found, end)
    fits = tuple(each for each in found if each.weekday() == weekday)
    return DaySaid(fits or found, run.past_sign(behind + 1, ")"), differs=not fits)


def _numbered(run: Run, place: int, since: date) -> DaySaid | None:
    """Return the day of which only the number is said: the 5th, am 5., el 5, 5-го, 5 числа."""
    first = run.past(place, "the", "the_date")
    number = numeral(run, first)
    if not number or not may_be_day(run, first) or _is_clock(run, first):
        return None
    is_led, end = first > place or run.has(place - 1, "the", "the_date"), first + 1
    is_sure = True
    if run.has(end, "date_post"):
        end += 1
    elif run.has(first, "numeral"):
        is_sure = is_led or run.has(place - 1, "on") or run.has(first, "as_date")
    elif run.has(first, "ordinal"):
        if not (is_led and run.has(place - 1, "on")) and not run.has(place, "on"):
            return None
    elif run.at(end).sign == "." and is_led and run.at(first).end == run.at(end).start:
        end += 1
    elif not (is_led and run.has(first - 1, "the_date")) or run.has(end, "minute", "unit", "month"):
        return None
    if month := _turn_of_month(run, lead(run, run.past(end, "of", "in"))):
        since, end = month
    there = with_number(number, since)
    return DaySaid((there,), end, is_sure=is_sure) if there else None


def _turn_of_month(run: Run, place: int) -> tuple[date, int] | None:
    """Return the first day of the next month, or today for this one, and the place behind its name."""
    turn = run.past(place, "this", "next", "coming")
    if run.has(place, "this_month", "next_month"):
        is_this, turn = run.has(place, "this_month"), place
    elif turn > place and run.has(turn, "month"):
        is_this = run.has(place, "this") and not run.has(turn - 1, "coming")
    else:
        return None
    return run.today if is_this else months_on(run.today.replace(day=1), 1), turn + 1


def _in_month(run: Run, place: int, _since: date) -> DaySaid | None:
    """Next month on the 5th."""
    month = _turn_of_month(run, place)
    found = _numbered(run, lead(run, month[1]), month[0]) if month else None
    return found and replace(found, is_sure=True)


_RULES = (_near, _ahead, _from_day, _of_weekday, _of_date, _numbered, _in_month)
