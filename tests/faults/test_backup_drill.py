"""A clinic at work is backed up, and restored elsewhere: all is there, and everybody goes on."""

import asyncio
import signal
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from services.errors import ClinicError
from services.ids import new_id
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Principal, Role, UserId
from services.models.scheduling import PartOfDay
from services.storage.inspection import inspected
from services.storage.mongo.driver import Database, connect
from services.storage.mongo.embedded import EmbeddedMongo
from services.storage.storage import Storage
from tests.bot.test_create_admin import begun, said
from tests.faults.stage import Stage, staged
from tests.faults.test_pending_updates import emptied, written_down
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

FIRST = datetime(2027, 5, 5, 9, tzinfo=UTC)
DAYS, TIMES_A_DAY = 8, 14
HALF = timedelta(minutes=30)
PATIENCE_SECONDS = 60
pytestmark = [pytest.mark.dreadful, pytest.mark.timeout(600)]

Rows = list[dict[str, Any]]


class Clinic:
    """Three doctors and their patients, who book and cancel over the services."""

    def __init__(self, stage: Stage, doctors: list[Principal], patients: list[Principal]) -> None:
        self.services = stage.town.assembly.clinic
        self.doctors, self.patients = doctors, patients
        self.booked: list[AppointmentId] = []
        self.begun: set[str] = set()

    async def works(self, now: datetime) -> None:
        """Book what there is, and cancel every fifth; whatever is acknowledged is noted."""
        for number in count():
            day, time = divmod(number // len(self.doctors), TIMES_A_DAY)
            # A weekend is no working day: what is refused is nobody's appointment.
            start = FIRST + timedelta(days=day % DAYS) + time * HALF
            patient = self.patients[number % len(self.patients)]
            doctor = self.doctors[number % len(self.doctors)]
            request_id = AppointmentId(new_id(now))
            self.begun.add(request_id)
            with suppress(ClinicError):
                await self.services.booking.book(
                    patient, doctor.id, start, reason=None, request_id=request_id
                )
                self.booked.append(request_id)
                if len(self.booked) % 5 == 0:
                    await self.services.appointments.cancel(patient, request_id)
                # There are not so many that telling of them takes long.
                await asyncio.sleep(0.02)
            await asyncio.sleep(0)


async def settled(stage: Stage) -> tuple[Clinic, dict[str, Person]]:
    """Give the clinic people: one is about to confirm, one waits for a time, one has no answer yet."""
    people: dict[str, Person] = {}
    for name in ("asha", "bela", "gita", "hana", "ines", "jana", "kira"):
        people[name] = await stage.signed_in(name.title(), f"{name}@example.org")
    for name in ("rao", "sen", "lee"):
        people[name] = await stage.signed_in(name.title(), f"{name}@example.org", Role.DOCTOR, "Cardiology")
    known = {name: await principal(stage.town, person) for name, person in people.items()}
    async with stage.bot():
        for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30"):
            await people["asha"].says(act)
        assert "Book this appointment?" in await people["asha"].taps("Skip")
    await stage.town.assembly.clinic.waitlist.join(
        known["bela"], known["rao"].id, date(2027, 5, 4), date(2027, 5, 6), PartOfDay.ANY
    )
    stage.town.telegram.updates.clear()
    waiting = people["gita"].phone.send("/help")
    await stage.town.storage.pending_updates.put(written_down(stage, waiting))
    stage.town.telegram.updates.clear()
    doctors = [known[name] for name in ("rao", "sen", "lee")]
    patients = [known[name] for name in ("gita", "hana", "ines", "jana", "kira")]
    return Clinic(stage, doctors, patients), people


async def principal(town: Town, person: Person) -> Principal:
    return await town.assembly.clinic.sessions.authenticate(ChatId(person.phone.chat_id))


async def backed_up_at_work(
    clinic: Clinic, clock: TurnableClock, *words: str, **where: str
) -> tuple[set[str], str]:
    """Take a backup while people book; return what was acknowledged before, and the line that was said.

    However fast or slow the machine is: the backup is stopped in the middle until somebody has booked.
    """
    working = asyncio.create_task(clinic.works(clock.now()))
    await more_are_booked(clinic, 8)
    before: set[str] = set(clinic.booked)
    folder = Path(where.pop("folder"))
    async with begun(folder, *words, **where) as backup:
        while backup.returncode is None and not is_being_written(folder):  # noqa: ASYNC110 - it is working
            await asyncio.sleep(0.001)
        with suppress(ProcessLookupError):
            backup.send_signal(signal.SIGSTOP)
        await more_are_booked(clinic, 1)
        with suppress(ProcessLookupError):
            backup.send_signal(signal.SIGCONT)
        output, errors = await backup.communicate()
    assert not working.done(), "nobody has worked meanwhile"
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert (backup.returncode, errors.decode()) == (0, "")
    return before, output.decode().splitlines()[0]


def is_being_written(folder: Path) -> bool:
    """Tell whether there is a backup that is not complete yet."""
    return any(folder.glob(".*.part"))


async def more_are_booked(clinic: Clinic, count: int) -> None:
    """Return as soon as so many more are acknowledged."""
    since = len(clinic.booked)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(clinic.booked) < since + count:  # noqa: ASYNC110 - it is working
            await asyncio.sleep(0.001)


async def test_a_clinic_at_work_is_backed_up_and_goes_on_elsewhere(
    clock: TurnableClock, tmp_path: Path
) -> None:
    one, two, file = tmp_path / "one", tmp_path / "two", tmp_path / "clinic.backup"
    async with EmbeddedMongo(one) as url, staged(url, clock, tmp_path) as stage:
        clinic, people = await settled(stage)
        before, line = await backed_up_at_work(
            clinic, clock, "backup", str(file), folder=str(tmp_path), DB_URL="", DATA_DIR=str(one)
        )
        assert line.startswith(f"{file}: the clinic as of ")
        status, output, errors = await said(tmp_path, "restore", str(file), DB_URL="", DATA_DIR=str(two))
        assert (status, errors) == (0, [])
        assert "restored" in output[0]
        async with EmbeddedMongo(two) as restored, connect(restored) as database:
            await invariants(database, before, clinic)
            await everybody_goes_on(stage, database, people)


async def invariants(database: Database, before: set[str], clinic: Clinic) -> None:
    """Nothing is missing, twice, or half there."""
    assert (await inspected(database)).missing == []
    rows: Rows = await database.appointments.find({}, comment=OURS).to_list(None)
    there = {str(row["_id"]): row for row in rows if row["status"] != "held"}
    assert before <= set(there)
    # Those of one moment are the first of those that were booked one after the other.
    assert set(there) == set(clinic.booked[: len(there)])
    for person in ("doctor_id", "patient_id"):
        taken = Counter((row[person], tick) for row in rows for tick in row.get("ticks", ()))
        assert set(taken.values()) <= {1}
    notices: Rows = await database.notifications.find({}, comment=OURS).to_list(None)
    told = {(each["event"]["facts"].get("appointment_id"), each["event"]["kind"]) for each in notices}
    for row in there.values():
        events = {(str(row["_id"]), event["kind"]) for event in row.get("unsent", ())}
        kinds = {"booked", "cancelled"} if row["status"] == "cancelled" else {"booked"}
        assert {(str(row["_id"]), kind) for kind in kinds} <= events | told
    # One is about to confirm; a booking that was under way at that moment was still held, too.
    held = [row for row in rows if row["status"] == "held" and str(row["_id"]) not in clinic.begun]
    assert len(held) == 1
    assert await database.waitlist.count_documents({}, comment=OURS) == 1
    assert await database.leases.count_documents({}, comment=OURS) == 0


async def everybody_goes_on(stage: Stage, database: Database, people: dict[str, Person]) -> None:
    """Start the bot on what was restored, in the same chats."""
    town = stage.town
    town.storage = Storage.on(database)
    async with stage.bot():
        await people["gita"].hears("what I can do for you at")
        await emptied(town.storage.pending_updates)
        await people["asha"].taps("Confirm")
        await people["asha"].hears("Appointment booked")
        assert "1 doctor" in await people["bela"].says("/waitlist")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await _mails_to_come(town.storage, database):  # noqa: ASYNC110 - they are sent meanwhile
                await asyncio.sleep(0.01)
        rows: Rows = await database.appointments.find({"status": "booked"}, comment=OURS).to_list(None)
    users: Rows = await database.users.find({}, comment=OURS).to_list(None)
    emails = {row["_id"]: row["email"] for row in users}
    wanted = Counter(emails[UserId(row["patient_id"])] for row in rows)
    heard = Counter(mail.to[0] for mail in town.mailbox.mails if mail.subject.startswith("Booked"))
    # A booking that was cancelled since may have been told, too.
    assert {email: heard[email] for email in wanted if heard[email] < wanted[email]} == {}


async def _mails_to_come(storage: Storage, database: Database) -> bool:
    waiting = {"channel": "mail", "due": {"$exists": True}}
    notices = database.notifications
    return bool(await storage.notifications.unspread(1) or await notices.find_one(waiting, comment=OURS))
