"""Everything that is stored about a person, for that person, as one JSON file (RFC 8259)."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

from services.access import PARTIES, own_people
from services.accounts.attempts import tries_keys
from services.accounts.one_time_codes import code_keys
from services.audit import Audit
from services.clock import Clock
from services.models.audit import Action
from services.models.people import ChatId, Principal, Role, UserId
from services.patients.finding import Patients
from services.storage.audit import AuditStore
from services.storage.personal_data import PersonalDataStore, Record
from services.storage.users import UserStore

# Fields that belong to the patient, and are left out of a doctor's file.
NOT_YOURS = {"patient_id", "reason", "note", "answers"}


class DataWord(Enum):
    """What is said in the place of an id; the values where whoever asks gives no words of their own."""

    YOU = "you"
    ANOTHER = "somebody else"
    WAITING = "waits to be sent"


# What the words are in the language of whoever asks.
DataWords = Mapping[DataWord, str]


class PersonalDataFile:
    """Gathers all that is stored about the person who asks."""

    def __init__(
        self,
        *,
        store: PersonalDataStore,
        users: UserStore,
        patients: Patients,
        audit_store: AuditStore,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._store = store
        self._users = users
        self._patients = patients
        self._audit_store = audit_store
        self._audit = audit
        self._clock = clock

    async def file(self, principal: Principal, words: DataWords | None = None) -> bytes:
        """Return the file, in UTF-8, with instants as in ISO 8601. The audit notes that it was sent."""
        await self._audit.note(Action.DATA_SENT, actor=principal.id, subject=principal.id)
        everything = await self._gathered(principal)
        # A doctor's years of appointments are some megabytes; in a thread they keep nobody waiting.
        return await asyncio.to_thread(_as_json, everything, words or {})

    async def _gathered(self, principal: Principal) -> Mapping[str, Any]:
        me, store = principal.id, self._store
        sessions = await store.sessions(me)
        own = () if principal.chat_id is None else (principal.chat_id,)
        chats = sorted({*own, *(ChatId(session["_id"]) for session in sessions)})
        keys = tries_keys(principal.user.email, me, chats)
        return {
            "as_of": self._clock.now(),
            "account": await store.account(me),
            "patients": [
                {**row, "made_by": _who(row.get("made_by"), me)}
                for row in await store.patients(principal.user.looks_after)
            ],
            "patient_codes": await self._claims(principal),
            "sessions": [_renamed(session, _id="chat_id") for session in sessions],
            "appointments": await self._appointments(principal),
            "schedule": await store.schedule(me),
            "waitlist": await self._waitlist(principal),
            "notices": [_notice(notice) for notice in await store.notices(me)],
            "announcements": await store.deliveries(me, chats),
            **await store.settings(me),
            "audit": [
                _entry(entry, me)
                for who in own_people(principal.user)
                for entry in await self._audit_store.of_person(who)
            ],
            "conversations": [_renamed(row, _id="chat_id") for row in await store.conversations(chats)],
            "tries": [_renamed(row, _id="of") for row in await store.tries(keys)],
            "codes": [
                _renamed(row, _id="of") for row in await store.codes(code_keys(principal.user.email, me))
            ],
        }

    async def _appointments(self, principal: Principal) -> list[Record]:
        if principal.role not in PARTIES:
            return []
        people = own_people(principal.user)
        rows = [row for who in people for row in await self._store.appointments(principal.role, who)]
        if principal.role is Role.DOCTOR:
            return [_of_doctor(row, principal.id) for row in rows]
        doctors = await self._users.by_ids({row["doctor_id"] for row in rows})
        names = {user_id: user.name for user_id, user in doctors.items()}
        whom = await self._whom(principal)
        return [
            {
                **_with_history(row, principal.id),
                "doctor": names.get(row["doctor_id"]),
                "patient_id": whom.get(row["patient_id"]),
            }
            for row in rows
        ]

    async def _waitlist(self, principal: Principal) -> list[Record]:
        whom = await self._whom(principal)
        return [
            {**row, "patient": whom.get(who)}
            for who in own_people(principal.user)
            for row in await self._store.waitlist(who)
        ]

    async def _claims(self, principal: Principal) -> list[Record]:
        """Return the codes with which patients are handed over; of those of the desk, only what is theirs."""
        me, whom = principal.id, await self._whom(principal)
        return [
            {
                **{name: value for name, value in row.items() if name not in {"_id", "patient_id"}},
                "patient": whom.get(row["patient_id"]),
                "made_by": _who(row["made_by"], me),
                "used_by": _who(row.get("used_by"), me),
            }
            for row in await self._store.claims(me, own_people(principal.user))
        ]

    async def _whom(self, principal: Principal) -> Mapping[UserId, str | DataWord]:
        """Return what the person and the patients whom they look after are called in the file."""
        choices = await self._patients.choices(principal)
        return {each.id: DataWord.YOU if each.has_account else each.name for each in choices}


def _as_json(everything: Mapping[str, Any], words: DataWords) -> bytes:
    written = partial(_written, words)
    return json.dumps(everything, default=written, ensure_ascii=False, indent=2).encode()


def _of_doctor(row: Record, doctor_id: UserId) -> Record:
    """Return a doctor's appointment without what is the patient's own: who it is, and why they come."""
    kept = {name: value for name, value in row.items() if name not in NOT_YOURS}
    return {**_with_history(kept, doctor_id), "doctor_id": DataWord.YOU}


def _with_history(row: Record, me: UserId) -> Record:
    history = [{**change, "by": _who(change.get("by"), me)} for change in row.get("history", ())]
    return {**row, "history": history}


def _notice(row: Record) -> Record:
    return {
        "kind": row["event"]["kind"],
        "channel": row["channel"],
        "when": row.get("closed_at") or row.get("due") or row.get("since"),
        "outcome": row.get("outcome", DataWord.WAITING),
        "tries": row.get("attempts"),
        "cause": row.get("cause"),
    }


def _entry(row: Record, me: UserId) -> Record:
    subject = DataWord.YOU if row["subject"] == me else row["subject"]
    return {**row, "actor": _who(row["actor"], me), "subject": subject}


def _who(user_id: str | None, me: UserId) -> DataWord | None:
    if not user_id:
        return None
    return DataWord.YOU if user_id == me else DataWord.ANOTHER


def _renamed(row: Record, **names: str) -> Record:
    return {names.get(name, name): value for name, value in row.items()}


def _written(words: DataWords, value: object) -> str:
    """Return an instant in ISO 8601, and anything else that JSON cannot write as text."""
    if isinstance(value, DataWord):
        return words.get(value, value.value)
    return value.isoformat() if isinstance(value, datetime) else str(value)
