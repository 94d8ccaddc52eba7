"""Calendar files: an appointment for the calendar of one of its people, in emails and in the chat; feeds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icalendar import Event as CalendarEvent

from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.texts import invites as texts
from services.access import DESK
from services.appointments.events import visit_facts
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.models.calendar_feeds import CalendarFeed, FeedEntry
from services.models.catalogue import NO_DETAILS
from services.models.notifications import Event, EventKind
from services.models.people import User
from services.notifications.calendar_invites import Invite, Method, Person, invite, invited
from services.notifications.published_calendar import PublishedEvent, published
from services.notifications.series_invites import series_invite
from services.series.changes import PartOfSeries
from services.series.events import occurrence_facts

METHODS = {
    EventKind.BOOKED: Method.REQUEST,
    EventKind.MOVED: Method.REQUEST,
    EventKind.REMINDER: Method.REQUEST,
    EventKind.CANCELLED: Method.CANCEL,
}
SERIES_METHODS = {
    EventKind.SERIES_BOOKED: Method.REQUEST,
    EventKind.SERIES_MOVED: Method.REQUEST,
    EventKind.SERIES_CANCELLED: Method.CANCEL,
}


def invite_with(event: Event, reader: User, rules: ClinicRules, link: str) -> Invite | None:
    """Return the calendar invite of an event for its reader; None if it is about no appointment of theirs.

    It is the same each time, to the byte. `link` opens the bot.
    """
    # Events of versions without invites do not say when they happened.
    if "at" not in event.facts or reader.role in DESK:
        return None
    if event.kind in SERIES_METHODS and "visits" in event.facts:
        return _of_series(event, reader, rules, link)
    if event.kind not in METHODS:
        return None
    return _for(METHODS[event.kind], event.facts, reader, rules, link)


def file_of(found: AppointmentCard, reader: User, rules: ClinicRules, at: datetime, link: str) -> bytes:
    """Return the appointment as a file that its reader adds to a calendar by hand."""
    return _for(Method.PUBLISH, _facts(found, at), reader, rules, link).content


def _facts(found: AppointmentCard, at: datetime) -> dict[str, Any]:
    appointment = found.appointment
    return {
        "appointment_id": appointment.id,
        "version": appointment.version,
        "at": at,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
        "doctor": found.doctor.name,
        "patient": found.patient.name,
        "patient_id": found.patient.id,
        "room": appointment.room,
        **({"visit": visit_facts(found.details)} if found.details != NO_DETAILS else {}),
    }


def series_file_of(part: PartOfSeries, reader: User, rules: ClinicRules, at: datetime, link: str) -> bytes:
    """Return a whole series, as it is now, as a file that its reader adds to a calendar by hand."""
    found, series = part.card, part.series
    visits = [
        occurrence_facts(visit) for visit in part.visits if visit.status is not AppointmentStatus.CANCELLED
    ]
    facts = {
        **_facts(found, at),
        "series": {"id": series.id},
        "rule": {"every": series.rule.every.value, "count": series.rule.count},
        "planned": list(series.planned),
        "visits": visits,
        "sequence": sum(visit.version for visit in part.visits),
    }
    return _series(Method.PUBLISH, facts, reader, rules, link, is_new=True).content


def feed_of(feed: CalendarFeed, rules: ClinicRules, link: str) -> bytes:
    """Return a calendar feed as its reader's calendar program fetches it. `link` opens the bot.

    It is in the language of the account, and the same to the byte as long as the feed is the same.
    """
    with speaking(speaks(feed.reader.language)):
        events = [_published(entry, feed.reader, rules, link) for entry in feed.entries]
        name = texts.calendar_name(rules)
    organizer = Person(rules.name, rules.email)
    return published(name, events, organizer, rules.seen_by(feed.reader).zone)


def _published(entry: FeedEntry, reader: User, rules: ClinicRules, link: str) -> PublishedEvent:
    is_over = entry.room == ""
    visit = {"visit": visit_facts(entry.details)}
    return PublishedEvent(
        entry.appointment_id,
        entry.version,
        entry.changed_at,
        entry.slot.start,
        entry.slot.end,
        title=texts.title(
            {"doctor": entry.doctor, "patient": entry.patient, "patient_id": entry.patient_id}, reader
        ),
        place=str(texts.VIDEO_VISIT) if is_over else entry.room or texts.where(visit, rules),
        notes=texts.notes(visit, reader, rules, link, entry.room or None),
        room=entry.room or None,
        room_label=str(texts.VIDEO_VISIT),
    )


def _of_series(event: Event, reader: User, rules: ClinicRules, link: str) -> Invite:
    is_new = event.kind is EventKind.SERIES_BOOKED
    return _series(SERIES_METHODS[event.kind], event.facts, reader, rules, link, is_new=is_new)


def _series(
    method: Method, facts: Mapping[str, Any], reader: User, rules: ClinicRules, link: str, *, is_new: bool
) -> Invite:
    def made(visit: Mapping[str, Any]) -> CalendarEvent:
        said = _said(visit, reader, rules, link) | {"zone": rules.zone}
        return invited(method, visit, **said)

    return series_invite(
        method,
        facts,
        made,
        rules.zone,
        organizer_email=rules.email,
        is_new=is_new,
    )


def _for(method: Method, facts: Mapping[str, Any], reader: User, rules: ClinicRules, link: str) -> Invite:
    return invite(method, facts, **_said(facts, reader, rules, link))


def _said(facts: Mapping[str, Any], reader: User, rules: ClinicRules, link: str) -> dict[str, Any]:
    """Return what an event says besides its times; those of a series are in the clinic's zone."""
    room = facts.get("room") or None
    return {
        "title": texts.title(facts, reader),
        "place": room or texts.where(facts, rules),
        "notes": texts.notes(facts, reader, rules, link, room),
        "organizer": Person(rules.name, rules.email),
        "attendee": Person(reader.name, reader.email),
        "zone": rules.zone if facts.get("series") else rules.seen_by(reader).zone,
        "room": room,
        "room_label": str(texts.VIDEO_VISIT),
    }
