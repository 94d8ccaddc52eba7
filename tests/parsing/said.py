"""What a sentence says of days and times, in a short form that tables of sentences are written in."""

from collections.abc import Iterator
from datetime import date

from bot.parsing.when import When
from bot.parsing.words.plain import WEEKDAYS
from services.models.scheduling import PartOfDay


def said(when: When) -> str:
    """Return what is said: `4.12. 3:00|15:00`, `5.12.–6.12.`, `>16:00`, `not mon morning`; empty for nothing.

    Days that each may be meant are joined by “|”, and so are times. Days of another year have it.
    """
    return " ".join(_parts(when))


def _parts(when: When) -> Iterator[str]:
    if when.days:
        yield "|".join(map(_day, when.days)) + "!" * when.differs
    if when.first or when.last:
        yield "–".join(_day(each) if each else "" for each in (when.first, when.last))
    if when.part is not PartOfDay.ANY:
        yield when.part.value
    if when.times:
        yield "|".join(f"{each:%H:%M}" for each in when.times)
    if when.after:
        yield f">{when.after:%H:%M}"
    if when.before:
        yield f"<{when.before:%H:%M}"
    unwanted = [
        *(WEEKDAYS[each][:3] for each in sorted(when.not_days)),
        *map(_day, sorted(when.not_dates)),
        *sorted(each.value for each in when.not_parts),
    ]
    if unwanted:
        yield "not " + " ".join(unwanted)
    if when.earliest:
        yield "earliest"


def _day(day: date) -> str:
    return f"{day.day}.{day.month}." + (str(day.year) if day.year != 2026 else "")
