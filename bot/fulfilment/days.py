"""The day that a sentence means; where it may be several, the person chooses."""

from collections.abc import Callable
from datetime import date

from bot.callbacks.tap import Tap
from bot.conversations.pickers.said_times import unclear_days
from bot.dialogs.context import ClinicContext
from bot.fulfilment.which_appointment import unread
from bot.input_errors import SeveralDays
from bot.texts.formats import day as written_day
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from bot.understanding.meaning import Understood


async def chosen_day(
    context: ClinicContext, understood: Understood, to_do: Callable[[date], Tap]
) -> Tap | None:
    """Return what is done on the day that was said, the first of several, or today; else ask which it is."""
    when = understood.said.when
    if days := unclear_days(when):
        rows = [[button(written_day(each), to_do(each))] for each in days]
        view = View(context.refusal(SeveralDays(days)), keyboard(*rows))
        await context.messenger.show(view.headed(unread(understood)))
        return None
    return to_do(when.days[0] if when.days else when.first or context.clinic.schedules.today())
