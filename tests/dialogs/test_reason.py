"""The reason of a visit, said after booking: on the card, for the doctor to see, and for nobody else."""

from datetime import UTC, datetime

import pytest

from services.models.people import Role
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def rao(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


@pytest.fixture
async def asha(town: Town, rao: Person) -> Person:
    """Return a patient who has booked without a reason, and looks at the card."""
    del rao
    person = await town.signed_in("Asha Patel", "asha@example.org")
    await person.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day")])
    await person.talks([("2027-05-04", "Which time"), ("10:30", "reason"), ("«Skip»", "Book this")])
    await person.taps("Confirm")
    await person.hears("Appointment booked")
    await person.talks([("/appointments", "1 appointment")])
    await person.taps(person.label("4 May"))
    return person


async def _sees(person: Person, tab: str | None = None) -> str:
    await person.says("/appointments")
    if tab:
        await person.taps(tab)
    return await person.taps(person.label("4 May"))


async def test_a_reason_is_added_changed_and_taken_away(asha: Person, rao: Person) -> None:
    await asha.talks(
        [
            ("«Add a reason»", "What is the reason for your visit? Only Dr Meera Rao sees it."),
            ("It <flutters>", "Reason saved: Dr Meera Rao, Tue 4 May 2027, 10:30 AM"),
            ("«Open the appointment»", "💬 It <flutters>"),
        ]
    )
    assert "💬 It <flutters>" in await _sees(rao)
    assert not any("reason" in label for label in rao.buttons)
    await asha.talks(
        [
            ("«Change the reason»", "Now: It <flutters>"),
            ("x" * 501, "to 500 characters"),
            ("«Keep it»", "Change of reason stopped. Nothing was saved."),
        ]
    )
    assert "It <flutters>" in await _sees(asha)
    await asha.talks([("«Change the reason»", "Now:"), ("«Remove it»", "Reason removed")])
    assert "flutters" not in await _sees(rao)


async def test_of_one_that_is_cancelled_there_is_no_reason_to_say(asha: Person) -> None:
    why = asha.buttons["💬 Add a reason"]
    await asha.says("/help")
    shown = asha.last_id
    await _sees(asha)
    await asha.talks([("«Cancel appointment»", "Cancel Dr"), ("«Yes, cancel it»", "Appointment cancelled")])
    assert "is already cancelled" in await asha.taps_raw(shown, why)


async def test_once_it_has_begun_the_reason_stays_as_it_is(asha: Person, clock: TurnableClock) -> None:
    card, why = asha.last_id, asha.buttons["💬 Add a reason"]
    clock.turn_to(datetime(2027, 5, 4, 10, 25, tzinfo=UTC))
    await asha.taps("Add a reason")
    clock.turn_to(datetime(2027, 5, 4, 10, 30, tzinfo=UTC))
    # Both of the answer to a question that is open still, and of a button of before.
    for answer in (await asha.says("It flutters"), await asha.taps_raw(card, why)):
        assert "has started or is over" in answer
    assert "flutters" not in await _sees(asha, "Past")


async def test_an_answer_that_comes_after_the_cancelling_is_told_so(asha: Person, rao: Person) -> None:
    await asha.taps("Add a reason")
    await _sees(rao)
    await rao.talks([("«Cancel appointment»", "should I tell"), ("«Skip»", "Cancel")])
    await rao.taps("Yes, cancel it")
    await asha.hears("Appointment cancelled")
    assert "is already cancelled" in await asha.says("It flutters")
    assert "flutters" not in await _sees(asha, "✖ Cancelled")


async def test_nobody_elses_reason_can_be_changed(town: Town, asha: Person) -> None:
    why = asha.buttons["💬 Add a reason"]
    bela = await town.signed_in("Bela", "bela@example.org")
    await bela.says("/help")
    assert "not one of your appointments" in await bela.taps_raw(bela.last_id, why)
