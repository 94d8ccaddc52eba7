"""The services of the clinic, put together: `Clinic` is all that the bot is given."""

from collections.abc import Callable
from dataclasses import dataclass

from services.accounts.api_sessions import ApiSessions
from services.accounts.email_verification import EmailVerification
from services.accounts.new_passwords import NewPasswords
from services.accounts.one_step_registration import OneStepRegistration
from services.accounts.one_time_codes import CodeMailer
from services.accounts.passwords import Passwords
from services.accounts.profile import Profile
from services.accounts.receptionists import Receptionists
from services.accounts.registration import Accounts
from services.accounts.renaming import Renaming
from services.accounts.sessions import Sessions
from services.accounts.tokens import Tokens
from services.administration.accounts import AccountAdministration
from services.administration.exports import Exports
from services.administration.statistics import Statistics
from services.administration.understanding_counts import UnderstandingCounts
from services.announcements.announcements import Announcements
from services.appointments.agenda import Agenda
from services.appointments.booking import Booking
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.changes import Appointments
from services.appointments.daily_digest import DailyDigests
from services.appointments.reminders import Reminders
from services.appointments.requests import AppointmentRequests
from services.appointments.views import AppointmentViews
from services.audit import Audit
from services.availability.availability import Schedules
from services.availability.doctors import Doctors
from services.background.periodic import PeriodicTasks
from services.building.account import AccountServices
from services.building.base import (
    AdministrationServices,
    AppointmentServices,
    Base,
)
from services.building.handover import HandoverServices
from services.building.reception import ReceptionServices
from services.building.time import HoursServices, TimeServices, patient_removal
from services.building.visit import VisitServices
from services.building.waiting_room import WaitingRoomServices
from services.calendar_feeds.feeds import CalendarFeeds
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.limit_settings import LimitSettings
from services.namesakes import Namesakes
from services.notifications.dead_letters import DeadLetters
from services.notifications.delivery_history import DeliveryHistory
from services.patients.desk import PatientDesk
from services.patients.family import Family
from services.patients.finding import Patients
from services.privacy.account_deletion import AccountDeletion
from services.privacy.personal_data import PersonalDataFile
from services.storage.storage import Storage
from services.waitlist.entries import Waitlist
from services.waitlist.offers import WaitlistOffers
from services.working_hours.closures import ClinicClosures
from services.working_hours.dates import ChangedDates
from services.working_hours.time_off import TimeOffPlanner
from services.working_hours.weekly import WorkingHours


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's services."""

    rules: ClinicRules
    clock: Clock
    audit: Audit
    limit_settings: LimitSettings
    # Finding a doctor and a free time
    doctors: Doctors
    namesakes: Namesakes
    schedules: Schedules
    # Appointments
    booking: Booking
    visits: VisitServices
    appointments: Appointments
    appointment_requests: AppointmentRequests
    appointment_views: AppointmentViews
    agenda: Agenda
    bulk_cancellation: BulkCancellation
    reminders: Reminders
    daily_digests: DailyDigests
    calendar_feeds: CalendarFeeds
    # The day of a visit
    waiting_room: WaitingRoomServices
    # The waiting list, doctors' hours, and when the clinic is closed
    waitlist: Waitlist
    waitlist_offers: WaitlistOffers
    working_hours: WorkingHours
    time_off: TimeOffPlanner
    changed_dates: ChangedDates
    closures: ClinicClosures
    # Accounts
    accounts: Accounts
    one_step_registration: OneStepRegistration
    sessions: Sessions
    api_sessions: ApiSessions
    profile: Profile
    email_verification: EmailVerification
    renaming: Renaming
    new_passwords: NewPasswords
    receptionists: Receptionists
    account_deletion: AccountDeletion
    personal_data: PersonalDataFile
    # Patients, and who looks after whom
    patients: Patients
    family: Family
    patient_desk: PatientDesk
    handover: HandoverServices
    # What anybody may ask the clinic
    reception: ReceptionServices
    # What admins do
    administration: AccountAdministration
    statistics: Statistics
    exports: Exports
    announcements: Announcements
    dead_letters: DeadLetters
    delivery_history: DeliveryHistory
    periodic: PeriodicTasks

    @property
    def understanding_counts(self) -> UnderstandingCounts:
        """How many messages are understood."""
        return self.reception.understanding_counts


def build(
    storage: Storage,
    *,
    rules: ClinicRules,
    clock: Clock,
    tokens: Tokens,
    passwords: Passwords,
    mailer: CodeMailer,
    on_event: Callable[[], None],
    on_announcement: Callable[[], None],
    on_line_change: Callable[[], None] = lambda: None,
) -> Clinic:
    """Put the services together.

    `mailer` emails codes; `on_event` is called when an event was stored, `on_announcement` for announcements,
    `on_line_change` when those who wait for a doctor are called in at other times than was expected.
    """
    base = Base(storage, rules, clock, on_event)
    appointments = AppointmentServices(base)
    times, hours = TimeServices(base, appointments), HoursServices(base, appointments)
    accounts = AccountServices(base, tokens, passwords, mailer)
    removal = patient_removal(base, appointments, times.reminders)
    administration = AdministrationServices(base, appointments, removal, on_announcement)
    return _put_together(
        base,
        appointments=appointments,
        visits=VisitServices(base, appointments, hours.time_off),
        waiting_room=WaitingRoomServices(base, appointments, on_line_change),
        times=times,
        hours=hours,
        accounts=accounts,
        administration=administration,
        handover=HandoverServices(base, tokens, times.reminders, removal),
    )


def _put_together(  # noqa: PLR0917 - all are given by keyword
    base: Base,
    appointments: AppointmentServices,
    visits: VisitServices,
    waiting_room: WaitingRoomServices,
    times: TimeServices,
    hours: HoursServices,
    accounts: AccountServices,
    administration: AdministrationServices,
    handover: HandoverServices,
) -> Clinic:
    return Clinic(
        rules=base.rules,
        clock=base.clock,
        audit=base.audit,
        limit_settings=base.limit_settings,
        doctors=base.doctors,
        namesakes=base.namesakes,
        schedules=base.schedules,
        booking=appointments.booking,
        visits=visits,
        appointments=appointments.changes,
        appointment_requests=appointments.requests(base),
        appointment_views=base.views,
        agenda=Agenda(views=base.views, schedules=base.schedules),
        bulk_cancellation=appointments.bulk_cancellation,
        reminders=times.reminders,
        daily_digests=times.daily_digests,
        calendar_feeds=accounts.calendar_feeds,
        waiting_room=waiting_room,
        waitlist=times.waitlist,
        waitlist_offers=times.waitlist_offers,
        working_hours=hours.working_hours,
        time_off=hours.time_off,
        changed_dates=hours.changed_dates,
        closures=hours.closures,
        accounts=accounts.accounts,
        one_step_registration=accounts.one_step_registration,
        sessions=accounts.signing_in.sessions,
        api_sessions=accounts.signing_in.api_sessions,
        profile=accounts.profile,
        email_verification=accounts.email_verification,
        renaming=accounts.renaming,
        new_passwords=accounts.new_passwords,
        receptionists=accounts.receptionists,
        account_deletion=administration.account_deletion,
        personal_data=administration.personal_data,
        patients=base.patients,
        family=accounts.family,
        patient_desk=accounts.patient_desk,
        handover=handover,
        reception=ReceptionServices(base),
        administration=administration.accounts,
        statistics=administration.statistics,
        exports=administration.exports,
        announcements=administration.announcements,
        dead_letters=administration.dead_letters,
        delivery_history=administration.delivery_history,
        periodic=_periodic_tasks(appointments, waiting_room, times, administration, handover, visits=visits),
    )


def _periodic_tasks(
    appointments: AppointmentServices,
    waiting_room: WaitingRoomServices,
    times: TimeServices,
    administration: AdministrationServices,
    handover: HandoverServices,
    *,
    visits: VisitServices,
) -> PeriodicTasks:
    return PeriodicTasks(
        [
            visits.series.finishing.work,
            appointments.bulk_cancellation.work,
            administration.account_deletion.work,
            times.daily_digests.work,
            times.reminders.work,
            waiting_room.running_late.work,
            administration.dead_letters.work,
            times.waitlist_offers.work,
            handover.merging.work,
        ]
    )
