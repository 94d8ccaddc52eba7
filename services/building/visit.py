"""What visits are besides their times: kinds, places, rooms, and what follows from a visit."""

from services.building.base import AppointmentServices, Base
from services.catalogue.entries import CatalogueEntries
from services.catalogue.offers import DoctorsOffers
from services.catalogue.outages import RoomOutages
from services.follow_ups.proposals import FollowUps
from services.follow_ups.rebooking import Rebooking
from services.questionnaires.answers import VisitAnswers
from services.series.booking import SeriesBooking
from services.series.changes import SeriesChanges
from services.series.finishing import SeriesFinishing
from services.series.planning import SeriesPlans
from services.working_hours.time_off import TimeOffPlanner


class SeriesServices:
    """Visits that are booked, moved and cancelled together."""

    def __init__(self, base: Base, appointments: AppointmentServices) -> None:
        storage, clock, on_event = base.storage, base.clock, base.on_event
        self.plans = SeriesPlans(base.schedules, appointments.limits)
        self.finishing = SeriesFinishing(
            series=storage.series,
            visits=storage.series_visits,
            bulk_cancellation=appointments.bulk_cancellation,
            schedules=base.schedules,
            freed_times=storage.freed_times,
            clock=clock,
            on_event=on_event,
        )
        self.booking = SeriesBooking(
            series=storage.series,
            visits=storage.series_visits,
            appointments=storage.appointments,
            booking=appointments.booking,
            finishing=self.finishing,
            bookable_slots=base.bookable_slots,
            doctors=base.doctors,
            patients=base.patients,
            kinds=base.offered_kinds,
            limits=appointments.limits,
            views=base.views,
            bulk_cancellation=appointments.bulk_cancellation,
            audit=base.audit,
            clock=clock,
            zone=base.rules.zone,
            on_event=on_event,
        )
        self.changes = SeriesChanges(
            series=storage.series,
            visits=storage.series_visits,
            finishing=self.finishing,
            appointments=appointments.changes,
            appointment_store=storage.appointments,
            bookable_slots=base.bookable_slots,
            views=base.views,
            doctors=base.doctors,
            patients=base.patients,
            limits=appointments.limits,
            audit=base.audit,
            clock=clock,
            zone=base.rules.zone,
            on_event=on_event,
        )


class VisitServices:
    """Kinds of visit, places and rooms, and booking again after a visit."""

    def __init__(self, base: Base, appointments: AppointmentServices, time_off: TimeOffPlanner) -> None:
        storage = base.storage
        self.catalogue = CatalogueEntries(
            catalogue=storage.catalogue, audit=base.audit, region=base.rules.region
        )
        self.offers = DoctorsOffers(
            schedules=base.schedules,
            schedule_store=storage.schedules,
            doctors=base.doctors,
            audit=base.audit,
            clock=base.clock,
            on_event=base.on_event,
        )
        self.outages = RoomOutages(
            catalogue=storage.catalogue,
            busy_times=storage.busy_times,
            remarks=storage.appointment_remarks,
            time_off=time_off,
            bulk_cancellation=appointments.bulk_cancellation,
            audit=base.audit,
            clock=base.clock,
        )
        self.bookable_slots = base.bookable_slots
        self.kinds = base.offered_kinds
        self.any_doctor = base.any_doctor
        self.answers = VisitAnswers(views=base.views, remarks=storage.appointment_remarks, clock=base.clock)
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
        self.series = SeriesServices(base, appointments)
