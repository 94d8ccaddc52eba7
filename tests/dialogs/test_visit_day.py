"""The day of a visit in the chat: late doctors, who is there, who is next, messages, short notice."""

from datetime import timedelta

import pytest

from bot.demo.mailbox import CaughtMail
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.patients import Made, Patient
from services.models.people import Role, UserId
from services.models.slots import Slot
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

HOUR, HALF, MINUTE = timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=1)


async def _morning(town: Town, clock: TurnableClock) -> tuple[Person, Person, Person]:
    """Return Dr Rao, Asha who comes at ten, and Bela who comes at half past ten; it is half past nine."""
    doctor, asha = await two_people(town)
    bela = await town.signed_in("Bela Nagy", "bela@example.org")
    await booked(town, asha, doctor, TUESDAY_TEN)
    await booked(town, bela, doctor, TUESDAY_TEN + HALF)
    clock.turn_to(TUESDAY_TEN - HALF)
    await town.assembly.clinic.periodic.run()
    for person in (asha, bela):
        await person.hears("⏰ Today")
    return doctor, asha, bela


def _said(person: Person, part: str) -> int:
    return sum(part in message.get("text", "") for message in person.messages)


async def test_patients_hear_once_how_late_the_doctor_is_and_see_it_on_their_card(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, bela = await _morning(town, clock)
    answer = await doctor.says("/late 20")
    assert "Noted: you're about 20 minutes late. I'm telling 2 patients who still come." in answer
    assert "🕐 20 minutes late" in answer
    assert "Expected: about 10:20 AM" in await asha.hears("Dr Meera Rao is running about 20 minutes late")
    assert "Expected: about 10:50 AM" in await bela.hears("Dr Meera Rao is running about 20 minutes late")
    await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Running late" in m.subject)
    assert "so I don't tell them again" in await doctor.says("/late 25 minutes")
    await asha.talks(
        [("/appointments", "1 appointment"), ("«4 May»", "Expected about 10:25 AM: Dr Meera Rao")]
    )
    await doctor.talks([("«Running late»", "Now: 25 minutes late"), ("«45 min»", "about 45 minutes late")])
    await asha.hears("running about 45 minutes late")
    await doctor.talks(
        [("«Running late»", "Now: 45 minutes late"), ("«On time again»", "you're on time again")]
    )
    await asha.hears("Dr Meera Rao is on time again")
    assert _said(asha, "is running about") == 2
    stored = await town.storage.appointments.by_id(AppointmentId(f"{int(TUESDAY_TEN.timestamp()):024x}"))
    assert stored is not None
    assert stored.slot.start == TUESDAY_TEN


@pytest.mark.parametrize("words", ["soon", "300", "20 Rao", "-5"])
async def test_what_is_no_lateness_gets_one_sentence(town: Town, words: str) -> None:
    doctor, _ = await two_people(town)
    answer = await doctor.says(f"/late {words}")
    assert answer == (
        "How many minutes are you late? Please type it like /late 20, at most 4 hours,"
        " or /late 0 when you're on time again."
    )


async def test_an_admin_says_it_for_a_doctor(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _morning(town, clock)
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.talks(
        [("/late 20", "Which doctor is 20 minutes late?"), ("«Dr Meera Rao»", "Dr Meera Rao is about")]
    )
    await asha.hears("running about 20 minutes late")
    await nora.talks(
        [("/late on time Rao", "Dr Meera Rao is on time again"), ("/late 20 Nobody", "couldn't find")]
    )
    await asha.hears("on time again")
    await nora.talks([("/late Sen", "How late is Dr Tomás Sen today?")])
    assert "Only admins, doctors and receptionists can do that." in await asha.says("/late 20")


async def test_who_is_there_with_a_child_reads_of_the_child(town: Town, clock: TurnableClock) -> None:
    doctor, asha, _ = await _morning(town, clock)
    mia = Patient(UserId(f"p-{'1' * 22}"), "Mia <Patel>")
    rao, own = [(await town.storage.user_search.search(name, 0, 1)).items[0] for name in ("rao", "asha")]
    await town.storage.patients.add(mia, Made(clock.now(), own.id))
    await town.storage.carers.look_after(own.id, mia.id)
    slot = Slot(TUESDAY_TEN - HALF, TUESDAY_TEN)
    visit = Appointment(AppointmentId("a" * 24), rao.id, mia.id, slot, AppointmentStatus.BOOKED)
    await town.storage.appointments.add_silently([(visit, clock.now())], by=own.id)
    clock.turn(-MINUTE)
    await asha.talks([("/appointments", "for Mia <Patel>"), ("«Mia ·»", "🙂 Mia <Patel>")])
    await asha.talks([("«I'm here»", "Mia <Patel> is here. They're next.")])
    await doctor.talks([("/schedule", "Mia <Patel> • booked, ✓ here"), ("«Next patient»", "called in Mia")])
    await town.assembly.live_cards.refresh()
    await asha.hears("Dr Meera Rao is ready for Mia <Patel>")
    assert _said(asha, "You're here") == 0


async def test_who_is_there_sees_the_place_in_the_line_change_in_place(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, bela = await _morning(town, clock)
    refresh = town.assembly.live_cards.refresh
    await bela.talks([("«I'm here»", "You're here. You're next.")])
    card = bela.last_id
    assert "🕐 Expected about 10:30 AM" in bela.last
    await doctor.talks([("/schedule", "Bela Nagy • booked, ✓ here since 09:30 AM")])
    clock.turn(MINUTE)
    await asha.talks([("«I'm here»", "You're next.")])
    await refresh()
    await bela.hears("You're number 2 in line: 1 person is before you.")
    await doctor.says("/late 20")
    clock.turn(MINUTE)
    await refresh()
    await bela.hears("Expected about 10:50 AM")
    assert [m["message_id"] for m in bela.messages if "number 2 in line" in m.get("text", "")] == [card]
    await doctor.talks([("«Next patient»", "I've called in Asha Patel (10:00 AM).")])
    await asha.hears("🔔 Dr Meera Rao is ready for you")
    clock.turn(MINUTE)
    await refresh()
    await bela.hears("You're here. You're next.")
    await doctor.talks([("«Next patient»", "I've called in Bela Nagy (10:30 AM).")])
    assert "10:00 AM · Asha Patel ✅ seen" in doctor.last
    assert "Nobody else is here yet." in await doctor.taps("Next patient")
    await refresh()
    await bela.hears("is ready for you. Please come in.")


async def test_a_card_is_edited_once_a_minute_and_not_where_it_shows_something_else(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, bela = await _morning(town, clock)
    refresh = town.assembly.live_cards.refresh
    for person in (asha, bela):
        await person.taps("I'm here")
    await refresh()
    for late in ("/late 20", "/late 40"):
        await doctor.says(late)
        await refresh()
        assert not _said(bela, "Expected about 10:50 AM") + _said(bela, "Expected about 11:10 AM")
    clock.turn(MINUTE)
    await refresh()
    assert _said(bela, "Expected about 11:10 AM") == 1
    await asha.says("/logout")
    await doctor.says("/late 45")
    clock.turn(MINUTE)
    await refresh()
    assert (_said(bela, "about 11:15 AM"), _said(asha, "about 10:45 AM. I'll keep")) == (1, 0)
    await bela.taps("« My appointments")
    shown = list(bela.messages)
    await doctor.taps("Next patient")
    clock.turn(MINUTE)
    await refresh()
    assert [message for message in bela.messages if "🗓 Upcoming" in message["text"]] == [
        message for message in shown if "🗓 Upcoming" in message["text"]
    ]


async def test_a_stale_button_and_a_double_tap_call_nobody_else(town: Town, clock: TurnableClock) -> None:
    doctor, asha, bela = await _morning(town, clock)
    for person in (asha, bela):
        await person.taps("I'm here")
    await doctor.says("/schedule")
    card, data = doctor.last_id, doctor.buttons["▶ Next patient"]
    await doctor.taps_raw(card, data)
    assert "Asha Patel (10:00 AM) was called in last." in await doctor.taps_raw(card, data)
    await asha.hears("is ready for you")
    assert not _said(bela, "is ready for you")


async def test_too_early_nobody_is_there_but_the_desk_notes_it(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    found = await booked(town, asha, doctor, TUESDAY_TEN)
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    clock.turn_to(TUESDAY_TEN - 2 * HOUR)
    await asha.says("/help")
    assert "from Tue 4 May 2027, 09:00 AM on" in await asha.taps_raw(asha.last_id, f"here:{found}")
    await nora.talks([("/appointments", "Asha Patel (booked)"), ("«Asha Patel»", "📋 Appointment")])
    await nora.talks([("«Arrived»", "Noted: Asha Patel is here."), ("«The day»", "✓ here since 08:00 AM")])
    for person in (asha, nora):
        await person.says("/help")
    assert "📍 Arrived" not in nora.buttons
    for data in (f"came:{found}", "callin:", "late:: 20", f"write:{found}"):
        await asha.taps_raw(asha.last_id, data)
        assert "here since" not in asha.last


async def test_a_message_to_one_patient_is_previewed_and_comes_once(town: Town, clock: TurnableClock) -> None:
    doctor, asha, bela = await _morning(town, clock)
    await doctor.talks(
        [("/schedule", "Asha"), ("«10:00 AM Asha Patel»", "📋"), ("«Message»", "Message to Asha Patel")]
    )
    await doctor.talks(
        [("x" * 301, "to 300 characters"), ("Please bring the <X-ray>", "“Please bring the <X-ray>”")]
    )
    preview, send = doctor.last_id, doctor.buttons["📨 Send"]
    await doctor.talks([("«Send»", "On its way to Asha Patel, here and by email.")])
    await doctor.taps_raw(preview, send)
    heard = await asha.hears("💬 A message from Dr Meera Rao")
    assert "Message: Please bring the <X-ray>" in heard

    def is_it(mail: CaughtMail) -> bool:
        return "A message about your appointment" in mail.subject

    mail = await town.mailbox.wait_for(is_it)
    assert mail.to == ("asha@example.org",)
    assert "X-ray" not in mail.subject
    assert _said(asha, "A message from") == 1
    assert not _said(bela, "A message from")
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    assert (
        "Meera Rao wrote to Asha Patel about the appointment on Tue 4 May 2027, 10:00 AM"
        in await nora.says("/audit")
    )
    assert "X-ray" not in nora.last


async def test_a_message_to_all_of_a_day_by_the_doctor_and_by_an_admin(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, bela = await _morning(town, clock)
    await doctor.talks([("/schedule", "Asha"), ("«Message all»", "Message to 2 patients of Tue 4 May 2027")])
    await doctor.talks([("The lift is broken", "Send this?"), ("«Send»", "On its way to 2 patients")])
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.talks([("/appointments", "Asha"), ("«Message all»", "Message to 2 patients")])
    await nora.talks([("Use door B", "Send this?"), ("«Send»", "On its way")])
    for person in (asha, bela):
        await person.hears("Message: The lift is broken")
        await person.hears("Message: Use door B")


async def test_who_cannot_come_is_asked_once_and_the_desk_and_the_doctor_hear_at_once(
    town: Town, clock: TurnableClock
) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    doctor, asha, _ = await _morning(town, clock)
    await asha.talks([("«I can't come»", "Are you sure that you can't come? Dr Meera Rao, Tue 4 May 2027")])
    assert next(iter(asha.buttons)) == "« Keep it"
    await asha.talks([("«« Keep it»", "Status: booked"), ("«I can't come»", "Are you sure")])
    await asha.talks([("«Yes, I can't come»", "Appointment cancelled\nWith: Dr Meera Rao")])
    assert "Patient: Asha Patel" in await doctor.hears("✖ Cancelled at short notice")
    assert "Patient: Asha Patel\nWith: Dr Meera Rao" in await nora.hears("✖ Cancelled at short notice")
    mail = await town.mailbox.wait_for(lambda m: m.to == ("nora@example.org",) and "Cancelled" in m.subject)
    assert "Asha Patel" in mail.text
    page = await town.storage.audit.page(None, None, number=0, size=9)
    (entry,) = [entry for entry in page.items if entry.action is Action.CANCELLED]
    assert entry.facts["late"] is True
    assert "cancelled an appointment on Tue 4 May 2027, 10:00 AM, in the chat, late." in await nora.says(
        "/audit"
    )


async def test_who_has_stopped_looking_after_a_patient_sees_no_more_of_the_line(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, bela = await _morning(town, clock)
    accounts = {each.name: each.id for each in (await town.storage.user_search.search("", 0, 9)).items}
    mia = Patient(UserId("p-mia"), "Mia")
    await town.storage.patients.add(mia, Made(clock.now(), accounts["Asha Patel"]))
    assert await town.storage.carers.look_after(accounts["Bela Nagy"], mia.id)
    visits = town.storage.appointments._appointments
    await visits.update_one(
        {"patient_id": accounts["Bela Nagy"]}, {"$set": {"patient_id": mia.id}}, comment=OURS
    )
    await bela.talks([("«I'm here»", "Mia is here. They're next.")])
    assert await town.storage.carers.stop(accounts["Bela Nagy"], mia.id)
    before = list(bela.messages)
    await asha.taps("I'm here")
    await doctor.says("/late 20")
    clock.turn(MINUTE)
    await town.assembly.live_cards.refresh()
    assert [each for each in bela.messages if each not in before] == []
