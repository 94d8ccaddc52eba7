"""What can go wrong on the day of a visit: running late, coming, calling in, writing to patients."""

from datetime import datetime, timedelta

from services.errors.base import AboutInstant, Invalid, Refused


class TooEarlyToArrive(AboutInstant, Refused):
    """Patients can say that they are there from `opens_at` on."""

    def __init__(self, start: datetime, opens_at: datetime) -> None:
        super().__init__(start)
        self.opens_at = opens_at


class NobodyWaits(Refused):
    """Nobody is there who could be called in."""


class NobodyToWriteTo(Refused):
    """No patient is left who could get the message.

    A `patient` (a name) has no chat and no email address; `phone` is their number (E.164), where it is known
    and the person may see it.
    """

    def __init__(self, patient: str | None = None, phone: str | None = None) -> None:
        super().__init__(patient, phone)
        self.patient = patient
        self.phone = phone


class BadLateness(Invalid):
    """A doctor is late by 0 to `most` minutes; whoever is later takes time off."""

    def __init__(self, most: timedelta) -> None:
        super().__init__(most)
        self.most = most


class EmptyMessage(Invalid):
    """A message has to have some words."""
