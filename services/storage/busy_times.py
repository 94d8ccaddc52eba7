"""When people are busy: the booked and held times among `appointments`, asked for many people at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.models.catalogue import RoomId
from services.models.people import Role, UserId
from services.models.slots import LONGEST_INTERVAL, Slot
from services.storage.appointment_documents import LONGEST_HOLD, PARTY, ROOM
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

# Whose appointments (the field, and the id in it), within which stretch.
Window = tuple[str, str, Slot]
# At which instant, within which stretch, and of which people and rooms.
Asked = tuple[datetime, Slot, Mapping[Role, UserId], tuple[RoomId, ...]]
SHOWN = {
    "start": True,
    "end": True,
    "doctor_id": True,
    "patient_id": True,
    "room_id": True,
    "buffer_minutes": True,
    "held_until": True,
    "_id": False,
}


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """What is taken, by whom: by the doctor (with the buffers), the patient, and in each of the rooms."""

    doctor: Sequence[Slot] = ()
    patient: Sequence[Slot] = ()
    rooms: Mapping[RoomId, Sequence[Slot]] = field(default_factory=dict)


class BusyTimeStore:
    """Reads when people and rooms are busy; what many ask for at the same time is one query."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._ask = Batcher(self._of_each)

    async def of(
        self, people: Mapping[Role, UserId], window: Slot, now: datetime, rooms: Sequence[RoomId] = ()
    ) -> BusyTimes:
        """Return the stretches within `window` in which `people` (by their part) and rooms are busy at `now`.

        What the same patient has in a room is not among those of the room.
        """
        return await self._ask((now, window, people, tuple(rooms)))

    async def of_each(
        self,
        groups: Sequence[tuple[Mapping[Role, UserId], Sequence[RoomId]]],
        window: Slot,
        now: datetime,
    ) -> list[BusyTimes]:
        """Return what `of` does, for each of several groups of people and rooms, in one query."""
        askers = [(now, window, people, tuple(rooms)) for people, rooms in groups]
        return await self._of_each(askers) if askers else []

    async def _of_each(self, askers: Sequence[Asked]) -> list[BusyTimes]:
        """Read what all askers want in one query."""
        windows = {
            (party, each, window)
            for _, window, people, rooms in askers
            for party, each in _parties(people, rooms)
        }
        together: dict[tuple[str, Slot], list[str]] = {}
        for party, party_id, window in windows:
            together.setdefault((party, window), []).append(party_id)
        query = {"$or": [_within(party, ids, window) for (party, window), ids in together.items()]}
        async with translate_driver_errors():
            rows = await self._appointments.find(query, SHOWN).to_list(None)
        rows_with: dict[tuple[str, str], list[Document]] = {}
        for row in rows:
            for party in {party for party, _ in together}:
                rows_with.setdefault((party, row.get(party)), []).append(row)
        rows_of = {
            (party, party_id, window): [
                row
                for row in rows_with.get((party, party_id), ())
                if window.start < _end(row) and row["start"] < window.end
            ]
            for party, party_id, window in windows
        }
        return [_sorted_out(asked, rows_of) for asked in askers]


def _parties(people: Mapping[Role, UserId], rooms: Sequence[RoomId]) -> list[tuple[str, str]]:
    return [*((PARTY[role], each) for role, each in people.items()), *((ROOM, each) for each in rooms)]


def _sorted_out(asked: Asked, rows_of: Mapping[Window, Sequence[Document]]) -> BusyTimes:
    now, window, people, rooms = asked
    doctor, patient = people.get(Role.DOCTOR), people.get(Role.PATIENT)

    def current(party: str, party_id: str) -> list[Document]:
        # A hold that has ended does not count, even if it is not deleted yet.
        rows = rows_of[party, party_id, window]
        ended = (row.get("held_until") for row in rows)
        return [
            row
            for row, until in zip(rows, ended, strict=True)
            if until is None or now < until <= now + LONGEST_HOLD
        ]

    return BusyTimes(
        [Slot(row["start"], _end(row)) for row in current(PARTY[Role.DOCTOR], doctor)] if doctor else (),
        [Slot(row["start"], row["end"]) for row in current(PARTY[Role.PATIENT], patient)] if patient else (),
        {
            room: sorted(
                Slot(row["start"], row["end"]) for row in current(ROOM, room) if row["patient_id"] != patient
            )
            for room in rooms
        },
    )


def _end(row: Document) -> datetime:
    """Return when the doctor is free again."""
    end: datetime = row["end"]
    buffer = row.get("buffer_minutes")
    return end + timedelta(minutes=buffer) if buffer else end


def _within(party: str, ids: Sequence[str], window: Slot) -> Document:
    near = {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end}
    whose = ids[0] if len(ids) == 1 else {"$in": sorted(ids)}
    return {party: whose, "start": near, "ticks": {"$exists": True}}
