"""The id of the update or HTTP request that is being handled, for every log line that belongs to it.

It is kept in a context variable, so whatever is begun on the way has it, too. It says nothing of anybody: an
update's is made of the number that Telegram has given to it, a request's is random.
"""

import secrets
from contextvars import ContextVar

NONE = ""

_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def request_id() -> str:
    """Return the id of what is being handled in this context, NONE if it is nothing of that kind."""
    return _current.get()


def begin_update(update_id: int) -> None:
    """Note that an update is handled in this context. If it comes again, its id is the same."""
    _current.set(f"update-{update_id}")


def begin_request() -> str:
    """Note that an HTTP request is handled in this context, and return its id."""
    new = new_request_id()
    _current.set(new)
    return new


def new_request_id() -> str:
    """Return an id for an HTTP request. What a client sends as one is never used: it may say anything."""
    return secrets.token_hex(8)
