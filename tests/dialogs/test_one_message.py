"""Whoever does a thing in a chat reads there once that it is done; all others hear of it as ever."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.models.appointments import AppointmentId, CancellationCause
from services.models.people import ChatId, Role
from tests.dialogs.test_follow_up import _proposed
from tests.dialogs.test_offers import losing
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.dialogs.test_waitlist import OPENED, cancels, joins, one_time
from tests.faults.holding import told
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

BOOKED, MOVED, CANCELLED = "Appointment booked", "Appointment moved", "Appointment cancelled"
BOOKED_BUTTONS = ["📋 Open the appointment", "📅 Add to calendar"]
EARLIER = "⏩ An earlier time, if one opens"


def said(person: Person, part: str) -> list[str]:
    """Return all messages of a chat that say so."""
    return [str(message["text"]) for message in person.messages if part in message.get("text", "")]


async def outcomes(town: Town, person: Person, kind: str) -> list[str]:
    """Return what became of the notices of that kind for the person's chat."""
    query = {"event.kind": kind, "chat_id": person.phone.chat_id}
    rows = await town.storage.notifications._notifications.find(query, comment=OURS).to_list(None)
    return [row["outcome"] for row in rows]


async def nothing_is_left(town: Town, clock: TurnableClock) -> None:
    """Let whatever could still be told be told."""
    for wait in (timedelta(0), timedelta(minutes=10)):
        clock.turn(wait)
        # What is news by now is a notice then; the bot itself may be at it.
        await told(town)


async def _books(person: Person) -> None:
    await person.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")])
    await person.talks([("2027-05-04", "Which time"), ("10:30", "reason"), ("It itches", "Book this")])


@pytest.mark.parametrize("act", ["tap", "word"])
async def test_the_card_of_a_booking_becomes_the_confirmation(
    town: Town, clock: TurnableClock, act: str
) -> None:
    doctor, asha = await two_people(town)
    tablet = town.person("Asha's tablet")
    await tablet.signs_in("asha@example.org")
    await _books(asha)
    card = asha.last_id
    answer = await (asha.taps("Confirm") if act == "tap" else asha.says("confirm"))
    assert answer.startswith(
        "✅ Appointment booked\nWith: Dr Meera Rao\nSpecialization: Cardiology\nWhen: Tue"
    )
    assert "Reason: It itches" in answer
    assert "You can move or cancel it in /appointments" in answer
    assert list(asha.buttons) == [*BOOKED_BUTTONS, EARLIER]
    assert (asha.last_id == card) is (act == "tap")
    assert BOOKED in await doctor.hears("Patient: Asha Patel")
    # The same words come to the reader's other chat, as a message of its own.
    assert await tablet.hears(BOOKED) == answer
    await nothing_is_left(town, clock)
    assert [len(said(person, BOOKED)) for person in (asha, tablet, doctor)] == [1, 1, 1]
    assert await outcomes(town, asha, "booked") == ["shown"]
    assert await outcomes(town, tablet, "booked") == ["sent"]
    assert sorted(mail.to[0] for mail in town.mailbox.mails) == ["asha@example.org", "rao@example.org"]
    # As news does, it stays where it is when its buttons are tapped.
    assert "Status: booked" in await asha.taps("Open the appointment")
    assert said(asha, BOOKED) == [answer]


async def test_moving_and_cancelling_are_said_once_where_they_are_done(
    town: Town, clock: TurnableClock
) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "📋"), ("«Move»", "Which day?")])
    await asha.talks([("2027-05-05", "Which time?"), ("11:00", "Move the appointment?")])
    moved = await asha.taps("Confirm")
    assert moved.startswith("🔁 Appointment moved\nWith: Dr Meera Rao")
    assert "Before: Tue 4 May 2027, 10:00 AM" in moved
    assert list(asha.buttons) == BOOKED_BUTTONS
    await doctor.hears(MOVED)
    await asha.talks([("«Open the appointment»", "booked"), ("«Cancel appointment»", "Cancel Dr")])
    cancelled = await asha.taps("Yes, cancel it")
    assert cancelled.startswith("✖ Appointment cancelled\nWith: Dr Meera Rao")
    assert list(asha.buttons) == ["📅 Book another time", "📋 My appointments"]
    await doctor.hears(CANCELLED)
    await nothing_is_left(town, clock)
    for news in (MOVED, CANCELLED):
        assert [len(said(person, news)) for person in (asha, doctor)] == [1, 1]
    subjects = [mail.subject.partition(":")[0] for mail in town.mailbox.mails]
    assert sorted(subjects) == ["Booked", "Booked", "Cancelled", "Cancelled", "Moved", "Moved"]


async def test_a_doctor_who_cancels_reads_it_once(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks(
        [
            ("/schedule 4 May", "Asha"),
            ("«10:00 AM Asha Patel»", "📋"),
            ("«✖ Cancel»", "tell the patient"),
            ("I am ill", "Cancel it?"),
        ]
    )
    answer = await doctor.taps("Yes, cancel it")
    assert answer.startswith("✖ Appointment cancelled\nPatient: Asha Patel")
    assert "Told the patient: I am ill" in answer
    assert list(doctor.buttons) == ["🗓 The day"]
    await asha.hears("Note: I am ill")
    await nothing_is_left(town, clock)
    assert [len(said(person, CANCELLED)) for person in (asha, doctor)] == [1, 1]
    assert await outcomes(town, doctor, "cancelled") == ["shown"]


async def test_what_an_admin_does_for_others_is_told_to_both(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.says("/appointments asha")
    await nora.taps(nora.label("4 May"))
    await nora.talks([("«Cancel appointment»", "tell the patient"), ("«Skip»", "Cancel it?")])
    assert "Cancelled: Asha Patel with Dr Meera Rao" in await nora.taps("Yes, cancel it")
    for person in (asha, doctor):
        assert "By: the clinic" in await person.hears(CANCELLED)
    await nothing_is_left(town, clock)
    assert said(nora, CANCELLED) == []
    assert [len(said(person, CANCELLED)) for person in (asha, doctor)] == [1, 1]


async def _offered(town: Town, clock: TurnableClock) -> Person:
    del clock
    asha, _ = await losing(town, CancellationCause.TIME_OFF)
    await asha.taps(asha.label("Wed 5 May"))
    return asha


async def _followed_up(town: Town, clock: TurnableClock) -> Person:
    _, asha, _ = await _proposed(town, clock)
    await asha.taps("Tue 18 May")
    return asha


async def _waited(town: Town, clock: TurnableClock) -> Person:
    _, asha = await one_time(town)
    bela = await town.signed_in("Bela", "bela@example.org")
    await joins(town, bela, clock)
    await cancels(town, asha)
    await bela.hears(OPENED)
    await bela.taps("Take it")
    return bela


@pytest.mark.parametrize("taken", [_offered, _followed_up, _waited])
async def test_what_is_taken_at_one_tap_is_said_once(
    town: Town, clock: TurnableClock, taken: Callable[[Town, TurnableClock], Awaitable[Person]]
) -> None:
    person = await taken(town, clock)
    card = person.last
    before = len(said(person, BOOKED)) - 1
    assert card.startswith("✅ Appointment booked\nWith: Dr Meera Rao")
    assert list(person.buttons)[:2] == BOOKED_BUTTONS
    assert "reason" in list(person.buttons)[2]
    await nothing_is_left(town, clock)
    assert len(said(person, BOOKED)) - before == 1
    assert (await outcomes(town, person, "booked"))[-1] == "shown"
    assert person.last == card


async def test_a_second_tap_on_what_was_taken_says_the_same_again(town: Town, clock: TurnableClock) -> None:
    _, asha = await one_time(town)
    bela = await town.signed_in("Bela", "bela@example.org")
    await joins(town, bela, clock)
    await cancels(town, asha)
    await bela.hears(OPENED)
    offer, data = bela.last_id, bela.buttons["✅ Take it"]
    card = await bela.taps_raw(offer, data)
    assert await bela.taps_raw(offer, data) == card
    assert list(bela.buttons)[:2] == BOOKED_BUTTONS
    await nothing_is_left(town, clock)
    assert said(bela, BOOKED) == [card]


async def test_where_the_card_can_not_be_shown_the_outbox_says_it(town: Town, clock: TurnableClock) -> None:
    _, asha = await two_people(town)
    await _books(asha)
    for method in ("editMessageText", "sendMessage"):
        town.telegram.faults.refuse(method, error_code=502, description="Bad Gateway", times=4)
    await asha.taps("Confirm")
    assert said(asha, BOOKED) == []
    town.telegram.faults.clear()
    clock.turn(timedelta(seconds=5))
    town.assembly.outbox.nudge()
    await asha.hears(BOOKED)
    await nothing_is_left(town, clock)
    assert len(said(asha, BOOKED)) == 1


async def test_what_others_do_soon_after_is_told_in_its_order(town: Town, clock: TurnableClock) -> None:
    """The card has said one start; the news of another says what it was before."""
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await asha.talks([("/appointments", "1 appointment"), ("«4 May»", "📋"), ("«Move»", "Which day?")])
    await asha.talks(
        [("2027-05-05", "Which time?"), ("11:00", "Move the appointment?"), ("«Confirm»", MOVED)]
    )
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    clinic = town.assembly.clinic
    admin = await clinic.sessions.authenticate(ChatId(nora.phone.chat_id))
    found = AppointmentId(f"{int(TUESDAY_TEN.timestamp()):024x}")
    was = TUESDAY_TEN + timedelta(days=1, hours=1)
    await clinic.appointments.move(admin, found, was + timedelta(hours=1), was=was)
    heard = await asha.hears("When: Wed 5 May 2027, 12:00 PM")
    assert "Before: Wed 5 May 2027, 11:00 AM" in heard
    # The doctor hears of two moves in a row how they ended.
    clock.turn(timedelta(minutes=1))
    town.assembly.outbox.nudge()
    await nothing_is_left(town, clock)
    assert len(said(asha, MOVED)) == 2
