"""/appointments: who sees what, cancelling, and what a forged button gets."""

from datetime import UTC, datetime

from services.models.appointments import AppointmentId
from services.models.people import Role
from tests.town import Person, Town
from tests.turning import TurnableClock

# Of Tuesday, as a button says it: minutes since 1970.
HALF_PAST_TEN = int(datetime(2027, 5, 4, 10, 30, tzinfo=UTC).timestamp()) // 60


async def _book(person: Person, doctor: str, day: str, time: str, reason: str = "") -> None:
    for act in ("/book", doctor, day, time):
        await person.says(act)
    await (person.says(reason) if reason else person.taps("Skip"))
    card = person.last_id
    await person.taps("Confirm")
    await person.hears("Appointment booked", since=card - 1)


async def _mailed(town: Town, subject: str) -> None:
    """Wait for a mail with that in its subject to the patient, and to the doctor."""
    for address in ("asha@example.org", "rao@example.org"):
        await town.mailbox.wait_for(lambda m, to=address: m.to == (to,) and subject in m.subject)  # type: ignore[misc]


async def _clinic(town: Town) -> tuple[Person, Person]:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org"), doctor


async def test_a_doctor_sees_name_and_reason_and_a_patient_sees_the_doctor(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30", "It <flutters> & skips")
    await asha.talks([("/appointments", "Dr Meera Rao"), ("«4 May»", "It <flutters> & skips")])
    await doctor.talks([("/appointments", "Asha Patel"), ("«4 May»", "It <flutters> & skips")])
    assert "Cancel appointment" not in doctor.buttons


async def test_an_empty_list_says_what_to_do_next(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await asha.talks(
        [("/appointments", "Book one with /book"), ("«Past»", "Past appointments\n\nNothing yet")]
    )
    await doctor.talks([("/appointments", "I'll tell you about each new one")])


async def test_lists_say_how_many_there_are_and_turn_pages(town: Town) -> None:
    asha, _ = await _clinic(town)
    for day in ("04", "05", "06", "07", "10", "11"):
        await _book(asha, "Rao", f"2027-05-{day}", "10:30")
    await asha.talks([("/appointments", "🗓 Upcoming: 6 appointments\n")])
    assert "1/2" in asha.buttons
    await asha.talks([("«›»", "Tue 11 May 2027"), ("«‹»", "Tue 4 May 2027")])


async def test_past_ones_come_latest_first_and_can_not_be_cancelled(town: Town, clock: TurnableClock) -> None:
    asha, _ = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    await _book(asha, "Rao", "2027-05-05", "10:30")
    await asha.says("/appointments")
    cancel = asha.buttons[asha.label("4 May")].replace("appt:", "cancel:") + f":{HALF_PAST_TEN}"
    clock.turn_to(datetime(2027, 5, 4, 10, 31, tzinfo=UTC))
    await asha.talks(
        [("/appointments", "1 appointment"), ("«Past»", "Tue 4 May 2027"), ("«4 May»", "booked")]
    )
    assert "Cancel appointment" not in asha.buttons
    await asha.taps_raw(asha.last_id, cancel)
    assert "has started or is over" in asha.last


async def test_cancelling_asks_once_and_frees_the_slot_at_once(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    # What is cancelled before anybody has been told of it is told to nobody.
    await doctor.hears("Appointment booked")
    await _mailed(town, "Booked")
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "booked")])
    await asha.talks([("«Cancel appointment»", "Cancel Dr Meera Rao"), ("«Keep it»", "booked")])
    await asha.talks(
        [
            ("«Cancel appointment»", "Cancel Dr Meera Rao"),
            ("«Yes, cancel»", "Appointment cancelled\nWith: Dr Meera Rao"),
        ]
    )
    assert "See your updated day: /schedule" in await doctor.hears("Appointment cancelled")
    bela = await town.signed_in("Bela", "bela@example.org")
    await _book(bela, "Rao", "2027-05-04", "10:30")
    await _mailed(town, "Cancelled")


async def test_a_cancelled_visit_to_come_is_not_past_until_its_time_has_come(
    town: Town, clock: TurnableClock
) -> None:
    asha, doctor = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "booked")])
    await asha.talks(
        [("«Cancel appointment»", ""), ("«Yes, cancel»", "Appointment cancelled\nWith: Dr Meera Rao")]
    )
    for person in (asha, doctor):
        await person.talks([("/appointments", "None at the moment"), ("«Past»", "Nothing yet")])
        # News may come after the answer.
        answer = await person.taps("✖ Cancelled")
        assert "Cancelled: 1 appointment" in answer
        assert "(cancelled)" in answer
    clock.turn_to(datetime(2027, 5, 4, 11, tzinfo=UTC))
    await asha.signs_in("asha@example.org")
    await asha.talks([("/appointments", "None at"), ("«✖ Cancelled»", "None of your upcoming")])
    await asha.talks([("«Past»", "(cancelled)")])


async def test_cancelling_twice_says_that_it_is_cancelled(town: Town) -> None:
    asha, _ = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    for act in ("4 May", "Cancel appointment", "Yes, cancel"):
        if act == "4 May":
            await asha.says("/appointments")
        data = asha.buttons[asha.label(act)]
        message_id = asha.last_id
        await asha.taps(act)
    await asha.hears("Appointment cancelled")
    await asha.taps_raw(message_id, data)
    assert "already cancelled" in asha.last


async def test_somebody_elses_appointment_can_not_be_reached_by_forged_data(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30", "secret reason")
    await asha.says("/appointments")
    appointment_id = asha.buttons[asha.label("4 May")].partition(":")[2]
    mallory = await town.signed_in("Mallory", "mallory@example.org")
    other = await town.signed_in("Tom Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    for person in (mallory, other):
        await person.says("/appointments")
        last = f"cancel:{appointment_id}:{HALF_PAST_TEN}"
        for data in (f"appt:{appointment_id}", f"cancel?:{appointment_id}", last):
            await person.taps_raw(person.last_id, data)
            shown = " ".join(message["text"] for message in person.messages)
            assert "secret reason" not in shown
            assert "not one of your appointments" in person.last or "Only patients" in person.last
    await doctor.taps_raw(doctor.last_id, f"cancel:{appointment_id}:{HALF_PAST_TEN}")
    assert "Only patients" in doctor.last
    stored = await town.storage.appointments.by_id(AppointmentId(appointment_id))
    assert stored is not None
    assert stored.status == "booked"


async def test_all_chats_of_an_account_hear_the_news(town: Town) -> None:
    asha, doctor = await _clinic(town)
    tablet = town.person("Tablet")
    await tablet.signs_in("rao@example.org")
    await _book(asha, "Rao", "2027-05-04", "10:30")
    for person in (doctor, tablet):
        assert "Asha Patel" in await person.hears("Appointment booked")


async def test_nobody_hears_in_a_chat_that_was_signed_out(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await doctor.says("/logout")
    await _book(asha, "Rao", "2027-05-04", "10:30")
    await town.mailbox.wait_for(lambda mail: mail.to == ("rao@example.org",))
    assert not any("Asha" in message["text"] for message in doctor.messages)


async def test_a_question_that_has_gone_stale_cancels_no_other_time(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await _book(asha, "Rao", "2027-05-04", "10:30")
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "📋"), ("«Cancel»", "10:30 AM")])
    question, yes = asha.last_id, asha.buttons["✖ Yes, cancel it"]
    await doctor.talks([("/schedule 4 May", "Asha"), ("«Asha Patel»", "📋")])
    await doctor.talks([("«✖ Cancel»", "tell the patient"), ("«Skip»", "Cancel it?")])
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "📋"), ("«Move»", "Which day?")])
    await asha.talks(
        [
            ("2027-05-05", "Which time?"),
            ("11:00", "Move the appointment?"),
            ("«Confirm»", "Appointment moved"),
        ]
    )
    await doctor.hears("Appointment moved")
    await doctor.settled(doctor.phone.press("✖ Yes, cancel it"))
    assert any("It's now on Wed 5 May 2027, 11:00 AM" in message["text"] for message in doctor.messages)
    await asha.taps_raw(question, yes)
    assert "It's now on Wed 5 May 2027, 11:00 AM" in asha.last
    await asha.talks([("/appointments", "1 appointment"), ("«5 May»", "Status: booked")])


async def test_a_name_behind_the_command_shows_those_with_that_person(town: Town) -> None:
    asha, doctor = await _clinic(town)
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    amina = await town.signed_in("Amina Diallo", "amina@example.org")
    for day in ("04", "05", "06", "07", "10", "11"):
        await _book(amina, "Rao", f"2027-05-{day}", "10:30")
    await _book(asha, "Rao", "2027-05-04", "11:30")
    await _book(asha, "Sen", "2027-05-05", "11:30")
    await doctor.talks([("/appointments amina", "Upcoming with Amina Diallo: 6 appointments")])
    assert "Asha" not in doctor.last
    await doctor.talks(
        [("«›»", "Tue 11 May"), ("«Past»", "Past with Amina Diallo: none"), ("«Upcoming»", "6 appo")]
    )
    await doctor.talks(
        [("«All my»", "Upcoming: 7 appointments"), ("/appointments diallo AMINA", "with Amina Diallo: 6")]
    )
    for typed in ("Bela", "<b>", "x" * 90):
        assert "You have no appointments with a patient called “" in await doctor.says(
            f"/appointments {typed}"
        )
    # A day is the doctor's day.
    await doctor.talks([("/appointments tomorrow", "Tue 4 May 2027"), ("«10:30 AM Amina»", "Amina Diallo")])
    for typed in ("Dr Sen", "tomas", "sen"):
        await asha.talks([(f"/appointments {typed}", "Upcoming with Dr Tomás Sen: 1 appointment")])
        assert "Rao" not in asha.last
    await asha.talks([("/appointments amina", "You have no appointments with a doctor called “amina”")])
    await asha.talks([("«All my»", "Upcoming: 2 appointments")])
