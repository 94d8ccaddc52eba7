"""What the desk is told about patients: finding them, making one, the card of one without an account."""

from collections.abc import Mapping, Sequence

from bot.callbacks.patients import PatientField
from bot.localization.messages import Phrase, phrase, phrase_in, say, say_count
from bot.texts.appointments import TABS, counted
from bot.texts.formats import comma_list, doctor, esc, language_name, long_day, span_of, zone_note
from bot.texts.visits import what
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentCard, Period
from services.models.paging import Page
from services.models.patients import Patient
from services.patients.desk import PatientCard
from services.patients.fields import shown_phone

FIELDS: Mapping[PatientField, Phrase] = {
    PatientField.NAME: phrase_in("of a person", "name"),
    PatientField.PHONE: phrase("telephone number"),
    PatientField.EMAIL: phrase("email address"),
    PatientField.BIRTH_DATE: phrase("birth date"),
}
CHANGED: Mapping[PatientField, Phrase] = {
    PatientField.NAME: phrase("✅ The name is changed."),
    PatientField.PHONE: phrase("✅ The telephone number is changed."),
    PatientField.EMAIL: phrase("✅ The email address is changed."),
    PatientField.BIRTH_DATE: phrase("✅ The birth date is changed."),
}


def how_to_find() -> str:
    """Say how a patient is found."""
    title = say("🙂 <b>Patients</b>")
    return f"{title}\n\n{_how()}"


def _how() -> str:
    return say("To find a patient, type a name, an email address or a telephone number.")


def found(shown: Sequence[Patient], total: int, search: str, rules: ClinicRules) -> str:
    """Head a page of patients."""
    if not total:
        nobody = say("🔎 I couldn't find a patient with “{search}”.", search=esc(search))
        return f"{nobody}\n\n{_how()}"
    heading = say_count(
        "🔎 <b>{count} patient with “{search}”</b>",
        "🔎 <b>{count} patients with “{search}”</b>",
        total,
        search=esc(search),
    )
    lines = [f"• {line(each, rules)}" for each in shown]
    return f"{heading}\n\n" + "\n".join(lines)


def line(patient: Patient, rules: ClinicRules) -> str:
    """Return a patient in one line, with what tells them apart from namesakes."""
    known = [
        esc(patient.name),
        shown_phone(patient.phone, rules.region) if patient.phone else "",
        say("born {day}", day=long_day(patient.birth_date)) if patient.birth_date else "",
        esc(patient.email),
    ]
    return comma_list([each for each in known if each])


def short(patient: Patient, rules: ClinicRules) -> str:
    """Label the button of a patient."""
    mark = shown_phone(patient.phone, rules.region) if patient.phone else patient.email
    return f"{patient.name} · {mark}" if mark else patient.name


def card(shown: PatientCard, page: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    """Show a patient without an account, and a page of their appointments."""
    patient = shown.patient
    rows = [
        ("☎️", shown_phone(patient.phone, rules.region) if patient.phone else say("no telephone number")),
        ("📧", esc(patient.email) if patient.email else say("no email address")),
        ("🎂", long_day(patient.birth_date) if patient.birth_date else say("birth date not known")),
        ("🌐", _speaks(patient)),
        ("👪", _carers([each.name for each in shown.carers])),
    ]
    known = "\n".join(f"{sign} {value}" for sign, value in rows if value)
    return f"🙂 <b>{esc(patient.name)}</b>\n{known}\n\n{_visits(page, period, rules)}"


def _speaks(patient: Patient) -> str:
    return say("speaks {language}", language=language_name(patient.language)) if patient.language else ""


def _carers(names: Sequence[str]) -> str:
    if not names:
        return say("nobody looks after them in the chat")
    return say("looked after by {names}", names=comma_list([esc(name) for name in names]))


def _visits(page: Page[AppointmentCard], period: Period, rules: ClinicRules) -> str:
    if not page.total:
        return say("{list}: none.", list=TABS[period])
    heading = say("{list}: {appointments}", list=TABS[period], appointments=counted(page.total))
    lines = [
        f"• {span_of(item.appointment.slot, rules.zone)}\n   {doctor(item.doctor.name)}{what(item)}"
        for item in page.items
    ]
    return f"{heading}{zone_note(rules)}\n" + "\n".join(lines)


def ask_new_name() -> str:
    """Ask for the name of a new patient."""
    title = say("📝 <b>New patient</b>")
    question = say("What is their full name?")
    return f"{title}\n\n{question}"


def ask_new_phone(name: str) -> str:
    """Ask for the telephone number of a new patient."""
    return say("☎️ What is {name}'s telephone number?", name=esc(name))


def ask_alike(name: str, alike: Sequence[Patient], rules: ClinicRules) -> str:
    """Ask whether the new patient is one who is there already."""
    lines = "\n".join(f"• {line(each, rules)}" for each in alike)
    question = say("🔎 <b>Is {name} one of these?</b>", name=esc(name))
    return f"{question}\n\n{lines}"


def made(patient: Patient, rules: ClinicRules) -> str:
    """Say that the patient is there now."""
    return say("✅ {patient} is added.", patient=line(patient, rules))


def taken(patient: Patient, rules: ClinicRules) -> str:
    """Say which patient was meant."""
    return f"🙂 {line(patient, rules)}"


def ask_value(patient: Patient, field: PatientField, rules: ClinicRules) -> str:
    """Ask what a field should be."""
    now = _value(patient, field, rules)
    value = f"<b>{now}</b>" if now else say("not known")
    known = say(
        # Translators: {field} is what is known of a patient, such as "birth date", and {value} what it is.
        "✏️ {name}, {field}: {value}",
        name=esc(patient.name),
        field=FIELDS[field],
        value=value,
    )
    question = say("What should it be?")
    return f"{known}\n\n{question}"


def _value(patient: Patient, field: PatientField, rules: ClinicRules) -> str:
    if field is PatientField.PHONE:
        return shown_phone(patient.phone, rules.region) if patient.phone else ""
    if field is PatientField.BIRTH_DATE:
        return long_day(patient.birth_date) if patient.birth_date else ""
    return esc(patient.name if field is PatientField.NAME else patient.email)


def changed(field: PatientField) -> str:
    """Say that a field is changed."""
    return str(CHANGED[field])


def nobody_to_change() -> str:
    """Say where a change begins."""
    return say("To change what is known of a patient, open them in /patients.")
