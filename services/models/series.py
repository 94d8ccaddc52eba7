"""Series of visits: the rule by which they follow one another, and the place of a visit in its series."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

SeriesId = NewType("SeriesId", str)
FEWEST = 2


class Every(StrEnum):
    """How often the visits of a series are; the values are stored, so they never change."""

    WEEK = "week"
    TWO_WEEKS = "2weeks"
    THREE_WEEKS = "3weeks"
    FOUR_WEEKS = "4weeks"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """How often the visits are, and how many; those that are left out are counted."""

    every: Every
    count: int


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """Which visit of its series one is: `number` of `of`, from 1 on.

    `planned` (aware UTC) is when the rule has it, which never changes: calendars know the visit by that
    (RFC 5545 section 3.8.4.4). The visit itself may be at another time.
    """

    number: int
    of: int
    planned: datetime


class SeriesStatus(StrEnum):
    """Whether a series is booked; the values are stored, so they never change.

    What is `booking` is neither booked nor given up yet. Of these three each is final but that.
    """

    BOOKING = "booking"
    BOOKED = "booked"
    GIVEN_UP = "given_up"


class SeriesScope(StrEnum):
    """Which visits of a series are meant; the values are in buttons, so they never change."""

    ONE = "one"
    REST = "rest"
    ALL = "all"
