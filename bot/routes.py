"""The table of all commands and buttons: who may use each, and what it does.

The command menu, /help and the checks of the dispatcher are all made from this one table.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.callbacks.account import (
    ChangeEmail,
    ChangeLanguage,
    ChangeName,
    ChangePassword,
    ChangeReminders,
    ChangeZone,
    EndApiSession,
    EndOtherSessions,
    EndSession,
    EnterEmailCode,
    FixEmail,
    ForgetMe,
    SendEmailCode,
    ShowSessions,
)
from bot.callbacks.admins import (
    AddReceptionist,
    AskBlock,
    AskBulkCancel,
    AskReset,
    BlockUser,
    BookFor,
    BulkCancel,
    ChangeLimit,
    ChangeSpecialization,
    CorrectEmail,
    Decide,
    DecideName,
    DropNotice,
    FindAudit,
    FindPerson,
    HoursFor,
    ResetPassword,
    RetryAllNotices,
    RetryNotice,
    SendExport,
    SendNoticeAgain,
    ShowAudit,
    ShowClinicDay,
    ShowDelivery,
    ShowOutbox,
    ShowPerson,
    ShowStats,
    ShowUser,
    ShowUsers,
    StopAnnouncement,
    TimeOffFor,
    Unblock,
)
from bot.callbacks.calendar_feed import AskRenewFeed, AskStopFeed, NamePatients, RenewFeed, ShowFeed, StopFeed
from bot.callbacks.doctors import CancelForPatient, DrawDay, Mark, ProposeFollowUp, ShowDay, ShowWeek
from bot.callbacks.family import (
    AddRelative,
    AskRemoveRelative,
    BookForRelative,
    EditRelative,
    RemoveRelative,
    ShowRelative,
)
from bot.callbacks.handover import (
    AskBeThem,
    AskMerge,
    BeThem,
    FindSame,
    HandOver,
    LookAfter,
    MergePatients,
    ShowClaim,
    WithdrawCodes,
)
from bot.callbacks.patients import AddPatient, ChangePatient, FindPatients
from bot.callbacks.tap import Tap
from bot.callbacks.visits import (
    AddToCalendar,
    AskCancel,
    BookDoctor,
    BookSoonest,
    CancelAppointment,
    ChangeReason,
    ConfirmAppointment,
    FindAppointments,
    LeaveWaitlist,
    LeaveWaitlistFor,
    MoveAppointment,
    PassWaitlistOffer,
    ShowAppointment,
    ShowAppointments,
    ShowDoctor,
    ShowDoctors,
    TakeAlternative,
    TakeFollowUp,
    TakeWaitlistOffer,
    Wait,
    WaitForDay,
)
from bot.commands import (
    account,
    add_to_calendar,
    announcements,
    appointments,
    audit,
    calendar_feed,
    clinic_agenda,
    delivery,
    doctors,
    exports,
    family,
    outbox,
    patients,
    profile,
    schedule,
    statistics,
    users,
    waitlist,
)
from bot.commands.handover import codes, merging
from bot.conversations import (
    add_receptionist,
    announcement,
    booking,
    cancel_for_patient,
    change_email,
    change_password,
    closures,
    correct_email,
    edit_patient,
    edit_profile,
    edit_reason,
    follow_up,
    hours,
    join_waitlist,
    limits,
    login,
    new_patient,
    register,
    relatives,
    reminder_settings,
    reschedule,
    reset_password,
    same_person,
    specialization,
    time_off,
)
from bot.dialogs.access import (
    ADMINS,
    BOOKERS,
    DESK,
    DOCTORS,
    EVERYBODY,
    GUESTS,
    PARTIES,
    PATIENTS,
    SIGNED_IN,
    STAFF,
    Visitors,
)
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog
from services.access import DESK as AT_THE_DESK
from services.models.people import Role

# What a command or a button does. It may return a tap, which is run next.
Act = Callable[[ClinicContext, Any], Awaitable[Tap | None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what the menu says of it, who may use it, and what it does or which dialog it starts.

    `for_role` has other descriptions for some roles. An open dialog is put aside for the command, or ended if
    the command `ends_dialogs`, because the person signs out.
    """

    name: str
    description: str
    visitors: Visitors
    act: Act | Dialog
    ends_dialogs: bool = False
    for_role: Mapping[Role, str] = field(default_factory=dict)

    def described(self, role: Role | None) -> str:
        """Return its description for somebody of that role (None: a guest)."""
        return self.description if role is None else self.for_role.get(role, self.description)


@dataclass(frozen=True, slots=True)
class Route:
    """A button: who may use it, and what it does or which dialog it starts."""

    visitors: Visitors
    act: Act | Dialog
    ends_dialogs: bool = False


async def show_help(context: ClinicContext, tap: Tap) -> None:
    """Show the commands that this person may use."""
    del tap
    visitor = context.visitor
    await account.show_help(context, menu(visitor.role if visitor else None))


plain_words, unknown_command = account.plain_words, account.unknown_command

DIALOGS = (
    register.DIALOG,
    login.DIALOG,
    reset_password.DIALOG,
    booking.DIALOG,
    join_waitlist.DIALOG,
    cancel_for_patient.DIALOG,
    hours.DIALOG,
    time_off.DIALOG,
    closures.DIALOG,
    edit_profile.NAME,
    edit_profile.LANGUAGE,
    edit_profile.ZONE,
    reminder_settings.DIALOG,
    change_email.DIALOG,
    change_password.DIALOG,
    announcement.DIALOG,
    specialization.DIALOG,
    limits.DIALOG,
    correct_email.DIALOG,
    add_receptionist.DIALOG,
    new_patient.DIALOG,
    edit_patient.DIALOG,
    same_person.DIALOG,
    reschedule.DIALOG,
    follow_up.DIALOG,
    edit_reason.DIALOG,
    relatives.DIALOG,
)

COMMANDS = (
    Command("start", "the main buttons", EVERYBODY, account.start),
    Command(
        "book",
        "book a doctor's appointment",
        BOOKERS,
        booking.DIALOG,
        for_role=dict.fromkeys(AT_THE_DESK, "book an appointment for a patient"),
    ),
    Command("schedule", "your day and week, and who came", DOCTORS, schedule.schedule),
    Command("hours", "your working hours, and when patients can book", DOCTORS, hours.DIALOG),
    Command("timeoff", "take a day, several days or part of a day off", DOCTORS, time_off.DIALOG),
    Command(
        "appointments",
        "see, move or cancel your appointments, or search them by name",
        SIGNED_IN,
        appointments.begin,
        for_role=dict.fromkeys(AT_THE_DESK, "everyone's appointments by day or person: book, move, cancel"),
    ),
    Command("patients", "find a patient by name or telephone, or add one", DESK, patients.search),
    Command("family", "the people you look after, such as your children", PATIENTS, family.family),
    Command("claim", "use a code that you were given for a patient", PATIENTS | GUESTS, codes.claim),
    Command("waitlist", "the waiting lists you're on", PATIENTS, waitlist.places),
    Command("reminders", "choose when I remind you of an appointment", PATIENTS, reminder_settings.DIALOG),
    Command("users", "all accounts, and doctors waiting for approval", ADMINS, users.search),
    Command("closures", "days on which the clinic is closed, public holidays too", ADMINS, closures.DIALOG),
    Command("announce", "send a message to everyone, patients or doctors", ADMINS, announcement.DIALOG),
    Command("audit", "who did what, and when", ADMINS, audit.search),
    Command("outbox", "messages that couldn't be delivered", ADMINS, outbox.outbox),
    Command("limits", "the most that one patient may book, and changing it", ADMINS, limits.show),
    Command("stats", "how the clinic is doing, as a picture", ADMINS, statistics.stats),
    Command("export", "appointments and accounts for a spreadsheet", ADMINS, exports.export),
    Command("doctors", "find a doctor", SIGNED_IN, doctors.specializations),
    Command("login", "sign in", GUESTS, login.DIALOG),
    Command("register", "create an account", GUESTS, register.DIALOG),
    Command("forgot", "choose a new password", GUESTS, reset_password.DIALOG),
    Command("me", "your account: name, password, time zone and more", SIGNED_IN, profile.me),
    Command("mydata", "everything I keep about you, as a file", SIGNED_IN, profile.my_data),
    Command("forgetme", "delete your account", SIGNED_IN, profile.ask_forget),
    Command("help", "what I can do for you", EVERYBODY, show_help),
    Command("privacy", "what I keep about you, and who sees it", EVERYBODY, account.privacy),
    Command("cancel", "leave what you're doing", EVERYBODY, account.nothing_to_cancel),
    Command("logout", "sign out of this chat", SIGNED_IN, account.log_out, ends_dialogs=True),
)

BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}

TAPS: Mapping[type[Tap], Route] = {
    BookDoctor: Route(PATIENTS, booking.DIALOG),
    BookSoonest: Route(PATIENTS, booking.DIALOG),
    ShowDoctors: Route(SIGNED_IN, doctors.doctors),
    ShowDoctor: Route(SIGNED_IN, doctors.doctor),
    ShowAppointments: Route(PARTIES, appointments.appointments),
    FindAppointments: Route(PARTIES, appointments.find),
    ShowAppointment: Route(SIGNED_IN, appointments.appointment),
    AddToCalendar: Route(PARTIES, add_to_calendar.add),
    ShowFeed: Route(PARTIES, calendar_feed.show),
    AskRenewFeed: Route(PARTIES, calendar_feed.ask_renew),
    RenewFeed: Route(PARTIES, calendar_feed.renew),
    AskStopFeed: Route(PARTIES, calendar_feed.ask_stop),
    StopFeed: Route(PARTIES, calendar_feed.stop),
    NamePatients: Route(DOCTORS, calendar_feed.name_patients),
    ShowClinicDay: Route(DESK, clinic_agenda.day),
    FindPerson: Route(DESK, clinic_agenda.people),
    ShowPerson: Route(DESK, clinic_agenda.person),
    FindPatients: Route(DESK, patients.found),
    AddPatient: Route(DESK, new_patient.DIALOG),
    ChangePatient: Route(DESK, edit_patient.DIALOG),
    HandOver: Route(BOOKERS, codes.hand_over),
    WithdrawCodes: Route(BOOKERS, codes.withdraw),
    ShowClaim: Route(PATIENTS, codes.show_claim),
    LookAfter: Route(PATIENTS, codes.look_after),
    AskBeThem: Route(PATIENTS, codes.ask_be_them),
    BeThem: Route(PATIENTS, codes.be_them),
    FindSame: Route(DESK, same_person.DIALOG),
    AskMerge: Route(DESK, merging.ask_merge),
    MergePatients: Route(DESK, merging.merge),
    BookFor: Route(DESK, booking.DIALOG),
    ChangeReason: Route(PATIENTS, edit_reason.DIALOG),
    MoveAppointment: Route(SIGNED_IN, reschedule.DIALOG),
    AskCancel: Route(PATIENTS, appointments.ask_cancel),
    CancelAppointment: Route(PATIENTS, appointments.cancel),
    ConfirmAppointment: Route(PATIENTS, appointments.confirm),
    TakeAlternative: Route(PATIENTS, appointments.take_alternative),
    TakeFollowUp: Route(PATIENTS, appointments.take_follow_up),
    ProposeFollowUp: Route(DOCTORS, follow_up.DIALOG),
    Wait: Route(PATIENTS, join_waitlist.DIALOG),
    WaitForDay: Route(PATIENTS, join_waitlist.DIALOG),
    TakeWaitlistOffer: Route(PATIENTS, waitlist.take),
    PassWaitlistOffer: Route(PATIENTS, waitlist.pass_on),
    LeaveWaitlist: Route(PATIENTS, waitlist.leave),
    LeaveWaitlistFor: Route(PATIENTS, waitlist.leave),
    ShowRelative: Route(PATIENTS, family.person),
    AddRelative: Route(PATIENTS, relatives.DIALOG),
    EditRelative: Route(PATIENTS, relatives.DIALOG),
    AskRemoveRelative: Route(PATIENTS, family.ask_remove),
    RemoveRelative: Route(PATIENTS, family.remove),
    BookForRelative: Route(PATIENTS, booking.DIALOG),
    CancelForPatient: Route(STAFF, cancel_for_patient.DIALOG),
    ShowDay: Route(DOCTORS, schedule.day),
    ShowWeek: Route(DOCTORS, schedule.week),
    DrawDay: Route(DOCTORS, schedule.draw),
    Mark: Route(DOCTORS, schedule.mark),
    ChangeName: Route(SIGNED_IN, edit_profile.NAME),
    ChangeEmail: Route(SIGNED_IN, change_email.DIALOG),
    EnterEmailCode: Route(EVERYBODY, change_email.DIALOG),
    SendEmailCode: Route(EVERYBODY, change_email.DIALOG),
    FixEmail: Route(EVERYBODY, change_email.DIALOG),
    ChangePassword: Route(SIGNED_IN, change_password.DIALOG),
    ChangeLanguage: Route(SIGNED_IN, edit_profile.LANGUAGE),
    ChangeZone: Route(SIGNED_IN, edit_profile.ZONE),
    ChangeReminders: Route(PATIENTS, reminder_settings.DIALOG),
    ShowSessions: Route(SIGNED_IN, profile.sessions),
    EndSession: Route(SIGNED_IN, profile.end_session),
    EndApiSession: Route(SIGNED_IN, profile.end_api_session),
    EndOtherSessions: Route(SIGNED_IN, profile.end_other_sessions),
    ForgetMe: Route(SIGNED_IN, profile.forget, ends_dialogs=True),
    ShowUsers: Route(ADMINS, users.users),
    ShowUser: Route(ADMINS, users.user),
    Decide: Route(ADMINS, users.decide),
    DecideName: Route(ADMINS, users.decide_name),
    StopAnnouncement: Route(ADMINS, announcements.stop),
    ShowAudit: Route(ADMINS, audit.history),
    FindAudit: Route(ADMINS, audit.find),
    ShowDelivery: Route(DESK, delivery.page),
    SendNoticeAgain: Route(DESK, delivery.send_again),
    ShowOutbox: Route(ADMINS, outbox.page),
    RetryNotice: Route(ADMINS, outbox.retry),
    RetryAllNotices: Route(ADMINS, outbox.retry_all),
    DropNotice: Route(ADMINS, outbox.drop),
    ShowStats: Route(ADMINS, statistics.period),
    SendExport: Route(ADMINS, exports.period),
    AskBlock: Route(ADMINS, users.ask_block),
    BlockUser: Route(ADMINS, users.block),
    Unblock: Route(ADMINS, users.unblock),
    AskBulkCancel: Route(ADMINS, users.ask_bulk_cancel),
    BulkCancel: Route(ADMINS, users.bulk_cancel),
    AskReset: Route(ADMINS, users.ask_reset),
    ResetPassword: Route(ADMINS, users.reset),
    ChangeSpecialization: Route(ADMINS, specialization.DIALOG),
    ChangeLimit: Route(ADMINS, limits.DIALOG),
    CorrectEmail: Route(ADMINS, correct_email.DIALOG),
    AddReceptionist: Route(ADMINS, add_receptionist.DIALOG),
    HoursFor: Route(ADMINS, hours.DIALOG),
    TimeOffFor: Route(ADMINS, time_off.DIALOG),
}


def menu(role: Role | None) -> list[tuple[str, str]]:
    """Return the commands of one kind of visitor with their descriptions (Bot API BotCommand)."""
    return [(command.name, command.described(role)) for command in COMMANDS if role in command.visitors]
