"""The collection `claims`: one-time codes with which patients are handed over.

Of a code there is only a digest, made with the clinic's key, so that whoever reads the database can use none.
`opened_in` are the chats in which it was typed: what is asked of it afterwards goes by its number, which is
good there alone.
"""

from datetime import datetime, timedelta

from pymongo import ReturnDocument

from services.models.handing_over import ClaimId, ClaimUse, PatientClaim
from services.models.people import ChatId, UserId
from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors

# One that is over is kept for so long, so that people are told what is wrong with it.
REMEMBERED = timedelta(days=30)
# Nobody hands a code to more chats than this.
MOST_CHATS = 50


class ClaimStore:
    """Stores the codes."""

    def __init__(self, database: Database) -> None:
        self._claims: Collection = database["claims"]

    async def prepare(self) -> None:
        """Make the indexes; by the last one the database itself removes what is over."""
        async with translate_driver_errors():
            await self._claims.create_index("digest", unique=True)
            await self._claims.create_index("patient_id")
            await self._claims.create_index("made_by")
            await self._claims.create_index("kept_until", expireAfterSeconds=0)

    async def add(self, claim: PatientClaim, digest: str) -> None:
        """Store a new code, once."""
        row = {
            "_id": claim.id,
            "digest": digest,
            "patient_id": claim.patient_id,
            "made_by": claim.made_by,
            "expires_at": claim.expires_at,
            "kept_until": claim.expires_at + REMEMBERED,
            "opened_in": [],
        }
        async with translate_driver_errors():
            await insert_new(self._claims, [row])

    async def open(self, digest: str, chat_id: ChatId) -> PatientClaim | None:
        """Return the code with that digest, and let the chat go on with it; None: there is none."""
        opened = {"opened_in": {"$each": [chat_id], "$slice": -MOST_CHATS}}
        async with translate_driver_errors():
            row = await self._claims.find_one_and_update(
                {"digest": digest, "opened_in": {"$ne": chat_id}}, {"$push": opened}
            ) or await self._claims.find_one({"digest": digest})
        return _claim(row) if row else None

    async def opened(self, claim_id: ClaimId, chat_id: ChatId) -> PatientClaim | None:
        """Return a code that was typed in that chat, or None."""
        async with translate_driver_errors():
            row = await self._claims.find_one({"_id": claim_id, "opened_in": chat_id})
        return _claim(row) if row else None

    async def use(self, claim_id: ClaimId, user_id: UserId, use: ClaimUse, now: datetime) -> bool:
        """Note that an account uses a code, also again until it is `done`; False: it was used, or is over."""
        free: Document = {"_id": claim_id, "used_by": None, "expires_at": {"$gt": now}}
        theirs: Document = {"_id": claim_id, "used_by": user_id, "used_as": use.value, "is_done": None}
        async with translate_driver_errors():
            row = await self._claims.find_one_and_update(
                free,
                {"$set": {"used_by": user_id, "used_as": use.value, "used_at": now}},
                return_document=ReturnDocument.AFTER,
            ) or await self._claims.find_one(theirs, {"_id": True})
        return row is not None

    async def done(self, claim_id: ClaimId) -> None:
        """Note that what a code was used for is done, so that it is good for nothing any more."""
        async with translate_driver_errors():
            await self._claims.update_one({"_id": claim_id}, {"$set": {"is_done": True}})

    async def release(self, claim_id: ClaimId, user_id: UserId) -> None:
        """Note that the account could not use the code after all."""
        gone = {"used_by": "", "used_as": "", "used_at": ""}
        async with translate_driver_errors():
            await self._claims.update_one({"_id": claim_id, "used_by": user_id}, {"$unset": gone})

    async def withdraw(self, patient_id: UserId) -> int:
        """Delete a patient's codes that nobody has used; return how many there were."""
        async with translate_driver_errors():
            done = await self._claims.delete_many({"patient_id": patient_id, "used_by": None})
        return int(done.deleted_count)


def _claim(row: Document) -> PatientClaim:
    return PatientClaim(
        ClaimId(row["_id"]),
        UserId(row["patient_id"]),
        UserId(row["made_by"]),
        row["expires_at"],
        UserId(row["used_by"]) if row.get("used_by") else None,
        ClaimUse(row["used_as"]) if row.get("used_as") else None,
        is_done=bool(row.get("is_done")),
    )
