"""A room out of order: first day, last day, whole day or part, what is booked in it; and its repair."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.catalogue import InOrderAgain, RoomOutFor
from bot.callbacks.steps import Confirm, Do, PickDay, PickMonth, PickPage
from bot.callbacks.tap import Tap
from bot.catalogue_drafts import RoomOutDraft
from bot.conversations.pickers import stretch
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.texts import labels, nouns
from bot.texts import room_out as texts
from bot.ui.button_styles import cancelling
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.catalogue.outages import RoomChange
from services.errors import OutageUnknown, RoomUnknown
from services.models.catalogue import RoomId, RoomOutage
from services.models.slots import Slot, TimeOff

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


async def _known(
    context: ClinicContext, draft: RoomOutDraft, slot: Slot, behind: tuple[StrEnum, ...]
) -> Outcome:
    """Go to the summary. Each choice is a new one."""
    out_id = context.request_id("room_out", slot.start)
    return Goto(Ask.SUMMARY, replace(draft, slot=slot, out_id=out_id, page=0), behind=behind)


PICKER = stretch.StretchPicker(
    Ask.FIRST,
    Ask.LAST,
    Ask.PART,
    RoomOutDraft,
    lambda context: context.clinic.time_off,
    lambda draft, first: texts.ask_last(draft.room_name, first),
    lambda draft, first, zone: texts.ask_part(draft.room_name, first, zone),
    _known,
)


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
    save = button(texts.confirm(len(affected), lost), Confirm(), cancelling(lost))
    return View(text, keyboard(turn, [save], ways_out()))


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
    noun=nouns.ROOM_OUT_OF_ORDER,
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
                InOrderAgain: pick_back,
            },
        ),
        Step(Ask.BACK, ask_back, None, {Confirm: end}),
        *PICKER.steps,
        Step(
            Ask.SUMMARY, ask_summary, None, {Confirm: confirm, PickPage: turn_summary}, let_go=stored_before
        ),
    ),
    home="rooms",
)
