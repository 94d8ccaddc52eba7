"""A series as it is stored: what holds its visits together. The visits are appointments of their own."""

from dataclasses import dataclass
from datetime import datetime

from services.models.appointments import AppointmentId
from services.models.people import Author, UserId
from services.models.series import SeriesId, SeriesRule, SeriesStatus
from services.models.slots import PlaceId, Slot


@dataclass(frozen=True, slots=True)
class SeriesMove:
    """Where one visit of a series goes, if nobody has changed it since its `version`."""

    id: AppointmentId
    version: int
    slot: Slot
    remind_at: tuple[datetime, ...] = ()
    place_id: PlaceId | None = None


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """A change of several visits of a series that is being carried out: they are cancelled, or moved.

    Until it is `decided` nothing of it has happened.
    """

    id: str
    at: datetime
    by: Author
    cancelled: tuple[AppointmentId, ...] = ()
    note: str | None = None
    moves: tuple[SeriesMove, ...] = ()
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A series of visits with one doctor (RFC 5545 RRULE, in the wall time of the IANA zone `zone`).

    `planned` are all times of the rule (aware UTC), also those that were left out. `numbers` are those of the
    visits that were booked, from 1 on. `room` is the address of the visits if they are by video.
    """

    id: SeriesId
    status: SeriesStatus
    rule: SeriesRule
    zone: str
    planned: tuple[datetime, ...]
    numbers: tuple[int, ...]
    doctor_id: UserId
    by: Author
    since: datetime
    room: str | None = None
    change: SeriesChange | None = None
