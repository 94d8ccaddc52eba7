"""The frozen bundle of services: all that the bot is given."""

from collections.abc import Callable
from dataclasses import dataclass

from services.accounts.attempts import Attempts
from services.accounts.email_availability import EmailAvailability
from services.accounts.last_admin import LastAdminGuard
from services.accounts.one_time_codes import CodeMailer, OneTimeCodes
from services.accounts.password_reset import PasswordReset
from services.accounts.passwords import Passwords
from services.accounts.profile import Profile
from services.accounts.registration import Accounts
from services.accounts.renaming import Renaming
from services.accounts.sessions import Sessions
from services.accounts.tokens import Tokens
from services.administration.accounts import AccountAdministration
from services.administration.exports import MAX_BYTES, Exports
from services.administration.statistics import Statistics
from services.announcements.announcements import Announcements
from services.announcements.recipients import Recipients
from services.appointments.agenda import Agenda
from services.appointments.booking import HELD, Booking
from services.appointments.bulk_cancellation import BulkCancellation
from services.appointments.changes import Appointments
from services.appointments.daily_digest import DailyDigests
from services.appointments.follow_ups import FollowUps
from services.appointments.limits import Limits
from services.appointments.reminders import Reminders
from services.appointments.views import AppointmentViews
from services.audit import Audit
from services.availability.alternatives import Alternatives
from services.availability.availability import Schedules
from services.availability.bookable_slots import BookableSlots
from services.availability.doctors import Doctors
from services.availability.video_rooms import VideoRooms
from services.background.periodic import PeriodicTasks
from services.clinic_rules import ClinicRules
from services.clock import Clock
from services.models.appointments import CancellationCause
from services.namesakes import Namesakes
from services.notifications.dead_letters import DeadLetters
from services.privacy.account_deletion import AccountDeletion, AccountEraser
from services.privacy.personal_data import PersonalDataFile
from services.storage.storage import Storage
from services.waitlist.entries import Waitlist
from services.waitlist.offers import WaitlistOffers
from services.working_hours.time_off import TimeOffPlanner
from services.working_hours.weekly import WorkingHours


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's services."""

    rules: ClinicRules
    clock: Clock
    accounts: Accounts
    people: AccountAdministration
    sessions: Sessions
    doctors: Doctors
    namesakes: Namesakes
    schedules: Schedules
    offering: BookableSlots
    bookings: Booking
    appointments: Appointments
    diaries: AppointmentViews
    day_plans: Agenda
    waitlist: Waitlist
    lines: WaitlistOffers
    clearances: BulkCancellation
    digests: DailyDigests
    reminders: Reminders
    follow_ups: FollowUps
    renaming: Renaming
    profile: Profile
    renewal: PasswordReset
    my_data: PersonalDataFile
    leaving: AccountDeletion
    working_hours: WorkingHours
    time_off: TimeOffPlanner
    audit: Audit
    statistics: Statistics
    exports: Exports
    rounds: PeriodicTasks
    announcements: Announcements
    undelivered: DeadLetters


def build(
    storage: Storage,
    *,
    rules: ClinicRules,
    clock: Clock,
    tokens: Tokens,
    passwords: Passwords,
    mailer: CodeMailer,
    on_news: Callable[[], None],
    on_announced: Callable[[], None],
) -> Clinic:
    """Put the services together.

    `mailer` brings codes to their readers; `on_news` is called when there is news for the outbox to tell,
    `on_announced` when there is something for the announcer to do.
    """
    tries = Attempts(storage.attempts, clock)
    probing = EmailAvailability(users=storage.users, tries=tries, clock=clock, on_news=on_news)
    audit = Audit(audit=storage.audit, users=storage.users, clock=clock, zone=rules.zone)
    codes = OneTimeCodes(codes=storage.codes, attempts=storage.attempts, tokens=tokens, clock=clock)
    doctors = Doctors(users=storage.users)
    namesakes = Namesakes(users=storage.users, name_keys=storage.name_keys)
    renaming = Renaming(users=storage.users, namesakes=namesakes, audit=audit, clock=clock, on_news=on_news)
    schedules = Schedules(
        schedules=storage.schedules, appointments=storage.appointments, clock=clock, zone=rules.zone
    )
    diaries = AppointmentViews(
        appointments=storage.appointments,
        diaries=storage.diaries,
        users=storage.users,
        doctors=doctors,
        namesakes=namesakes,
        clock=clock,
        zone=rules.zone,
    )
    offers = Alternatives(schedules=schedules, users=storage.users, namesakes=namesakes)
    eraser = AccountEraser(users=storage.users, erasure=storage.erasure, clock=clock)
    clearances = BulkCancellation(
        clearances=storage.clearances,
        appointments=storage.appointments,
        stored=storage.diaries,
        diaries=diaries,
        schedules=storage.schedules,
        holds=storage.holds,
        offers=offers,
        clock=clock,
        on_news=on_news,
        finish={CancellationCause.FORGOTTEN: eraser.erase},
    )
    leaving = AccountDeletion(
        users=storage.users,
        admins=LastAdminGuard(admins=storage.admins, clock=clock),
        clearances=clearances,
        erasure=storage.erasure,
        audit=audit,
        clock=clock,
    )
    digests = DailyDigests(
        schedules=storage.schedules,
        stored=storage.diaries,
        diaries=diaries,
        users=storage.users,
        clock=clock,
        zone=rules.zone,
        on_news=on_news,
    )
    undelivered = DeadLetters(
        parked=storage.parked,
        users=storage.users,
        admins=storage.admins,
        sessions=storage.sessions,
        audit=audit,
        clock=clock,
        on_news=on_news,
    )
    reminders = Reminders(
        reminders=storage.reminders,
        stored=storage.diaries,
        users=storage.users,
        diaries=diaries,
        schedules=schedules,
        clock=clock,
        on_news=on_news,
    )
    offering = BookableSlots(
        schedules=schedules,
        appointments=storage.appointments,
        rooms=VideoRooms(rules.video_url, rules.name),
        clock=clock,
    )
    limits = Limits(
        rules.limits,
        engagements=storage.engagements,
        appointments=storage.appointments,
        clock=clock,
        zone=rules.zone,
        hold_length=HELD,
    )
    bookings = Booking(
        appointments=storage.appointments,
        users=storage.users,
        doctors=doctors,
        diaries=diaries,
        offering=offering,
        limits=limits,
        clearances=clearances,
        audit=audit,
        clock=clock,
        on_news=on_news,
    )
    appointments = Appointments(
        appointments=storage.appointments,
        doctors=doctors,
        diaries=diaries,
        schedules=schedules,
        offering=offering,
        limits=limits,
        engagements=storage.engagements,
        clearances=clearances,
        audit=audit,
        clock=clock,
        on_news=on_news,
    )
    lines = WaitlistOffers(
        waitlist=storage.waitlist,
        appointments=storage.appointments,
        users=storage.users,
        schedules=schedules,
        clock=clock,
        on_news=on_news,
    )
    return Clinic(
        rules=rules,
        clock=clock,
        accounts=Accounts(
            users=storage.users,
            schedules=storage.schedules,
            passwords=passwords,
            tries=tries,
            probing=probing,
            namesakes=namesakes,
            audit=audit,
            clock=clock,
            staff_code=rules.staff_code,
            an_hour=rules.registrations_an_hour,
            on_news=on_news,
        ),
        people=AccountAdministration(
            users=storage.users,
            sessions=storage.sessions,
            admins=LastAdminGuard(admins=storage.admins, clock=clock),
            clearances=clearances,
            audit=audit,
            clock=clock,
            on_news=on_news,
        ),
        sessions=Sessions(
            arrivals=storage.arrivals,
            users=storage.users,
            sessions=storage.sessions,
            known_chats=storage.known_chats,
            tries=tries,
            passwords=passwords,
            tokens=tokens,
            audit=audit,
            clock=clock,
        ),
        doctors=doctors,
        namesakes=namesakes,
        schedules=schedules,
        appointments=appointments,
        offering=offering,
        bookings=bookings,
        waitlist=Waitlist(
            waitlist=storage.waitlist,
            stored=storage.appointments,
            bookings=bookings,
            users=storage.users,
            doctors=doctors,
            diaries=diaries,
            namesakes=namesakes,
            schedules=schedules,
            clock=clock,
            on_freed=on_news,
        ),
        lines=lines,
        diaries=diaries,
        day_plans=Agenda(diaries=diaries, schedules=schedules),
        clearances=clearances,
        digests=digests,
        reminders=reminders,
        follow_ups=FollowUps(
            appointments=storage.appointments,
            diaries=diaries,
            offers=offers,
            schedules=schedules,
            clock=clock,
            on_news=on_news,
        ),
        renaming=renaming,
        profile=Profile(
            users=storage.users,
            renaming=renaming,
            probing=probing,
            codes=codes,
            mailer=mailer,
            audit=audit,
            clock=clock,
        ),
        renewal=PasswordReset(
            users=storage.users,
            sessions=storage.sessions,
            passwords=passwords,
            tries=tries,
            codes=codes,
            mailer=mailer,
            audit=audit,
            clock=clock,
        ),
        my_data=PersonalDataFile(
            records=storage.records,
            users=storage.users,
            stored_audit=storage.audit,
            audit=audit,
            clock=clock,
        ),
        leaving=leaving,
        working_hours=WorkingHours(
            schedules=schedules,
            stored=storage.schedules,
            booked=storage.diaries,
            diaries=diaries,
            clearances=clearances,
            audit=audit,
            clock=clock,
        ),
        time_off=TimeOffPlanner(
            schedules=schedules,
            stored=storage.schedules,
            clearances=clearances,
            audit=audit,
            clock=clock,
            zone=rules.zone,
        ),
        audit=audit,
        statistics=Statistics(reports=storage.reports, schedules=schedules, users=storage.users),
        exports=Exports(
            reports=storage.reports,
            users=storage.users,
            audit=audit,
            clock=clock,
            zone=rules.zone,
            max_bytes=MAX_BYTES,
        ),
        announcements=Announcements(
            announcements=storage.announcements,
            crowd=Recipients(users=storage.users, sessions=storage.sessions, clock=clock),
            audit=audit,
            clock=clock,
            on_change=on_announced,
        ),
        undelivered=undelivered,
        rounds=PeriodicTasks(
            [clearances.work, leaving.work, digests.work, reminders.work, undelivered.work, lines.work]
        ),
    )
