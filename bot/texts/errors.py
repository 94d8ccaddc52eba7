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
from services.patients.fields import shown_phone

TOO_MANY = {
    (Tried.PASSWORD, Scope.CHAT): "Too many wrong passwords from this chat.",
    (Tried.PASSWORD, Scope.ADDRESS_IN_CHAT): "Too many wrong passwords for this address from this chat.",
    (
        Tried.PASSWORD,
        Scope.ADDRESS,
    ): "Too many wrong passwords for this address from new chats.",
    (Tried.STAFF_CODE, Scope.CHAT): "Too many wrong staff codes from this chat.",
    (Tried.STAFF_CODE, Scope.CLINIC): "Too many wrong staff codes across all chats.",
    (Tried.REGISTRATION, Scope.CHAT): "Too many registrations from this chat.",
    (Tried.REGISTRATION, Scope.CLINIC): "Many people are registering at the moment.",
    (Tried.ADDRESS, Scope.CHAT): "Too many email addresses from this chat.",
    (Tried.ADDRESS, Scope.CLINIC): "Too many email addresses across all chats.",
    (
        Tried.PASSWORD,
        Scope.ADDRESS_FROM_CLIENT,
    ): "Too many wrong passwords for this address from your network.",
    (Tried.CLAIM, Scope.CHAT): "Too many wrong codes from this chat.",
    (Tried.CLAIM, Scope.CLINIC): "Too many wrong codes across all chats.",
    (Tried.NEW_CLAIM, Scope.CHAT): "You have made many codes in the last hour.",
    (Tried.PASSWORD, Scope.CLIENT): "Too many wrong passwords from your network.",
    (Tried.PASSWORD, Scope.ADDRESS_OVER_HTTP): "Too many wrong passwords for this address from new networks.",
    (Tried.STAFF_CODE, Scope.CLIENT): "Too many wrong staff codes from your network.",
    (Tried.REGISTRATION, Scope.ADDRESS_FROM_CLIENT): "Too many registrations with this address.",
    (Tried.ADDRESS, Scope.CLIENT): "Too many email addresses from your network.",
}
OTHER_WAYS = {
    (Tried.PASSWORD, Scope.ADDRESS): " Or choose a new password with /forgot.",
    (Tried.REGISTRATION, Scope.CLINIC): " I'll keep your answers.",
}
CODES_FOR = {
    Scope.CHAT: "for this chat",
    Scope.ADDRESS_IN_CHAT: "for this address from this chat",
    Scope.ADDRESS: "for this address",
}
Sentence = Callable[[Any, ClinicRules], str]
MOST_NAMED = 5
# What the desk may do where a patient has reached a limit.
ALL_THE_SAME = "You can book all the same."
YOU_ARE, YOU_HAVE = "You're", "You've"
# So many characters are said again of what was typed.
MOST_SAID = 60


def _said(text: str) -> Sentence:
    return lambda _error, _rules: text


def _roles(wanted: frozenset[Role]) -> str:
    *others, last = (f"{ROLES[role]}s" for role in sorted(wanted))
    return f"{', '.join(others)} and {last}" if others else last


def _some(choices: tuple[str, ...]) -> str:
    """Return the first few, and how many more there are."""
    more = f" and {len(choices) - MOST_NAMED} more" if len(choices) > MOST_NAMED else ""
    return ", ".join(esc(choice) for choice in choices[:MOST_NAMED]) + more


def _either(choices: tuple[str, ...]) -> str:
    """Return the first few with an “or” between the last two."""
    *others, last = (esc(choice) for choice in choices[:MOST_NAMED])
    return f"{', '.join(others)} or {last}" if others else last


def _tries(count: int) -> str:

    return "1 attempt" if count == 1 else f"{count} attempts"


def _counted(count: int) -> str:
    return "an appointment" if count == 1 else f"{count} appointments"


def _who(patient: str | None, does: str, otherwise: str) -> str:
    """Begin a sentence about a `patient` whom the reader looks after or books for, or about the reader."""
    return f"{esc(patient)} {does}" if patient else otherwise


def _has(patient: str | None) -> str:
    return _who(patient, "already has", "You already have")


def _to_come(count: int) -> str:
    return "an upcoming appointment" if count == 1 else f"{count} upcoming appointments"


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
    AccountStatus.PENDING: "is waiting for approval",
    AccountStatus.BLOCKED: "is blocked",
}


def _decided(error: errors.AlreadyDecided, rules: ClinicRules) -> str:
    """Return who decided what and when, or, as long as that is not written down, how the account is now."""
    user = error.user
    name = esc(plain_doctor(user.name) if user.role is Role.DOCTOR else user.name)
    if error.action is None or error.at is None:
        return f"Nothing was changed: {name} {_NOW[user.status]} now."
    who = "You" if error.is_yours else esc(error.by or "An admin")
    return f"{who} already {_VERDICTS[error.action]} {name} on {moment_read(error.at, rules)}."


SENTENCES: dict[type[errors.ClinicError], Sentence] = {
    errors.SlotTaken: lambda e, rules: (
        f"🙁 {moment_read(e.start, rules)} was just taken by someone else. Here are other free times."
    ),
    errors.RoomTaken: lambda e, rules: (
        f"🙁 At {moment_read(e.start, rules)} the room for this visit has just been taken. Here are other free times."
    ),
    errors.KindNotOffered: _said(
        "This kind of visit can't be booked with this doctor at the moment. Please choose another kind."
    ),
    errors.PlaceNotOffered: _said(
        "This doctor doesn't work at that place any more. Please choose another place."
    ),
    errors.NothingToBook: lambda _e, rules: (
        f"This doctor has no visits that can be booked here. Please choose another doctor, or {call_the_clinic(rules)}."
    ),
    errors.SeriesNotOffered: lambda e, _: (
        f"🔂 A series of this kind has 2 to {e.most} visits. Please choose how many."
        if e.most > 1
        else "🔂 These visits can't be booked as a series. Please book them one by one."
    ),
    errors.SeriesIncomplete: lambda e, rules: (
        f"⌛ {moment_read(e.start, rules)} has just been taken, so nothing was changed. Please look at the times again."
    ),
    errors.BookedBefore: lambda e, rules: (
        f"You've already booked {moment_read(e.start, rules)}. See it in /appointments."
    ),
    errors.RequestAbandoned: _said("✖ You left this before it was stored, so nothing was saved."),
    errors.SlotPassed: _said("🕰 That time has already started. Please choose a later one."),
    errors.SlotNotOffered: lambda e, rules: (
        f"{moment_read(e.start, rules)} is not free. Please choose one of the times shown."
    ),
    errors.PatientBusy: lambda e, rules: (
        f"{_has(e.patient)} an appointment that overlaps"
        f" {moment_read(e.start, rules)}. Please choose another time."
    ),
    errors.ModalityNotOffered: lambda e, _: (
        f"This doctor only sees patients {'by video' if e.by_video else 'in the clinic'} at the moment."
        " Please confirm that, or choose another doctor."
    ),
    errors.OfferOver: _said(
        "⌛ That offer has expired. See your waiting lists in /waitlist, and the free times in /book."
    ),
    errors.NotEarlier: lambda e, rules: (
        f"Your appointment is on {moment_read(e.start, rules)}. Please choose a day before that."
    ),
    errors.TooManyWaitlistEntries: lambda e, _: (
        f"{_who(e.patient, 'is', YOU_ARE)} already on {e.most} waiting lists,"
        " which is the limit. Please leave one in /waitlist first."
    ),
    errors.TooManyAppointments: lambda e, rules: (
        f"{esc(e.patient)} already has {_to_come(e.most)}, which is the limit. {ALL_THE_SAME}"
        if e.by_desk
        else f"{_has(e.patient)} {_to_come(e.most)}, which is the limit here. Please cancel one in"
        f" /appointments first, or {call_the_clinic(rules)}."
    ),
    errors.TooManyPatients: lambda e, _: (
        f"You look after {e.most} people already, which is as many as one account can."
        " Please remove one in /family first."
    ),
    errors.PatientHasAppointments: lambda e, rules: (
        "Nobody else looks after them, and they have an appointment on"
        f" {moment_read(e.start, rules)}. Please cancel it first."
    ),
    errors.ClaimUnknown: _said(
        "That code isn't right. Please check it, or ask whoever gave it to you for a new one."
    ),
    errors.ClaimExpired: _said("That code is too old. Please ask whoever gave it to you for a new one."),
    errors.ClaimUsed: _said("That code was used already. Please ask whoever gave it to you for a new one."),
    errors.AlreadyYours: lambda e, _: (
        "You are that patient already. See your appointments in /appointments."
        if e.is_self
        else f"You look after {esc(e.name)} already. See /family."
    ),
    errors.HasOwnAccount: lambda e, _: (
        f"{esc(e.name)} has an account of their own, so nobody else needs a code for them."
    ),
    errors.NotToMerge: lambda e, _: (
        "These two are one patient already. Find others in /patients."
        if e.are_one
        else "Both have an account of their own, and two accounts can't be made one."
        " Find others in /patients."
    ),
    errors.MergedElsewhere: _said("Somebody has just changed one of the two patients. Please look again."),
    errors.VisitsOverlap: lambda e, _: (
        "Two of the appointments are still at one time. Cancel one of them, and I'll do the rest by myself."
        if e.has_begun
        else "Two of the appointments are at one time. Please cancel one of them first, and try again."
    ),
    errors.PatientChanged: _said("Somebody has changed that meanwhile. Please look again in /family."),
    errors.TooManyThatDay: lambda e, rules: (
        f"{esc(e.patient)} already has {_counted(e.most)} with this doctor on"
        f" {day(e.start.astimezone(rules.zone).date())}, which is the limit. {ALL_THE_SAME}"
        if e.by_desk
        else f"{_has(e.patient)} {_counted(e.most)} with this doctor on"
        f" {day(e.start.astimezone(rules.zone).date())}. Please choose another day, or"
        f" {call_the_clinic(rules)}."
    ),
    errors.TooManyChanges: lambda e, rules: (
        f"{esc(e.patient)} has booked, moved or cancelled {e.most} times within an hour, which is the limit."
        f" {ALL_THE_SAME}"
        if e.by_desk
        else f"{_who(e.patient, 'has', YOU_HAVE)} booked, moved or cancelled {e.most} times"
        " within an hour, which is the limit. Please try again"
        f" after {clock_time(e.until, rules.zone)}{zone_note(rules)}, or {call_the_clinic(rules)}."
    ),
    errors.TooManyHolds: lambda e, rules: (
        f"{_who(e.patient, 'still has', 'You still have')} {_counted(e.most)} to confirm elsewhere. Please confirm or leave one first, or"
        f" wait until {clock_time(e.until, rules.zone)}{zone_note(rules)}."
    ),
    errors.AppointmentOver: lambda e, rules: (
        f"The appointment on {moment_read(e.start, rules)} has started or is over, so it can't be changed any more."
    ),
    errors.AlreadyCancelled: lambda e, rules: (
        f"The appointment on {moment_read(e.start, rules)} is already cancelled. There's nothing more to do."
    ),
    errors.AppointmentChanged: lambda e, rules: (
        f"This appointment has just been changed. It's now on {moment_read(e.start, rules)}. Please check it again."
    ),
    errors.SameTime: lambda e, rules: (
        f"The appointment is already on {moment_read(e.start, rules)}. Please choose another time."
    ),
    errors.NotBegun: lambda e, rules: (
        f"The appointment starts on {moment_read(e.start, rules)}. After that you can note whether the patient came."
    ),
    errors.AlreadyConfirmed: lambda e, rules: (
        f"👍 You've already confirmed. See you on {moment_read(e.start, rules)}."
    ),
    errors.TooLateToChange: lambda e, rules: (
        f"The appointment on {moment_read(e.start, rules)} could be moved or cancelled here until"
        f" {span(e.lead_time)} before. Please {call_the_clinic(rules)}."
    ),
    errors.NotSeen: lambda e, rules: (
        f"Please mark the visit on {moment_read(e.start, rules)} as seen first. Then you can propose a follow-up."
    ),
    errors.NoTimesThen: lambda e, rules: (
        f"You have no free time around {day(e.start.astimezone(rules.zone).date())}. Patients can book until"
        f" {day(e.last)}. Please choose another time, or extend your /hours."
    ),
    errors.TooEarlyToArrive: lambda e, rules: (
        f"You can say that you're here from {moment_read(e.opens_at, rules)} on, an hour before your visit."
    ),
    errors.NobodyWaits: lambda _e, _r: (
        "Nobody else is here yet. Patients tap “I'm here”, or you note it on their card."
    ),
    errors.NobodyToWriteTo: lambda e, rules: (
        f"{esc(e.patient)} has neither Telegram nor email. Please"
        f" {f'call {shown_phone(e.phone, rules.region)}' if e.phone else 'tell them by telephone'}."
        if e.patient
        else "There's no patient left to write to."
    ),
    errors.BadLateness: lambda e, _r: (
        "How many minutes are you late? Please type it like /late 20, at most"
        f" {span(e.most)}, or /late 0 when you're on time again."
    ),
    errors.EmptyMessage: lambda _e, _r: "Please type the message in some words.",
    errors.OffersChanged: lambda _e, _r: (
        "One of these times has just been taken. Here are the times I can send now. Please check them again."
    ),
    errors.EmailTaken: lambda e, _: (
        f"{esc(e.email)} belongs to another account. Please type another address."
        if e.is_change
        else f"{esc(e.email)} already has an account. Sign in with /login, or type another address."
    ),
    errors.TooManyTries: lambda e, rules: (
        f"{TOO_MANY[e.tried, e.scope]} Please wait until"
        f" {clock_time(e.retry_at, rules.zone)}{zone_note(rules)} and try again.{OTHER_WAYS.get((e.tried, e.scope), '')}"
    ),
    errors.TooManyCodes: lambda e, rules: (
        f"I've already emailed several codes {CODES_FOR[e.scope]}. Please type the newest one, or ask for another after"
        f" {clock_time(e.retry_at, rules.zone)}{zone_note(rules)}."
    ),
    errors.MailRefused: _said("That address doesn't accept email. Please check it and type it again."),
    errors.CodeNotSent: _said(
        "😔 I can't send email at the moment, so there's no code yet. Tap Send again in a minute."
    ),
    errors.EmailConfirmed: _said(
        "Your email address is already confirmed. To change it, tap Email in /me in the chat."
    ),
    errors.StaffCodeNotSet: _said(
        "This clinic has no staff code, so admins can't register in the chat. Please ask whoever runs the bot."
    ),
    errors.AlreadyDecided: _decided,
    errors.NoNameWaits: lambda e, _: (
        "That name change has already been decided or taken back."
        f" The doctor's name is {esc(plain_doctor(e.user.name))}."
    ),
    errors.CannotBlockYourself: _said(
        "You can't block yourself, because you couldn't get back in. Another admin can do it."
    ),
    errors.LastAdmin: _said(
        "This is the last admin, and the clinic needs one. Please make someone else an admin first."
    ),
    errors.NobodyThere: _said(
        "Nobody would get it: none of them is using the bot at the moment. Please choose others, or try later."
    ),
    errors.AnnouncementOver: _said(
        "That announcement has already finished, so there's nothing left to stop."
    ),
    errors.ChatNeeded: _said(
        "Please do that in the chat with the bot, where you can see how far it has got."
    ),
    errors.ExportTooBig: lambda e, _: (
        f"📦 That file would be over {e.max_bytes // 1_000_000} MB, which is too big for a chat."
        " Please choose a shorter period."
    ),
    errors.NotSignedIn: _said("🔑 Please sign in first with /login, or create an account with /register."),
    errors.SessionEnded: _said(
        "🔑 You have been signed out because your session has ended. Please sign in again with /login."
    ),
    errors.AlreadySignedIn: lambda e, _: (
        f"You are signed in as {esc(e.name)}. To use another account, sign out first with /logout."
    ),
    errors.SignedOutAlready: _said("Nobody is signed in here, so there's nothing to sign out of."),
    errors.RoleRequired: lambda e, _: f"🚫 Only {_roles(e.roles)} can do that. See what you can do in /help.",
    errors.WrongCredentials: _said("Wrong email or password. Please try again."),
    errors.WrongPassword: _said(
        "Wrong password. Please try again. If you've forgotten it, use /logout and then /forgot."
    ),
    errors.WrongCode: lambda e, _: (
        f"Wrong code. Please check the email again. You have {_tries(e.tries_left)} left."
        if e.tries_left
        else "Too many attempts. This code no longer works. Tap Send again for a new one."
    ),
    errors.CodeExpired: _said("⌛ That code has expired or was already used. Tap Send again for a new one."),
    errors.WrongStaffCode: _said("Wrong staff code. Please type it exactly as the clinic gave it to you."),
    errors.AccountPending: _said(
        "⏳ The clinic still has to approve your account. I'll email you as soon as it's approved."
    ),
    errors.AccountBlocked: lambda _, rules: f"🚫 This account is blocked. Please {call_the_clinic(rules)}.",
    errors.PeriodUnknown: lambda e, _: (
        f"There are statistics for the last {', '.join(map(str, e.periods[:-1]))} or {e.periods[-1]} days."
    ),
    errors.PatientUnknown: _said("That is none of the people you look after. See them in /family."),
    errors.PatientGone: _said("That patient is no longer here. Find others in /patients."),
    errors.UserUnknown: _said("That account no longer exists. See all accounts in /users."),
    errors.DoctorUnknown: _said("This doctor can't be booked any more. See who can in /doctors."),
    errors.AppointmentUnknown: _said("That is not one of your appointments. See yours in /appointments."),
    errors.NotForOthers: _said("You can only book for yourself, and for those you look after."),
    errors.KeyUsed: lambda e, rules: (
        f"This request has already booked an appointment, which is on {moment_read(e.start, rules)} now or was"
        " cancelled. For another one, please send another key."
    ),
    errors.PeriodTooLong: lambda e, _: (
        f"Please ask for up to {e.most} days at once, with the first day before the last one."
    ),
    errors.BadFields: lambda e, rules: " ".join(
        dict.fromkeys(sentence(it, rules) for it in e.fields.values())
    ),
    errors.CalendarFeedUnknown: _said(
        "There is no calendar at this address any more. Get a new address in the chat with the clinic's bot, in"
        " /appointments or /schedule."
    ),
    errors.BadName: lambda e, _: (
        f"A name needs letters, and at most {e.max_length} characters. Please type it again."
    ),
    errors.BadPhone: lambda e, _: (
        f"That doesn't look like a telephone number. Please type one like {esc(e.example)}."
    ),
    errors.BadBirthDate: lambda e, _: (
        f"A birth date is in the past, and not before {e.earliest.year}. Please type it like 14 March 2019."
    ),
    errors.BadEmail: _said("That doesn't look like an email address. Please type one like asha@example.org."),
    errors.WeakPassword: lambda e, _: (
        f"A password needs at least {e.min_length} characters. Please choose a longer one."
    ),
    errors.PasswordTooLong: lambda e, _: (
        f"That password is too long. It can have {e.max_bytes} bytes (about {e.max_bytes} plain letters)."
        " Please choose a shorter one."
    ),
    errors.PasswordIsAddress: _said(
        "That is your email address, which others know. Please choose a password that only you know."
    ),
    errors.CommonPassword: _said(
        "That is one of the most common passwords, which strangers try first. Please choose one that only you would think of."
    ),
    errors.BadSpecialization: lambda e, _: (
        f"A specialization needs 2 to {e.max_length} characters, like Cardiology. Please type it again."
    ),
    errors.ReasonTooLong: lambda e, _: (
        f"Please keep it to {e.max_length} characters. The doctor will ask you for the rest."
    ),
    errors.AnswerTooLong: lambda e, _: f"Please keep your answer to {e.max_length} characters.",
    errors.BadAnswer: lambda e, _: f"Please choose one of these: {_either(e.choices)}.",
    errors.QuestionGone: _said("This question isn't asked any more. You can go on with the others."),
    errors.NoteTooLong: lambda e, _: f"Please keep your note to the patient to {e.max_length} characters.",
    input_errors.BadDate: lambda e, _: (
        f"Please tap a day, or type one like {e.like.isoformat()}, tomorrow or Monday."
    ),
    input_errors.NoSuchDay: _said("That day doesn't exist. Please tap one with a number, or type another."),
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
    errors.DayPassed: lambda e, _: f"{day(e.day)} is over. Please choose today or a later day.",
    errors.DayTooFar: lambda e, _: (
        f"{day(e.day)} is too far ahead. I can book until {day(e.last)}. Please choose an earlier day."
    ),
    input_errors.BadTime: _said("Please tap a time, or type one like 10:30 AM or 14:00."),
    input_errors.NotAChoice: _said("I couldn't find that. Please tap a button or type one of the choices."),
    input_errors.ButtonWanted: _said("I can't read an answer from that. Please tap one of the buttons."),
    input_errors.SeveralFit: lambda e, _: (
        f"Several match: {_some(e.choices)}. Please type more of the one you mean, or tap a button."
    ),
    input_errors.NearMiss: lambda e, _: (
        f"Did you mean {_either(e.choices)}? Please tap it, or type it again."
    ),
    input_errors.NobodyFits: lambda e, _: (
        f"I couldn't find a patient with “{esc(e.text)}” in their name or email address. Please try another part of it."
    ),
    input_errors.TextWanted: _said("I can only read text here. Please type your answer, or tap a button."),
    input_errors.SecretTooSoon: _said(
        "🔒 I deleted your message, because it may be the password or code I asked for. If it was, please type it again."
    ),
    input_errors.SecretRepeated: _said(
        "🔒 I deleted that message and didn't take it as an answer, because it contains the password or code you"
        " just gave me."
    ),
    input_errors.AddressAlone: _said(
        "🔒 I deleted that message, in case there was a password in it. When I ask for your email address,"
        " please type only that."
    ),
    input_errors.AnswerWasSecret: _said(
        "🔒 You had typed that here before, so I've forgotten that answer to keep it secret. Please answer again."
    ),
    input_errors.EditNotRead: _said(
        "✏️ I don't read edited messages. Please send your answer as a new one. To change an earlier answer, tap « Back."
    ),
    errors.NoSuchZone: _said(
        "I don't know that time zone. Please type a big city in it, like New York, its name, like Asia/Kolkata, or its"
        " offset, like UTC+5:30."
    ),
    errors.NoSuchLanguage: _said(
        "I don't know that language. Please type its name, like German, or its code, like de."
    ),
    errors.SameEmail: lambda e, _: (
        "That's already your email address. Please type the new one."
        if e.is_yours
        else "That's already this account's email address. Please type the right one."
    ),
    errors.BadCode: lambda e, _: (
        f"A code has {e.digits} digits, like 042137. Please type the one from the email."
    ),
    errors.BadLimit: lambda e, _: (
        f"A limit is a whole number from 1 to {e.most}. Please type one, or “none” for no limit."
    ),
    input_errors.NoSuchLimit: _said(
        "I don't know that limit. Please send one of these: /limits upcoming 5, /limits day 1, /limits changes 10,"
        " /limits holds 2."
    ),
    errors.AnnouncementTooLong: lambda e, _: (
        f"An announcement can have up to {e.max_length:,} characters. Please type a shorter one."
    ),
    input_errors.BadPeriod: lambda e, _: (
        f"Please type the first day and the last one, like /export {e.first} {e.last}, or tap a period in /export."
    ),
    input_errors.PeriodBackwards: lambda e, _: (
        f"{day(e.last)} is before {day(e.first)}. Please type the earlier day first,"
        f" like /export {e.last} {e.first}."
    ),
    errors.BadReminders: lambda e, _: (
        f"Please tap when, or type up to {e.count} like “1 day, 2 hours”, from {span(e.least)} to {span(e.most)}"
        " before. For no reminders, type “none”."
    ),
    errors.BadFollowUp: lambda e, _: (
        "Please tap when, or type it like “in 10 days” or “3 weeks”, or a date like “4 May”."
        f" It can be up to {e.most} days away."
    ),
    errors.BookedMeanwhile: lambda e, _: (
        f"{'Another appointment was' if e.count == 1 else f'{e.count} more appointments were'} booked meanwhile."
        " Please look at the list again, and tap Save if you still want to close."
    ),
    errors.KindUnknown: _said("That kind of visit isn't offered any more. See which there are in /kinds."),
    errors.PlaceUnknown: _said(
        "The clinic doesn't work at that place any more. See where it does in /places."
    ),
    errors.RoomUnknown: _said("That room is no longer here. See all of them in /rooms."),
    errors.OutageUnknown: _said("That is over already. See when it's out of order on its card in /rooms."),
    errors.TextTooLong: lambda e, _: (
        f"{'An' if e.what[0] in 'aeiou' else 'A'} {e.what} has 1 to {e.most} characters. Please type it again."
    ),
    errors.EntryNameTaken: lambda e, _: (
        f"There is “{esc(e.name)}” already. Please choose another name, or change that one."
    ),
    errors.BadVisitLength: lambda e, _: (
        f"A visit takes {e.least} to {e.most} minutes, in steps of five, like 45. Please tap or type one."
    ),
    errors.BadGrid: lambda e, _: (
        f"Visits can begin every {e.least} to {e.most} minutes, in steps of five, like 15. Please tap or type one."
    ),
    errors.GridTooCoarse: lambda e, _: (
        f"Every {span(timedelta(minutes=e.minutes))} doesn't fit into hours of"
        f" {span(timedelta(minutes=e.longest))}. Please choose {span(timedelta(minutes=e.longest))} or less, or"
        " longer /hours."
    ),
    errors.KindFitsNowhere: lambda e, _: (
        f"“{esc(e.name)}” takes {span(timedelta(minutes=e.minutes))}, and the longest working hours are"
        f" {span(timedelta(minutes=e.longest))}. Please make the /hours longer, or choose a shorter kind."
    ),
    errors.BadPrice: _said(
        "Please type the price as a number with its currency, like “80 EUR” or “€45.50”, or “free”."
    ),
    errors.BadQuestion: lambda e, _: (
        f"A question has 1 to {e.most} characters, like “What do you take?”. Please type it again."
    ),
    errors.BadChoices: lambda e, _: (
        f"A question has {e.least} to {e.most} different choices of up to {e.length} characters,"
        " like “Which side? left, right”. Please type it again."
    ),
    errors.TooManyQuestions: lambda e, _: (
        f"A kind of visit has up to {e.most} questions. Please remove one first."
    ),
    errors.BadSeries: lambda e, _: (
        f"A series has up to {e.most} visits. Please tap or type a number from 1 to {e.most}."
    ),
    input_errors.BadKindLine: lambda e, _: (
        f"I don't understand “{esc(shortened(e.part, MOST_SAID))}”. Please type it like"
        " “First visit, 45 min, buffer 5, 80 EUR”."
    ),
    input_errors.NoVisitLength: lambda e, _: (
        f"How long does it take? Please type it too, like “{esc(shortened(e.name, MOST_SAID)) or 'First visit'}, 45 min”."
    ),
    errors.TimeOffUnknown: _said("That time off no longer exists. See your time off in /timeoff."),
    input_errors.BadWeek: _said(
        "Please tap a button, or type days and hours like “Mon-Fri 9-12, 13-17” or “Sat closed”."
    ),
    input_errors.BadHours: _said("Please type hours like “9-12, 13:30-17” or “9am to 5pm”, or “closed”."),
    input_errors.NoSuchTime: lambda e, _: (
        f"{esc(e.text)} isn't a time of day. A day goes from 00:00 to 24:00. Please type it again."
    ),
    errors.HoursBackwards: lambda e, _: (
        f"{hours(e.hours)} has to end after it starts. Please type it like “9:00-17:00” or “9am to 5pm”."
    ),
    errors.WeekdayBackwards: lambda e, _: (
        f"{hours(e.hours)} has to end after it starts. Please type it like “9:00-17:00” or “9am to 5pm”."
        " Split a night in two, like “Fri 20-24, Sat 0-2”."
    ),
    errors.NightTooLong: lambda e, _: (
        f"{hours(e.hours)} has to end after it starts, or be a night of up to"
        f" {span(timedelta(minutes=e.most))}. Please type hours like “9-17”, or a night like “22-6”."
    ),
    errors.HoursOverlap: lambda e, _: (
        f"{hours(e.one)} and {hours(e.other)} overlap. Please type them so that one ends before the other starts."
    ),
    errors.NotOnFiveMinutes: lambda e, _: (
        f"{wall_time(e.at)} won't work. Times go in steps of five minutes, like 9:00, 9:05 or 9:10."
        " Please type it again."
    ),
    errors.SlotTooLong: lambda e, _: (
        f"A slot of {span(timedelta(minutes=e.slot_minutes))} doesn't fit into {long_weekday(e.weekday)}'s"
        f" {hours(e.hours)}. Please choose a shorter slot or longer hours."
    ),
    errors.BadSlotLength: lambda e, _: (
        f"A slot lasts {e.least} to {e.most} minutes, in steps of five, like 20. Please tap or type one."
    ),
    errors.BadBuffer: lambda e, _: (
        f"A buffer can be up to {e.most} minutes, in steps of five, like 10. Please tap or type one, or “none”."
    ),
    errors.BadLeadTime: lambda e, _: (
        f"Please tap the notice, or type it like “90 min”, “3 hours” or “2 days”. It can be up to {span(e.most)}."
    ),
    errors.LeadTimeTooLong: lambda e, _: (
        f"With {span(e.lead_time)} of notice and booking {span(e.horizon)} ahead, nobody could ever book you."
        " Please choose a shorter notice, or more days ahead."
    ),
    errors.BadHorizon: lambda e, _: (
        f"Please tap a number of days, or type a whole number from 1 to {e.most}."
    ),
    input_errors.BadTimeOff: lambda e, _: (
        f"Please tap a day, or type one like {e.like.isoformat()}, “4 May to 9 May” or “4 May 13:00-17:00”."
    ),
    input_errors.BadPart: _said(
        "Please tap a button, or type part of a day like “13:00-17:00”, “from 3 pm” or “until noon”."
    ),
    errors.TimeOffBackwards: lambda e, _: (
        f"{day(e.last)} is before {day(e.first)}. Please choose a later last day."
    ),
    errors.TimeOffPassed: _said("That time is already over. Please choose a later one."),
    errors.TimeOffTooLong: lambda e, _: (
        f"Time off can last up to a year ({e.most} days). Please choose an earlier last day."
    ),
    errors.TimeOffTooFar: lambda e, _: (
        f"That's too far ahead. You can take time off until {day(e.last)}. Please choose an earlier day."
    ),
    errors.DateTooFar: lambda e, _: (
        f"That's too far ahead. Hours can be changed until {day(e.last)}. Please choose an earlier day."
    ),
    errors.DateUnchanged: lambda e, _: (
        f"{day(e.day)} has its usual hours already. Please choose a day that has its own."
    ),
    errors.ClosureUnknown: _said("That closure no longer exists. See what is closed in /closures."),
    errors.ClosureTooLong: lambda e, _: (
        f"A closure can last up to a year ({e.most} days). Please choose an earlier last day."
    ),
    errors.ClosureTooFar: lambda e, _: (
        f"That's too far ahead. The clinic can be closed until {day(e.last)}. Please choose an earlier day."
    ),
    errors.BadClosureReason: lambda e, _: (
        f"Please type why the clinic is closed in 1 to {e.max_length} characters, like “Christmas Day”."
    ),
    errors.NoHolidays: _said(
        "I don't know which country the clinic is in. Whoever runs me can set it, for example HOLIDAYS=DE-BY."
    ),
    input_errors.WeekUnsaved: _said(
        "Your week isn't saved yet. Please save it first with Preview &amp; save, then change a single day."
    ),
    input_errors.BadDateHours: lambda e, _: (
        f"Please tap a day, or type one with its hours, like “{e.like.isoformat()} 9-12”."
    ),
    errors.StorageDown: _said(
        "😔 I can't reach the clinic's records at the moment. Nothing is lost. Please try again in a minute."
    ),
    errors.Unreadable: _said("😔 I can't read that record at the moment. Please ask the clinic about it."),
    errors.MailDown: _said(
        "😔 I can't send email at the moment, so there's no code yet. Nothing was changed. Please try again in a minute."
    ),
    errors.NoticeSettled: _said("Someone else was quicker. That message was already sent again or dropped."),
    errors.TryLater: _said("😔 That didn't go through. Please try again in a minute."),
    errors.RecipientGone: _said("😔 That didn't go through. This address doesn't accept messages."),
}


def sentence(error: errors.ClinicError, rules: ClinicRules) -> str:
    """Return what to say about an error, in Telegram's HTML."""
    return SENTENCES[type(error)](error, rules)


def incident(number: str) -> str:
    """Say that something unforeseen happened, and how to ask about it."""
    return (
        "😔 Something went wrong on my side, and I've made a note of it. Please try again."
        f" If it happens again, give the clinic this number: <code>{esc(number)}</code>"
    )
