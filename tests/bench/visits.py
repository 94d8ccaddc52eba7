"""What kinds of visit, places and rooms cost: all times, and a booking, beside those of a plain doctor.

Measured in one process, on the services alone: what Telegram and HTTP add is the same for all doctors.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from services.accounts.one_time_codes import CodeLetter
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.clinic import Clinic, build
from services.clinic_rules import ClinicRules
from services.clock import SystemClock
from services.ids import new_id
from services.models.appointments import NO_LIMITS, AppointmentId
from services.models.catalogue import ANY_VISIT, KindId, Place, Room, RoomId, VisitKind, WantedVisit
from services.models.people import ChatId, Principal, UserId
from services.models.scheduling import WORKING_WEEK, Schedule
from services.models.slots import PlaceId
from services.storage.mongo.driver import Database, connect
from services.storage.storage import Storage
from tests.bench.clinic import KEY, doctor_id, patient_id

KINDS = (
    VisitKind(KindId("bench-first"), "First visit", 45, buffer_minutes=15),
    VisitKind(KindId("bench-check"), "Check", 10),
    VisitKind(KindId("bench-scan"), "Ultrasound", 20, group="ultrasound"),
)
PLACES = (Place(PlaceId("bench-harbour"), "Harbour Street"), Place(PlaceId("bench-hospital"), "The hospital"))
ROOMS = tuple(Room(RoomId(f"bench-room-{n}"), f"Ultrasound {n}", "ultrasound") for n in range(8))
GRID_MINUTES = 5
PLAIN, OF_A_KIND, IN_A_ROOM = "plain", "of a kind", "in a room"
WANTED = {PLAIN: ANY_VISIT, OF_A_KIND: WantedVisit(KINDS[0].id), IN_A_ROOM: WantedVisit(KINDS[2].id)}
# These doctors have kinds while this is measured, and those after them have none.
WITH_KINDS = 20


@dataclass(frozen=True)
class VisitCost:
    """Milliseconds (the median) and database operations of a month of times, and of a hold and a booking."""

    what: str
    stored: int
    month_ms: float
    month_operations: float
    booking_ms: float
    booking_operations: float


class Operations(CommandListener):
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.count = 0

    def started(self, event: CommandStartedEvent) -> None:
        """Count it."""
        del event
        self.count += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Do nothing."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Do nothing."""


class NoMail:
    """Sends no codes."""

    async def send(self, letter: CodeLetter) -> None:
        """Do nothing."""


async def visit_costs(url: str, stored: int, times: int) -> list[VisitCost]:
    """Measure each so many times in a clinic with so many appointments."""
    operations = Operations()
    async with connect(url, event_listeners=[operations]) as database:
        storage = Storage.on(database)
        clinic = build(
            storage,
            rules=ClinicRules("Clinic", ZoneInfo("UTC"), "bench", limits=NO_LIMITS),
            clock=SystemClock(),
            tokens=Tokens(KEY),
            passwords=Passwords(4),
            mailer=NoMail(),
            on_event=lambda: None,
            on_announcement=lambda: None,
        )
        async with _with_kinds(database, storage):
            visits = Visits(clinic, storage, operations)
            return [await visits.cost(what, stored, times) for what in WANTED]


@asynccontextmanager
async def _with_kinds(database: Database, storage: Storage) -> AsyncIterator[None]:
    """Let some doctors offer kinds during the block."""
    entries: list[VisitKind | Place | Room] = [*KINDS, *PLACES, *ROOMS]
    for entry in entries:
        await storage.catalogue.put(entry)
    weekly = {
        day: (
            replace(hours[0], end=hours[0].end.replace(hour=12), place=PLACES[0].id),
            replace(hours[0], start=hours[0].start.replace(hour=12), place=PLACES[1].id),
        )
        for day, hours in WORKING_WEEK.items()
    }
    offered = {"kinds": [kind.id for kind in KINDS], "grid_minutes": GRID_MINUTES}
    ids = [doctor_id(number) for number in range(WITH_KINDS)]
    for each in ids:
        await storage.schedules.put(each, Schedule(weekly=weekly))
    await database["schedules"].update_many({"_id": {"$in": ids}}, {"$set": offered})
    try:
        yield
    finally:
        await database["schedules"].delete_many({"_id": {"$in": ids}})
        await database["catalogue"].delete_many({"_id": {"$gte": "bench-", "$lt": "bench."}})


class Visits:
    """Looks at times, and books them, one after the other."""

    def __init__(self, clinic: Clinic, storage: Storage, operations: Operations) -> None:
        self._clinic = clinic
        self._storage = storage
        self._operations = operations

    async def cost(self, what: str, stored: int, times: int) -> VisitCost:
        """Measure one sort of visit."""
        months, bookings = Measured(self._operations), Measured(self._operations)
        for number in range(times):
            user = await self._storage.users.by_id(patient_id(number))
            assert user is not None
            patient = Principal(user, ChatId(number + 1), "bench")
            with_kinds = 0 if what == PLAIN else 1
            doctor = doctor_id(number % WITH_KINDS + (1 - with_kinds) * WITH_KINDS)
            async with months.one():
                start = await self._month(patient, doctor, WANTED[what], number)
            async with bookings.one():
                await self._book(patient, doctor, WANTED[what], start)
        return VisitCost(what, stored, *months.medians, *bookings.medians)

    async def _month(self, patient: Principal, doctor: UserId, wanted: WantedVisit, number: int) -> datetime:
        """Look at all that can be booked, as for a calendar; return one of the times."""
        times = await self._clinic.schedules.availability(patient, doctor, wanted=wanted)
        assert times.days(times.first, times.last)
        shown = times.all_slots()
        return shown[number * len(shown) // 1000 % len(shown)].start

    async def _book(self, patient: Principal, doctor: UserId, wanted: WantedVisit, start: datetime) -> None:
        request_id = AppointmentId(new_id(start))
        booking = self._clinic.booking
        await booking.hold(patient, doctor, start, request_id=request_id, wanted=wanted)
        await booking.book(patient, doctor, start, reason=None, request_id=request_id, wanted=wanted)


class Measured:
    """How long something took, and how often the database was asked for it, each time."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._seconds: list[float] = []
        self._counts: list[int] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Measure the block."""
        counted, begun = self._operations.count, time.perf_counter()
        yield
        self._seconds.append(time.perf_counter() - begun)
        self._counts.append(self._operations.count - counted)

    @property
    def medians(self) -> tuple[float, float]:
        """Milliseconds, and operations."""
        return median(self._seconds) * 1000, median(self._counts)
