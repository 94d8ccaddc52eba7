"""The sentences of errors around people: their accounts, signing in, patients, and what admins do."""

from collections.abc import Callable, Mapping

from bot.localization.messages import phrase, phrase_in, say, say_count, say_in
from bot.texts.errors.parts import Sentences, at, paragraph
from bot.texts.formats import (
    call_the_clinic,
    either,
    esc,
    listed,
    moment_read,
    plain_doctor,
)
from services import errors
from services.clinic_rules import ClinicRules
from services.models.audit import Action
from services.models.people import AccountStatus, Role, Scope, Tried

TOO_MANY = {
    (Tried.PASSWORD, Scope.CHAT): phrase("Too many wrong passwords from this chat."),
    (Tried.PASSWORD, Scope.ADDRESS_IN_CHAT): phrase(
        "Too many wrong passwords for this address from this chat."
    ),
    (Tried.PASSWORD, Scope.ADDRESS): phrase("Too many wrong passwords for this address from new chats."),
    (Tried.STAFF_CODE, Scope.CHAT): phrase("Too many wrong staff codes from this chat."),
    (Tried.STAFF_CODE, Scope.CLINIC): phrase("Too many wrong staff codes across all chats."),
    (Tried.REGISTRATION, Scope.CHAT): phrase("Too many registrations from this chat."),
    (Tried.REGISTRATION, Scope.CLINIC): phrase("Many people are registering at the moment."),
    (Tried.ADDRESS, Scope.CHAT): phrase("Too many email addresses from this chat."),
    (Tried.ADDRESS, Scope.CLINIC): phrase("Too many email addresses across all chats."),
    (Tried.PASSWORD, Scope.ADDRESS_FROM_CLIENT): phrase(
        "Too many wrong passwords for this address from your network."
    ),
    (Tried.CLAIM, Scope.CHAT): phrase("Too many wrong codes from this chat."),
    (Tried.CLAIM, Scope.CLINIC): phrase("Too many wrong codes across all chats."),
    (Tried.NEW_CLAIM, Scope.CHAT): phrase("You have made many codes in the last hour."),
    (Tried.PASSWORD, Scope.CLIENT): phrase("Too many wrong passwords from your network."),
    (Tried.PASSWORD, Scope.ADDRESS_OVER_HTTP): phrase(
        "Too many wrong passwords for this address from new networks."
    ),
    (Tried.STAFF_CODE, Scope.CLIENT): phrase("Too many wrong staff codes from your network."),
    (Tried.REGISTRATION, Scope.ADDRESS_FROM_CLIENT): phrase("Too many registrations with this address."),
    (Tried.ADDRESS, Scope.CLIENT): phrase("Too many email addresses from your network."),
}
OTHER_WAYS = {
    (Tried.PASSWORD, Scope.ADDRESS): phrase("Or choose a new password with /forgot."),
    (Tried.REGISTRATION, Scope.CLINIC): phrase("I'll keep your answers."),
}
TOO_MANY_CODES = {
    Scope.CHAT: phrase("I've already emailed several codes for this chat."),
    Scope.ADDRESS_IN_CHAT: phrase("I've already emailed several codes for this address from this chat."),
    Scope.ADDRESS: phrase("I've already emailed several codes for this address."),
}
SEVERAL = {
    # Translators: it stands in “🚫 Only {roles} can do that.”, alone or listed, such as “patients and doctors”.
    Role.PATIENT: phrase_in("only they can do that", "patients"),
    Role.DOCTOR: phrase_in("only they can do that", "doctors"),
    Role.RECEPTIONIST: phrase_in("only they can do that", "receptionists"),
    Role.ADMIN: phrase_in("only they can do that", "admins"),
}
_BY_YOU: Mapping[Action, Callable[[str, str], str]] = {
    Action.APPROVED: lambda name, then: say(
        "You already approved {name} on {moment}.", name=name, moment=then
    ),
    Action.REFUSED: lambda name, then: say("You already refused {name} on {moment}.", name=name, moment=then),
    Action.BLOCKED: lambda name, then: say("You already blocked {name} on {moment}.", name=name, moment=then),
    Action.UNBLOCKED: lambda name, then: say(
        "You already unblocked {name} on {moment}.", name=name, moment=then
    ),
}
_BY_SOMEBODY: Mapping[Action, Callable[[str, str, str], str]] = {
    Action.APPROVED: lambda who, name, then: say(
        "{who} already approved {name} on {moment}.", who=who, name=name, moment=then
    ),
    Action.REFUSED: lambda who, name, then: say(
        "{who} already refused {name} on {moment}.", who=who, name=name, moment=then
    ),
    Action.BLOCKED: lambda who, name, then: say(
        "{who} already blocked {name} on {moment}.", who=who, name=name, moment=then
    ),
    Action.UNBLOCKED: lambda who, name, then: say(
        "{who} already unblocked {name} on {moment}.", who=who, name=name, moment=then
    ),
}
_NOW: Mapping[AccountStatus, Callable[[str], str]] = {
    AccountStatus.ACTIVE: lambda name: say("Nothing was changed: {name} is active now.", name=name),
    AccountStatus.PENDING: lambda name: say(
        "Nothing was changed: {name} is waiting for approval now.", name=name
    ),
    AccountStatus.BLOCKED: lambda name: say("Nothing was changed: {name} is blocked now.", name=name),
}


def _decided(error: errors.AlreadyDecided, rules: ClinicRules) -> str:
    """Return who decided what and when, or, as long as that is not written down, how the account is now."""
    user = error.user
    name = esc(plain_doctor(user.name) if user.role is Role.DOCTOR else user.name)
    if error.action is None or error.at is None:
        return _NOW[user.status](name)
    then = moment_read(error.at, rules)
    if error.is_yours:
        return _BY_YOU[error.action](name, then)
    # Translators: it begins a sentence such as “An admin already refused Dr Rao on 4 May 2027.”
    who = esc(error.by) if error.by else say_in("somebody unknown", "An admin")
    return _BY_SOMEBODY[error.action](who, name, then)


def _too_many_tries(error: errors.TooManyTries, rules: ClinicRules) -> str:
    tried = error.tried, error.scope
    wait = say("Please wait until {time} and try again.", time=at(error.retry_at, rules))
    return paragraph(TOO_MANY[tried], wait, OTHER_WAYS.get(tried, ""))


def _wrong_code(error: errors.WrongCode, _rules: ClinicRules) -> str:
    if not error.tries_left:
        return say("Too many attempts. This code no longer works. Tap Send again for a new one.")
    return say_count(
        "Wrong code. Please check the email again. You have {count} attempt left.",
        "Wrong code. Please check the email again. You have {count} attempts left.",
        error.tries_left,
    )


PATIENTS: Sentences = {
    errors.TooManyPatients: lambda e, _: say_count(
        "You look after {count} person already, which is as many as one account can."
        " Please remove one in /family first.",
        "You look after {count} people already, which is as many as one account can."
        " Please remove one in /family first.",
        e.most,
    ),
    errors.PatientHasAppointments: lambda e, rules: say(
        "Nobody else looks after them, and they have an appointment on {moment}. Please cancel it first.",
        moment=moment_read(e.start, rules),
    ),
    errors.ClaimUnknown: phrase(
        "That code isn't right. Please check it, or ask whoever gave it to you for a new one."
    ),
    errors.ClaimExpired: phrase("That code is too old. Please ask whoever gave it to you for a new one."),
    errors.ClaimUsed: phrase("That code was used already. Please ask whoever gave it to you for a new one."),
    errors.AlreadyYours: lambda e, _: (
        say("You are that patient already. See your appointments in /appointments.")
        if e.is_self
        else say("You look after {name} already. See /family.", name=esc(e.name))
    ),
    errors.HasOwnAccount: lambda e, _: say(
        "{name} has an account of their own, so nobody else needs a code for them.", name=esc(e.name)
    ),
    errors.NotToMerge: lambda e, _: (
        say("These two are one patient already. Find others in /patients.")
        if e.are_one
        else say(
            "Both have an account of their own, and two accounts can't be made one. Find others in /patients."
        )
    ),
    errors.MergedElsewhere: phrase("Somebody has just changed one of the two patients. Please look again."),
    errors.VisitsOverlap: lambda e, _: (
        say(
            "Two of the appointments are still at one time. Cancel one of them, and I'll do the rest by myself."
        )
        if e.has_begun
        else say("Two of the appointments are at one time. Please cancel one of them first, and try again.")
    ),
    errors.PatientChanged: phrase("Somebody has changed that meanwhile. Please look again in /family."),
    errors.PatientUnknown: phrase("That is none of the people you look after. See them in /family."),
    errors.PatientGone: phrase("That patient is no longer here. Find others in /patients."),
    errors.BadPhone: lambda e, _: say(
        "That doesn't look like a telephone number. Please type one like {example}.", example=esc(e.example)
    ),
    errors.BadBirthDate: lambda e, _: say(
        "A birth date is in the past, and not before {year}. Please type it like 14 March 2019.",
        year=e.earliest.year,
    ),
}
ACCOUNTS: Sentences = {
    errors.EmailTaken: lambda e, _: (
        say("{email} belongs to another account. Please type another address.", email=esc(e.email))
        if e.is_change
        else say(
            "{email} already has an account. Sign in with /login, or type another address.",
            email=esc(e.email),
        )
    ),
    errors.TooManyTries: _too_many_tries,
    errors.TooManyCodes: lambda e, rules: paragraph(
        TOO_MANY_CODES[e.scope],
        say("Please type the newest one, or ask for another after {time}.", time=at(e.retry_at, rules)),
    ),
    errors.MailRefused: phrase("That address doesn't accept email. Please check it and type it again."),
    errors.CodeNotSent: phrase(
        "😔 I can't send email at the moment, so there's no code yet. Tap Send again in a minute."
    ),
    errors.EmailConfirmed: phrase(
        "Your email address is already confirmed. To change it, tap Email in /me in the chat."
    ),
    errors.StaffCodeNotSet: phrase(
        "This clinic has no staff code, so admins can't register in the chat. Please ask whoever runs the bot."
    ),
    errors.NotSignedIn: phrase("🔑 Please sign in first with /login, or create an account with /register."),
    errors.SessionEnded: phrase(
        "🔑 You have been signed out because your session has ended. Please sign in again with /login."
    ),
    errors.AlreadySignedIn: lambda e, _: say(
        "You are signed in as {name}. To use another account, sign out first with /logout.", name=esc(e.name)
    ),
    errors.SignedOutAlready: phrase("Nobody is signed in here, so there's nothing to sign out of."),
    errors.RoleRequired: lambda e, _: say(
        "🚫 Only {roles} can do that. See what you can do in /help.",
        roles=listed([str(SEVERAL[role]) for role in sorted(e.roles)]),
    ),
    errors.WrongCredentials: phrase("Wrong email or password. Please try again."),
    errors.WrongPassword: phrase(
        "Wrong password. Please try again. If you've forgotten it, use /logout and then /forgot."
    ),
    errors.WrongCode: _wrong_code,
    errors.CodeExpired: phrase("⌛ That code has expired or was already used. Tap Send again for a new one."),
    errors.WrongStaffCode: phrase("Wrong staff code. Please type it exactly as the clinic gave it to you."),
    errors.AccountPending: phrase(
        "⏳ The clinic still has to approve your account. I'll email you as soon as it's approved."
    ),
    errors.AccountBlocked: lambda _, rules: say(
        "🚫 This account is blocked. Please {call}.", call=call_the_clinic(rules)
    ),
    errors.BadName: lambda e, _: say_count(
        "A name needs letters, and at most {count} character. Please type it again.",
        "A name needs letters, and at most {count} characters. Please type it again.",
        e.max_length,
    ),
    errors.BadEmail: phrase(
        "That doesn't look like an email address. Please type one like asha@example.org."
    ),
    errors.WeakPassword: lambda e, _: say_count(
        "A password needs at least {count} character. Please choose a longer one.",
        "A password needs at least {count} characters. Please choose a longer one.",
        e.min_length,
    ),
    errors.PasswordTooLong: lambda e, _: say_count(
        "That password is too long. It can have {count} byte (about {count} plain letter)."
        " Please choose a shorter one.",
        "That password is too long. It can have {count} bytes (about {count} plain letters)."
        " Please choose a shorter one.",
        e.max_bytes,
    ),
    errors.PasswordIsAddress: phrase(
        "That is your email address, which others know. Please choose a password that only you know."
    ),
    errors.CommonPassword: phrase(
        "That is one of the most common passwords, which strangers try first. Please choose one that only you would think of."
    ),
    errors.BadSpecialization: lambda e, _: say_count(
        "A specialization needs 2 to {count} character, like Cardiology. Please type it again.",
        "A specialization needs 2 to {count} characters, like Cardiology. Please type it again.",
        e.max_length,
    ),
    errors.NoSuchZone: phrase(
        "I don't know that time zone. Please type a big city in it, like New York, its name, like Asia/Kolkata, or its"
        " offset, like UTC+5:30."
    ),
    errors.NoSuchLanguage: phrase(
        "I don't know that language. Please type its name, like German, or its code, like de."
    ),
    errors.SameEmail: lambda e, _: (
        say("That's already your email address. Please type the new one.")
        if e.is_yours
        else say("That's already this account's email address. Please type the right one.")
    ),
    errors.BadCode: lambda e, _: say_count(
        "A code has {count} digit, like 042137. Please type the one from the email.",
        "A code has {count} digits, like 042137. Please type the one from the email.",
        e.digits,
    ),
    errors.MailDown: phrase(
        "😔 I can't send email at the moment, so there's no code yet. Nothing was changed. Please try again in a minute."
    ),
}
ADMINISTRATION: Sentences = {
    errors.AlreadyDecided: _decided,
    errors.NoNameWaits: lambda e, _: say(
        "That name change has already been decided or taken back. The doctor's name is {name}.",
        name=esc(plain_doctor(e.user.name)),
    ),
    errors.CannotBlockYourself: phrase(
        "You can't block yourself, because you couldn't get back in. Another admin can do it."
    ),
    errors.LastAdmin: phrase(
        "This is the last admin, and the clinic needs one. Please make someone else an admin first."
    ),
    errors.UserUnknown: phrase("That account no longer exists. See all accounts in /users."),
    errors.NobodyThere: phrase(
        "Nobody would get it: none of them is using the bot at the moment. Please choose others, or try later."
    ),
    errors.AnnouncementOver: phrase(
        "That announcement has already finished, so there's nothing left to stop."
    ),
    errors.AnnouncementTooLong: lambda e, _: say_count(
        "An announcement can have up to {count} character. Please type a shorter one.",
        "An announcement can have up to {count} characters. Please type a shorter one.",
        e.max_length,
    ),
    errors.ChatNeeded: phrase(
        "Please do that in the chat with the bot, where you can see how far it has got."
    ),
    errors.ExportTooBig: lambda e, _: say(
        "📦 That file would be over {size} MB, which is too big for a chat. Please choose a shorter period.",
        size=e.max_bytes // 1_000_000,
    ),
    errors.PeriodUnknown: lambda e, _: say(
        "There are statistics for the last {periods} days.", periods=either([str(each) for each in e.periods])
    ),
    errors.BadLimit: lambda e, _: say(
        "A limit is a whole number from 1 to {most}. Please type one, or “none” for no limit.", most=e.most
    ),
    errors.NoticeSettled: phrase("Someone else was quicker. That message was already sent again or dropped."),
}
