"""The card of a patient who is there. It is kept up to date (bot/telegram/live_cards.py)."""

from datetime import datetime

from bot.callbacks.steps import Do
from bot.callbacks.visits import AskCantCome
from bot.dialogs.chat_state import LiveCard
from bot.dialogs.context import ClinicContext
from bot.texts import labels
from bot.texts import waiting_room as texts
from bot.ui.keyboards import Row, button, joins, keyboard
from bot.ui.view import View
from services.availability.video_rooms import open_room
from services.clinic_rules import ClinicRules
from services.local_time import day_bounds
from services.models.appointments import AppointmentCard, AppointmentStatus
from services.waiting_room.standings import Standing


async def show_waiting(context: ClinicContext, found: AppointmentCard) -> None:
    """Show the card of a patient who is there; from now on it is kept up to date in this chat."""
    standing = await context.clinic.waiting_room.standings.of(found.appointment)
    view = waiting_view(found, standing, context.rules, context.clinic.clock.now())
    message_id = await context.messenger.show(view)
    today = context.clinic.schedules.today()
    until = day_bounds(today, today, context.clinic.rules.zone).end
    context.state.live_card = LiveCard(
        found.appointment.id, message_id, context.principal.id, int(until.timestamp())
    )


def waiting_view(found: AppointmentCard, standing: Standing, rules: ClinicRules, now: datetime) -> View:
    """Return the card of a patient who is there, as it is now."""
    visit = found.appointment
    room = open_room(visit, now)
    join = joins(room)
    may_drop = visit.status is AppointmentStatus.BOOKED and visit.called_at is None and visit.slot.start > now
    drop: Row = [button(labels.CANT_COME, AskCantCome(visit.id))] if may_drop else []
    back = [button(labels.BACK_TO_MY_APPOINTMENTS, Do("appointments"))]
    return View(texts.waiting_card(found, standing, rules), keyboard(join, drop, back))
