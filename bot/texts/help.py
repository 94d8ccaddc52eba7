"""Greeting and help."""

from collections.abc import Mapping

from bot.localization.messages import Phrase, apart, phrase, say
from bot.texts.appointments import called
from bot.texts.formats import esc, zone_name
from services.clinic_rules import ClinicRules
from services.models.people import Role, User

# Translators: what people can write in their own words; translate them as a patient, a doctor or a receptionist of
# your country would say them. Names of doctors stay; days are “Friday”, “tomorrow”.
_PATIENTS = (
    phrase("I need a skin doctor on Friday afternoon"),
    phrase("When is my appointment?"),
    phrase("I can't come tomorrow"),
)
_DOCTORS = (
    phrase("Who comes tomorrow?"),
    phrase("I'm 20 minutes late"),
    phrase("I need Friday off"),
)
_DESK = (
    phrase("Who comes tomorrow?"),
    phrase("When is Dr Rao free on Friday?"),
    phrase("Dr Rao is 20 minutes late"),
)
EXAMPLES: Mapping[Role | None, tuple[Phrase, ...]] = {
    None: _PATIENTS,
    Role.PATIENT: _PATIENTS,
    Role.DOCTOR: _DOCTORS,
    Role.RECEPTIONIST: _DESK,
    Role.ADMIN: _DESK,
}


def welcome(clinic: str, user: User | None) -> str:
    """Say in two lines what this is."""
    books = user is None or user.role is Role.PATIENT
    head = [say("👋 Welcome to <b>{clinic}</b>!", clinic=esc(clinic))]
    if books:
        head.append(say("Book a doctor's appointment here. I'll confirm it here and by email."))
    hello = (
        say("Good to see you, {name}.", name=esc(called(user)))
        if user
        else say("Sign in, or create an account in a minute.")
    )
    return f"{' '.join(head)}\n{hello}"


def help_page(rules: ClinicRules, commands: list[tuple[str, str]], role: Role | None) -> str:
    """List what this person can do now, what they can write in their own words, and how to reach the clinic."""
    lines = "\n".join(f"{apart(f'/{name}')} – {esc(description)}" for name, description in commands)
    head = say("💡 Here's what I can do for you at <b>{clinic}</b>:", clinic=esc(rules.name))
    typed = say("Tap the buttons, or write what you need in your own words, for example:")
    examples = "\n".join(map(_example, EXAMPLES[role]))
    # Translators: {zone} is, for example, "Berlin time".
    zone = say("Times are in {zone}.", zone=zone_name(rules.zone))
    return f"{head}\n\n{lines}\n\n{typed}\n{examples}\n\n{zone}{_reach(rules)}"


def _example(words: Phrase) -> str:
    return say("💬 “{words}”", words=esc(str(words)))


def _reach(rules: ClinicRules) -> str:
    """Return where the clinic is and its telephone, each in a line, as far as they are known."""
    address = f"\n📍 {esc(rules.address)}" if rules.address else ""
    phone = f"\n☎️ {esc(rules.phone)}" if rules.phone else ""
    return f"\n{address}{phone}" if address or phone else ""


def nothing_to_cancel() -> str:
    """Answer /cancel where no dialog is open."""
    return say("There's nothing to leave here. To cancel an appointment, open it in /appointments.")


def unknown_command() -> str:
    """Answer a command that does not exist."""
    return say("I don't know that command. See what I can do for you in /help.")


def plain_words() -> str:
    """Answer words that belong to no question."""
    return say("I'm not sure what you mean. What would you like to do?")


def only_text() -> str:
    """Answer a picture, a voice message or the like outside of dialogs."""
    return say("I can only read text. What would you like to do?")


def greeted() -> str:
    """Answer a greeting."""
    return say("👋 Hello! What would you like to do?")


def thanked() -> str:
    """Answer thanks."""
    return say("🙂 You're welcome. What would you like to do?")


def groups() -> str:
    """Say in a group that this is a private matter."""
    return say("🤫 Health is private. Please write to me in a private chat.")


def privacy(clinic: str) -> str:
    """Say what is kept."""
    paragraphs = (
        say("🔐 <b>What {clinic} keeps</b>", clinic=esc(clinic)),
        say(
            "Your name, email address, role, language, time zone and, if you gave it, your gender. Your"
            " appointments, the reasons you typed, your answers to questions before a visit, and when you came."
            " The waiting lists you are on. The people you look after: what you told me of them, and their"
            " appointments. The chats where you are signed in, with your name on Telegram, and how far you got"
            " in what you were doing there. The programs that are signed in for you, with the names they gave."
            " For an hour, the network addresses from which somebody tries to sign in or register by program."
            " For 30 days, what I told you and whether it arrived. And who did what and when, by number and"
            " without names."
        ),
        say(
            "Your doctors see your name, your language, the reason for your visit and your answers to questions"
            " before it. Nobody else sees a reason or an answer. The clinic's reception and admins see names,"
            " email addresses, telephone numbers, birth dates, roles, genders and languages, and whether my"
            " messages arrived. Everyone who is signed in sees the doctors' names, specializations and genders."
        ),
        say(
            "If you ask for a calendar feed, whoever has its address sees when and with whom your appointments"
            " are, but never why. A doctor's feed shows patients by their initials, unless the doctor chooses"
            " full names."
        ),
        say(
            "If you ask to be called, your telephone number and when you asked are kept, and the clinic's reception"
            " sees them. How many messages I understand is counted by day and language, without what they say."
        ),
        say(
            "Your password, the codes I email, codes for patients, the address of your calendar feed and the"
            " network addresses of your programs are kept only as hashes that nobody can read back."
        ),
        say(
            "/mydata sends you all of it. /me lets you change it and shows where you are signed in. /logout ends"
            " this chat's session. /forgetme deletes everything, and whoever only you look after: only past"
            " appointments stay, without names, reasons and answers."
        ),
    )
    return "\n\n".join(paragraphs)
