"""Accounts as documents of the collection `users`."""

from datetime import date

from services.models.people import ASSUMED_LANGUAGE, REMINDERS, AccountStatus, Gender, Role, User, UserId
from services.storage.known_chats import FIELD
from services.storage.mongo.driver import Document
from services.storage.name_keys import KEY_FIELDS

# Fields: the sessions over HTTP, and keyed hashes of the network addresses from which they were opened.
API_SESSIONS, API_CLIENTS = "api_sessions", "api_clients"
# The calendar feed, and the digest of its address (see calendar_feeds.py).
FEED = "feed"
# The ids of the patients for whom the account acts, beside itself (see carers.py).
LOOKS_AFTER = "looks_after"
FEED_DIGEST = f"{FEED}.digest"
# The password's hash stays in the database except where a login needs it.
HIDDEN = ("password_hash", "unsent", API_CLIENTS, *KEY_FIELDS)
PUBLIC = dict.fromkeys((*HIDDEN, FIELD, API_SESSIONS, FEED), False)
BY_NAME: Document = {"role": 1, "status": 1, "name": 1, "_id": 1}
BY_ROLE = [("role", 1), ("status", 1), ("_id", 1)]


def read_user(document: Document) -> User:
    """Return the account that a document of the collection holds."""
    return User(
        id=UserId(document["_id"]),
        name=document["name"],
        email=document["email"],
        role=Role(document["role"]),
        status=AccountStatus(document["status"]),
        gender=Gender(document["gender"]) if document.get("gender") else None,
        specialization=document.get("specialization"),
        language=document.get("language") or ASSUMED_LANGUAGE,
        zone=document.get("zone"),
        reminders=tuple(document.get("reminders", REMINDERS)),
        mail_refused=document.get("mail_refused"),
        refusal_told=bool(document.get("refusal_told_at")),
        mail_refused_at=document.get("mail_refused_at"),
        wanted_name=document.get("wanted_name"),
        email_verified=document.get("email_verified"),
        looks_after=tuple(map(UserId, document.get(LOOKS_AFTER, ()))),
        phone=document.get("phone"),
        birth_date=date.fromisoformat(document["birth_date"]) if document.get("birth_date") else None,
        language_chosen=bool(document.get("language_chosen")),
    )
