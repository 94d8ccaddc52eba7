"""When an appointment's reminders are due. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.errors import BadReminders
from services.models.patients import Patient
from services.models.slots import Slot

MOST_REMINDERS = 5
MINUTE = timedelta(minutes=1)
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
# No reminder shortly after the booking: at least a quarter of its lead lies between the two.
QUARTER = 4


def reminder_times(slot: Slot, patient: Patient, now: datetime) -> tuple[datetime, ...]:
    """Return when a patient is reminded of a slot that is booked `now`, earliest first.

    Reminders that would be due already, or soon after the booking, are left out.
    """
    return tuple(slot.start - lead for lead in _leads(patient) if slot.start - lead - now >= lead / QUARTER)


def times_left(slot: Slot, patient: Patient, now: datetime) -> tuple[datetime, ...]:
    """Return when a patient is reminded from now on of a slot that is booked already, earliest first."""
    return tuple(slot.start - lead for lead in _leads(patient) if slot.start - lead > now)


def _leads(patient: Patient) -> list[timedelta]:
    """Return how long before a patient is reminded, the longest first."""
    return sorted({timedelta(minutes=minutes) for minutes in patient.reminders}, reverse=True)


def checked(leads: Iterable[timedelta]) -> tuple[int, ...]:
    """Return how long before to remind, in minutes, the longest first. Raises BadReminders."""
    chosen = sorted(set(leads), reverse=True)
    if len(chosen) > MOST_REMINDERS or any(
        not SHORTEST <= lead <= LONGEST or lead % MINUTE for lead in chosen
    ):
        raise BadReminders(MOST_REMINDERS, SHORTEST, LONGEST)
    return tuple(lead // MINUTE for lead in chosen)
