"""Who waits for a doctor, in which order, and when each is expected to be called in. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.models.appointments import Appointment, AppointmentStatus
from services.models.scheduling import Lateness

# Expected times are told in steps, since they are guesses.
STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """How many are before somebody who is there, and when they are expected to be called in."""

    visit: Appointment
    before: int
    expected: datetime


def in_order(day: Iterable[Appointment]) -> list[Appointment]:
    """Return those who are there and were not called in, in the order of their times."""
    return sorted((visit for visit in day if visit.is_waiting), key=lambda visit: (visit.slot, visit.id))


def last_called(day: Iterable[Appointment]) -> Appointment | None:
    """Return the visit of a day for which the patient was called in last; cancelled ones do not count."""
    kept = [visit for visit in day if visit.status is not AppointmentStatus.CANCELLED]
    called = [(visit.called_at, visit.id, visit) for visit in kept if visit.called_at is not None]
    return max(called, key=lambda each: each[:2])[2] if called else None


def places(day: Sequence[Appointment], late: Lateness | None, now: datetime) -> list[PlaceInLine]:
    """Return the line of a doctor's day with the times at which each is expected to be called in.

    What the doctor said of being late counts until the next patient is called in: from then on it is seen how
    late the visits are.
    """
    called = last_called(day)
    free, is_seen = now, False
    if called is not None and called.called_at is not None:
        is_seen = late is None or called.called_at > late.at
        if called.status is AppointmentStatus.BOOKED:
            free = max(now, called.called_at + (called.slot.end - called.slot.start))
    found: list[PlaceInLine] = []
    for visit in in_order(day):
        delay = late.delays(visit.slot.start, now) if late is not None and not is_seen else timedelta(0)
        at = max(visit.slot.start + delay, free)
        found.append(PlaceInLine(visit, len(found), _rounded(at)))
        free = at + (visit.slot.end - visit.slot.start)
    return found


def _rounded(at: datetime) -> datetime:
    """Return the next full step; nobody is told an earlier time than is expected."""
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at - over + STEP if over else at
