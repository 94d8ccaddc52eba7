"""/schedule: a doctor's day and week, who came, and cancelling with a note."""

from datetime import UTC, datetime, timedelta

from services.models.appointments import AppointmentId
from services.models.people import ChatId, Role, UserId
from tests.town import Person, Town
from tests.turning import MONDAY, TurnableClock

TUESDAY_TEN = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
# What the card says that was tapped, and the news in other chats, up to when it is.
BOOKED = "✅ Appointment booked\nWith: Dr Meera Rao\nSpecialization: Cardiology\nWhen: "


async def booked(
    town: Town, patient: Person, doctor: Person, start: datetime, *, reason: str | None = None
) -> AppointmentId:
    """Book with Dr Rao for somebody who is signed in, without a dialog; both have heard of it then."""
    since = {person: person.last_id for person in (patient, doctor)}
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(patient.phone.chat_id))
    found = await town.storage.users.credentials("rao@example.org")
    assert found is not None
    request_id = AppointmentId(f"{int(start.timestamp()):024x}")
    await town.assembly.clinic.booking.book(
        principal, UserId(found.user.id), start, reason=reason, request_id=request_id
    )
    for person, last in since.items():
        await person.hears("Appointment booked", since=last)
    return request_id


async def two_people(town: Town) -> tuple[Person, Person]:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return doctor, await town.signed_in("Asha Patel", "asha@example.org")


async def test_a_doctor_walks_through_days_and_the_week(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN, reason="It <flutters>")
    await doctor.talks(
        [
            ("/schedule", "Mon 3 May 2027 (UTC)"),
            ("«◀ Sun 2 May»", "You don't work on this day"),
            ("«Mon 3 May ▶»", "0 appointments, 16 free times"),
            ("«Tue 4 May ▶»", "1 appointment, 15 free times"),
        ]
    )
    assert "10:00 AM · Asha Patel • booked" in doctor.last
    assert "It <flutters>" not in doctor.last
    await doctor.talks([("«10:00 AM Asha Patel»", "It <flutters>"), ("«The day»", "1 appointment")])
    await doctor.talks([("«Week»", "Mon 3 May 2027 – Sun 9 May 2027"), ("«Tue 4: 1»", "Asha Patel")])
    await doctor.talks([("«Today»", "Nobody has booked this day"), ("/schedule tomorrow", "Asha Patel")])
    await doctor.talks([("/schedule 2027-05-04", "Asha Patel"), ("/schedule whenever", "Please tap a day")])
    await doctor.talks([("/schedule 4 May", "Asha Patel"), ("«10:00 AM Asha Patel»", "📋 Appointment")])
    await doctor.talks([("«The day»", "1 appointment, 15 free times")])


async def test_who_came_is_noted_once_it_has_begun_and_can_be_put_right(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha = await two_people(town)
    appointment_id = await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks([("/schedule 4 May", "Asha Patel"), ("«10:00 AM Asha Patel»", "Status: booked")])
    assert list(doctor.buttons) == [
        "📅 Add to calendar",
        "🔁 Move",
        "✖ Cancel appointment",
        "💬 Message",
        "🗓 The day",
        "« My appointments",
    ]
    answer = await doctor.taps_raw(doctor.last_id, f"mark:{appointment_id}:fulfilled")
    assert "starts on Tue 4 May 2027, 10:00 AM" in answer
    clock.turn_to(TUESDAY_TEN)
    await doctor.talks([("/schedule", "• booked"), ("«10:00 AM Asha Patel»", "Status: booked")])
    await doctor.talks([("«✅ Seen»", "Noted: Asha Patel, 10:00 AM, was seen")])
    assert "Asha Patel ✅ seen" in doctor.last
    await doctor.talks([("«✅ 10:00 AM Asha Patel»", "Status: seen")])
    assert "✅ Seen" not in doctor.buttons
    await doctor.talks(
        [("«Did not come»", "did not come"), ("«🚷 10:00 AM Asha Patel»", "Status: did not come")]
    )
    await doctor.talks([("«✅ Seen»", "was seen")])
    await asha.talks([("/appointments", "None at the moment"), ("«Past»", "(seen)")])


async def test_nobody_notes_what_is_not_theirs_or_is_cancelled(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    other = await town.signed_in("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    appointment_id = await booked(town, asha, doctor, TUESDAY_TEN)
    await other.says("/schedule 4 May")
    for data in (f"mark:{appointment_id}:noshow", f"drop:{appointment_id}", f"appt:{appointment_id}"):
        assert "not one of your appointments" in await other.taps_raw(other.last_id, data)
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "📋")])
    await asha.talks([("«Cancel»", "Cancel Dr Meera Rao"), ("«Yes, cancel»", "Appointment cancelled")])
    await doctor.hears("Appointment cancelled")
    clock.turn_to(TUESDAY_TEN)
    await doctor.says("/schedule")
    assert "already cancelled" in await doctor.taps_raw(doctor.last_id, f"mark:{appointment_id}:noshow")
    assert "0 appointments, 13 free times, 1 cancelled" in await doctor.says("/schedule")


async def test_a_cancelling_with_a_note_reaches_the_patient_with_a_way_to_book_again(town: Town) -> None:
    doctor, asha = await two_people(town)
    appointment_id = await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await doctor.talks(
        [
            ("/schedule 4 May", "Asha Patel"),
            ("«10:00 AM Asha Patel»", "Status: booked"),
            ("«✖ Cancel»", "What should I tell the patient?"),
            ("x" * 301, "to 300 characters"),
            ("I am <ill>, sorry", "Cancel it? I'll tell the patient right away"),
            ("«Yes, cancel it»", "Appointment cancelled\nPatient: Asha Patel"),
        ]
    )
    heard = await asha.hears("Appointment cancelled")
    assert "By: Dr Meera Rao" in heard
    assert "Note: I am <ill>, sorry" in heard
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Cancelled" in m.subject)
    assert "I am <ill>, sorry" in mail.text
    assert "Which day?" in await asha.taps("Book another time")
    again = await doctor.taps_raw(doctor.last_id, f"drop:{appointment_id}")
    assert "already cancelled" in again


async def test_keeping_it_is_the_first_answer_and_changes_nothing(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks(
        [
            ("/schedule 4 May", "Asha"),
            ("«10:00 AM Asha Patel»", "📋"),
            ("«✖ Cancel»", "tell the patient"),
            ("«Skip»", "Cancel it?"),
        ]
    )
    assert next(iter(doctor.buttons)) == "« Keep it"
    await doctor.talks([("«« Keep it»", "The appointment stays as it was."), ("/schedule 4 May", "• booked")])


async def test_a_note_to_the_patient_can_be_typed_again_before_the_appointment_is_cancelled(
    town: Town,
) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks(
        [
            ("/schedule 4 May", "Asha"),
            ("«10:00 AM Asha Patel»", "📋"),
            ("«✖ Cancel»", "tell the patient"),
            ("I'm il", "I'm il\n\nCancel it?"),
        ]
    )
    await doctor.talks([("«« Back»", "tell the patient"), ("I'm ill", "I'm ill\n\nCancel it?")])


async def test_both_of_two_phones_of_a_doctor_hear(town: Town) -> None:
    doctor, asha = await two_people(town)
    tablet = town.person("Meera's tablet")
    await tablet.signs_in("rao@example.org")
    await booked(town, asha, doctor, TUESDAY_TEN)
    await tablet.hears("Appointment booked")


async def test_a_busy_day_has_pages(town: Town) -> None:
    doctor, asha = await two_people(town)
    for number in range(9):
        await booked(town, asha, doctor, TUESDAY_TEN + timedelta(minutes=30 * (number - 2)))
    await doctor.talks([("/schedule 4 May", "9 appointments"), ("«›»", "01:00 PM · Asha Patel")])
    assert "2/2" in doctor.buttons


async def test_in_the_morning_a_doctor_hears_of_the_day_and_opens_it(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await town.assembly.clinic.periodic.run()
    clock.turn_to(MONDAY + timedelta(hours=25))
    await town.assembly.clinic.periodic.run()
    heard = await doctor.hears("☀️")
    assert "Tue 4 May 2027: 1 appointment" in heard
    assert "10:00 AM: Asha Patel" in heard
    assert "1 appointment, 15 free times" in await doctor.taps("Open the day")
    assert not any(mail.subject.startswith("Your day") for mail in town.mailbox.mails)


async def test_a_day_comes_as_a_picture_too(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks([("/schedule 4 May", "Asha Patel")])
    asked = doctor.last_id
    await doctor.settled(doctor.phone.press("🖼 Picture"))
    sent = doctor.messages[-1]
    assert sent["message_id"] > asked
    assert sent["caption"] == "🗓 Tue 4 May 2027 (UTC)\n1 appointment, 15 free times"
    (size,) = sent["photo"]
    assert size["width"] == 1080
    assert size["height"] > 1000
    await doctor.settled(doctor.phone.press("🗓 Open the day"))
    assert "Asha Patel" in doctor.last


async def test_an_unsaved_change_is_left_for_the_very_appointment_that_was_tapped(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks(
        [("/hours", "Working hours"), ("Mon 8-12", "08:00 AM"), ("/schedule 4 May", "Asha Patel")]
    )
    await doctor.talks(
        [
            ("«10:00 AM Asha Patel»", "📋"),
            ("«✖ Cancel»", "isn't finished"),
            ("«Leave it»", "Cancel an appointment"),
        ]
    )
    assert "Asha Patel" in doctor.last
    await doctor.talks(
        [("«Skip»", "Cancel it?"), ("«Yes, cancel it»", "Appointment cancelled\nPatient: Asha Patel")]
    )
