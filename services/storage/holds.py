"""Ending what is held of somebody's time, whoever it is held for, and what was offered of it."""

from services.models.appointments import AppointmentStatus
from services.models.people import Role, UserId
from services.models.scheduling import Slot
from services.models.ticks import LONGEST_INTERVAL
from services.storage.appointment_documents import PARTY
from services.storage.mongo.driver import Collection, Database, translate_driver_errors


class HoldStore:
    """Ends holds and offers. A hold is a document of `appointments`, an offer a part of one of `waitlist`."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]
        self._places: Collection = database["waitlist"]

    async def end(self, role: Role, user_id: UserId, window: Slot) -> int:
        """End what is held and offered of a person's time in the window; return how many were held.

        The offers go first, so that nobody makes a hold again of one whose hold has just gone.
        """
        party = PARTY[role]
        async with translate_driver_errors():
            await self._places.update_many(
                {
                    party: user_id,
                    "offer.start": {"$lt": window.end},
                    "offer.end": {"$gt": window.start},
                },
                {"$unset": {"offer": ""}, "$inc": {"version": 1}},
                hint=[(party, 1), ("since", 1)] + ([("_id", 1)] if role is Role.DOCTOR else []),
            )
            done = await self._appointments.delete_many(
                {
                    party: user_id,
                    "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
                    "end": {"$gt": window.start},
                    "status": AppointmentStatus.HELD.value,
                },
                hint=[(party, 1), ("start", 1)],
            )
        return int(done.deleted_count)
