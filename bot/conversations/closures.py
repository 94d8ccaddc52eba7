"""/closures: first day, last day, whole day or part, the reason, summary; public holidays; and reopening."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import CloseOnAll, Reopen, ShowHolidays
from bot.callbacks.steps import Confirm, Do, PickDay, PickMonth, PickPage
from bot.callbacks.tap import Tap
from bot.conversations.pickers import stretch
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import ClosureDraft
from bot.texts import closures as texts
from bot.texts import labels, nouns
from bot.texts.bulk_cancellation import save_and_cancel
from bot.texts.formats import day as written_day
from bot.ui.button_styles import cancelling
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.errors import BookedMeanwhile, ClosureUnknown, NoHolidays
from services.models.appointments import AppointmentCard
from services.models.scheduling import Closure
from services.models.slots import Slot
from services.working_hours.closures import read_closure_reason

KNOWN_A_PAGE = 4


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    FIRST = "closure.first"
    HOLIDAYS = "closure.holidays"
    REOPEN = "closure.reopen"
    LAST = "closure.last"
    PART = "closure.part"
    REASON = "closure.reason"
    SUMMARY = "closure.summary"


def _draft(context: ClinicContext) -> ClosureDraft:
    return context.draft(ClosureDraft)


def _slot(context: ClinicContext) -> Slot:
    return stretch.slot_of(_draft(context))


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with what is closed, and the first day."""
    del tap
    return stretch.said_first(context, Goto(Ask.FIRST, ClosureDraft()), {Intent.CLOSURES})


async def ask_first(context: ClinicContext) -> View:
    """Show the upcoming closures, and a month in which every day from today on can be tapped."""
    draft, zone = _draft(context), context.clinic.rules.zone
    coming = await context.clinic.closures.coming(context.principal)
    page = page_of(coming, draft.page, KNOWN_A_PAGE)
    known = [[button(texts.reopen_button(each.slot, zone), Reopen(each.id))] for each in page.items]
    rows = (
        *known,
        pager(page.number, page.pages, PickPage),
        [button(labels.PUBLIC_HOLIDAYS, ShowHolidays())],
        *stretch.month(draft, *stretch.to_begin(context)),
        ways_out(back=False),
    )
    return View(texts.ask_first(page, zone), keyboard(*rows))


async def _known(
    context: ClinicContext, draft: ClosureDraft, slot: Slot, behind: tuple[StrEnum, ...]
) -> Outcome:
    """Go to the reason."""
    del context
    return Goto(Ask.REASON, replace(draft, slot=slot), behind=behind)


PICKER = stretch.StretchPicker(
    Ask.FIRST,
    Ask.LAST,
    Ask.PART,
    ClosureDraft,
    lambda context: context.clinic.closures,
    lambda _draft, first: texts.ask_last(written_day(first)),
    lambda _draft, first, zone: texts.ask_part(written_day(first), zone),
    _known,
)


async def ask_reason(context: ClinicContext) -> View:
    """Ask for the reason, and say how many appointments are booked then."""
    slot = _slot(context)
    affected = await context.clinic.closures.affected(context.principal, [slot])
    return View(texts.ask_reason(slot, len(affected), context.clinic.rules.zone), keyboard(ways_out()))


async def take_reason(context: ClinicContext, text: str) -> Outcome:
    """Take the reason. Each answer is a new closure."""
    slot, reason = _slot(context), read_closure_reason(text)
    closure = Closure(context.request_id("closure", slot.start), slot, reason)
    return Goto(Ask.SUMMARY, replace(_draft(context), chosen=(closure,), page=0))


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more, with what is booked then in the whole clinic."""
    draft = _draft(context)
    slots = [closure.slot for closure in draft.chosen]
    affected = await context.clinic.closures.affected(context.principal, slots)
    # Confirming shows first what is booked after this. What still comes in between is named afterwards.
    context.state.draft = replace(draft, shown=tuple(card.appointment.id for card in affected))
    page = page_of(affected, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    text = texts.summary(draft.chosen, page, context.clinic.rules.zone)
    save = button(save_and_cancel(page.total), Confirm(), cancelling(page.total))
    return View(text, keyboard(turn, [save], ways_out()))


async def turn_summary(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the appointments."""
    return Goto(Ask.SUMMARY, replace(_draft(context), page=tap.number))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Close the clinic, and cancel what is booked then."""
    del tap
    context.takes_long()
    draft = _draft(context)
    is_again = await _are_closed(context, draft)
    if not is_again and (count := await _not_shown(context, draft)):
        return Goto(Ask.SUMMARY, draft, BookedMeanwhile(count))
    count = await context.clinic.closures.close(context.principal, *draft.chosen)
    return Finish(await _closed(context, draft, count, is_again=is_again))


async def _not_shown(context: ClinicContext, draft: ClosureDraft) -> int:
    """Return how many appointments would be cancelled that the summary has not shown."""
    slots = [closure.slot for closure in draft.chosen]
    affected = await context.clinic.closures.affected(context.principal, slots)
    return sum(card.appointment.id not in draft.shown for card in affected)


async def _closed(context: ClinicContext, draft: ClosureDraft, count: int, *, is_again: bool) -> View:
    """Return what was closed and how many were cancelled, and name those that were not shown before."""
    more: list[AppointmentCard] = []
    if count > len(draft.shown):
        for closure in draft.chosen:
            done = await context.clinic.closures.cancelled(context.principal, closure)
            more += [card for card in done if card.appointment.id not in draft.shown]
    text = texts.closed(draft.chosen, count, more, context.clinic.rules.zone, is_again=is_again)
    return View(text, keyboard(_ways_on()))


def _ways_on() -> Row:
    return [button(labels.CLINIC_APPOINTMENTS, Do("appointments")), button(labels.CLOSURES, Do("closures"))]


async def _are_closed(context: ClinicContext, draft: ClosureDraft) -> bool:
    service = context.clinic.closures
    found = {each.id for each in await service.coming(context.principal)}
    return bool(draft.chosen) and {each.id for each in draft.chosen} <= found


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the clinic was closed although the admin was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not await _are_closed(context, draft):
        return None
    cancelled = [await context.clinic.closures.cancelled(visitor, each) for each in draft.chosen]
    zone = context.clinic.rules.zone
    text = texts.closed(draft.chosen, sum(map(len, cancelled)), (), zone, is_again=True)
    return View(text, keyboard(_ways_on()))


async def show_holidays(context: ClinicContext, tap: ShowHolidays) -> Outcome:
    """Go to the public holidays, if it is known where the clinic is."""
    del tap
    try:
        await context.clinic.closures.holidays(context.principal)
    except NoHolidays as error:
        return Goto(Ask.FIRST, _draft(context), error)
    return Goto(Ask.HOLIDAYS, replace(_draft(context), page=0))


async def ask_holidays(context: ClinicContext) -> View:
    """Show the public holidays, each with a button."""
    found = await context.clinic.closures.holidays(context.principal)
    page, left = page_of(found, _draft(context).page), [each for each in found if each.closure is None]
    rows = [[button(texts.holiday_button(each), PickDay(each.holiday.day))] for each in page.items]
    every = [button(texts.close_on_all(len(left)), CloseOnAll())] if left else []
    turn = pager(page.number, page.pages, PickPage)
    text = texts.holidays(page, len(found) - len(left))
    return View(text, keyboard(*rows, turn, every, ways_out()))


async def turn_holidays(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the holidays."""
    return Goto(Ask.HOLIDAYS, replace(_draft(context), page=tap.number))


async def pick_holiday(context: ClinicContext, tap: PickDay) -> Outcome:
    """Close the clinic on that holiday, or ask whether to reopen it."""
    service, draft = context.clinic.closures, _draft(context)
    try:
        proposed = await service.holiday(context.principal, tap.day)
    except ClosureUnknown as error:
        return Goto(Ask.HOLIDAYS, draft, error)
    if proposed.closure is not None:
        return Goto(Ask.REOPEN, replace(draft, back_id=proposed.closure.id))
    return await _close(context, (service.closing(proposed.holiday, context.request_id("holiday")),))


async def close_on_all(context: ClinicContext, tap: CloseOnAll) -> Outcome:
    """Close the clinic on all holidays that are open."""
    del tap
    service, request_id = context.clinic.closures, context.request_id("holiday")
    found = await service.holidays(context.principal)
    left = tuple(service.closing(each.holiday, request_id) for each in found if each.closure is None)
    return await _close(context, left)


async def _close(context: ClinicContext, chosen: tuple[Closure, ...]) -> Outcome:
    """Close at once where nothing is booked; otherwise show first what would be cancelled."""
    service, draft = context.clinic.closures, _draft(context)
    if await service.affected(context.principal, [closure.slot for closure in chosen]):
        return Goto(Ask.SUMMARY, replace(draft, chosen=chosen, page=0))
    context.takes_long()
    if count := await service.close(context.principal, *chosen):
        # Booked since it was looked up just now.
        draft = replace(draft, chosen=chosen, shown=())
        return Finish(await _closed(context, draft, count, is_again=False))
    return Goto(Ask.HOLIDAYS, draft)


async def pick_closure(context: ClinicContext, tap: Reopen) -> Outcome:
    """Go to the question whether to remove the closure that was tapped."""
    try:
        await context.clinic.closures.get(context.principal, tap.closure_id)
    except ClosureUnknown as error:
        return Goto(Ask.FIRST, _draft(context), error)
    return Goto(Ask.REOPEN, replace(_draft(context), back_id=tap.closure_id))


async def ask_reopen(context: ClinicContext) -> View:
    """Ask whether to reopen, and name what is closed."""
    closure = await context.clinic.closures.get(context.principal, _draft(context).back_id)
    text = texts.ask_reopen(closure, context.clinic.rules.zone)
    return View(text, keyboard(ways_out(), [button(labels.REOPEN_YES, Confirm())]))


async def reopen(context: ClinicContext, tap: Confirm) -> Outcome:
    """Remove the closure."""
    del tap
    try:
        closure = await context.clinic.closures.reopen(context.principal, _draft(context).back_id)
    except ClosureUnknown as error:
        return Goto(Ask.FIRST, _draft(context), error)
    again = [button(labels.CLOSURES, Do("closures"))]
    return Finish(View(texts.reopened(closure, context.clinic.rules.zone), keyboard(again)))


DIALOG = Dialog(
    command="closures",
    noun=nouns.CLOSURE,
    visitors=ADMINS,
    begin=begin,
    steps=(
        Step(
            Ask.FIRST,
            ask_first,
            PICKER.type_first,
            {
                PickDay: PICKER.pick_first,
                PickMonth: PICKER.turn_first_month,
                PickPage: PICKER.turn_page,
                Reopen: pick_closure,
                ShowHolidays: show_holidays,
            },
        ),
        Step(
            Ask.HOLIDAYS,
            ask_holidays,
            None,
            {PickDay: pick_holiday, PickPage: turn_holidays, CloseOnAll: close_on_all},
        ),
        Step(Ask.REOPEN, ask_reopen, None, {Confirm: reopen}),
        *PICKER.steps,
        Step(Ask.REASON, ask_reason, take_reason),
        Step(
            Ask.SUMMARY, ask_summary, None, {Confirm: confirm, PickPage: turn_summary}, let_go=stored_before
        ),
    ),
    in_words=(Ask.FIRST,),
)
