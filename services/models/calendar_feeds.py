"""Calendar feeds: the address of one, and what stands in it."""

from dataclasses import dataclass, field
from datetime import datetime

from services.models.appointments import AppointmentId
from services.models.catalogue import NO_DETAILS, VisitDetails
from services.models.people import User, UserId
from services.models.slots import Slot


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A person's feed as it is stored.

    `number` counts the addresses that the person has had, and the secret of the newest follows from it.
    `digest` is the SHA-256 of that secret; None: the feed was ended, or never made. `full_names`: a doctor's
    feed has the patients' names, and not only their initials.
    """

    number: int = 0
    digest: str | None = None
    full_names: bool = False


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Where a person's feed is. Whoever knows `secret` can read the feed, so the repr does not show it.

    `key` is a part of the secret's digest: it tells two addresses apart, also those of two people.
    """

    secret: str = field(repr=False)
    key: str
    full_names: bool

    @property
    def path(self) -> str:
        """The path of its URL."""
        return f"/calendar/{self.secret}.ics"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An appointment as a feed shows it; `patient` may be initials. `version` rises with each change.

    `changed_at` is the instant of the last change that calendars are told of. `room` is the address of a
    video visit as long as it may be entered; "": of one that is over.
    """

    appointment_id: AppointmentId
    slot: Slot
    version: int
    changed_at: datetime
    doctor: str
    patient: str
    patient_id: UserId
    room: str | None
    details: VisitDetails = NO_DETAILS


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A person's appointments for their calendar, earliest first."""

    reader: User
    entries: tuple[FeedEntry, ...]
