"""What a sentence says of days and times. Pure."""

from dataclasses import dataclass
from datetime import date, time

from services.models.scheduling import PartOfDay


@dataclass(frozen=True, slots=True)
class When:
    """When something is to be, or is; what was not said is empty.

    - `days`: the day; several if each of them may be meant. `differs`: a weekday and a date were said that
      do not go together; `days` is the date then.
    - `first` and `last`: a period of days, both included; one alone is open at the other side.
    - `part`: the part of the day. `times`: the time; several if each may be meant (3:00 and 15:00).
    - `after` and `before`: not earlier, and not later, than that time of day.
    - `not_days`: weekdays that are not wanted, as `date.weekday()` counts them. `not_dates`: days that are
      not. `not_parts`: parts of the day that are not.
    - `earliest`: as soon as possible.
    """

    days: tuple[date, ...] = ()
    differs: bool = False
    first: date | None = None
    last: date | None = None
    part: PartOfDay = PartOfDay.ANY
    times: tuple[time, ...] = ()
    after: time | None = None
    before: time | None = None
    not_days: frozenset[int] = frozenset()
    not_dates: frozenset[date] = frozenset()
    not_parts: frozenset[PartOfDay] = frozenset()
    earliest: bool = False


@dataclass(frozen=True, slots=True)
class FoundWhen:
    """A stretch of a text, from `start` to before `end`, that speaks of days or times, and what it says.

    `side` is "from" or "to" where something is moved and the preposition says so; else it is empty.
    """

    start: int
    end: int
    when: When
    side: str = ""
