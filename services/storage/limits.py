"""The collection `clinic_settings`: what admins have set in the chat, which counts before the environment.

There is one document: `limits`, with a field for each limit that was set. None is a value of it (no limit);
a limit that is not there is as the environment says.
"""

from collections.abc import Mapping
from datetime import datetime

from services.models.limits import LimitName, SetLimit
from services.models.people import UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import UNREADABLE, note_unreadable

ID = "limits"


class LimitStore:
    """Stores the limits that admins have set."""

    def __init__(self, database: Database) -> None:
        self._settings: Collection = database["clinic_settings"]

    async def all(self) -> Mapping[LimitName, SetLimit]:
        """Return the limits that are set. One that this version can't read counts as not set."""
        async with translate_driver_errors():
            row = await self._settings.find_one({"_id": ID})
        return _read(row)

    async def set(
        self, name: LimitName, value: int | None, by: UserId, at: datetime
    ) -> Mapping[LimitName, SetLimit]:
        """Set a limit; return what was set before."""
        stored = {"value": value, "by": by, "at": at}
        return await self._change({"$set": {name.value: stored}})

    async def reset(self, name: LimitName) -> Mapping[LimitName, SetLimit]:
        """Let a limit be as the environment says; return what was set before."""
        return await self._change({"$unset": {name.value: ""}})

    async def _change(self, change: Document) -> Mapping[LimitName, SetLimit]:
        async with translate_driver_errors():
            before = await self._settings.find_one_and_update({"_id": ID}, change, upsert=True)
        return _read(before)


def _read(row: Document | None) -> Mapping[LimitName, SetLimit]:
    found: dict[LimitName, SetLimit] = {}
    for name in LimitName:
        try:
            if row is not None and name.value in row:
                found[name] = _limit(row[name.value])
        except UNREADABLE:
            note_unreadable("limit", name.value)
    return found


def _limit(stored: Document) -> SetLimit:
    value = stored["value"]
    if value is not None and (type(value) is not int or value < 1):
        raise ValueError
    by = stored.get("by")
    return SetLimit(value, UserId(by) if by else None, stored["at"])
