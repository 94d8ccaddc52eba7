"""The card of what was just done says the same as its notice, so that nobody is told twice in one chat."""

from bot.dialogs.context import ClinicContext
from bot.notifications.buttons import button_rows
from bot.texts.notification_layouts import as_message
from bot.texts.notifications import news
from bot.ui.keyboards import Row, keyboard
from bot.ui.view import View
from services.access import own_people
from services.models.appointments import AppointmentCard
from services.models.notifications import ChannelName, Event
from services.notifications.notice_ids import notice_id


def confirmation(context: ClinicContext, done: AppointmentCard, *ways_on: Row) -> View | None:
    """Return the text of the notice of what was done, with its buttons and some more rows.

    None if whoever did it gets no notice: an admin who acts for somebody, or somebody who had done it before.
    """
    event, reader = done.event, context.principal.user
    if not isinstance(event, Event) or not {*own_people(reader)}.intersection(event.readers):
        return None
    rules = context.clinic.rules
    return View(
        as_message(news(event.kind, event.facts, reader, rules)),
        keyboard(*button_rows(event, reader, rules), *ways_on),
        tells=notice_id(event, reader.id, ChannelName.CHAT, context.chat),
    )
