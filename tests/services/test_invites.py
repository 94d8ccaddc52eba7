"""Invites: what calendars are told of an appointment, read back with a parser."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.notifications.calendar_invites import Invite, Method, Person, invite
from tests.turning import MONDAY

CLINIC = Person("Clinic, the First", "clinic@example.org")
ZOE = Person('Zoë "Z" مریم 🦷', "zoe@example.org")
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2027, 5, 4, 8, 30, tzinfo=UTC)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def _made(
    method: Method = Method.REQUEST,
    *,
    start: datetime = START,
    version: int = 0,
    title: str = "Appointment: Dr Rao",
    attendee: Person = ZOE,
    zone: ZoneInfo = BERLIN,
    room: str | None = None,
) -> Invite:
    facts = {
        "appointment_id": "a" * 24,
        "start": start,
        "end": start + timedelta(minutes=30),
        "version": version,
        "at": MONDAY,
    }
    return invite(
        method,
        facts,
        title=title,
        place=CLINIC.name,
        notes="At the clinic.\nOpen /appointments; there, cancel it.",
        organizer=CLINIC,
        attendee=attendee,
        zone=zone,
        room=room,
    )


def _read(made: Invite) -> tuple[Any, Any]:
    calendar: Any = Calendar.from_ical(made.content)
    (event,) = calendar.events
    assert not event.errors
    return calendar, event


def test_a_request_names_who_when_where_and_warns_an_hour_before() -> None:
    calendar, event = _read(_made(room="https://meet.example.org/clinic-abc"))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert event["UID"] == f"{'a' * 24}@example.org"
    assert (event["STATUS"], event["SEQUENCE"], event["DTSTAMP"].dt) == ("CONFIRMED", 0, MONDAY)
    assert (event.start, event.end) == (START, START + timedelta(minutes=30))
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert [zone["TZID"] for zone in calendar.timezones] == ["Europe/Berlin"]
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:clinic@example.org", CLINIC.name)
    assert (event["ATTENDEE"], event["ATTENDEE"].params["CN"]) == (
        "mailto:zoe@example.org",
        "Zoë 'Z' مریم 🦷",
    )
    assert (event["LOCATION"], event["DESCRIPTION"]) == (
        CLINIC.name,
        "At the clinic.\nOpen /appointments; there, cancel it.",
    )
    assert event["CONFERENCE"] == "https://meet.example.org/clinic-abc"
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-1)


def test_what_is_cancelled_reminds_nobody_and_what_is_published_invites_nobody() -> None:
    calendar, event = _read(_made(Method.CANCEL, version=3))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert not event.walk("VALARM")
    assert event["ATTENDEE"] == "mailto:zoe@example.org"
    calendar, event = _read(_made(Method.PUBLISH))
    assert (calendar["METHOD"], "ATTENDEE" in event, len(event.walk("VALARM"))) == ("PUBLISH", False, 1)


def test_an_invite_that_is_made_again_is_the_same_to_the_byte() -> None:
    assert _made() == _made()


@given(title=anything, name=anything)
def test_nothing_that_people_are_called_adds_a_line_or_is_lost(title: str, name: str) -> None:
    made = _made(title=title, attendee=Person(name, "zoe@example.org"))
    lines = made.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    made.content.decode()
    plain = _made(title="T", attendee=Person("N", "zoe@example.org"))
    assert _names(made) == _names(plain)
    _, event = _read(made)
    assert event["ATTENDEE"] == "mailto:zoe@example.org"
    # The parser and the writer make a line break of \\N, which nobody is called.
    if title.isprintable() and "\\" not in title:
        assert event["SUMMARY"] == title


def _names(made: Invite) -> list[bytes]:
    """Return what the lines are called, folded ones put together."""
    return re.findall(rb"^[A-Z-]+", re.sub(rb"\r\n[ \t]", b"", made.content), re.MULTILINE)


@pytest.mark.parametrize(
    "start",
    [
        datetime(2027, 3, 28, 0, 45, tzinfo=UTC),  # into the hour that is skipped
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 15, tzinfo=UTC),  # 02:15, for the first time
        datetime(2027, 10, 31, 0, 45, tzinfo=UTC),  # from the first time into the second
        datetime(2027, 10, 31, 1, 15, tzinfo=UTC),  # 02:15, for the second time
        datetime(2027, 10, 31, 2, 0, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Asia/Kathmandu"])
def test_on_the_days_of_a_clock_change_it_is_the_right_instant(start: datetime, zone: str) -> None:
    made = _made(start=start, zone=ZoneInfo(zone))
    _, event = _read(made)
    # To UTC first: Python takes an hour that occurs twice for unequal to anything in another zone.
    told = (event.start.astimezone(UTC), event.end.astimezone(UTC))
    assert told == (start, start + timedelta(minutes=30))
    second = b"DTSTART:20271031T011500Z" in made.content
    assert second is (start.hour == 1 and start.minute == 15 and zone in {"Europe/Berlin", "UTC"})


@pytest.mark.parametrize(
    "start",
    [
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 7, 1, 8, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 8, 0, tzinfo=UTC),
        datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"],
)
def test_the_rules_of_the_zone_that_go_along_are_the_zones(start: datetime, zone: str) -> None:
    # Read by the rules alone, as somebody would who does not know the zone's name.
    content = _made(start=start, zone=ZoneInfo(zone)).content
    name = f"X{zone}{start:%m%d%H}"
    _, event = _read(Invite(Method.REQUEST, content.replace(zone.encode(), name.encode())))
    assert event["DTSTART"].params["TZID"] == name
    assert event.start.astimezone(UTC) == start


def test_a_change_of_the_clock_is_written_in_the_time_before_it() -> None:
    (rules,) = _read(_made())[0].timezones
    told = [(rule.name, rule["DTSTART"].to_ical(), rule["TZOFFSETTO"].to_ical()) for rule in rules.walk()[1:]]
    assert told[1:4] == [
        ("DAYLIGHT", b"20260329T020000", "+0200"),
        ("STANDARD", b"20261025T030000", "+0100"),
        ("DAYLIGHT", b"20270328T020000", "+0200"),
    ]
