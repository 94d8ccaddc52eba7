"""Greeting and help."""

from bot.texts.formats import esc, zone_name
from services.clinic_rules import ClinicRules
from services.models.people import User

# What can be typed at once, of the first of these commands that a person has.
AT_ONCE = {
    "stats": "/stats 7",
    "timeoff": "/timeoff 4 May to 9 May",
    "book": "/book Rao tomorrow 9:30",
}


def welcome(clinic: str, user: User | None) -> str:
    """Say in two lines what this is."""
    hello = f"Good to see you, {esc(user.name)}." if user else "Sign in, or make an account in a minute."
    return f"👋 This is <b>{esc(clinic)}</b>: find a doctor, take a time, and hear of it here and by mail.\n{hello}"


def help_page(rules: ClinicRules, commands: list[tuple[str, str]]) -> str:
    """List what this person can do now, and how to reach the clinic."""
    lines = "\n".join(f"/{name} – {esc(description)}" for name, description in commands)
    return (
        f"💡 <b>{esc(rules.name)}</b> books doctors' appointments.\n\n{lines}\n\n"
        f"Tap the buttons, or type: I understand {_understood(commands)}. Times are {zone_name(rules.zone)}."
        f"{_reach(rules)}"
    )


def _understood(commands: list[tuple[str, str]]) -> str:
    """Return examples of what a person who has these commands can type."""
    names = {name for name, _ in commands}
    doctor = ", “Dr Rao”" if "book" in names else ""
    said = next((example for name, example in AT_ONCE.items() if name in names), None)
    return f"“tomorrow”, “9:30”{doctor}" + (f", and at once “{said}”" if said else "")


def _reach(rules: ClinicRules) -> str:
    """Return where the clinic is and its telephone, each in a line, as far as they are known."""
    address = f"\n📍 {esc(rules.address)}" if rules.address else ""
    phone = f"\n☎️ {esc(rules.phone)}" if rules.phone else ""
    return f"\n{address}{phone}" if address or phone else ""


def nothing_to_cancel() -> str:
    """Answer /cancel where no dialog is open."""
    return "There is nothing to leave here. To cancel an appointment, open it in /appointments."


def unknown_command() -> str:
    """Answer a command that does not exist."""
    return "I don't know that command. /help shows what I can do for you."


def plain_words() -> str:
    """Answer words that belong to no question."""
    return "I understand commands and buttons best. What would you like to do?"


def groups() -> str:
    """Say in a group that this is a private matter."""
    return "🤫 Health is private: please write to me in a private chat."


def privacy(clinic: str) -> str:
    """Say what is kept."""
    return (
        f"🔐 <b>What {esc(clinic)} keeps</b>\n\n"
        "Your name, mail address, role, language, time zone and, if you gave it, your gender; your appointments and"
        " the reasons you typed; for which doctors' times you wait; the chats in which you are signed in, with what Telegram calls you there, and how"
        " far a dialog has come; for 30 days, what I told you; and, by numbers and without names, who did what when.\n\n"
        "Your doctors see your name, your language and the reason of your visit; nobody else sees a reason. The"
        " clinic's admins see names, mail addresses, roles, genders and languages. Whoever is signed in sees the"
        " doctors' names, specializations and genders.\n\n"
        "Your password, and codes that I mail, are kept only as hashes that nobody can read back.\n\n"
        "/mydata sends you all of it, /me changes it and shows where you are signed in, /logout ends this chat's"
        " session. /forgetme deletes it: past appointments stay, without your name and your reasons."
    )
