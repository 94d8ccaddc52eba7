"""What patients ask for about their appointments in their own words: each leads to where they tap."""

from datetime import timedelta

import pytest

from services.models.people import Role
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with three doctors. It is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _books(person: Person, what: str) -> None:
    assert "Book this appointment?" in await person.says(f"book {what} because of a check"), person.last
    assert "booked" in await person.taps("Confirm")


async def _two(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    await _books(asha, "Dr Okafor thursday at 3 pm")


async def test_the_one_that_fits_is_asked_about_and_only_a_tap_cancels_it(asha: Person) -> None:
    await _two(asha)
    shown = await asha.says("cancel my appointment on thursday")
    assert "Dr Ruth Okafor" in shown
    assert "✖ Yes, cancel it" in asha.buttons
    assert "2 appointments" in await asha.says("/appointments")
    assert "Dr Meera Rao" in await asha.says("please cancel my appointment with Dr Rao")
    assert "cancelled" in await asha.taps("Yes, cancel it")


async def test_several_are_listed_by_doctor_and_time(asha: Person) -> None:
    await _two(asha)
    assert "Which one do you want to cancel?" in await asha.says("cancel my appointment")
    assert any("Rao" in label for label in asha.buttons)
    assert "Dr Ruth Okafor" in await asha.taps("Okafor")
    assert "Which one do you mean?" in await asha.says("when is my appointment?")


async def test_where_none_fits_the_upcoming_ones_are_shown(asha: Person) -> None:
    assert "no upcoming appointments" in await asha.says("cancel my appointment")
    assert "📅 Book an appointment" in asha.buttons
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    assert "None of your upcoming appointments fits" in await asha.says("cancel my appointment with Dr Sen")
    assert any("Rao" in label for label in asha.buttons)


async def test_appointments_of_others_and_past_ones_are_not_meant(
    asha: Person, town: Town, clock: TurnableClock
) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    tom = await town.signed_in("Tom Fox", "tom@example.org")
    assert "no upcoming appointments" in await tom.says("cancel my appointment with Dr Rao")
    clock.turn(timedelta(days=2))
    assert "no upcoming appointments" in await asha.says("cancel my appointment with Dr Rao")


async def test_a_move_takes_the_new_day_and_time(asha: Person) -> None:
    await _two(asha)
    shown = await asha.says("move my appointment with Dr Rao to friday at 4 pm")
    assert "Fri 7 May 2027, 04:00 PM" in shown
    assert "Confirm" in " ".join(asha.buttons)
    shown = await asha.says("no, rather at 3 pm")
    assert "Fri 7 May 2027, 03:00 PM" in shown
    assert "Thu 6 May" in await asha.says("no, thursday")
    assert "Thu 6 May 2027, 10:00 AM" in await asha.says("10 am")
    assert "moved" in (await asha.taps("Confirm")).lower()


async def test_a_move_of_one_of_several_keeps_the_new_time_on_the_buttons(asha: Person) -> None:
    await _two(asha)
    assert "Which one do you want to move?" in await asha.says("move my appointment to friday at 4 pm")
    shown = await asha.taps("Okafor")
    assert "Fri 7 May 2027, 04:00 PM" in shown


async def test_another_day_at_the_end_of_a_move_keeps_the_time(asha: Person) -> None:
    await _two(asha)
    await asha.says("move my appointment with Dr Rao to friday at 4 pm")
    assert "Thu 6 May 2027, 04:00 PM" in await asha.says("no, thursday")


async def test_a_move_to_a_time_alone_is_on_the_same_day(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    assert "Tue 4 May 2027, 03:00 PM" in await asha.says("can you move my appointment to 3 pm")


async def test_when_it_is_and_which_there_are(asha: Person) -> None:
    await _two(asha)
    assert "Dr Meera Rao" in await asha.says("when is my appointment with Dr Rao?")
    assert "2 appointments" in await asha.says("show my appointments")
    shown = await asha.says("show my appointments with Dr Okafor")
    assert "1 appointment" in shown


async def test_a_visit_that_has_begun_is_found_while_somebody_may_still_wait_for_it(
    asha: Person, town: Town, clock: TurnableClock
) -> None:
    await _two(asha)
    clock.turn(timedelta(days=1, hours=4, minutes=15))
    rao = town.person()
    await rao.signs_in("rao@example.org")
    assert "telling 1 patient" in await rao.says("/late 20")
    await asha.hears("20 minutes late")
    clock.turn(timedelta(minutes=20))
    assert "Which one do you mean?" in await asha.says("when is my appointment?")
    assert "Tue 4 May 2027, 10:30 AM" in await asha.says("when is my appointment with Dr Rao?")
    clock.turn(timedelta(minutes=35))
    assert "Tue 4 May 2027, 10:30 AM" in await asha.says("when is my appointment today?")
    # It would have ended at 11:00, and with a doctor who is 20 minutes late at 11:20.
    clock.turn(timedelta(minutes=15))
    assert "Dr Ruth Okafor" in await asha.says("when is my appointment?")


async def test_a_visit_is_found_until_the_patient_is_called_in(
    asha: Person, town: Town, clock: TurnableClock
) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    rao = town.person()
    await rao.signs_in("rao@example.org")
    clock.turn(timedelta(days=1, hours=4, minutes=15))
    await asha.says("I'm here")
    await asha.taps("I'm here")
    clock.turn(timedelta(hours=1))
    assert "Tue 4 May 2027, 10:30 AM" in await asha.says("when is my appointment?")
    await rao.says("/schedule")
    await rao.taps("Next patient")
    assert "no upcoming appointments" in await asha.says("when is my appointment?")


async def test_a_visit_is_awaited_beyond_midnight_but_not_for_ever(
    asha: Person, clock: TurnableClock
) -> None:
    await _books(asha, "Dr Rao tuesday at 11 am")
    await asha.talks([("/me", "zone"), ("«Time zone»", "Where are you?"), ("Auckland", "Auckland")])
    clock.turn(timedelta(days=1, hours=4, minutes=45))
    await asha.says("I'm here")
    await asha.taps("I'm here")
    # 12:30 UTC is half past midnight in Auckland.
    clock.turn(timedelta(hours=1, minutes=45))
    assert "Tue 4 May 2027, 11:00 PM" in await asha.says("when is my appointment?")
    clock.turn(timedelta(hours=3))
    assert "no upcoming appointments" in await asha.says("when is my appointment?")


async def test_confirming_takes_a_tap(asha: Person) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    assert "Will you come" in await asha.says("yes, I will come to my appointment")
    assert "👍 Confirm" in asha.buttons


async def test_on_the_day_itself(asha: Person, clock: TurnableClock) -> None:
    await _books(asha, "Dr Rao tuesday at 10:30 am")
    assert "no appointment today" in await asha.says("I'm here")
    clock.turn(timedelta(days=1, hours=4))
    await asha.says("I'm here")
    assert "📍 I'm here" in asha.buttons
    shown = await asha.says("I'm running 10 minutes late")
    assert "please call the clinic" in shown
    assert "Dr Meera Rao" in shown


async def test_waiting_lists(asha: Person) -> None:
    assert "Rao" in await asha.says("put me on the waiting list for Dr Rao")
    await asha.says("/cancel")
    assert "waiting" in (await asha.says("waiting list")).lower()


async def test_in_german(asha: Person) -> None:
    await _two(asha)
    await asha.says("/language de")
    assert "Welchen Termin möchten Sie absagen?" in await asha.says("Ich möchte meinen Termin absagen")
    assert "Dr. Meera Rao" in await asha.says("Termin bei Dr. Rao absagen")


async def test_in_russian(asha: Person) -> None:
    await _two(asha)
    await asha.says("/language ru")
    assert "Какую запись вы хотите отменить?" in await asha.says("отменить запись")
