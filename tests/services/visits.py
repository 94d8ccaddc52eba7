"""A clinic with kinds of visit, places and rooms, for tests of the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from services.models.catalogue import KindId, Place, Room, RoomId, VisitKind
from services.models.people import Principal, Role, User
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import PlaceId, Slot, ticks
from services.storage.mongo.driver import Collection, Document
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.families import account

HARBOUR, HOSPITAL = Place(PlaceId("harbour"), "Harbour Street"), Place(PlaceId("hospital"), "The hospital")
FIRST = VisitKind(KindId("first"), "First visit", 45, buffer_minutes=15)
CHECK = VisitKind(KindId("check"), "Check", 10, for_follow_ups=True)
SCAN = VisitKind(KindId("scan"), "Ultrasound", 20, group="ultrasound")
KINDS = (FIRST, CHECK, SCAN)
ONE = Room(RoomId("one"), "Ultrasound 1", "ultrasound", HARBOUR.id)
TWO = Room(RoomId("two"), "Ultrasound 2", "ultrasound", HARBOUR.id)
WEEK = dict.fromkeys(Weekday, (Hours(time(9), time(12), HARBOUR.id), Hours(time(13), time(17), HOSPITAL.id)))


@dataclass(frozen=True)
class VisitClinic:
    """A clinic in which doctors have kinds of visit; `asha` is a patient, `rao` a doctor."""

    bench: Bench
    nora: Principal
    asha: Principal
    rao: Principal

    async def put(self, *entries: VisitKind | Place | Room) -> None:
        """Store these in the catalogue."""
        for entry in entries:
            await self.bench.storage.catalogue.put(entry)

    async def offer(
        self,
        doctor: User,
        kinds: Sequence[VisitKind] = KINDS,
        *,
        grid: int = 5,
        schedule: Schedule | None = None,
    ) -> None:
        """Let a doctor offer these kinds, in the usual week at two places unless another is given."""
        await self.bench.storage.schedules.put(doctor.id, schedule or Schedule(weekly=WEEK))
        offered = {"kinds": [kind.id for kind in kinds], "grid_minutes": grid}
        await self.rows("schedules").update_one({"_id": doctor.id}, {"$set": offered}, upsert=True)

    def rows(self, name: str) -> Collection:
        """Return a collection."""
        return self.bench.storage.appointments._appointments.database[name]

    async def stored(self) -> list[Document]:
        """Return all that takes time."""
        query = {"ticks": {"$exists": True}}
        appointments = self.bench.storage.appointments._appointments
        found: list[Document] = await appointments.find(query, comment=OURS).to_list(None)
        return found

    async def overlaps(self) -> list[str]:
        """Return what overlaps for anybody, in a room, or with a buffer, worked out of the times alone."""
        rows, found = await self.stored(), []
        for number, one in enumerate(rows):
            for other in rows[number + 1 :]:
                met = {
                    party
                    for party in ("doctor_id", "patient_id", "room_id")
                    if one.get(party) and one.get(party) == other.get(party) and _meet(one, other)
                }
                if one["doctor_id"] == other["doctor_id"] and _too_close(one, other):
                    met.add("buffer")
                found += [f"{each}: {one['_id']} and {other['_id']}" for each in sorted(met)]
        return found


def _slot(row: Document, buffer: int = 0) -> Slot:
    return Slot(row["start"], row["end"] + timedelta(minutes=buffer))


def _meet(one: Document, other: Document) -> bool:
    return bool(set(ticks(_slot(one))) & set(ticks(_slot(other))))


def _too_close(one: Document, other: Document) -> bool:
    longer = [_slot(each, each.get("buffer_minutes", 0)) for each in (one, other)]
    return longer[0].overlaps(_slot(other)) or longer[1].overlaps(_slot(one))


async def visit_clinic(bench: Bench, *rooms: Room) -> VisitClinic:
    """Make a clinic with three kinds, two places, and these rooms."""
    nora = await account(bench, "nora", Role.ADMIN)
    asha = await account(bench, "asha")
    rao = await account(bench, "rao", Role.DOCTOR)
    clinic = VisitClinic(bench, nora, asha, rao)
    await clinic.put(*KINDS, HARBOUR, HOSPITAL, *rooms)
    await clinic.offer(rao.user)
    return clinic
