"""/appointments: to come and past, an appointment's card, cancelling after one question."""

from functools import partial

from telegram import Update

from bot import card
from bot.callbacks import AskCancel, CancelAppointment, Do, ShowAppointment, ShowAppointments, Tap
from bot.card import View
from bot.context import ClinicContext
from bot.keyboards import Row, button, keyboard, pager
from bot.texts import appointments as texts
from services.models import AppointmentCard, Period, Role


async def upcoming(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show the first page of those to come."""
    del tap
    await appointments(update, context, ShowAppointments(Period.UPCOMING, 0))


async def appointments(update: Update, context: ClinicContext, tap: ShowAppointments) -> None:
    """Show a page of one's own appointments."""
    page = await context.clinic.diaries.page(context.principal, tap.period, tap.number)
    zone, role = context.clinic.rules.zone, context.principal.role
    rows = [
        [button(texts.short(item, role, zone), ShowAppointment(item.appointment.id))] for item in page.items
    ]
    turn = pager(page.number, page.pages, partial(ShowAppointments, tap.period))
    other = Period.PAST if tap.period is Period.UPCOMING else Period.UPCOMING
    tabs = [button(texts.TABS[other], ShowAppointments(other, 0))]
    if role is Role.PATIENT:
        tabs.append(button("📅 Book", Do("book")))
    text = texts.page(page, tap.period, role, zone)
    await card.show(update, context, View(text, keyboard(*rows, turn, tabs)))


async def appointment(update: Update, context: ClinicContext, tap: ShowAppointment) -> None:
    """Show one appointment."""
    found = await context.clinic.diaries.get(context.principal, tap.appointment_id)
    await card.show(update, context, _card(context, found))


async def ask_cancel(update: Update, context: ClinicContext, tap: AskCancel) -> None:
    """Ask once, and name what goes; the harmless answer stands first."""
    found = await context.clinic.diaries.get(context.principal, tap.appointment_id)
    if not context.clinic.appointments.may_cancel(context.principal, found.appointment):
        await card.show(update, context, _card(context, found))
        return
    keep = button("« Keep it", ShowAppointment(found.appointment.id))
    drop = button("✖ Yes, cancel it", CancelAppointment(found.appointment.id))
    text = texts.ask_cancel(found, context.clinic.rules.zone)
    await card.show(update, context, View(text, keyboard([keep], [drop])))


async def cancel(update: Update, context: ClinicContext, tap: CancelAppointment) -> None:
    """Cancel it."""
    cancelled = await context.clinic.appointments.cancel(context.principal, tap.appointment_id)
    back = [button("📋 My appointments", Do("appointments")), button("📅 Book", Do("book"))]
    text = texts.cancelled(cancelled, context.clinic.rules.zone)
    await card.show(update, context, View(text, keyboard(back)))


def _card(context: ClinicContext, found: AppointmentCard) -> View:
    may_cancel = context.clinic.appointments.may_cancel(context.principal, found.appointment)
    drop: Row = [button("✖ Cancel appointment", AskCancel(found.appointment.id))] if may_cancel else []
    back = [button("« My appointments", Do("appointments"))]
    text = texts.card(found, context.principal.role, context.clinic.rules.zone)
    return View(text, keyboard(drop, back))
