"""Reading `appointments` by stretches of time: a doctor's day, the clinic's, what a clearing would take."""

from services.models.appointments import Appointment, AppointmentStatus
from services.models.paging import Page, page_number
from services.models.people import Role, UserId
from services.models.scheduling import Slot
from services.models.ticks import LONGEST_INTERVAL
from services.storage.appointments import PARTY, read_appointment
from services.storage.driver import Collection, Database, Document, translate_driver_errors
from services.storage.row_reading import readable

# What somebody is just confirming is not an appointment yet.
NOT_HELD = {"status": {"$ne": AppointmentStatus.HELD.value}}


class AppointmentQueryStore:
    """Reads appointments; whoever writes them is services/storage/appointments.py."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def of_person(self, role: Role, user_id: UserId, window: Slot) -> list[Appointment]:
        """Return all of a person's appointments that begin in the window, earliest first."""
        query = {PARTY[role]: user_id, "start": {"$gte": window.start, "$lt": window.end}, **NOT_HELD}
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def booked_within(
        self, role: Role, user_id: UserId, window: Slot, limit: int = 0
    ) -> list[Appointment]:
        """Return a person's booked appointments that touch the window, earliest first."""
        query = {
            PARTY[role]: user_id,
            "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
            "end": {"$gt": window.start},
            "status": AppointmentStatus.BOOKED.value,
        }
        index = [(PARTY[role], 1), ("start", 1)]
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index).limit(limit)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def cleared(self, role: Role, user_id: UserId, window: Slot, order: str) -> int:
        """Count the person's appointments within reach of the window that an order has cancelled."""
        query, index = _cleared(role, user_id, window, order)
        async with translate_driver_errors():
            return int(await self._appointments.count_documents(query, hint=index))

    async def all_cleared(self, role: Role, user_id: UserId, window: Slot, order: str) -> list[Appointment]:
        """Return the person's appointments that an order has cancelled, earliest first."""
        query, index = _cleared(role, user_id, window, order)
        async with translate_driver_errors():
            cursor = self._appointments.find(query).sort(index).hint(index)
            return readable(await cursor.to_list(None), read_appointment, "appointment")

    async def page(self, window: Slot, *, number: int, size: int) -> Page[Appointment]:
        """Return a page of everybody's appointments that begin in the window, earliest first."""
        query: Document = {"start": {"$gte": window.start, "$lt": window.end}, **NOT_HELD}
        index = [("start", 1)]
        async with translate_driver_errors():
            total = await self._appointments.count_documents(query, hint=index)
            number = page_number(number, total, size)
            cursor = self._appointments.find(query).sort(index).hint(index)
            rows = await cursor.skip(number * size).limit(size).to_list(None)
        return Page(tuple(readable(rows, read_appointment, "appointment")), number, size, total)


def _cleared(role: Role, user_id: UserId, window: Slot, order: str) -> tuple[Document, list[tuple[str, int]]]:
    """Return the query for what an order has cancelled, and the index that answers it."""
    query = {
        PARTY[role]: user_id,
        "start": {"$gt": window.start - LONGEST_INTERVAL, "$lt": window.end},
        "history.order": order,
    }
    return query, [(PARTY[role], 1), ("start", 1)]
