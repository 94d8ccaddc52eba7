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


async def test_an_admin_sets_a_limit_in_the_chat_and_it_counts_at_once(asha: Person) -> None:
    nora = await asha.town.signed_in("Nora <Lind>", "nora@example.org", Role.ADMIN)
    await books(asha, "2027-05-04 10:00")
    shown = await nora.says("/limits")
    assert "Upcoming appointments: 5\nFrom the setting MAX_OPEN_APPOINTMENTS" in shown
    assert "Changes within an hour: 10\nFrom the setting MAX_CHANGES_AN_HOUR" in shown
    assert "Times held at once: 2\nFrom the setting MAX_HOLDS" in shown
    await nora.talks([("«Upcoming: 5»", "Upcoming appointments: now 5"), ("lots", "whole number from 1 to")])
    for bad in ("0", "-3", "1001", "2.5", "5 or 6"):
        assert "A limit is a whole number from 1 to 1000." in await nora.says(bad)
    shown = await nora.says("1")
    assert "✅ Upcoming appointments: 1 from now on." in shown
    assert "Set in the chat by Nora <Lind>, Mon 3 May 2027, 06:00 AM" in shown
    assert "the setting MAX_OPEN_APPOINTMENTS is 5" in shown
    said = await books(asha, "2027-05-05 10:00")
    assert "You already have an upcoming appointment, which is the limit here" in said
    await asha.says("/cancel")
    await nora.talks(
        [
            ("/limits", "Upcoming appointments: 1"),
            ("«Upcoming: 1»", "now 1"),
            ("«Use the setting: 5»", "5 from"),
        ]
    )
    await books(asha, "2027-05-05 10:00")
    assert await booked(asha.town) == 2
    said = await nora.says("/audit")
    assert "Nora <Lind> changed the limit of upcoming appointments from 5 to 1." in said
    assert "Nora <Lind> reset the limit of upcoming appointments from 1 to 5, as in the settings." in said


async def test_a_limit_is_set_in_one_line_too(asha: Person) -> None:
    nora = await asha.town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await nora.talks(
        [
            ("/limits changes 20", "✅ Changes within an hour: 20 from now on."),
            ("/limits held none", "✅ Times held at once: no limit from now on."),
            ("/limits held reset", "✅ Times held at once: 2 from now on."),
            ("/limits day", "Appointments with one doctor on a day: now 1"),
            ("«3»", "✅ Appointments with one doctor on a day: 3 from now on."),
            ("/limits upcoming many", "A limit is a whole number from 1 to 1000."),
            ("/limits foo 3", "I don't know that limit. Please send one of these"),
            ("/limits", "Changes within an hour: 20"),
        ]
    )
    assert "Only admins can do that." in await asha.says("/limits")
    assert "Only admins can do that." in await asha.taps_raw(asha.last_id, "lim=:holds")
    assert "This card is old" in await nora.taps_raw(nora.last_id, "lim=:all")
