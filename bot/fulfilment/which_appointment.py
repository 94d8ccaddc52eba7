"""Which appointment somebody means: of their upcoming ones, those that fit what was said of it.

One that fits is the one. Of several the person chooses by buttons that name doctor and time; where none fits,
that is said, and the upcoming ones are shown.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.localization.messages import Phrase, typed_names
from bot.parsing.fuzzy_match import fitting
from bot.parsing.when import When
from bot.texts import acts as texts
from bot.texts import appointments as appointment_texts
from bot.texts import labels
from bot.texts.family import MYSELF
from bot.texts.formats import zone_note
from bot.texts.own_words import not_read
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from bot.understanding.meaning import Entities, Understood
from bot.understanding.people_said import is_relative
from bot.understanding.time_bounds import bounds_of
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    Period,
)
from services.models.people import Role

# So many appointments are looked at, in pages, and so many shown as buttons.
MOST_PAGES = 8
MOST_SHOWN = 10
# Who is still not called in so long after a visit should have ended has been forgotten, or gone home.
LONGEST_WAIT = timedelta(hours=3)

Cards = Sequence[AppointmentCard]
# What a button does with the appointment that it names.
ToDo = Callable[[AppointmentId], Tap]


async def the_one(
    context: ClinicContext,
    understood: Understood,
    when: When,
    question: Phrase,
    to_do: ToDo,
    *,
    also_begun: bool = False,
) -> AppointmentCard | None:
    """Return the upcoming appointment that is meant; None where the person was asked, or told of none.

    With `also_begun` it may be one that has begun and for which somebody still waits.
    """
    coming = await upcoming(context)
    if also_begun:
        coming = [*await still_awaited(context), *coming]
    found = fitting_ones(context, coming, understood.said, when)
    if len(found) == 1:
        return found[0]
    if found:
        await show(context, f"{question}{zone_note(context.rules)}", found, to_do, understood)
    else:
        await show_none(context, texts.none_fits(context.rules), coming, to_do, understood)
    return None


async def upcoming(context: ClinicContext) -> list[AppointmentCard]:
    """Return one's own booked appointments to come and those of one's family, the earliest first."""
    page_of = context.clinic.appointment_views.page
    page = await page_of(context.principal, Period.UPCOMING, 0)
    found = [*page.items]
    for number in range(1, min(page.pages, MOST_PAGES)):
        found += (await page_of(context.principal, Period.UPCOMING, number)).items
    return [each for each in found if each.appointment.status is AppointmentStatus.BOOKED]


async def of_today(context: ClinicContext) -> list[AppointmentCard]:
    """Return today's booked appointments, also those that have begun, the earliest first."""
    past = await context.clinic.appointment_views.page(context.principal, Period.PAST, 0)
    today = context.clinic.schedules.today(context.zone)
    return [
        each
        for each in [*reversed(past.items), *await upcoming(context)]
        if each.appointment.status is AppointmentStatus.BOOKED and _day(context, each) == today
    ]


async def still_awaited(context: ClinicContext) -> list[AppointmentCard]:
    """Return the appointments that have begun, but whose patient may not have been called in yet."""
    past = await context.clinic.appointment_views.page(context.principal, Period.PAST, 0)
    now = context.clinic.clock.now()
    return [each for each in reversed(past.items) if _may_be_awaited(each.appointment, now)]


def _may_be_awaited(appointment: Appointment, now: datetime) -> bool:
    if appointment.status is not AppointmentStatus.BOOKED or appointment.called_at is not None:
        return False
    late = timedelta(minutes=appointment.told_late.minutes if appointment.told_late else 0)
    return now < appointment.slot.end + late + (LONGEST_WAIT if appointment.is_waiting else timedelta())


def _day(context: ClinicContext, card: AppointmentCard) -> date:
    return card.appointment.slot.start.astimezone(context.zone).date()


def fitting_ones(context: ClinicContext, cards: Cards, said: Entities, when: When) -> list[AppointmentCard]:
    """Return those that fit what was said: the doctor, for whom it is, any reading of day and time."""
    bounds = bounds_of(when)
    found = [
        each
        for each in _of_person(cards, said.person)
        if _is_with(each, said) and bounds.allow(each.appointment.slot.start, context.zone)
    ]
    return found[:1] if when.earliest else found


def _is_with(card: AppointmentCard, said: Entities) -> bool:
    if said.doctors:
        return card.doctor.id in said.doctors
    if said.named:
        return False
    return not (said.kinds or said.lacking) or card.doctor.specialization in said.kinds


def _of_person(cards: Cards, person: str) -> Cards:
    """Return those of whoever is meant: oneself, somebody by name, or those one looks after (“my son”)."""
    if not person:
        return cards
    if fitting(person, typed_names(dict(enumerate(MYSELF)))) and not is_relative(person):
        return [each for each in cards if each.patient.has_account]
    names = set(fitting(person, {each.patient.name for each in cards}))
    if names:
        return [each for each in cards if each.patient.name in names]
    return [each for each in cards if not each.patient.has_account] if is_relative(person) else []


async def show(context: ClinicContext, head: str, cards: Cards, to_do: ToDo, understood: Understood) -> None:
    """Show appointments as buttons that name doctor and time."""
    role, zone = context.principal.role, context.zone
    rows = [
        [button(appointment_texts.short(each, role, zone), to_do(each.appointment.id))]
        for each in cards[:MOST_SHOWN]
    ]
    leave = Do("appointments")
    view = View.asking(head, *rows, [button(labels.APPOINTMENTS, leave)], no=leave, is_choice=True)
    await context.messenger.show(view.headed(unread(understood)))


async def show_none(
    context: ClinicContext, head: str, coming: Cards, to_do: ToDo, understood: Understood
) -> None:
    """Say that none is meant, and show the upcoming ones, or offer to book where there are none."""
    if coming:
        await show(context, head, coming, to_do, understood)
        return
    is_patient = context.principal.role is Role.PATIENT
    ways = keyboard([button(labels.BOOK_APPOINTMENT, Do("book"))] if is_patient else [])
    await context.messenger.show(View(texts.none_upcoming(), ways).headed(unread(understood)))


def unread(understood: Understood) -> str | None:
    """Return what is said about words that were not understood, if there are any."""
    return not_read(understood.left) if understood.left else None


def opened(appointment_id: AppointmentId) -> Tap:
    """Open the card of an appointment."""
    return ShowAppointment(appointment_id)
