"""Taking a person out of what is stored, wherever they are named. Each step may be done again.

Notices are found by their ids, which begin with what they are about (an appointment, a doctor's digest, a
person), so that no index is needed for what happens so seldom.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import UpdateMany

from services.models.notifications import EventKind
from services.models.people import ChatId, Role, UserId
from services.storage.appointment_documents import PARTY
from services.storage.mongo.driver import Collection, Database, Document, at_or_below, translate_driver_errors
from services.storage.notifications import KEPT

# As long as there can be notices, and a day for those that took long to arrive.
REMEMBERED = KEPT + timedelta(days=1)
ROWS_PER_WRITE = 500
# What a visit's facts say of a patient beside the name.
UNSAID: Document = {"reason": None, "note": None}


class ErasureStore:
    """Erases; what to write in the place of a name is said by whoever asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._appointments: Collection = database["appointments"]
        self._notifications: Collection = database["notifications"]

    async def chats(self, user_id: UserId) -> list[ChatId]:
        """Return the chats in which the person is or was signed in."""
        async with translate_driver_errors():
            rows = await self._database["sessions"].find({"user_id": user_id}, {"_id": True}).to_list(None)
        return [ChatId(row["_id"]) for row in rows]

    async def forget_chats(self, user_id: UserId, chats: Sequence[ChatId]) -> None:
        """Forget the dialogs of these chats, and then all sessions of the person."""
        async with translate_driver_errors():
            await self._database["conversations"].delete_many({"_id": {"$in": list(chats)}})
            await self._database["sessions"].delete_many({"user_id": user_id})
            await self._database["last_chats"].delete_many({"user_id": user_id})

    async def forget_secrets(self, tries: Sequence[str], codes: Sequence[str]) -> None:
        """Forget what was tried, and which codes were mailed, under these keys and below them."""
        async with translate_driver_errors():
            await self._database["attempts"].delete_many(at_or_below(tries))
            await self._database["codes"].delete_many(at_or_below(codes))

    async def forget_account(self, user_id: UserId) -> None:
        """Forget a doctor's hours, places in lines, all that was told to the person, and the account."""
        async with translate_driver_errors():
            for party in PARTY.values():
                await self._database["waitlist"].delete_many({party: user_id})
            await self._database["schedules"].delete_one({"_id": user_id})
            await self._notifications.delete_many({"reader": user_id})
            await self._database["users"].delete_one({"_id": user_id})

    async def erase_reasons(self, patient_id: UserId) -> None:
        """Erase why the patient came, each time, and what was said to them when it was cancelled."""
        told = {"$or": [{"reason": {"$ne": None}}, {"note": {"$ne": None}}]}
        async with translate_driver_errors():
            await self._appointments.update_many(
                {"patient_id": patient_id, **told},
                {"$set": UNSAID},
                hint=[("patient_id", 1), ("start", 1)],
            )

    async def rename_in_visits(self, role: Role, user_id: UserId, name: str, now: datetime) -> None:
        """Write `name` in the place of the person's in news of their appointments; of a patient, no reason.

        News that has not been handed to the outbox lies in the appointments themselves.
        """
        index = [(PARTY[role], 1), ("start", 1)]
        unsaid = UNSAID if role is Role.PATIENT else {"specialization": None}
        facts = {NAMED[role]: name, **unsaid}
        changed_of_late = {PARTY[role]: user_id, "history.at": {"$gte": now - REMEMBERED}}
        async with translate_driver_errors():
            await self._appointments.update_many(
                {PARTY[role]: user_id, "unsent.id": {"$exists": True}},
                _setting("unsent.$[].facts", facts),
                hint=index,
            )
            rows = self._appointments.find(changed_of_late, {"_id": True}).hint(index)
            told = [
                UpdateMany(_about(row["_id"]), _setting("event.facts", facts))
                for row in await rows.to_list(None)
            ]
            await self._at_once(told)

    async def rename_in_digests(self, patient_id: UserId, name: str, now: datetime) -> None:
        """Write `name` in the place of a patient's in what doctors were told of their days, and no reason."""
        near = {"$gte": now - REMEMBERED, "$lt": now + REMEMBERED}
        items, facts = "facts.items.$[visit]", {"patient": name, "reason": None}
        async with translate_driver_errors():
            rows = self._appointments.find(
                {"patient_id": patient_id, "start": near}, {"doctor_id": True, "start": True}
            )
            for row in await rows.to_list(None):
                doctor_id, start = row["doctor_id"], row["start"]
                at = [{"visit.start": start}]
                await self._database["schedules"].update_one(
                    {"_id": doctor_id, "unsent.facts.items.start": start},
                    _setting(f"unsent.$[].{items}", facts),
                    array_filters=at,
                )
                await self._notifications.update_many(
                    {**_about(f"{doctor_id}.{EventKind.DIGEST}"), "event.facts.items.start": start},
                    _setting(f"event.{items}", facts),
                    array_filters=at,
                )

    async def rename_doctor(self, doctor_id: UserId, name: str) -> None:
        """Write `name` for a doctor's where admins were told of them, or patients were offered times."""
        offered = "event.facts.offers.doctor_id"
        async with translate_driver_errors():
            await self._notifications.update_many(
                {**_about(doctor_id), "event.facts.name": {"$exists": True}},
                _setting("event.facts", {"name": name, "wanted": name, "email": "", "specialization": ""}),
            )
            await self._notifications.update_many(
                {offered: doctor_id},
                _setting("event.facts.offers.$[offer]", {"doctor": name}),
                array_filters=[{"offer.doctor_id": doctor_id}],
            )

    async def _at_once(self, changes: Sequence[UpdateMany]) -> None:
        for first in range(0, len(changes), ROWS_PER_WRITE):
            await self._notifications.bulk_write(list(changes[first : first + ROWS_PER_WRITE]), ordered=False)


NAMED = {Role.DOCTOR: "doctor", Role.PATIENT: "patient"}


def _about(event: str) -> Document:
    """Return what finds the notices whose event's id is this, or begins with it and a point."""
    return {"_id": {"$gte": f"{event}.", "$lt": f"{event}/"}}


def _setting(place: str, facts: Document) -> Document:
    return {"$set": {f"{place}.{fact}": value for fact, value in facts.items()}}
