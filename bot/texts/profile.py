"""What is said to people about their own accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts import labels
from bot.texts.appointments import with_doctor
from bot.texts.formats import (
    FIXED_ZONE,
    GENDERS,
    ROLES,
    clock_time,
    doctor,
    esc,
    language_name,
    moment_read,
    span,
    zone_name,
)
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, SignedIn, User

MOST_NAMED = 5


def account(user: User, rules: ClinicRules, now: datetime) -> str:
    """Show the account of whoever is signed in. `rules` are as they read them."""
    rows = [
        ("New name", f"{user.wanted_name} (⏳ waiting for approval)" if user.wanted_name else ""),
        ("Email", f"{user.email}{_about_address(user)}"),
        ("Role", ROLES[user.role]),
        ("Specialization", user.specialization or ""),
        ("Gender", GENDERS[user.gender] if user.gender else ""),
        ("Language", language_name(user.language)),
        ("Time zone", f"{_whose(rules)} ({clock_time(now, rules.zone)} now)"),
        ("Reminders", _reminders(user.reminders) if user.role is Role.PATIENT else ""),
    ]
    lines = [f"{name}: {esc(value)}" for name, value in rows if value]
    return f"🙂 You are signed in as <b>{esc(user.name)}</b>.\n\n" + "\n".join(lines)


def _about_address(user: User) -> str:
    if not user.takes_mail:
        return " (📪 it refuses my emails)"
    return " (not confirmed yet)" if user.is_unverified else ""


def _whose(rules: ClinicRules) -> str:
    return zone_name(rules.zone) if rules.elsewhere else f"{zone_name(rules.zone)}, the same as the clinic"


def ask_name(user: User) -> str:
    """Ask for another name."""
    return f"✏️ Your name is “{esc(user.name)}”. What should it be?"


def renamed(user: User) -> str:
    """Say that the name is changed, or waits for approval."""
    if user.wanted_name:
        return f"⏳ The clinic has to approve your new name. I'll tell you. Until then you are still {doctor(user.name)}."
    if user.role is Role.DOCTOR:
        return f"✅ Your name is still {doctor(user.name)}."
    return "✅ Your name is changed."


def ask_zone(rules: ClinicRules) -> str:
    """Ask for the time zone."""
    return (
        f"🕑 I show you times in <b>{esc(_whose(rules))}</b>. Where are you? Tap a place, or type a city, a country"
        " or a zone like Europe/Berlin."
    )


def place(choice: str) -> str:
    """Return a zone or a place as it is named among several; a zone without a place by its offset: UTC+3."""
    return zone_name(ZoneInfo(choice)) if FIXED_ZONE.fullmatch(choice) else choice


def zone_button(key: str, now: datetime) -> str:
    """Label a zone's button with what its clocks say."""
    zone = ZoneInfo(key)
    return f"{zone_name(zone).removesuffix(' time')}, {clock_time(now, zone)}"


def clinic_zone_button(rules: ClinicRules) -> str:
    """Label the button that goes back to the clinic's zone."""
    return f"🏥 Same as the clinic: {zone_name(rules.zone)}"


def zone_changed(rules: ClinicRules) -> str:
    """Say that the zone is changed."""
    note = (
        " Doctors' working hours, days and time off stay in the clinic's own time. I'll name the zone wherever it matters."
        if rules.elsewhere
        else ""
    )
    return f"✅ I'll show you times in {esc(_whose(rules))}.{note}"


def _reminders(chosen: Sequence[int]) -> str:
    leads = [span(timedelta(minutes=minutes)) for minutes in sorted(chosen, reverse=True)]
    if not leads:
        return "none"
    return f"{', '.join(leads[:-1])} and {leads[-1]} before" if len(leads) > 1 else f"{leads[0]} before"


def ask_reminders(chosen: Sequence[int]) -> str:
    """Ask when to remind."""
    return (
        f"⏰ <b>Appointment reminders</b>\nChosen: {_reminders(chosen)}\n\n"
        "How long before should I remind you, here and by email? Tap as many as you like, or type them like"
        " “1 day, 2 hours” or “none”. Then tap Save."
    )


def reminder_button(lead: timedelta, *, chosen: bool) -> str:
    """Label the button that puts a reminder in, or takes it out."""
    return f"{'☑️ ' if chosen else ''}{span(lead)}"


def reminders_changed(user: User) -> str:
    """Say when reminders come from now on."""
    if not user.reminders:
        return "✅ I won't remind you any more. See what's coming up in /appointments."
    return f"✅ I'll remind you {_reminders(user.reminders)}, including for what you've already booked."


def ask_new_email(user: User) -> str:
    """Ask for another email address."""
    known = f"📧 Your email address is <b>{esc(user.email)}</b>."
    if user.is_unverified:
        return f"{known} What is the right one? I'll change it at once, and email a code there."
    if user.takes_mail:
        return f"{known} What is the new one? I'll email a code there."
    return f"{known} It refused my emails. What is the new one? I'll email a code there. You can try the same one again."


def ask_email_code(email: str, sent: int) -> str:
    """Ask for the code that was emailed to the new address."""
    if not sent:
        return f"📧 What is the code that I emailed to <b>{esc(email)}</b>?"
    return (
        f"📧 I've emailed a {'new ' if sent > 1 else ''}code to <b>{esc(email)}</b>. It works for 15 minutes."
        f"{_newest(sent)} What is the code?"
    )


def _newest(sent: int) -> str:
    return " Only the newest one works." if sent > 1 else ""


def email_changed() -> str:
    """Say that the email address is changed."""
    return "✅ Your email address is changed. I'll also tell you at the old one."


def email_confirmed(user: User) -> str:
    """Say that the address is confirmed."""
    return f"✅ Thank you, {esc(user.email)} is confirmed."


def email_confirmed_pending(user: User) -> str:
    """Say that the address of somebody who waits for approval is confirmed."""
    return f"{email_confirmed(user)} I'll write there as soon as the clinic has approved your registration."


def email_fixed(user: User) -> str:
    """Say that an address which was not confirmed is changed, where no code could be sent there."""
    return f"✅ Your email address is now {esc(user.email)}."


def code_sent(email: str) -> str:
    """Say that a code is on its way to the address with which somebody has registered."""
    return f"📧 I've emailed a code to <b>{esc(email)}</b>, to check the address. Tap “Enter the code” when it's there."


def code_not_sent(email: str) -> str:
    """Say that no code could be sent to the address with which somebody has registered."""
    return f"📧 I couldn't email a code to <b>{esc(email)}</b> yet. Tap “Send a new code” in a minute."


def address_refused(email: str) -> str:
    """Say that nothing reaches the address with which somebody has registered."""
    return f"📪 <b>{esc(email)}</b> doesn't accept email. Tap “Change address” to put it right."


def ask_for_code(email: str) -> str:
    """Ask somebody again for the code, in one line."""
    return f"📧 <b>{esc(email)}</b> isn't confirmed yet. Please enter the code that I emailed there."


def ask_old_password() -> str:
    """Ask for the password of now."""
    return (
        "🔒 What is your current password? I'll delete your message as soon as I've read it.\n\n"
        "A new password signs out all your other chats."
    )


def password_changed() -> str:
    """Say that the password is changed."""
    return "✅ Your password is changed, and all other chats are signed out. I'll confirm it by email."


def ask_forgotten_email(*, has_code: bool) -> str:
    """Ask whose password was forgotten."""
    why = "Then I'll ask you for the code." if has_code else "I'll email you a code to choose a new password."
    return f"🔑 <b>New password</b>\n\nWhat is your email address? {why}"


def ask_forgotten_code(email: str, sent: int) -> str:
    """Ask for the code, without telling whether there is an account."""
    if not sent:
        return f"🔑 What is the code that was emailed to <b>{esc(email)}</b>?"
    return (
        f"🔑 If <b>{esc(email)}</b> has an account here, a code is on its way there. It works for 15 minutes."
        f"{_newest(sent)} What is the code?\n\nIf it doesn't arrive, check your spam folder, or tap Send again."
    )


def password_renewed() -> str:
    """Say that the forgotten password has been replaced."""
    return "✅ Your new password is set, and all chats are signed out. You can sign in with it now."


def sessions(page: Page[SignedIn], here: int, rules: ClinicRules) -> str:
    """Show where somebody is signed in; `here` is the chat that asks."""
    lines = [_session(session, here, rules) for session in page.items]
    return f"📱 <b>Where you're signed in</b> ({page.total})\n\n" + "\n".join(lines)


def _session(session: SignedIn, here: int, rules: ClinicRules) -> str:
    where = "This chat" if session.chat_id == here else esc(_place(session))
    since = f", since {moment_read(session.since, rules)}" if session.since else ""
    return f"• {where}{since}"


def end_session_button(session: SignedIn, rules: ClinicRules) -> str:
    """Return the label of the button that ends a session."""
    since = f", {session.since.astimezone(rules.zone):%-d %b}" if session.since else ""
    return labels.sign_out(f"{_place(session)}{since}")


def _place(session: SignedIn) -> str:
    """Say where a session is; a program that uses the HTTP interface is marked as such."""
    if session.chat_id is None:
        return f"{session.label} (API)" if session.label != "API" else "API"
    return session.label or "another chat"


def others_ended(count: int) -> str:
    """Say how many sessions were ended."""
    if not count:
        return "You were not signed in anywhere else."
    return "✅ Signed out in 1 other place." if count == 1 else f"✅ Signed out in {count} other places."


def session_ended() -> str:
    """Say that a session was ended."""
    return "✅ That chat is signed out."


def api_session_ended() -> str:
    """Say that a session over HTTP was ended."""
    return "✅ That program is signed out."


def my_data() -> str:
    """Say what the file is."""
    return (
        "📄 This is everything I keep about you, except your password's hash, what keeps you signed in, and the address"
        " of your calendar feed."
        " It's a JSON file, which any browser or text editor can open."
    )


def ask_forget(
    user: User, to_come: Sequence[AppointmentCard], going: Sequence[Patient], rules: ClinicRules
) -> str:
    """Ask whether to delete the account, and name what goes, patients whom nobody else looks after too."""
    lines = [f"• {_visit(card, user.role, rules)}" for card in to_come[:MOST_NAMED]]
    if len(to_come) > MOST_NAMED:
        lines.append(f"• and {len(to_come) - MOST_NAMED} more")
    cancelled = f"\n\n{_cancelled(len(to_come))}\n" + "\n".join(lines) if lines else ""
    reasons = ", the reasons for your visits, your answers before them" if user.role is Role.PATIENT else ""
    return (
        f"🗑 <b>Delete your account, {esc(user.name)}?</b>\n\n"
        f"I'll delete your name, email address and password{reasons}, what I told you, and where you are signed in."
        f" Past appointments stay in the clinic's records, without your name.{_going(going)}{cancelled}"
        "\n\nThis can't be undone."
    )


def _going(patients: Sequence[Patient]) -> str:
    if not patients:
        return ""
    names = ", ".join(esc(each.name) for each in patients)
    return f"\n\nNobody else looks after {names}, so I'll delete what I know of them in the same way."


def _visit(card: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    other = esc(card.patient.name) if role is Role.DOCTOR else with_doctor(card)
    return f"{moment_read(card.appointment.slot.start, rules)}: {other}"


def _cancelled(count: int) -> str:
    which = "This appointment" if count == 1 else f"These {count} appointments"
    return f"{which} will be cancelled, and I'll tell the others:"


def forgotten(count: int) -> str:
    """Say good-bye for good."""
    cancelled = {0: "", 1: " 1 appointment is cancelled."}.get(count, f" {count} appointments are cancelled.")
    return f"👋 Your account is deleted.{cancelled} All the best! If you come back, create a new one with /register."
