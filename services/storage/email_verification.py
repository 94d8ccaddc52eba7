"""Whether an account's email address is confirmed: the field `email_verified` of a document of `users`.

Accounts that older versions have stored do not have it: whether theirs is right is not known.
"""

from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.errors import EmailTaken
from services.models.people import User, UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.name_keys import email_keys
from services.storage.user_documents import PUBLIC, read_user

VERIFIED = "email_verified"
# The field that says when the person was last asked for the code.
ASKED_AT = "email_asked_at"


class EmailVerificationStore:
    """Keeps whether addresses are confirmed."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def verify(self, user_id: UserId, email: str) -> User | None:
        """Note that the account's address is confirmed, if it is still this one; else return None.

        As a code has arrived there, it takes emails, too.
        """
        confirmed = {VERIFIED: True, "mail_refused": None}
        return await self._changed({"_id": user_id, "email": email}, {"$set": confirmed})

    async def replace(self, user_id: UserId, email: str) -> User | None:
        """Give an account another address in the place of one that is not confirmed; else return None.

        Raises EmailTaken.
        """
        query = {"_id": user_id, VERIFIED: False}
        try:
            return await self._changed(
                query, {"$set": {"email": email, "mail_refused": None, **email_keys(email)}}
            )
        except DuplicateKeyError as error:
            raise EmailTaken(email, is_change=True) from error

    async def note_asked(self, user_id: UserId, at: datetime, pause: timedelta | None = None) -> bool:
        """Note that the person is asked for the code; with a `pause`, only if that was not done within it.

        Tells whether it was noted. An instant in the future does not count, as the clock was set back.
        """
        query: Document = {"_id": user_id, VERIFIED: False}
        if pause is not None:
            query[ASKED_AT] = {"$not": {"$gt": at - pause, "$lte": at}}
        async with translate_driver_errors():
            done = await self._users.update_one(query, {"$set": {ASKED_AT: at}})
        return bool(done.matched_count)

    async def _changed(self, query: Document, update: Document) -> User | None:
        async with translate_driver_errors():
            document = await self._users.find_one_and_update(
                query, update, projection=PUBLIC, return_document=ReturnDocument.AFTER
            )
        return read_user(document) if document else None
