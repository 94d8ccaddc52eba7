"""Calendar invites: an appointment as iCalendar (RFC 5545), sent so that calendars keep one event (RFC 5546).

A booking is a REQUEST, a move the same REQUEST with a higher SEQUENCE, a cancelling a CANCEL; the UID stays.
A file that somebody adds by hand is a PUBLISH: it asks for no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

PRODUCT = "-//MediConnect//Appointments//EN"
ALARM_BEFORE = timedelta(hours=1)
# Of a zone's rules those around the appointment are sent, not those of seventy years.
ZONE_SPAN = timedelta(days=400)


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
    """A calendar object and its method, which the mail's Content-Type repeats (RFC 6047 section 2.4)."""

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
    at: datetime,
) -> Invite:
    """Return the appointment of the facts (`appointment_id`, `start`, `end`, `version`) for one attendee.

    `start` and `end` are aware UTC and are written in `zone`, whose rules go along; `at` is when the invite
    was made. The title is seen on locked screens: it has no health details in it.
    """
    event = Event()
    event.add("uid", uid(str(facts["appointment_id"]), organizer.email))
    event.add("sequence", int(facts.get("version") or 0))
    event.add("dtstamp", at)
    event.add("dtstart", facts["start"].astimezone(zone))
    event.add("dtend", facts["end"].astimezone(zone))
    event.add("summary", title)
    event.add("location", place)
    event.add("description", notes)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event["organizer"] = _address(organizer, role="CHAIR")
    event.add("attendee", _address(attendee, role="REQ-PARTICIPANT", partstat="ACCEPTED"), encode=False)
    if method is not Method.CANCEL:
        event.add_component(_alarm(title))
    return Invite(method, _calendar(method, event, facts["start"].date()))


def uid(appointment_id: str, organizer_email: str) -> str:
    """Return the event's name in every calendar: the same through all moves (RFC 5545 section 3.8.4.7)."""
    return f"{appointment_id}@{organizer_email.rpartition('@')[2]}"


def _calendar(method: Method, event: Event, day: date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(event)
    # The rules of the zone go along: not every calendar knows IANA's names (RFC 5545 section 3.6.5).
    calendar.add_missing_timezones(day - ZONE_SPAN, day + ZONE_SPAN)
    return bytes(calendar.to_ical())


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def _address(person: Person, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name)
    for name, value in parameters.items():
        address.params[name] = vText(value)
    return address
