"""Reads the calendar part of an email, to show it as an email client does (RFC 5545, RFC 6047)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from bot.texts.formats import day, in_zone, times_of
from services.models.slots import Slot

TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Invited:
    """An event that somebody is invited to; `start` and `end` are aware, in the event's own zone.

    `place` is its location, `room` the address of a video visit; `content` is the whole file.
    """

    uid: str
    method: str
    sequence: int
    title: str
    start: datetime
    end: datetime
    place: str
    room: str
    content: bytes

    @property
    def day(self) -> str:
        """The day, as people write it."""
        return day(self.start.date())

    @property
    def time(self) -> str:
        """From when to when, with the zone."""
        zone = self.start.tzinfo if isinstance(self.start.tzinfo, ZoneInfo) else ZoneInfo("UTC")
        return in_zone(times_of(Slot(self.start, self.end), zone), zone)


def read_invited(message: EmailMessage) -> Invited | None:
    """Return the event in an email's calendar part; None if there is none that can be read."""
    part = next((part for part in message.walk() if part.get_content_type() == TYPE), None)
    if part is None:
        return None
    content = part.get_payload(decode=True)
    try:
        return _read(content) if isinstance(content, bytes) else None
    except (ValueError, LookupError, AttributeError, TypeError):
        # Anybody may send anything here; the email is shown without the event then.
        return None


def _read(content: bytes) -> Invited:
    calendar: Any = Calendar.from_ical(content)
    event: Any = calendar.events[0]
    return Invited(
        uid=str(event["UID"]),
        method=str(calendar.get("METHOD", "PUBLISH")),
        sequence=int(event.get("SEQUENCE", 0)),
        title=str(event.get("SUMMARY", "")),
        start=_instant(event.start),
        end=_instant(event.end),
        place=str(event.get("LOCATION", "")),
        room=str(event.get("CONFERENCE", "")),
        content=content,
    )


def _instant(value: date) -> datetime:
    """Return the instant; a date, or a time without a zone, counts as UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if value.tzinfo else value.replace(tzinfo=UTC)
