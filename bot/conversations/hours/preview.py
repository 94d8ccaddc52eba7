"""The last question of /hours: what the changed hours would mean, and saving them."""

from collections.abc import Collection
from dataclasses import replace

from bot.callbacks.steps import Confirm, PickPage, SaveAndCancel
from bot.conversations.hours.dates import ways_on
from bot.conversations.hours.draft import Ask, as_schedule, draft_of
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome
from bot.texts import hours as texts
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.models.appointments import AppointmentId


async def ask(context: ClinicContext) -> View:
    """Show the free times, and the appointments that would lie outside the hours; note which are shown."""
    draft, zone = draft_of(context), context.clinic.rules.zone
    shown = await context.clinic.working_hours.preview(context.principal, as_schedule(draft), draft.doctor_id)
    # Only the appointments that this card shows are cancelled, and none that is booked later.
    ids = tuple(card.appointment.id for card in shown.outside)
    order_id = draft.order_id or context.request_id("hours")
    context.state.draft = replace(draft, outside=ids, order_id=order_id)
    page = page_of(shown.outside, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    return View(texts.preview(shown, page, zone), keyboard(turn, *_saves(len(ids)), ways_out()))


def _saves(outside: int) -> list[Row]:
    """Return the buttons to save, the harmless one first."""
    save = [button(texts.save(outside), Confirm())]
    return [save, [button(texts.save_and_cancel(outside), SaveAndCancel())]] if outside else [save]


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the appointments outside."""
    return Goto(Ask.PREVIEW, replace(draft_of(context), page=tap.number))


async def save(context: ClinicContext, tap: Confirm) -> Outcome:
    """Save; appointments outside stay booked."""
    del tap
    return await _save(context, ())


async def save_and_cancel(context: ClinicContext, tap: SaveAndCancel) -> Outcome:
    """Save, and cancel the appointments outside that were shown."""
    del tap
    context.takes_long()
    return await _save(context, draft_of(context).outside)


async def _save(context: ClinicContext, cancel: Collection[AppointmentId]) -> Outcome:
    draft = draft_of(context)
    cancelled = await context.clinic.working_hours.save(
        context.principal,
        as_schedule(draft),
        order_id=draft.order_id,
        cancel=cancel,
        doctor_id=draft.doctor_id,
    )
    kept = 0 if cancel else len(draft.outside)
    return Finish(View(texts.saved(kept, cancelled, draft.doctor_name), keyboard(ways_on(draft))))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the hours were saved although the doctor was never told."""
    draft, visitor = draft_of(context), context.visitor
    if visitor is None or not draft.changed:
        return None
    saved = await context.clinic.working_hours.of(visitor, draft.doctor_id)
    if saved.without_exceptions() != as_schedule(draft):
        return None
    return View(texts.saved(0, 0, draft.doctor_name), keyboard(ways_on(draft)))
