"""The embedded database dies under a living bot, which apologises meanwhile and goes on by itself."""

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.models.people import Role
from services.storage.mongo import embedded
from services.storage.mongo.embedded import EmbeddedMongo
from tests.faults.holding import logged, mailed
from tests.full_disk import FullDisk
from tests.town import Person, founded
from tests.turning import TurnableClock

APOLOGY = "can't reach the clinic's records"


@dataclass
class Clinic:
    """A clinic with one doctor, one patient and a database of its own, on a disk that can be full."""

    asha: Person
    server: EmbeddedMongo
    disk: FullDisk

    def kill(self) -> None:
        """End the database as the kernel does when memory runs out."""
        assert self.server.pid is not None
        os.kill(self.server.pid, signal.SIGKILL)


@pytest.fixture
async def clinic(
    clock: TurnableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Clinic]:
    disk = FullDisk.made(tmp_path)
    monkeypatch.setattr(embedded, "find_program", lambda: disk.program)
    monkeypatch.setattr(embedded, "LONGEST_PAUSE_SECONDS", 0.2)
    server = EmbeddedMongo(tmp_path / "data")
    async with server as url, founded(url, clock, tmp_path) as town:
        await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        asha = await town.signed_in("Asha Patel", "asha@example.org")
        yield Clinic(asha, server, disk)


async def test_a_booking_goes_on_when_the_database_was_killed_meanwhile(clinic: Clinic) -> None:
    asha = clinic.asha
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Meera Rao»", "Which day")])
    await asha.taps(asha.label("Soonest"))
    with logged("database.back") as back:
        clinic.kill()
        await back.came()
    await asha.taps("Skip")
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")
    await mailed(asha.town.mailbox, "asha@example.org", "rao@example.org")


async def test_on_a_full_disk_there_is_an_apology_until_there_is_room_again(clinic: Clinic) -> None:
    asha = clinic.asha
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Meera Rao»", "Which day")])
    await asha.taps(asha.label("Soonest"))
    await asha.taps("Skip")
    with logged("database.disk_full") as told, logged("database.back") as back:
        clinic.disk.fill()
        clinic.kill()
        await told.came()
        assert APOLOGY in await asha.taps("Confirm")
        clinic.disk.clear()
        await back.came()
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")
