"""/timeoff: first day, last day, whole day or part, a note to the patients, summary; and taking back."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from bot.callbacks.doctors import TakeBack
from bot.callbacks.steps import Confirm, Do, PickDay, PickMonth, PickPage, PickPart, Skip
from bot.callbacks.tap import Tap
from bot.dialogs.access import DOCTORS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import TimeOffDraft
from bot.input_errors import BadDate, BadHours, BadPart, BadTimeOff
from bot.parsing.time_off import PARTS, DaysOff, read_days_off, read_last_day, read_part
from bot.texts import labels
from bot.texts import time_off as texts
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.month_calendar import month_rows, month_shown, month_span
from bot.ui.paging import page_of
from bot.ui.view import View
from services.appointments.fields import read_note
from services.errors import TimeOffUnknown
from services.models.scheduling import MINUTES_A_DAY, Hours, Slot, TimeOff, at_minute
from services.working_hours.time_off import MAX_DAYS

KNOWN_A_PAGE = 4


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    FIRST = "time_off.first"
    TAKE_BACK = "time_off.take_back"
    LAST = "time_off.last"
    PART = "time_off.part"
    NOTE = "time_off.note"
    SUMMARY = "time_off.summary"


def _draft(context: ClinicContext) -> TimeOffDraft:
    return context.draft(TimeOffDraft)


def _first(context: ClinicContext) -> date:
    """Return the first day, which is known: the questions come in order."""
    first = _draft(context).first
    if first is None:
        raise LookupError("a step was reached before the one that answers it")
    return first


def _slot(context: ClinicContext) -> Slot:
    """Return the time off that was chosen, from when to when."""
    slot = _draft(context).slot
    if slot is None:
        raise LookupError("a step was reached before the one that answers it")
    return slot


def _settled(context: ClinicContext, first: date, last: date, part: Hours | None) -> Slot:
    """Return the time off that the answers mean. Raises what TimeOffPlanner.days and .part raise."""
    if part is not None:
        return context.clinic.time_off.part(first, part)
    return context.clinic.time_off.days(first, last)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the first day."""
    del context, tap
    return Goto(Ask.FIRST, TimeOffDraft())


async def ask_first(context: ClinicContext) -> View:
    """Show the upcoming time off, and a month in which every day from today on can be tapped."""
    draft, zone = _draft(context), context.clinic.rules.zone
    coming = await context.clinic.time_off.coming(context.principal)
    page = page_of(coming, draft.page, KNOWN_A_PAGE)
    known = [[button(texts.off_button(each.slot, zone), TakeBack(each.id))] for each in page.items]
    turn = pager(page.number, page.pages, PickPage)
    month = _month(context, *_to_begin(context))
    text = texts.ask_first(coming, page, zone)
    return View(text, keyboard(*known, turn, *month, ways_out(back=False)))


def _to_begin(context: ClinicContext) -> tuple[date, date]:
    """Return the first and the last day on which time off can begin."""
    return context.clinic.schedules.today(), context.clinic.time_off.last_day


def _to_end(context: ClinicContext) -> tuple[date, date]:
    """Return the first and the last day on which this time off can end."""
    first = _first(context)
    return first, min(first + timedelta(days=MAX_DAYS - 1), context.clinic.time_off.last_day)


def _shown(context: ClinicContext, first: date, last: date) -> date:
    """Return a day of the month that is shown, between `first` and `last`."""
    return month_shown(_draft(context).month, first, last)


def _month(context: ClinicContext, first: date, last: date) -> list[Row]:
    """Return the rows of the month that is shown. Every day from `first` to `last` can be tapped."""
    shown = _shown(context, first, last)
    begin, end = month_span(shown)
    days = {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    return month_rows(shown, {day for day in days if first <= day <= last}, first, last)


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the upcoming time off."""
    return Goto(Ask.FIRST, replace(_draft(context), page=tap.number))


async def turn_first_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month for the first day."""
    return Goto(Ask.FIRST, replace(_draft(context), month=tap.day))


async def pick_first(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the first day that was tapped."""
    return await _from(context, DaysOff(tap.day))


async def type_first(context: ClinicContext, text: str) -> Outcome:
    """Take the day, the days or the part of a day that was typed."""
    today, last = _to_begin(context)
    try:
        typed = read_days_off(text, today, _shown(context, today, last))
    except BadDate as error:
        raise BadTimeOff(error.like) from error
    return await _from(context, typed)


async def _from(context: ClinicContext, typed: DaysOff) -> Outcome:
    """Go to the next question that is not answered yet."""
    slot = _settled(context, typed.first, typed.last or typed.first, typed.part)
    draft = replace(_draft(context), month=typed.first, first=typed.first, page=0)
    if typed.last is None:
        return Goto(Ask.LAST, draft)
    passed = (Ask.LAST, Ask.PART) if typed.last == typed.first else (Ask.LAST,)
    return await _known(context, draft, slot, passed)


async def ask_last(context: ClinicContext) -> View:
    """Ask for the last day."""
    first, last = _to_end(context)
    only = [button(texts.only(first), PickDay(first))]
    return View(texts.ask_last(first), keyboard(only, *_month(context, first, last), ways_out()))


async def turn_last_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month for the last day."""
    return Goto(Ask.LAST, replace(_draft(context), month=tap.day))


async def pick_last(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the last day that was tapped."""
    first = _first(context)
    slot = _settled(context, first, tap.day, None)
    if tap.day == first:
        return Goto(Ask.PART, _draft(context))
    return await _known(context, _draft(context), slot)


async def type_last(context: ClinicContext, text: str) -> Outcome:
    """Take the last day that was typed."""
    first, last = _to_end(context)
    shown = _shown(context, first, last)
    day = read_last_day(text, first, context.clinic.schedules.today(), shown)
    return await pick_last(context, PickDay(day))


async def ask_part(context: ClinicContext) -> View:
    """Ask whether it is the whole day."""
    whole = [button(labels.WHOLE_DAY, Skip())]
    parts = [
        button(name.capitalize(), PickPart(part.first, part.last % MINUTES_A_DAY))
        for name, part in PARTS.items()
    ]
    text = texts.ask_part(_first(context), context.clinic.rules.zone)
    return View(text, keyboard(whole, parts, ways_out()))


async def whole_day(context: ClinicContext, tap: Skip) -> Outcome:
    """Take the whole day."""
    del tap
    return await _part(context, None)


async def pick_part(context: ClinicContext, tap: PickPart) -> Outcome:
    """Take the part that was tapped."""
    if not (0 <= tap.first < MINUTES_A_DAY and 0 <= tap.last < MINUTES_A_DAY):
        raise BadPart
    return await _part(context, Hours(at_minute(tap.first), at_minute(tap.last)))


async def type_part(context: ClinicContext, text: str) -> Outcome:
    """Take the part that was typed."""
    try:
        part = read_part(text)
    except BadHours as error:
        raise BadPart from error
    return await _part(context, part)


async def _part(context: ClinicContext, part: Hours | None) -> Outcome:
    first = _first(context)
    return await _known(context, _draft(context), _settled(context, first, first, part))


async def _known(
    context: ClinicContext, draft: TimeOffDraft, slot: Slot, behind: tuple[Ask, ...] = ()
) -> Outcome:
    """Go to the note, or to the summary if no patient is affected. Each choice is a new time off."""
    off_id = context.request_id("time_off", slot.start)
    affected = await context.clinic.time_off.affected(context.principal, slot)
    draft = replace(draft, slot=slot, off_id=off_id, note=None, page=0)
    return Goto(Ask.NOTE if affected else Ask.SUMMARY, draft, behind=behind)


async def ask_note(context: ClinicContext) -> View:
    """Ask what to tell the patients."""
    slot = _slot(context)
    affected = await context.clinic.time_off.affected(context.principal, slot)
    text = texts.ask_note(slot, len(affected), context.clinic.rules.zone)
    return View(text, keyboard([button(labels.SKIP, Skip())], ways_out()))


async def take_note(context: ClinicContext, text: str) -> Outcome:
    """Take the note."""
    return Goto(Ask.SUMMARY, replace(_draft(context), note=read_note(text)))


async def skip_note(context: ClinicContext, tap: Skip) -> Outcome:
    """Cancel without a note."""
    del tap
    return Goto(Ask.SUMMARY, replace(_draft(context), note=None))


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more, with what is booked in it."""
    draft, slot = _draft(context), _slot(context)
    affected = await context.clinic.time_off.affected(context.principal, slot)
    # Confirming also cancels what is booked after this; those are named afterwards.
    context.state.draft = replace(draft, shown=tuple(card.appointment.id for card in affected))
    page = page_of(affected, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    text = texts.summary(slot, page, draft.note, context.clinic.rules.zone)
    return View(text, keyboard(turn, [button(texts.confirm(page.total), Confirm())], ways_out()))


async def turn_summary(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the appointments in it."""
    return Goto(Ask.SUMMARY, replace(_draft(context), page=tap.number))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Save the time off, and cancel the appointments in it."""
    del tap
    context.takes_long()
    draft, slot, zone = _draft(context), _slot(context), context.clinic.rules.zone
    off, service = TimeOff(draft.off_id, slot), context.clinic.time_off
    is_again = await service.is_taken(context.principal, off.id)
    count = await service.take(context.principal, off, draft.note)
    more = []
    if count > len(draft.shown):
        done = await service.cancelled(context.principal, off)
        more = [card for card in done if card.appointment.id not in draft.shown]
    return Finish(View(texts.taken(slot, count, more, zone, is_again=is_again), keyboard(_ways_on())))


def _ways_on() -> Row:
    return [button(labels.MY_DAY, Do("schedule")), button(labels.TIME_OFF, Do("timeoff"))]


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the time off was saved although the doctor was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not draft.off_id or draft.slot is None:
        return None
    if not await context.clinic.time_off.is_taken(visitor, draft.off_id):
        return None
    count = len(await context.clinic.time_off.cancelled(visitor, TimeOff(draft.off_id, draft.slot)))
    zone = context.clinic.rules.zone
    return View(texts.taken(draft.slot, count, (), zone, is_again=True), keyboard(_ways_on()))


async def pick_back(context: ClinicContext, tap: TakeBack) -> Outcome:
    """Go to the question whether to take back the time off that was tapped."""
    try:
        await context.clinic.time_off.get(context.principal, tap.off_id)
    except TimeOffUnknown as error:
        return Goto(Ask.FIRST, _draft(context), error)
    return Goto(Ask.TAKE_BACK, replace(_draft(context), back_id=tap.off_id))


async def ask_take_back(context: ClinicContext) -> View:
    """Ask whether to take it back, and name it."""
    off = await context.clinic.time_off.get(context.principal, _draft(context).back_id)
    text = texts.ask_take_back(off.slot, context.clinic.rules.zone)
    return View(text, keyboard(ways_out(), [button(labels.TAKE_BACK_YES, Confirm())]))


async def take_back(context: ClinicContext, tap: Confirm) -> Outcome:
    """Take the time off back."""
    del tap
    try:
        off = await context.clinic.time_off.take_back(context.principal, _draft(context).back_id)
    except TimeOffUnknown as error:
        return Goto(Ask.FIRST, _draft(context), error)
    again = [button(labels.TIME_OFF, Do("timeoff"))]
    return Finish(View(texts.taken_back(off.slot, context.clinic.rules.zone), keyboard(again)))


DIALOG = Dialog(
    command="timeoff",
    noun="time off request",
    visitors=DOCTORS,
    begin=begin,
    steps=(
        Step(
            Ask.FIRST,
            ask_first,
            type_first,
            {PickDay: pick_first, PickMonth: turn_first_month, PickPage: turn_page, TakeBack: pick_back},
        ),
        Step(Ask.TAKE_BACK, ask_take_back, None, {Confirm: take_back}),
        Step(Ask.LAST, ask_last, type_last, {PickDay: pick_last, PickMonth: turn_last_month}),
        Step(Ask.PART, ask_part, type_part, {Skip: whole_day, PickPart: pick_part}),
        Step(Ask.NOTE, ask_note, take_note, {Skip: skip_note}, let_go=stored_before),
        Step(
            Ask.SUMMARY, ask_summary, None, {Confirm: confirm, PickPage: turn_summary}, let_go=stored_before
        ),
    ),
    in_words=(Ask.FIRST,),
)
