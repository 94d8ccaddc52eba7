"""Calendar invites: an appointment as iCalendar (RFC 5545), sent so that calendars keep one event (RFC 5546).

A booking is a REQUEST, a move the same REQUEST with a higher SEQUENCE, a cancellation a CANCEL; the UID
stays. A file that people add by hand is a PUBLISH: it asks for no answer and names no attendee.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vText, vUri

from services.notifications.vtimezone import written_zone_rules

PRODUCT = "-//MediConnect//Appointments//EN"
ALARM_BEFORE = timedelta(hours=1)
UTC_NAMES = frozenset({"UTC", "Etc/UTC"})


class Method(StrEnum):
    """What the receiver's calendar is to do (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an invite."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invite:
    """A calendar object and its method, which the email's Content-Type repeats (RFC 6047 section 2.4)."""

    method: Method
    content: bytes


def invite(
    method: Method,
    facts: Mapping[str, Any],
    *,
    title: str,
    place: str,
    notes: str,
    organizer: Person,
    attendee: Person,
    zone: ZoneInfo,
    room: str | None = None,
    room_label: str | None = None,
) -> Invite:
    """Return the appointment of the facts (`appointment_id`, `start`, `end`, `version`, `at`) for one reader.

    `start` and `end` are aware UTC and are written in `zone`, with the zone's rules. `at` is the instant of
    the event, so that an invite that is made again is the same byte for byte. The title shows on locked
    screens, so it has no health details. `room` is the address of a video visit, `room_label` what it is
    called.
    """
    made = invited(
        method,
        facts,
        title=title,
        place=place,
        notes=notes,
        organizer=organizer,
        attendee=attendee,
        zone=zone,
        room=room,
        room_label=room_label,
    )
    return Invite(method, _calendar(method, made))


def invited(
    method: Method,
    facts: Mapping[str, Any],
    *,
    title: str,
    place: str,
    notes: str,
    organizer: Person,
    attendee: Person,
    zone: ZoneInfo,
    room: str | None = None,
    room_label: str | None = None,
) -> Event:
    """Return the appointment as `invite` has it, as an event."""
    event = vevent(
        facts,
        title=title,
        place=place,
        notes=notes,
        organizer=organizer,
        zone=zone,
        room=room,
        room_label=room_label,
    )
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    # A PUBLISH has no attendee (RFC 5546 section 3.2.1).
    if method is not Method.PUBLISH:
        event["attendee"] = _address(attendee, role="REQ-PARTICIPANT", partstat="ACCEPTED", rsvp="FALSE")
    # A CANCEL has no alarm (RFC 5546 section 3.2.5).
    if method is not Method.CANCEL:
        event.add_component(_alarm(title))
    return event


def vevent(
    facts: Mapping[str, Any],
    *,
    title: str,
    place: str,
    notes: str,
    organizer: Person,
    zone: ZoneInfo,
    room: str | None,
    room_label: str | None,
) -> Event:
    """Return the appointment as a calendar event (see `invite`), without status, attendee and alarm."""
    start, end = _written(facts["start"], facts["end"], zone)
    event = Event()
    if series := facts.get("series"):
        # A visit of a series is an exception to the series' rule (RFC 5545 section 3.8.4.4).
        event.add("uid", series_uid(str(series["id"]), organizer.email))
        event.add("recurrence-id", in_series_zone(series["planned"], zone))
    else:
        event.add("uid", uid(str(facts["appointment_id"]), organizer.email))
    event.add("sequence", int(facts["version"]))
    event.add("dtstamp", facts["at"].astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", title)
    event.add("location", place)
    event.add("description", notes)
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event["organizer"] = _address(organizer)
    if room is not None:
        event["conference"] = _conference(room, room_label)
    return event


def uid(appointment_id: str, organizer_email: str) -> str:
    """Return the UID of the calendar event, which moves do not change (RFC 5545 section 3.8.4.7)."""
    return f"{appointment_id}@{organizer_email.rpartition('@')[2]}"


def series_uid(series_id: str, organizer_email: str) -> str:
    """Return the UID of all events of a series."""
    return uid(f"series.{series_id}", organizer_email)


def in_series_zone(planned: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant of a series' rule as it is written: in the zone, or UTC."""
    return planned.astimezone(UTC if zone.key in UTC_NAMES else zone)


def _written(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return both in the zone, or in UTC if one of them falls into the hour that a clock change repeats.

    A wall time that occurs twice is read as its first occurrence (RFC 5545 section 3.3.5).
    """
    local = tuple(instant.astimezone(zone) for instant in (start, end))
    if zone.key in UTC_NAMES or any(instant.fold for instant in local):
        return start.astimezone(UTC), end.astimezone(UTC)
    return local[0], local[1]


def _calendar(method: Method, event: Event) -> bytes:
    calendar = empty_calendar(method)
    start = start_of(event)
    zone = zone_written(start) or _zone_of_series(event)
    calendar.add_component(event)
    written = bytes(calendar.to_ical())
    if zone is None:
        return written
    # With the rules of the zone, as not every calendar knows IANA's names (RFC 5545 section 3.6.5).
    before, begin, after = written.partition(b"BEGIN:VEVENT")
    return before + written_zone_rules(zone, start.date().replace(day=1)) + begin + after


def _zone_of_series(event: Event) -> ZoneInfo | None:
    """Return the zone in which the event's time in its series is written, if it is one of a series."""
    planned = event.get("recurrence-id")
    return zone_written(planned.dt) if planned is not None else None


def empty_calendar(method: Method) -> Calendar:
    """Return a calendar object with nothing in it yet."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def start_of(event: Event) -> datetime:
    """Return when an event begins, as it is written."""
    # An event of whole days would begin on a date; we make none.
    return cast("datetime", event.start)


def zone_written(start: datetime) -> ZoneInfo | None:
    """Return the zone in which an instant is written; None for UTC, which needs no rules."""
    zone = start.tzinfo
    return zone if isinstance(zone, ZoneInfo) and zone.key not in UTC_NAMES else None


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def _conference(room: str, label: str | None) -> vUri:
    """Return the CONFERENCE property of a video visit (RFC 7986 section 5.11)."""
    uri = vUri(room)
    uri.params["VALUE"] = "URI"
    uri.params["FEATURE"] = ["AUDIO", "VIDEO"]
    if label is not None:
        uri.params["LABEL"] = _parameter(label)
    return uri


def _parameter(text: str) -> str:
    """Return a text as a parameter holds it: without quotes and line breaks (RFC 5545 section 3.2)."""
    kept = "".join(c if c.isprintable() else " " for c in text.replace('"', "'"))
    return " ".join(kept.split())


def _address(person: Person, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(_parameter(person.name))
    for parameter, value in parameters.items():
        address.params[parameter] = vText(value)
    return address
