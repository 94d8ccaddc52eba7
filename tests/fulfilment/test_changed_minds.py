"""A sentence in the middle of a booking or a move changes what it is about, and nothing else."""

import pytest

from services.models.people import Role
from services.storage.appointments import AppointmentStore
from tests.dialogs.test_holding import _held
from tests.dialogs.test_lost_answers import Lose, lose
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town

__all__ = ["lose"]


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with three doctors. It is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _booked(town: Town) -> int:
    stored = town.storage.appointments._appointments
    return int(await stored.count_documents({"status": "booked"}, comment=OURS))


async def _books(person: Person, what: str) -> None:
    await person.says(f"book {what} because of a check")
    assert "Appointment booked" in await person.taps("Confirm")


async def test_what_was_stored_although_its_answer_was_lost_is_said(
    asha: Person, town: Town, lose: Lose
) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of my heart")
    lose(AppointmentStore, "add")
    assert "booked" not in await asha.taps("Confirm")
    assert "already booked: Dr Meera Rao, Tue 4 May 2027" in await asha.says("no, thursday at 3 pm")
    assert await _booked(town) == 1


async def test_another_appointment_is_not_the_one_that_is_being_moved(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    await _books(asha, "Dr Okafor thursday at 3 pm")
    assert "Tue 4 May" in await asha.says("move my appointment with Dr Rao to wednesday at 9 am")
    shown = await asha.says("move my thursday appointment to friday at 11 am")
    assert "Dr Ruth Okafor" in shown
    assert "Now: Thu 6 May 2027, 03:00 PM" in shown


async def test_a_new_booking_is_no_other_time_for_the_one_that_is_being_moved(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    await asha.says("move my appointment to wednesday at 9 am")
    assert "Move the appointment?" not in await asha.says("book a new appointment on friday at 11 am")


async def test_a_move_of_another_appointment_is_no_booking(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    await asha.says("book Dr Okafor thursday at 3 pm because of a rash")
    shown = await asha.says("move my appointment with dr rao to friday at 11 am")
    assert "Book this appointment?" not in shown


async def _looks_after_mia(asha: Person) -> None:
    await asha.talks([("/family", "look after"), ("«Add someone»", "name"), ("Mia Patel", "Save")])
    await asha.taps("Save")


async def test_for_me_is_for_nobody_else(asha: Person) -> None:
    await _looks_after_mia(asha)
    assert "Mia Patel" in await asha.says("book Dr Rao for Mia Patel tuesday at 9 am because of her heart")
    await asha.says("book Dr Sen for me on friday at 11 am")
    assert "Mia" not in asha.last
    assert "her heart" not in asha.last
    assert "What is the reason" in asha.last
    assert "Fri 7 May 2027, 11:00 AM" in await asha.taps("Skip")
    assert "Dr Tomás Sen" in asha.last
    assert "Thu 6 May 2027, 11:00 AM" in await asha.says("no, for me on thursday")


async def test_what_was_said_before_whom_it_is_for_still_counts(asha: Person) -> None:
    await _looks_after_mia(asha)
    assert "Who is it for?" in await asha.says("I need a heart doctor on friday afternoon because of a rash")
    await asha.says("for me please")
    assert all("Fri 7 May" in label and "PM" in label for label in list(asha.buttons)[:3])
    await asha.taps("Dr Meera Rao")
    assert "a rash" in asha.last
    assert "Fri 7 May" in asha.last


async def test_of_two_doctors_it_is_asked_which(asha: Person) -> None:
    shown = await asha.says("book Dr Rao or Dr Okafor friday at 4 pm")
    assert "Dr Meera Rao" in shown
    assert "Dr Ruth Okafor" in shown
    labels = list(asha.buttons)
    assert any(label.startswith("Dr Meera Rao") for label in labels)
    assert any(label.startswith("Dr Ruth Okafor") for label in labels)
    await asha.taps("Okafor")
    assert "Dr Ruth Okafor" in asha.last
    assert "Fri 7 May 2027, 04:00 PM" in asha.last


async def test_the_reason_of_one_patient_is_not_that_of_another(asha: Person, town: Town) -> None:
    del asha
    await town.account("Tom Fox", "tom@example.org")
    desk = await town.signed_in("Ines Lima", "lima@example.org", Role.RECEPTIONIST)
    await desk.says("book Asha Patel with Dr Rao tuesday at 11 am because of a rash")
    if "Who is it for?" in desk.last:
        await desk.taps("Asha Patel")
    assert "a rash" in desk.last
    await desk.says("no, for Tom Fox with Dr Sen wednesday 11 am")
    if "Who is it for?" in desk.last:
        await desk.taps("Tom Fox")
    assert "Tom Fox" in desk.last
    assert "a rash" not in desk.last
    assert "reason" in desk.last


async def test_a_corrected_reason_is_the_reason(asha: Person, town: Town) -> None:
    await asha.says("book Dr Rao tuesday at 9:30 am because of a check")
    shown = await asha.says("because of a headache")
    assert "a headache" in shown
    assert "a check" not in shown
    assert await _held(town) == 1
    assert "a headache" in await asha.taps("Confirm")


async def test_a_guest_who_types_that_they_sign_in_goes_on_with_their_sentence(
    asha: Person, town: Town
) -> None:
    del asha
    guest = town.person()
    assert "sign in" in (await guest.says("book Dr Rao tuesday at 9:30 am because of a check")).lower()
    await guest.talks([("log in please", "email"), ("asha@example.org", "password")])
    assert "Book this appointment?" in await guest.says(PASSWORD)
