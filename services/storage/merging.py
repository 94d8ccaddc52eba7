"""Orders to make one patient of two: the field `merging` of the patient in `patients` who goes.

As long as it is there, what belongs to that patient is carried over, one document after the other, each in a
write of its own that may be repeated (see carrying.py). Look-ups follow the mark from its first moment on. At
the end it gives way to the tombstone `merged_into`, and what was known of the person is forgotten there.
"""

from collections.abc import Iterable
from typing import Any

from services.models.appointments import AppointmentId
from services.models.merging import Merging
from services.models.patients import Patient
from services.models.people import UserId
from services.storage.mongo.driver import EVER, Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.name_keys import email_keys
from services.storage.patients import MERGED_INTO, MERGING, patient_values

# What is forgotten of a patient who is one with another one.
PERSONAL = (
    "name",
    "email",
    "birth_date",
    "gender",
    "language",
    "phone",
    "name_words",
    "name_looks",
    "email_parts",
)
FILLED = frozenset({"email", "birth_date", "gender", "language", "phone"})
# The fields that an account has of its own patient.
OF_ACCOUNTS = FILLED - {"email"}
NOT_MERGED: Document = {MERGED_INTO: None, MERGING: None}


class MergeStore:
    """Stores the orders."""

    def __init__(self, database: Database) -> None:
        self._patients: Collection = database["patients"]
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the indexes by which open orders, and those who were merged into a patient, are found."""
        async with translate_driver_errors():
            await self._patients.create_index(f"{MERGING}.at", sparse=True)
            await self._patients.create_index(MERGED_INTO, sparse=True)

    async def mark(self, merging: Merging) -> bool:
        """Store an order; False if there is one, or the patient is not there or one with another by now."""
        async with translate_driver_errors():
            done = await self._patients.update_one(
                {"_id": merging.lost, **NOT_MERGED},
                {"$set": {MERGING: _document(merging)}, "$inc": {"revision": 1}},
            )
        return bool(done.matched_count)

    async def unmark(self, merging: Merging) -> None:
        """Take an order back."""
        async with translate_driver_errors():
            await self._patients.update_one(_same(merging), {"$unset": {MERGING: ""}})

    async def of(self, patient_id: UserId) -> Merging | UserId | None:
        """Return the order by which a patient goes; or with whom they are one; None: neither."""
        async with translate_driver_errors():
            row = await self._patients.find_one({"_id": patient_id}, {MERGED_INTO: True, MERGING: True})
        if row is None:
            return None
        return UserId(row[MERGED_INTO]) if row.get(MERGED_INTO) else _order(row) if row.get(MERGING) else None

    async def open_orders(self) -> list[Merging]:
        """Return the orders that are not finished, oldest first."""
        at = f"{MERGING}.at"
        async with translate_driver_errors():
            rows = self._patients.find({at: {"$gt": EVER.start}}, {MERGING: True}).sort(at, 1)
            return readable(await rows.to_list(None), _order, "merging")

    async def known_of(self, patient_id: UserId) -> Document:
        """Return what is known of the patient who goes, by field; names and addresses as they are stored."""
        async with translate_driver_errors():
            row = await self._patients.find_one({"_id": patient_id}, dict.fromkeys(PERSONAL, True))
        return {field: value for field, value in (row or {}).items() if value and field in PERSONAL}

    async def fill(self, kept: Patient, known: Document) -> None:
        """Write what is known of one patient where nothing is known of the other. The name stays."""
        has, where = patient_values(kept), self._users if kept.has_account else self._patients
        fields = OF_ACCOUNTS if kept.has_account else FILLED
        async with translate_driver_errors():
            for field in sorted(fields & known.keys()):
                if not has.get(field):
                    filled = {field: known[field]}
                    if field == "email":
                        filled |= email_keys(known[field])
                    # Each by itself, and only if it is empty still: it may be typed at this moment.
                    is_empty = {"_id": kept.id, field: {"$in": [None, ""]}}
                    await where.update_one(is_empty, {"$set": filled})

    async def note_told(self, merging: Merging, visit: AppointmentId) -> bool:
        """Note that people are told which visit is in the way; False if that was noted before."""
        told = f"{MERGING}.told"
        async with translate_driver_errors():
            done = await self._patients.update_one(
                {**_same(merging), told: {"$ne": visit}}, {"$addToSet": {told: visit}}
            )
        return bool(done.matched_count)

    async def note_settled(self, merging: Merging) -> None:
        """Note that all that was there is carried over, and everybody told."""
        async with translate_driver_errors():
            await self._patients.update_one(_same(merging), {"$set": {f"{MERGING}.settled": True}})

    async def bury(self, merging: Merging, kept: UserId) -> bool:
        """Put the tombstone in the place of the order, and forget what was known; False if it was taken back.

        Tombstones that lead to this patient lead on, so that no way becomes long.
        """
        gone = dict.fromkeys((MERGING, *PERSONAL), "")
        async with translate_driver_errors():
            done = await self._patients.update_one(
                _same(merging), {"$set": {MERGED_INTO: kept}, "$unset": gone}
            )
            if done.matched_count:
                await self._patients.update_many({MERGED_INTO: merging.lost}, {"$set": {MERGED_INTO: kept}})
        return bool(done.matched_count)


def _same(merging: Merging) -> Document:
    return {"_id": merging.lost, f"{MERGING}.into": merging.into, f"{MERGING}.at": merging.at}


def _document(merging: Merging) -> Document:
    return {
        "into": merging.into,
        "by": merging.by,
        "at": merging.at,
        "name": merging.name,
        "of_oneself": merging.of_oneself,
        "settled": merging.settled,
        "told": sorted(merging.told),
    }


def _order(row: Document) -> Merging:
    mark: dict[str, Any] = row[MERGING]
    told: Iterable[str] = mark.get("told", ())
    return Merging(
        UserId(row["_id"]),
        UserId(mark["into"]),
        UserId(mark["by"]),
        mark["at"],
        mark["name"],
        bool(mark["of_oneself"]),
        bool(mark.get("settled")),
        frozenset(map(AppointmentId, told)),
    )
