"""A patient's appointments and holds, as the limits count them: one read, on the patient's index."""

from datetime import datetime

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.limits import Engagement, HeldFor
from services.models.patients import has_no_account
from services.models.people import UserId, Via
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors

TAKES_TIME = {"$in": [AppointmentStatus.BOOKED.value, AppointmentStatus.HELD.value]}
OF_CHANGES = ("history.at", "history.by", "history.via", "history.noted")
SHOWN = dict.fromkeys(
    ("doctor_id", "start", "status", "held_for", "held_until", "series_id", *OF_CHANGES), True
)
# From where those change an appointment who act for a patient; the clinic's own people do so at the desk.
BY_CARERS = frozenset({Via.CHAT.value, Via.HTTP.value})


class EngagementStore:
    """Reads what one patient has, holds and has changed."""

    def __init__(self, database: Database) -> None:
        self._appointments: Collection = database["appointments"]

    async def of_patient(self, patient_id: UserId, since: datetime) -> list[Engagement]:
        """Return what is booked or held from `since` on, and what was changed since then.

        What was changed since then begins later than that: nobody changes what is past.
        """
        query = {
            "patient_id": patient_id,
            "start": {"$gt": since},
            "$or": [{"status": TAKES_TIME}, {"history.at": {"$gt": since}}],
        }
        async with translate_driver_errors():
            rows = self._appointments.find(query, SHOWN).hint([("patient_id", 1), ("start", 1)])
            return [_engagement(row, patient_id) for row in await rows.to_list(None)]

    async def hold_for(self, appointment_id: AppointmentId, purpose: HeldFor) -> None:
        """Change what a time is held for, if it is still held."""
        query = {"_id": appointment_id, "status": AppointmentStatus.HELD.value}
        async with translate_driver_errors():
            await self._appointments.update_one(query, {"$set": {"held_for": purpose.value}})

    async def author(self, appointment_id: AppointmentId, version: int) -> UserId | None:
        """Return who made that version of an appointment, by booking or changing it; None: unknown."""
        async with translate_driver_errors():
            row = await self._appointments.find_one({"_id": appointment_id}, {"history": True})
        entries = [entry for entry in (row or {}).get("history", ()) if "noted" not in entry]
        return UserId(entries[version]["by"]) if 0 <= version < len(entries) else None


def _engagement(row: Document, patient_id: UserId) -> Engagement:
    # Older versions did not store the purpose; most holds are for bookings.
    is_held = row["status"] == AppointmentStatus.HELD.value
    held_for = HeldFor(row.get("held_for", HeldFor.BOOKING)) if is_held else None
    return Engagement(
        AppointmentId(row["_id"]),
        UserId(row["doctor_id"]),
        row["start"],
        AppointmentStatus(row["status"]),
        held_for=held_for,
        held_until=row.get("held_until"),
        changed_at=tuple(
            entry["at"]
            for entry in row.get("history", ())
            if "noted" not in entry and _is_patients(entry, row, patient_id)
        ),
        series_id=row.get("series_id"),
    )


def _is_patients(entry: Document, row: Document, patient_id: UserId) -> bool:
    """Tell whether a change was made by the patient, or by whoever looks after them."""
    if not has_no_account(patient_id):
        return bool(entry["by"] == patient_id)
    return entry["by"] != row["doctor_id"] and entry.get("via") in BY_CARERS
