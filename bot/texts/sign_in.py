"""What is said around one's own account: registering, signing in and out."""

from bot.drafts import RegisterDraft
from bot.texts.formats import GENDERS, ROLES, doctor, esc
from services.models.people import Role, User

# What people can register as themselves.
ROLE_BUTTONS = {Role.PATIENT: "🙂 Patient", Role.DOCTOR: "👩‍⚕️ Doctor", Role.ADMIN: "🗂 Admin"}


def ask_name(clinic: str) -> str:
    """Ask for the name."""
    return f"📝 <b>Registration at {esc(clinic)}</b>\n\nWhat is your full name?"


def ask_email(name: str) -> str:
    """Ask for the email address."""
    return f"Thank you, {esc(name)}.\n\nWhat is your email address? I'll send confirmations there."


def ask_new_password(min_length: int) -> str:
    """Ask for a new password."""
    return (
        f"🔒 Choose a password with at least {min_length} characters.\n\n"
        "I'll delete your message as soon as I've read it, and never show it."
    )


def ask_role() -> str:
    """Ask what the person is to the clinic."""
    return "Are you here as a patient, a doctor or an admin?"


def ask_specialization() -> str:
    """Ask a doctor for the specialization."""
    return "What is your specialization? Tap one, or type another."


def ask_gender() -> str:
    """Ask for the gender."""
    return "What is your gender? You don't have to say."


def ask_staff_code(*, optional: bool) -> str:
    """Ask for the staff code."""
    without = " Without it, an admin has to approve your registration first." if optional else ""
    return f"🔒 Please type the clinic's staff code.{without}"


def registration_summary(draft: RegisterDraft) -> str:
    """Show what was answered."""
    rows = [
        ("Name", draft.name),
        ("Email", draft.email),
        ("Password", "•••••••• (kept safe)"),
        ("Role", ROLES[draft.role] if draft.role else ""),
        ("Specialization", draft.specialization or ""),
        ("Gender", GENDERS[draft.gender] if draft.gender else "not given"),
    ]
    lines = [f"{name}: <b>{esc(value)}</b>" for name, value in rows if value]
    note = "\n\nAn admin has to approve it before you can sign in." if _waits(draft) else ""
    return "Is this right? To change a line, tap its name.\n\n" + "\n".join(lines) + note


def _waits(draft: RegisterDraft) -> bool:
    return draft.role is Role.DOCTOR and not draft.vetted


def registered(user: User) -> str:
    """Say that the account is there."""
    return f"✅ Welcome, {esc(user.name)}! Your account is ready. Sign in to continue."


def registered_and_in(user: User) -> str:
    """Say that the account is there, and that they are signed in."""
    return f"✅ Welcome, {esc(user.name)}! Your account is ready, and you are signed in."


def registered_pending(user: User) -> str:
    """Say that the account waits for approval."""
    return (
        f"✅ Thank you, {doctor(user.name)}. The clinic has to approve your registration."
        f" I'll email you at {esc(user.email)} as soon as you can sign in."
    )


def saved_before(user: User) -> str:
    """Say that what counts are the answers of the first time."""
    return (
        f"\n\nI had already saved your first answers: {esc(user.name)}, {esc(user.email)} and the password you chose"
        " then. You can change them in /me."
    )


def ask_login_email() -> str:
    """Ask who signs in."""
    return "🔑 <b>Sign in</b>\n\nWhat is your email address?"


def ask_login_password(email: str) -> str:
    """Ask for the password."""
    return f"🔑 What is your password for {esc(email)}? I'll delete your message as soon as I've read it."


def signed_in(user: User) -> str:
    """Greet."""
    return f"✅ Hello {esc(user.name)}, you are signed in."


def signed_out() -> str:
    """Say good-bye."""
    return "👋 You are signed out of this chat. To sign in again: /login"
