"""Events about patients who are handed over, and about two who are made one."""

from datetime import datetime

from services.models.merging import Merging, VisitRow
from services.models.notifications import Event, EventKind
from services.models.patients import Patient
from services.models.people import User, UserId


def shared_event(once: str, patient: Patient, carer: User, readers: tuple[UserId, ...]) -> Event:
    """Return the event that somebody looks after a patient from now on, for the others who do.

    It has no names: they are looked up when it is told, so that none has to be erased from it.
    """
    facts = {"patient_id": patient.id, "actor": carer.id, "by": carer.role.value}
    return Event(f"{once}.{EventKind.PATIENT_SHARED}", EventKind.PATIENT_SHARED, readers, facts)


def merged_event(merging: Merging, kept: Patient, reader: UserId) -> Event:
    """Return the event that two patients are one, for who looked after the first, or is the other."""
    leaves = kept.has_account and kept.id != reader
    kind = EventKind.PATIENT_LEFT if leaves else EventKind.PATIENTS_MERGED
    facts = {"patient_id": kept.id, "name": merging.name, "kept": kept.name, "is_you": kept.id == reader}
    return Event(_once(merging, kind, reader), kind, (reader,), facts)


def waiting_event(
    merging: Merging, kept: Patient, visit: VisitRow, other: VisitRow, readers: tuple[UserId, ...]
) -> Event:
    """Return the event that a visit could not be carried over, because of another one at that time."""
    facts = {
        "patient_id": kept.id,
        "name": merging.name,
        "start": max(visit.start, other.start),
        "visits": [visit.id, other.id],
    }
    return Event(_once(merging, EventKind.MERGE_WAITS, visit.id), EventKind.MERGE_WAITS, readers, facts)


def _once(merging: Merging, kind: EventKind, about: str) -> str:
    """Return the id of the event: the same however often it is stored."""
    at: datetime = merging.at
    return f"{merging.lost}.{kind}.{int(at.timestamp())}.{about}"
