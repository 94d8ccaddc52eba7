"""The event that tells a doctor that somebody else has changed when they work."""

from datetime import datetime
from enum import StrEnum

from services.models.catalogue import Place
from services.models.notifications import Event, EventKind
from services.models.people import UserId
from services.models.scheduling import DateHours
from services.models.slots import Slot, TimeOff


class Changed(StrEnum):
    """What of a doctor's time was changed. The values are stored, so they never change."""

    HOURS = "hours"
    TIME_OFF = "time_off"
    TIME_OFF_TAKEN_BACK = "time_off_taken_back"
    DATE = "date"
    KINDS = "kinds"


def hours_changed(doctor_id: UserId, change_id: str, at: datetime) -> Event:
    """Return the event that a doctor's weekly hours were changed."""
    return _event(Changed.HOURS, doctor_id, change_id, at)


def kinds_changed(doctor_id: UserId, change_id: str, at: datetime) -> Event:
    """Return the event that it was changed which kinds of visit a doctor offers."""
    return _event(Changed.KINDS, doctor_id, change_id, at)


def time_off_changed(
    doctor_id: UserId, off: TimeOff, at: datetime, place: Place | None = None, *, is_taken_back: bool = False
) -> Event:
    """Return the event that time off was taken, or taken back, for a doctor, at one place or everywhere."""
    what = Changed.TIME_OFF_TAKEN_BACK if is_taken_back else Changed.TIME_OFF
    where = {"place": place.name} if place is not None else {}
    return _event(what, doctor_id, off.id, at, off.slot, **where)


def date_changed(doctor_id: UserId, changed: DateHours, at: datetime) -> Event:
    """Return the event that a doctor has other hours on a date, or those of the weekday again."""
    hours = [f"{each.start:%H:%M}-{each.end:%H:%M}" for each in changed.hours or ()]
    return _event(
        Changed.DATE,
        doctor_id,
        changed.id,
        at,
        day=changed.day.isoformat(),
        hours=None if changed.hours is None else hours,
    )


def _event(
    what: Changed, doctor_id: UserId, change_id: str, at: datetime, slot: Slot | None = None, **facts: object
) -> Event:
    told = {"what": what.value, "at": at, **facts}
    if slot is not None:
        told |= {"start": slot.start, "end": slot.end}
    kind = EventKind.SCHEDULE_CHANGED
    return Event(f"{change_id}.{kind}.{what}", kind, (doctor_id,), told)
