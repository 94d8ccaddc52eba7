"""How the services of each domain are built; services/clinic.py puts them together."""

from collections.abc import Callable

from services.accounts.last_admin import LastAdminGuard
from services.accounts.tokens import Tokens
from services.administration.accounts import AccountAdministration
from services.administration.exports import MAX_BYTES, Exports
from services.administration.people_search import PeopleSearch
from services.administration.statistics import Statistics
from services.announcements.announcements import Announcements
from services.announcements.recipients import Recipients
from services.appointments.booking import HOLD_LENGTH, Booking
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.changes import Appointments
from services.appointments.limits import Limits
from services.appointments.ordered_changes import OrderedChanges
from services.appointments.other_rooms import OtherRooms
from services.appointments.requests import AppointmentRequests
from services.appointments.views import AppointmentViews
from services.audit import Audit
from services.availability.alternatives import Alternatives
from services.availability.any_doctor import AnyDoctor
from services.availability.availability import Schedules
from services.availability.bookable_slots import BookableSlots
from services.availability.doctors import Doctors
from services.availability.offered_kinds import OfferedKinds
from services.availability.video_rooms import VideoRooms
from services.calendar_feeds.addresses import FeedAddresses
from services.calendar_feeds.feeds import CalendarFeeds
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.limit_settings import LimitSettings
from services.models.appointments import CancellationCause
from services.namesakes import Namesakes
from services.notifications.dead_letters import DeadLetters
from services.notifications.delivery_history import DeliveryHistory
from services.patients.finding import Patients
from services.privacy.account_deletion import AccountDeletion, AccountEraser
from services.privacy.patient_removal import PatientRemoval
from services.privacy.personal_data import PersonalDataFile
from services.storage.storage import Storage


class Base:
    """What the services of several domains need: finding a doctor and a time, and seeing appointments."""

    def __init__(
        self, storage: Storage, rules: ClinicRules, clock: Clock, on_event: Callable[[], None]
    ) -> None:
        self.storage = storage
        self.rules = rules
        self.clock = clock
        self.on_event = on_event
        self.audit = Audit(
            audit=storage.audit,
            users=storage.users,
            patients=storage.patients,
            clock=clock,
            zone=rules.zone,
        )
        self.limit_settings = LimitSettings(
            rules.limits, store=storage.limits, audit=self.audit, users=storage.users, clock=clock
        )
        self.patients = Patients(patients=storage.patients, carers=storage.carers, users=storage.users)
        self.doctors = Doctors(users=storage.users, user_search=storage.user_search)
        self.namesakes = Namesakes(users=storage.users, name_keys=storage.name_keys)
        self.schedules = Schedules(
            schedules=storage.schedules,
            closures=storage.closures,
            catalogue=storage.catalogue,
            busy_times=storage.busy_times,
            patients=storage.patients,
            clock=clock,
            zone=rules.zone,
        )
        self.views = AppointmentViews(
            appointments=storage.appointments,
            queries=storage.appointment_queries,
            users=storage.users,
            patients=self.patients,
            doctors=self.doctors,
            namesakes=self.namesakes,
            catalogue=storage.catalogue,
            clock=clock,
            zone=rules.zone,
        )
        self.bookable_slots = BookableSlots(
            schedules=self.schedules,
            appointments=storage.appointments,
            rooms=VideoRooms(rules.video_url, rules.name),
            clock=clock,
        )
        self.offered_kinds = OfferedKinds(
            schedules=self.schedules, queries=storage.appointment_queries, clock=clock
        )
        self.any_doctor = AnyDoctor(
            schedules=self.schedules, kinds=self.offered_kinds, user_search=storage.user_search
        )
        self.alternatives = Alternatives(
            schedules=self.schedules,
            kinds=self.offered_kinds,
            user_search=storage.user_search,
            namesakes=self.namesakes,
        )


class AppointmentServices:
    """Booking, moving, cancelling, seeing and following up."""

    def __init__(self, base: Base) -> None:
        storage, clock, on_event = base.storage, base.clock, base.on_event
        self.bulk_cancellation = _bulk_cancellation(base)
        self.limits = Limits(
            base.limit_settings,
            engagements=storage.engagements,
            appointments=storage.appointments,
            patients=base.patients,
            clock=clock,
            zone=base.rules.zone,
            hold_length=HOLD_LENGTH,
        )
        self.booking = Booking(
            appointments=storage.appointments,
            busy_times=storage.busy_times,
            patients=base.patients,
            doctors=base.doctors,
            views=base.views,
            bookable_slots=base.bookable_slots,
            kinds=base.offered_kinds,
            limits=self.limits,
            bulk_cancellation=self.bulk_cancellation,
            audit=base.audit,
            clock=clock,
            on_event=on_event,
        )
        self.changes = Appointments(
            kinds=base.offered_kinds,
            appointments=storage.appointments,
            remarks=storage.appointment_remarks,
            patients=base.patients,
            doctors=base.doctors,
            views=base.views,
            schedules=base.schedules,
            bookable_slots=base.bookable_slots,
            limits=self.limits,
            engagements=storage.engagements,
            bulk_cancellation=self.bulk_cancellation,
            audit=base.audit,
            clock=clock,
            on_event=on_event,
        )

    def requests(self, base: Base) -> AppointmentRequests:
        """Return what books and moves in one step."""
        return AppointmentRequests(
            booking=self.booking,
            appointments=self.changes,
            views=base.views,
            schedules=base.schedules,
            doctors=base.doctors,
            kinds=base.offered_kinds,
            clock=base.clock,
            zone=base.rules.zone,
        )


def _bulk_cancellation(base: Base) -> BulkCancellation:
    storage, clock = base.storage, base.clock
    eraser = AccountEraser(
        users=storage.users,
        patients=storage.patients,
        carers=storage.carers,
        merges=storage.merging,
        erasure=storage.erasure,
        clock=clock,
    )
    return BulkCancellation(
        orders=storage.bulk_cancellations,
        appointments=storage.appointments,
        queries=storage.appointment_queries,
        views=base.views,
        schedules=base.schedules,
        changes=OrderedChanges(
            schedules=base.schedules,
            schedule_store=storage.schedules,
            closures=storage.closures,
            catalogue=storage.catalogue,
            clock=clock,
        ),
        holds=storage.holds,
        alternatives=base.alternatives,
        other_rooms=OtherRooms(catalogue=storage.catalogue, remarks=storage.appointment_remarks, clock=clock),
        clock=clock,
        on_event=base.on_event,
        finish={CancellationCause.ACCOUNT_DELETED: eraser.erase},
    )


def calendar_feeds(base: Base, tokens: Tokens) -> CalendarFeeds:
    """Build the feeds that calendar programs fetch."""
    addresses = FeedAddresses(feeds=base.storage.calendar_feeds, tokens=tokens, audit=base.audit)
    return CalendarFeeds(
        addresses=addresses,
        queries=base.storage.appointment_queries,
        views=base.views,
        clock=base.clock,
    )


class AdministrationServices:
    """What admins do, and what people may ask about their own data."""

    def __init__(
        self,
        base: Base,
        appointments: AppointmentServices,
        patients: PatientRemoval,
        on_announcement: Callable[[], None],
    ) -> None:
        storage, clock, audit, users = base.storage, base.clock, base.audit, base.storage.users
        last_admin = LastAdminGuard(admins=storage.admins, clock=clock)
        self.accounts = AccountAdministration(
            users=users,
            user_search=storage.user_search,
            people_search=PeopleSearch(patients=storage.patients, rules=base.rules),
            sessions=storage.sessions,
            admins=last_admin,
            bulk_cancellation=appointments.bulk_cancellation,
            audit=audit,
            clock=clock,
            on_event=base.on_event,
        )
        self.account_deletion = AccountDeletion(
            users=users,
            admins=last_admin,
            bulk_cancellation=appointments.bulk_cancellation,
            erasure=storage.erasure,
            patients=patients,
            audit=audit,
            clock=clock,
        )
        self.personal_data = PersonalDataFile(
            store=storage.personal_data,
            users=users,
            patients=base.patients,
            audit_store=storage.audit,
            audit=audit,
            clock=clock,
        )
        self.statistics = Statistics(
            reporting=storage.reporting,
            catalogue=storage.catalogue,
            schedules=base.schedules,
            users=users,
        )
        self.exports = Exports(
            catalogue=storage.catalogue,
            reporting=storage.reporting,
            patients=base.patients,
            audit=audit,
            clock=clock,
            zone=base.rules.zone,
            max_bytes=MAX_BYTES,
        )
        self.announcements = Announcements(
            announcements=storage.announcements,
            recipients=Recipients(users=users, sessions=storage.sessions, clock=clock),
            audit=audit,
            clock=clock,
            on_change=on_announcement,
        )
        self.dead_letters, self.delivery_history = _undelivered(base)


def _undelivered(base: Base) -> tuple[DeadLetters, DeliveryHistory]:
    """Build what admins see of messages that did not arrive."""
    storage, clock, audit, users = base.storage, base.clock, base.audit, base.storage.users
    return (
        DeadLetters(
            dead_letters=storage.dead_letters,
            users=users,
            admins=storage.admins,
            sessions=storage.sessions,
            audit=audit,
            clock=clock,
            on_event=base.on_event,
        ),
        DeliveryHistory(
            history=storage.delivery_history,
            users=users,
            patients=base.patients,
            sessions=storage.sessions,
            audit=audit,
            clock=clock,
            on_event=base.on_event,
        ),
    )
