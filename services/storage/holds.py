"""Ending all holds and waiting-list offers in somebody's time."""

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
        self._entries: Collection = database["waitlist"]

    async def end(self, role: Role, user_id: UserId, window: Slot) -> int:
        """End holds and offers in a person's time in the window; return how many holds there were.

        The offers are removed first, so that no worker makes a hold again for an offer whose hold is gone.
        """
        party = PARTY[role]
        async with translate_driver_errors():
            await self._entries.update_many(
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
