"""A time that somebody is confirming is theirs: until they confirm, go back, leave, or have gone for good."""

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.models.people import Role
from tests.dialogs.test_schedule import BOOKED
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

UP_TO_THE_REASON = ("/book", "Cardiology", "Rao", "tomorrow", "10:30")


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with a doctor."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _up_to_the_summary(person: Person, *, time: str = "10:30") -> None:
    for act in (*UP_TO_THE_REASON[:-1], time):
        await person.says(act)
    assert "Book this appointment?" in await person.taps("Skip")


async def _held(town: Town) -> int:
    rows = town.storage.appointments._appointments
    return int(await rows.count_documents({"status": "held"}, comment=OURS))


async def test_nobody_else_is_offered_what_somebody_confirms(town: Town, asha: Person) -> None:
    bela = await town.signed_in("Bela", "bela@example.org")
    for act in UP_TO_THE_REASON:
        await bela.says(act)
    await _up_to_the_summary(asha)
    assert "just taken" in await bela.taps("Skip")
    assert "10:30 AM" not in bela.buttons
    assert "10:30 AM is not free" in await bela.says("10:30")
    assert f"{BOOKED}Tue 4 May 2027, 10:30 AM" in await asha.taps("Confirm")
    assert await _held(town) == 0


@pytest.mark.parametrize("way", ["«« Back»", "«✖ Leave»", "/cancel", "/book", "/logout"])
async def test_what_somebody_goes_from_is_free_at_once(town: Town, asha: Person, way: str) -> None:
    await _up_to_the_summary(asha)
    assert await _held(town) == 1
    await (asha.taps(way[1:-1]) if way.startswith("«") else asha.says(way))
    assert await _held(town) == 0
    bela = await town.signed_in("Bela", "bela@example.org")
    await _up_to_the_summary(bela)


async def test_ones_own_hold_hides_the_time_not_from_oneself(town: Town, asha: Person) -> None:
    await _up_to_the_summary(asha)
    await asha.talks([("«Back»", "reason"), ("«Back»", "Which time?")])
    assert "10:30 AM" in asha.buttons
    await asha.talks([("«10:30 AM»", "reason"), ("«Skip»", "Book this"), ("«Confirm»", "Appointment booked")])
    assert await _held(town) == 0


async def test_a_dialog_that_goes_quiet_keeps_nothing(town: Town, asha: Person, clock: TurnableClock) -> None:
    await _up_to_the_summary(asha)
    clock.turn(HOLD_LENGTH * 6)
    assert "Which" not in await asha.says("/help")
    assert await _held(town) == 0


async def test_what_is_held_no_longer_is_anybodys_and_confirm_says_so(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await _up_to_the_summary(asha)
    clock.turn(HOLD_LENGTH)
    bela = await town.signed_in("Bela", "bela@example.org")
    await _up_to_the_summary(bela)
    await asha.talks([("«Confirm»", "just taken by someone else")])
    assert "Which time?" in asha.last
    assert "Appointment booked" in await bela.taps("Confirm")


async def test_a_hold_does_not_make_a_doctor_known(town: Town, asha: Person) -> None:
    await _up_to_the_summary(asha)
    other = await town.signed_in("Zoe", "zoe@example.org")
    await other.says("/book")
    # In another chat, the same patient.
    second = town.person("Asha")
    await second.signs_in("asha@example.org")
    await second.says("/book")
    assert not any("next free time" in label for label in second.buttons)
