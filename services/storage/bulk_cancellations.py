"""The collection `clearances`: orders to cancel somebody's appointments, kept until they are carried out."""

from datetime import date

from services.models.appointments import AppointmentId, CancellationCause, CancellationOrder
from services.models.catalogue import RoomId, RoomOutage
from services.models.people import Role, UserId, Via
from services.models.scheduling import Closure, DateHours
from services.models.slots import Slot, TimeOff
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.schedule_documents import hours_document, read_hours


class BulkCancellationStore:
    """Stores orders; there are hardly ever any."""

    def __init__(self, database: Database) -> None:
        self._orders: Collection = database["clearances"]

    async def add(self, order: CancellationOrder) -> None:
        """Store an order; an order with its id that is there already stays."""
        async with translate_driver_errors():
            await self._orders.update_one({"_id": order.id}, {"$setOnInsert": _document(order)}, upsert=True)

    async def stands(self, order_id: str) -> bool:
        """Tell whether the order is still there: neither finished nor called off."""
        async with translate_driver_errors():
            return await self._orders.find_one({"_id": order_id}, {"_id": True}) is not None

    async def all(self) -> list[CancellationOrder]:
        """Return all orders, oldest first."""
        async with translate_driver_errors():
            rows = await self._orders.find({}).sort("_id", 1).hint("_id_").to_list(None)
            return readable(rows, _order, "clearance")

    async def remove(self, order_id: str) -> None:
        """Remove an order that is finished or called off."""
        async with translate_driver_errors():
            await self._orders.delete_one({"_id": order_id})


def _document(order: CancellationOrder) -> Document:
    off, closure, room = order.time_off, order.closure, order.room_out
    return {
        "_id": order.id,
        "kind": order.kind.value,
        "role": order.role.value,
        "user_id": order.user_id,
        "start": order.window.start,
        "end": order.window.end,
        "by": order.by,
        "until": order.until,
        "only": sorted(order.only) if order.only is not None else None,
        "time_off": _off_document(off) if off else None,
        "note": order.note,
        "via": order.via.value if order.via else None,
        "date_hours": _date_hours_document(order.date_hours) if order.date_hours else None,
        "closure": _closure_document(closure) if closure else None,
        "outside": None if order.outside is None else [[each.start, each.end] for each in order.outside],
        "room_out": {"room_id": room.room_id, **_off_document(room.out)} if room else None,
    }


def _off_document(off: TimeOff) -> Document:
    at: Document = {"place": off.place} if off.place is not None else {}
    return {"id": off.id, "start": off.slot.start, "end": off.slot.end, **at}


def _off(row: Document) -> TimeOff:
    return TimeOff(row["id"], Slot(row["start"], row["end"]), row.get("place"))


def _closure_document(closure: Closure) -> Document:
    return {
        "id": closure.id,
        "start": closure.slot.start,
        "end": closure.slot.end,
        "reason": closure.reason,
    }


def _date_hours_document(changed: DateHours) -> Document:
    hours = None if changed.hours is None else [hours_document(each) for each in changed.hours]
    return {"id": changed.id, "day": changed.day.isoformat(), "hours": hours}


def _date_hours(row: Document) -> DateHours:
    hours = None if row["hours"] is None else tuple(map(read_hours, row["hours"]))
    return DateHours(row["id"], date.fromisoformat(row["day"]), hours)


def _order(row: Document) -> CancellationOrder:
    off, only = row["time_off"], row["only"]
    # Orders that earlier versions have given have none of these four.
    changed, closed, outside = row.get("date_hours"), row.get("closure"), row.get("outside")
    room = row.get("room_out")
    return CancellationOrder(
        id=row["_id"],
        kind=CancellationCause(row["kind"]),
        role=Role(row["role"]),
        user_id=UserId(row["user_id"]),
        window=Slot(row["start"], row["end"]),
        by=UserId(row["by"]),
        until=row["until"],
        only=frozenset(map(AppointmentId, only)) if only is not None else None,
        time_off=_off(off) if off else None,
        note=row["note"],
        # Orders of earlier versions do not say it.
        via=Via(row["via"]) if row.get("via") else None,
        date_hours=_date_hours(changed) if changed else None,
        closure=Closure(closed["id"], Slot(closed["start"], closed["end"]), closed["reason"])
        if closed
        else None,
        outside=None if outside is None else tuple(Slot(*each) for each in outside),
        room_out=RoomOutage(RoomId(room["room_id"]), _off(room)) if room else None,
    )
