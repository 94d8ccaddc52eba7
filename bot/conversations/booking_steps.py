"""The questions of a booking, by the names under which they are stored. Pure."""

from enum import StrEnum


class BookingStep(StrEnum):
    """The questions; the values are stored, so they never change."""

    PATIENT = "booking.patient"
    WHO = "booking.who"
    SPECIALIZATION = "booking.specialization"
    DOCTOR = "booking.doctor"
    PROPOSAL = "booking.proposal"
    KIND = "booking.kind"
    PLACE = "booking.place"
    DAY = "booking.day"
    TIME = "booking.time"
    REASON = "booking.reason"
    WAY = "booking.way"
    SUMMARY = "booking.summary"
    EVERY = "booking.every"
    COUNT = "booking.count"
    SERIES = "booking.series"
    OTHER = "booking.other"
