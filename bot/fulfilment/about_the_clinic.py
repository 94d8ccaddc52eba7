"""Questions about the clinic: where it is, its telephone, when it is open, what a visit costs."""

import asyncio
from collections.abc import Iterable
from urllib.parse import quote_plus

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.texts import answers as texts
from bot.texts import labels
from bot.ui.keyboards import Row, button, keyboard, link
from bot.ui.view import View
from bot.understanding.meaning import Understood
from services.models.appointments import AppointmentCard, Period
from services.models.catalogue import VisitKind
from services.models.people import Role

# A search that any browser opens, and the maps of most telephones (Google's Maps URLs).
MAP = "https://www.google.com/maps/search/?api=1&query={}"


async def address(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say where the clinic is, and where the person's next appointment is."""
    del understood
    coming = await _next_appointment(context)
    places = (await context.clinic.schedules.catalogue()).open_places
    here = coming.details.place if coming and not coming.appointment.by_video else None
    found = here.address if here and here.address else context.rules.address
    map_row = [link(labels.OPEN_MAP, MAP.format(quote_plus(found)))] if found else []
    visit = [button(labels.OPEN_APPOINTMENT, ShowAppointment(coming.appointment.id))] if coming else []
    text = texts.address(context.rules, places, coming if here else None)
    await context.messenger.show(View(text, keyboard(map_row, visit, _book(context))))
    return None


async def phone(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say under which number the clinic is reached."""
    del understood
    await context.messenger.show(View(texts.phone(context.rules), keyboard(_book(context))))
    return None


async def opening_hours(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say when the clinic is open, and when it is closed this week."""
    del understood
    hours = context.clinic.reception.opening_hours
    weekly, closures = await asyncio.gather(hours.week(), hours.closures())
    text = texts.opening_hours(context.rules, weekly, closures)
    await context.messenger.show(View(text, keyboard(_book(context))))
    return None


async def price(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say what visits cost: of the doctors or the specializations that were named, else all."""
    offered = await _kinds(context, understood)
    is_patient = context.visitor is None or context.visitor.role is Role.PATIENT
    shown = [kind for kind in offered if not (is_patient and kind.desk_only)]
    await context.messenger.show(View(texts.prices(context.rules, shown), keyboard(_book(context))))
    return None


async def _kinds(context: ClinicContext, understood: Understood) -> Iterable[VisitKind]:
    """Return the kinds of visit that are asked about, each once, in the order of their names."""
    catalogue = await context.clinic.schedules.catalogue()
    doctors = list(understood.said.doctors)
    if not doctors and context.visitor is not None:
        for kind in understood.said.kinds:
            found = await context.clinic.doctors.everybody(context.principal, kind)
            doctors += [user.id for user in found]
    if not doctors:
        return catalogue.offered_kinds
    schedules = await asyncio.gather(*(context.clinic.schedules.of_doctor(each) for each in doctors))
    offered = {kind.id for schedule in schedules for kind in schedule.kinds}
    return [kind for kind in catalogue.offered_kinds if kind.id in offered]


async def _next_appointment(context: ClinicContext) -> AppointmentCard | None:
    visitor = context.visitor
    if visitor is None or visitor.role is not Role.PATIENT:
        return None
    page = await context.clinic.appointment_views.page(visitor, Period.UPCOMING, 0)
    return next(iter(page.items), None)


def _book(context: ClinicContext) -> Row:
    """Return the button to book, for those who may; guests sign in on the way."""
    may = context.visitor is None or context.visitor.role is Role.PATIENT
    return [button(labels.BOOK_APPOINTMENT, Do("book"))] if may else []
