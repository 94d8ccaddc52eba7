"""Calendar invites: in the mails, as a real mail server gets them, and as files in the chat."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from bot.demo.mailbox import CaughtMail
from services.models.people import Role
from tests.town import PASSWORD, Person, Town

ASHA, RAO = "asha@example.org", "rao@example.org"


async def _clinic(town: Town) -> tuple[Person, Person, Person]:
    doctor = await town.signed_in("Meera Rao", RAO, Role.DOCTOR, "Cardiology")
    admin = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    return await town.signed_in("Asha, “the” Pätel 🦷", ASHA), doctor, admin


async def _book(person: Person, *answers: str, reason: str = "A <secret> cough") -> None:
    for act in ("/book", *answers):
        await person.says(act)
    await person.says(reason)
    card = person.last_id
    await person.taps("Confirm")
    await person.hears("Appointment booked", since=card - 1)


async def _mail(town: Town, to: str, subject: str) -> CaughtMail:
    return await town.mailbox.wait_for(lambda mail: mail.to == (to,) and mail.subject.startswith(subject))


async def _mails(town: Town, subject: str) -> None:
    for reader in (ASHA, RAO):
        await _mail(town, reader, subject)


def _invited(mail: CaughtMail) -> tuple[str, Any]:
    """Return the method that the mail's calendar part names, and the event in it."""
    message: Any = message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default)
    assert message.get_content_type() == "multipart/alternative"
    part = list(message.iter_parts())[-1]
    assert (part.get_content_type(), part.get_content_charset()) == ("text/calendar", "utf-8")
    content = part.get_payload(decode=True)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    calendar: Any = Calendar.from_ical(content)
    method = part["Content-Type"].params["method"]
    assert method == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return method, event


async def _moved(admin: Person, time: str) -> None:
    await admin.says("/appointments 2027-05-04")
    for part in ("Asha", "Move"):
        await admin.taps(admin.label(part))
    await admin.says("2027-05-05")
    await admin.says(time)
    await admin.taps("Confirm")


async def test_booked_moved_and_cancelled_is_one_event_in_each_calendar(town: Town) -> None:
    asha, _, admin = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    # A change that comes before the mail about the last one takes its place.
    await _mails(town, "Booked")
    await _moved(admin, "11:00")
    since = asha.last_id
    await asha.hears("Appointment moved")
    await _mails(town, "Moved")
    await asha.says("/appointments")
    for part in ("5 May", "Cancel appointment", "Yes, cancel"):
        await asha.taps(asha.label(part))
    await asha.hears("Appointment cancelled", since=since)
    for reader, other, hidden in ((ASHA, "Dr Meera Rao", RAO), (RAO, "Asha, “the” Pätel 🦷", ASHA)):
        mails = [await _mail(town, reader, word) for word in ("Booked", "Moved", "Cancelled")]
        told = [_invited(mail) for mail in mails]
        assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
        events = [event for _, event in told]
        assert len({event["UID"] for event in events}) == 1
        assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
        assert [event.start.isoformat() for event in events] == [
            "2027-05-04T10:30:00+00:00",
            "2027-05-05T11:00:00+00:00",
            "2027-05-05T11:00:00+00:00",
        ]
        assert {event["SUMMARY"] for event in events} == {f"Appointment: {other}"}
        assert {event["ATTENDEE"] for event in events} == {f"mailto:{reader}"}
        assert {event["ORGANIZER"] for event in events} == {"mailto:clinic@mediconnect.example"}
        for _, event in told:
            # Neither the other's address nor why they meet is for whoever shares a calendar.
            assert hidden not in event.to_ical().decode()
            assert "secret" not in event.to_ical().decode()


async def test_mails_about_no_appointment_have_no_calendar_part(town: Town) -> None:
    asha, _, _ = await _clinic(town)
    await asha.says("/me")
    await asha.taps(asha.label("Password"))
    await asha.says(PASSWORD)
    await asha.says("a better horse")
    mail = await _mail(town, ASHA, "Your password")
    assert b"text/calendar" not in mail.raw


async def test_a_card_and_the_news_send_the_event_as_a_file(town: Town) -> None:
    asha, doctor, admin = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    await doctor.hears("Appointment booked")
    for person, title in ((asha, "Appointment: Dr Meera Rao"), (doctor, "Appointment: Asha, “the” Pätel 🦷")):
        await person.taps("📅 Add to calendar")
        assert "Tue 4 May 2027, 10:30 AM – 11:00 AM" in person.messages[-1]["caption"]
        assert "protect_content" not in person.messages[-1]
        first = _file(person)
        assert (first["SUMMARY"], first["SEQUENCE"], "ATTENDEE" in first) == (title, 0, False)
    await _moved(admin, "11:00")
    await asha.talks([("/appointments", "5 May")])
    await asha.taps(asha.label("5 May"))
    await asha.taps("📅 Add to calendar")
    again = _file(asha)
    mailed = _invited(await _mail(town, ASHA, "Moved"))[1]
    assert again["UID"] == mailed["UID"]
    assert (again["SEQUENCE"], again.start) == (1, mailed.start)


def _file(person: Person) -> Any:
    calendar: Any = Calendar.from_ical(person.files["appointment.ics"])
    assert calendar["METHOD"] == "PUBLISH"
    return calendar.walk("VEVENT")[0]


async def test_of_a_cancelled_one_there_is_nothing_to_add(town: Town) -> None:
    asha, _, admin = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    add, news = asha.buttons["📅 Add to calendar"], asha.last_id
    await asha.says("/appointments")
    for part in ("4 May", "Cancel appointment", "Yes, cancel"):
        await asha.taps(asha.label(part))
    since = asha.last_id
    await asha.hears("Appointment cancelled")
    await asha.taps_raw(news, add)
    said = await asha.hears("nothing to add", since=since)
    assert "Tue 4 May 2027, 10:30 AM is cancelled" in said
    assert not asha.files
    await admin.says("/appointments")
    await admin.taps_raw(admin.last_id, add)
    assert "Only doctors and patients" in admin.last


async def test_somebody_elses_appointment_is_not_theirs_to_add(town: Town) -> None:
    asha, _, _ = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    add = asha.buttons["📅 Add to calendar"]
    eve = await town.signed_in("Eve Kim", "eve@example.org")
    await eve.says("/appointments")
    await eve.taps_raw(eve.last_id, add)
    assert "not one of your appointments" in eve.last
    assert not eve.files


async def test_who_is_forgotten_goes_from_the_doctors_calendar_without_their_name(town: Town) -> None:
    asha, _, _ = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    _, booked = _invited(await _mail(town, RAO, "Booked"))
    await asha.says("/forgetme")
    await asha.taps(asha.label("Yes"))
    method, event = _invited(await _mail(town, RAO, "Cancelled"))
    assert (method, event["SUMMARY"]) == ("CANCEL", "Appointment: A former patient")
    assert event["UID"] == booked["UID"]
    assert event["SEQUENCE"] == 1
