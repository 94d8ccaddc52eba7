"""Events about several visits of a series at once: each is told once, and changes calendars once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.appointments.events import appointment_event, series_facts, visit_facts
from services.models.appointments import Appointment, AppointmentCard
from services.models.booked_series import Series
from services.models.catalogue import VisitDetails
from services.models.notifications import Event, EventKind
from services.models.people import Principal


def series_event(
    kind: EventKind,
    series: Series,
    card: AppointmentCard,
    visits: Sequence[Appointment],
    principal: Principal,
    *,
    details: Sequence[VisitDetails] = (),
    at: datetime,
    was: Sequence[datetime] = (),
    note: str | None = None,
    changes_until: datetime | None = None,
    is_whole: bool = False,
) -> Event:
    """Return the event about `visits` as they are afterwards; the card is that of the first of them.

    `was` are their starts before, if they were moved; `details` say where each of them is. `is_whole`:
    nothing of the series is left otherwise.
    """
    event = appointment_event(
        kind,
        card.appointment,
        card.doctor,
        card.patient,
        principal.role,
        at=at,
        was=was[0] if was else None,
        note=note,
        changes_until=changes_until,
        details=card.details,
        in_chat=principal.answered_in,
        author=principal.author,
    )
    facts = {
        **event.facts,
        "rule": {"every": series.rule.every.value, "count": series.rule.count},
        "planned": list(series.planned),
        "visits": [occurrence_facts(visit) for visit in visits],
        "is_whole": is_whole,
    }
    if was:
        facts["visits"] = [{**visit, "was": start} for visit, start in zip(facts["visits"], was, strict=True)]
    there = details or [card.details] * len(visits)
    facts["visits"] = [
        {**visit, "visit": visit_facts(each)} if each.place != card.details.place else visit
        for visit, each in zip(facts["visits"], there, strict=True)
    ]
    return replace(event, facts=facts)


def occurrence_facts(visit: Appointment) -> dict[str, Any]:
    """Return when a visit of a series is, and which one it is."""
    part = series_facts(visit.series_id, visit.series) if visit.series is not None else {}
    return {
        **part,
        "appointment_id": visit.id,
        "version": visit.version,
        "start": visit.slot.start,
        "end": visit.slot.end,
    }
