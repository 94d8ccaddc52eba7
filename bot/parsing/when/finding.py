"""Finds days and times in a sentence. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from bot.localization.reader import language
from bot.parsing.when.clock import at_time, bounds, clock
from bot.parsing.when.days import day
from bot.parsing.when.joining import joined
from bot.parsing.when.model import FoundWhen, When
from bot.parsing.when.periods import PARTS, has_week_apart, period, unwanted
from bot.parsing.when.run import Piece, Run
from bot.parsing.when.tokens import items_of

# No sentence is longer; what is, says no time.
LONGEST = 4000
# Outside of these there may be no last or next month: Python's calendar has the years 1 to 9999.
FIRST_TODAY, LAST_TODAY = date(2, 1, 1), date(9900, 12, 31)
_LEADING = (
    "on",
    "at",
    "in",
    "during",
    "the",
    "glue",
    "of",
    "a",
    "by",
    "to",
    "from_weak",
    "as_moved",
    "any",
    "early",
)
_TRAILING = ("on_post", "in_post", "to_post")
# Without any of these a rule has nothing to read, and need not be tried.
_OF_UNWANTED = frozenset({"not", "no", "not_post"})
_OF_BOUNDS = frozenset(
    {
        *("from", "from_weak", "to", "until", "before", "after", "by", "between", "-", "from_post"),
        *("until_post", "before_post", "after_post"),
    }
)
_OF_PERIODS = _OF_BOUNDS | {
    *("unit", "month", "month_name", "weeks_on", "weekend", "weekdays", "this_month", "next_month"),
}
_OF_TIMES = frozenset({"number", "clock", "noon", "midnight", "h", "hour"})


def find_when(text: str, today: date, *, moving: bool = False) -> tuple[FoundWhen, ...]:
    """Return all stretches of a text that say a day, a period, a time or a bound, in order.

    It is read in the reader's language and in English. What stands between them is not looked at. With
    `moving`, “from Friday to Monday” is two stretches, each with its `side`; else it is a period.
    """
    if len(text) > LONGEST or not FIRST_TODAY <= today <= LAST_TODAY:
        return ()
    run = Run(items_of(text, language()), today, moving)
    found: list[FoundWhen] = []
    place, before = 0, 0
    while place < len(run.items):
        stretch = _stretch(run, place, before) if _may_begin(run, place) else None
        if stretch is None:
            place += 1
            continue
        if stretch.shown is not None:
            found.append(stretch.shown)
        place = before = stretch.end
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was found, if it is to be shown, and the place behind it."""

    shown: FoundWhen | None
    end: int


def _may_begin(run: Run, place: int) -> bool:
    of = run.at(place).of
    return (
        not run.at(place).sign
        and "ordinary" not in of
        and of.keys() != {"glue"}
        and run.says_something(place)
    )


def _stretch(run: Run, start: int, before: int) -> _Stretch | None:
    """Return the stretch that begins with the item at that place, or None."""
    place, parts, is_sure = start, list[Piece](), False
    first = run.past(start, "glue") if run.moving else start
    side = _side(run, first) if run.moving else ""
    first += bool(side) and not run.has(first, "at", "with_prefix")
    at = first
    while taken := _element(run, at, parts, side):
        parts.append(taken)
        is_sure = is_sure or taken.is_sure
        place = run.past(taken.end, *_TRAILING)
        at = _next(run, place, parts)
        if at < 0:
            break
    if not parts:
        return None
    if not (is_sure or _is_all(run, start, place)):
        return None
    if run.has(start - 1, "since") or run.has(place, "ago"):
        return _Stretch(None, place)
    if run.moving and not side and run.has(place, "from_post"):
        side, place = "from", place + 1
    elif run.moving and not side and any(run.has(each, "to_post") for each in range(start, place)):
        side = "to"
    begin = start
    while begin > before and run.has(begin - 1, *_LEADING) and not run.has(begin - 1, "ordinary"):
        begin -= 1
    when = joined([each.when for each in parts])
    return _Stretch(FoundWhen(run.at(begin).start, run.at(place - 1).end, when, side), place)


def _is_all(run: Run, start: int, end: int) -> bool:
    """Tell whether a text has nothing else than that stretch, and signs and words that add nothing."""
    rest = (*range(start), *range(end, len(run.items)))
    return all(run.at(each).sign or run.has(each, "glue") for each in rest)


def _side(run: Run, place: int) -> str:
    if run.has(place, "from", "from_weak"):
        return "from"
    return "to" if run.has(place, "to", "as_moved") else ""


def _next(run: Run, place: int, parts: list[Piece]) -> int:
    """Return the place where the next element of the stretch may begin, or -1 if none can."""
    if run.moving and _side(run, place) and not (run.has(place, "at") and clock(run, place + 1)):
        return -1
    if run.at(place).sign == ",":
        return place + 1
    if run.has(place, "or", "and") and parts:
        return place + 1
    return place


def _element(run: Run, place: int, parts: list[Piece], side: str) -> Piece | None:
    """Return the longest element from that place on that goes with what has been read."""
    if not run.says_something(place):
        return None
    is_bare_ok = bool(side) or _may_be_followed_by_number(run, place, parts)
    found = [
        unwanted(run, place) if run.kinds & _OF_UNWANTED else None,
        bounds(run, place, bare=is_bare_ok) if run.kinds & _OF_BOUNDS else None,
        period(run, place) if run.kinds & _OF_PERIODS else None,
        _day(run, place),
        at_time(run, place, bare=is_bare_ok) if run.kinds & _OF_TIMES else None,
        _part(run, place),
        _earliest(run, place),
    ]
    fits = [each for each in found if each and _goes_with(run, place, each, parts)]
    return max(fits, key=lambda each: each.end, default=None)


def _may_be_followed_by_number(run: Run, place: int, parts: list[Piece]) -> bool:
    if not parts:
        return len(run.items) == 1 or _is_all(run, place, place + 1)
    last = parts[-1].when
    is_day_or_part = bool(last.days) or last.part.value in {"morning", "afternoon", "evening"}
    is_list = run.has(place - 1, "or") and bool(last.times)
    return (is_day_or_part and parts[-1].end == place) or is_list


def _goes_with(run: Run, place: int, taken: Piece, parts: list[Piece]) -> bool:
    """Tell whether an element adds to what was said: a second day only after “or”."""
    is_joined = run.has(place - 1, "or", "and") or run.has(place, "and_before")
    when = taken.when
    before = [each.when for each in parts]
    if any(each.days for each in before) and (when.days or when.first or when.last):
        return is_joined and bool(when.days) and not any(each.times for each in before)
    if any(each.first or each.last for each in before) and (when.first or when.last):
        return False
    if any(each.times for each in before) and (when.times or when.after or when.before):
        return is_joined and bool(when.times)
    return not (
        any(each.after or each.before for each in before) and (when.times or when.after or when.before)
    )


def _day(run: Run, place: int) -> Piece | None:
    at = run.past(place, "on", "at", "glue", "of")
    found = [each for start in range(at, place - 1, -1) if (each := day(run, start))]
    if run.has(at, "the", "in"):
        found += [each for start in (at + 1,) if (each := day(run, start))]
    said = max(found, key=lambda each: each.end, default=None)
    if said is None or (run.has(said.end, "not_post") and has_week_apart(run, place, said.end)):
        return None
    when = When(days=said.days, differs=said.differs, part=PARTS[said.part] if said.part else When().part)
    return Piece(when, said.end, said.is_sure)


def _part(run: Run, place: int) -> Piece | None:
    at = run.past(place, "in", "at", "on", "during", "the", "glue", "of", "early", "this", "a", "any")
    part = run.get(at, "part")
    if part is None or run.has(at, "unit"):
        return None
    when = When(part=PARTS[part])
    if any(run.has(each, "this") for each in range(place, at)):
        when = replace(when, days=(run.today,))
    is_sure = "weak" not in run.at(at).of or any(run.has(each, "in", "during") for each in range(place, at))
    return Piece(when, at + 1, is_sure)


def _earliest(run: Run, place: int) -> Piece | None:
    at = run.past(place, "glue", "the", "at", "on")
    return Piece(When(earliest=True), at + 1) if run.has(at, "earliest") else None
