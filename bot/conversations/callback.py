"""Asking the reception to call: one question, for the number."""

from enum import StrEnum

from bot.callbacks.steps import Confirm
from bot.callbacks.tap import Tap
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.people_drafts import CallbackDraft
from bot.texts import callbacks as texts
from bot.texts import nouns
from bot.ui.keyboards import button, keyboard, ways_out
from bot.ui.view import View
from bot.ui.ways_on import ways_on


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NUMBER = "callback.number"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Ask for the number, unless it was passed on within the hour, or nobody can be told."""
    del tap
    callbacks = context.clinic.reception.callbacks
    wish = await callbacks.open_wish(context.principal)
    if wish is not None:
        return _end(context, texts.passed_before(wish, context.rules))
    if not await callbacks.is_anybody_there():
        return _end(context, texts.nobody_there(context.rules))
    return Goto(Ask.NUMBER, CallbackDraft(context.request_id("callback")))


async def ask_number(context: ClinicContext) -> View:
    """Ask for the number; the one that is known is a button."""
    known = context.principal.user.phone
    row = [button(texts.number_button(known, context.rules), Confirm())] if known else []
    return View(texts.ask_number(known), keyboard(row, ways_out(back=False)))


async def take_number(context: ClinicContext, text: str) -> Outcome:
    """Take the number, however it is written. Raises BadPhone."""
    return await _pass_on(context, context.clinic.reception.callbacks.read_phone(text))


async def take_known(context: ClinicContext, tap: Confirm) -> Outcome:
    """Take the number that is known."""
    del tap
    known = context.principal.user.phone
    return await _pass_on(context, known) if known else Goto(Ask.NUMBER, context.draft(CallbackDraft))


async def _pass_on(context: ClinicContext, phone: str) -> Outcome:
    request_id = context.draft(CallbackDraft).request_id
    wish = await context.clinic.reception.callbacks.ask(context.principal, phone, request_id=request_id)
    if wish is None:
        return _end(context, texts.nobody_there(context.rules))
    is_this = wish.id == request_id
    said = (
        texts.passed_on(wish, phone, context.rules) if is_this else texts.passed_before(wish, context.rules)
    )
    return _end(context, said)


def _end(context: ClinicContext, text: str) -> Finish:
    return Finish(View(text, ways_on(context.visitor)))


DIALOG = Dialog(
    command="callback",
    noun=nouns.CALLBACK,
    visitors=PATIENTS,
    begin=begin,
    steps=(Step(Ask.NUMBER, ask_number, take_number, {Confirm: take_known}),),
    home="help",
)
