"""The collection `patients`: patients without an account of their own.

One that was merged into another patient stays as a tombstone: its field `merged_into` has the other's id, so
that old buttons, facts and ids that programs know still lead somewhere. They lead there from the moment on at
which the merge begins.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pymongo import ReturnDocument

from services.models.patients import Made, Patient, has_no_account, own_patient
from services.models.people import Gender, UserId
from services.names.folding import looks
from services.storage.mongo.driver import Collection, Database, Document, insert_new, translate_driver_errors
from services.storage.mongo.row_reading import readable
from services.storage.name_keys import KEY_FIELDS, email_keys, name_keys, search_query
from services.storage.user_documents import PUBLIC, read_user

SHOWN: Document = dict.fromkeys(KEY_FIELDS, False)
MADE: Document = dict.fromkeys(("created_at", "made_by", "at_desk"), True)
MERGED_INTO = "merged_into"
# The order to make the patient one with another, as long as it is being carried out (see merging.py).
MERGING = "merging"
# A patient may be merged into one that is merged later. More than this would be a circle.
MOST_MERGES = 5
# More are not shown to those who search.
MOST_FOUND = 100


class PatientStore:
    """Stores patients without an account."""

    def __init__(self, database: Database) -> None:
        self._patients: Collection = database["patients"]
        self._users: Collection = database["users"]

    async def prepare(self) -> None:
        """Make the indexes; those of the keys of names are made with those of accounts."""
        async with translate_driver_errors():
            await self._patients.create_index("phone", sparse=True)

    async def add(self, patient: Patient, made: Made) -> None:
        """Store a new patient, once."""
        document = {
            "_id": patient.id,
            **patient_values(patient),
            "created_at": made.at,
            "made_by": made.by,
            "at_desk": made.at_desk,
            "revision": 0,
        }
        async with translate_driver_errors():
            await insert_new(self._patients, [document])

    async def by_ids(self, ids: Iterable[UserId]) -> Mapping[UserId, Patient]:
        """Return those that exist, by the id that was asked for; the id of a merged one leads to the other.

        Nothing is asked about accounts' own patients, which are not here.
        """
        return await self._led({each: each for each in ids if has_no_account(each)}, MOST_MERGES)

    async def by_id(self, patient_id: UserId) -> Patient | None:
        """Return the patient, as `by_ids` does, or None."""
        return (await self.by_ids([patient_id])).get(patient_id)

    async def _led(self, leads: Mapping[UserId, UserId], merges: int) -> dict[UserId, Patient]:
        """Return the patients to whom ids lead, by the keys of `leads`."""
        if not leads or not merges:
            return {}
        query = {"_id": {"$in": sorted(set(leads.values()))}}
        async with translate_driver_errors():
            rows = await self._patients.find(query, SHOWN).to_list(None)
        into = {row["_id"]: led for row in rows if (led := _leads_to(row))}
        here = {each.id: each for each in _readable(row for row in rows if row["_id"] not in into)}
        merged = {asked: into[now] for asked, now in leads.items() if now in into}
        accounts = await self._own([each for each in merged.values() if not has_no_account(each)])
        further = {asked: now for asked, now in merged.items() if has_no_account(now)}
        return (
            {asked: here[now] for asked, now in leads.items() if now in here}
            | {asked: accounts[now] for asked, now in merged.items() if now in accounts}
            | await self._led(further, merges - 1)
        )

    async def _own(self, ids: Sequence[UserId]) -> dict[UserId, Patient]:
        """Return accounts' own patients."""
        if not ids:
            return {}
        async with translate_driver_errors():
            rows = await self._users.find({"_id": {"$in": list(ids)}}, PUBLIC).to_list(None)
        return {user.id: own_patient(user) for user in readable(rows, read_user, "user")}

    async def made(self, patient_id: UserId) -> Made | None:
        """Return when and by which account a patient was made, or None."""
        async with translate_driver_errors():
            row = await self._patients.find_one({"_id": patient_id}, MADE)
        return Made(row["created_at"], UserId(row["made_by"]), row.get("at_desk")) if row else None

    async def change(self, patient: Patient) -> Patient | None:
        """Store a patient's fields anew, if nobody has changed them since they were read (`revision`).

        Returns the patient as it is then, or None: it was changed, merged or deleted meanwhile.
        """
        same: Document = {"_id": patient.id, "revision": patient.revision, MERGED_INTO: None, MERGING: None}
        update = {"$set": patient_values(patient), "$inc": {"revision": 1}}
        async with translate_driver_errors():
            row = await self._patients.find_one_and_update(
                same, update, projection=SHOWN, return_document=ReturnDocument.AFTER
            )
        return _patient(row) if row else None

    async def delete(self, patient_id: UserId) -> None:
        """Delete a patient; who looks after them is stored elsewhere."""
        async with translate_driver_errors():
            await self._patients.delete_one({"_id": patient_id, MERGED_INTO: None, MERGING: None})

    async def search(self, text: str, phone: str | None = None) -> list[Patient]:
        """Return who has that telephone number (E.164), or words of whose name or address begin so, by name.

        At most a hundred. Merged ones are not among them.
        """
        meant = search_query(text)
        either = [*([meant] if meant else []), *([{"phone": phone}] if phone else [])]
        if not either:
            return []
        query: Document = {"$or": either} if len(either) > 1 else either[0]
        return await self._found(query)

    async def alike(self, name: str, phone: str | None = None) -> list[Patient]:
        """Return whose name is or looks the same, and who has that telephone number (E.164), by name."""
        either: list[Document] = [{"name_looks": {"$in": looks(name)}}]
        return await self._found({"$or": [*either, *([{"phone": phone}] if phone else [])]})

    async def _found(self, query: Document) -> list[Patient]:
        async with translate_driver_errors():
            rows = await self._patients.find(query, SHOWN).limit(MOST_FOUND).to_list(None)
        found = _readable(row for row in rows if _leads_to(row) is None)
        return sorted(found, key=lambda patient: (patient.name, patient.id))


def _readable(rows: Iterable[Document]) -> list[Patient]:
    return readable(rows, _patient, "patient")


def _leads_to(row: Document) -> UserId | None:
    """Return with whom a patient is one, or is just being made one."""
    into = row.get(MERGED_INTO) or (row.get(MERGING) or {}).get("into")
    return UserId(into) if into else None


def patient_values(patient: Patient) -> Document:
    """Return what is stored of a patient, with the keys by which they are found."""
    return {
        "name": patient.name,
        "email": patient.email,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "gender": patient.gender.value if patient.gender else None,
        "language": patient.language,
        "phone": patient.phone,
        **name_keys(patient.name),
        **email_keys(patient.email),
    }


def _patient(row: Document) -> Patient:
    return Patient(
        UserId(row["_id"]),
        row["name"],
        row.get("email") or "",
        date.fromisoformat(row["birth_date"]) if row.get("birth_date") else None,
        row.get("phone"),
        Gender(row["gender"]) if row.get("gender") else None,
        row.get("language"),
        row.get("revision", 0),
    )
