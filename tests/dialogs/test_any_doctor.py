"""Any doctor will do: three times are proposed, and one that is tapped is held until it is booked."""

import pytest

from services.models.people import Role
from services.models.scheduling import Schedule
from tests.dialogs.test_booking import _rao
from tests.dialogs.test_holding import _held
from tests.town import Person, Town

FIRST = "Dr Meera Rao · Mon 3 May, 09:00 AM"


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with two cardiologists and a dermatologist."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


def _shown(person: Person) -> list[str]:
    return list(person.buttons)


async def _up_to_the_proposals(person: Person) -> None:
    await person.talks([("/book", "What kind"), ("«Cardiology»", "There are 2 doctors")])
    assert "next free times. Which one?" in await person.taps("Any doctor")


async def test_each_name_has_its_next_free_time_and_is_still_found_when_typed(asha: Person) -> None:
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Beside each name is the next free time")])
    assert _shown(asha)[:3] == ["🙋 Any doctor", FIRST, "Dr Tomás Sen · Mon 3 May, 09:00 AM"]
    assert "Which day?" in await asha.says("Dr Meera Rao")


async def test_where_there_is_one_doctor_there_is_nothing_to_choose_between(asha: Person) -> None:
    await asha.talks([("/book", "What kind"), ("«Dermatology»", "There is 1 doctor")])
    assert "🙋 Any doctor" not in asha.buttons


async def test_a_proposal_is_held_when_it_is_tapped_and_booked_in_the_end(town: Town, asha: Person) -> None:
    await _up_to_the_proposals(asha)
    proposed = _shown(asha)[:3]
    assert proposed[:2] == [FIRST, "Dr Tomás Sen · Mon 3 May, 09:30 AM"]
    assert "Mon 3 May, 12:" in proposed[2]
    assert "reason for your visit" in await asha.taps(proposed[1])
    assert await _held(town) == 1
    await asha.talks([("«Skip»", "Book this appointment?"), ("«Confirm»", "Appointment booked")])
    assert "Dr Tomás Sen" in asha.last
    assert "Mon 3 May 2027, 09:30 AM" in asha.last
    assert await _held(town) == 0


async def test_other_times_are_other_ones_and_the_way_back_lets_go(town: Town, asha: Person) -> None:
    await _up_to_the_proposals(asha)
    first = _shown(asha)[:3]
    await asha.taps("Other times")
    assert not {label.partition(" · ")[2] for label in first} & {
        label.partition(" · ")[2] for label in _shown(asha)[:3]
    }
    await asha.taps(_shown(asha)[0])
    assert await _held(town) == 1
    assert "Which one?" in await asha.taps("« Back")
    assert await _held(town) == 0
    assert "There are 2 doctors" in await asha.taps("« Back")
    await _leaves(asha)


async def _leaves(person: Person) -> None:
    await person.taps("✖ Leave")


async def test_what_is_gone_is_said_and_others_are_proposed(town: Town, asha: Person) -> None:
    bela = await town.signed_in("Bela", "bela@example.org")
    await _up_to_the_proposals(asha)
    await _up_to_the_proposals(bela)
    await bela.taps(FIRST)
    said = await asha.taps(FIRST)
    assert "just taken" in said
    assert "Which one?" in said
    assert FIRST not in asha.buttons
    await asha.taps(_shown(asha)[0])
    await asha.talks([("«Skip»", "Book this"), ("«Confirm»", "Appointment booked")])


@pytest.mark.parametrize("typed", ["any", "Any doctor", "whoever is free", "doesn’t matter"])
async def test_it_can_be_typed(asha: Person, typed: str) -> None:
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), (typed, "Which one?")])


async def test_words_behind_the_command_narrow_what_is_proposed(asha: Person) -> None:
    said = await asha.says("/book any tomorrow")
    assert "Only these times are shown: Tue 4 May." in said
    assert all("Tue 4 May" in label for label in _shown(asha)[:3])
    # All times again, on a day that is typed, and at a time of it.
    assert "Only these" not in await asha.taps("Show all times")
    assert FIRST in asha.buttons
    assert "Only these times are shown: Fri 7 May." in await asha.says("friday")
    await asha.says("14:30")
    assert _shown(asha)[0].endswith("Fri 7 May, 02:30 PM")


async def test_a_day_typed_at_the_question_for_the_doctor_means_any(asha: Person) -> None:
    said = await asha.says("/book cardiology friday")
    assert "Cardiology" in said
    assert "Only these times are shown: Fri 7 May." in said


async def test_where_nothing_is_free_then_the_next_times_are_proposed(asha: Person) -> None:
    await _up_to_the_proposals(asha)
    said = await asha.says("8 May")
    assert "Nothing is free then: Sat 8 May." in said
    assert FIRST in asha.buttons


async def test_a_doctor_can_be_named_instead_and_the_day_still_counts(asha: Person) -> None:
    await asha.says("/book any friday")
    said = await asha.says("sen")
    assert "Fri 7 May 2027\n\nWhich time?" in said
    assert "Which day?" in await asha.taps("Back")


async def test_the_times_of_a_day_are_narrowed_until_all_are_wanted(asha: Person) -> None:
    await asha.says("/book any friday afternoon")
    assert "Only these times are shown: Fri 7 May, in the afternoon." in await asha.says("sen")
    assert "12:00 PM" in asha.buttons
    assert "11:30 AM" not in asha.buttons
    await asha.taps("Show all times")
    assert "11:30 AM" in asha.buttons


async def test_another_day_that_is_typed_is_not_bound(asha: Person) -> None:
    await asha.says("/book any friday")
    await asha.says("sen")
    await asha.taps("Back")
    assert "Only these" not in await asha.says("6 May")
    assert "09:00 AM" in asha.buttons


async def test_a_doctor_without_such_a_time_is_said_to_have_none(asha: Person) -> None:
    await asha.says("/book any saturday")
    assert "no free time like this: Sat 8 May" in await asha.says("sen")
    await asha.taps("Show all times")
    assert "4" in asha.buttons


async def test_in_german_any_will_do(town: Town, asha: Person) -> None:
    await asha.says("/help")
    bela = town.person("Bela", speaks="de")
    await town.account("Bela", "bela@example.org")
    await bela.signs_in("bela@example.org")
    await bela.says("/book egal freitag nachmittag")
    assert "Fr., 7. Mai, nachmittags" in bela.last


async def test_the_desk_books_for_somebody_with_whoever_is_free(town: Town, asha: Person) -> None:
    await asha.says("/help")
    admin = await town.signed_in("Ada", "ada@example.org", Role.ADMIN)
    await admin.talks([("/book", "Who is it for?"), ("Asha", "What kind"), ("«Cardiology»", "Who should")])
    await admin.taps("Any doctor")
    await admin.taps(FIRST)
    await admin.talks([("«Skip»", "Book this"), ("«Confirm»", "Booked for Asha Patel: Dr Meera Rao")])


async def test_no_time_at_all_is_said(town: Town, asha: Person) -> None:
    for doctor in await town.storage.users._users.find({"role": "doctor"}).to_list(None):
        await town.storage.schedules.put(doctor["_id"], Schedule(weekly={}))
    assert await _rao(town)
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "no free time")][:1])
    await asha.taps("Cardiology")
    assert "Dr Meera Rao · no free time" in asha.buttons
    assert "No doctor has a free time" in await asha.taps("Any doctor")
