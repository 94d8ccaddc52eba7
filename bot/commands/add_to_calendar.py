"""📅 Add to calendar: an appointment as a file that any calendar opens."""

from bot.callbacks.steps import Do
from bot.callbacks.visits import AddToCalendar
from bot.dialogs.context import ClinicContext
from bot.dialogs.messenger import Doing
from bot.notifications.calendar_files import file_of
from bot.texts import invites as texts
from bot.texts import labels
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.errors import AppointmentUnknown
from services.models.appointments import AppointmentStatus


async def add(context: ClinicContext, tap: AddToCalendar) -> None:
    """Send the file; if the appointment is cancelled, say so instead."""
    found = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
    status = found.appointment.status
    if status is AppointmentStatus.HELD:
        raise AppointmentUnknown
    if status is AppointmentStatus.CANCELLED:
        ways = keyboard([button(labels.MY_APPOINTMENTS, Do("appointments"))])
        await context.messenger.say(View(texts.nothing_to_add(found, context.rules), ways))
        return
    context.messenger.show_work(Doing.FILE)
    now, user = context.clinic.clock.now(), context.principal.user
    content = file_of(found, user, context.clinic.rules, now, context.messenger.link)
    text = texts.file(found, user.role, context.rules)
    await context.messenger.send_file(content, texts.FILE_NAME, text)
