"""📅 Add to calendar: an appointment as a file that any calendar opens."""

from telegram import Update
from telegram.constants import ChatAction

from bot import card
from bot.callbacks.steps import Do
from bot.callbacks.visits import AddToCalendar
from bot.card import View
from bot.context import ClinicContext
from bot.invites import file_of
from bot.keyboards import button, keyboard
from bot.texts import invites as texts
from bot.texts import labels
from services.errors import AppointmentUnknown
from services.models import AppointmentStatus


async def add(update: Update, context: ClinicContext, tap: AddToCalendar) -> None:
    """Send the file; of one that is cancelled say so, as there is nothing to add."""
    del update
    found = await context.clinic.diaries.get(context.principal, tap.appointment_id)
    status = found.appointment.status
    if status is AppointmentStatus.HELD:
        raise AppointmentUnknown
    if status is AppointmentStatus.CANCELLED:
        ways = keyboard([button(labels.MY_APPOINTMENTS, Do("appointments"))])
        await card.say(context, View(texts.nothing_to_add(found, context.rules), ways))
        return
    card.at_work(context, ChatAction.UPLOAD_DOCUMENT)
    now, user = context.clinic.clock.now(), context.principal.user
    content = file_of(found, user, context.clinic.rules, now, context.bot.link)
    text = texts.file(found, user.role, context.rules)
    await card.send_file(context, content, texts.FILE_NAME, text, kept=True)
