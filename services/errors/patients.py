"""What can go wrong with patients and those who look after them."""

from datetime import date

from services.errors.base import AboutInstant, Invalid, Refused, Unknown


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
