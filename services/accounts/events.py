"""What happened to an account, with what its readers need to know as it was then."""

from datetime import datetime
from typing import Any

from services.ids import new_id
from services.models.notifications import Event, EventKind
from services.models.people import User


def account_event(kind: EventKind, user: User, now: datetime, /, **facts: Any) -> Event:
    """Return news for its owner of what was done to an account, which may be done again another day."""
    return Event(f"{user.id}.{kind}.{new_id(now)}", kind, (user.id,), {"name": user.name, **facts})
