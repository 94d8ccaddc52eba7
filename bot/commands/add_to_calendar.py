"""📅 Add to calendar: an appointment, or its whole series, as a file that any calendar opens."""

from bot.callbacks.steps import Do
from bot.callbacks.visits import AddToCalendar
from bot.dialogs.context import ClinicContext
from bot.dialogs.messenger import Doing
from bot.notifications.calendar_files import file_of, series_file_of
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
    rules, link = context.clinic.rules, context.messenger.link
    if found.appointment.series is None:
        content = file_of(found, user, rules, now, link)
    else:
        # Its calendar entry is the series', of which it is one visit.
        whole = await context.clinic.visits.series.changes.whole(context.principal, found.appointment.id)
        content = series_file_of(whole, user, rules, now, link)
    text = texts.file(found, user.role, context.rules)
    await context.messenger.send_file(content, texts.FILE_NAME, text)
