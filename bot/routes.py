"""The table of all commands: who may use each, and what it does; the one of all buttons is in tap_routes.py.

The command menu, /help and the checks of the dispatcher are all made from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.callbacks.tap import Tap
from bot.commands import (
    account,
    appointments,
    audit,
    doctors,
    exports,
    languages,
    outbox,
    profile,
    schedule,
    statistics,
    users,
    waitlist,
)
from bot.commands.handover import codes
from bot.commands.people import family, patients
from bot.commands.visit_day import late
from bot.conversations import (
    add_receptionist,
    announcement,
    answers,
    booking,
    callback,
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
    message_patients,
    new_patient,
    register,
    relatives,
    reminder_settings,
    reschedule,
    reset_password,
    same_person,
    specialization,
    time_off,
    wait_earlier,
)
from bot.conversations.catalogue import kinds, places, room_out, rooms
from bot.dialogs.access import (
    ADMINS,
    BOOKERS,
    DESK,
    DOCTORS,
    EVERYBODY,
    GUESTS,
    PATIENTS,
    SIGNED_IN,
    STAFF,
    Visitors,
)
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog
from bot.fulfilment import own_words as words
from bot.localization.messages import Phrase, phrase
from bot.tap_routes import Act
from services.access import DESK as AT_THE_DESK
from services.models.people import Role


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what the menu says of it, who may use it, and what it does or which dialog it starts.

    `for_role` has other descriptions for some roles. An open dialog is put aside for the command, or ended if
    the command `ends_dialogs`, because the person signs out.
    """

    name: str
    description: Phrase
    visitors: Visitors
    act: Act | Dialog
    ends_dialogs: bool = False
    for_role: Mapping[Role, Phrase] = field(default_factory=dict)

    def described(self, role: Role | None) -> str:
        """Return its description for somebody of that role (None: a guest)."""
        return str(self.description if role is None else self.for_role.get(role, self.description))


async def show_help(context: ClinicContext, tap: Tap) -> None:
    """Show the commands that this person may use."""
    del tap
    visitor = context.visitor
    await account.show_help(context, menu(visitor.role if visitor else None))


own_words, unknown_command = words.own_words, account.unknown_command

DIALOGS = (
    register.DIALOG,
    login.DIALOG,
    reset_password.DIALOG,
    booking.DIALOG,
    join_waitlist.DIALOG,
    wait_earlier.DIALOG,
    callback.DIALOG,
    cancel_for_patient.DIALOG,
    hours.DIALOG,
    time_off.DIALOG,
    closures.DIALOG,
    kinds.DIALOG,
    places.DIALOG,
    rooms.DIALOG,
    room_out.DIALOG,
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
    answers.DIALOG,
    relatives.DIALOG,
    message_patients.DIALOG,
)

COMMANDS = (
    # Translators: from here on, what the menu of commands says of each; it has no full stop.
    Command("start", phrase("the main buttons"), EVERYBODY, account.start),
    Command(
        "book",
        phrase("book a doctor's appointment"),
        BOOKERS,
        booking.DIALOG,
        for_role=dict.fromkeys(AT_THE_DESK, phrase("book an appointment for a patient")),
    ),
    Command("schedule", phrase("your day and week, and who came"), DOCTORS, schedule.schedule),
    Command(
        "late",
        phrase("tell the patients who still come today that you're late"),
        STAFF,
        late.begin,
        for_role=dict.fromkeys(
            AT_THE_DESK, phrase("tell a doctor's patients of today that the doctor is late")
        ),
    ),
    Command("hours", phrase("your working hours, and when patients can book"), DOCTORS, hours.DIALOG),
    Command("timeoff", phrase("take a day, several days or part of a day off"), DOCTORS, time_off.DIALOG),
    Command(
        "appointments",
        phrase("see, move or cancel your appointments, or search them by name"),
        SIGNED_IN,
        appointments.begin,
        for_role=dict.fromkeys(
            AT_THE_DESK, phrase("everyone's appointments by day or person: book, move, cancel")
        ),
    ),
    Command("patients", phrase("find a patient by name or telephone, or add one"), DESK, patients.search),
    Command("family", phrase("the people you look after, such as your children"), PATIENTS, family.family),
    Command("claim", phrase("use a code that you were given for a patient"), PATIENTS | GUESTS, codes.claim),
    Command("waitlist", phrase("the waiting lists you're on"), PATIENTS, waitlist.places),
    Command(
        "reminders", phrase("choose when I remind you of an appointment"), PATIENTS, reminder_settings.DIALOG
    ),
    Command("users", phrase("all accounts, and doctors waiting for approval"), ADMINS, users.search),
    Command(
        "closures", phrase("days on which the clinic is closed, public holidays too"), ADMINS, closures.DIALOG
    ),
    Command(
        "kinds",
        phrase("kinds of visit: length, price, what they need"),
        ADMINS | DOCTORS,
        kinds.DIALOG,
        for_role={Role.DOCTOR: phrase("which kinds of visit you offer, and when they begin")},
    ),
    Command("places", phrase("where the clinic works"), ADMINS, places.DIALOG),
    Command("rooms", phrase("rooms and equipment, and when they're out of order"), ADMINS, rooms.DIALOG),
    Command(
        "announce", phrase("send a message to everyone, patients or doctors"), ADMINS, announcement.DIALOG
    ),
    Command("audit", phrase("who did what, and when"), ADMINS, audit.search),
    Command("outbox", phrase("messages that couldn't be delivered"), ADMINS, outbox.outbox),
    Command("limits", phrase("the most that one patient may book, and changing it"), ADMINS, limits.show),
    Command("stats", phrase("how the clinic is doing, as a picture"), ADMINS, statistics.stats),
    Command("export", phrase("appointments and accounts for a spreadsheet"), ADMINS, exports.export),
    Command("doctors", phrase("find a doctor"), SIGNED_IN, doctors.specializations),
    Command("login", phrase("sign in"), GUESTS, login.DIALOG),
    Command("register", phrase("create an account"), GUESTS, register.DIALOG),
    Command("forgot", phrase("choose a new password"), GUESTS, reset_password.DIALOG),
    Command("me", phrase("your account: name, password, time zone and more"), SIGNED_IN, profile.me),
    Command("mydata", phrase("everything I keep about you, as a file"), SIGNED_IN, profile.my_data),
    Command("forgetme", phrase("delete your account"), SIGNED_IN, profile.ask_forget),
    Command("language", phrase("the language in which I write to you"), EVERYBODY, languages.begin),
    Command("help", phrase("what I can do for you"), EVERYBODY, show_help),
    Command("privacy", phrase("what I keep about you, and who sees it"), EVERYBODY, account.privacy),
    Command("cancel", phrase("leave what you're doing"), EVERYBODY, account.nothing_to_cancel),
    Command("logout", phrase("sign out of this chat"), SIGNED_IN, account.log_out, ends_dialogs=True),
)

BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}


def menu(role: Role | None) -> list[tuple[str, str]]:
    """Return the commands of one kind of visitor with their descriptions (Bot API BotCommand)."""
    return [(command.name, command.described(role)) for command in COMMANDS if role in command.visitors]
