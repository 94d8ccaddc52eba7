"""A room out of order: first day, last day, whole day or part, what is booked in it; and its repair."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from bot.callbacks.catalogue import InOrderAgain, RoomOutFor
from bot.callbacks.steps import Confirm, Do, PickDay, PickMonth, PickPage, PickPart, Skip
from bot.callbacks.tap import Tap
from bot.catalogue_drafts import RoomOutDraft
from bot.conversations.pickers import stretch
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.parsing.time_off import DaysOff
from bot.texts import labels
from bot.texts import room_out as texts
from bot.texts.time_off import only
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.catalogue.outages import RoomChange
from services.errors import OutageUnknown, RoomUnknown
from services.models.catalogue import RoomId, RoomOutage
from services.models.scheduling import Hours
from services.models.slots import TimeOff

KNOWN_A_PAGE = 4


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    FIRST = "room_out.first"
    BACK = "room_out.back"
    LAST = "room_out.last"
    PART = "room_out.part"
    SUMMARY = "room_out.summary"


def _draft(context: ClinicContext) -> RoomOutDraft:
    return context.draft(RoomOutDraft)


def _first(context: ClinicContext) -> date:
    return stretch.first_of(_draft(context))


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with when the room is out of order. Only its card says which room it is about."""
    if not isinstance(tap, RoomOutFor):
        raise RoomUnknown
    room = await context.clinic.visits.catalogue.room(context.principal, RoomId(tap.room_id))
    return Goto(Ask.FIRST, RoomOutDraft(room.id, room.name))


async def ask_first(context: ClinicContext) -> View:
    """Show when it is out of order, and a month in which every day from today on can be tapped."""
    draft, zone = _draft(context), context.clinic.rules.zone
    coming = await context.clinic.visits.outages.coming(context.principal, draft.room_id)
    page = page_of(coming, draft.page, KNOWN_A_PAGE)
    known = [[button(texts.again_button(each.slot, zone), InOrderAgain(each.id))] for each in page.items]
    turn = pager(page.number, page.pages, PickPage)
    month = stretch.month(draft, *stretch.to_begin(context))
    text = texts.ask_first(draft.room_name, page, zone)
    return View(text, keyboard(*known, turn, *month, ways_out(back=False)))


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of when it is out of order."""
    return Goto(Ask.FIRST, replace(_draft(context), page=tap.number))


async def turn_first_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month for the first day."""
    return Goto(Ask.FIRST, replace(_draft(context), month=tap.day))


async def pick_first(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the first day that was tapped."""
    return _from(context, DaysOff(tap.day))


async def type_first(context: ClinicContext, text: str) -> Outcome:
    """Take the day, the days or the part of a day that was typed."""
    return _from(context, stretch.read_first(context, _draft(context), text))


def _from(context: ClinicContext, typed: DaysOff) -> Outcome:
    """Go to the next question that is not answered yet."""
    draft = replace(_draft(context), month=typed.first, first=typed.first, page=0)
    if typed.last is None:
        stretch.settled(context.clinic.time_off, typed.first, typed.first, typed.part)
        return Goto(Ask.LAST, draft)
    passed = (Ask.LAST, Ask.PART) if typed.last == typed.first else (Ask.LAST,)
    return _known(context, draft, typed.last, typed.part, passed)


async def ask_last(context: ClinicContext) -> View:
    """Ask for the last day."""
    first = _first(context)
    month = stretch.month(_draft(context), *stretch.to_end(context, first))
    text = texts.ask_last(_draft(context).room_name, first)
    return View(text, keyboard([button(only(first), PickDay(first))], *month, ways_out()))


async def turn_last_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month for the last day."""
    return Goto(Ask.LAST, replace(_draft(context), month=tap.day))


async def pick_last(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the last day that was tapped."""
    draft, first = _draft(context), _first(context)
    return Goto(Ask.PART, draft) if tap.day == first else _known(context, draft, tap.day, None)


async def type_last(context: ClinicContext, text: str) -> Outcome:
    """Take the last day that was typed."""
    day = stretch.read_last(context, _draft(context), _first(context), text)
    return await pick_last(context, PickDay(day))


async def ask_part(context: ClinicContext) -> View:
    """Ask whether it is the whole day."""
    text = texts.ask_part(_draft(context).room_name, _first(context), context.clinic.rules.zone)
    return View(text, keyboard(*stretch.parts(), ways_out()))


async def whole_day(context: ClinicContext, tap: Skip) -> Outcome:
    """Take the whole day."""
    del tap
    return _known(context, _draft(context), _first(context), None)


async def pick_part(context: ClinicContext, tap: PickPart) -> Outcome:
    """Take the part that was tapped."""
    return _known(context, _draft(context), _first(context), stretch.tapped_part(tap))


async def type_part(context: ClinicContext, text: str) -> Outcome:
    """Take the part that was typed."""
    return _known(context, _draft(context), _first(context), stretch.typed_part(text))


def _known(
    context: ClinicContext, draft: RoomOutDraft, last: date, part: Hours | None, behind: tuple[Ask, ...] = ()
) -> Outcome:
    """Go to the summary. Each choice is a new one."""
    slot = stretch.settled(context.clinic.time_off, stretch.first_of(draft), last, part)
    out_id = context.request_id("room_out", slot.start)
    return Goto(Ask.SUMMARY, replace(draft, slot=slot, out_id=out_id, page=0), behind=behind)


async def _affected(context: ClinicContext, draft: RoomOutDraft) -> list[RoomChange]:
    slot = stretch.slot_of(draft)
    return await context.clinic.visits.outages.affected(context.principal, draft.room_id, slot)


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more, with what is booked in it and what becomes of that."""
    draft = _draft(context)
    affected = await _affected(context, draft)
    # Confirming also moves or cancels what is booked after this; those are told as numbers afterwards.
    context.state.draft = replace(draft, shown=tuple(each.card.appointment.id for each in affected))
    page = page_of(affected, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    lost = sum(each.room is None for each in affected)
    text = texts.summary(draft.room_name, stretch.slot_of(draft), page, lost, context.clinic.rules.zone)
    return View(text, keyboard(turn, [button(texts.confirm(len(affected), lost), Confirm())], ways_out()))


async def turn_summary(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of what is booked."""
    return Goto(Ask.SUMMARY, replace(_draft(context), page=tap.number))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Note that it is out of order."""
    del tap
    context.takes_long()
    draft = _draft(context)
    done = await context.clinic.visits.outages.begin(context.principal, _outage(draft))
    text = texts.begun(draft.room_name, stretch.slot_of(draft), done, context.clinic.rules.zone)
    return Finish(View(text, keyboard(_ways_on(draft))))


def _outage(draft: RoomOutDraft) -> RoomOutage:
    return RoomOutage(draft.room_id, TimeOff(draft.out_id, stretch.slot_of(draft)))


def _ways_on(draft: RoomOutDraft) -> Row:
    return [button(labels.ROOMS, Do("rooms")), button(labels.OUT_OF_ORDER, RoomOutFor(draft.room_id))]


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if it was noted although the admin was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not draft.out_id or draft.slot is None:
        return None
    if not await context.clinic.visits.outages.is_begun(visitor, _outage(draft)):
        return None
    text = texts.noted(draft.room_name, draft.slot, context.clinic.rules.zone)
    return View(text, keyboard(_ways_on(draft)))


async def pick_back(context: ClinicContext, tap: InOrderAgain) -> Outcome:
    """Go to the question whether it is in order again."""
    draft = _draft(context)
    try:
        await context.clinic.visits.outages.get(context.principal, draft.room_id, tap.out_id)
    except OutageUnknown as error:
        return Goto(Ask.FIRST, draft, error)
    return Goto(Ask.BACK, replace(draft, back_id=tap.out_id))


async def ask_back(context: ClinicContext) -> View:
    """Ask whether it is in order again, and name the stretch."""
    draft = _draft(context)
    out = await context.clinic.visits.outages.get(context.principal, draft.room_id, draft.back_id)
    text = texts.ask_back(draft.room_name, out.slot, context.clinic.rules.zone)
    return View(text, keyboard(ways_out(), [button(labels.IN_ORDER_YES, Confirm())]))


async def end(context: ClinicContext, tap: Confirm) -> Outcome:
    """Note that it is in order again."""
    del tap
    draft = _draft(context)
    try:
        out = await context.clinic.visits.outages.end(context.principal, draft.room_id, draft.back_id)
    except OutageUnknown as error:
        return Goto(Ask.FIRST, draft, error)
    text = texts.ended(draft.room_name, out.slot, context.clinic.rules.zone)
    return Finish(View(text, keyboard(_ways_on(draft))))


DIALOG = Dialog(
    command="roomout",
    noun="room out of order",
    visitors=ADMINS,
    begin=begin,
    steps=(
        Step(
            Ask.FIRST,
            ask_first,
            type_first,
            {PickDay: pick_first, PickMonth: turn_first_month, PickPage: turn_page, InOrderAgain: pick_back},
        ),
        Step(Ask.BACK, ask_back, None, {Confirm: end}),
        Step(Ask.LAST, ask_last, type_last, {PickDay: pick_last, PickMonth: turn_last_month}),
        Step(Ask.PART, ask_part, type_part, {Skip: whole_day, PickPart: pick_part}),
        Step(
            Ask.SUMMARY, ask_summary, None, {Confirm: confirm, PickPage: turn_summary}, let_go=stored_before
        ),
    ),
    home="rooms",
)
