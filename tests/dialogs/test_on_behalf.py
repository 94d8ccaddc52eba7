"""/appointments and /book for admins: the clinic's days, finding people, booking and moving for them."""

from datetime import time, timedelta

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.models.appointments import AppointmentId
from services.models.people import Role
from services.models.scheduling import Hours, Schedule, Weekday
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

SECRET = "secret reason"


@pytest.fixture
async def nora(town: Town) -> Person:
    """Return an admin of a clinic with two doctors and two patients, of whom nobody has a time."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha Patel", "asha@example.org")
    await town.account("Bela Rao", "bela@example.org")
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


async def _signs_in(town: Town, email: str) -> Person:
    person = town.person(email)
    await person.signs_in(email)
    return person


async def _book(person: Person, doctor: str, day: str, time: str, reason: str = "") -> None:
    for act in ("/book", doctor, day, time):
        await person.says(act)
    await (person.says(reason) if reason else person.taps("Skip"))
    card = person.last_id
    await person.taps("Confirm")
    await person.hears("Appointment booked", since=card - 1)


def _all_that_was_said(person: Person) -> str:
    return "\n".join(message["text"] for message in person.messages)


async def test_an_admin_says_at_once_for_whom_with_whom_and_when(town: Town) -> None:
    await town.account("Asha Patel", "asha@example.org")
    await town.account("Asha Bose", "bose@example.org")
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.talks(
        [
            (
                "/book Asha Patel rao tomorrow 10:30",
                "🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology\n🕑 Tue 4 May",
            ),
            ("/book asha rao", "2 patients with “asha”"),
            ("/book rao", "I couldn't find a patient with “rao”"),
        ]
    )


async def test_the_clinics_days_are_turned_page_by_page_and_day_by_day(town: Town, nora: Person) -> None:
    asha, bela = await _signs_in(town, "asha@example.org"), await _signs_in(town, "bela@example.org")
    for hour in range(9, 14):
        await _book(asha, "Meera Rao", "2027-05-04", f"{hour}:00", SECRET)
        await _book(bela, "Sen", "2027-05-04", f"{hour}:00")
    await asha.talks([("/appointments", "5 appointments"), ("«09:00 AM»", "booked"), ("«Cancel»", "Cancel")])
    await asha.taps("Yes, cancel")
    await nora.talks([("/appointments", "Mon 3 May 2027 (UTC)\n\nNo appointments on this day.")])
    await nora.talks([("«Tue 4 May ▶»", "Tue 4 May 2027 (UTC): 10 appointments")])
    assert "09:00 AM Dr Meera Rao · Asha Patel (cancelled)" in nora.last
    assert "09:00 AM Dr Tomás Sen · Bela Rao (booked)" in nora.last
    assert "1/2" in nora.buttons
    assert "01:00 PM" in await nora.taps("›")
    await nora.talks([("«◀ Mon 3 May»", "No appointments on this day."), ("«◀ Sun 2 May»", "Sun 2 May 2027")])
    await nora.talks([("«Today»", "Mon 3 May 2027"), ("/appointments tomorrow", "10 appointments")])
    await nora.talks([("/appointments 2027-05-05", "Wed 5 May 2027"), ("/appointments 4 may", "Tue 4 May")])
    await nora.talks([("/appointments 28", "Fri 28 May 2027")])
    await nora.talks([("/appointments 2027-02-30", "That day doesn't exist"), ("«Today»", "Mon 3 May 2027")])
    assert SECRET not in _all_that_was_said(nora)


async def test_the_ends_of_all_days_can_be_looked_at_and_not_gone_beyond(nora: Person) -> None:
    await nora.talks([("/appointments 9999-12-31", "Tue 31 Dec 2999"), ("«Tue 31 Dec ▶»", "Tue 31 Dec 2999")])
    await nora.talks([("/appointments 0001-01-01", "Sat 1 Jan 2000"), ("«◀ Sat 1 Jan»", "Sat 1 Jan 2000")])
    await nora.taps_raw(nora.last_id, "cday:29991231:7")
    assert "Tue 31 Dec 2999" in nora.last


async def test_people_are_found_by_a_part_of_the_name_or_the_mail(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30", SECRET)
    await nora.talks([("/appointments asha", "Asha Patel, asha@example.org\n🗓 Upcoming: 1 appointment")])
    assert "Dr Meera Rao" in nora.last
    await nora.talks([("«Past»", "🕰 Past: none"), ("«Upcoming»", "1 appointment")])
    await nora.talks([("/appointments Dr Rao", "2 people with “Rao”"), ("«Dr Meera Rao»", "Upcoming: 1 app")])
    assert "Asha Patel" in nora.last
    await nora.talks(
        [("/appointments bela@", "Bela Rao"), ("/appointments nora", "I couldn't find a patient")]
    )
    await nora.talks([("/appointments <x>", "or doctor with “<x>”"), ("/appointments asha", "Asha Patel")])
    await nora.talks([("«4 May»", "Asha Patel"), ("«« Dr Meera Rao»", "Upcoming"), ("«4 May»", "booked")])
    await nora.talks([("«The day»", "Tue 4 May 2027"), ("«10:30 AM»", "Status: booked")])
    await nora.talks([("/users asha", "1 account"), ("«Asha»", "active"), ("«Appointments»", "1 appoint")])
    await nora.talks([("«Account»", "asha@example.org\npatient")])
    assert SECRET not in _all_that_was_said(nora)


async def test_many_people_of_one_name_are_on_pages(town: Town, nora: Person) -> None:
    for number in range(7):
        await town.account(f"Kim {number}", f"kim{number}@example.org")
    await nora.talks(
        [("/appointments kim", "7 people with “kim”"), ("«›»", "7 people"), ("«Kim 6»", "Kim 6")]
    )


async def test_an_admin_books_for_a_patient_whom_the_card_names_on_each_step(
    town: Town, nora: Person
) -> None:
    asha, rao = await _signs_in(town, "asha@example.org"), await _signs_in(town, "rao@example.org")
    await nora.talks(
        [
            ("/book", "Who is it for?"),
            ("nobody at all", "I couldn't find a patient with “nobody at all”"),
            ("meera", "I couldn't find a patient with “meera”"),
            ("a", "2 patients with “a”. Who is it for?"),
            ("asha@example.org", "🙂 Asha Patel\n\nWhat kind of doctor do they need?"),
            ("«Back»", "2 patients with “a”"),
            ("«Asha Patel»", "🙂 Asha Patel\n\nWhat kind of doctor"),
            ("«Cardiology»", "🙂 Asha Patel\n🏥 Cardiology"),
            ("«Dr Meera Rao»", "🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology\n\nWhich day?"),
            ("tomorrow", "🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology\n📆 Tue 4 May 2027"),
            ("10:30", "reason for the visit? The patient and the doctor will see it"),
            (SECRET, "🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology\n🕑 Tue 4 May 2027, 10:30 AM"),
            ("«Confirm»", "✅ Booked for Asha Patel: Dr Meera Rao, Tue 4 May 2027, 10:30 AM (UTC)."),
        ]
    )
    for person, other in ((asha, "With: Dr Meera Rao"), (rao, "Patient: Asha Patel")):
        heard = await person.hears("Appointment booked")
        assert other in heard
        assert "By: the clinic" in heard
        assert SECRET in heard
    for address in ("asha@example.org", "rao@example.org"):
        await town.mailbox.wait_for(lambda m, to=address: m.to == (to,) and "Booked" in m.subject)  # type: ignore[misc]
    await nora.talks([("«Open the appointment»", "Status: booked")])
    assert SECRET not in nora.last
    assert {"🔁 Move", "✖ Cancel appointment"} <= set(nora.buttons)


async def test_booking_from_a_patients_card_skips_the_first_question(nora: Person) -> None:
    await nora.talks([("/appointments asha", "Asha Patel"), ("«Book for them»", "🙂 Asha Patel\n\nWhat")])
    await nora.talks([("«Back»", "Who is it for?"), ("bela", "🙂 Bela Rao"), ("/cancel", "Booking stopped")])
    await nora.talks([("/appointments", "Mon 3 May"), ("«Book for someone»", "Who is it for?")])
    assert {"Asha Patel", "Bela Rao"} <= set(nora.buttons)
    await nora.forges(f"pat:{'0' * 24}")
    assert "no longer exists" in nora.last
    assert "Who is it for?" in nora.last


async def test_what_the_patient_has_elsewhere_is_taken(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    await _book(asha, "Sen", "2027-05-04", "10:30")
    for act in ("/book", "asha", "Meera Rao", "tomorrow"):
        await nora.says(act)
    assert "10:30 AM" not in nora.buttons
    assert "Asha Patel already has an appointment that overlaps" in await nora.says("10:30")
    await nora.talks([("11:00", "reason for the visit")])
    await _book(asha, "Sen", "2027-05-04", "11:00")
    said = await nora.taps("Skip")
    assert "Asha Patel already has an appointment that overlaps Tue 4 May 2027, 11:00 AM" in said
    assert "Which time?" in said
    assert "11:00 AM" not in nora.buttons


async def test_where_the_patient_is_busy_it_is_not_said_that_the_doctor_is(town: Town, nora: Person) -> None:
    asha, rao = (
        await _signs_in(town, "asha@example.org"),
        await town.storage.users.credentials("rao@example.org"),
    )
    assert rao is not None
    week = {Weekday.TUESDAY: (Hours(time(9), time(9, 30)),)}
    for day in (4, 11, 18, 25):
        await _book(asha, "Sen", f"2027-05-{day:02}", "9:00")
    both = "time that suits both Dr Meera Rao and Asha Patel"
    none_in_may = f"There is no {both} left in May 2027. The next one is Tue 1 Jun 2027, 09:00 AM."
    for days, seen in (
        (6, [("Meera Rao", f"There is no {both} at the moment. Please choose another doctor.")]),
        # The month with the first free time is shown; an empty one only to whoever turns to it.
        (40, [("Meera Rao", "Which day?"), ("«‹»", none_in_may)]),
    ):
        await town.storage.schedules.put(
            rao.user.id, Schedule(weekly=week, horizon=timedelta(days=days), slot_minutes=30)
        )
        await nora.talks([("/book", "Who is it for"), ("asha", "What kind"), *seen])
        await nora.talks(
            [
                ("4 may", f"Tue 4 May 2027 has no {both}. Please choose one of the days"),
                ("/cancel", "stopped"),
            ]
        )


async def test_a_patient_who_is_blocked_meanwhile_is_not_booked_for(town: Town, nora: Person) -> None:
    for act in ("/book", "asha", "Meera Rao", "tomorrow", "10:30"):
        await nora.says(act)
    await nora.taps("Skip")
    await town.storage.users._users.update_one({"name": "Asha Patel"}, {"$set": {"status": "blocked"}})
    said = await nora.taps("Confirm")
    assert "no longer exists" in said
    assert "Who is it for?" in said
    assert await town.storage.appointments._appointments.count_documents({}, comment=OURS) == 0


async def _at_the_card(nora: Person) -> str:
    """Bring the admin to the card of Asha's appointment; return its id."""
    await nora.says("/appointments asha")
    await nora.taps("4 May")
    return nora.buttons["🔁 Move"].partition(":")[2]


async def test_moving_shows_old_and_new_and_both_hear_of_both(town: Town, nora: Person) -> None:
    asha, rao = await _signs_in(town, "asha@example.org"), await _signs_in(town, "rao@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30", SECRET)
    await _at_the_card(nora)
    await nora.talks(
        [
            ("«Move»", "🔁 Move an appointment\n🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology"),
            ("2027-05-02", "is over"),
            ("tomorrow", "🕑 Now: Tue 4 May 2027, 10:30 AM\n📆 Tue 4 May 2027"),
            ("10:30", "The appointment is already on Tue 4 May 2027, 10:30 AM."),
            ("10:10", "10:10 AM is not free"),
            ("«Back»", "Which day?"),
            ("2027-05-05", "Which time?"),
            ("«11:30 AM»", "🕑 Now: Tue 4 May 2027, 10:30 AM\n➡️ New: Wed 5 May 2027, 11:30 AM (UTC)"),
            ("«Confirm»", "Moved: Asha Patel with Dr Meera Rao, from Tue 4 May 2027, 10:30 AM to Wed 5 May"),
            ("«Open the appointment»", "Wed 5 May 2027, 11:30 AM"),
        ]
    )
    for person in (asha, rao):
        heard = await person.hears("🔁 Appointment moved")
        assert "When: Wed 5 May 2027, 11:30 AM – 12:00 PM (UTC)\nBefore: Tue 4 May 2027, 10:30 AM" in heard
        assert "By: the clinic" in heard
        assert SECRET not in heard
    for address in ("asha@example.org", "rao@example.org"):
        mail = await town.mailbox.wait_for(lambda m, to=address: m.to == (to,) and "Moved" in m.subject)  # type: ignore[misc]
        assert "Wed 5 May 2027, 11:30 AM" in mail.subject
    assert "Wed 5 May 2027" in await asha.says("/appointments")
    assert SECRET not in _all_that_was_said(nora)
    page = await town.assembly.clinic.audit._audit.page(None, None, number=0, size=9)
    assert [entry.action for entry in page.items if entry.action.endswith("_for")] == ["moved_for"]


async def test_the_time_that_is_moved_is_not_offered(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    await _at_the_card(nora)
    await nora.talks([("«Move»", "Which day?"), ("tomorrow", "Which time?")])
    assert "10:30 AM" not in nora.buttons
    assert {"10:00 AM", "11:00 AM"} <= set(nora.buttons)


async def test_a_time_that_goes_meanwhile_leads_to_others(
    town: Town, nora: Person, clock: TurnableClock
) -> None:
    asha, bela = await _signs_in(town, "asha@example.org"), await _signs_in(town, "bela@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    appointment_id = await _at_the_card(nora)
    await nora.talks(
        [("«Move»", "Which day?"), ("tomorrow", "Which time?"), ("11:00", "Move the appointment?")]
    )
    clock.turn(HOLD_LENGTH)
    await _book(bela, "Meera Rao", "2027-05-04", "11:00")
    await nora.talks([("«Confirm»", "was just taken by someone else"), ("11:30", "Move the appointment?")])
    clock.turn(HOLD_LENGTH)
    await _book(asha, "Sen", "2027-05-04", "11:30")
    said = await nora.taps("Confirm")
    assert "Asha Patel already has an appointment that overlaps Tue 4 May 2027, 11:30 AM" in said
    stored = await town.storage.appointments.by_id(AppointmentId(appointment_id))
    assert stored is not None
    assert (stored.version, f"{stored.slot.start:%H:%M}") == (0, "10:30")
    await nora.talks([("12:00", "Move the appointment?"), ("«Confirm»", "to Tue 4 May 2027, 12:00 PM")])


async def test_two_admins_who_move_at_once_are_told_of_each_other(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    other = await town.signed_in("Zoe", "zoe@example.org", Role.ADMIN)
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    for admin, wanted in ((nora, "11:00"), (other, "12:00")):
        await _at_the_card(admin)
        await admin.talks(
            [("«Move»", "Which day?"), ("tomorrow", "Which time?"), (wanted, "Move the appointment?")]
        )
    await nora.talks([("«Confirm»", "Moved: Asha Patel")])
    said = await other.taps("Confirm")
    assert "This appointment has just been changed. It's now on Tue 4 May 2027, 11:00 AM." in said
    assert "🕑 Now: Tue 4 May 2027, 11:00 AM" in said
    await other.talks(
        [("11:00", "is already on Tue 4 May 2027, 11:00 AM"), ("12:00", "Move the appointment?")]
    )
    await other.talks([("«Confirm»", "from Tue 4 May 2027, 11:00 AM to Tue 4 May 2027, 12:00 PM")])


async def test_what_the_patient_cancels_meanwhile_is_not_moved(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    appointment_id = await _at_the_card(nora)
    await nora.talks(
        [("«Move»", "Which day?"), ("tomorrow", "Which time?"), ("11:00", "Move the appointment?")]
    )
    await asha.says("/appointments")
    await asha.taps_raw(asha.last_id, f"cancel:{appointment_id}:30157110")
    await nora.talks([("«Confirm»", "is already cancelled"), ("«Open the appointment»", "Status: cancelled")])
    assert "🔁 Move" not in nora.buttons
    await nora.taps_raw(nora.last_id, f"move:{appointment_id}")
    assert "is already cancelled" in nora.last


async def test_an_admin_cancels_with_a_note_and_both_hear(town: Town, nora: Person) -> None:
    asha, rao = await _signs_in(town, "asha@example.org"), await _signs_in(town, "rao@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    await rao.hears("Appointment booked")
    await _at_the_card(nora)
    await nora.talks([("«Cancel appointment»", "Asha Patel"), ("We are sorry", "Asha Patel")])
    await nora.taps("Yes, cancel it")
    for person in (asha, rao):
        assert "By: the clinic" in await person.hears("Appointment cancelled")


async def test_an_admins_menu_says_what_the_commands_are_to_an_admin(nora: Person) -> None:
    said = await nora.says("/help")
    assert "/appointments – everyone's appointments by day or person: book, move, cancel" in said
    assert "/book – book an appointment for a patient" in said


async def test_moving_that_is_left_or_begun_from_nowhere_says_where_it_is(town: Town, nora: Person) -> None:
    asha = await _signs_in(town, "asha@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    await _at_the_card(nora)
    await nora.talks([("«Move»", "Which day?"), ("/cancel", "Your appointment stays as it was.")])
    await nora.taps_raw(nora.last_id, f"move:{'0' * 24}")
    assert "not one of your appointments" in nora.last


async def test_what_an_admin_tells_the_patient_is_not_said_to_the_doctor(town: Town, nora: Person) -> None:
    asha, rao = await _signs_in(town, "asha@example.org"), await _signs_in(town, "rao@example.org")
    await _book(asha, "Meera Rao", "2027-05-04", "10:30")
    # What is cancelled before a doctor has been told of it is not told to them.
    await rao.hears("Appointment booked")
    await _at_the_card(nora)
    await nora.talks(
        [("«Cancel appointment»", "What should I tell the patient?"), ("Sorry, Asha", "Cancel it")]
    )
    await nora.taps("Yes, cancel it")
    assert "By: the clinic\nNote: Sorry, Asha" in await asha.hears("Appointment cancelled")
    assert "By: the clinic\nTold the patient: Sorry, Asha" in await rao.hears("Appointment cancelled")
