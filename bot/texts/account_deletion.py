"""What is said to people who want to have what is kept of them, or to delete their accounts."""

from collections.abc import Sequence

from bot.localization.messages import phrase_in, say, say_count
from bot.texts.appointments import with_doctor
from bot.texts.formats import comma_list, esc, moment_read
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.patients import Patient
from services.models.people import Role, User
from services.privacy.personal_data import DataWord

MOST_NAMED = 5
# Translators: each stands alone, as a value in a JSON file; of a message that is not sent yet: it waits.
DATA_WORDS = {
    DataWord.YOU: phrase_in("file of personal data", "you"),
    DataWord.ANOTHER: phrase_in("file of personal data", "somebody else"),
    DataWord.WAITING: phrase_in("file of personal data", "waits to be sent"),
}


def my_data() -> str:
    """Say what the file is."""
    return say(
        "📄 This is everything I keep about you, except your password's hash, what keeps you signed in, and the address"
        " of your calendar feed. It's a JSON file, which any browser or text editor can open."
    )


def data_words() -> dict[DataWord, str]:
    """Return the words in that file that are not facts."""
    return {word: str(said) for word, said in DATA_WORDS.items()}


def ask_forget(
    user: User, to_come: Sequence[AppointmentCard], going: Sequence[Patient], rules: ClinicRules
) -> str:
    """Ask whether to delete the account, and name what goes, patients whom nobody else looks after too."""
    paragraphs = [
        say("🗑 <b>Delete your account, {name}?</b>", name=esc(user.name)),
        _deleted(user.role),
        _going(going),
        _cancelled(to_come, user.role, rules),
        say("This can't be undone."),
    ]
    return "\n\n".join(filter(None, paragraphs))


def _deleted(role: Role) -> str:
    deleted = (
        say(
            "I'll delete your name, email address and password, the reasons for your visits, your answers before"
            " them, what I told you, and where you are signed in."
        )
        if role is Role.PATIENT
        else say(
            "I'll delete your name, email address and password, what I told you, and where you are signed in."
        )
    )
    kept = say("Past appointments stay in the clinic's records, without your name.")
    return f"{deleted} {kept}"


def _going(patients: Sequence[Patient]) -> str:
    if not patients:
        return ""
    return say(
        "Nobody else looks after {names}, so I'll delete what I know of them in the same way.",
        names=comma_list([esc(each.name) for each in patients]),
    )


def _cancelled(to_come: Sequence[AppointmentCard], role: Role, rules: ClinicRules) -> str:
    if not to_come:
        return ""
    heading = say_count(
        "This appointment will be cancelled, and I'll tell the others:",
        "These {count} appointments will be cancelled, and I'll tell the others:",
        len(to_come),
    )
    lines = [_visit(card, role, rules) for card in to_come[:MOST_NAMED]]
    more = len(to_come) - MOST_NAMED
    lines += [say_count("and {count} more", "and {count} more", more)] if more > 0 else []
    return "\n".join([heading, *(f"• {line}" for line in lines)])


def _visit(card: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    other = esc(card.patient.name) if role is Role.DOCTOR else with_doctor(card)
    return say("{when}: {whom}", when=moment_read(card.appointment.slot.start, rules), whom=other)


def forgotten(count: int) -> str:
    """Say good-bye for good."""
    sentences = [
        say("👋 Your account is deleted."),
        say_count("{count} appointment is cancelled.", "{count} appointments are cancelled.", count)
        if count
        else "",
        say("All the best! If you come back, create a new one with /register."),
    ]
    return " ".join(filter(None, sentences))
