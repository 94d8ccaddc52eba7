"""Booking again: one of the times that were offered after a visit, or in the place of a lost one."""

from datetime import datetime

from services.access import require
from services.appointments.booking import Booking
from services.appointments.limits import Limits, Proposer
from services.appointments.views import AppointmentViews
from services.availability.bookable_slots import BookableSlots
from services.availability.offered_kinds import OfferedKinds
from services.errors import AppointmentUnknown
from services.ids import derived_id
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, AppointmentStatus
from services.models.catalogue import Video, WantedVisit
from services.models.people import Principal, Role, UserId


class Rebooking:
    """Books offered times, one for each offer."""

    def __init__(
        self,
        *,
        booking: Booking,
        views: AppointmentViews,
        bookable_slots: BookableSlots,
        kinds: OfferedKinds,
        limits: Limits,
    ) -> None:
        self._booking = booking
        self._views = views
        self._bookable_slots = bookable_slots
        self._kinds = kinds
        self._limits = limits

    async def follow_up(
        self, principal: Principal, visit_id: AppointmentId, number: int, start: datetime
    ) -> AppointmentCard:
        """Take one of the times that the doctor proposed after a visit: one for each proposal.

        `number` is the proposal's. Raises as `book` does, and AppointmentUnknown.
        """
        require(principal, Role.PATIENT)
        visit = (await self._views.get(principal, visit_id)).appointment
        if visit.status is not AppointmentStatus.FULFILLED or not 0 < number <= visit.version:
            raise AppointmentUnknown
        request_id = AppointmentId(derived_id(f"{visit_id}.{number}"))
        proposer = await self._limits.proposer(principal, visit, number)
        wanted = await self._kinds.after(visit)
        return await self._book_like(
            principal, visit, visit.doctor_id, start, request_id=request_id, proposer=proposer, wanted=wanted
        )

    async def rebook(
        self, principal: Principal, lost_id: AppointmentId, doctor_id: UserId, start: datetime
    ) -> AppointmentCard:
        """Take one of the times that were offered in the place of one's cancelled appointment.

        Whichever is taken first stands: of one lost appointment comes one new one.
        Raises as `book` does, and AppointmentUnknown.
        """
        require(principal, Role.PATIENT)
        lost = (await self._views.get(principal, lost_id)).appointment
        if lost.status is not AppointmentStatus.CANCELLED:
            raise AppointmentUnknown
        request_id = AppointmentId(derived_id(lost_id))
        proposer = await self._limits.proposer(principal, lost, lost.version)
        wanted = await self._kinds.instead(lost, doctor_id)
        return await self._book_like(
            principal, lost, doctor_id, start, request_id=request_id, proposer=proposer, wanted=wanted
        )

    async def _book_like(
        self,
        principal: Principal,
        visit: Appointment,
        doctor_id: UserId,
        start: datetime,
        *,
        request_id: AppointmentId,
        proposer: Proposer,
        wanted: WantedVisit,
    ) -> AppointmentCard:
        """Book with the reason of another visit, and by video if that one was, if the doctor offers video."""
        video = await self._bookable_slots.video(doctor_id, wanted.kind_id)
        by_video = visit.by_video if video is Video.OFFERED else None
        return await self._booking.book(
            principal,
            doctor_id,
            start,
            reason=visit.reason,
            request_id=request_id,
            patient_id=visit.patient_id,
            by_video=by_video,
            proposer=proposer,
            is_proposed=True,
            wanted=wanted,
        )
