"""What visits are besides their times: kinds, places, rooms, and what follows from a visit."""

from services.appointments.rebooking import Rebooking
from services.builders import AppointmentServices, Base
from services.questionnaires.answers import VisitAnswers


class VisitServices:
    """Kinds of visit, and booking again after one."""

    def __init__(self, base: Base, appointments: AppointmentServices) -> None:
        self.kinds = base.offered_kinds
        self.answers = VisitAnswers(
            views=base.views, remarks=base.storage.appointment_remarks, clock=base.clock
        )
        self.rebooking = Rebooking(
            booking=appointments.booking,
            views=base.views,
            bookable_slots=base.bookable_slots,
            kinds=base.offered_kinds,
            limits=appointments.limits,
        )
