"""What is said to people about their own accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.localization.messages import number, say, say_count
from bot.texts import labels
from bot.texts.formats import (
    FIXED_ZONE,
    GENDERS,
    ROLES,
    clock_time,
    comma_list,
    doctor,
    esc,
    language_name,
    listed,
    moment_read,
    short_day,
    span,
    zone_city,
    zone_name,
)
from bot.texts.specializations import specialization
from services.clinic_rules import ClinicRules
from services.models.paging import Page
from services.models.people import Role, SignedIn, User

MOST_NAMED = 5


def account(user: User, rules: ClinicRules, now: datetime) -> str:
    """Show the account of whoever is signed in. `rules` are as they read them."""
    lines = [
        _wanted_name(user),
        _email(user),
        say("Role: {role}", role=ROLES[user.role]),
        say("Specialization: {name}", name=esc(specialization(user.specialization)))
        if user.specialization
        else "",
        say("Gender: {gender}", gender=GENDERS[user.gender]) if user.gender else "",
        say("Language: {language}", language=language_name(user.language)),
        _zone(rules, clock_time(now, rules.zone)),
        say("Reminders: {times}", times=_reminders(user.reminders)) if user.role is Role.PATIENT else "",
    ]
    heading = say("🙂 You are signed in as <b>{name}</b>.", name=esc(user.name))
    return f"{heading}\n\n" + "\n".join(filter(None, lines))


def _wanted_name(user: User) -> str:
    if not user.wanted_name:
        return ""
    return say("New name: {name} (⏳ waiting for approval)", name=esc(user.wanted_name))


def _email(user: User) -> str:
    email = esc(user.email)
    if not user.takes_mail:
        return say("Email: {email} (📪 it refuses my emails)", email=email)
    if user.is_unverified:
        return say("Email: {email} (not confirmed yet)", email=email)
    return say("Email: {email}", email=email)


def _zone(rules: ClinicRules, now: str) -> str:
    zone = esc(zone_name(rules.zone))
    if rules.elsewhere:
        return say("Time zone: {zone} ({time} now)", zone=zone, time=now)
    return say("Time zone: {zone}, the same as the clinic ({time} now)", zone=zone, time=now)


def ask_name(user: User) -> str:
    """Ask for another name."""
    return say("✏️ Your name is “{name}”. What should it be?", name=esc(user.name))


def renamed(user: User) -> str:
    """Say that the name is changed, or waits for approval."""
    if user.wanted_name:
        return say(
            "⏳ The clinic has to approve your new name. I'll tell you. Until then you are still {doctor}.",
            doctor=doctor(user.name),
        )
    if user.role is Role.DOCTOR:
        return say("✅ Your name is still {doctor}.", doctor=doctor(user.name))
    return say("✅ Your name is changed.")


def ask_zone(rules: ClinicRules) -> str:
    """Ask for the time zone."""
    zone = esc(zone_name(rules.zone))
    now = (
        say("🕑 I show you times in <b>{zone}</b>.", zone=zone)
        if rules.elsewhere
        else say("🕑 I show you times in <b>{zone}, the same as the clinic</b>.", zone=zone)
    )
    question = say("Where are you? Tap a place, or type a city, a country or a zone like Europe/Berlin.")
    return f"{now} {question}"


def place(choice: str) -> str:
    """Return a zone or a place as it is named among several; a zone without a place by its offset: UTC+3."""
    return zone_name(ZoneInfo(choice)) if FIXED_ZONE.fullmatch(choice) else choice


def zone_button(key: str, now: datetime) -> str:
    """Label a zone's button with what its clocks say."""
    zone = ZoneInfo(key)
    return say("{city}, {time}", city=zone_city(zone), time=clock_time(now, zone))


def clinic_zone_button(rules: ClinicRules) -> str:
    """Label the button that goes back to the clinic's zone."""
    return say("🏥 Same as the clinic: {zone}", zone=zone_name(rules.zone))


def zone_changed(rules: ClinicRules) -> str:
    """Say that the zone is changed."""
    zone = esc(zone_name(rules.zone))
    if not rules.elsewhere:
        return say("✅ I'll show you times in {zone}, the same as the clinic.", zone=zone)
    return say(
        "✅ I'll show you times in {zone}. Doctors' working hours, days and time off stay in the clinic's own"
        " time. I'll name the zone wherever it matters.",
        zone=zone,
    )


def _leads(chosen: Sequence[int]) -> str:
    return listed([span(timedelta(minutes=minutes)) for minutes in sorted(chosen, reverse=True)])


def _reminders(chosen: Sequence[int]) -> str:
    # Translators: When to remind somebody: "1 day and 2 hours before".
    return say("{times} before", times=_leads(chosen)) if chosen else say("none")


def ask_reminders(chosen: Sequence[int]) -> str:
    """Ask when to remind."""
    heading = say("⏰ <b>Appointment reminders</b>")
    now = say("Chosen: {times}", times=_reminders(chosen))
    question = say(
        "How long before should I remind you, here and by email? Tap as many as you like, or type them like"
        " “1 day, 2 hours” or “none”. Then tap Save."
    )
    return f"{heading}\n{now}\n\n{question}"


def reminder_button(lead: timedelta, *, chosen: bool) -> str:
    """Label the button that puts a reminder in, or takes it out."""
    return f"{'☑️ ' if chosen else ''}{span(lead)}"


def reminders_changed(user: User) -> str:
    """Say when reminders come from now on."""
    if not user.reminders:
        return say("✅ I won't remind you any more. See what's coming up in /appointments.")
    return say(
        "✅ I'll remind you {times} before, including for what you've already booked.",
        times=_leads(user.reminders),
    )


def ask_new_email(user: User) -> str:
    """Ask for another email address."""
    known = say("📧 Your email address is <b>{email}</b>.", email=esc(user.email))
    if user.is_unverified:
        asked = say("What is the right one? I'll change it at once, and email a code there.")
    elif user.takes_mail:
        asked = say("What is the new one? I'll email a code there.")
    else:
        asked = say(
            "It refused my emails. What is the new one? I'll email a code there. You can try the same one again."
        )
    return f"{known} {asked}"


def ask_email_code(email: str, sent: int) -> str:
    """Ask for the code that was emailed to the new address."""
    if not sent:
        return say("📧 What is the code that I emailed to <b>{email}</b>?", email=esc(email))
    if sent == 1:
        return say(
            "📧 I've emailed a code to <b>{email}</b>. It works for 15 minutes. What is the code?",
            email=esc(email),
        )
    return say(
        "📧 I've emailed a new code to <b>{email}</b>. It works for 15 minutes. Only the newest one works."
        " What is the code?",
        email=esc(email),
    )


def email_changed() -> str:
    """Say that the email address is changed."""
    return say("✅ Your email address is changed. I'll also tell you at the old one.")


def email_confirmed(user: User) -> str:
    """Say that the address is confirmed."""
    return say("✅ Thank you, {email} is confirmed.", email=esc(user.email))


def email_confirmed_pending(user: User) -> str:
    """Say that the address of somebody who waits for approval is confirmed."""
    later = say("I'll write there as soon as the clinic has approved your registration.")
    return f"{email_confirmed(user)} {later}"


def code_sent(email: str) -> str:
    """Say that a code is on its way to the address with which somebody has registered."""
    return say(
        "📧 I've emailed a code to <b>{email}</b>, to check the address. Tap “Enter the code” when it's there.",
        email=esc(email),
    )


def code_not_sent(email: str) -> str:
    """Say that no code could be sent to the address with which somebody has registered."""
    return say(
        "📧 I couldn't email a code to <b>{email}</b> yet. Tap “Send a new code” in a minute.",
        email=esc(email),
    )


def address_refused(email: str) -> str:
    """Say that nothing reaches the address with which somebody has registered."""
    return say(
        "📪 <b>{email}</b> doesn't accept email. Tap “Change address” to put it right.", email=esc(email)
    )


def ask_for_code(email: str) -> str:
    """Ask somebody again for the code, in one line."""
    return say(
        "📧 <b>{email}</b> isn't confirmed yet. Please enter the code that I emailed there.", email=esc(email)
    )


def ask_old_password() -> str:
    """Ask for the password of now."""
    question = say("🔒 What is your current password? I'll delete your message as soon as I've read it.")
    others = say("A new password signs out all your other chats.")
    return f"{question}\n\n{others}"


def password_changed() -> str:
    """Say that the password is changed."""
    return say("✅ Your password is changed, and all other chats are signed out. I'll confirm it by email.")


def ask_forgotten_email(*, has_code: bool) -> str:
    """Ask whose password was forgotten."""
    question = (
        say("What is your email address? Then I'll ask you for the code.")
        if has_code
        else say("What is your email address? I'll email you a code to choose a new password.")
    )
    title = say("🔑 <b>New password</b>")
    return f"{title}\n\n{question}"


def ask_forgotten_code(email: str, sent: int) -> str:
    """Ask for the code, without telling whether there is an account."""
    if not sent:
        return say("🔑 What is the code that was emailed to <b>{email}</b>?", email=esc(email))
    question = (
        say(
            "🔑 If <b>{email}</b> has an account here, a code is on its way there. It works for 15 minutes."
            " What is the code?",
            email=esc(email),
        )
        if sent == 1
        else say(
            "🔑 If <b>{email}</b> has an account here, a code is on its way there. It works for 15 minutes."
            " Only the newest one works. What is the code?",
            email=esc(email),
        )
    )
    note = say("If it doesn't arrive, check your spam folder, or tap Send again.")
    return f"{question}\n\n{note}"


def password_renewed() -> str:
    """Say that the forgotten password has been replaced."""
    return say("✅ Your new password is set, and all chats are signed out. You can sign in with it now.")


def sessions(page: Page[SignedIn], here: int, rules: ClinicRules) -> str:
    """Show where somebody is signed in; `here` is the chat that asks."""
    heading = say("📱 <b>Where you're signed in</b> ({number})", number=number(page.total))
    lines = [f"• {_session(session, here, rules)}" for session in page.items]
    return f"{heading}\n\n" + "\n".join(lines)


def _session(session: SignedIn, here: int, rules: ClinicRules) -> str:
    where = say("This chat") if session.chat_id == here else esc(_place(session))
    if not session.since:
        return where
    return say("{chat}, since {when}", chat=where, when=moment_read(session.since, rules))


def end_session_button(session: SignedIn, rules: ClinicRules) -> str:
    """Return the label of the button that ends a session."""
    if not session.since:
        return labels.sign_out(_place(session))
    return labels.sign_out(
        comma_list([_place(session), short_day(session.since.astimezone(rules.zone).date())])
    )


def _place(session: SignedIn) -> str:
    """Say where a session is; a program that uses the HTTP interface is marked as such."""
    if session.chat_id is None:
        return f"{session.label} (API)" if session.label != "API" else "API"  # no words
    return session.label or say("another chat")


def others_ended(count: int) -> str:
    """Say how many sessions were ended."""
    if not count:
        return say("You were not signed in anywhere else.")
    return say_count("✅ Signed out in {count} other place.", "✅ Signed out in {count} other places.", count)


def session_ended() -> str:
    """Say that a session was ended."""
    return say("✅ That chat is signed out.")


def api_session_ended() -> str:
    """Say that a session over HTTP was ended."""
    return say("✅ That program is signed out.")
