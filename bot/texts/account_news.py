"""What is said of news about accounts: to whom they belong, and to the admins who decide about them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.localization.messages import say, say_count
from bot.texts import labels
from bot.texts.formats import call_the_clinic, moment_there, plain_doctor, week
from bot.texts.news_rows import if_mistaken, is_doctor
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News
from bot.texts.specializations import specialization
from services.accounts.one_time_codes import CODE_LIFETIME, CodeLetter, Purpose
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import User
from services.models.scheduling import Schedule

Facts = Mapping[str, Any]


def _approved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    """Say that a doctor is let in, and that patients can book from now on, in the hours that all begin with."""
    del reader
    return News(
        subject=say("Your registration at {clinic} is approved", clinic=rules.name),
        headline=say(
            "✅ Welcome, {doctor}: your registration is approved.", doctor=plain_doctor(facts["name"])
        ),
        facts=(),
        closing=say(
            "You can sign in now with /login{in_the_chat}. Patients can book you from now on: {hours}, clinic time."
            " You can change that in /hours.",
            in_the_chat=IN_THE_CHAT,
            hours=week(Schedule().weekly),
        ),
    )


def _refused(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Your registration at {clinic}", clinic=rules.name),
        headline=say("{doctor}, your registration was not approved.", doctor=plain_doctor(facts["name"])),
        facts=(),
        closing=if_mistaken(rules),
    )


def _blocked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    signed_out = say("All chats are signed out.")
    return News(
        subject=say("Your account at {clinic}", clinic=rules.name),
        headline=say(
            "🚫 {name}, your account at {clinic} is blocked.", name=_called(facts, reader), clinic=rules.name
        ),
        facts=(),
        closing=f"{signed_out} {if_mistaken(rules)}",
    )


def _unblocked(facts: Facts, reader: User, rules: ClinicRules) -> News:
    return News(
        subject=say("Your account at {clinic} is open again", clinic=rules.name),
        headline=say(
            "✅ {name}, your account at {clinic} is open again.",
            name=_called(facts, reader),
            clinic=rules.name,
        ),
        facts=(),
        closing=say("You can sign in now with /login{in_the_chat}.", in_the_chat=IN_THE_CHAT),
    )


def _called(facts: Facts, reader: User) -> str:
    return plain_doctor(facts["name"]) if is_doctor(reader) else str(facts["name"])


def _waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("A doctor is waiting for approval at {clinic}", clinic=rules.name),
        headline=say("⏳ {doctor} is waiting for approval", doctor=plain_doctor(facts["name"])),
        facts=(
            Fact(say("Specialization"), specialization(facts["specialization"])),
            Fact(say("Email"), facts["email"]),
            *_alike(facts),
        ),
        closing=say(
            "Approve or refuse with the buttons{in_the_chat}, or in /users.", in_the_chat=IN_THE_CHAT
        ),
    )


def _alike(facts: Facts) -> tuple[Fact, ...]:
    """Return a warning where another doctor has that name, or one that looks the same."""
    if not facts.get("alike"):
        return ()
    return (Fact(say("⚠️ Check the name"), say("it looks the same as another doctor's name")),)


def _name_waits(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("A doctor wants a new name at {clinic}", clinic=rules.name),
        headline=say("✏️ {doctor} wants a new name", doctor=plain_doctor(facts["name"])),
        facts=(Fact(say("New name"), plain_doctor(_wanted(facts))), *_alike(facts)),
        closing=say(
            "Approve or refuse with the buttons{in_the_chat}, or in /users. Until then the old name stays.",
            in_the_chat=IN_THE_CHAT,
        ),
    )


def _name_approved(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Your new name at {clinic} is approved", clinic=rules.name),
        headline=say("✅ Your name here is now {doctor}.", doctor=plain_doctor(_wanted(facts))),
        facts=(),
        closing=say("Patients can find you by that name now."),
    )


def _name_refused(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Your new name at {clinic}", clinic=rules.name),
        headline=say(
            "Your new name was not approved. You are still {doctor} here.", doctor=plain_doctor(facts["name"])
        ),
        facts=(),
        closing=if_mistaken(rules),
    )


def _wanted(facts: Facts) -> str:
    return str(facts.get("wanted") or facts["name"])


def _addresses(facts: Facts) -> tuple[Fact, ...]:
    return (Fact(say("Old address"), facts["to"]), Fact(say("New address"), facts["email"]))


def _email_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Your email address at {clinic} was changed", clinic=rules.name),
        headline=say(
            "{name}, your account at {clinic} has a new email address.", name=facts["name"], clinic=rules.name
        ),
        facts=_addresses(facts),
        closing=say(
            "I'll write to the new one from now on. Please use it to sign in, too. If this wasn't you, please {call}.",
            call=call_the_clinic(rules, at_once=True),
        ),
    )


def _email_corrected(facts: Facts, reader: User, rules: ClinicRules) -> News:
    return News(
        subject=say("Your email address at {clinic} was corrected", clinic=rules.name),
        headline=say("📧 {name}, the clinic has corrected your email address.", name=_called(facts, reader)),
        facts=_addresses(facts),
        closing=say(
            "I've emailed a code to the new one. Please enter it in /me{in_the_chat}. Use the new address to sign in,"
            " too. If it is wrong, please {call}.",
            in_the_chat=IN_THE_CHAT,
            call=call_the_clinic(rules),
        ),
    )


def _password_changed(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Your password at {clinic} was changed", clinic=rules.name),
        headline=say(
            "{name}, your account at {clinic} has a new password.", name=facts["name"], clinic=rules.name
        ),
        facts=(Fact(say("When"), moment_there(facts["at"], rules.zone)),),
        closing=say(
            "All other chats are signed out. If this wasn't you, type /forgot in the chat to choose another"
            " password, and {call}.",
            call=call_the_clinic(rules),
        ),
    )


def _address_tried(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader
    return News(
        subject=say("Someone used your email address at {clinic}", clinic=rules.name),
        headline=say(
            "{name}, someone tried to register at {clinic} with your email address.",
            name=facts["name"],
            clinic=rules.name,
        ),
        facts=(),
        closing=say(
            "You already have an account. If this was you, type /login in the chat, or /forgot if you don't know the"
            " password. If it wasn't you, you don't need to do anything. Nothing was changed."
        ),
    )


def code_news(letter: CodeLetter, rules: ClinicRules) -> News:
    """Return what the mail with a code says. The subject is seen on locked screens, so the code is not in it."""
    minutes = CODE_LIFETIME // timedelta(minutes=1)
    headline, closing = _about_code(letter, rules)
    lasts = say_count("{count} minute, once", "{count} minutes, once", minutes)
    return News(
        subject=say("Your code for {clinic}", clinic=rules.name),
        headline=headline,
        # Translators: the label of a line in an email; "15 minutes, once" follows.
        facts=(Fact(say("Code"), letter.code), Fact(say("Works for"), lasts)),
        closing=closing,
    )


def _about_code(letter: CodeLetter, rules: ClinicRules) -> tuple[str, str]:
    """Return what a code is for, and what to do with it."""
    name, clinic = letter.reader.name, rules.name
    if letter.purpose is Purpose.EMAIL:
        return say("{name}, is this your email address?", name=name), say(
            "Please type the code in the chat. If you didn't ask for it, you can ignore this email. Nothing was changed."
        )
    if letter.is_welcome:
        # Only receptionists get an account that somebody else has made.
        return say(
            "{name}, {clinic} has made an account for you as a receptionist.", name=name, clinic=clinic
        ), say(
            "Choose a password to sign in: in the chat, type /forgot, tap “{button}”, and give this email address"
            " and the code. If the code has expired, you can get a new one there.",
            button=labels.HAS_CODE,
        )
    if letter.by_clinic:
        return say("{name}, {clinic} asks you to choose a new password.", name=name, clinic=clinic), say(
            "Your old password no longer works, and all chats are signed out. In the chat, type /forgot, tap"
            " “{button}”, and give your email address and the code. If the code has expired, you can get a new one"
            " there.",
            button=labels.HAS_CODE,
        )
    return say("{name}, here is your code for a new password.", name=name), say(
        "Please type it in the chat. Don't tell it to anyone. The clinic never asks for it."
        " If you didn't ask for it, you can ignore this email."
    )


def _undelivered(facts: Facts, reader: User, rules: ClinicRules) -> News:
    del reader, rules
    said = say_count(
        "{count} message could not be delivered", "{count} messages could not be delivered", facts["count"]
    )
    return News(
        subject=said,
        headline=f"📮 {said}",
        facts=(),
        closing=say(
            "I tried for a day. See who they were for, and why, in /outbox{in_the_chat}. There you can retry or drop them.",
            in_the_chat=IN_THE_CHAT,
        ),
    )


ACCOUNT_NEWS: Mapping[EventKind, Callable[[Facts, User, ClinicRules], News]] = {
    EventKind.DOCTOR_WAITS: _waits,
    EventKind.DOCTOR_APPROVED: _approved,
    EventKind.DOCTOR_REFUSED: _refused,
    EventKind.NAME_WAITS: _name_waits,
    EventKind.NAME_APPROVED: _name_approved,
    EventKind.NAME_REFUSED: _name_refused,
    EventKind.ACCOUNT_BLOCKED: _blocked,
    EventKind.ACCOUNT_UNBLOCKED: _unblocked,
    EventKind.EMAIL_CHANGED: _email_changed,
    EventKind.EMAIL_CORRECTED: _email_corrected,
    EventKind.PASSWORD_CHANGED: _password_changed,
    EventKind.ADDRESS_TRIED: _address_tried,
    EventKind.UNDELIVERED: _undelivered,
}
