"""What can go wrong with patients and those who look after them."""

from collections.abc import Sequence
from datetime import date

from services.errors.base import AboutInstant, Invalid, Refused, Unknown
from services.models.merging import OverlappingVisits


class TooManyPatients(Refused):
    """An account looks after at most `most` patients beside itself."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class PatientHasAppointments(AboutInstant, Refused):
    """Nobody else looks after the patient, who has an appointment to come: the next begins at `start`."""


class PatientChanged(Refused):
    """Somebody else has changed the patient meanwhile."""


class PatientUnknown(Unknown):
    """There is no such patient, or none whom the person looks after."""


class PatientGone(Unknown):
    """The patient whom the desk wants is not there any more, or can't be booked for."""


class BadPhone(Invalid):
    """That is not a telephone number; an `example` says what one looks like."""

    def __init__(self, example: str) -> None:
        super().__init__(example)
        self.example = example


class BadBirthDate(Invalid):
    """Nobody who lives was born on that day: it is in the future, or before `earliest`."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest)
        self.earliest = earliest


class ClaimUnknown(Unknown):
    """There is no such code for a patient, or it was withdrawn."""


class ClaimExpired(Refused):
    """The code for a patient is too old."""


class ClaimUsed(Refused):
    """Somebody has used the code for a patient already."""


class AlreadyYours(Refused):
    """The code is for a patient, called `name`, who is the person's own or whom they look after already."""

    def __init__(self, name: str, *, is_self: bool = False) -> None:
        super().__init__(name, is_self)
        self.name = name
        self.is_self = is_self


class HasOwnAccount(Refused):
    """The patient, called `name`, has an account of their own, so that nobody else takes them over."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotToMerge(Refused):
    """These two can't be made one: they are one already, or both have an account."""

    def __init__(self, *, are_one: bool = False) -> None:
        super().__init__(are_one)
        self.are_one = are_one


class MergedElsewhere(Refused):
    """The patient was made one with another one meanwhile."""


class VisitsOverlap(Refused):
    """Two patients can't be made one: visits of theirs, the `overlaps`, are at one time.

    `has_begun`: the rest is done, and these follow by themselves once one of them is cancelled.
    """

    def __init__(self, overlaps: Sequence[OverlappingVisits], *, has_begun: bool = False) -> None:
        super().__init__(len(overlaps), has_begun)
        self.overlaps = overlaps
        self.has_begun = has_begun
