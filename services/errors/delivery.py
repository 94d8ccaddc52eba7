"""What can go wrong with the database, with email and with delivering notices."""

from datetime import timedelta

from services.errors.base import Invalid, Refused, Unavailable, Undelivered
from services.models.delivery_history import DeliveryCause


class RequestAbandoned(Refused):
    """This request was abandoned before it was stored, so it is not stored any more."""


class PasswordIsAddress(Invalid):
    """The account's own email address is no good password: it is known, and often typed by mistake."""


class StorageDown(Unavailable):
    """The database does not answer."""


class Unreadable(Unavailable):
    """A stored document cannot be read: it is of another version, or broken."""


class MailDown(Unavailable):
    """The mail server does not answer, or not in time."""


class TryLater(Undelivered):
    """The channel can't deliver now. It may have said `after` how long to try again.

    `why` is for admins, and so is the `cause`, which is said in plain words.
    """

    def __init__(
        self,
        after: timedelta | None = None,
        why: str = "no answer",
        cause: DeliveryCause = DeliveryCause.NO_ANSWER,
    ) -> None:
        super().__init__(after)
        self.after = after
        self.why = why
        self.cause = cause


class RecipientGone(Undelivered):
    """The channel will never deliver that notice; `why` is for the log, the `cause` for admins.

    With `altogether`, it delivers nothing at all to that chat or address.
    """

    def __init__(self, why: str, *, altogether: bool = False, cause: DeliveryCause | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.altogether = altogether
        self.cause = cause
