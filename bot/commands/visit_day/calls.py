"""Who is there, as patients say or the clinic's people note, and who is called in next."""

from bot.callbacks.doctors import CallNext, NoteArrival
from bot.callbacks.visits import SayHere, ShowAppointment
from bot.commands import schedule
from bot.commands.appointments import card_view
from bot.dialogs.context import ClinicContext
from bot.notifications.waiting_card import show_waiting
from bot.texts import labels
from bot.texts import waiting_room as texts
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.errors import NobodyWaits, TooEarlyToArrive


async def say_here(context: ClinicContext, tap: SayHere) -> None:
    """Note that the patient is there, and show the place in the line."""
    try:
        found = await context.clinic.waiting_room.arrivals.arrive(context.principal, tap.appointment_id)
    except TooEarlyToArrive as error:
        back = keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(tap.appointment_id))])
        await context.messenger.show(View(context.refusal(error), back))
        return
    await show_waiting(context, found)


async def note_arrival(context: ClinicContext, tap: NoteArrival) -> None:
    """Note that a patient is there, and show the appointment."""
    found = await context.clinic.waiting_room.arrivals.arrive(context.principal, tap.appointment_id)
    view = await card_view(context, found)
    await context.messenger.show(view.headed(texts.noted_here(found)))


async def call_next(context: ClinicContext, tap: CallNext) -> None:
    """Call in the next patient who is there, and show the day."""
    today = context.clinic.schedules.today()
    try:
        call = await context.clinic.waiting_room.calls.call_next(context.principal, tap.after)
    except NobodyWaits as error:
        view = await schedule.day_view(context, today, 0)
        await context.messenger.show(view.headed(context.refusal(error)))
        return
    said = texts.called(call.card, context.clinic.rules.zone, is_new=call.is_new)
    view = await schedule.day_view(context, today, 0, at=call.card.appointment.id)
    await context.messenger.show(view.headed(said))
