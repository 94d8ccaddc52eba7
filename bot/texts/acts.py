"""What is said where a sentence asks for something to be done: which appointment it means, and what for."""

from datetime import timedelta

from bot.localization.messages import phrase, say, say_count
from bot.texts.appointments import card, counted
from bot.texts.formats import call_the_clinic, doctor, span, zone_note
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.people import Role

WHICH_TO_CANCEL = phrase("✖ <b>Which one do you want to cancel?</b>")
WHICH_TO_MOVE = phrase("🔁 <b>Which one do you want to move?</b>")
WHICH_TO_CONFIRM = phrase("👍 <b>Which one will you come to?</b>")
WHICH_TO_BE_EARLIER = phrase("⏩ <b>For which one would you like an earlier time?</b>")
WHICH_ONE = phrase("📋 <b>Which one do you mean?</b>")
WHICH_LIST = phrase("🔔 <b>Which doctor's waiting list would you like to join?</b>")
WHICH_DOCTOR = phrase("🩺 <b>Which doctor do you mean?</b>")
# A button that tells the patients.
TELL_THEM = phrase("🕐 Yes, tell them")
NOTE_IT = phrase("🕐 Yes, note it")


def yours(count: int, rules: ClinicRules) -> str:
    """Head the appointments that somebody asked about."""
    return f"📋 <b>{counted(count)}</b>{zone_note(rules)}"


def none_fits(rules: ClinicRules) -> str:
    """Say that none of the upcoming appointments is the one that is meant; they stand below as buttons."""
    said = say("🔎 None of your upcoming appointments fits that. These are the ones you have:")
    return f"{said}{zone_note(rules)}"


def none_upcoming() -> str:
    """Say that there is no appointment to come."""
    return say("📋 You have no upcoming appointments.")


def none_today() -> str:
    """Say that there is no appointment today; those to come stand below as buttons."""
    return say("📋 You have no appointment today. These are your upcoming ones:")


def nobody_fits_that_day() -> str:
    """Say that the doctor has no such appointment on that day."""
    return say("🔎 I couldn't find an appointment that fits that.")


def ask_to_come(item: AppointmentCard, rules: ClinicRules) -> str:
    """Ask whether the patient will come, and name the visit."""
    shown = card(item, Role.PATIENT, rules)
    return say("👍 <b>Will you come to this appointment?</b>") + f"\n\n{shown}"


def call_when_late(rules: ClinicRules) -> str:
    """Say what a patient does who will be late."""
    return say("🕐 If you'll be late, please {call}.", call=call_the_clinic(rules))


def get_well() -> str:
    """Say something kind to a doctor who is ill."""
    return say("🤒 I'm sorry to hear that. Get well soon!")


def ask_to_tell(name: str | None, minutes: int, count: int) -> str:
    """Ask whether to tell so many patients that a doctor (None: whoever reads it) is late."""
    late = span(timedelta(minutes=minutes))
    if not count:
        return f"{_ask_to_note(name, late)}\n\n" + say("No patient is left to tell today.")
    asked = _ask_of_oneself(late, count) if name is None else _ask_of_doctor(name, late, count)
    return f"{asked}\n\n" + say("No appointment is moved.")


def _ask_to_note(name: str | None, late: str) -> str:
    if name is None:
        return say("🕐 <b>Should I note that you're about {length} late?</b>", length=late)
    return say(
        "🕐 <b>Should I note that {doctor} is about {length} late?</b>", doctor=doctor(name), length=late
    )


def _ask_of_oneself(late: str, count: int) -> str:
    return say_count(
        "🕐 <b>Should I tell {count} patient that you're about {length} late?</b>",
        "🕐 <b>Should I tell {count} patients that you're about {length} late?</b>",
        count,
        length=late,
    )


def _ask_of_doctor(name: str, late: str, count: int) -> str:
    return say_count(
        "🕐 <b>Should I tell {count} patient that {doctor} is about {length} late?</b>",
        "🕐 <b>Should I tell {count} patients that {doctor} is about {length} late?</b>",
        count,
        doctor=doctor(name),
        length=late,
    )
