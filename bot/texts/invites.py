"""What calendars say of an appointment: plain text, in the words of whoever's calendar it is."""

from collections.abc import Mapping
from typing import Any

from bot.localization.messages import phrase, say
from bot.texts.appointments import with_doctor
from bot.texts.formats import esc, found_at, moment_read, named, plain_doctor, stretch_read
from bot.texts.visits import directions, phone_there, place_line, preparation
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard
from services.models.patients import has_no_account
from services.models.people import Role, User

FILE_NAME = "appointment.ics"  # no words
FEED_NAME = "appointments.ics"  # no words
VIDEO_VISIT = phrase("Video visit")


def calendar_name(rules: ClinicRules) -> str:
    """Name the calendar that a feed is."""
    # Translators: the name of a calendar: "Riverside Clinic appointments".
    return say("{clinic} appointments", clinic=rules.name)


def title(facts: Mapping[str, Any], reader: User) -> str:
    """Return what is seen on locked screens and by whoever shares the calendar: whom, and never why."""
    if reader.role is Role.DOCTOR:
        return say("Appointment: {whom}", whom=named(facts["patient"]))
    patient_id = str(facts.get("patient_id"))
    doctor = plain_doctor(facts["doctor"])
    if patient_id == reader.id or not has_no_account(patient_id):
        return say("Appointment: {whom}", whom=doctor)
    return say("Appointment: {patient} with {doctor}", patient=facts["patient"], doctor=doctor)


def where(facts: Mapping[str, Any], rules: ClinicRules) -> str:
    """Return where one comes to: at one of the clinic's places, or where the clinic is."""
    return place_line(facts) or found_at(rules)


def notes(facts: Mapping[str, Any], reader: User, rules: ClinicRules, link: str, room: str | None) -> str:
    """Return what stands below it: `link` is where the bot is found (https://t.me/…), `room` a video visit's.

    A patient is also told how to get there, and what to do before.
    """
    way = "" if room else directions(facts)
    title = say("Video visit, open from 10 minutes before:")
    video = [f"{title}\n{room}"] if room else []
    told = [say("How to get there: {directions}", directions=way)] if way else []
    if reader.role is not Role.DOCTOR and (prepare := preparation(facts)):
        told.append(prepare)
    at = [say("At {clinic}.", clinic=rules.name if room else where(facts, rules))]
    if number := ("" if room else phone_there(facts)) or rules.phone:
        at.append(say("Phone: {number}.", number=number))
    at.append(say("To see or cancel it, open /appointments in the chat:"))
    parts = [*video, *(["\n".join(told)] if told else []), f"{' '.join(at)}\n{link}"]
    return "\n\n".join(parts)


def file(found: AppointmentCard, role: Role, rules: ClinicRules) -> str:
    """Go with the file of an appointment."""
    whom = _with_whom(found, role)
    how = say(
        "Open the file to add it to your calendar. If the appointment is moved, add it again. It stays one entry."
    )
    when = stretch_read(found.appointment.slot, rules)
    visit = say("📅 {whom}, {when}.", whom=whom, when=when)
    return f"{visit}\n{how}"


def nothing_to_add(found: AppointmentCard, rules: ClinicRules) -> str:
    """Say that an appointment is cancelled, so that nobody has it in their calendar."""
    return say(
        "The appointment on {when} is cancelled, so there's nothing to add. If it's already in your calendar, please"
        " delete it there.",
        when=moment_read(found.appointment.slot.start, rules),
    )


def _with_whom(found: AppointmentCard, role: Role) -> str:
    return esc(found.patient.name) if role is Role.DOCTOR else with_doctor(found)
