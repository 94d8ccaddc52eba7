"""A calendar feed as iCalendar: many appointments in one object that calendar programs fetch again and again.

It is a PUBLISH (RFC 5546 section 3.2.1) with the name and the refresh interval of RFC 7986, and the same in
the form that programs older than that RFC read. The events have the UID and SEQUENCE of the invites. They
have no alarms: programs ignore those of subscribed calendars or let people choose their own, and a doctor
would be alarmed all day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Event

from services.notifications.calendar_invites import (
    Method,
    Person,
    empty_calendar,
    start_of,
    vevent,
    zone_written,
)
from services.notifications.vtimezone import zone_rules

REFRESH = timedelta(minutes=15)
# RFC 5545 section 3.3.6.
REFRESH_WRITTEN = "PT15M"
END = b"END:VCALENDAR\r\n"
# To write an event takes a millisecond, and a doctor may have a thousand, which are fetched every 15 minutes.
MOST_WRITTEN = 8192


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An appointment in a feed; `start` and `end` are aware UTC, `at` is the instant of its last change."""

    appointment_id: str
    version: int
    at: datetime
    start: datetime
    end: datetime
    title: str
    place: str
    notes: str
    room: str | None = None
    room_label: str | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """An event in bytes, and where its times are written in a zone, that and its day."""

    content: bytes
    zone: ZoneInfo | None
    day: date


def published(name: str, events: Sequence[PublishedEvent], organizer: Person, zone: ZoneInfo) -> bytes:
    """Return the calendar of that name, with times in the zone. It is the same each time, to the byte."""
    written = [_written(event, organizer, zone) for event in events]
    calendar = empty_calendar(Method.PUBLISH)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH_WRITTEN)
    days = [each.day for each in written if each.zone is not None]
    if days:
        calendar.add_component(zone_rules(zone, min(days).replace(day=1), max(days).replace(day=1)))
    head = bytes(calendar.to_ical()).removesuffix(END)
    return b"".join([head, *(each.content for each in written), END])


@lru_cache(maxsize=MOST_WRITTEN)
def _written(event: PublishedEvent, organizer: Person, zone: ZoneInfo) -> _Written:
    made = _event(event, organizer, zone)
    start = start_of(made)
    return _Written(bytes(made.to_ical()), zone_written(start), start.date())


def _event(event: PublishedEvent, organizer: Person, zone: ZoneInfo) -> Event:
    facts = {
        "appointment_id": event.appointment_id,
        "version": event.version,
        "at": event.at,
        "start": event.start,
        "end": event.end,
    }
    made = vevent(
        facts,
        title=event.title,
        place=event.place,
        notes=event.notes,
        organizer=organizer,
        zone=zone,
        room=event.room,
        room_label=event.room_label,
    )
    made.add("last-modified", event.at.astimezone(UTC))
    made.add("status", "CONFIRMED")
    return made
