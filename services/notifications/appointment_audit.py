"""What the audit says of bookings, moves, cancellations and messages: never what was written.

The entries are made of the events, just before these leave the documents that they are stored in: so an entry
is as sure as the change itself, and nobody who books waits for it.
"""

from collections.abc import Iterable
from datetime import datetime

from services.models.audit import Action, AuditEntry
from services.models.notifications import Event, EventKind
from services.models.people import UserId

# What the patient has done, and what somebody else has done for them.
ACTIONS = {
    EventKind.BOOKED: (Action.BOOKED, Action.BOOKED_FOR),
    EventKind.MOVED: (Action.MOVED, Action.MOVED_FOR),
    EventKind.CANCELLED: (Action.CANCELLED, Action.CANCELLED_FOR),
    EventKind.SERIES_BOOKED: (Action.BOOKED, Action.BOOKED_FOR),
    EventKind.SERIES_MOVED: (Action.MOVED, Action.MOVED_FOR),
    EventKind.SERIES_CANCELLED: (Action.CANCELLED, Action.CANCELLED_FOR),
    EventKind.MESSAGE: (Action.MESSAGE_SENT, Action.MESSAGE_SENT),
}


def audit_entries(events: Iterable[Event]) -> list[AuditEntry]:
    """Return the entries for those events that say who has done it; those of earlier versions do not.

    Each has the id that `Audit.on_behalf` gives it, so that it is there once.
    """
    return [entry for event in events if (entry := _entry(event)) is not None]


def _entry(event: Event) -> AuditEntry | None:
    facts = event.facts
    actor, patient, at = facts.get("actor"), facts.get("patient_id"), facts.get("at")
    if event.kind not in ACTIONS or not actor or not isinstance(at, datetime):
        return None
    own, for_them = ACTIONS[event.kind]
    action = own if actor == patient else for_them
    said = {
        "appointment": facts.get("appointment_id"),
        "start": facts.get("start"),
        "doctor": facts.get("doctor_id"),
        "via": facts.get("via"),
    }
    if facts.get("late"):
        said["late"] = True
    # Of one version there may be several messages.
    once = f"{facts.get('appointment_id')}.{action}.{facts.get('message') or facts.get('version')}"
    return AuditEntry(once, at, action, UserId(str(actor)), str(patient), said)
