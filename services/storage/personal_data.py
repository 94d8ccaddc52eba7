"""All that is stored about one person, in all collections, as plain values, without secrets."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.models.announcements import AnnouncementId
from services.models.limits import LimitName
from services.models.people import ChatId, Role, UserId
from services.storage.appointment_documents import PARTY, WITH_BUFFER
from services.storage.deliveries import mail_delivery_id
from services.storage.limits import ID as SETTINGS_ID
from services.storage.mongo.driver import Collection, Database, Document, at_or_below, translate_driver_errors
from services.storage.name_keys import KEY_FIELDS
from services.storage.patients import MERGED_INTO, MERGING
from services.storage.user_documents import API_SESSIONS, FEED_DIGEST, HIDDEN

Record = Mapping[str, Any]


class PersonalDataStore:
    """Reads a person's documents in all collections."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, user_id: UserId) -> Record | None:
        """Return the account, without the password's hash, the calendar feed's address, and events."""
        also = ("known_chats.session", f"{API_SESSIONS}.id", "decision", FEED_DIGEST, "callback.called_by")
        hidden = dict.fromkeys((*HIDDEN, *also), False)
        async with translate_driver_errors():
            found: Document | None = await self._database["users"].find_one({"_id": user_id}, hidden)
        return found

    async def patients(self, patient_ids: Sequence[UserId]) -> list[Record]:
        """Return the patients without an account whom the person looks after."""
        # Who has ordered a merge is somebody else's name, and whom they meant.
        hidden = dict.fromkeys((*KEY_FIELDS, f"{MERGING}.by", f"{MERGING}.into", MERGED_INTO), False)
        return await self._all("patients", {"_id": {"$in": list(patient_ids)}}, hidden)

    async def claims(self, user_id: UserId, patient_ids: Sequence[UserId]) -> list[Record]:
        """Return the codes for these patients, and those that the person has made, without the codes."""
        hidden = dict.fromkeys(("digest", "opened_in", "kept_until"), False)
        made = await self._all("claims", {"made_by": user_id}, hidden)
        found = await self._all("claims", {"patient_id": {"$in": list(patient_ids)}}, hidden)
        return list({row["_id"]: row for row in (*made, *found)}.values())

    async def schedule(self, user_id: UserId) -> Record | None:
        """Return a doctor's hours, time off and digest."""
        async with translate_driver_errors():
            found: Document | None = await self._database["schedules"].find_one(
                {"_id": user_id}, {"unsent": False}
            )
        return found

    async def sessions(self, user_id: UserId) -> list[Record]:
        """Return where the person is signed in, without the tokens."""
        return await self._all("sessions", {"user_id": user_id}, {"token": False, "user_id": False})

    async def appointments(self, role: Role, user_id: UserId) -> list[Record]:
        """Return all of a patient's or a doctor's appointments, earliest first."""
        index = [(PARTY[role], 1), ("start", 1)]
        appointments: Collection = self._database["appointments"]
        hidden = {"ticks": False, WITH_BUFFER: False, "moving_to": False, "unsent": False, "abandoned": False}
        async with translate_driver_errors():
            cursor = appointments.find({PARTY[role]: user_id}, hidden)
            found: list[Record] = await cursor.sort(index).hint(index).to_list(None)
        return found

    async def waitlist(self, patient_id: UserId) -> list[Record]:
        """Return for which doctors' times the patient waits."""
        hidden = {"_id": False, "patient_id": False, "unsent": False, "version": False}
        return await self._all("waitlist", {"patient_id": patient_id}, hidden)

    async def notices(self, user_id: UserId) -> list[Record]:
        """Return the person's recent notices: the kind, when, and how they ended."""
        names = ("event.kind", "channel", "due", "since", "closed_at", "outcome", "attempts", "cause")
        shown = dict.fromkeys(names, True)
        return await self._all("notifications", {"reader": user_id}, shown)

    async def conversations(self, chats: Sequence[ChatId]) -> list[Record]:
        """Return the states of these chats."""
        hidden = {"draft.password_hash": False}
        return await self._all("conversations", {"_id": {"$in": list(chats)}}, hidden)

    async def tries(self, keys: Sequence[str]) -> list[Record]:
        """Return the counted tries under these keys and keys that begin with them."""
        return await self._all("attempts", at_or_below(keys), {"tries": True})

    async def codes(self, keys: Sequence[str]) -> list[Record]:
        """Return which codes were emailed, without their seals and other people's chats."""
        return await self._all(
            "codes", at_or_below(keys), {"seal": False, "by_chat": False, "earlier": False}
        )

    async def settings(self, user_id: UserId) -> dict[str, list[Record]]:
        """Return what an admin has closed, and which limits they have set; without any of them, nothing."""
        async with translate_driver_errors():
            row = await self._database["clinic_settings"].find_one({"_id": SETTINGS_ID}) or {}
        set_by_them = [name.value for name in LimitName if row.get(name.value, {}).get("by") == user_id]
        found: dict[str, list[Record]] = {
            "closures": await self._all("closures", {"by": user_id}, {"_id": False, "by": False}),
            "limits": [
                {"limit": name, "value": row[name].get("value"), "at": row[name].get("at")}
                for name in set_by_them
            ],
        }
        return {name: rows for name, rows in found.items() if rows}

    async def deliveries(self, user_id: UserId, chats: Sequence[ChatId]) -> list[Record]:
        """Return the deliveries of announcements in these chats, and by email, that are still stored."""
        async with translate_driver_errors():
            rows = self._database["announcements"].find({}, {"_id": True}).sort("_id", 1).hint("_id_")
            made = [AnnouncementId(row["_id"]) for row in await rows.to_list(None)]
        ids = [f"{each}.{chat}" for each in made for chat in chats]
        ids += [mail_delivery_id(each, user_id) for each in made]
        return await self._all("announcement_deliveries", {"_id": {"$in": ids}}, {"claim": False})

    async def _all(self, collection: str, query: Document, shown: Document) -> list[Record]:
        async with translate_driver_errors():
            found: list[Record] = await self._database[collection].find(query, shown).to_list(None)
        return found
