"""Identifiers: 24 hexadecimal digits, short enough for callback data, too many to guess."""

import secrets
from datetime import datetime
from hashlib import blake2b


def new_id(now: datetime) -> str:
    """Return an identifier that no other call returns.

    The first 8 digits are the second of its making, so that an index grows at its end;
    the other 16 are random (64 bits).
    """
    return f"{int(now.timestamp()):08x}{secrets.token_hex(8)}"


def derived_id(text: str) -> str:
    """Return the identifier that follows from a text: the same each time."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


def derived_id_at(at: datetime, text: str) -> str:
    """Return the identifier that follows from an instant and a text: the same each time.

    It begins with the second of the instant, so that an index grows nearly at its end.
    """
    return f"{int(at.timestamp()):08x}{blake2b(text.encode(), digest_size=8).hexdigest()}"
