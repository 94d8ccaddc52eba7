"""/patients: finding patients by name or telephone number, and the card of one without an account."""

from functools import partial

from bot.callbacks.admins import BookFor, ShowDelivery, ShowPerson
from bot.callbacks.handover import FindSame, HandOver
from bot.callbacks.patients import AddPatient, ChangePatient, FindPatients, PatientField
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.texts import appointments as appointment_texts
from bot.texts import labels
from bot.texts import patient_card as texts
from bot.ui.keyboards import Row, button, keyboard, pager
from bot.ui.view import View
from services.access import DESK
from services.models.appointments import Period
from services.models.patients import own_patient
from services.models.people import Role, User, UserId


async def search(context: ClinicContext, tap: Tap) -> Tap | None:
    """Show whom the words behind the command mean; without any, say how to find somebody."""
    del tap
    text = " ".join(context.args or [])
    if text:
        return FindPatients(0, short_search(text))
    ways = keyboard([button(labels.NEW_PATIENT, AddPatient(False))])
    await context.messenger.show(View(texts.how_to_find(), ways))
    return None


async def meant(context: ClinicContext, text: str) -> Tap | None:
    """Return the search that plain words mean at the desk, if they find anybody."""
    visitor = context.visitor
    if visitor is None or visitor.role not in DESK:
        return None
    found = await context.clinic.administration.patients(visitor, short_search(text), 0)
    return FindPatients(0, short_search(text)) if found.total else None


async def found(context: ClinicContext, tap: FindPatients) -> Tap | None:
    """Show a page of the patients whom the search means; if there is only one, show that one."""
    page = await context.clinic.administration.patients(context.principal, tap.search, tap.number)
    if page.total == 1:
        return ShowPerson(page.items[0].id, Period.UPCOMING, 0)
    shown = [own_patient(each) if isinstance(each, User) else each for each in page.items]
    rows = [
        [button(texts.short(each, context.rules), ShowPerson(each.id, Period.UPCOMING, 0))] for each in shown
    ]
    turn = pager(page.number, page.pages, lambda number: FindPatients(number, tap.search))
    new = [button(labels.NEW_PATIENT, AddPatient(False))]
    text = texts.found(shown, page.total, tap.search, context.rules)
    await context.messenger.show(View(text, keyboard(*rows, turn, new)))
    return None


async def show(context: ClinicContext, tap: ShowPerson) -> None:
    """Show the card of a patient without an account."""
    await context.messenger.show(await patient_card(context, tap.user_id, tap.period, tap.number))


async def patient_card(
    context: ClinicContext, patient_id: UserId, period: Period = Period.UPCOMING, number: int = 0
) -> View:
    """Return the card: what is known, who looks after them, and a page of their appointments."""
    shown = await context.clinic.patient_desk.card(context.principal, patient_id)
    patient = shown.patient
    _, page = await context.clinic.appointment_views.of_person(context.principal, patient.id, period, number)
    visits = [
        [
            button(
                appointment_texts.short(item, Role.PATIENT, context.zone, whose=False),
                ShowAppointment(item.appointment.id),
            )
        ]
        for item in page.items
    ]
    turn = pager(page.number, page.pages, partial(ShowPerson, patient.id, period))
    tabs = [
        button(label, ShowPerson(patient.id, other, 0))
        for other, label in appointment_texts.other_tabs(period)
    ]
    book = [
        button(labels.BOOK_FOR_THEM, BookFor(patient.id)),
        button(labels.DELIVERY, ShowDelivery(patient.id, 0)),
    ]
    back = [button(labels.BACK_TO_PATIENTS, Do("patients"))]
    text = texts.card(shown, page, period, context.rules)
    other = [
        button(labels.HAND_OVER, HandOver(patient.id)),
        button(labels.SAME_PERSON, FindSame(patient.id)),
    ]
    return View(text, keyboard(*visits, turn, tabs, book, *_edits(patient.id), other, back))


def _edits(patient_id: UserId) -> list[Row]:
    """Return the buttons that change what is known."""
    edits = [
        button(label, ChangePatient(patient_id, field))
        for field, label in (
            (PatientField.NAME, labels.CHANGE_NAME),
            (PatientField.PHONE, labels.EDIT_PHONE),
            (PatientField.EMAIL, labels.CHANGE_EMAIL),
            (PatientField.BIRTH_DATE, labels.EDIT_BIRTH_DATE),
        )
    ]
    return [edits[:2], edits[2:]]
