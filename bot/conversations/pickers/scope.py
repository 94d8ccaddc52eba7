"""The question which visits of a series are meant: one, it and the rest, or all."""

from bot.callbacks.series import PickScope
from bot.commands.series import scopes
from bot.dialogs.context import ClinicContext
from bot.texts import series as texts
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from services.models.appointments import AppointmentCard


async def which_view(context: ClinicContext, found: AppointmentCard, what: str) -> View:
    """Ask which visits somebody wants to cancel or move (`what`)."""
    rows = [
        [button(texts.scope_button(scope, number), PickScope(scope))]
        for scope, number in (await scopes(context, found)).items()
    ]
    text = texts.which(found, context.principal.role, context.rules, what)
    return View(text, keyboard(*rows, ways_out(back=bool(context.state.trail))))
