"""Turns errors into one sentence: a ClinicError has its own, any other becomes an incident with a number."""

import secrets

from telegram import Update
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.dialogs.context import ClinicContext
from bot.metrics import UpdateOutcome
from bot.telegram.application import ClinicApplication, UpdateContext
from bot.telegram.log_privacy import discreet
from bot.texts.errors import incident
from bot.ui.view import View
from bot.ui.ways_on import way_in
from services.errors import ClinicError, Denied

log = discreet(__name__)


async def on_error(update: object, context: UpdateContext) -> None:
    """Tell the person, and end the handling of the update."""
    error = context.error
    if not isinstance(update, Update) or update.effective_chat is None or error is None:
        log.error("incident outside of any chat", exc_info=error)
        return
    application: ClinicApplication = context.application  # type: ignore[assignment] # we have no other
    outcomes = application.outcomes
    if isinstance(error, Forbidden | RetryAfter):
        # They have blocked the bot, or nothing may be sent to them for an hour.
        log.info("chat.unreachable update=%d why=%s", update.update_id, type(error).__name__)
        outcomes[update.update_id] = UpdateOutcome.SKIPPED
        raise ApplicationHandlerStop
    if not isinstance(error, ClinicError):
        outcomes[update.update_id] = UpdateOutcome.INCIDENT
    try:
        context.own.messenger.acknowledge()
        await context.own.messenger.say(_view(context.own, error))
    except TelegramError as failure:
        log.warning("incident.untold update=%d why=%s", update.update_id, type(failure).__name__)
    raise ApplicationHandlerStop


def _view(context: ClinicContext, error: Exception) -> View:
    if isinstance(error, ClinicError):
        log.info("refused why=%s", type(error).__name__)
        buttons = way_in(error) if isinstance(error, Denied) else None
        return View(context.refusal(error), buttons)
    number = secrets.token_hex(3).upper()
    log.error("incident id=%s", number, exc_info=error)
    return View(incident(number))
