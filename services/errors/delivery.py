"""What keeps news from its readers, and what keeps the clinic from its storage and its mail server."""

from datetime import timedelta

from services.errors.base import Invalid, Refused, Unavailable, Undelivered


class RequestAbandoned(Refused):
    """That very request was left before it was stored, so it is stored no more."""


class PasswordIsAddress(Invalid):
    """The account's own mail address is no password: everybody knows it, and it is often sent twice."""


class StorageDown(Unavailable):
    """The database does not answer."""


class Unreadable(Unavailable):
    """What is stored is of another version, or broken."""


class MailDown(Unavailable):
    """The mail server does not answer, or not in time."""


class TryLater(Undelivered):
    """The channel refuses for now; `after` is when it said to come back, if it did; `why` is for admins."""

    def __init__(self, after: timedelta | None = None, why: str = "no answer") -> None:
        super().__init__(after)
        self.after = after
        self.why = why


class RecipientGone(Undelivered):
    """The channel will never take that notice to its reader; `why` is a word for the log.

    Where `altogether`, it takes nothing else to that chat or that address either.
    """

    def __init__(self, why: str, *, altogether: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.altogether = altogether
