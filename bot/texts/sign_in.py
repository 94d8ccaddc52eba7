"""What is said around one's own account: registering, signing in and out."""

from bot.drafts import RegisterDraft
from bot.localization.messages import phrase, say, say_count
from bot.texts.formats import GENDERS, ROLES, doctor, esc
from bot.texts.specializations import specialization
from services.models.people import Role, User

# What people can register as themselves.
ROLE_BUTTONS = {
    Role.PATIENT: phrase("🙂 Patient"),
    Role.DOCTOR: phrase("👩‍⚕️ Doctor"),
    Role.ADMIN: phrase("🗂 Admin"),
}


def ask_name(clinic: str) -> str:
    """Ask for the name."""
    head = say("📝 <b>Registration at {clinic}</b>", clinic=esc(clinic))
    return "\n\n".join([head, say("What is your full name?")])


def ask_email(name: str) -> str:
    """Ask for the email address."""
    thanks = say("Thank you, {name}.", name=esc(name))
    asked = say("What is your email address? I'll send confirmations there.")
    return f"{thanks}\n\n{asked}"


def ask_new_password(min_length: int) -> str:
    """Ask for a new password."""
    asked = say_count(
        "🔒 Choose a password with at least {count} character.",
        "🔒 Choose a password with at least {count} characters.",
        min_length,
    )
    kept = say("I'll delete your message as soon as I've read it, and never show it.")
    return f"{asked}\n\n{kept}"


def ask_role() -> str:
    """Ask what the person is to the clinic."""
    return say("Are you here as a patient, a doctor or an admin?")


def ask_specialization() -> str:
    """Ask a doctor for the specialization."""
    return say("What is your specialization? Tap one, or type another.")


def ask_gender() -> str:
    """Ask for the gender."""
    return say("What is your gender? You don't have to say.")


def ask_staff_code(*, optional: bool) -> str:
    """Ask for the staff code."""
    asked = say("🔒 Please type the clinic's staff code.")
    without = say("Without it, an admin has to approve your registration first.")
    return f"{asked} {without}" if optional else asked


def registration_summary(draft: RegisterDraft) -> str:
    """Show what was answered."""
    lines = [
        say("Name: <b>{name}</b>", name=esc(draft.name)) if draft.name else "",
        say("Email: <b>{email}</b>", email=esc(draft.email)) if draft.email else "",
        say("Password: <b>•••••••• (kept safe)</b>"),
        say("Role: <b>{role}</b>", role=ROLES[draft.role]) if draft.role else "",
        say(
            "Specialization: <b>{specialization}</b>",
            specialization=esc(specialization(draft.specialization)),
        )
        if draft.specialization
        else "",
        say("Gender: <b>{gender}</b>", gender=GENDERS[draft.gender])
        if draft.gender
        else say("Gender: <b>not given</b>"),
    ]
    parts = [say("Is this right? To change a line, tap its name."), "\n".join(filter(None, lines))]
    if _waits(draft):
        parts.append(say("An admin has to approve it before you can sign in."))
    return "\n\n".join(parts)


def _waits(draft: RegisterDraft) -> bool:
    return draft.role is Role.DOCTOR and not draft.vetted


def registered(user: User) -> str:
    """Say that the account is there."""
    return say("✅ Welcome, {name}! Your account is ready. Sign in to continue.", name=esc(user.name))


def registered_and_in(user: User) -> str:
    """Say that the account is there, and that they are signed in."""
    return say("✅ Welcome, {name}! Your account is ready, and you are signed in.", name=esc(user.name))


def registered_pending(user: User) -> str:
    """Say that the account waits for approval."""
    return say(
        "✅ Thank you, {name}. The clinic has to approve your registration."
        " I'll email you at {email} as soon as you can sign in.",
        name=doctor(user.name),
        email=esc(user.email),
    )


def saved_before(user: User) -> str:
    """Say that what counts are the answers of the first time."""
    saved = say(
        "I had already saved your first answers: {name}, {email} and the password you chose then."
        " You can change them in /me.",
        name=esc(user.name),
        email=esc(user.email),
    )
    return f"\n\n{saved}"


def ask_login_email() -> str:
    """Ask who signs in."""
    return "\n\n".join([say("🔑 <b>Sign in</b>"), say("What is your email address?")])


def ask_login_password(email: str) -> str:
    """Ask for the password."""
    return say(
        "🔑 What is your password for {email}? I'll delete your message as soon as I've read it.",
        email=esc(email),
    )


def signed_in(user: User) -> str:
    """Greet."""
    return say("✅ Hello {name}, you are signed in.", name=esc(user.name))


def signed_out() -> str:
    """Say good-bye."""
    return say("👋 You are signed out of this chat. To sign in again: /login")
