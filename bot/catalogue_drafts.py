"""Drafts of the catalogue: kinds, places, rooms, what doctors offer, rooms out of order; see drafts.py."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.models.appointments import AppointmentId
from services.models.catalogue import Place, Room, RoomId, VisitKind
from services.models.people import UserId
from services.models.slots import Slot


@dataclass(frozen=True)
class CatalogueDraft:
    """A kind of visit, a place or a room on its card: one that is stored (`entry_id`), or a new one.

    `setting` is the one that is asked for, `page` that of the list.
    """

    entry_id: str = ""
    new_kind: VisitKind | None = None
    new_place: Place | None = None
    new_room: Room | None = None
    setting: str = ""
    page: int = 0
    kind: Literal["catalogue"] = "catalogue"


@dataclass(frozen=True)
class OffersDraft:
    """Which kinds a doctor offers; `doctor_id` and `doctor_name` are set where an admin acts for one."""

    doctor_id: UserId | None = None
    doctor_name: str = ""
    page: int = 0
    kind: Literal["offers"] = "offers"


@dataclass(frozen=True)
class RoomOutDraft:
    """When a room is out of order, or (`back_id`) is in order again; the fields are as in TimeOffDraft."""

    room_id: RoomId
    room_name: str
    month: date | None = None
    first: date | None = None
    slot: Slot | None = None
    out_id: str = ""
    back_id: str = ""
    page: int = 0
    shown: tuple[AppointmentId, ...] = ()
    kind: Literal["room_out"] = "room_out"


AnyCatalogueDraft = CatalogueDraft | OffersDraft | RoomOutDraft
