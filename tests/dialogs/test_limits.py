"""A patient who has as much as the clinic allows is told what to do, and finds the way on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.models.people import Role
from tests.plans import OURS
from tests.town import USUAL_LIMITS, Person, Town, founded
from tests.turning import TurnableClock


@pytest.fixture
async def asha(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Person]:
    """Asha, in a clinic that sets no limits of its own."""
    settings = USUAL_LIMITS | {"CLINIC_PHONE": "+44 117 496 0123"}
    async with founded(
        database_url, clock, tmp_path, driver_options=None, over_webhook=False, **settings
    ) as town:
        await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        yield await town.signed_in("Asha", "asha@example.org")


async def books(asha: Person, when: str) -> str:
    """Book in one line, without a reason."""
    await asha.says(f"/book rao {when}")
    said = await asha.taps("Skip")
    return await asha.taps("Confirm") if "Book this" in said else said


async def booked(town: Town) -> int:
    """Return how many are booked."""
    count = town.storage.appointments._appointments.count_documents
    return int(await count({"status": "booked"}, comment=OURS))


async def test_a_sixth_appointment_is_refused_until_one_is_cancelled(asha: Person) -> None:
    for day in (4, 5, 6, 7, 10):
        await books(asha, f"2027-05-{day:02} 10:00")
    said = await books(asha, "2027-05-11 10:00")
    assert (
        "You already have 5 upcoming appointments, which is the limit here. Please cancel one in"
        " /appointments first, or call the clinic: +44 117 496 0123."
    ) in said
    await asha.says("/cancel")
    await asha.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
    await asha.taps("Yes, cancel")
    assert "Book this" not in await books(asha, "2027-05-11 10:00")
    assert await booked(asha.town) == 5


async def test_a_second_one_on_a_day_with_the_same_doctor_is_asked_for_another_day(asha: Person) -> None:
    await books(asha, "2027-05-04 10:00")
    said = await books(asha, "2027-05-04 11:00")
    assert "You already have an appointment with this doctor on" in said
    assert "Please choose another day" in said
    assert "Which day?" in said
    await asha.talks([("«5»", "Which time?"), ("«10:30 AM»", "reason"), ("«Skip»", "Book this")])


async def test_a_third_chat_holds_nothing_until_one_of_the_others_is_done(asha: Person) -> None:
    chats = [asha.town.person() for _ in range(2)]
    for chat in chats:
        await chat.signs_in("asha@example.org")
    for chat, day in zip((asha, chats[0]), (4, 5), strict=True):
        await chat.says(f"/book rao 2027-05-{day:02} 10:00")
        assert "Book this" in await chat.taps("Skip")
    await chats[1].says("/book rao 2027-05-06 10:00")
    said = await chats[1].taps("Skip")
    assert "You still have 2 appointments to confirm elsewhere. Please confirm or leave one first" in said
    await chats[0].says("/cancel")
    assert "Book this" in await chats[1].taps("Skip")


async def test_book_and_cancel_in_a_loop_ends_after_ten_changes(asha: Person) -> None:
    for _ in range(5):
        await books(asha, "2027-05-04 10:00")
        await asha.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
        await asha.taps("Yes, cancel")
    said = await books(asha, "2027-05-04 10:00")
    assert "You've booked, moved or cancelled 10 times within an hour" in said
    assert "Please try again after 07:00 AM" in said
