"""Proposing a follow-up after a visit, and taking one of its times at a tap, once."""

import re
from datetime import timedelta

import pytest

from services.models.appointments import AppointmentId
from services.models.people import Role
from services.models.scheduling import Schedule
from tests.dialogs.test_offers import rao
from tests.dialogs.test_schedule import BOOKED, TUESDAY_TEN, booked, two_people
from tests.town import Person, Town
from tests.turning import TurnableClock


async def _seen(town: Town, clock: TurnableClock) -> tuple[Person, Person, AppointmentId]:
    """Return a doctor who has just noted that a patient was seen, the patient, and the visit."""
    doctor, asha = await two_people(town)
    visit = await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    clock.turn_to(TUESDAY_TEN + timedelta(hours=1))
    await doctor.talks([("/schedule", "• booked"), ("«10:00 AM Asha Patel»", "Status: booked")])
    await doctor.talks([("«✅ Seen»", "Noted: Asha Patel, 10:00 AM, was seen")])
    return doctor, asha, visit


async def _proposed(town: Town, clock: TurnableClock) -> tuple[Person, Person, AppointmentId]:
    doctor, asha, visit = await _seen(town, clock)
    await doctor.talks(
        [
            ("«Propose a follow-up»", "Propose a follow-up\n🙂 Asha Patel\n🕑 Seen Tue 4 May 2027, 10:00 AM"),
            ("soon", "Please tap when, or type it like “in 10 days”"),
            ("in 2 hours", "It can be up to 365 days away"),
            ("two years", "It can be up to 365 days away"),
            ("400 days", "It can be up to 365 days away"),
            # Days, or a day? That is not guessed.
            ("28", "or a date like “4 May”. It can be up to 365 days away"),
            ("today", "It can be up to 365 days away"),
            ("3 May 2027", "Mon 3 May 2027 is over"),
            ("31 Feb", "That day doesn't exist"),
            ("«In 2 weeks»", "🕑 Mon 17 May 2027, 10:00 AM\n🕑 Tue 18 May 2027, 10:00 AM"),
            ("«Skip»", "Send this?"),
            ("«Send»", "Proposed to Asha Patel: Mon 17 May 2027, 10:00 AM; Tue 18 May"),
        ]
    )
    await asha.hears("↪ Dr Meera Rao would like to see you again around Tue 18 May 2027")
    return doctor, asha, visit


async def test_a_follow_up_is_taken_at_one_tap_once_for_each_proposal(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, _ = await _proposed(town, clock)
    assert "a cough" not in asha.last
    offered = [label for label in asha.buttons if label.startswith("🕑")]
    assert offered == [f"🕑 {day} May 2027, 10:00 AM" for day in ("Mon 17", "Tue 18", "Wed 19")]
    asked, other = asha.last_id, asha.buttons[asha.label("Wed 19 May")]
    assert f"{BOOKED}Tue 18 May 2027, 10:00 AM" in await asha.taps("Tue 18 May")
    for person in (asha, doctor):
        await person.hears("Appointment booked", since=asked - 1 if person is asha else doctor.last_id - 1)
    await asha.taps_raw(asked, other)
    assert any("already taken another time for this" in m["text"] for m in asha.messages)
    await asha.talks([("/appointments", "1 appointment"), ("«18 May»", "a cough")])
    # Another proposal is another appointment.
    await doctor.talks([("/schedule 4 May", "✅ seen"), ("«10:00 AM Asha»", "Status: seen")])
    await doctor.talks(
        [("«Propose a follow-up»", "When should they come"), ("in 10 days", "What should I tell")]
    )
    await doctor.talks([("skip", "Send this?"), ("yes", "Proposed to Asha")])
    await asha.hears("around Fri 14 May 2027")
    assert f"{BOOKED}Fri 14 May" in await asha.taps("Fri 14 May")


@pytest.mark.parametrize(
    ("typed", "around"),
    [
        ("11 May", "Tue 11 May"),
        ("tomorrow", "Wed 5 May"),
        ("next friday", "Fri 7 May"),
        ("28 days", "Tue 1 Jun"),
    ],
)
async def test_the_day_of_a_follow_up_can_be_typed(
    town: Town, clock: TurnableClock, typed: str, around: str
) -> None:
    doctor, asha, _ = await _seen(town, clock)
    await doctor.talks(
        [("«Propose a follow-up»", "When should they"), (typed, "What should I tell the patient?")]
    )
    await doctor.talks([("«Skip»", "Send this?"), ("«Send»", "Proposed to Asha Patel")])
    await asha.hears(f"would like to see you again around {around} 2027")


async def test_the_doctor_sees_what_goes_out_and_adds_a_note_before_it_does(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha, _ = await _seen(town, clock)
    await doctor.talks(
        [
            ("«Propose a follow-up»", "You'll see the times before I send them"),
            (
                "in 2 weeks",
                "🙂 Asha Patel\n🕑 Mon 17 May 2027, 10:00 AM\n🕑 Tue 18 May",
            ),
            ("x" * 301, "300 characters"),
            ("Bring <the> X-ray", "🕑 Tue 18 May 2027, 10:00 AM\n🕑 Wed 19 May 2027, 10:00 AM"),
        ]
    )
    assert "To the patient: Bring <the> X-ray" in doctor.last
    assert not any("↪" in message["text"] for message in asha.messages)
    await doctor.talks([("«Back»", "What should I tell"), ("Come hungry", "To the patient: Come hungry")])
    await doctor.talks([("«Send»", "Proposed to Asha Patel: Mon 17 May 2027, 10:00 AM")])
    assert "Note: Come hungry" in await asha.hears("↪ Dr Meera Rao would like to see you again")
    mail = await town.mailbox.wait_for(lambda m: "Follow-up" in m.subject)
    assert "Note: Come hungry" in mail.text


async def test_nothing_goes_out_that_the_doctor_has_not_seen(town: Town, clock: TurnableClock) -> None:
    doctor, asha, _ = await _seen(town, clock)
    await doctor.talks(
        [("«Propose a follow-up»", "When should"), ("in 2 weeks", "Mon 17 May 2027, 10:00 AM")]
    )
    await doctor.talks([("Come hungry", "Send this?")])
    bela = await town.signed_in("Bela", "bela@example.org")
    for act in ("/book", "Cardiology", "Rao", "2027-05-17", "10:00", "Skip", "Confirm"):
        await bela.says(act)
    assert "One of these times has just been taken" in await doctor.taps("Send")
    assert "🕑 Mon 17 May 2027, 10:00 AM" not in doctor.last
    assert "To the patient: Come hungry" in doctor.last
    assert not any("↪" in message["text"] for message in asha.messages)
    await doctor.talks([("«Send»", "Proposed to Asha Patel: Mon 17 May 2027, 09:30 AM")])
    await asha.hears("↪ Dr Meera Rao would like to see you again")


async def test_who_leaves_it_sends_nothing(town: Town, clock: TurnableClock) -> None:
    doctor, asha, _ = await _seen(town, clock)
    await doctor.talks([("«Propose a follow-up»", "When should"), ("in 2 weeks", "What should I tell")])
    await doctor.talks([("skip", "Send this?"), ("«Leave»", "Follow-up stopped. Nothing was sent.")])
    assert not any("↪" in message["text"] for message in asha.messages)


async def test_the_links_of_the_mail_take_it_too(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _proposed(town, clock)
    mail = await town.mailbox.wait_for(lambda m: "Follow-up" in m.subject)
    assert mail.to == ("asha@example.org",)
    assert mail.subject == "Follow-up: Dr Meera Rao, around Tue 18 May 2027"
    links = re.findall(r"https://t\.me/mediconnect_bot\?start=(next_[\w-]+)", mail.text)
    assert len(links) == 3
    await asha.settled(asha.phone.start(links[0]))
    assert "Appointment booked\nWith: Dr Meera Rao" in asha.last


async def test_a_time_that_has_gone_is_said_to_be_gone(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await _proposed(town, clock)
    bela = await town.signed_in("Bela", "bela@example.org")
    for act in ("/book", "Cardiology", "Rao", "2027-05-18", "10:00"):
        await bela.says(act)
    await bela.taps("Skip")
    await bela.taps("Confirm")
    assert "10:00 AM is not free any more" in await asha.taps("Tue 18 May")


async def test_a_doctor_without_free_times_then_is_told(town: Town, clock: TurnableClock) -> None:
    doctor, asha, _ = await _seen(town, clock)
    await doctor.talks(
        [
            ("«Propose a follow-up»", "When should they come again?"),
            (
                "«In 12 weeks»",
                "You have no free time around Tue 27 Jul 2027. Patients can book until Sat 3 Jul",
            ),
        ]
    )
    await town.storage.schedules.put(await rao(town), Schedule(weekly={}))
    await doctor.talks(
        [("3 weeks", "You have no free time around Tue 25 May 2027"), ("/cancel", "stopped. Nothing")]
    )
    assert not any("↪" in message["text"] for message in asha.messages)


async def test_only_who_was_seen_is_to_come_again_and_only_the_patient_takes_it(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha = await two_people(town)
    visit = await booked(town, asha, doctor, TUESDAY_TEN)
    other = await town.signed_in("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    bela = await town.signed_in("Bela", "bela@example.org")
    for person in (doctor, other, bela, asha):
        await person.says("/help")
    assert "as seen first" in await doctor.taps_raw(doctor.last_id, f"fup:{visit}")
    assert "not one of your appointments" in await other.taps_raw(other.last_id, f"fup:{visit}")
    later = int((TUESDAY_TEN + timedelta(days=7)).timestamp()) // 60
    for person in (bela, asha):
        said = await person.taps_raw(person.last_id, f"next:{visit}:1:{later}")
        assert "not one of your appointments" in said
    clock.turn_to(TUESDAY_TEN + timedelta(hours=1))
    await doctor.talks([("/schedule", "• booked"), ("«10:00 AM Asha Patel»", "Status: booked")])
    await doctor.talks([("«Did not come»", "did not come")])
    assert not any("follow-up" in label for label in doctor.buttons)
    assert "as seen first" in await doctor.taps_raw(doctor.last_id, f"fup:{visit}")


async def test_a_proposal_that_is_made_once_more_after_a_crash_is_one(
    town: Town, clock: TurnableClock
) -> None:
    _, asha, visit = await _proposed(town, clock)
    clinic = town.assembly.clinic
    principal = (await town.storage.users.credentials("rao@example.org")).user  # type: ignore[union-attr]
    found = await town.storage.appointments.by_id(visit)
    assert found is not None
    doctor = await clinic.sessions.authenticate(
        (await town.storage.sessions.chats_of([principal.id], clock.now()))[principal.id][0]
    )
    weeks = timedelta(weeks=2)
    await clinic.visits.follow_ups.propose(doctor, visit, weeks, version=found.version - 1)
    again = await town.storage.appointments.by_id(visit)
    assert again == found
    assert sum("↪" in message["text"] for message in asha.messages) == 1
