"""Each error of the clinic has its sentence here: what was wrong, and what would be right."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot import input_errors
from bot.texts.formats import (
    ROLES,
    call_the_clinic,
    clock_time,
    day,
    esc,
    hours,
    long_day,
    long_weekday,
    moment_read,
    plain_doctor,
    shortened,
    span,
    suits_both,
    wall_time,
    zone_note,
)
from services import errors
from services.clinic_rules import ClinicRules
from services.models.audit import Action
from services.models.people import AccountStatus, Role, Scope, Tried
from services.models.scheduling import Weekday

TOO_MANY = {
    (Tried.PASSWORD, Scope.CHAT): "Too many wrong passwords from this chat.",
    (Tried.PASSWORD, Scope.ADDRESS_IN_CHAT): "Too many wrong passwords for this address from this chat.",
    (
        Tried.PASSWORD,
        Scope.ADDRESS,
    ): "Too many wrong passwords for this address from chats that are new to it.",
    (Tried.STAFF_CODE, Scope.CHAT): "Too many wrong staff codes from this chat.",
    (Tried.STAFF_CODE, Scope.CLINIC): "Too many wrong staff codes from all chats together.",
    (Tried.REGISTRATION, Scope.CHAT): "Too many registrations from this chat.",
    (Tried.REGISTRATION, Scope.CLINIC): "Many people are registering at the moment.",
    (Tried.ADDRESS, Scope.CHAT): "Too many mail addresses from this chat.",
    (Tried.ADDRESS, Scope.CLINIC): "Too many mail addresses from all chats together.",
}
OTHER_WAYS = {
    (Tried.PASSWORD, Scope.ADDRESS): ", or choose a new password with /forgot",
    (Tried.REGISTRATION, Scope.CLINIC): "; your answers stay here",
}
CODES_FOR = {
    Scope.CHAT: "for this chat",
    Scope.ADDRESS_IN_CHAT: "for this address from this chat",
    Scope.ADDRESS: "for this address",
}
Sentence = Callable[[Any, ClinicRules], str]
MOST_NAMED = 5
# So many characters are said again of what was typed.
MOST_SAID = 60


def _said(text: str) -> Sentence:
    return lambda _error, _rules: text


def _roles(wanted: frozenset[Role]) -> str:
    return " and ".join(f"{ROLES[role]}s" for role in sorted(wanted))


def _some(choices: tuple[str, ...]) -> str:
    """Return the first few, and how many more there are."""
    more = f" and {len(choices) - MOST_NAMED} more" if len(choices) > MOST_NAMED else ""
    return ", ".join(esc(choice) for choice in choices[:MOST_NAMED]) + more


def _either(choices: tuple[str, ...]) -> str:
    """Return the first few with an “or” between the last two."""
    *others, last = (esc(choice) for choice in choices[:MOST_NAMED])
    return f"{', '.join(others)} or {last}" if others else last


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


def _counted(count: int) -> str:
    return "an appointment" if count == 1 else f"{count} appointments"


def _free_for(error: input_errors.DayNotFree) -> str:
    """Say which times a day has none of: the doctor may be free where the patient is not."""
    return suits_both(error.doctor, error.patient) if error.patient else "free time"


_VERDICTS = {
    Action.APPROVED: "approved",
    Action.REFUSED: "refused",
    Action.BLOCKED: "blocked",
    Action.UNBLOCKED: "unblocked",
}
_NOW = {
    AccountStatus.ACTIVE: "is active",
    AccountStatus.PENDING: "waits for approval",
    AccountStatus.BLOCKED: "is blocked",
}


def _decided(error: errors.AlreadyDecided, rules: ClinicRules) -> str:
    """Return who decided what and when, or, as long as that is not written down, how the account is now."""
    user = error.user
    name = esc(plain_doctor(user.name) if user.role is Role.DOCTOR else user.name)
    if error.action is None or error.at is None:
        return f"Nothing was changed: {name} {_NOW[user.status]} now."
    who = "You have" if error.is_yours else f"{esc(error.by or 'An admin')} has"
    return f"{who} already {_VERDICTS[error.action]} {name}: {moment_read(error.at, rules)}."


SENTENCES: dict[type[errors.ClinicError], Sentence] = {
    errors.SlotTaken: lambda e, rules: (
        f"🙁 {moment_read(e.start, rules)} was just taken by somebody else. Here are other free times."
    ),
    errors.BookedBefore: lambda e, rules: (
        f"You have already booked {moment_read(e.start, rules)}. /appointments shows it."
    ),
    errors.RequestAbandoned: _said("✖ You left this before it was stored, so nothing was saved."),
    errors.SlotPassed: _said("🕰 That time has already begun. Please choose a later one."),
    errors.SlotNotOffered: lambda e, rules: (
        f"{moment_read(e.start, rules)} is not free. Please choose one of the times shown."
    ),
    errors.PatientBusy: lambda e, rules: (
        f"{f'{esc(e.patient)} already has' if e.patient else 'You already have'} an appointment that overlaps"
        f" {moment_read(e.start, rules)}. Please choose another time."
    ),
    errors.ModalityNotOffered: lambda e, _: (
        f"This doctor sees patients {'by video' if e.by_video else 'in the clinic'} only at the moment."
        " Please confirm it like that, or choose another doctor."
    ),
    errors.OfferOver: _said(
        "⌛ That offer is over. /waitlist shows where you wait, and /book the times that are free."
    ),
    errors.TooManyWaitlistEntries: lambda e, _: (
        f"You wait for {e.most} doctors already, which is the most. Please leave one of the lines in /waitlist first."
    ),
    errors.TooManyAppointments: lambda e, rules: (
        f"You have {_counted(e.most)} to come, which is the most that can be booked here. Please cancel one in"
        f" /appointments first, or {call_the_clinic(rules)}."
    ),
    errors.TooManyThatDay: lambda e, rules: (
        f"You already have {_counted(e.most)} with this doctor on"
        f" {day(e.start.astimezone(rules.zone).date())}. Please choose another day, or"
        f" {call_the_clinic(rules)}."
    ),
    errors.TooManyChanges: lambda e, rules: (
        f"You have booked, moved and cancelled {e.most} times within an hour, which is the most. Please go on"
        f" from {clock_time(e.until, rules.zone)}{zone_note(rules)}, or {call_the_clinic(rules)}."
    ),
    errors.TooManyHolds: lambda e, rules: (
        f"You are about to confirm {_counted(e.most)} elsewhere. Please confirm or leave one of them first, or"
        f" wait until {clock_time(e.until, rules.zone)}{zone_note(rules)}."
    ),
    errors.AppointmentOver: lambda e, rules: (
        f"The appointment of {moment_read(e.start, rules)} has begun or is over, so it can't be changed any more."
    ),
    errors.AlreadyCancelled: lambda e, rules: (
        f"The appointment of {moment_read(e.start, rules)} is already cancelled. There is nothing more to do."
    ),
    errors.AppointmentChanged: lambda e, rules: (
        f"Somebody has just changed this appointment: it is at {moment_read(e.start, rules)} now. Please look at it again."
    ),
    errors.SameTime: lambda e, rules: (
        f"The appointment is at {moment_read(e.start, rules)} already. Please choose another time."
    ),
    errors.NotBegun: lambda e, rules: (
        f"The appointment begins at {moment_read(e.start, rules)}; you can note who came from then on."
    ),
    errors.AlreadyConfirmed: lambda e, rules: (
        f"👍 You have confirmed that already: we expect you {moment_read(e.start, rules)}."
    ),
    errors.TooLateToChange: lambda e, rules: (
        f"The appointment of {moment_read(e.start, rules)} could be moved or cancelled here until"
        f" {span(e.notice)} before. Please {call_the_clinic(rules)}."
    ),
    errors.NotSeen: lambda e, rules: (
        f"A follow-up comes after a visit: please note first that the patient was seen on {moment_read(e.start, rules)}."
    ),
    errors.NoTimesThen: lambda e, rules: (
        f"You have no free time around {day(e.start.astimezone(rules.zone).date())}; patients can book until"
        f" {day(e.last)}. Please choose another time, or widen your /hours."
    ),
    errors.OffersChanged: lambda _e, _r: (
        "One of these times has just been taken. Here is what can go out now; please look at it once more."
    ),
    errors.EmailTaken: lambda e, _: (
        f"{esc(e.email)} already has an account. Sign in to that with /login, or type another address."
    ),
    errors.TooManyTries: lambda e, rules: (
        f"{TOO_MANY[e.tried, e.scope]} Please wait until"
        f" {clock_time(e.retry_at, rules.zone)}{zone_note(rules)} and try again{OTHER_WAYS.get((e.tried, e.scope), '')}."
    ),
    errors.TooManyCodes: lambda e, rules: (
        f"I have mailed several codes {CODES_FOR[e.scope]} already. Please type the newest one, or ask for another after"
        f" {clock_time(e.retry_at, rules.zone)}{zone_note(rules)}."
    ),
    errors.MailRefused: _said(
        "The mail server says that it can't bring anything to that address. Please look at it once more."
    ),
    errors.StaffCodeNotSet: _said(
        "This clinic has not set a staff code, so admins can't register in the chat. Please ask whoever runs it."
    ),
    errors.AlreadyDecided: _decided,
    errors.NoNameWaits: lambda e, _: (
        f"That name was decided on already, or is not wanted any more. "
        f" The doctor is {esc(plain_doctor(e.user.name))} now."
    ),
    errors.CannotBlockYourself: _said(
        "You can't block yourself: nobody could let you in again from this chat. Another admin can do it."
    ),
    errors.LastAdmin: _said(
        "This is the last admin, and the clinic needs one. Please make somebody else an admin first."
    ),
    errors.NobodyThere: _said(
        "Nobody would get it: none of them is signed in anywhere any more. Please choose others, or try later."
    ),
    errors.AnnouncementOver: _said("That announcement is over already, so there is nothing left to stop."),
    errors.ExportTooBig: lambda e, _: (
        f"📦 That would be a file of more than {e.max_bytes // 1_000_000} MB, which is more than a chat carries."
        " Please choose a shorter period."
    ),
    errors.NotSignedIn: _said("🔑 Please sign in first with /login, or create an account with /register."),
    errors.SessionEnded: _said(
        "🔑 You have been signed out, because your session came to its end. Sign in with /login."
    ),
    errors.AlreadySignedIn: lambda e, _: (
        f"You are signed in as {esc(e.name)}. To use another account, sign out first with /logout."
    ),
    errors.SignedOutAlready: _said("Nobody is signed in in this chat, so there is nothing to sign out of."),
    errors.RoleRequired: lambda e, _: f"🚫 Only {_roles(e.roles)} can do that. /help shows what you can do.",
    errors.WrongCredentials: _said("That mail address and password don't belong together. Please try again."),
    errors.WrongPassword: _said(
        "That is not your password. Please try again; if you have forgotten it, /logout, and then /forgot."
    ),
    errors.WrongCode: lambda e, _: (
        f"That is not the code in the mail. Please look again: you have {_tries(e.tries_left)} left."
        if e.tries_left
        else "That was wrong too often, so the code is good no more. Tap Send again for another."
    ),
    errors.CodeExpired: _said("⌛ That code is too old, or was used already. Tap Send again for another."),
    errors.WrongStaffCode: _said(
        "That is not the clinic's staff code. Please type it as the clinic gave it to you."
    ),
    errors.AccountPending: _said(
        "⏳ Your account still waits for the clinic's approval. You will get a mail as soon as it is approved."
    ),
    errors.AccountBlocked: lambda _, rules: f"🚫 This account is blocked. Please {call_the_clinic(rules)}.",
    errors.PeriodUnknown: lambda e, _: (
        f"There are figures of the last {', '.join(map(str, e.periods[:-1]))} or {e.periods[-1]} days."
    ),
    errors.UserUnknown: _said("There is no such account any more. /users shows those there are."),
    errors.DoctorUnknown: _said("This doctor can't be booked any more. /doctors shows those who can."),
    errors.AppointmentUnknown: _said("That is not one of your appointments. /appointments shows them."),
    errors.BadName: lambda e, _: (
        f"A name has letters, and {e.max_length} characters at most. Please type it again."
    ),
    errors.BadEmail: _said("That does not look like a mail address. Please type one like asha@example.org."),
    errors.WeakPassword: lambda e, _: (
        f"A password needs {e.min_length} characters or more. Please choose a longer one."
    ),
    errors.PasswordTooLong: lambda e, _: (
        f"That password is too long: {e.max_bytes} bytes is the most (about {e.max_bytes} plain letters)."
        " Please choose a shorter one."
    ),
    errors.PasswordIsAddress: _said(
        "That is your mail address, which others know. Please choose a password that only you know."
    ),
    errors.BadSpecialization: lambda e, _: (
        f"A specialization has 2 to {e.max_length} characters, such as Cardiology. Please type it again."
    ),
    errors.ReasonTooLong: lambda e, _: (
        f"Please say it in {e.max_length} characters or fewer; the doctor will ask you for the rest."
    ),
    errors.NoteTooLong: lambda e, _: f"Please say it to the patient in {e.max_length} characters or fewer.",
    input_errors.BadDate: lambda e, _: (
        f"Please tap a day, or type one like {e.like.isoformat()}, tomorrow or Monday."
    ),
    input_errors.NoSuchDay: _said("There is no such day. Please tap one with a number, or type another."),
    input_errors.WeekdayDiffers: lambda e, _: (
        f"{long_day(e.day)} is a {long_weekday(Weekday(e.day.weekday()))}, not a {long_weekday(Weekday(e.weekday))}."
        " Which do you mean? Please tap or type the day again."
    ),
    input_errors.SeveralDays: lambda e, _: (
        f"Do you mean {_either(tuple(map(day, e.days)))}? Please tap it, or type it with the month's name."
    ),
    input_errors.WordsLeft: lambda e, _: (
        f"I understood “{esc(shortened(e.understood, MOST_SAID))}”, but not “{esc(shortened(e.left, MOST_SAID))}”."
        " Please tap what you mean, or type it again."
    ),
    input_errors.DayNotFree: lambda e, _: (
        f"{day(e.day)} has no {_free_for(e)}. Please choose one of the days with a number."
    ),
    errors.DayPassed: lambda e, _: f"{day(e.day)} is over. Please choose a day from today on.",
    errors.DayTooFar: lambda e, _: (
        f"{day(e.day)} is too far ahead: I can book until {day(e.last)}. Please choose an earlier day."
    ),
    input_errors.BadTime: _said("Please tap a time, or type one like 10:30 AM or 14:00."),
    input_errors.NotAChoice: _said("I don't find that among the choices. Please tap one of the buttons."),
    input_errors.SeveralFit: lambda e, _: (
        f"Several fit: {_some(e.choices)}. Please type more of the one you mean, or tap a button."
    ),
    input_errors.NearMiss: lambda e, _: (
        f"Did you mean {_either(e.choices)}? Please tap it, or type it again."
    ),
    input_errors.NobodyFits: lambda e, _: (
        f"I find no patient with “{esc(e.text)}” in the name or the mail address. Please type another part of it."
    ),
    input_errors.TextWanted: _said("I can only read text here. Please type your answer, or tap a button."),
    input_errors.SecretTooSoon: _said(
        "🔒 I deleted what you typed, because it may be what was asked for here. If it was, please type it again."
    ),
    input_errors.SecretRepeated: _said(
        "🔒 I deleted that message and did not read it as an answer, because it holds the secret you have just given."
    ),
    input_errors.AddressAlone: _said(
        "🔒 I deleted that message, in case there was a password in it. Please type the mail address alone,"
        " when I ask for it."
    ),
    input_errors.AnswerWasSecret: _said(
        "🔒 That is what you had typed here, so I have forgotten it, to keep it secret. Please answer this anew."
    ),
    input_errors.EditNotRead: _said(
        "✏️ I don't read edited messages. Please send your answer as a new one; « Back leads to earlier questions."
    ),
    errors.NoSuchZone: _said(
        "I don't know that time zone. Please type a big city in it, such as New York, its name, such as Asia/Kolkata, or its"
        " offset, such as UTC+5:30."
    ),
    errors.NoSuchLanguage: _said(
        "I don't know that language. Please type its name, such as German, or its code, such as de."
    ),
    errors.SameEmail: _said("That is your mail address already. Please type the new one."),
    errors.BadCode: lambda e, _: (
        f"A code has {e.digits} digits, such as 042137. Please type the one in the mail."
    ),
    errors.AnnouncementTooLong: lambda e, _: (
        f"An announcement has {e.max_length:,} characters at most. Please type a shorter one."
    ),
    input_errors.BadPeriod: lambda e, _: (
        f"Please type the first day and the last one, like /export {e.first} {e.last}, or tap a time in /export."
    ),
    input_errors.PeriodBackwards: lambda e, _: (
        f"{day(e.last)} is before {day(e.first)}: please type the first day before the last one,"
        f" like /export {e.last} {e.first}."
    ),
    errors.BadReminders: lambda e, _: (
        f"Please tap when, or type up to {e.count} like “1 day, 2 hours”, from {span(e.least)} to {span(e.most)}"
        " before; “none” for none."
    ),
    errors.BadFollowUp: lambda e, _: (
        "Please tap when, or type it like “in 10 days” or “3 weeks”, or a date like “4 May”;"
        f" {e.most} days is the most."
    ),
    errors.TimeOffUnknown: _said("That time off is not there any more. /timeoff shows what is to come."),
    input_errors.BadWeek: _said(
        "Please tap a button, or type days and hours like “Mon-Fri 9-12, 13-17” or “Sat closed”."
    ),
    input_errors.BadHours: _said("Please type hours like “9-12, 13:30-17” or “9am to 5pm”, or closed."),
    input_errors.NoSuchTime: lambda e, _: (
        f"No clock shows {esc(e.text)}: a day goes from 00:00 to 24:00. Please type it again."
    ),
    errors.HoursBackwards: lambda e, _: (
        f"{hours(e.hours)} does not end after it begins. Please type it like “9:00-17:00” or “9am to 5pm”;"
        " a night is two stretches, like “Fri 20-24, Sat 0-2”."
    ),
    errors.HoursOverlap: lambda e, _: (
        f"{hours(e.one)} and {hours(e.other)} overlap. Please type them so that one ends before the other begins."
    ),
    errors.NotOnFiveMinutes: lambda e, _: (
        f"{wall_time(e.at)} is between two marks: times go in steps of five minutes, like 9:00, 9:05 or 9:10."
        " Please type it again."
    ),
    errors.SlotTooLong: lambda e, _: (
        f"A slot of {span(timedelta(minutes=e.slot_minutes))} has no room in {long_weekday(e.weekday)}'s"
        f" {hours(e.hours)}. Please choose a shorter slot or longer hours."
    ),
    errors.BadSlotLength: lambda e, _: (
        f"A slot lasts {e.least} to {e.most} minutes, in steps of five, such as 20. Please tap or type one."
    ),
    errors.BadBuffer: lambda e, _: (
        f"A buffer is none, or up to {e.most} minutes in steps of five, such as 10. Please tap or type one."
    ),
    errors.BadNotice: lambda e, _: (
        f"Please tap the notice, or type it like “90 min”, “3 hours” or “2 days”; {span(e.most)} is the most."
    ),
    errors.NoticeTooLong: lambda e, _: (
        f"With {span(e.notice)} of notice and {span(e.horizon)} ahead nothing could ever be booked."
        " Please choose a shorter notice, or more days ahead."
    ),
    errors.BadHorizon: lambda e, _: f"Please tap the days, or type a whole number from 1 to {e.most}.",
    input_errors.BadTimeOff: lambda e, _: (
        f"Please tap a day, or type one like {e.like.isoformat()}, “4 May to 9 May” or “4 May 13:00-17:00”."
    ),
    input_errors.BadPart: _said(
        "Please tap a button, or type one part of the day like “13:00-17:00”, “from 3 pm” or “until noon”."
    ),
    errors.TimeOffBackwards: lambda e, _: (
        f"{day(e.last)} is before {day(e.first)}, so it would end before it starts. Please choose a later last day."
    ),
    errors.TimeOffPassed: _said("That time is over already. Please choose one that is still to come."),
    errors.TimeOffTooLong: lambda e, _: (
        f"Time off lasts a year ({e.most} days) at most. Please choose an earlier last day."
    ),
    errors.TimeOffTooFar: lambda e, _: (
        f"That is too far ahead: time off can be noted until {day(e.last)}. Please choose an earlier day."
    ),
    errors.StorageDown: _said(
        "😔 I can't reach the clinic's records at the moment. Nothing is lost: please try again in a minute."
    ),
    errors.Unreadable: _said("😔 I can't read that record at the moment. Please ask the clinic about it."),
    errors.MailDown: _said(
        "😔 I can't send mail at the moment, so there is no code yet. Nothing is changed: please try again in a minute."
    ),
    errors.NoticeSettled: _said("Somebody else was quicker: that message was sent again, or dropped."),
    errors.TryLater: _said("😔 That did not go through. Please try again in a minute."),
    errors.RecipientGone: _said("😔 That did not go through: the address does not accept messages."),
}


def sentence(error: errors.ClinicError, rules: ClinicRules) -> str:
    """Return what to say about an error, in Telegram's HTML."""
    return SENTENCES[type(error)](error, rules)


def incident(number: str) -> str:
    """Say that something unforeseen happened, and how to ask about it."""
    return (
        "😔 Something went wrong on my side, and it has been noted. Please try again;"
        f" if it happens again, tell the clinic this number: <code>{esc(number)}</code>"
    )
