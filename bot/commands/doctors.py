"""/doctors: specializations, doctors, a doctor's card."""

from collections.abc import Sequence
from functools import partial

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookDoctor, BookSoonest, ShowDoctor, ShowDoctors, Wait
from bot.dialogs.context import ClinicContext
from bot.parsing.fuzzy_match import called
from bot.texts import booking as texts
from bot.texts import labels
from bot.texts.formats import plain_doctor
from bot.texts.specializations import specialization
from bot.ui.keyboards import button, in_rows, keyboard, pager, specialization_key
from bot.ui.view import View
from services.models.people import Role, User

MOST_SHOWN = 8


async def specializations(context: ClinicContext, tap: Tap) -> None:
    """Show the specializations, or the doctor whose name stands behind the command."""
    del tap
    search = " ".join(context.args)
    if search and await show_called(context, search):
        return
    names = await context.clinic.doctors.specializations(context.principal)
    choices = [button(specialization(name), ShowDoctors(specialization_key(name), 0)) for name in names]
    everybody = [button(labels.ALL_DOCTORS, ShowDoctors("", 0))] if len(names) > 1 else []
    text = texts.specializations(names, context.rules)
    if search:
        text = f"{texts.nobody_called(search)}\n\n{text}"
    view = View(text, keyboard(*in_rows(choices, 2), everybody))
    await context.messenger.show(view)


async def doctors(context: ClinicContext, tap: ShowDoctors) -> None:
    """Show a page of the doctors of one specialization, or of all."""
    names = await context.clinic.doctors.specializations(context.principal)
    name = next((name for name in names if specialization_key(name) == tap.key), None)
    page = await context.clinic.doctors.page(context.principal, name, tap.number)
    key = tap.key if name else ""
    shown = await context.clinic.namesakes.apart(context.principal.role, page.items)
    rows = [[button(plain_doctor(user.name), ShowDoctor(user.id, key, page.number))] for user in shown]
    turn = pager(page.number, page.pages, partial(ShowDoctors, key))
    back = [button(labels.BACK_TO_SPECIALIZATIONS, Do("doctors"))]
    text = texts.doctors(page, name, await _next_free(context, page.items))
    await context.messenger.show(View(text, keyboard(*rows, turn, back)))


async def _next_free(context: ClinicContext, shown: Sequence[User]) -> str:
    """Return the lines that say when those doctors have time next."""
    soonest = await context.clinic.schedules.soonest(context.principal, [user.id for user in shown])
    return texts.next_free(shown, soonest, context.rules)


async def show_called(context: ClinicContext, text: str) -> bool:
    """Show the doctor of that name, or all whom it matches; return False if it matches nobody."""
    everybody = await context.clinic.doctors.everybody(context.principal)
    names = set(called(text, (user.name for user in everybody)))
    found = [user for user in everybody if user.name in names]
    if len(found) == 1:
        await doctor(context, ShowDoctor(found[0].id, "", 0))
    elif found:
        shown = await context.clinic.namesakes.apart(context.principal.role, found[:MOST_SHOWN])
        rows = [[button(plain_doctor(user.name), ShowDoctor(user.id, "", 0))] for user in shown]
        text = texts.several_doctors(len(found), len(shown), await _next_free(context, shown))
        await context.messenger.show(
            View(text, keyboard(*rows, [button(labels.BACK_TO_DOCTORS, Do("doctors"))]))
        )
    return bool(found)


async def doctor(context: ClinicContext, tap: ShowDoctor) -> None:
    """Show a doctor's card; patients can book from there."""
    found = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    times = await context.clinic.schedules.availability(context.principal, found.id)
    is_patient = context.principal.role is Role.PATIENT
    soonest = times.soonest()
    book = [button(labels.BOOK, BookDoctor(found.id))] if is_patient else []
    soon = [button(labels.TAKE_NEXT_FREE, BookSoonest(found.id))] if is_patient and soonest else []
    wait = [button(labels.TELL_ME, Wait(found.id))] if is_patient else []
    back = [button(labels.BACK_TO_DOCTORS, ShowDoctors(tap.key, tap.number))]
    text = texts.doctor_card(found, soonest, context.rules)
    await context.messenger.show(View(text, keyboard(soon, book, wait, back)))
