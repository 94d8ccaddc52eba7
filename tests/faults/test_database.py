"""The database goes away and comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError  # noqa: TID251 - the database is asked here, and not the storage

from services.models.people import Role
from tests.faults.database import Database
from tests.faults.holding import held, logged, mailed
from tests.plans import OURS
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

APOLOGY = "can't reach the clinic's records"


@pytest.fixture
async def asha(
    database: Database, clock: TurnableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Person]:
    """Asha, in a clinic with one doctor and a database of its own."""
    # People wait a while for a database that may come back; the tests know that it does not.
    monkeypatch.setattr("services.storage.mongo.driver.PATIENCE_MS", 200)
    async with founded(database.url, clock, tmp_path) as town:
        await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        yield await town.signed_in("Asha Patel", "asha@example.org")


async def appointments(town: Town) -> int:
    """Return how many are booked, as soon as the driver has found the database again."""
    stored = town.storage.appointments._appointments
    async with asyncio.timeout(60):
        while True:
            with suppress(PyMongoError):
                return int(await stored.count_documents({"status": "booked"}, comment=OURS))


async def test_without_a_database_there_is_an_apology_and_afterwards_the_same_tap_works(
    asha: Person, database: Database
) -> None:
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip"):
        await asha.taps(label)
    card, data, answered = asha.last_id, asha.buttons["✅ Confirm"], len(asha.phone.answers)
    with logged("incident") as incident, logged("storage_down") as outbox:
        async with database.gone():
            # One tap that finds no database, and one to which it is lost half-way.
            assert APOLOGY in await asha.taps_raw(card, data)
            # The button must not spin for ever.
            assert len(asha.phone.answers) == answered + 1
            await outbox.came()
        async with held("answerCallbackQuery") as call:
            tap = asha.phone.tap(card, data)
            await call.came()
            async with database.gone():
                call.release()
                assert APOLOGY in await asha.settled(tap)
        assert await appointments(asha.town) == 0
        await asha.taps_raw(card, data)
        await asha.hears("Appointment booked")
    assert await appointments(asha.town) == 1
    assert incident.texts == []
    await mailed(asha.town.mailbox, "asha@example.org", "rao@example.org")


async def test_what_was_answered_when_the_database_went_is_noted_when_it_is_back(
    asha: Person, database: Database
) -> None:
    """The next question was shown and can't be noted: the answer to it waits until it is."""
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would")])
    async with held("editMessageText") as call:
        asha.phone.press("Rao")
        await call.came()
        async with database.gone():
            call.release()
            await asha.hears("Which day?")
            answer = asha.phone.send("tomorrow")
    assert "Which time?" in await asha.settled(answer)
