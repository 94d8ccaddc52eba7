"""What doctors, receptionists and admins ask for in their own words: each leads to where they tap."""

from datetime import timedelta

import pytest

from services.models.people import Role
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def rao(town: Town) -> Person:
    """Return a doctor with two visits on Tuesday, 4 May 2027. It is the Monday before."""
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    for name, at in (("Asha Patel", "10:30 am"), ("Tom Fox", "3 pm")):
        person = await town.signed_in(name, f"{name.split()[0].lower()}@example.org")
        await person.says(f"book Dr Rao tuesday at {at} because of a check")
        assert "booked" in await person.taps("Confirm")
    return rao


async def test_a_doctors_days(rao: Person) -> None:
    assert "Mon 3 May" in await rao.says("show my day")
    assert "Asha Patel" in await rao.says("what do I have tomorrow?")
    assert "Tue 4 May" in await rao.says("show my week")
    assert "Mon 3 May" in await rao.says("next patient")


async def test_a_late_doctor_is_asked_first(rao: Person, clock: TurnableClock) -> None:
    assert "How late are you" in await rao.says("I'm running late")
    clock.turn(timedelta(days=1, hours=2))
    shown = await rao.says("I'm running 20 minutes late")
    assert "Should I tell 2 patients that you're about 20 minutes late?" in shown
    assert "Tue 4 May" in await rao.says("no")
    await rao.says("I'm running 20 minutes late")
    assert "How late are you" in await rao.taps("Another delay")
    assert "Should I tell 2 patients" in await rao.says("I'm running 20 minutes late")
    assert "I'm telling 2 patients" in await rao.taps("Yes, tell them")


@pytest.mark.parametrize("typed", ["25", "25 minutes"])
async def test_how_late_may_be_typed(rao: Person, clock: TurnableClock, typed: str) -> None:
    clock.turn(timedelta(days=1, hours=2))
    await rao.says("I'm running late")
    assert "you're about 25 minutes late" in await rao.says(typed)
    assert "How late are you" in await rao.says("I'm running late")
    # A no is no lateness of no minutes, and what is too long is asked again.
    assert "Please tap one of these" in await rao.says("500")
    shown = await rao.says("no")
    assert "🕐 25 minutes late" in shown
    assert "Noted" not in shown


async def test_time_off_is_answered_with_the_days(rao: Person) -> None:
    shown = await rao.says("I am on vacation from 10 May to 14 May")
    assert "10 May" in shown
    await rao.says("/cancel")
    shown = await rao.says("I'm ill today")
    assert "3 May" in shown
    await rao.says("/cancel")
    shown = await rao.says("I need friday afternoon off")
    assert "7 May" in shown
    assert "12:00 PM" in shown


async def test_a_doctor_finds_patients(rao: Person) -> None:
    assert "Tom Fox" in await rao.says("find Tom Fox")
    assert "hours" in (await rao.says("change my working hours")).lower()


@pytest.fixture
async def desk(rao: Person, town: Town) -> Person:
    """Return a receptionist."""
    del rao
    return await town.signed_in("Ines Lima", "lima@example.org", Role.RECEPTIONIST)


async def test_the_desk_opens_days_people_and_appointments(desk: Person) -> None:
    assert "Asha Patel" in " ".join([await desk.says("show the appointments of tomorrow"), *desk.buttons])
    assert "Asha Patel" in await desk.says("find Asha Patel")
    shown = await desk.says("cancel the appointment with Dr Rao tomorrow at 3 pm")
    assert "Tom Fox" in shown
    assert "✖ Cancel appointment" in desk.buttons
    assert "Which one do you mean?" in await desk.says("cancel the appointment with Dr Rao tomorrow")
    assert "couldn't find" in await desk.says("cancel the appointment with Dr Okafor tomorrow at 3 pm")


async def test_the_desk_says_for_whom_first_whatever_was_said(desk: Person) -> None:
    assert "Who is it for?" in await desk.says("/book")
    assert "Who is it for?" in await desk.says("with Dr Rao on friday at 10 am")
    assert "reason" in await desk.says("Tom Fox")
    shown = await desk.taps("Skip")
    assert "Tom Fox" in shown
    assert "Fri 7 May 2027, 10:00 AM" in shown


async def test_the_desk_says_that_a_doctor_is_late(desk: Person, clock: TurnableClock) -> None:
    clock.turn(timedelta(days=1, hours=2))
    shown = await desk.says("Dr Rao is running 20 minutes late")
    assert "Should I tell 2 patients that Dr Meera Rao is about 20 minutes late?" in shown
    assert "I'm telling 2 patients" in await desk.taps("Yes, tell them")


async def test_a_receptionist_blocks_nobody(desk: Person) -> None:
    await desk.says("block Tom Fox")
    assert not any("Block" in label for label in desk.buttons)


async def test_an_admin_reaches_accounts_hours_and_time_off(rao: Person, town: Town) -> None:
    del rao
    nora = await town.signed_in("Nora Admin", "nora@example.org", Role.ADMIN)
    assert "Tom Fox" in " ".join([await nora.says("block Tom Fox"), *nora.buttons])
    assert "Dr Meera Rao" in await nora.says("time off for Dr Rao on friday")
    assert "7 May" in nora.last
    await nora.says("/cancel")
    assert "Dr Meera Rao" in await nora.says("change the working hours of Dr Rao")
    await nora.says("/cancel")
    assert "14 May" in await nora.says("close the clinic on 14 May")


async def test_in_german(rao: Person) -> None:
    await rao.says("/language de")
    assert "etwa 20 Minuten später" in await rao.says("Ich bin 20 Minuten zu spät")
    await rao.says("Ich bin krank")
    assert any("Gute Besserung" in message["text"] for message in rao.messages)


async def test_a_name_or_a_day_that_is_no_answer_leaves_no_dialog(rao: Person) -> None:
    await rao.says("qqq rrr")  # not understood: its sentence waits for a tap
    await rao.says("/timeoff")
    for wrong in ("Tom", "1 Jan 2050"):
        assert "/cancel" not in (shown := await rao.says(wrong))
        assert "day" in shown
        assert "Skip" not in rao.buttons
    assert "appointments" not in rao.last


async def test_who_comes_to_a_doctor_is_not_who_comes_to_all(desk: Person) -> None:
    assert "Asha Patel" in await desk.says("who is booked tomorrow")
    assert "couldn't find an appointment" in await desk.says("who comes to Dr Okafor tomorrow")
    await desk.says("who is booked tomorrow with Dr Rao")
    labels = " ".join(desk.buttons)
    assert "Asha Patel" in labels
    assert "Tom Fox" in labels
