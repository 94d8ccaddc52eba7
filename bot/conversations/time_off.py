"""/timeoff: first day, last day, whole day or part, a note to the patients, summary; and taking back."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import ShowUser, TimeOffFor
from bot.callbacks.catalogue import PickWorkplace
from bot.callbacks.doctors import TakeBack
from bot.callbacks.steps import Confirm, Do, PickDay, PickMonth, PickPage, Skip
from bot.callbacks.tap import Tap
from bot.conversations.hours import places
from bot.conversations.pickers import stretch
from bot.dialogs.access import STAFF
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import TimeOffDraft
from bot.parsing.places import split_place
from bot.parsing.time_off import DaysOff
from bot.texts import labels, nouns
from bot.texts import time_off as texts
from bot.ui.button_styles import cancelling
from bot.ui.keyboards import Button, Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.appointments.fields import read_note
from services.errors import TimeOffUnknown
from services.models.appointments import AppointmentCard
from services.models.people import UserId
from services.models.slots import PlaceId, Slot, TimeOff

KNOWN_A_PAGE = 4
# What somebody says who takes time off.
SAID = frozenset({Intent.TIME_OFF, Intent.ILL})


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    FIRST = "time_off.first"
    TAKE_BACK = "time_off.take_back"
    LAST = "time_off.last"
    PART = "time_off.part"
    PLACE = "time_off.place"
    NOTE = "time_off.note"
    SUMMARY = "time_off.summary"


def _draft(context: ClinicContext) -> TimeOffDraft:
    return context.draft(TimeOffDraft)


def _slot(context: ClinicContext) -> Slot:
    return stretch.slot_of(_draft(context))


def _whose(context: ClinicContext) -> UserId | None:
    """Return the doctor for whom an admin acts; None: doctors act for themselves."""
    return _draft(context).doctor_id


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the first day: of one's own time off, or of the doctor's from whose card an admin comes."""
    if not isinstance(tap, TimeOffFor):
        return stretch.said_first(context, Goto(Ask.FIRST, TimeOffDraft()), SAID)
    doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    draft = TimeOffDraft(doctor_id=doctor.id, doctor_name=doctor.name)
    return stretch.said_first(context, Goto(Ask.FIRST, draft), SAID)


async def ask_first(context: ClinicContext) -> View:
    """Show the upcoming time off, and a month in which every day from today on can be tapped."""
    draft, zone = _draft(context), context.clinic.rules.zone
    coming = await context.clinic.time_off.coming(context.principal, draft.doctor_id)
    page = page_of(coming, draft.page, KNOWN_A_PAGE)
    known = [[button(texts.off_button(each.slot, zone), TakeBack(each.id))] for each in page.items]
    turn = pager(page.number, page.pages, PickPage)
    month = stretch.month(draft, *stretch.to_begin(context))
    names = (await places.known(context)).names if any(each.place for each in coming) else {}
    text = texts.ask_first(coming, page, zone, draft.doctor_name, names)
    return View(text, keyboard(*known, turn, *month, ways_out(back=False)))


async def _known(
    context: ClinicContext, draft: TimeOffDraft, slot: Slot, behind: tuple[StrEnum, ...]
) -> Outcome:
    """Go to where it is, if that is asked, or on. Each choice is a new time off."""
    draft = replace(draft, slot=slot, off_id=context.request_id("time_off", slot.start), note=None, page=0)
    if draft.place is None and (await places.known(context)).asked_for:
        return Goto(Ask.PLACE, draft, behind=behind)
    return await _placeable(context, draft, behind)


async def _placeable(
    context: ClinicContext, draft: TimeOffDraft, behind: tuple[StrEnum, ...] = ()
) -> Outcome:
    """Go to the note, or to the summary if no patient is affected."""
    slot, whose = stretch.slot_of(draft), draft.doctor_id
    affected = await context.clinic.time_off.affected(context.principal, slot, whose, draft.place)
    return Goto(Ask.NOTE if affected else Ask.SUMMARY, draft, behind=behind)


async def _placed(context: ClinicContext, draft: TimeOffDraft, place: PlaceId | None) -> TimeOffDraft:
    """Return the draft with the place, and its name."""
    names = {each.id: each.name for each in (await places.known(context)).open} if place else {}
    return replace(draft, place=place, place_name=names[place] if place else "")


PICKER = stretch.StretchPicker(
    Ask.FIRST,
    Ask.LAST,
    Ask.PART,
    TimeOffDraft,
    lambda context: context.clinic.time_off,
    lambda draft, first: texts.ask_last(first, draft.doctor_name),
    lambda draft, first, zone: texts.ask_part(first, zone, draft.doctor_name),
    _known,
)


async def pick_first(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the first day that was tapped."""
    return await _from(context, DaysOff(tap.day))


async def type_first(context: ClinicContext, text: str) -> Outcome:
    """Take the day, the days or the part of a day that was typed, and perhaps the place."""
    known = (await places.known(context)).asked_for
    words, place = split_place(text, known)
    return await _from(context, stretch.read_first(context, _draft(context), words), place)


async def _from(context: ClinicContext, typed: DaysOff, place: PlaceId | None = None) -> Outcome:
    """Go on from the first day, with the place if that was named, too."""
    return await PICKER.begin(context, await _placed(context, _draft(context), place), typed)


async def ask_place(context: ClinicContext) -> View:
    """Ask whether it is everywhere, or at one place only."""
    rows = places.choices((await places.known(context)).open, labels.EVERYWHERE)
    text = texts.ask_place(_slot(context), context.clinic.rules.zone, _draft(context).doctor_name)
    return View(text, keyboard(*reversed(rows), ways_out()))


async def pick_place(context: ClinicContext, tap: PickWorkplace) -> Outcome:
    """Take the place that was tapped."""
    place = await places.chosen(context, tap)
    return await _placeable(context, await _placed(context, _draft(context), place))


async def type_place(context: ClinicContext, text: str) -> Outcome:
    """Take the place that was typed."""
    place = await places.typed_place(context, text)
    return await _placeable(context, await _placed(context, _draft(context), place))


async def _affected(context: ClinicContext) -> list[AppointmentCard]:
    draft = _draft(context)
    slot = stretch.slot_of(draft)
    return await context.clinic.time_off.affected(context.principal, slot, draft.doctor_id, draft.place)


async def ask_note(context: ClinicContext) -> View:
    """Ask what to tell the patients."""
    draft, affected = _draft(context), await _affected(context)
    zone = context.clinic.rules.zone
    text = texts.ask_note(_slot(context), len(affected), zone, draft.doctor_name, draft.place_name)
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
    draft, slot, affected = _draft(context), _slot(context), await _affected(context)
    # Confirming also cancels what is booked after this; those are named afterwards.
    context.state.draft = replace(draft, shown=tuple(card.appointment.id for card in affected))
    page = page_of(affected, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    zone = context.clinic.rules.zone
    text = texts.summary(slot, page, draft.note, zone, draft.doctor_name, place_name=draft.place_name)
    save = button(texts.confirm(page.total), Confirm(), cancelling(page.total))
    return View(text, keyboard(turn, [save], ways_out()))


async def turn_summary(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the appointments in it."""
    return Goto(Ask.SUMMARY, replace(_draft(context), page=tap.number))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Save the time off, and cancel the appointments in it."""
    del tap
    context.takes_long()
    draft, slot, zone = _draft(context), _slot(context), context.clinic.rules.zone
    off, service, whose = (
        TimeOff(draft.off_id, slot, draft.place),
        context.clinic.time_off,
        draft.doctor_id,
    )
    is_again = await service.is_taken(context.principal, off.id, whose)
    count = await service.take(context.principal, off, draft.note, whose)
    more = []
    if count > len(draft.shown):
        done = await service.cancelled(context.principal, off, whose)
        more = [card for card in done if card.appointment.id not in draft.shown]
    text = texts.taken(
        slot, count, more, zone, draft.doctor_name, place_name=draft.place_name, is_again=is_again
    )
    return Finish(View(text, keyboard(_ways_on(draft))))


def _ways_on(draft: TimeOffDraft) -> Row:
    if draft.doctor_id is not None:
        return [button(labels.OPEN_ACCOUNT, ShowUser(draft.doctor_id, "")), _again(draft)]
    return [button(labels.MY_DAY, Do("schedule")), _again(draft)]


def _again(draft: TimeOffDraft) -> Button:
    tap = Do("timeoff") if draft.doctor_id is None else TimeOffFor(draft.doctor_id)
    return button(labels.TIME_OFF, tap)


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the time off was saved although the doctor was never told."""
    draft, visitor = _draft(context), context.visitor
    if visitor is None or not draft.off_id or draft.slot is None:
        return None
    service, whose = context.clinic.time_off, draft.doctor_id
    if not await service.is_taken(visitor, draft.off_id, whose):
        return None
    count = len(await service.cancelled(visitor, TimeOff(draft.off_id, draft.slot), whose))
    text = texts.taken(draft.slot, count, (), context.clinic.rules.zone, draft.doctor_name, is_again=True)
    return View(text, keyboard(_ways_on(draft)))


async def pick_back(context: ClinicContext, tap: TakeBack) -> Outcome:
    """Go to the question whether to take back the time off that was tapped."""
    try:
        await context.clinic.time_off.get(context.principal, tap.off_id, _whose(context))
    except TimeOffUnknown as error:
        return Goto(Ask.FIRST, _draft(context), error)
    return Goto(Ask.TAKE_BACK, replace(_draft(context), back_id=tap.off_id))


async def ask_take_back(context: ClinicContext) -> View:
    """Ask whether to take it back, and name it."""
    off = await context.clinic.time_off.get(context.principal, _draft(context).back_id, _whose(context))
    text = texts.ask_take_back(off.slot, context.clinic.rules.zone, _draft(context).doctor_name)
    return View(text, keyboard(ways_out(), [button(labels.TAKE_BACK_YES, Confirm())]))


async def take_back(context: ClinicContext, tap: Confirm) -> Outcome:
    """Take the time off back."""
    del tap
    draft = _draft(context)
    try:
        off = await context.clinic.time_off.take_back(context.principal, draft.back_id, draft.doctor_id)
    except TimeOffUnknown as error:
        return Goto(Ask.FIRST, draft, error)
    text = texts.taken_back(off.slot, context.clinic.rules.zone, draft.doctor_name)
    return Finish(View(text, keyboard([_again(draft)])))


DIALOG = Dialog(
    command="timeoff",
    noun=nouns.TIME_OFF_REQUEST,
    visitors=STAFF,
    begin=begin,
    steps=(
        Step(
            Ask.FIRST,
            ask_first,
            type_first,
            {
                PickDay: pick_first,
                PickMonth: PICKER.turn_first_month,
                PickPage: PICKER.turn_page,
                TakeBack: pick_back,
            },
        ),
        Step(Ask.TAKE_BACK, ask_take_back, None, {Confirm: take_back}),
        *PICKER.steps,
        Step(Ask.PLACE, ask_place, type_place, {PickWorkplace: pick_place}),
        Step(Ask.NOTE, ask_note, take_note, {Skip: skip_note}, let_go=stored_before),
        Step(
            Ask.SUMMARY, ask_summary, None, {Confirm: confirm, PickPage: turn_summary}, let_go=stored_before
        ),
    ),
    in_words=(Ask.FIRST,),
)
