"""Noting that a patient was called who had asked for it."""

from bot.callbacks.admins import ShowPerson
from bot.callbacks.reception import NoteCalled
from bot.dialogs.context import ClinicContext
from bot.texts import callbacks as texts
from bot.texts import labels
from bot.ui.keyboards import keyboard, notice_button
from bot.ui.view import View
from services.models.appointments import Period


async def note_called(context: ClinicContext, tap: NoteCalled) -> None:
    """Note it, once; whoever taps later hears when that was."""
    patient, wish, is_new = await context.clinic.reception.callbacks.note_called(
        context.principal, tap.user_id, tap.at
    )
    there = notice_button(labels.OPEN_PERSON, ShowPerson(patient.id, Period.UPCOMING, 0))
    text = texts.called(patient, wish, context.rules, is_new=is_new)
    await context.messenger.show(View(text, keyboard([there])))
