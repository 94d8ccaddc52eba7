"""What the desk and admins ask for about the clinic's days, doctors and people."""

from collections.abc import Callable
from datetime import date

from bot.callbacks.admins import (
    FindPerson,
    HoursFor,
    ShowClinicDay,
    ShowPerson,
    ShowUsers,
    TimeOffFor,
)
from bot.callbacks.doctors import AskLate, SetLate
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.user_filters import read_typed
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.fulfilment import which_appointment as which
from bot.fulfilment.days import chosen_day
from bot.fulfilment.doctors_days import ask_to_tell
from bot.fulfilment.own_visits import named
from bot.parsing.fuzzy_match import fitting, untitled
from bot.parsing.when import When
from bot.texts import acts as texts
from bot.texts import labels
from bot.texts.clinic_agenda import in_day
from bot.texts.formats import plain_doctor
from bot.texts.waiting_room import who_is_late
from bot.ui.keyboards import Row, button, keyboard
from bot.ui.view import View
from bot.understanding.meaning import Entities, Understood
from bot.understanding.time_bounds import bounds_of
from services.models.appointments import AppointmentCard, AppointmentStatus, Period
from services.models.people import User, UserId
from services.waiting_room.lateness import MINUTE, MOST_LATE

MOST_DOCTORS = 20
MOST_PAGES = 30


def _day(day: date) -> Tap:
    return ShowClinicDay(day, 0)


async def clinic_day(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the clinic's appointments of the day that was said, the first of several, or today.

    Where a doctor is named, those of that doctor.
    """
    if understood.said.doctors:
        return await appointments(context, understood)
    return await chosen_day(context, understood, _day)


async def find_person(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show somebody's appointments."""
    del context
    person = short_search(untitled(understood.said.person))
    return FindPerson(0, person) if person else Do("appointments")


async def appointments(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the appointments of a person, a doctor or a day."""
    said = understood.said
    if said.person:
        return await find_person(context, understood)
    if said.doctors and not said.when.days:
        return await _of_doctor(
            context, understood, lambda doctor_id: ShowPerson(doctor_id, Period.UPCOMING, 0)
        )
    if said.doctors:
        return await change(context, understood)
    return await clinic_day(context, understood)


async def change(context: ClinicContext, understood: Understood) -> Tap | None:
    """Open the appointment that is to be changed, where its day is known; else show those of the person."""
    said = understood.said
    when = said.of if said.of != When() else said.when
    if not when.days or not (said.doctors or said.person):
        if said.person:
            return await find_person(context, understood)
        if said.doctors:
            return await appointments(context, understood)
        return await clinic_day(context, understood)
    found = [each for day in when.days for each in await _on(context, day)]
    found = _fitting(context, found, said, when)
    if len(found) == 1:
        return ShowAppointment(found[0].appointment.id)
    zone = context.clinic.rules.zone
    shown = found[: which.MOST_SHOWN]
    rows = [[button(in_day(each, zone), ShowAppointment(each.appointment.id))] for each in shown]
    days = [button(labels.OPEN_THE_DAY, _day(when.days[0]))]
    text = str(texts.WHICH_ONE) if found else texts.nobody_fits_that_day()
    await context.messenger.show(View(text, keyboard(*rows, days)).headed(which.unread(understood)))
    return None


async def _on(context: ClinicContext, day: date) -> list[AppointmentCard]:
    """Return everybody's booked appointments of a day."""
    page_of = context.clinic.appointment_views.clinic_day
    page = await page_of(context.principal, day, 0)
    found = [*page.items]
    for number in range(1, min(page.pages, MOST_PAGES)):
        found += (await page_of(context.principal, day, number)).items
    return [each for each in found if each.appointment.status is AppointmentStatus.BOOKED]


def _fitting(
    context: ClinicContext, cards: list[AppointmentCard], said: Entities, when: When
) -> list[AppointmentCard]:
    bounds, zone = bounds_of(when), context.clinic.rules.zone
    names = set(fitting(said.person, {each.patient.name for each in cards})) if said.person else None
    return [
        each
        for each in cards
        if (not said.doctors or each.doctor.id in said.doctors)
        and (names is None or each.patient.name in names)
        and bounds.allow(each.appointment.slot.start, zone)
    ]


async def late(context: ClinicContext, understood: Understood) -> Tap | None:
    """Ask whether to tell a doctor's patients how late the doctor is, or which doctor or how late it is."""
    doctors = await named(context, understood.said)
    minutes = understood.said.minutes
    if minutes is not None and minutes > MOST_LATE // MINUTE:
        minutes = None
    if not doctors and minutes is None:
        return Do("late")
    if len(doctors) != 1:
        everybody = doctors or await context.clinic.doctors.everybody(context.principal)
        rows: list[Row] = [
            [button(plain_doctor(each.name), _late_tap(each, minutes))] for each in everybody[:MOST_DOCTORS]
        ]
        view = View(who_is_late(minutes), keyboard(*rows))
        await context.messenger.show(view.headed(which.unread(understood)))
        return None
    if minutes is None:
        return AskLate(doctors[0].id)
    doctor, count = await context.clinic.waiting_room.running_late.to_come(context.principal, doctors[0].id)
    await ask_to_tell(context, understood, doctor, minutes, count)
    return None


def _late_tap(doctor: User, minutes: int | None) -> Tap:
    return AskLate(doctor.id) if minutes is None else SetLate(doctor.id, minutes)


async def time_off(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to take time off for a doctor; the dialog takes the days from what was said."""
    return await _of_doctor(context, understood, TimeOffFor)


async def hours(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show a doctor's hours; the dialog takes the day from what was said."""
    return await _of_doctor(context, understood, HoursFor)


async def _of_doctor(
    context: ClinicContext, understood: Understood, to_do: Callable[[UserId], Tap]
) -> Tap | None:
    """Return what is done about the doctor who is meant; else ask who it is."""
    doctors = await named(context, understood.said)
    if len(doctors) == 1:
        return to_do(doctors[0].id)
    everybody = doctors or await context.clinic.doctors.everybody(context.principal)
    rows: list[Row] = [[button(plain_doctor(each.name), to_do(each.id))] for each in everybody[:MOST_DOCTORS]]
    view = View(str(texts.WHICH_DOCTOR), keyboard(*rows))
    await context.messenger.show(view.headed(which.unread(understood)))
    return None


async def accounts(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the accounts, or those of a name: who is to be blocked is blocked on their card."""
    said = understood.said
    doctors = await named(context, said)
    name = said.person or (doctors[0].name if len(doctors) == 1 else "")
    return ShowUsers(0, read_typed(name).packed) if name else Do("users")
