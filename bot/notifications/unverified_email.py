"""Asks people again, below something else, for the code that was emailed to their address."""

from contextlib import suppress
from dataclasses import replace

from bot.dialogs.context import ClinicContext
from bot.texts.profile import ask_for_code
from bot.ui.email_code import code_rows
from bot.ui.keyboards import Keyboard, button, notice_button
from bot.ui.view import View
from services.errors import StorageDown


async def note_asked(context: ClinicContext, *, daily: bool = False) -> bool:
    """Tell whether to ask the person for the code now, and note it. Where that fails, they are not asked.

    What was done before, such as a booking, is stored by now, and is told in any case.
    """
    with suppress(StorageDown):
        return await context.clinic.email_verification.asks(context.principal, daily=daily)
    return False


async def asking_for_code(
    context: ClinicContext, view: View, *, daily: bool = False, stays: bool = True
) -> View:
    """Return the view, with a line that asks for the code and its buttons where the address is not confirmed.

    `daily`: only if the person was not asked within a day. `stays`: the answer to a tap is a new message.
    """
    visitor = context.visitor
    if visitor is None or not await note_asked(context, daily=daily):
        return view
    rows = Keyboard(code_rows(visitor.id, notice_button if stays else button))
    text = f"{view.text}\n\n{ask_for_code(visitor.user.email)}"
    return replace(view, text=text, keyboard=view.keyboard + rows if view.keyboard else rows)
