"""What the desk is told about patients: finding them, making one, the card of one without an account."""

from collections.abc import Mapping, Sequence

from bot.callbacks.patients import PatientField
from bot.texts.appointments import TABS, counted
from bot.texts.formats import doctor, esc, language_name, long_day, span_of, zone_note
from bot.texts.visits import what
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, Period
from services.models.paging import Page
from services.models.patients import Patient
from services.patients.desk import PatientCard
from services.patients.fields import shown_phone

HOW_TO_FIND = "To find a patient, type a name, an email address or a telephone number."
FIELDS: Mapping[PatientField, str] = {
    PatientField.NAME: "name",
    PatientField.PHONE: "telephone number",
    PatientField.EMAIL: "email address",
    PatientField.BIRTH_DATE: "birth date",
}


def how_to_find() -> str:
    """Say how a patient is found."""
    return f"🙂 <b>Patients</b>\n\n{HOW_TO_FIND}"


def found(shown: Sequence[Patient], total: int, search: str, rules: ClinicRules) -> str:
    """Head a page of patients."""
    if not total:
        return f"🔎 I couldn't find a patient with “{esc(search)}”.\n\n{HOW_TO_FIND}"
    count = "1 patient" if total == 1 else f"{total} patients"
    lines = [f"• {line(each, rules)}" for each in shown]
    return f"🔎 <b>{count} with “{esc(search)}”</b>\n\n" + "\n".join(lines)


def line(patient: Patient, rules: ClinicRules) -> str:
    """Return a patient in one line, with what tells them apart from namesakes."""
    known = [
        esc(patient.name),
        shown_phone(patient.phone, rules.region) if patient.phone else "",
        f"born {long_day(patient.birth_date)}" if patient.birth_date else "",
        esc(patient.email),
    ]
    return ", ".join(filter(None, known))


def short(patient: Patient, rules: ClinicRules) -> str:
    """Label the button of a patient."""
    mark = shown_phone(patient.phone, rules.region) if patient.phone else patient.email
    return f"{patient.name} · {mark}" if mark else patient.name


def card(shown: PatientCard, page: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    """Show a patient without an account, and a page of their appointments."""
    patient = shown.patient
    rows = [
        ("☎️", shown_phone(patient.phone, rules.region) if patient.phone else "no telephone number"),
        ("📧", esc(patient.email) if patient.email else "no email address"),
        ("🎂", long_day(patient.birth_date) if patient.birth_date else "birth date not known"),
        ("🌐", f"speaks {language_name(patient.language)}" if patient.language else ""),
        ("👪", _carers([each.name for each in shown.carers])),
    ]
    known = "\n".join(f"{sign} {value}" for sign, value in rows if value)
    return f"🙂 <b>{esc(patient.name)}</b>\n{known}\n\n{_visits(page, period, rules)}"


def _carers(names: Sequence[str]) -> str:
    return f"looked after by {', '.join(map(esc, names))}" if names else "nobody looks after them in the chat"


def _visits(page: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    if not page.total:
        return f"{TABS[period]}: none."
    lines = [
        f"• {span_of(item.appointment.slot, rules.zone)}\n   {doctor(item.doctor.name)}{what(item)}"
        for item in page.items
    ]
    return f"{TABS[period]}: {counted(page.total)}{zone_note(rules)}\n" + "\n".join(lines)


def ask_new_name() -> str:
    """Ask for the name of a new patient."""
    return "📝 <b>New patient</b>\n\nWhat is their full name?"


def ask_new_phone(name: str) -> str:
    """Ask for the telephone number of a new patient."""
    return f"☎️ What is {esc(name)}'s telephone number?"


def ask_alike(name: str, alike: Sequence[Patient], rules: ClinicRules) -> str:
    """Ask whether the new patient is one who is there already."""
    lines = "\n".join(f"• {line(each, rules)}" for each in alike)
    return f"🔎 <b>Is {esc(name)} one of these?</b>\n\n{lines}"


def made(patient: Patient, rules: ClinicRules) -> str:
    """Say that the patient is there now."""
    return f"✅ {line(patient, rules)} is added."


def taken(patient: Patient, rules: ClinicRules) -> str:
    """Say which patient was meant."""
    return f"🙂 {line(patient, rules)}"


def ask_value(patient: Patient, field: PatientField, rules: ClinicRules) -> str:
    """Ask what a field should be."""
    now = _value(patient, field, rules)
    known = f"<b>{now}</b>" if now else "not known"
    return f"✏️ {esc(patient.name)}, {FIELDS[field]}: {known}\n\nWhat should it be?"


def _value(patient: Patient, field: PatientField, rules: ClinicRules) -> str:
    if field is PatientField.PHONE:
        return shown_phone(patient.phone, rules.region) if patient.phone else ""
    if field is PatientField.BIRTH_DATE:
        return long_day(patient.birth_date) if patient.birth_date else ""
    return esc(patient.name if field is PatientField.NAME else patient.email)


def changed(field: PatientField) -> str:
    """Say that a field is changed."""
    return f"✅ The {FIELDS[field]} is changed."


def nobody_to_change() -> str:
    """Say where a change begins."""
    return "To change what is known of a patient, open them in /patients."
