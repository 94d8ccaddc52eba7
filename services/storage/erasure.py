"""Erasing a person from all collections. Each step may be repeated.

Notices are found by their ids, which begin with the id of what they are about (an appointment, a doctor's
digest, a person), so that this rare operation needs no index of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import UpdateMany

from services.models.announcements import AnnouncementId
from services.models.limits import LimitName
from services.models.notifications import EventKind
from services.models.people import ChatId, Role, UserId
from services.storage.appointment_documents import PARTY
from services.storage.deliveries import mail_delivery_id
from services.storage.limits import ID as SETTINGS_ID
from services.storage.mongo.driver import (
    ROWS_PER_WRITE,
    Collection,
    Database,
    Document,
    at_or_below,
    translate_driver_errors,
)
from services.storage.notifications import KEPT

# As long as notices are kept, and a day for those that took long to be delivered.
REMEMBERED = KEPT + timedelta(days=1)
# The facts about a patient beside the name.
ERASED: Document = {"reason": None, "note": None}


class ErasureStore:
    """Erases; the caller says what to write in place of a name."""

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
        """Delete the dialogs of these chats, and then all sessions of the person."""
        async with translate_driver_errors():
            await self._database["conversations"].delete_many({"_id": {"$in": list(chats)}})
            await self._database["sessions"].delete_many({"user_id": user_id})
            await self._database["last_chats"].delete_many({"user_id": user_id})

    async def forget_secrets(self, tries: Sequence[str], codes: Sequence[str]) -> None:
        """Delete counted tries and emailed codes under these keys and keys that begin with them."""
        async with translate_driver_errors():
            await self._database["attempts"].delete_many(at_or_below(tries))
            await self._database["codes"].delete_many(at_or_below(codes))

    async def forget_account(self, user_id: UserId) -> None:
        """Delete hours, waitlist entries, codes for patients, notices and emails, and the account."""
        async with translate_driver_errors():
            for party in PARTY.values():
                await self._database["waitlist"].delete_many({party: user_id})
            await self._database["schedules"].delete_one({"_id": user_id})
            await self._database["claims"].delete_many({"made_by": user_id})
            await self._notifications.delete_many({"reader": user_id})
            made = await self._database["announcements"].find({}, {"_id": True}).hint("_id_").to_list(None)
            emailed = [mail_delivery_id(AnnouncementId(row["_id"]), user_id) for row in made]
            await self._database["announcement_deliveries"].delete_many({"_id": {"$in": emailed}})
            await self._database["users"].delete_one({"_id": user_id})

    async def forget_settings(self, user_id: UserId) -> None:
        """Erase who has closed the clinic and set its limits; both stay as they are."""
        async with translate_driver_errors():
            await self._database["closures"].update_many({"by": user_id}, {"$unset": {"by": ""}})
            for place in [f"{name.value}.by" for name in LimitName]:
                await self._database["clinic_settings"].update_one(
                    {"_id": SETTINGS_ID, place: user_id}, {"$unset": {place: ""}}
                )

    async def erase_reasons(self, patient_id: UserId) -> None:
        """Erase the reasons of the patient's visits, the answers before them, and notes on cancelled ones."""
        told = {"$or": [{name: {"$ne": None}} for name in (*ERASED, "answers")]}
        async with translate_driver_errors():
            await self._appointments.update_many(
                {"patient_id": patient_id, **told},
                {"$set": ERASED, "$unset": {"answers": ""}},
                hint=[("patient_id", 1), ("start", 1)],
            )

    async def rename_in_visits(self, role: Role, user_id: UserId, name: str, now: datetime) -> None:
        """Replace the person's name in events and notices of appointments; erase a patient's reasons.

        Events that are not spread yet are in the appointments themselves.
        """
        index = [(PARTY[role], 1), ("start", 1)]
        unsaid = ERASED if role is Role.PATIENT else {"specialization": None}
        facts = {NAMED[role]: name, **unsaid}
        changed_of_late = {PARTY[role]: user_id, "history.at": {"$gte": now - REMEMBERED}}
        async with translate_driver_errors():
            # Events of series are in those, and hardly ever for long.
            await self._database["series"].update_many(
                {"unsent.id": {"$exists": True}, f"unsent.facts.{PARTY[role]}": user_id},
                _setting("unsent.$[].facts", facts),
                hint="unsent.id_1",
            )
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
            await self._write(told)

    async def rename_in_digests(self, patient_id: UserId, name: str, now: datetime) -> None:
        """Write `name` in place of a patient's in doctors' daily digests, and erase the reason."""
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
                    # News of another kind may stand beside it, without visits.
                    _setting(f"unsent.$[digest].{items}", facts),
                    array_filters=[*at, {"digest.facts.items.start": start}],
                )
                await self._notifications.update_many(
                    {**_about(f"{doctor_id}.{EventKind.DIGEST}"), "event.facts.items.start": start},
                    _setting(f"event.{items}", facts),
                    array_filters=at,
                )

    async def rename_doctor(self, doctor_id: UserId, name: str) -> None:
        """Write `name` in place of a doctor's in notices to admins, and in times offered to patients."""
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

    async def rename_in_merges(self, lost: Sequence[UserId], name: str) -> None:
        """Write `name` in place of the names in news of merges, in which these patients have gone.

        Those of one who stayed are those of the same person.
        """
        for patient_id in lost:
            told = {"event.facts.name": {"$exists": True}}
            about = {"$gte": f"{patient_id}.", "$lt": f"{patient_id}/"}
            async with translate_driver_errors():
                await self._notifications.update_many(
                    {**_about(patient_id), **told}, _setting("event.facts", {"name": name, "kept": name})
                )
                await self._database["users"].update_many(
                    {"unsent.id": about},
                    _setting("unsent.$[merge].facts", {"name": name, "kept": name}),
                    array_filters=[{"merge.id": about}],
                )

    async def forget_claims(self, user_id: UserId) -> None:
        """Delete the codes with which a patient is handed over, and those that somebody has made."""
        async with translate_driver_errors():
            for place in ("patient_id", "made_by"):
                await self._database["claims"].delete_many({place: user_id})

    async def _write(self, changes: Sequence[UpdateMany]) -> None:
        for first in range(0, len(changes), ROWS_PER_WRITE):
            await self._notifications.bulk_write(list(changes[first : first + ROWS_PER_WRITE]), ordered=False)


NAMED = {Role.DOCTOR: "doctor", Role.PATIENT: "patient"}


def _about(event: str) -> Document:
    """Return the query for notices whose id begins with this and a full stop."""
    return {"_id": {"$gte": f"{event}.", "$lt": f"{event}/"}}


def _setting(place: str, facts: Document) -> Document:
    return {"$set": {f"{place}.{fact}": value for fact, value in facts.items()}}
