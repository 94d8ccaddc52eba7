"""Questions before a visit: answered in a dialog until it begins, seen by the doctor alone, and erased."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.models.people import ChatId, Role
from tests.catalogue import CHECK, ULTRASOUND, offers
from tests.town import Person, Town
from tests.turning import MONDAY, TurnableClock

ASKS = replace(ULTRASOUND, group="")
# What begins with a dollar sign is a field in the language of the database.
SECRET = "$status, an anticoagulant & <b>more</b>"


async def _booked(town: Town) -> tuple[Person, Person]:
    """Book a visit with three questions; return the patient and the doctor."""
    user = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await offers(town.storage, user.id, ASKS, CHECK)
    doctor = town.person("Meera Rao")
    await doctor.signs_in("rao@example.org")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.says("/book Rao ultrasound 2027-05-04 10:30")
    await asha.taps("Skip")
    await asha.taps("Confirm")
    return asha, doctor


async def _stored(town: Town) -> dict[str, Any]:
    database = town.storage.users._users.database
    (found,) = await database["appointments"].find({"_id": {"$gt": ""}}, hint="_id_").to_list(None)
    return dict(found)


async def _card(person: Person, part: str = "4 May") -> str:
    await person.says("/appointments")
    return await person.taps(person.label(part))


async def _answers(asha: Person) -> None:
    await asha.taps("📝 Answer 3 questions")
    for answer in (SECRET, "yes", "both"):
        await asha.says(answer)


async def test_the_questions_are_asked_one_by_one_and_can_be_skipped_and_gone_back_to(town: Town) -> None:
    asha, _ = await _booked(town)
    assert "Before the visit, please answer 3 questions." in asha.last
    await asha.talks(
        [
            ("«📝 Answer 3 questions»", "Before the visit (1 of 3)"),
            ("x" * 501, "keep your answer to 500 characters"),
            ("aspirin", "(2 of 3)"),
            ("perhaps", "I couldn't find that"),
            ("« Back»", "💬 Now: aspirin"),
            ("«💬 Keep this answer»", "Have you had an ultrasound before?"),
            ("«No»", "Which side hurts?"),
            ("«Skip»", "1 question is still open"),
            ("«📋 Open the appointment»", "📝 Which medicines do you take?\naspirin"),
            ("«📝 Answer 1 question»", "(3 of 3)"),
            ("lef", "Thank you! Dr Meera Rao will see your answers."),
            ("«📋 Open the appointment»", "Which side hurts?\nLeft"),
            ("«📝 Change your answers»", "(1 of 3)"),
            ("none", "(2 of 3)"),
            ("«✖ Leave»", "Everything you've chosen so far is saved."),
        ]
    )
    stored = await _stored(town)
    assert [(row["question_id"], row["text"]) for row in stored["answers"]] == [
        ("q-before", "No"),
        ("q-side", "Left"),
        ("q-medicines", "none"),
    ]


async def test_the_doctor_sees_the_answers_and_the_desk_never_does(town: Town) -> None:
    asha, doctor = await _booked(town)
    assert "3 questions are still open" in await _card(doctor)
    await _answers(asha)
    assert "anticoagulant" in await doctor.says("/schedule 2027-05-04")
    card = await _card(doctor)
    for said in ("Which medicines do you take?\n$status, an anticoagulant & <b>more</b>", "before?\nYes"):
        assert said in card
    for name, role in (("Nora Lind", Role.ADMIN), ("Ines Wolf", Role.RECEPTIONIST)):
        desk = await town.signed_in(name, f"{role.value}@example.org", role)
        principal = await town.assembly.clinic.sessions.authenticate(ChatId(desk.phone.chat_id))
        seen = await town.assembly.clinic.appointment_views.get(principal, (await _stored(town))["_id"])
        assert seen.appointment.answers == ()
        await desk.says("/appointments 2027-05-04")
        await desk.taps(desk.label("Asha"))
        assert "Status: booked" in desk.last
        assert "anticoagulant" not in str(desk.messages)
        if role is Role.ADMIN:
            await desk.says("/export all")
            assert all(b"anticoagulant" not in file for file in desk.files.values())
            await desk.says("/audit")
            assert "anticoagulant" not in str(desk.messages)
    mails = [mail.text + mail.html for mail in town.mailbox.mails]
    assert not any("anticoagulant" in text for text in mails)
    stored = await _stored(town)
    assert "anticoagulant" not in str(stored["history"]) + str(stored.get("unsent"))


async def test_a_move_keeps_the_answers_and_the_reminder_says_what_is_open(
    town: Town, clock: TurnableClock
) -> None:
    asha, _ = await _booked(town)
    await asha.taps("📝 Answer 3 questions")
    await asha.says("aspirin")
    await _card(asha)
    await asha.taps(asha.label("Move"))
    await asha.says("2027-05-04")
    await asha.says("11:30")
    assert "please answer 2 questions" in await asha.taps("Confirm")
    assert (await _stored(town))["answers"][0]["text"] == "aspirin"
    clock.turn_to(MONDAY + timedelta(hours=28, minutes=35))
    await town.assembly.clinic.periodic.run()
    assert "Before the visit, please answer 2 questions." in await asha.hears("⏰ Today")
    await asha.taps("📝 Answer 2 questions")
    assert "Have you had an ultrasound before?" in asha.last


async def test_once_it_has_begun_or_is_cancelled_nothing_can_be_answered(
    town: Town, clock: TurnableClock
) -> None:
    asha, _ = await _booked(town)
    await asha.taps("📝 Answer 3 questions")
    clock.turn_to(MONDAY + timedelta(hours=28, minutes=31))
    await asha.says("/cancel")
    await asha.says("/appointments")
    await asha.taps("🕰 Past")
    await asha.taps(asha.label("4 May"))
    assert not any("📝" in label for label in asha.buttons)
    assert "answers" not in await _stored(town)


async def test_a_question_that_is_gone_is_passed_over_and_a_cancelled_visit_ends_it(town: Town) -> None:
    asha, doctor = await _booked(town)
    await asha.taps("📝 Answer 3 questions")
    await town.storage.catalogue.put(replace(ASKS, questions=(ASKS.questions[0], ASKS.questions[2])))
    assert "Which side hurts?" in await asha.says("aspirin")
    await _card(doctor)
    await doctor.taps(doctor.label("Cancel"))
    await doctor.taps("Skip")
    await doctor.taps("Yes, cancel it")
    card = next(message for message in asha.messages if "Which side hurts?" in message.get("text", ""))
    row = card["reply_markup"]["inline_keyboard"][0]
    assert "cancelled" in await asha.taps_raw(card["message_id"], row[0]["callback_data"])


async def test_the_copy_of_ones_data_has_the_answers_and_leaving_erases_them(town: Town) -> None:
    asha, doctor = await _booked(town)
    await _answers(asha)
    await asha.says("/mydata")
    (file,) = asha.files.values()
    assert json.loads(file)["appointments"][0]["answers"][0]["text"] == SECRET
    assert b"ticks" not in file
    await doctor.says("/mydata")
    (file,) = doctor.files.values()
    assert b"anticoagulant" not in file
    await asha.says("/forgetme")
    await asha.taps(asha.label("Yes, delete it"))
    await asha.hears("Your account is deleted")
    stored = await _stored(town)
    assert "answers" not in stored
    assert "anticoagulant" not in str(stored)
