"""The indexes of the collection `appointments`; those with ticks are the guard against double bookings."""

from typing import Any

from services.storage.appointment_documents import PARTY, ROOM, WITH_BUFFER
from services.storage.mongo.driver import Collection, translate_driver_errors

ONE_WITH_BUFFER = "one_doctor_with_buffer"
BY_SERIES = [("series_id", 1), ("start", 1)]


async def make_appointment_indexes(appointments: Collection) -> None:
    """Make every index that is missing."""
    taken: dict[str, Any] = {"ticks": {"$exists": True}}
    in_room: dict[str, Any] = {ROOM: {"$exists": True}}
    async with translate_driver_errors():
        for party in PARTY.values():
            await _guard(appointments, party, taken)
            await appointments.create_index([(party, 1), ("start", 1)])
        await _guard(appointments, ROOM, taken | in_room)
        await appointments.create_index(
            [("doctor_id", 1), (WITH_BUFFER, 1)],
            unique=True,
            # Only what takes time: a worker of a version before kinds, which runs beside this one while they
            # are restarted in turn, cancels without removing the ticks that it does not know.
            partialFilterExpression=taken | {WITH_BUFFER: {"$exists": True}},
            name=ONE_WITH_BUFFER,
        )
        await appointments.create_index([(ROOM, 1), ("start", 1)], partialFilterExpression=in_room)
        await appointments.create_index([("start", 1)])
        in_series: dict[str, Any] = {"series_id": {"$exists": True}}
        await appointments.create_index(BY_SERIES, partialFilterExpression=in_series)
        await appointments.create_index("moving_to", sparse=True)
        # The database itself deletes holds that have ended.
        await appointments.create_index("held_until", expireAfterSeconds=0, sparse=True)
        await appointments.create_index("unsent.id", sparse=True)


async def _guard(appointments: Collection, field: str, where: dict[str, Any]) -> None:
    """Let no two appointments with the same value of the field have a tick in common."""
    await appointments.create_index(
        [(field, 1), ("ticks", 1)], unique=True, partialFilterExpression=where, name=f"one_{field}"
    )
