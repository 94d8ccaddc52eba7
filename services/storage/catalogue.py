"""The collection `catalogue`: the clinic's kinds of visit, its places, and its rooms and equipment."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from services.models.catalogue import (
    AnswerType,
    Catalogue,
    ForPatients,
    KindId,
    Place,
    Price,
    Question,
    Room,
    RoomId,
    Video,
    VisitKind,
)
from services.models.slots import PlaceId, Slot, TimeOff
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable

T = TypeVar("T")
KIND, PLACE, ROOM = "kind", "place", "room"
BY_TYPE = [("type", 1), ("name", 1)]
MINUTE = timedelta(minutes=1)


class CatalogueStore:
    """Stores what the clinic offers. Nothing is deleted: what is retired is named where it is booked."""

    def __init__(self, database: Database) -> None:
        self._catalogue: Collection = database["catalogue"]
        self._ask = Batcher(self._ask_for_each)

    async def prepare(self) -> None:
        """Make the index, by type and name."""
        async with translate_driver_errors():
            await self._catalogue.create_index(BY_TYPE)

    async def all(self) -> Catalogue:
        """Return everything, by name; it is little, and read at once."""
        return await self._ask(None)

    async def put(self, entry: VisitKind | Place | Room) -> None:
        """Store a kind, a place or a room; one with the same id is replaced."""
        async with translate_driver_errors():
            await self._catalogue.replace_one({"_id": entry.id}, _document(entry), upsert=True)

    async def _ask_for_each(self, asked: Sequence[None]) -> list[Catalogue]:
        async with translate_driver_errors():
            rows = (
                await self._catalogue.find({"type": {"$in": [KIND, PLACE, ROOM]}}).hint(BY_TYPE).to_list(None)
            )
        found = Catalogue(
            {each.id: each for each in _read(rows, KIND, _kind)},
            {each.id: each for each in _read(rows, PLACE, _place)},
            {each.id: each for each in _read(rows, ROOM, _room)},
        )
        return [found for _ in asked]


def _read(rows: Sequence[Document], of_type: str, read: Callable[[Document], T]) -> Sequence[T]:
    return readable([row for row in rows if row["type"] == of_type], read, of_type)


def _document(entry: VisitKind | Place | Room) -> Document:
    if isinstance(entry, VisitKind):
        fields: Document = {"type": KIND, **_kind_document(entry)}
    elif isinstance(entry, Place):
        fields = {
            "type": PLACE,
            "address": entry.address,
            "phone": entry.phone,
            "directions": entry.directions,
        }
    else:
        fields = {
            "type": ROOM,
            "group": entry.group,
            "place": entry.place,
            "out": [{"id": out.id, "start": out.slot.start, "end": out.slot.end} for out in entry.out],
        }
    return {"_id": entry.id, "name": entry.name, "retired": entry.is_retired, **fields}


def _kind_document(kind: VisitKind) -> Document:
    return {
        "minutes": kind.minutes,
        "buffer_minutes": kind.buffer_minutes,
        "price": {"minor": kind.price.minor, "currency": kind.price.currency} if kind.price else None,
        "video": kind.video.value if kind.video else None,
        "for_patients": kind.for_patients.value,
        "desk_only": kind.desk_only,
        "lead_minutes": kind.lead_time // MINUTE if kind.lead_time is not None else None,
        "horizon_days": kind.horizon.days if kind.horizon is not None else None,
        "preparation": kind.preparation,
        "group": kind.group,
        "questions": [
            {"id": each.id, "text": each.text, "type": each.answered_by.value, "choices": list(each.choices)}
            for each in kind.questions
        ],
        "in_series": kind.in_series,
        "for_follow_ups": kind.for_follow_ups,
    }


def _kind(row: Document) -> VisitKind:
    lead, horizon, price = row["lead_minutes"], row["horizon_days"], row["price"]
    return VisitKind(
        id=KindId(row["_id"]),
        name=row["name"],
        minutes=row["minutes"],
        buffer_minutes=row["buffer_minutes"],
        price=Price(price["minor"], price["currency"]) if price else None,
        video=Video(row["video"]) if row["video"] else None,
        for_patients=ForPatients(row["for_patients"]),
        desk_only=row["desk_only"],
        lead_time=lead * MINUTE if lead is not None else None,
        horizon=timedelta(days=horizon) if horizon is not None else None,
        preparation=row["preparation"],
        group=row["group"],
        questions=tuple(
            Question(each["id"], each["text"], AnswerType(each["type"]), tuple(each["choices"]))
            for each in row["questions"]
        ),
        in_series=row["in_series"],
        for_follow_ups=row["for_follow_ups"],
        is_retired=row["retired"],
    )


def _place(row: Document) -> Place:
    return Place(
        id=PlaceId(row["_id"]),
        name=row["name"],
        address=row["address"],
        phone=row["phone"],
        directions=row["directions"],
        is_retired=row["retired"],
    )


def _room(row: Document) -> Room:
    return Room(
        id=RoomId(row["_id"]),
        name=row["name"],
        group=row["group"],
        place=row["place"],
        out=tuple(TimeOff(each["id"], Slot(each["start"], each["end"])) for each in row["out"]),
        is_retired=row["retired"],
    )
