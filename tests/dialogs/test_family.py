"""A family: adding a child, booking for her, and what those who look after her hear and see."""

from datetime import timedelta

import pytest

from services.models.appointments import Appointment
from services.models.limits import LimitName
from services.models.people import ChatId, Role, UserId
from tests.town import Person, Town
from tests.turning import TurnableClock

ADD_MIA = [
    ("/family", "whom you look after"),
    ("«Add someone»", "full name"),
    ("Mia Patel", "Save it"),
    ("«Save»", "Mia Patel is added"),
]
BOOK_FOR_MIA = [
    ("/book", "Who is it for?"),
    ("«Mia Patel»", "What kind of doctor do they need?"),
    ("«Cardiology»", "Who should they see?"),
    ("«Rao»", "Which day?"),
    ("«4»", "Which time?"),
    ("«10:30 AM»", "reason for the visit"),
    ("«Skip»", "🙂 Mia Patel"),
    ("«Confirm»", "Mia Patel's appointment is booked"),
]


async def _family(town: Town) -> tuple[Person, Person, Person]:
    """Return a doctor, and two who look after Mia."""
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    tom = await town.signed_in("Tom Fox", "tom@example.org")
    await asha.talks(ADD_MIA)
    account = (await town.storage.user_search.search("tom", 0, 5)).items[0]
    assert await town.storage.carers.look_after(account.id, await _mia(town))
    return rao, asha, tom


async def _mia(town: Town) -> UserId:
    (mia,) = await town.storage.patients.search("mia")
    return mia.id


async def _booked(town: Town) -> Appointment:
    asha = (await town.storage.user_search.search("asha", 0, 5)).items[0]
    (found,) = await town.storage.appointment_queries.after(
        Role.PATIENT, (*asha.looks_after, asha.id), None, 5
    )
    return found


async def test_a_child_is_booked_for_and_all_who_look_after_her_hear_of_it(town: Town) -> None:
    rao, asha, tom = await _family(town)
    await asha.talks(BOOK_FOR_MIA)
    assert "Patient: Mia Patel" in await rao.hears("Appointment booked")
    assert "For: Mia Patel" in await tom.hears("Asha Patel booked an appointment for Mia Patel")
    for email in ("asha@example.org", "tom@example.org"):
        mail = await town.mailbox.wait_for(lambda mail, email=email: mail.to == (email,))  # type: ignore[misc]
        assert "SUMMARY:Appointment: Mia Patel with Dr Meera Rao" in str(mail.invited)
        assert mail.subject.startswith("Booked: Mia Patel with Dr Meera Rao")
    assert not any("Asha Patel booked" in message.get("text", "") for message in asha.messages)
    await tom.talks([("/appointments", "Dr Meera Rao, for Mia Patel"), ("«Mia ·»", "🙂 Mia Patel")])
    await tom.talks(
        [("«Cancel app»", "Cancel Dr Meera Rao, for Mia Patel"), ("«Yes, cancel»", "is cancelled")]
    )
    await asha.hears("Tom Fox cancelled the appointment of Mia Patel")
    await rao.hears("Appointment cancelled")


async def test_a_limit_is_the_childs_and_is_told_so(town: Town) -> None:
    _, asha, _ = await _family(town)
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    clinic = town.assembly.clinic
    admin = await clinic.sessions.authenticate(ChatId(nora.phone.chat_id))
    await clinic.limit_settings.change(admin, LimitName.A_DAY, 1)
    await asha.talks(BOOK_FOR_MIA)
    await asha.talks([("/book mia rao 4 May 11:30", "reason for the visit")])
    said = await asha.taps("Skip")
    assert said.startswith(
        "Mia Patel already has an appointment with this doctor on Tue 4 May 2027. Please choose another day"
    )
    assert "all the same" not in said
    await asha.says("/cancel")
    # Her own is another one.
    await asha.talks([("/book rao 4 May 11:30", "Who is it for?"), ("«Myself»", "reason for your visit")])
    await asha.talks([("«Skip»", "Book this appointment?")])


async def test_who_looks_after_nobody_is_not_asked(town: Town) -> None:
    await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.talks([("/book", "What kind of doctor do you need?")])


async def test_one_books_for_oneself_too_and_goes_back_to_choose_another(town: Town) -> None:
    _, asha, _ = await _family(town)
    await asha.talks([("/book", "Who is it for?"), ("myself", "🙂 Myself"), ("« Back", "Who is it for?")])
    await asha.talks([("mia", "🙂 Mia Patel"), ("rao", "Which day?")])
    await asha.says("/cancel")
    await asha.talks([("/book rao tomorrow 10:30", "Who is it for?"), ("«Myself»", "reason for your visit")])
    await asha.says("/cancel")
    await asha.talks([("/book mia rao tomorrow 10:30", "🙂 Mia Patel")])


async def test_each_button_that_begins_a_booking_asks_for_whom(town: Town) -> None:
    rao, asha, _ = await _family(town)
    await asha.talks([("/doctors", "Our doctors"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Next free")])
    await asha.talks([("«Take the next»", "Who is it for?"), ("«Mia Patel»", "reason for the visit")])
    await asha.talks([("«Skip»", "🙂 Mia Patel"), ("«Confirm»", "Mia Patel's appointment is booked")])
    await rao.hears("Appointment booked")
    await asha.talks([("/book", "Who is it for?"), ("«Mia Patel»", "What kind")])
    await asha.talks([(f"«{asha.label('next free time')}»", "🙂 Mia Patel")])
    await asha.says("/cancel")
    await asha.talks([("/family", "Mia Patel"), ("«Mia Patel»", "🙂"), ("«Book for them»", "🙂 Mia Patel")])


async def test_a_waiting_list_is_joined_and_left_for_a_child(town: Town) -> None:
    _, asha, tom = await _family(town)
    await asha.talks([("/book", "Who is it for?"), ("«Mia Patel»", "What kind"), ("«Cardiology»", "Who")])
    await asha.talks(
        [("«Rao»", "Which day?"), ("«Tell me when»", "🙂 Mia Patel"), ("«Any day until»", "Which")]
    )
    await asha.talks([("«Any time»", "Mia Patel is on the waiting list")])
    await tom.talks([("/waitlist", "for Mia Patel"), ("«Leave the list»", "You have left")])
    await asha.talks([("/waitlist", "not on any waiting list")])


async def test_somebody_is_changed_and_removed_once_nothing_is_to_come(town: Town) -> None:
    _, asha, _ = await _family(town)
    await town.storage.carers.forget(await _mia(town))
    account = (await town.storage.user_search.search("asha", 0, 5)).items[0]
    await town.storage.carers.look_after(account.id, await _mia(town))
    await asha.talks([("/family", "Mia Patel"), ("«Mia Patel»", "🙂"), ("«Change»", "Save this?")])
    await asha.talks([("«Birth date»", "When were they born"), ("14 March", "Please type it like 14 March")])
    await asha.talks(
        [("14 March 2019", "14 March 2019"), ("«Telephone»", "telephone"), ("what?", "like +44")]
    )
    await asha.talks([("+44 20 7946 0018", "+44 20 7946 0018"), ("«Save»", "Saved: Mia Patel")])
    await asha.talks(BOOK_FOR_MIA)
    await asha.talks([("/family", "Mia"), ("«Mia Patel»", "🎂"), ("«Remove»", "I'll delete what I know")])
    await asha.talks([("«Yes, remove»", "they have an appointment on")])
    await asha.talks([("/appointments", "Mia"), ("«Mia ·»", "🙂"), ("«Cancel app»", "Cancel")])
    await asha.taps("Yes, cancel")
    await asha.talks(
        [("/family", "Mia"), ("«Mia Patel»", "🎂"), ("«Remove»", "Remove"), ("«Yes, r»", "removed")]
    )
    assert await town.storage.patients.search("mia") == []
    await asha.talks([("/book", "What kind of doctor do you need?")])


@pytest.mark.parametrize("code", ["appt", "move", "cancel?", "cancel", "come", "why", "ics"])
async def test_a_stranger_and_a_former_carer_reach_nothing_with_forged_taps(town: Town, code: str) -> None:
    _, asha, tom = await _family(town)
    await asha.talks(BOOK_FOR_MIA)
    await tom.hears("Asha Patel booked")
    visit, mia = await _booked(town), await _mia(town)
    minutes = f":{int(visit.slot.start.timestamp()) // 60}" if code == "cancel" else ""
    account = (await town.storage.user_search.search("tom", 0, 5)).items[0]
    await town.storage.carers.stop(account.id, mia)
    stranger = await town.signed_in("Zed", "zed@example.org")
    for person in (stranger, tom):
        await person.says("/help")
        assert "not one of your appointments" in await person.forges(f"{code}:{visit.id}{minutes}")
    assert await town.storage.appointments.by_id(visit.id) == visit


async def test_a_stranger_reaches_no_patient_with_forged_taps(town: Town) -> None:
    rao, _, _ = await _family(town)
    mia = await _mia(town)
    doctor = (await town.storage.user_search.search("rao", 0, 5)).items[0]
    stranger = await town.signed_in("Zed", "zed@example.org")
    for data in (f"fam:{mia}", f"fam~:{mia}", f"fam-?:{mia}", f"fam-:{mia}", f"fambook:{mia}"):
        await stranger.says("/help")
        assert "none of the people you look after" in await stranger.forges(data)
    await stranger.says("/help")
    assert "none of the people" in await stranger.forges(f"unwaitp:{doctor.id}:{mia}")
    await stranger.says("/book")
    await stranger.forges(f"pat:{mia}")
    await rao.says("/help")
    assert "only" in (await rao.forges(f"fam:{mia}")).lower()
    assert "Mia" not in stranger.last


async def test_each_is_reminded_when_they_like_to_be(town: Town, clock: TurnableClock) -> None:
    _, asha, tom = await _family(town)
    await tom.talks([("/reminders", "remind")])
    account = (await town.storage.user_search.search("tom", 0, 5)).items[0]
    await town.storage.users.change(account.id, {"reminders": [180]})
    await asha.talks(BOOK_FOR_MIA)
    await tom.hears("Asha Patel booked")
    visit = await _booked(town)
    clock.turn_to(visit.slot.start - timedelta(minutes=175))
    await town.assembly.clinic.reminders.work()
    town.assembly.outbox.nudge()
    assert "For: Mia Patel" in await tom.hears("Mia Patel with Dr Meera Rao")
    clock.turn_to(visit.slot.start - timedelta(minutes=55))
    await town.assembly.clinic.reminders.work()
    town.assembly.outbox.nudge()
    await asha.hears("⏰")
    reminded = [
        message
        for message in tom.messages
        if "⏰" in message.get("text", "") and "For: Mia" in message["text"]
    ]
    assert len(reminded) == 1
