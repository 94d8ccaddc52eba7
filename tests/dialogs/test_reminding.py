"""Reminders in the chat and by mail, what is done with their buttons, and choosing when they come."""

from datetime import timedelta

from services.models.appointments import AppointmentId
from services.models.people import Role
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.town import Person, Town
from tests.turning import TurnableClock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEDNESDAY = TUESDAY_TEN + DAY


async def _reminded(town: Town, clock: TurnableClock) -> tuple[Person, Person, AppointmentId]:
    """Return a doctor, a patient who has just been reminded of tomorrow, and the appointment."""
    doctor, asha = await two_people(town)
    found = await booked(town, asha, doctor, WEDNESDAY, reason="a cough")
    clock.turn_to(WEDNESDAY - DAY)
    await town.assembly.clinic.periodic.run()
    await asha.hears("⏰ Tomorrow, 10:00 AM: Dr Meera Rao")
    return doctor, asha, found


async def test_a_reminder_comes_here_and_by_mail_to_the_patient_alone(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, _ = await _reminded(town, clock)
    assert "When: Wed 5 May 2027, 10:00 AM – 10:30 AM (UTC)" in asha.last
    assert "a cough" not in asha.last
    assert asha.instants == {"Wed 5 May 2027, 10:00 AM – 10:30 AM (UTC)": WEDNESDAY}
    assert asha.styles == {"👍 Confirm": "primary", "✖ Cancel": "danger"}
    assert list(asha.buttons) == ["👍 Confirm", "🔁 Move", "✖ Cancel"]
    mail = await town.mailbox.wait_for(lambda m: "Reminder" in m.subject)
    assert mail.to == ("asha@example.org",)
    assert mail.subject == "Reminder: Dr Meera Rao, Wed 5 May 2027, 10:00 AM"
    assert "⏰ Tomorrow, 10:00 AM: Dr Meera Rao" in mail.text
    assert "tg-time" not in mail.text + mail.html
    assert not any("⏰" in message["text"] for message in doctor.messages)
    clock.turn_to(WEDNESDAY - HOUR)
    await town.assembly.clinic.periodic.run()
    await asha.hears("⏰ Today, 10:00 AM: Dr Meera Rao")


async def test_times_are_told_in_the_zone_of_whoever_reads(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, WEDNESDAY)
    await asha.talks([("/me", "signed in"), ("«Time zone»", "Where are you"), ("Auckland", "I'll show you")])
    clock.turn_to(WEDNESDAY - DAY)
    await town.assembly.clinic.periodic.run()
    await asha.hears("⏰ Tomorrow, 10:00 PM: Dr Meera Rao")


async def test_who_confirms_is_thanked_and_the_doctor_sees_it(town: Town, clock: TurnableClock) -> None:
    doctor, asha, found = await _reminded(town, clock)
    reminder = asha.last_id
    await asha.talks(
        [("«Confirm»", "👍 Thank you! See you on Wed 5 May 2027, 10:00 AM – 10:30 AM with Dr Meera Rao")]
    )
    await asha.taps_raw(reminder, f"come:{found}")
    assert "You've already confirmed. See you on Wed 5 May 2027, 10:00 AM." in asha.last
    await asha.talks([("«Open the appointment»", "Status: booked, confirmed")])
    await doctor.talks([("/schedule 5 May", "• booked, 👍 confirmed"), ("«10:00 AM»", "booked, confirmed")])


async def test_what_is_cancelled_can_not_be_confirmed_but_booked_anew(
    town: Town, clock: TurnableClock
) -> None:
    _, asha, found = await _reminded(town, clock)
    reminder = asha.last_id
    await asha.talks(
        [("«Cancel»", "Cancel Dr Meera Rao"), ("«Yes, cancel»", "Appointment cancelled\nWith: Dr Meera Rao")]
    )
    await asha.taps_raw(reminder, f"come:{found}")
    answer = next(m for m in asha.messages if m["message_id"] == reminder)
    assert "already cancelled" in answer["text"]
    await asha.taps_raw(reminder, answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
    assert any("Which day?" in message["text"] for message in asha.messages)


async def test_another_account_on_the_same_chat_does_nothing_with_it(
    town: Town, clock: TurnableClock
) -> None:
    _, asha, found = await _reminded(town, clock)
    reminder = asha.last_id
    await town.account("Bela", "bela@example.org")
    await asha.says("/logout")
    assert "Please sign in first" in await asha.taps_raw(reminder, f"come:{found}")
    # What was wanted is tried as soon as somebody has signed in: it is another.
    assert "not one of your appointments" in await asha.signs_in("bela@example.org")
    for code in ("come", "move", "cancel?"):
        assert "not one of your appointments" in await asha.taps_raw(reminder, f"{code}:{found}")
    stored = await town.storage.appointments.by_id(found)
    assert stored is not None
    assert stored.confirmed_at is None


async def test_moving_from_the_reminder_and_both_hear_of_both_times(town: Town, clock: TurnableClock) -> None:
    doctor, asha, _ = await _reminded(town, clock)
    await asha.talks(
        [
            ("«Move»", "🔁 Move an appointment\n👩‍⚕️ Dr Meera Rao, Cardiology"),
            ("2027-05-03", "is over"),
            ("tomorrow", "🕑 Now: Wed 5 May 2027, 10:00 AM\n"),
            ("10:00", "The appointment is already on Wed 5 May 2027, 10:00 AM."),
            ("10:10", "10:10 AM is not free"),
            ("«11:00 AM»", "Move the appointment? I'll tell the doctor."),
            ("«Confirm»", "Appointment moved\nWith: Dr Meera Rao"),
        ]
    )
    for person in (asha, doctor):
        heard = await person.hears("🔁 Appointment moved")
        assert "When: Wed 5 May 2027, 11:00 AM – 11:30 AM (UTC)\nBefore: Wed 5 May 2027, 10:00 AM" in heard


async def test_the_new_time_is_held_while_a_move_is_confirmed(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _reminded(town, clock)
    bela = await town.signed_in("Bela", "bela@example.org")
    for act in ("/book", "Cardiology", "Rao", "tomorrow"):
        await bela.says(act)
    await asha.talks(
        [("«Move»", "Which day?"), ("tomorrow", "Which time?"), ("11:00", "Move the appointment?")]
    )
    assert "11:00 AM is not free" in await bela.says("11:00")
    await asha.talks([("«Back»", "Which time?")])
    assert "11:00 AM" in asha.buttons
    await bela.talks([("11:00", "reason"), ("«Skip»", "Book this appointment?")])
    await asha.taps("11:00 AM")
    assert "just taken by someone else" in asha.last
    assert "11:00 AM" not in asha.buttons


async def test_too_late_for_changes_a_reminder_offers_none_nor_does_the_card(
    town: Town, clock: TurnableClock
) -> None:
    _, asha, _ = await _reminded(town, clock)
    clock.turn_to(WEDNESDAY - HOUR)
    await town.assembly.clinic.periodic.run()
    heard = await asha.hears("⏰ Today")
    assert "You can confirm it, or tell us that you can't come. To move it, please call the clinic." in heard
    assert list(asha.buttons) == ["👍 Confirm", "📍 I'm here", "✖ I can't come"]
    await asha.talks([("/appointments", "1 appointment"), ("«5 May»", "To move it now, please call")])
    assert list(asha.buttons) == [
        "📍 I'm here",
        "📅 Add to calendar",
        "💬 Change the reason",
        "✖ I can't come",
        "« My appointments",
    ]


async def test_news_stays_in_the_chat_whatever_its_buttons_lead_to(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _reminded(town, clock)
    news = [message for message in asha.messages if "⏰" in message["text"]]
    await asha.talks([("«Move»", "Which day?"), ("/cancel", "Your appointment stays as it was.")])
    await asha.talks([("«✖ Cancel»", "Cancel Dr Meera Rao"), ("«Keep it»", "Status: booked")])
    booked = next(message for message in asha.messages if "Appointment booked" in message["text"])
    data = booked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "Status: booked" in await asha.taps_raw(booked["message_id"], data)
    await asha.talks([("«Change the reason»", "What is the reason"), ("It itches", "Reason saved")])
    assert [message for message in asha.messages if message in (booked, *news)] == [booked, *news]


async def test_an_open_dialog_rests_while_news_is_looked_at(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _reminded(town, clock)
    reminder = asha.last_id
    drop = next(data for label, data in asha.buttons.items() if "Cancel" in label)
    await asha.says("/book")
    await asha.taps_raw(reminder, drop)
    assert "is on hold" in asha.messages[-2]["text"]


async def test_later_than_the_notice_patients_are_asked_to_call(town: Town, clock: TurnableClock) -> None:
    doctor, asha, found = await _reminded(town, clock)
    await doctor.talks(
        [
            ("/hours", "They can move or cancel until 2 hours before."),
            ("«Changes: 2 hours»", "How long before can patients still move or cancel?"),
            ("soon", "Please tap the notice"),
            ("3 hours", "They can move or cancel until 3 hours before."),
            ("«Preview»", "Nothing is saved yet"),
            ("«Save»", "saved"),
        ]
    )
    clock.turn_to(WEDNESDAY - 2 * HOUR)
    call = "Wed 5 May 2027, 10:00 AM could be moved or cancelled here until 3 hours before. Please call"
    await asha.says("/help")
    minute = int(WEDNESDAY.timestamp()) // 60
    for code, more, answer in (
        ("move", "", call),
        ("cancel?", "", "Are you sure that you can't come?"),
        ("cancel", f":{minute}", "Are you sure that you can't come?"),
    ):
        assert answer in await asha.taps_raw(asha.last_id, f"{code}:{found}{more}")
    await doctor.talks(
        [
            ("/schedule 5 May", "Asha Patel"),
            ("«Asha Patel»", "Status: booked"),
            ("«✖ Cancel»", "What should I tell the patient?"),
            ("«Skip»", "Cancel it?"),
            ("«Yes, cancel it»", "Appointment cancelled\nPatient: Asha Patel"),
        ]
    )


async def test_each_chooses_when_to_be_reminded(town: Town) -> None:
    doctor, asha = await two_people(town)
    found = await booked(town, asha, doctor, WEDNESDAY)
    await asha.talks(
        [
            ("/me", "Reminders: 1 day and 1 hour before"),
            ("«⏰ Reminders»", "Chosen: 1 day and 1 hour before"),
            ("«☑️ 1 hour»", "Chosen: 1 day before"),
            ("«2 hours»", "Chosen: 1 day and 2 hours before"),
            ("often", "Please tap when, or type up to 5"),
            ("a minute", "from 5 minutes to 30 days"),
            ("a day, 12 hours and 90 min", "Chosen: 1 day, 12 hours and 1 hour 30 minutes before"),
            (
                "«Save»",
                "I'll remind you 1 day, 12 hours and 1 hour 30 minutes before, including for what you",
            ),
        ]
    )
    stored = await town.storage.appointments.by_id(found)
    assert stored is not None
    assert [WEDNESDAY - at for at in stored.remind_at] == [DAY, 12 * HOUR, 1.5 * HOUR]
    await asha.talks(
        [("«⏰ Reminders»", "Chosen"), ("none", "Chosen: none"), ("«Save»", "won't remind you any more")]
    )
    assert "⏰ Reminders" not in (await doctor.says("/me"), doctor.buttons)[1]


async def test_doctors_have_no_reminders_to_choose(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await doctor.says("/me")
    assert "🚫 Only patients" in await doctor.taps_raw(doctor.last_id, "rem")
