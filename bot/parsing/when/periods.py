"""The grammar of periods of days, and of what is not wanted, in a sentence. Pure."""

from datetime import date, timedelta

from bot.parsing.when.clock import is_no_count
from bot.parsing.when.dated import dated, exact, numeral, with_number
from bot.parsing.when.days import DaySaid, day, lead
from bot.parsing.when.model import When
from bot.parsing.when.run import Piece, Run
from services.models.scheduling import PartOfDay

PARTS = {1: PartOfDay.MORNING, 2: PartOfDay.AFTERNOON, 3: PartOfDay.EVENING}
A_DAY, WEEK = timedelta(days=1), timedelta(days=7)
SATURDAY, SUNDAY = 5, 6
MONTHS_A_YEAR = 12
MOST_AHEAD = 400


def period(run: Run, place: int) -> Piece | None:
    """Return the period of days that is said from that place on, or None."""
    found = [each(run, place) for each in (_short_range, _range, _week, _month, _weekend, _open)]
    return max((each for each in found if each), key=lambda each: each.end, default=None)


def _period(first: date | None, last: date | None, end: int, *, is_sure: bool = True) -> Piece | None:
    if first and last and last < first:
        return None
    return Piece(When(first=first, last=last), end, is_sure)


def _range(run: Run, place: int) -> Piece | None:
    """From Friday to Monday, 4 to 9 December, between today and Friday."""
    start = run.past(place, "glue", "on", "the") if not run.has(place, "the_date") else place
    is_led = run.has(start, "from", "from_weak", "between")
    if run.moving and not run.has(start, "between"):
        return None
    first = day(run, _lead_to_day(run, start + is_led))
    if first is None:
        return None
    joint = first.end
    is_joined = run.has(joint, "to", "until", "from_post") or run.at(joint).sign == "-"
    is_one_word = run.has(joint, "and_before")
    is_pair = not is_joined and run.has(joint, "and", "and_before")
    if not is_joined and not is_pair:
        return None
    other = day(run, _lead_to_day(run, joint + (not is_one_word)), first.days[0])
    is_between = run.has(start, "between") or (other is not None and run.has(other.end, "between_post"))
    if other is None or (is_pair and not is_between):
        return None
    last = other.days[-1] if other.days[0] == first.days[0] else other.days[0]
    return _period(first.days[0], last, run.past(other.end, "until_post", "between_post"))


def _lead_to_day(run: Run, place: int) -> int:
    """Return the place of a day behind words that lead to it, but keep the article of a number."""
    while run.has(place, "on", "glue", "the", "at") and not run.has(place, "the_date"):
        place += 1
    return place


def _short_range(run: Run, place: int) -> Piece | None:
    """4-9 May, May 4-9, vom 4. bis 9. Dezember: the month is said once."""
    start = place + run.has(place, "from", "from_weak", "between")
    start = lead(run, start)
    month = run.get(start, "month_name")
    at = lead(run, start + 1) if month is not None else start
    first = numeral(run, at)
    joint = run.past_sign(at + 1, ".")
    if not first or run.moving or not (run.has(joint, "to", "until", "and") or run.at(joint).sign == "-"):
        return None
    if run.has(joint, "and") and not run.has(place, "between"):
        return None
    then = lead(run, joint + 1)
    last = numeral(run, then)
    if not last:
        return None
    end = then + 1
    if month is None:
        end = run.past(run.past_sign(end, "."), "of", "glue")
        month = run.get(end, "month_name")
        end += 1
    if month is None:
        return _numbered(run, first, last, then + 1)
    begin = dated(first, month, None, run.today)
    return _period(begin, exact(begin.year, month, last), end) if begin else None


def _numbered(run: Run, first: int, last: int, place: int) -> Piece | None:
    """Return the days of two numbers before a word for a date: 8 से 10 तारीख."""
    if not run.has(place, "date_post"):
        return None
    begin = with_number(first, run.today)
    until = with_number(last, begin) if begin else None
    return _period(begin, until, run.past(place, "date_post", "until_post", "between_post"))


def _week(run: Run, place: int) -> Piece | None:
    """Return a week, or the next few days: this week, early next week, in the next two weeks."""
    start = run.past(place, "during", "in", "on", "glue", "the", "early", "of")
    monday = run.today - timedelta(days=run.today.weekday())
    weeks = run.get(start, "weeks_on")
    end = start + 1
    if weeks is None:
        if run.has(start, "next", "coming") and (count := run.get(start + 1, "number")):
            return _next_days(run, start + 1, count)
        if run.get(start, "unit") == WEEK.days and run.has(place, "early"):
            return _period(run.today, monday + WEEK - A_DAY, end)
        if not run.has(start, "this", "next", "coming"):
            return None
        behind = run.past(start, "this", "next", "coming", "the", "glue")
        if run.get(behind, "unit") != WEEK.days:
            return None
        weeks, end = int(not run.has(start, "this") or run.has(start, "coming")), behind + 1
    first = monday + weeks * WEEK
    return _period(max(first, run.today), first + WEEK - A_DAY, end)


def _next_days(run: Run, place: int, count: int) -> Piece | None:
    unit = run.get(place + 1, "unit")
    if unit is None or count > MOST_AHEAD:
        return None
    return _period(run.today, run.today + timedelta(days=count * unit), place + 2)


def _month(run: Run, place: int) -> Piece | None:
    """Return a month, or what is left of it: next month, this month, in December."""
    start = run.past(place, "during", "in", "on", "glue", "the", "early", "of")
    turn = run.past(start, "this", "next", "coming")
    is_named = run.has(turn, "this_month", "next_month")
    if run.has(turn, "month") and turn == start and run.has(turn + 1, "coming", "next"):
        first = _last_of(run.today.replace(day=1)) + A_DAY
        return _period(first, _last_of(first), turn + 2)
    if run.has(turn, "month") and turn == start and run.has(place, "early"):
        return _period(run.today, _last_of(run.today.replace(day=1)), turn + 1)
    if is_named or (run.has(turn, "month") and turn > start):
        number_at = run.past(turn + 1, "glue", "of", "on_post")
        is_this = run.has(turn, "this_month") or (run.has(start, "this") and not run.has(start, "coming"))
        ahead = int(not is_this)
        month = run.today.month - 1 + ahead
        first = date(run.today.year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1)
        if run.has(number_at + 1, "date_post") and (number := numeral(run, number_at)):
            # अगले महीने की 5 तारीख
            found = exact(first.year, first.month, number)
            return Piece(When(days=(found,)), number_at + 2) if found else None
        return _period(max(first, run.today), _last_of(first), turn + 1)
    month_name = run.get(turn, "month_name")
    is_led = turn > start or any(
        run.has(each, "in", "during", "early", "this", "next") for each in range(place, turn)
    )
    is_led = is_led or (turn == place and len(run.items) == 1) or run.has(turn + 1, "in_post")
    if month_name is None or not is_led:
        return None
    year, end = run.get(turn + 1, "number"), turn + 1
    if year is not None and run.get(turn + 1, "digits") == 4:  # noqa: PLR2004 - as years are written
        first, end = date(max(1, min(year, 9998)), month_name, 1), turn + 2
    else:
        first = date(run.today.year + (month_name < run.today.month), month_name, 1)
    return _period(max(first, run.today), _last_of(first), end)


def _last_of(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - A_DAY


def _weekend(run: Run, place: int) -> Piece | None:
    start = run.past(place, "during", "in", "at", "on", "glue", "the", "early", "of")
    turn = run.past(start, "this", "next", "coming", "the")
    if run.has(turn, "weekdays"):
        return Piece(When(not_days=frozenset({SATURDAY, SUNDAY})), turn + 1)
    if not run.has(turn, "weekend"):
        return None
    saturday = run.today + timedelta(days=(SATURDAY - run.today.weekday()) % 7)
    if run.today.weekday() == SUNDAY:
        saturday -= WEEK
    end = run.past(turn + 1, "coming", "next")
    if end > turn + 1 or any(run.has(each, "next") for each in range(start, turn)):
        saturday += WEEK
    return _period(max(saturday, run.today), saturday + A_DAY, end)


def _open(run: Run, place: int) -> Piece | None:
    """Until Friday, after Monday, from 5 December on; शुक्रवार के बाद."""
    start = run.past(place, "glue")
    is_not = run.has(start, "not")
    sign = start + is_not
    kinds = ("after", "before") if is_not else ("after", "before", "from", "until", "by")
    is_led = run.has(sign, *kinds)
    if run.moving and run.has(sign, "from") and not is_not:
        return None
    found = day(run, _lead_to_day(run, sign + is_led)) or _week_as_day(run, sign + is_led)
    if found is None or not is_led:
        return _open_behind(run, found) if found and not is_not else None
    there, end = found.days[0], run.past(found.end, "from_post", "until_post")
    if is_not:
        first, last = (None, there) if run.has(sign, "after") else (there, None)
    elif run.has(sign, "after"):
        first, last = there + A_DAY, None
    elif run.has(sign, "before"):
        first, last = None, there - A_DAY
    else:
        first, last = (there, None) if run.has(sign, "from") else (None, there)
    return _period(first, last, end)


def _week_as_day(run: Run, place: int) -> DaySaid | None:
    """Return the first day of a period behind a sign such as “from next week on”."""
    found = _week(run, place) or _month(run, place)
    if found is None or found.when.first is None:
        return None
    until = run.has(place - 1, "until", "by", "after")
    return DaySaid((found.when.last if until and found.when.last else found.when.first,), found.end)


def _open_behind(run: Run, found: DaySaid) -> Piece | None:
    there = found.days[0]
    if run.moving:
        return None
    if run.has(found.end, "after_post"):
        first, last = there + A_DAY, None
    elif run.has(found.end, "before_post"):
        first, last = None, there - A_DAY
    elif run.has(found.end, "until_post"):
        first, last = None, there
    elif run.has(found.end, "from_post"):
        first, last = there, None
    else:
        return None
    return _period(first, last, found.end + 1, is_sure=found.is_sure)


def unwanted(run: Run, place: int) -> Piece | None:
    """Return the days and parts of the day that are not wanted: not Monday, no mornings."""
    led = run.past(place, "glue")
    if run.has(led, "not") and not run.has(place, "not", "no"):  # just not on Monday
        place = led
    is_no = run.has(place, "no") and not run.has(place, "not")
    if not run.has(place, "not", "no"):
        return _unwanted_before(run, place)
    if run.at(place + 1).sign:  # “no, Thursday” is a correction
        return None
    total, end, at = When(), place, place + 1
    while found := _one_unwanted(run, at):
        if is_no and found.when.not_days and not run.has(found.end - 1, "plural"):
            return None
        total, end = _both(total, found.when), found.end
        if run.has(end, "and_before"):  # الأحد والاثنين: “and” is a part of the word
            at = end
            continue
        if not run.has(end, "or", "and") and not (run.at(end).sign == "," and _goes_on(run, end)):
            break
        at = run.past(end + 1, "or", "and", "not")
    return Piece(total, end) if end > place else None


def _goes_on(run: Run, comma: int) -> bool:
    """Tell whether a list goes on behind a comma: it ends with “or”, or each has its own “not”."""
    found = _one_unwanted(run, comma + 1)
    return run.has(comma + 1, "not", "or") or bool(found and run.has(found.end, "or", "and"))


def _one_unwanted(run: Run, place: int) -> Piece | None:
    at = run.past(place, "on", "at", "in", "during", "glue", "the", "this", "next", "coming")
    if (part := run.get(at, "part")) is not None and not run.has(at, "near"):
        return Piece(When(not_parts=frozenset({PARTS[part]})), at + 1)
    if run.has(at, "weekend"):
        return Piece(When(not_days=frozenset({SATURDAY, SUNDAY})), at + 1)
    if (weekday := run.weekday(at)) is not None and not _is_dated(run, at):
        if run.has(at - 1, "this", "next", "coming") and (exactly := day(run, at - 1)):
            return Piece(When(not_dates=frozenset(exactly.days[:1])), exactly.end)
        return Piece(When(not_days=frozenset({weekday})), at + 1)
    found = day(run, at) or day(run, place)
    return Piece(When(not_dates=frozenset(found.days[:1])), found.end) if found else None


def _is_dated(run: Run, place: int) -> bool:
    behind = lead(run, run.past_sign(place + 1, ",", "."))
    return bool(run.at(behind).dates) or (bool(numeral(run, behind)) and is_no_count(run, behind) is False)


def _unwanted_before(run: Run, place: int) -> Piece | None:
    """Return what is not wanted where the sign stands behind: सोमवार को नहीं, montags nicht."""
    total, at, is_row = When(), place, False
    while found := _one_unwanted(run, at):
        total, at = _both(total, found.when), run.past(found.end, "glue", "on_post", "the")
        if run.weekday(at) is not None and at == found.end:
            is_row = True
            continue
        if not run.has(at, "or", "and"):
            break
        at += 1
    if at == place or not run.has(at, "not_post"):
        return None
    if has_week_apart(run, place, at):
        return None
    # शनिवार रविवार को छोड़कर is both; in “lieber Freitag, Montag nicht” only the last one is not wanted.
    if is_row and not run.has(at, "except_post"):
        return None
    is_end = run.at(at + 1).end < 0 or bool(run.at(at + 1).sign) or not run.has(at + 1, "ordinary")
    return Piece(total, at + 1) if is_end or run.has(at, "except_post") else None


def has_week_apart(run: Run, start: int, end: int) -> bool:
    """Tell whether a comma stands between a week and a day: “next week, Monday doesn't work”."""
    return any(run.at(place).sign == "," and run.has(place - 1, "unit") for place in range(start, end))


def _both(one: When, other: When) -> When:
    return When(
        not_days=one.not_days | other.not_days,
        not_dates=one.not_dates | other.not_dates,
        not_parts=one.not_parts | other.not_parts,
    )
