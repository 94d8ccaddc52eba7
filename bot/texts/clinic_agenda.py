"""What the desk is told about everybody's appointments: the clinic's days, and one person's."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.texts.appointments import STATUSES, TABS, called, counted, presence, with_whom
from bot.texts.formats import (
    clock_time,
    day,
    doctor,
    esc,
    of_series,
    plain_doctor,
    span_of,
    zone_name,
    zone_note,
)
from bot.texts.visits import what
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus, Period
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User
from services.patients.fields import shown_phone

HOW_TO_FIND = (
    "To find someone: /appointments and a name or email address."
    " For another day: /appointments tomorrow or /appointments 2027-05-04."
)


def clinic_day(shown: Page[AppointmentCard], chosen: date, zone: ZoneInfo) -> str:
    """Head a page of the clinic's appointments of a day."""
    head = f"🗓 <b>{day(chosen)}</b> ({zone_name(zone)})"
    if not shown.total:
        return f"{head}\n\nNo appointments on this day.\n\n{HOW_TO_FIND}"
    lines = [f"{clock_time(item.appointment.slot.start, zone)} {_both(item, zone)}" for item in shown.items]
    return f"{head}: {counted(shown.total)}\n\n" + "\n".join(lines) + f"\n\n{HOW_TO_FIND}"


def _both(item: AppointmentCard, zone: ZoneInfo) -> str:
    said = f"{STATUSES[item.appointment.status]}{presence(item.appointment, zone)}"
    return f"{doctor(item.doctor.name)} · {esc(item.patient.name)} ({said}){what(item)}{of_series(item.appointment)}"


def in_day(item: AppointmentCard, zone: ZoneInfo) -> str:
    """Label the button of an appointment of the day."""
    mark = "✖ " if item.appointment.status is AppointmentStatus.CANCELLED else ""
    start = clock_time(item.appointment.slot.start, zone)
    return f"{mark}{start} {plain_doctor(item.doctor.name)} · {item.patient.name}"


def turn_day(chosen: date) -> str:
    """Return what a button calls another day: Tue 4 May."""
    return day(chosen).rpartition(" ")[0]


def no_such_day() -> str:
    """Say that a day that was typed is in no calendar."""
    return "That day doesn't exist. Please type one like 2027-05-04, tomorrow or Monday."


def people(found: Page[User | Patient], search: str) -> str:
    """Ask whose appointments are meant."""
    if not found.total:
        return f"🔎 I couldn't find a patient or doctor with “{esc(search)}” in their name or email address.\n\n{HOW_TO_FIND}"
    lines = [f"• {_named(each)}" for each in found.items]
    return (
        f"🔎 <b>{found.total} people with “{esc(search)}”</b>. Whose appointments would you like to see?\n\n"
        + "\n".join(lines)
    )


def _named(person: User | Patient) -> str:
    """Return somebody with what tells them apart: the address, or else the telephone or the birth date."""
    known = person.email
    if isinstance(person, Patient) and not known:
        born = f"born {person.birth_date:%-d %B %Y}" if person.birth_date else ""
        known = shown_phone(person.phone) if person.phone else born
    return ", ".join(filter(None, (esc(called(person)), esc(known))))


def person(user: User | Patient, shown: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    """Head a page of somebody's appointments."""
    role = user.role if isinstance(user, User) else Role.PATIENT
    sign = "👩‍⚕️" if role is Role.DOCTOR else "🙂"
    head = f"{sign} <b>{esc(called(user))}</b>{_named(user).removeprefix(esc(called(user)))}\n{TABS[period]}"
    if not shown.total:
        return f"{head}: none."
    lines = [
        f"• {span_of(item.appointment.slot, rules.zone)}\n   {with_whom(item, role)}{what(item)}"
        for item in shown.items
    ]
    return f"{head}: {counted(shown.total)}{zone_note(rules)}\n\n" + "\n".join(lines)
