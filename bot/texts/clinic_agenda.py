"""What the desk is told about everybody's appointments: the clinic's days, and one person's."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.localization.messages import say, say_count
from bot.texts.appointments import STATUSES, TABS, called, counted, presence, with_whom
from bot.texts.formats import (
    clock_time,
    comma_list,
    day,
    doctor,
    esc,
    in_zone,
    long_day,
    of_series,
    plain_doctor,
    span_of,
    zone_note,
)
from bot.texts.visits import what
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, AppointmentStatus, Period
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import Role, User
from services.patients.fields import shown_phone


def _how_to_find() -> str:
    # Translators: "tomorrow" and 2027-05-04 are examples of what can be typed after the command.
    return say(
        "To find someone: /appointments and a name or email address."
        " For another day: /appointments tomorrow or /appointments 2027-05-04."
    )


def clinic_day(shown: Page[AppointmentCard], chosen: date, zone: ZoneInfo) -> str:
    """Head a page of the clinic's appointments of a day."""
    head = in_zone(f"🗓 <b>{day(chosen)}</b>", zone)
    if not shown.total:
        none = say("No appointments on this day.")
        return f"{head}\n\n{none}\n\n{_how_to_find()}"
    lines = "\n".join(_line(item, zone) for item in shown.items)
    # Translators: a day, or a list, and how many appointments it has.
    head = say("{title}: {appointments}", title=head, appointments=counted(shown.total))
    return f"{head}\n\n{lines}\n\n{_how_to_find()}"


def _line(item: AppointmentCard, zone: ZoneInfo) -> str:
    status = [str(STATUSES[item.appointment.status]), *presence(item.appointment, zone)]
    said = say(
        "{time} {doctor} · {patient} ({status})",
        time=clock_time(item.appointment.slot.start, zone),
        doctor=doctor(item.doctor.name),
        patient=esc(item.patient.name),
        status=comma_list(status),
    )
    return f"{said}{what(item)}{of_series(item.appointment)}"


def in_day(item: AppointmentCard, zone: ZoneInfo) -> str:
    """Label the button of an appointment of the day."""
    label = say(
        "{time} {doctor} · {patient}",
        time=clock_time(item.appointment.slot.start, zone),
        doctor=plain_doctor(item.doctor.name),
        patient=item.patient.name,
    )
    return f"✖ {label}" if item.appointment.status is AppointmentStatus.CANCELLED else label


def no_such_day() -> str:
    """Say that a day that was typed is in no calendar."""
    # Translators: 2027-05-04, "tomorrow" and "Monday" are examples of what can be typed.
    return say("That day doesn't exist. Please type one like 2027-05-04, tomorrow or Monday.")


def people(found: Page[User | Patient], search: str) -> str:
    """Ask whose appointments are meant."""
    if not found.total:
        nobody = say(
            "🔎 I couldn't find a patient or doctor with “{search}” in their name or email address.",
            search=esc(search),
        )
        return f"{nobody}\n\n{_how_to_find()}"
    head = say_count(
        "🔎 <b>{count} person with “{search}”</b>. Whose appointments would you like to see?",
        "🔎 <b>{count} people with “{search}”</b>. Whose appointments would you like to see?",
        found.total,
        search=esc(search),
    )
    lines = "\n".join(f"• {_named(each)}" for each in found.items)
    return f"{head}\n\n{lines}"


def _named(person: User | Patient) -> str:
    """Return somebody with what tells them apart, as far as it is known."""
    return comma_list(list(filter(None, (esc(called(person)), esc(_known(person))))))


def _known(person: User | Patient) -> str:
    """Return what tells somebody apart: the address, or else the telephone or the birth date."""
    if person.email or not isinstance(person, Patient):
        return person.email
    if person.phone:
        return shown_phone(person.phone)
    return say("born {day}", day=long_day(person.birth_date)) if person.birth_date else ""


def person(user: User | Patient, shown: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    """Head a page of somebody's appointments."""
    role = user.role if isinstance(user, User) else Role.PATIENT
    sign = "👩‍⚕️" if role is Role.DOCTOR else "🙂"
    bold = f"<b>{esc(called(user))}</b>"
    head = f"{sign} {comma_list(list(filter(None, (bold, esc(_known(user))))))}"
    if not shown.total:
        # Translators: one of the lists of somebody's appointments, which is empty.
        none = say("{list}: none.", list=TABS[period])
        return f"{head}\n{none}"
    counts = say("{title}: {appointments}", title=TABS[period], appointments=counted(shown.total))
    lines = [
        f"• {span_of(item.appointment.slot, rules.zone)}\n   {with_whom(item, role)}{what(item)}"
        for item in shown.items
    ]
    return f"{head}\n{counts}{zone_note(rules)}\n\n" + "\n".join(lines)
