"""What admins are told about people: lists, cards, and what they decide."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.callbacks.user_filters import WantedUsers
from bot.texts.appointments import called, counted
from bot.texts.formats import GENDERS, ROLES, doctor, esc, moment, speaks
from services.models.appointments import AppointmentCard
from services.models.paging import Page
from services.models.people import AccountStatus, Role, User, Who

STATUSES = {
    AccountStatus.ACTIVE: "active",
    AccountStatus.PENDING: "waiting for approval",
    AccountStatus.BLOCKED: "blocked",
}
MARKS = {AccountStatus.ACTIVE: "🟢", AccountStatus.PENDING: "⏳", AccountStatus.BLOCKED: "🚫"}
LISTS = {
    Who.ALL: "All",
    Who.PATIENTS: "Patients",
    Who.DOCTORS: "Doctors",
    Who.RECEPTIONISTS: "Reception",
    Who.ADMINS: "Admins",
    Who.WAITING: "Waiting",
    Who.BLOCKED: "Blocked",
}
MOST_LISTED = 8
MOST_ALIKE = 4


def users(page: Page[User], wanted: WantedUsers) -> str:
    """Head a page of accounts."""
    found = f" with “{esc(wanted.text)}”" if wanted.text else ""
    among = f" · {LISTS[wanted.who]}" if wanted.who is not Who.ALL else ""
    if not page.total:
        return f"👥 No account{found}{among}.\n\nSee all of them: /users\nFind a name or email address: /users rao"
    count = "1 account" if page.total == 1 else f"{page.total} accounts"
    lines = [_line(user) for user in page.items]
    hint = "" if wanted.text else "\n\nTo find someone: /users and a name or email address."
    return f"👥 <b>{count}{found}</b>{among}\n\n" + "\n\n".join(lines) + hint


def list_button(who: Who, count: int, *, shown: bool) -> str:
    """Label the button that shows a list, with how many are on it."""
    return f"{'▸ ' if shown else ''}{LISTS[who]} · {count:,}"


def _line(user: User) -> str:
    what: list[str | None] = [
        str(ROLES[user.role]),
        user.specialization,
        str(GENDERS[user.gender]) if user.gender else None,
        speaks(user),
        "wants a new name" if user.wanted_name else None,
        "email not confirmed" if user.is_unverified else None,
    ]
    details = " · ".join(esc(part) for part in (*what, STATUSES[user.status]) if part)
    return f"{MARKS[user.status]} <b>{esc(user.name)}</b>\n{esc(user.email)}\n{details}"


def user_card(user: User, left: int, alike: Sequence[User], *, is_you: bool) -> str:
    """Show an account to an admin; `left` are the appointments that somebody who is blocked still has.

    `alike` are other doctors whose names look the same.
    """
    notes = ["This is you."] if is_you else []
    if user.wanted_name:
        notes.append(f"✏️ Wants to be called <b>{doctor(user.wanted_name)}</b> from now on.")
    if alike:
        notes.append(f"⚠️ The name looks the same as {_listed(alike)}.")
    if left:
        notes.append(f"{counted(left)} {'is' if left == 1 else 'are'} still booked.")
    return _line(user) + "".join(f"\n\n{note}" for note in notes)


def _listed(users: Sequence[User]) -> str:
    others = [f"{doctor(user.name)} ({esc(user.specialization or user.email)})" for user in users]
    more = f" and {len(others) - MOST_ALIKE} more" if len(others) > MOST_ALIKE else ""
    return ", ".join(others[:MOST_ALIKE]) + more


def name_decided(user: User, *, approved: bool) -> str:
    """Say what became of the name that a doctor wants."""
    if approved:
        return f"✅ The doctor's name is now {doctor(user.name)}. I'll tell them."
    return f"🚫 The name is refused. I'll tell {doctor(user.name)}."


def decided(user: User) -> str:
    """Say what became of a registration."""
    verdict = "is approved and can sign in now" if user.status is AccountStatus.ACTIVE else "is refused"
    return f"✅ {doctor(user.name)} {verdict}. I'll tell them by email."


def ask_block(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> str:
    """Ask whether to block somebody, and name what is booked."""
    head = (
        f"🚫 Block {esc(called(user))} ({esc(user.email)})?\n\n"
        "They'll be signed out everywhere right away, and can't sign in until an admin unblocks them."
    )
    return head + _booked(user, affected, zone)


def ask_bulk_cancel(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> str:
    """Ask whether to cancel what somebody who is blocked has booked still."""
    if not affected:
        return f"{esc(called(user))} has no upcoming appointments. There's nothing to cancel."
    return f"✖ Cancel all appointments with {esc(called(user))}?" + _booked(user, affected, zone)


def _booked(user: User, affected: Sequence[AppointmentCard], zone: ZoneInfo) -> str:
    if not affected:
        return ""
    lines = [f"• {moment(item.appointment.slot.start, zone)}, {_other(item, user)}" for item in affected]
    more = f"\n… and {len(lines) - MOST_LISTED} more" if len(lines) > MOST_LISTED else ""
    hear = (
        "If you cancel them, I'll tell each patient and offer up to three other times."
        if user.role is Role.DOCTOR
        else "If you cancel them, I'll tell the doctors."
    )
    return (
        f"\n\n<b>{counted(len(lines))} coming up</b>\n" + "\n".join(lines[:MOST_LISTED]) + f"{more}\n\n{hear}"
    )


def _other(item: AppointmentCard, user: User) -> str:
    return esc(item.patient.name) if user.role is Role.DOCTOR else doctor(item.doctor.name)


def those(number: int) -> str:
    """Return what a button calls so many appointments."""
    return "the 1 appointment" if number == 1 else f"those {number}"


def cancel_left(number: int) -> str:
    """Label the button that cancels what somebody who is blocked has booked still."""
    return f"✖ Cancel the {counted(number)}"


def blocked(user: User, cancelled: int | None) -> str:
    """Say that somebody is blocked; `cancelled` None where nothing was to be cancelled."""
    also = "" if cancelled is None else f" {cleared(user, cancelled)}"
    return f"🚫 {esc(called(user))} is blocked and signed out everywhere.{also}"


def unblocked(user: User) -> str:
    """Say that somebody may come in again."""
    return f"✅ {esc(called(user))} can sign in again."


def cleared(user: User, cancelled: int) -> str:
    """Say how many appointments were cancelled."""
    if not cancelled:
        return "There was nothing left to cancel."
    are = "is" if cancelled == 1 else "are"
    heard = "the patients" if user.role is Role.DOCTOR else "the doctors"
    return f"{counted(cancelled)} {are} cancelled. I'll tell {heard}."


def ask_reset(user: User) -> str:
    """Ask whether to take somebody's password away."""
    return (
        f"🔑 Send {esc(called(user))} a code for a new password, to {esc(user.email)}?\n\n"
        "The old password will stop working, and they'll be signed out everywhere. You won't see the code."
    )


def reset(user: User) -> str:
    """Say that the code is on its way."""
    return f"🔑 A code is on its way to {esc(user.email)}. With it they can choose a new password in /forgot."


def ask_right_email(user: User) -> str:
    """Ask an admin for somebody's right address."""
    return (
        f"📧 {esc(called(user))}: <b>{esc(user.email)}</b>\n\n"
        "What is the right email address? I'll email a code there, and tell the old address and their chats."
        " They stay signed in."
    )


def email_corrected(user: User) -> str:
    """Say that the address is corrected, and what comes next."""
    return f"✅ The email address is now {esc(user.email)}. A code is on its way there."


def nobody_to_correct() -> str:
    """Say where the correction of an address begins."""
    return "To correct an email address, open the person in /users."


def ask_receptionists_name() -> str:
    """Ask for the name of a new receptionist."""
    return "📝 <b>New receptionist</b>\n\nWhat is their full name?"


def ask_receptionists_email(name: str) -> str:
    """Ask for the address of a new receptionist."""
    return f"What is {esc(name)}'s email address? I'll email a code there, to choose a password with."


def receptionist_summary(name: str, email: str) -> str:
    """Show what was answered, and what a receptionist may do."""
    return (
        f"Is this right?\n\nName: <b>{esc(name)}</b>\nEmail: <b>{esc(email)}</b>\nRole: <b>receptionist</b>\n\n"
        "They can book, move and cancel for every patient, and see whether messages arrived. They don't see why"
        " patients come."
    )


def receptionist_added(user: User) -> str:
    """Say that the account is there, and what comes next."""
    return (
        f"✅ {esc(user.name)} has an account. A code is on its way to {esc(user.email)}: with it they choose a"
        " password in /forgot."
    )


def ask_specialization(user: User) -> str:
    """Ask for a doctor's new specialization."""
    return (
        f"🏥 {doctor(user.name)}: <b>{esc(user.specialization or '')}</b>\n\n"
        "What is the new specialization? Tap one, or type another."
    )


def keep_typed(name: str) -> str:
    """Label the button that keeps a specialization as it was typed."""
    return f"Keep “{name}”"


def specialization_changed(user: User) -> str:
    """Say what it is now."""
    return f"✅ {doctor(user.name)}: {esc(user.specialization or '')}."


def nobody_to_change() -> str:
    """Say where the change of a specialization begins."""
    return "To change a specialization, open the doctor in /users."
