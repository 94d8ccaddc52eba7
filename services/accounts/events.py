"""Events about accounts, with the facts as they were when it happened."""

from datetime import datetime
from typing import Any

from services.ids import new_id
from services.models.notifications import Event, EventKind
from services.models.people import User


def account_event(kind: EventKind, user: User, now: datetime, /, **facts: Any) -> Event:
    """Return an event for the owner of an account. Its id is new each time, as the same may happen again."""
    return Event(f"{user.id}.{kind}.{new_id(now)}", kind, (user.id,), {"name": user.name, **facts})
