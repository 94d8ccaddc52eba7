"""What admins are told about people: lists, cards, and what they decide."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.callbacks.user_filters import WantedUsers
from bot.localization.messages import number, phrase, phrase_in, say, say_count
from bot.texts.appointments import called
from bot.texts.formats import GENDERS, ROLES, and_more, comma_list, doctor, esc, moment, speaks
from bot.texts.specializations import specialization
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.people import AccountStatus, Role, User, Who

STATUSES = {
    AccountStatus.ACTIVE: phrase("active"),
    AccountStatus.PENDING: phrase("waiting for approval"),
    AccountStatus.BLOCKED: phrase("blocked"),
}
MARKS = {AccountStatus.ACTIVE: "🟢", AccountStatus.PENDING: "⏳", AccountStatus.BLOCKED: "🚫"}
LISTS = {
    # Translators: these lists of accounts stand on buttons, with how many there are; at most 20 characters.
    Who.ALL: phrase_in("list of accounts", "All"),
    Who.PATIENTS: phrase_in("list of accounts", "Patients"),
    Who.DOCTORS: phrase_in("list of accounts", "Doctors"),
    Who.RECEPTIONISTS: phrase_in("list of accounts", "Reception"),
    Who.ADMINS: phrase_in("list of accounts", "Admins"),
    Who.WAITING: phrase_in("list of accounts", "Waiting"),
    Who.BLOCKED: phrase_in("list of accounts", "Blocked"),
}
MOST_LISTED = 8
MOST_ALIKE = 4


def users(page: Page[User], wanted: WantedUsers) -> str:
    """Head a page of accounts."""
    if not page.total:
        none = [_no_account(wanted), "", say("See all of them: /users")]
        return "\n".join([*none, say("Find a name or email address: /users rao")])
    among = f" · {LISTS[wanted.who]}" if wanted.who is not Who.ALL else ""
    hint = "" if wanted.text else say("To find someone: /users and a name or email address.")
    lines = [_line(user) for user in page.items]
    return "\n\n".join(filter(None, [f"👥 <b>{_found(page.total, wanted)}</b>{among}", *lines, hint]))


def _found(count: int, wanted: WantedUsers) -> str:
    if not wanted.text:
        return say_count("{count} account", "{count} accounts", count)
    return say_count(
        "{count} account with “{text}”", "{count} accounts with “{text}”", count, text=esc(wanted.text)
    )


def _no_account(wanted: WantedUsers) -> str:
    text, among = esc(wanted.text), LISTS[wanted.who]
    if wanted.who is Who.ALL:
        return say("👥 No account with “{text}”.", text=text) if text else say("👥 No account.")
    if text:
        return say("👥 No account with “{text}” · {list}.", text=text, list=among)
    return say("👥 No account · {list}.", list=among)


def list_button(who: Who, count: int, *, shown: bool) -> str:
    """Label the button that shows a list, with how many are on it."""
    return f"{'▸ ' if shown else ''}{LISTS[who]} · {number(count)}"


def _line(user: User) -> str:
    what: list[str | None] = [
        str(ROLES[user.role]),
        specialization(user.specialization) if user.specialization else None,
        str(GENDERS[user.gender]) if user.gender else None,
        speaks(user),
        say("wants a new name") if user.wanted_name else None,
        say("email not confirmed") if user.is_unverified else None,
    ]
    details = " · ".join(esc(part) for part in (*what, str(STATUSES[user.status])) if part)
    return f"{MARKS[user.status]} <b>{esc(user.name)}</b>\n{esc(user.email)}\n{details}"


def user_card(user: User, left: int, alike: Sequence[User], *, is_you: bool) -> str:
    """Show an account to an admin; `left` are the appointments that somebody who is blocked still has.

    `alike` are other doctors whose names look the same.
    """
    notes = [say("This is you.")] if is_you else []
    if user.wanted_name:
        notes.append(say("✏️ Wants to be called <b>{name}</b> from now on.", name=doctor(user.wanted_name)))
    if alike:
        notes.append(say("⚠️ The name looks the same as {names}.", names=_listed(alike)))
    if left:
        notes.append(
            say_count("{count} appointment is still booked.", "{count} appointments are still booked.", left)
        )
    return _line(user) + "".join(f"\n\n{note}" for note in notes)


def _listed(users: Sequence[User]) -> str:
    others = [
        f"{doctor(user.name)} ({esc(specialization(user.specialization or user.email))})" for user in users
    ]
    return and_more(comma_list(others[:MOST_ALIKE]), len(others) - MOST_ALIKE)


def name_decided(user: User, *, approved: bool) -> str:
    """Say what became of the name that a doctor wants."""
    name = doctor(user.name)
    if approved:
        return say("✅ The doctor's name is now {name}. I'll tell them.", name=name)
    return say("🚫 The name is refused. I'll tell {name}.", name=name)


def decided(user: User) -> str:
    """Say what became of a registration."""
    name = doctor(user.name)
    if user.status is AccountStatus.ACTIVE:
        return say("✅ {name} is approved and can sign in now. I'll tell them by email.", name=name)
    return say("✅ {name} is refused. I'll tell them by email.", name=name)


def ask_block(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> str:
    """Ask whether to block somebody, and name what is booked."""
    asked = [
        say("🚫 Block {name} ({email})?", name=esc(called(user)), email=esc(user.email)),
        say("They'll be signed out everywhere right away, and can't sign in until an admin unblocks them."),
        *_booked(user, affected, zone),
    ]
    return "\n\n".join(asked)


def ask_bulk_cancel(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> str:
    """Ask whether to cancel what somebody who is blocked has booked still."""
    name = esc(called(user))
    if not affected:
        return say("{name} has no upcoming appointments. There's nothing to cancel.", name=name)
    asked = say("✖ Cancel all appointments with {name}?", name=name)
    return "\n\n".join([asked, *_booked(user, affected, zone)])


def _booked(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> list[str]:
    if not affected:
        return []
    lines = [
        f"• {comma_list([moment(item.appointment.slot.start, zone), _other(item, user)])}"
        for item in affected[:MOST_LISTED]
    ]
    if (more := len(affected) - MOST_LISTED) > 0:
        lines.append(say_count("… and {count} more", "… and {count} more", more))
    head = say_count(
        "<b>{count} appointment coming up</b>", "<b>{count} appointments coming up</b>", len(affected)
    )
    hear = (
        say("If you cancel them, I'll tell each patient and offer up to three other times.")
        if user.role is Role.DOCTOR
        else say("If you cancel them, I'll tell the doctors.")
    )
    return ["\n".join([head, *lines]), hear]


def _other(item: AppointmentCard, user: User) -> str:
    return esc(item.patient.name) if user.role is Role.DOCTOR else doctor(item.doctor.name)


def block_and_cancel(count: int) -> str:
    """Label the button that blocks somebody, and cancels what they have booked."""
    return say_count(
        "🚫 Block and cancel the {count} appointment", "🚫 Block and cancel those {count}", count
    )


def yes_cancel(count: int) -> str:
    """Label the button that cancels so many appointments."""
    return say_count("✖ Yes, cancel the {count} appointment", "✖ Yes, cancel those {count}", count)


def cancel_left(count: int) -> str:
    """Label the button that cancels what somebody who is blocked has booked still."""
    return say_count("✖ Cancel the {count} appointment", "✖ Cancel the {count} appointments", count)


def blocked(user: User, cancelled: int | None) -> str:
    """Say that somebody is blocked; `cancelled` None where nothing was to be cancelled."""
    said = say("🚫 {name} is blocked and signed out everywhere.", name=esc(called(user)))
    return said if cancelled is None else f"{said} {cleared(user, cancelled)}"


def unblocked(user: User) -> str:
    """Say that somebody may come in again."""
    return say("✅ {name} can sign in again.", name=esc(called(user)))


def cleared(user: User, cancelled: int) -> str:
    """Say how many appointments were cancelled."""
    if not cancelled:
        return say("There was nothing left to cancel.")
    if user.role is Role.DOCTOR:
        return say_count(
            "{count} appointment is cancelled. I'll tell the patients.",
            "{count} appointments are cancelled. I'll tell the patients.",
            cancelled,
        )
    return say_count(
        "{count} appointment is cancelled. I'll tell the doctors.",
        "{count} appointments are cancelled. I'll tell the doctors.",
        cancelled,
    )


def ask_reset(user: User) -> str:
    """Ask whether to take somebody's password away."""
    asked = say(
        "🔑 Send {name} a code for a new password, to {email}?",
        name=esc(called(user)),
        email=esc(user.email),
    )
    then = say(
        "The old password will stop working, and they'll be signed out everywhere. You won't see the code."
    )
    return f"{asked}\n\n{then}"


def reset(user: User) -> str:
    """Say that the code is on its way."""
    return say(
        "🔑 A code is on its way to {email}. With it they can choose a new password in /forgot.",
        email=esc(user.email),
    )


def ask_right_email(user: User) -> str:
    """Ask an admin for somebody's right address."""
    asked = say(
        "What is the right email address? I'll email a code there, and tell the old address and their chats."
        " They stay signed in."
    )
    return f"📧 {esc(called(user))}: <b>{esc(user.email)}</b>\n\n{asked}"


def email_corrected(user: User) -> str:
    """Say that the address is corrected, and what comes next."""
    return say("✅ The email address is now {email}. A code is on its way there.", email=esc(user.email))


def nobody_to_correct() -> str:
    """Say where the correction of an address begins."""
    return say("To correct an email address, open the person in /users.")


def ask_receptionists_name() -> str:
    """Ask for the name of a new receptionist."""
    return "\n\n".join([say("📝 <b>New receptionist</b>"), say("What is their full name?")])


def ask_receptionists_email(name: str) -> str:
    """Ask for the address of a new receptionist."""
    return say(
        "What is {name}'s email address? I'll email a code there, to choose a password with.", name=esc(name)
    )


def receptionist_summary(name: str, email: str) -> str:
    """Show what was answered, and what a receptionist may do."""
    lines = [
        say("Name: <b>{name}</b>", name=esc(name)),
        say("Email: <b>{email}</b>", email=esc(email)),
        say("Role: <b>{role}</b>", role=ROLES[Role.RECEPTIONIST]),
    ]
    they_can = say(
        "They can book, move and cancel for every patient, and see whether messages arrived. They don't see why"
        " patients come."
    )
    return "\n\n".join([say("Is this right?"), "\n".join(lines), they_can])


def receptionist_added(user: User) -> str:
    """Say that the account is there, and what comes next."""
    return say(
        "✅ {name} has an account. A code is on its way to {email}: with it they choose a password in /forgot.",
        name=esc(user.name),
        email=esc(user.email),
    )


def ask_specialization(user: User) -> str:
    """Ask for a doctor's new specialization."""
    asked = say("What is the new specialization? Tap one, or type another.")
    return f"🏥 {doctor(user.name)}: <b>{esc(specialization(user.specialization))}</b>\n\n{asked}"


def keep_typed(name: str) -> str:
    """Label the button that keeps a specialization as it was typed."""
    return say("Keep “{name}”", name=name)


def specialization_changed(user: User) -> str:
    """Say what it is now."""
    return say(
        "✅ {name}: {specialization}.",
        name=doctor(user.name),
        specialization=esc(specialization(user.specialization)),
    )


def nobody_to_change() -> str:
    """Say where the change of a specialization begins."""
    return say("To change a specialization, open the doctor in /users.")
