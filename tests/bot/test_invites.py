"""What goes with news for calendars: which kinds of it, the same each time, and a reminder raises nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.notifications.calendar_files import METHODS, invite_with
from bot.notifications.mail_layouts import as_html_mail, as_plain_mail
from bot.texts.notification_layouts import News, RoomAddress, as_message
from bot.texts.notifications import news
from services.appointments.events import appointment_event
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.patients import own_patient
from services.models.people import AccountStatus, Role, User, UserId
from services.models.slots import Slot
from services.notifications.calendar_invites import Invite, Method
from tests.turning import MONDAY

RULES = ClinicRules("Clinic", ZoneInfo("Europe/Berlin"), None, email="clinic@example.org")
LINK, ROOM = "https://t.me/clinic_bot", "https://meet.example.org/clinic-0123"
RAO = User(UserId("d"), "Rao", "rao@example.org", Role.DOCTOR, AccountStatus.ACTIVE, zone="Asia/Kathmandu")
ASHA = User(UserId("p"), "Asha", "asha@example.org", Role.PATIENT, AccountStatus.ACTIVE)


def _event(kind: EventKind, *, version: int = 3, room: str | None = None) -> Event:
    slot = Slot(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1, minutes=30))
    booked = Appointment(
        AppointmentId("a" * 24),
        RAO.id,
        ASHA.id,
        slot,
        AppointmentStatus.BOOKED,
        reason="a secret",
        version=version,
        room=room,
    )
    return appointment_event(kind, booked, RAO, own_patient(ASHA), Role.PATIENT, at=MONDAY, was=MONDAY)


def _made(event: Event, reader: User) -> Invite:
    made = invite_with(event, reader, RULES, LINK)
    assert made is not None
    return made


@pytest.mark.parametrize("kind", sorted(set(EventKind) - set(METHODS)))
def test_news_of_appointments_goes_into_calendars_and_nothing_else_does(kind: EventKind) -> None:
    assert invite_with(Event("1", kind, (), {"at": MONDAY, "name": "X"}), ASHA, RULES, LINK) is None


@pytest.mark.parametrize(
    ("kind", "method", "sequence"),
    [
        (EventKind.BOOKED, Method.REQUEST, 3),
        (EventKind.REMINDER, Method.REQUEST, 3),
        (EventKind.MOVED, Method.REQUEST, 4),
        (EventKind.CANCELLED, Method.CANCEL, 4),
    ],
)
@pytest.mark.parametrize("reader", [ASHA, RAO], ids=lambda reader: str(reader.role))
def test_each_change_raises_the_sequence_and_a_reminder_does_not(
    kind: EventKind, method: Method, sequence: int, reader: User
) -> None:
    made = _made(_event(kind), reader)
    assert made.method is method
    assert f"SEQUENCE:{sequence}\r\n".encode() in made.content
    assert b"secret" not in made.content
    assert made == _made(_event(kind), reader)
    zone = b"Asia/Kathmandu" if reader is RAO else b"Europe/Berlin"
    assert b"DTSTART;TZID=" + zone in made.content


def test_news_from_before_there_were_invites_goes_without_one() -> None:
    old = _event(EventKind.BOOKED)
    facts = {name: value for name, value in old.facts.items() if name not in {"at", "version", "room"}}
    assert invite_with(Event(old.id, old.kind, old.readers, facts), ASHA, RULES, LINK) is None
    assert news(EventKind.BOOKED, facts, ASHA, RULES).subject.startswith("Booked: Dr Rao")


WAYS: list[Callable[[News], str]] = [
    as_message,
    lambda said: as_plain_mail(said, "Clinic", LINK),
    lambda said: as_html_mail(said, "Clinic", LINK),
]


@pytest.mark.parametrize("shown", WAYS)
def test_a_reminder_of_a_video_visit_has_the_room_and_other_news_has_not(
    shown: Callable[[News], str],
) -> None:
    for kind in METHODS:
        said = shown(news(kind, _event(kind, room=ROOM).facts, ASHA, RULES))
        assert (ROOM in said) is (kind is EventKind.REMINDER)
        assert "By video" in said
        assert "video" not in shown(news(kind, _event(kind).facts, ASHA, RULES)).casefold()


def test_the_room_can_be_opened_from_a_mail_and_what_people_type_can_not() -> None:
    facts = _event(EventKind.BOOKED, room=ROOM).facts
    said = news(EventKind.BOOKED, {**facts, "reason": "https://evil.example"}, ASHA, RULES)
    page = as_html_mail(replace(said, facts=(*said.facts, RoomAddress("Video visit", ROOM))), "Clinic", LINK)
    assert f'<a href="{ROOM}"' in page
    assert 'href="https://evil' not in page


def test_the_calendar_knows_where_the_clinic_is_and_what_to_call() -> None:
    rules = replace(RULES, address="12 Harbour Street", phone="+44 117 496 0123")
    made = invite_with(_event(EventKind.BOOKED), ASHA, rules, LINK)
    assert made is not None
    (event,) = Calendar.from_ical(made.content).walk("VEVENT")
    assert event["LOCATION"] == "Clinic, 12 Harbour Street"
    assert "At Clinic, 12 Harbour Street. Phone: +44 117 496 0123." in str(event["DESCRIPTION"])
    by_video = invite_with(_event(EventKind.BOOKED, room=ROOM), ASHA, rules, LINK)
    assert by_video is not None
    (event,) = Calendar.from_ical(by_video.content).walk("VEVENT")
    assert event["LOCATION"] == ROOM
    assert "At Clinic. Phone: +44 117 496 0123." in str(event["DESCRIPTION"])
