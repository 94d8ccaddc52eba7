"""How the services about time are built: hours, closures, the waiting list, reminders, the daily digest."""

from services.appointments.daily_digest import DailyDigests
from services.appointments.reminders import Reminders
from services.building.base import AppointmentServices, Base
from services.privacy.patient_removal import PatientRemoval
from services.waitlist.due_lines import DueLines
from services.waitlist.earlier import EarlierTimes
from services.waitlist.entries import Waitlist
from services.waitlist.joining import WaitlistJoining
from services.waitlist.offers import WaitlistOffers
from services.working_hours.closures import ClinicClosures
from services.working_hours.dates import ChangedDates
from services.working_hours.time_off import TimeOffPlanner
from services.working_hours.weekly import WorkingHours


class HoursServices:
    """When doctors work, and when the clinic is closed."""

    def __init__(self, base: Base, appointments: AppointmentServices) -> None:
        storage, bulk_cancellation = base.storage, appointments.bulk_cancellation
        self.working_hours = WorkingHours(
            schedules=base.schedules,
            schedule_store=storage.schedules,
            queries=storage.appointment_queries,
            views=base.views,
            doctors=base.doctors,
            bulk_cancellation=bulk_cancellation,
            audit=base.audit,
            clock=base.clock,
            on_event=base.on_event,
        )
        self.changed_dates = ChangedDates(
            schedules=base.schedules,
            schedule_store=storage.schedules,
            doctors=base.doctors,
            bulk_cancellation=bulk_cancellation,
            audit=base.audit,
        )
        self.time_off = TimeOffPlanner(
            schedules=base.schedules,
            schedule_store=storage.schedules,
            doctors=base.doctors,
            bulk_cancellation=bulk_cancellation,
            audit=base.audit,
            clock=base.clock,
            zone=base.rules.zone,
            on_event=base.on_event,
        )
        self.closures = ClinicClosures(
            schedules=base.schedules,
            closures=storage.closures,
            time_off=self.time_off,
            bulk_cancellation=bulk_cancellation,
            audit=base.audit,
            clock=base.clock,
            place=base.rules.holidays,
        )


class TimeServices:
    """The waiting list, and what is told at its time: reminders and the daily digest."""

    def __init__(self, base: Base, appointments: AppointmentServices) -> None:
        storage, clock, views = base.storage, base.clock, base.views
        self.waitlist = _waitlist(base, appointments)
        self.waitlist_offers = WaitlistOffers(
            bookable_slots=base.bookable_slots,
            kinds=base.offered_kinds,
            waitlist=storage.waitlist,
            appointments=storage.appointments,
            queries=storage.appointment_queries,
            patients=base.patients,
            schedules=base.schedules,
            due_lines=_due_lines(base),
            clock=clock,
            on_event=base.on_event,
        )
        self.reminders = Reminders(
            reminders=storage.reminders,
            queries=storage.appointment_queries,
            users=storage.users,
            patients=base.patients,
            views=views,
            schedules=base.schedules,
            clock=clock,
            on_event=base.on_event,
        )
        self.daily_digests = DailyDigests(
            schedules=storage.schedules,
            queries=storage.appointment_queries,
            views=views,
            users=storage.users,
            clock=clock,
            zone=base.rules.zone,
            on_event=base.on_event,
        )


def patient_removal(base: Base, appointments: AppointmentServices, reminders: Reminders) -> PatientRemoval:
    """Build what ends that somebody looks after a patient."""
    return PatientRemoval(
        patients=base.storage.patients,
        carers=base.storage.carers,
        users=base.storage.users,
        merges=base.storage.merging,
        finder=base.patients,
        reminders=reminders,
        bulk_cancellation=appointments.bulk_cancellation,
        clock=base.clock,
    )


def _due_lines(base: Base) -> DueLines:
    storage = base.storage
    return DueLines(
        waitlist=storage.waitlist, holds=storage.holds, freed_times=storage.freed_times, clock=base.clock
    )


def _waitlist(base: Base, appointments: AppointmentServices) -> Waitlist:
    joining = WaitlistJoining(
        waitlist=base.storage.waitlist,
        appointments=base.storage.appointments,
        freed_times=base.storage.freed_times,
        clock=base.clock,
    )
    earlier = EarlierTimes(
        joining=joining,
        appointments=appointments.changes,
        queries=base.storage.appointment_queries,
        views=base.views,
        doctors=base.doctors,
        schedules=base.schedules,
        clock=base.clock,
    )
    return Waitlist(
        waitlist=base.storage.waitlist,
        joining=joining,
        earlier=earlier,
        queries=base.storage.appointment_queries,
        booking=appointments.booking,
        users=base.storage.users,
        patients=base.patients,
        doctors=base.doctors,
        views=base.views,
        namesakes=base.namesakes,
        kinds=base.offered_kinds,
        schedules=base.schedules,
        clock=base.clock,
    )
