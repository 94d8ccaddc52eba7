"""When people are busy: the booked and held times among `appointments`, asked for many people at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.models.people import Role, UserId
from services.models.scheduling import Slot
from services.models.ticks import LONGEST_INTERVAL
from services.storage.appointment_documents import LONGEST_HOLD, PARTY
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

# Whose appointments (the field, and the id in it), within which stretch.
Window = tuple[str, UserId, Slot]


class BusyTimeStore:
    """Reads when people are busy; what many ask for at the same time is one query."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._ask = Batcher(self._of_each)

    async def of(self, people: Mapping[Role, UserId], window: Slot, now: datetime) -> list[Slot]:
        """Return the stretches within `window` in which any of `people` (by their part) is busy at `now`."""
        windows = tuple((PARTY[role], user_id, window) for role, user_id in people.items())
        return await self._ask((now, windows))

    async def of_each(
        self, groups: Sequence[Mapping[Role, UserId]], window: Slot, now: datetime
    ) -> list[list[Slot]]:
        """Return what `of` does, for each of several groups of people, in one query."""
        askers = [
            (now, tuple((PARTY[role], user_id, window) for role, user_id in people.items()))
            for people in groups
        ]
        return await self._of_each(askers) if askers else []

    async def _of_each(self, askers: Sequence[tuple[datetime, tuple[Window, ...]]]) -> list[list[Slot]]:
        """Read what all askers want in one query."""
        rows_of: dict[Window, list[Document]] = {window_of: [] for _, asked in askers for window_of in asked}
        shown = {
            "start": True,
            "end": True,
            "doctor_id": True,
            "patient_id": True,
            "held_until": True,
            "_id": False,
        }
        query = {"$or": [_within(*window_of) for window_of in rows_of]}
        async with translate_driver_errors():
            rows = await self._appointments.find(query, shown).to_list(None)
        for window_of, found in rows_of.items():
            party, user_id, window = window_of
            found += [
                row
                for row in rows
                if row[party] == user_id and window.start < row["end"] and row["start"] < window.end
            ]
        return [
            [
                Slot(row["start"], row["end"])
                for window_of in asked
                for row in rows_of[window_of]
                # A hold that has ended does not count, even if it is not deleted yet.
                if row.get("held_until") is None or now < row["held_until"] <= now + LONGEST_HOLD
            ]
            for now, asked in askers
        ]


def _within(party: str, user_id: UserId, window: Slot) -> Document:
    near = {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end}
    return {party: user_id, "start": near, "ticks": {"$exists": True}}
