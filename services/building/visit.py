"""What visits are besides their times: kinds, places, rooms, and what follows from a visit."""

from services.building.base import AppointmentServices, Base
from services.follow_ups.proposals import FollowUps
from services.follow_ups.rebooking import Rebooking


class VisitServices:
    """Kinds of visit, and booking again after one."""

    def __init__(self, base: Base, appointments: AppointmentServices) -> None:
        self.kinds = base.offered_kinds
        self.rebooking = Rebooking(
            booking=appointments.booking,
            views=base.views,
            bookable_slots=base.bookable_slots,
            kinds=base.offered_kinds,
            limits=appointments.limits,
        )
        self.follow_ups = FollowUps(
            appointments=base.storage.appointments,
            queries=base.storage.appointment_queries,
            views=base.views,
            alternatives=base.alternatives,
            schedules=base.schedules,
            clock=base.clock,
            on_event=base.on_event,
        )
