"""What the clinic offers: kinds of visit, the places they are at, and the rooms and equipment they need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NewType

from services.models.slots import PlaceId, Slot, TimeOff

KindId = NewType("KindId", str)
RoomId = NewType("RoomId", str)
# A visit lasts at least and at most so many minutes; longer ones could not be guarded (see slots.py).
SHORTEST_VISIT, LONGEST_VISIT = 5, 480
LONGEST_BUFFER = 120
# Starts are on a grid of so many minutes, counted from the beginning of a stretch of work.
FINEST_GRID, COARSEST_GRID, USUAL_GRID = 5, 60, 15
MOST_QUESTIONS = 5
MOST_CHOICES = 8
# So many visits a series has at the most.
LONGEST_SERIES = 12


class Video(StrEnum):
    """Whether a doctor sees patients by video; the values are stored, so they never change."""

    OFF = "off"
    OFFERED = "offered"
    ONLY = "only"


class ForPatients(StrEnum):
    """For which patients of a doctor a kind is; the values are stored, so they never change.

    One is known to a doctor whom they have seen: an appointment of theirs has begun and was not cancelled.
    """

    ANYBODY = "anybody"
    NEW = "new"
    KNOWN = "known"


class AnswerType(StrEnum):
    """How a question before the visit is answered; the values are stored, so they never change."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Question:
    """A question before the visit (FHIR R4 Questionnaire.item); `choices` where one of them is the answer."""

    id: str
    text: str
    answered_by: AnswerType = AnswerType.TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a visit costs: `minor` units (such as cents) of a `currency` (ISO 4217); only shown."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class VisitKind:
    """A kind of visit (FHIR R4 HealthcareService, and an Appointment's appointmentType).

    It takes `minutes`, and the doctor is free again `buffer_minutes` later. `video` None leaves that to the
    doctor. Patients can't book what is `desk_only`. `lead_time` and `horizon` are those of the doctor where
    they are None. `preparation` is what the patient is told before. One room or device of the `group` is
    needed, if there is a group. At most `in_series` visits are booked together; 1: there are no series. What
    doctors propose after a visit is of the first kind that is `for_follow_ups`. One that is retired is not
    offered any more, and what is booked of it stays.
    """

    id: KindId
    name: str
    minutes: int
    buffer_minutes: int = 0
    price: Price | None = None
    video: Video | None = None
    for_patients: ForPatients = ForPatients.ANYBODY
    desk_only: bool = False
    lead_time: timedelta | None = None
    horizon: timedelta | None = None
    preparation: str = ""
    group: str = ""
    questions: tuple[Question, ...] = ()
    in_series: int = 1
    for_follow_ups: bool = False
    is_retired: bool = False

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return timedelta(minutes=self.minutes)

    @property
    def buffer(self) -> timedelta:
        """How long the doctor is not free after it."""
        return timedelta(minutes=self.buffer_minutes)


@dataclass(frozen=True, slots=True)
class Place:
    """A place where the clinic works (FHIR R4 Location); `directions` say how to get there."""

    id: PlaceId
    name: str
    address: str = ""
    phone: str = ""
    directions: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A room or a device that a visit may need (FHIR R4 Location, Device): one of a `group`, at a place.

    `out` are the stretches in which it is out of order. A `place` of None is any.
    """

    id: RoomId
    name: str
    group: str
    place: PlaceId | None = None
    out: tuple[TimeOff, ...] = ()
    is_retired: bool = False

    def is_out(self, slot: Slot) -> bool:
        """Tell whether it is out of order in any part of the slot."""
        return any(each.slot.overlaps(slot) for each in self.out)


Entry = VisitKind | Place | Room


@dataclass(frozen=True, slots=True)
class RoomOutage:
    """That a room or device is out of order in a stretch."""

    room_id: RoomId
    out: TimeOff


@dataclass(frozen=True, slots=True)
class VisitDetails:
    """What a visit is besides its time, as far as the clinic has such things."""

    kind: VisitKind | None = None
    place: Place | None = None
    room: Room | None = None


NO_DETAILS = VisitDetails()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All kinds of visit, places and rooms by their ids, those retired, too, in the order of their names."""

    kinds: Mapping[KindId, VisitKind] = field(default_factory=dict)
    places: Mapping[PlaceId, Place] = field(default_factory=dict)
    rooms: Mapping[RoomId, Room] = field(default_factory=dict)

    def details(self, kind_id: KindId | None, place: PlaceId | None, room_id: RoomId | None) -> VisitDetails:
        """Return what a visit is besides its time, by the ids that are stored of it."""
        return VisitDetails(
            self.kinds.get(kind_id) if kind_id is not None else None,
            self.places.get(place) if place is not None else None,
            self.rooms.get(room_id) if room_id is not None else None,
        )

    @property
    def open_places(self) -> tuple[Place, ...]:
        """The places where the clinic works, by name."""
        return tuple(place for place in self.places.values() if not place.is_retired)

    @property
    def offered_kinds(self) -> tuple[VisitKind, ...]:
        """The kinds of visit that doctors can offer, by name."""
        return tuple(kind for kind in self.kinds.values() if not kind.is_retired)

    def in_place_of(self, room: Room, place: PlaceId | None, slot: Slot) -> tuple[Room, ...]:
        """Return the other rooms of the same group that are at a place, and in order in that slot."""
        return tuple(
            other
            for other in self.rooms.values()
            if (other.id != room.id and other.group == room.group and not other.is_retired)
            and other.place in {None, place}
            and not other.is_out(slot)
        )

    def rooms_for(self, kind: VisitKind, place: PlaceId | None) -> tuple[Room, ...]:
        """Return the rooms of which the kind needs one, at a place; none where it needs none.

        Where the hours of a doctor do not say at which place they are, and the clinic has one, it is that.
        """
        if not kind.group:
            return ()
        if place is None:
            place = self.only_place
        return tuple(
            room
            for room in self.rooms.values()
            if room.group == kind.group and not room.is_retired and room.place in {None, place}
        )

    @property
    def only_place(self) -> PlaceId | None:
        """The id of the one place that the clinic has; None where it has none, or several."""
        places = self.open_places
        return places[0].id if len(places) == 1 else None


EMPTY = Catalogue()


@dataclass(frozen=True, slots=True)
class WantedVisit:
    """Which kind of visit is wanted, and where; None: the first that anybody may book, and any place.

    It `is_booked` where the appointment is to be moved: then a `kind_id` of None is one without a kind.
    """

    kind_id: KindId | None = None
    place: PlaceId | None = None
    is_booked: bool = False


ANY_VISIT = WantedVisit()
