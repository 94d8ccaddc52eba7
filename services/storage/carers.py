"""Who looks after which patients: the field `looks_after` of a document of `users`.

It stands there alone, so that whoever acts is known with their patients in one read. The other direction is
asked only about patients without an account.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.models.patients import MOST_LOOKED_AFTER, has_no_account
from services.models.people import User, UserId
from services.storage.mongo.driver import Collection, Database, Document, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.user_documents import LOOKS_AFTER, PUBLIC, read_user


class CarerStore:
    """Stores who looks after whom."""

    def __init__(self, database: Database) -> None:
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the index by which a patient's carers are found."""
        async with translate_driver_errors():
            await self._users.create_index(LOOKS_AFTER, sparse=True)

    async def look_after(self, user_id: UserId, patient_id: UserId) -> bool:
        """Let an account look after a patient; False if it has ten already, or there is no such account.

        Two at once can't make it eleven: the write itself looks.
        """
        has_room: Document = {f"{LOOKS_AFTER}.{MOST_LOOKED_AFTER - 1}": {"$exists": False}}
        query = {"_id": user_id, "$or": [{LOOKS_AFTER: patient_id}, has_room]}
        async with translate_driver_errors():
            done = await self._users.update_one(query, {"$addToSet": {LOOKS_AFTER: patient_id}})
        return bool(done.matched_count)

    async def stop(self, user_id: UserId, patient_id: UserId) -> bool:
        """Let an account not look after a patient any more; tell whether it did."""
        async with translate_driver_errors():
            done = await self._users.update_one(
                {"_id": user_id, LOOKS_AFTER: patient_id}, {"$pull": {LOOKS_AFTER: patient_id}}
            )
        return bool(done.matched_count)

    async def forget(self, patient_id: UserId) -> None:
        """Let nobody look after a patient any more."""
        async with translate_driver_errors():
            await self._users.update_many({LOOKS_AFTER: patient_id}, {"$pull": {LOOKS_AFTER: patient_id}})

    async def of_patients(self, patient_ids: Iterable[UserId]) -> Mapping[UserId, list[User]]:
        """Return who looks after each of these patients, by id; nothing is asked about accounts' own.

        Accounts that are being deleted look after nobody any more.
        """
        wanted = sorted({each for each in patient_ids if has_no_account(each)})
        found: defaultdict[UserId, list[User]] = defaultdict(list)
        if not wanted:
            return found
        async with translate_driver_errors():
            query = {LOOKS_AFTER: {"$in": wanted}, "going": None}
            rows = await self._users.find(query, PUBLIC).hint({LOOKS_AFTER: 1}).to_list(None)
        for user in sorted(readable(rows, read_user, "user"), key=lambda user: user.id):
            for patient_id in set(user.looks_after).intersection(wanted):
                found[patient_id].append(user)
        return found
