"""The grammar of days: the ways in which people write a day, or a first and a last one. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.localization.languages import ENGLISH
from bot.localization.reader import language
from bot.parsing.words.plain import MONTHS, ORDINALS, WEEKDAYS, named

CENTURY = 2000
MOST_MONTH, MOST_DAY = 12, 31
# How many digits a year has, in full and shortened.
FULL, SHORT = 4, 2

_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True)).replace("-", "[- ]")
_DAY = rf"(?:the )?(?P<day>\d{{1,2}}|(?:{_ORDINAL})\b)(?:\s?(?:st|nd|rd|th)\b)?"
_MONTH = r"(?P<month>[a-z]{3,9})"
_GAP = r"[ ./-]*"
_YEAR = r"(?:(?: |(?<=[ ./-])|')'?(?P<year>\d+))?"
_ISO = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})|(\d{4})()(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2})(?: ?\2 ?'?(\d+))?\.?")
_SPACED = re.compile(r"(\d{1,2}) (\d{1,2}) (\d{4})")
_NAMED = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}\.?(?: of)?{_GAP}{_MONTH}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}{_DAY}\b{_GAP}{_YEAR}",
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}",
    )
)
_DAY_ALONE = re.compile(rf"{_DAY}\.?")
_FIRST_WORD = re.compile(r"([a-z]+)\s?(.*)")
_LAST_WORD = re.compile(r"(.*\S)\s([a-z]+)")
_LEADING = re.compile(r"(?:(?:on|for|next|this|last|only|by) )*")

# What stands between two days.
_BETWEEN = re.compile(r"\s*-\s*|\s+(?:to|till|until|through|and)\s+")
# 4-9 May and May 4-9: the month is written once.
_DAY_TO_DATE = re.compile(r"(\d{1,2})\.?(?: ?- ?| (?:to|till|until) )(\d{1,2})\.? ([a-z]{3,}.*)")
_MONTH_TO_DAY = re.compile(r"([a-z]{3,}) (\d{1,2})(?: ?- ?| (?:to|till|until) )(\d{1,2})((?: \d{4})?)")


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it is written; what is not written is None. `weekday` counts as `date.weekday()` does.

    A `day` without a month belongs to the month that is shown.
    """

    day: int = 0
    month: int = 0
    year: int | None = None
    weekday: int | None = None


def written(words: str) -> list[Written]:
    """Return all readings of a text that `without_signs` has returned; none if it is no day.

    With dots, or with dashes before a year, the day stands first; in 4/5 either number may be the day where
    English is spoken, as its countries differ.
    """
    words = _LEADING.sub("", words, count=1)
    weekday, rest = _weekday(words)
    if weekday is not None and not rest:
        return [Written(weekday=weekday)]
    return [replace(each, weekday=weekday) for each in _readings(rest)]


def without_signs(words: str) -> str:
    """Return a plain text without commas, brackets, and the full stops of abbreviations."""
    spaced = re.sub(r"[,()]|(?<=[a-z])\.", " ", words)
    return " ".join(spaced.split())


def _weekday(words: str) -> tuple[int | None, str]:
    """Split off a weekday that stands before or behind a date."""
    if (found := _FIRST_WORD.fullmatch(words)) and (day := named(found[1], WEEKDAYS)) is not None:
        return day, found[2].removeprefix("on ")
    if (found := _LAST_WORD.fullmatch(words)) and (day := named(found[2], WEEKDAYS)) is not None:
        return day, found[1]
    return None, words


def _readings(words: str) -> list[Written]:
    if found := _ISO.fullmatch(words):
        year, _, month, day = (part for part in found.groups() if part is not None)
        return [Written(int(day), int(month), int(year))]
    if found := _NUMBERS.fullmatch(_SPACED.sub(r"\1/\2/\3", words)):
        return _of_numbers(found)
    for form in _NAMED:
        if (found := form.fullmatch(words)) and (month := named(found["month"], MONTHS)) is not None:
            return [Written(_day(found["day"]), month + 1, _year(found["year"]))]
    if (found := _DAY_ALONE.fullmatch(words)) and 1 <= _day(found["day"]) <= MOST_DAY:
        return [Written(_day(found["day"]))]
    return []


def _of_numbers(found: re.Match[str]) -> list[Written]:
    """Return the readings of 4/5, 4.5. and 4-5-2027; in all languages but English, 4/5 is in May."""
    one, sign, other, year = int(found[1]), found[2], int(found[3]), _year(found[4])
    day_first = [Written(one, other, year)] if other <= MOST_MONTH else []
    month_first = [Written(other, one, year)] if one <= MOST_MONTH else []
    if sign == "." and year is None:
        return day_first  # 10.30 may be a time
    is_clear = sign == "." or (sign == "-" and year is not None) or language() is not ENGLISH
    if day_first and one <= MOST_DAY and (is_clear or one == other):
        return day_first
    either = [*day_first, *month_first]
    return [each for each in either if each.day <= MOST_DAY] or either


def _day(word: str) -> int:
    return int(word) if word.isdigit() else ORDINALS[word.replace(" ", "-")]


def _year(digits: str | None) -> int | None:
    """Return the year: 27 is 2027; with a wrong number of digits it is 0, which is no valid year."""
    if not digits:
        return None
    if len(digits) == SHORT:
        return CENTURY + int(digits)
    return int(digits) if len(digits) == FULL else 0


def halves(words: str) -> Iterator[tuple[str, str]]:
    """Yield each way to split the words into a first day and a last one."""
    words = without_signs(words)
    if found := _DAY_TO_DATE.fullmatch(words):
        yield f"{found[1]} {found[3]}", f"{found[2]} {found[3]}"
    if found := _MONTH_TO_DAY.fullmatch(words):
        yield f"{found[1]} {found[2]}{found[4]}", f"{found[1]} {found[3]}{found[4]}"
    for between in _BETWEEN.finditer(words):
        yield words[: between.start()], words[between.end() :]
