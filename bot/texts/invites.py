"""What calendars say of an appointment: plain text, in the words of whoever's calendar it is."""

from collections.abc import Mapping
from typing import Any

from bot.texts.formats import plain_doctor
from services.clinic import ClinicRules
from services.models import Role

FILE_NAME = "appointment.ics"


def title(facts: Mapping[str, Any], role: Role) -> str:
    """Return what is seen on locked screens and by whoever shares the calendar: whom, and never why."""
    other = facts["patient"] if role is Role.DOCTOR else plain_doctor(facts["doctor"])
    return f"Appointment: {other}"


def notes(rules: ClinicRules, link: str) -> str:
    """Return what stands below it; `link` is where the bot is found (https://t.me/…)."""
    return f"At {rules.name}. To see or cancel it, open /appointments in the chat:\n{link}"


def sent(title_: str) -> str:
    """Go with the file."""
    return f"📅 Open this file to add it to your calendar. After a move, add it again: it stays one entry.\n{title_}"
