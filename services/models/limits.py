"""The limits of a patient by name, and those that admins have set. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.models.people import User, UserId

# More than anybody means.
MOST_OF_A_LIMIT = 1000


class LimitName(StrEnum):
    """The limits; the values are the fields of BookingLimits, and are stored, so they never change."""

    OPEN_APPOINTMENTS = "open_appointments"
    A_DAY = "a_day"
    CHANGES = "changes"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit that an admin has set; `value` None: there is no limit. `by` None: their account is deleted."""

    value: int | None
    by: UserId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """A limit as it is now, and as the environment has it (`usual`); None is no limit.

    `set_at` is when an admin has set it, None if that was not done; `set_by` is who, if they are still here.
    """

    name: LimitName
    value: int | None
    usual: int | None
    set_at: datetime | None = None
    set_by: User | None = None
