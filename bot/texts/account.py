"""What is said around accounts: registering, signing in and out, lists of people."""

from bot.drafts import RegisterDraft
from bot.texts.formats import GENDERS, ROLES, doctor, esc, speaks
from services.models import AccountStatus, Page, Role, User

ROLE_BUTTONS = {Role.PATIENT: "🙂 Patient", Role.DOCTOR: "👩‍⚕️ Doctor", Role.ADMIN: "🗂 Admin"}
STATUSES = {
    AccountStatus.ACTIVE: "active",
    AccountStatus.PENDING: "waits for approval",
    AccountStatus.BLOCKED: "blocked",
}
MARKS = {AccountStatus.ACTIVE: "🟢", AccountStatus.PENDING: "⏳", AccountStatus.BLOCKED: "🚫"}


def ask_name(clinic: str) -> str:
    """Ask for the name."""
    return f"📝 <b>Registration at {esc(clinic)}</b>\n\nWhat is your full name?"


def ask_email(name: str) -> str:
    """Ask for the mail address."""
    return f"Thank you, {esc(name)}.\n\nWhat is your mail address? Confirmations go there."


def ask_new_password(min_length: int) -> str:
    """Ask for a new password."""
    return (
        f"🔒 Choose a password of {min_length} characters or more.\n\n"
        "I delete your message as soon as I have read it, and never show it."
    )


def ask_role() -> str:
    """Ask what the person is to the clinic."""
    return "Are you here as a patient, a doctor or an admin?"


def ask_specialization() -> str:
    """Ask a doctor for the specialization."""
    return "What is your specialization? Tap one, or type another."


def ask_gender() -> str:
    """Ask for the gender."""
    return "What is your gender? You may leave this open."


def ask_staff_code(*, optional: bool) -> str:
    """Ask for the staff code."""
    without = " Without it, an admin will look at your registration first." if optional else ""
    return f"🔒 Please type the clinic's staff code.{without}"


def registration_summary(draft: RegisterDraft) -> str:
    """Show what was answered."""
    rows = [
        ("Name", draft.name),
        ("Mail", draft.email),
        ("Password", "•••••••• (kept safe)"),
        ("Role", ROLES[draft.role] if draft.role else ""),
        ("Specialization", draft.specialization or ""),
        ("Gender", GENDERS[draft.gender] if draft.gender else "not said"),
    ]
    lines = [f"{name}: <b>{esc(value)}</b>" for name, value in rows if value]
    note = "\n\nAn admin will look at it before you can sign in." if _waits(draft) else ""
    return "Is this right?\n\n" + "\n".join(lines) + note


def _waits(draft: RegisterDraft) -> bool:
    return draft.role is Role.DOCTOR and not draft.vetted


def registered(user: User) -> str:
    """Say that the account is there."""
    return f"✅ Welcome, {esc(user.name)}! Your account is ready. Sign in to go on."


def registered_pending(user: User) -> str:
    """Say that the account waits for approval."""
    return (
        f"✅ Thank you, {doctor(user.name)}. Your registration waits for the clinic's approval;"
        f" a mail to {esc(user.email)} will tell you as soon as you can sign in."
    )


def ask_login_email() -> str:
    """Ask who signs in."""
    return "🔑 <b>Sign in</b>\n\nWhat is your mail address?"


def ask_login_password(email: str) -> str:
    """Ask for the password."""
    return f"🔑 Your password for {esc(email)}? I delete your message as soon as I have read it."


def signed_in(user: User) -> str:
    """Greet."""
    return f"✅ Hello {esc(user.name)}, you are signed in."


def signed_out() -> str:
    """Say good-bye."""
    return "👋 You are signed out of this chat. /login signs you in again."


def users(page: Page[User], search: str) -> str:
    """Head a page of accounts."""
    found = f" with “{esc(search)}”" if search else ""
    if not page.total:
        return f"👥 No account{found}.\n\n/users shows all of them; /users rao looks for a name or a mail address."
    count = "1 account" if page.total == 1 else f"{page.total} accounts"
    lines = [_line(user) for user in page.items]
    hint = "" if search else "\n\nTo look for somebody: /users and a name or a mail address."
    return f"👥 <b>{count}{found}</b>\n\n" + "\n\n".join(lines) + hint


def _line(user: User) -> str:
    what = [
        ROLES[user.role],
        user.specialization,
        GENDERS[user.gender] if user.gender else None,
        speaks(user),
    ]
    details = " · ".join(esc(part) for part in (*what, STATUSES[user.status]) if part)
    return f"{MARKS[user.status]} <b>{esc(user.name)}</b>\n{esc(user.email)}\n{details}"


def user_card(user: User) -> str:
    """Show an account to an admin."""
    return _line(user)


def decided(user: User) -> str:
    """Say what became of a registration."""
    verdict = "is approved, and can sign in now" if user.status is AccountStatus.ACTIVE else "is refused"
    return f"✅ {doctor(user.name)} {verdict}. A mail says so.\n\n{_line(user)}"
