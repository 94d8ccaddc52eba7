"""What calendars say of an appointment: plain text, in the words of whoever's calendar it is."""

from collections.abc import Mapping
from typing import Any

from bot.texts.appointments import with_doctor
from bot.texts.formats import esc, found_at, moment_read, plain_doctor, stretch_read
from bot.texts.visits import DIRECTIONS, directions, phone_there, place_line, preparation
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.patients import has_no_account
from services.models.people import Role, User

FILE_NAME = "appointment.ics"
FEED_NAME = "appointments.ics"
VIDEO_VISIT = "Video visit"


def calendar_name(rules: ClinicRules) -> str:
    """Name the calendar that a feed is."""
    return f"{rules.name} appointments"


def title(facts: Mapping[str, Any], reader: User) -> str:
    """Return what is seen on locked screens and by whoever shares the calendar: whom, and never why."""
    if reader.role is Role.DOCTOR:
        return f"Appointment: {facts['patient']}"
    patient_id = str(facts.get("patient_id"))
    is_own = patient_id == reader.id or not has_no_account(patient_id)
    return f"Appointment: {'' if is_own else facts['patient'] + ' with '}{plain_doctor(facts['doctor'])}"


def where(facts: Mapping[str, Any], rules: ClinicRules) -> str:
    """Return where one comes to: at one of the clinic's places, or where the clinic is."""
    return place_line(facts) or found_at(rules)


def notes(facts: Mapping[str, Any], reader: User, rules: ClinicRules, link: str, room: str | None) -> str:
    """Return what stands below it: `link` is where the bot is found (https://t.me/…), `room` a video visit's.

    A patient is also told how to get there, and what to do before.
    """
    video = f"Video visit, open from 10 minutes before:\n{room}\n\n" if room else ""
    way = "" if room else directions(facts)
    told = f"{DIRECTIONS}: {way}\n" if way else ""
    if reader.role is not Role.DOCTOR and (prepare := preparation(facts)):
        told += f"{prepare}\n"
    clinic = rules.name if room else where(facts, rules)
    number = ("" if room else phone_there(facts)) or rules.phone
    phone = f" Phone: {number}." if number else ""
    below = f"{told}\n" if told else ""
    return f"{video}{below}At {clinic}.{phone} To see or cancel it, open /appointments in the chat:\n{link}"


def file(found: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    """Go with the file of an appointment."""
    return (
        f"📅 {_with_whom(found, role)}, {stretch_read(found.appointment.slot, rules)}.\n"
        "Open the file to add it to your calendar. If the appointment is moved, add it again. It stays one entry."
    )


def nothing_to_add(found: AppointmentCard, rules: ClinicRules) -> str:
    """Say that an appointment is cancelled, so that nobody has it in their calendar."""
    return (
        f"The appointment on {moment_read(found.appointment.slot.start, rules)} is cancelled, so there's"
        " nothing to add. If it's already in your calendar, please delete it there."
    )


def _with_whom(found: AppointmentCard, role: Role) -> str:
    return esc(found.patient.name) if role is Role.DOCTOR else with_doctor(found)
