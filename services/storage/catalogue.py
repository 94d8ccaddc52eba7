"""The collection `catalogue`: the clinic's kinds of visit, its places, and its rooms and equipment."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from pymongo.errors import DuplicateKeyError

from services.errors import EntryNameTaken
from services.models.catalogue import (
    AnswerType,
    Catalogue,
    Entry,
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
from services.models.people import UserId
from services.models.slots import PlaceId, Slot, TimeOff
from services.names.folding import folded
from services.storage.freed_times import FreedTimes
from services.storage.mongo.batching import Batcher
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable

T = TypeVar("T")
KIND, PLACE, ROOM = "kind", "place", "room"
BY_TYPE = [("type", 1), ("name", 1)]
# No two that are offered have one name, as people read it.
BY_KEY = [("type", 1), ("key", 1)]
# So many ids that were taken back or carried out are kept: an order is valid for minutes only.
MOST_TAKEN_BACK = 100
MINUTE = timedelta(minutes=1)


class CatalogueStore:
    """Stores what the clinic offers. Nothing is deleted: what is retired is named where it is booked."""

    def __init__(self, database: Database, freed_times: FreedTimes) -> None:
        self._freed_times = freed_times
        self._entries: Collection = database["waitlist"]
        self._catalogue: Collection = database["catalogue"]
        self._ask = Batcher(self._ask_for_each)

    async def prepare(self) -> None:
        """Make the indexes: by type and name, and the one that lets no two have one name."""
        async with translate_driver_errors():
            await self._catalogue.create_index(BY_TYPE)
            await self._catalogue.create_index(
                BY_KEY, unique=True, partialFilterExpression={"retired": False}
            )

    async def all(self) -> Catalogue:
        """Return everything, by name; it is little, and read at once."""
        return await self._ask(None)

    async def put(self, entry: Entry) -> None:
        """Store a kind, a place or a room; one with the same id is replaced."""
        async with translate_driver_errors():
            await self._catalogue.replace_one({"_id": entry.id}, _document(entry), upsert=True)
        await self._free_all()

    async def add(self, entry: Entry) -> bool:
        """Store a new one; one with its id that is there already stays. Tell whether it was stored.

        Raises EntryNameTaken.
        """
        document = _document(entry)
        async with translate_driver_errors(let=DuplicateKeyError):
            try:
                done = await self._catalogue.update_one(
                    {"_id": entry.id}, {"$setOnInsert": document}, upsert=True
                )
            except DuplicateKeyError as error:
                raise EntryNameTaken(entry.name) from error
        await self._free_all()
        return done.upserted_id is not None

    async def change(self, before: Entry, after: Entry) -> None:
        """Store in which fields the two differ; what somebody else has changed of the others stays.

        When a room is out of order is not changed by this. Raises EntryNameTaken.
        """
        was = _document(before)
        changed = {name: value for name, value in _document(after).items() if was[name] != value}
        changed.pop("out", None)
        if not changed:
            return
        async with translate_driver_errors(let=DuplicateKeyError):
            try:
                await self._catalogue.update_one({"_id": after.id}, {"$set": changed})
            except DuplicateKeyError as error:
                raise EntryNameTaken(after.name) from error
        await self._free_all()

    async def add_out(self, room_id: RoomId, out: TimeOff) -> bool:
        """Note that a room is out of order, once; what was taken back stays so. Tell whether it was noted."""
        is_new = {"_id": room_id, "out.id": {"$ne": out.id}, "taken_back": {"$ne": out.id}}
        row = {"id": out.id, "start": out.slot.start, "end": out.slot.end}
        async with translate_driver_errors():
            done = await self._catalogue.update_one(is_new, {"$push": {"out": row}})
        return bool(done.modified_count)

    async def prune_outs(self, room_id: RoomId, ended_before: datetime) -> None:
        """Forget what of a room was over before an instant."""
        async with translate_driver_errors():
            await self._catalogue.update_one(
                {"_id": room_id}, {"$pull": {"out": {"end": {"$lt": ended_before}}}}
            )

    async def remove_out(self, room_id: RoomId, out_id: str) -> bool:
        """Note that a room is in order again, for good; tell whether it was out of order."""
        # So that the order for it, if it is still being carried out, does not note it again.
        gone = {"taken_back": {"$each": [out_id], "$slice": -MOST_TAKEN_BACK}}
        async with translate_driver_errors():
            done = await self._catalogue.update_one(
                {"_id": room_id, "out.id": out_id}, {"$pull": {"out": {"id": out_id}}, "$push": gone}
            )
        await self._free_all()
        return bool(done.modified_count)

    async def _free_all(self) -> None:
        """Note that every doctor who is waited for may have other times now."""
        async with translate_driver_errors():
            waited_for = await self._entries.distinct("doctor_id")
        for doctor_id in waited_for:
            self._freed_times.freed(UserId(doctor_id))

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


def name_key(name: str) -> str:
    """Return a name as it is compared: no two that are offered have the same. Signs alone are as they are."""
    return folded(name) or name.casefold()


def _read(rows: Sequence[Document], of_type: str, read: Callable[[Document], T]) -> Sequence[T]:
    return readable([row for row in rows if row["type"] == of_type], read, of_type)


def _document(entry: Entry) -> Document:
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
    key = name_key(entry.name)
    return {"_id": entry.id, "name": entry.name, "key": key, "retired": entry.is_retired, **fields}


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
