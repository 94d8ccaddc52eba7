"""Booking, moving and cancelling several visits as one series."""

from dataclasses import dataclass
from datetime import datetime

from bot.callbacks.tap import Tap
from services.models.appointments import AppointmentId
from services.models.series import Every, SeriesScope


@dataclass(frozen=True)
class MakeSeries(Tap, code="series"):
    """Make a series of the visit that is being booked."""


@dataclass(frozen=True)
class PickEvery(Tap, code="every"):
    """Choose how often the visits of a series are."""

    every: Every


@dataclass(frozen=True)
class ChangeVisit(Tap, code="nth"):
    """Choose another time for that visit of a series, or leave it out."""

    number: int


@dataclass(frozen=True)
class LeaveOut(Tap, code="skip-"):
    """Leave a visit out of a series."""


@dataclass(frozen=True)
class AskCancelSeries(Tap, code="serx?"):
    """Ask whether to cancel that appointment, it and the rest of its series, or all of it."""

    appointment_id: AppointmentId
    scope: SeriesScope


@dataclass(frozen=True)
class CancelSeries(Tap, code="serx"):
    """Cancel these visits of the series, if that appointment still begins when the question showed it."""

    appointment_id: AppointmentId
    scope: SeriesScope
    start: datetime


@dataclass(frozen=True)
class PickScope(Tap, code="scope"):
    """Choose which visits of a series are meant: the one that was shown, it and the rest, or all."""

    scope: SeriesScope
