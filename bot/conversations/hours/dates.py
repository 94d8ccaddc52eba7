"""Single days with hours of their own: which day, which hours, and what they would cancel."""

from dataclasses import replace
from datetime import date

from bot.callbacks.admins import HoursFor, ShowUser
from bot.callbacks.catalogue import PickWorkplace
from bot.callbacks.doctors import UsualHours
from bot.callbacks.steps import CloseDay, Confirm, Do, PickDay, PickMonth, PickPage
from bot.conversations.hours import places
from bot.conversations.hours.draft import Ask, draft_of
from bot.conversations.pickers import stretch
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome
from bot.drafts import HoursDraft
from bot.input_errors import BadDate, BadDateHours, WeekUnsaved
from bot.parsing.date_hours import DateTyped, read_date_hours
from bot.parsing.hours import read_hours
from bot.parsing.places import placed
from bot.texts import dates as texts
from bot.texts import labels
from bot.texts.bulk_cancellation import save_and_cancel
from bot.ui.button_styles import cancelling
from bot.ui.keyboards import Row, button, keyboard, pager, ways_out
from bot.ui.paging import page_of
from bot.ui.view import View
from services.models.scheduling import DateHours, Hours
from services.models.slots import PlaceId

KNOWN_A_PAGE = 4


async def ask_day(context: ClinicContext) -> View:
    """Show the days that have hours of their own, and a month in which every day can be tapped."""
    draft, zone = draft_of(context), context.clinic.rules.zone
    coming = await context.clinic.changed_dates.coming(context.principal, draft.doctor_id)
    page = page_of(list(coming.items()), draft.page, KNOWN_A_PAGE)
    rows = (
        *([button(texts.usual_button(day), UsualHours(day))] for day, _ in page.items),
        pager(page.number, page.pages, PickPage),
        *stretch.month(draft, *_span(context)),
        ways_out(),
    )
    names = (await places.known(context)).names
    return View(texts.ask_day(page, zone, draft.doctor_name, names), keyboard(*rows))


def _span(context: ClinicContext) -> tuple[date, date]:
    return context.clinic.schedules.today(), context.clinic.changed_dates.last_day


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the days."""
    return Goto(Ask.DATE, replace(draft_of(context), page=tap.number))


async def turn_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month."""
    return Goto(Ask.DATE, replace(draft_of(context), month=tap.day))


async def pick_day(context: ClinicContext, tap: PickDay) -> Outcome:
    """Go to the question for the hours of the day that was tapped."""
    return await about(context, DateTyped(tap.day))


async def type_day(context: ClinicContext, text: str) -> Outcome:
    """Take the day, and perhaps its hours, that was typed."""
    try:
        typed = await read(context, text)
    except BadDate as error:
        raise BadDateHours(error.like) from error
    return await about(context, typed)


async def read(context: ClinicContext, text: str) -> DateTyped:
    """Return the day that was typed, with its hours and where they are. Raises as `read_date_hours` does."""
    today = context.clinic.schedules.today()
    typed, named = await places.read(context, text, lambda marked: read_date_hours(marked, today))
    return typed if typed.hours is None else replace(typed, hours=placed(typed.hours, named))


async def about(context: ClinicContext, typed: DateTyped) -> Outcome:
    """Go to the next question about the day. Raises WeekUnsaved, and what ChangedDates.change raises."""
    draft = draft_of(context)
    if draft.changed:
        raise WeekUnsaved
    draft = replace(draft, on=typed.day, month=typed.day, page=0)
    if not typed.has_hours:
        await _check(context, replace(draft, hours_on=()))
        return Goto(Ask.DATE_HOURS, draft)
    return await _known(context, replace(draft, hours_on=typed.hours), behind=(Ask.DATE,))


async def usual(context: ClinicContext, tap: UsualHours) -> Outcome:
    """Ask whether to give the day that was tapped its usual hours again."""
    return await about(context, DateTyped(tap.day, None, has_hours=True))


async def ask_hours(context: ClinicContext) -> View:
    """Ask for the hours of the day."""
    draft, zone = draft_of(context), context.clinic.rules.zone
    now = await context.clinic.changed_dates.usual(context.principal, _day(draft), draft.doctor_id)
    rows = ([button(labels.CLOSED_THAT_DAY, CloseDay())], ways_out())
    names = (await places.known(context)).names
    return View(texts.ask_hours(_day(draft), now, zone, draft.doctor_name, names), keyboard(*rows))


async def type_hours(context: ClinicContext, text: str) -> Outcome:
    """Take the hours that were typed."""
    hours = await places.placed_hours(context, text, read_hours)
    return await _known(context, replace(draft_of(context), hours_on=hours))


async def close_day(context: ClinicContext, tap: CloseDay) -> Outcome:
    """Set no hours on that day."""
    del tap
    return await _known(context, replace(draft_of(context), hours_on=()))


async def _known(context: ClinicContext, draft: HoursDraft, behind: tuple[Ask, ...] = ()) -> Outcome:
    """Go to the summary, if these hours are valid and it is known where. Each choice is a new change."""
    draft = replace(draft, change_id=context.request_id("date_hours"), page=0)
    await _check(context, draft)
    if await places.are_unclear(context, draft.hours_on or ()):
        return Goto(Ask.DATE_PLACE, draft, behind=behind)
    return Goto(Ask.DATE_SAVE, draft, behind=behind)


async def ask_place(context: ClinicContext) -> View:
    """Ask where the hours of the day are."""
    return await places.question(context, draft_of(context).hours_on or ())


async def pick_place(context: ClinicContext, tap: PickWorkplace) -> Outcome:
    """Take the place that was tapped."""
    return _at(context, await places.chosen(context, tap))


async def type_place(context: ClinicContext, text: str) -> Outcome:
    """Take the place that was typed."""
    return _at(context, await places.typed_place(context, text))


def _at(context: ClinicContext, place: PlaceId | None) -> Outcome:
    draft = draft_of(context)
    return Goto(Ask.DATE_SAVE, replace(draft, hours_on=places.there(draft.hours_on or (), place)))


async def _check(context: ClinicContext, draft: HoursDraft) -> None:
    await context.clinic.changed_dates.affected(context.principal, _changed(draft), draft.doctor_id)


def _day(draft: HoursDraft) -> date:
    if draft.on is None:
        raise LookupError("a step was reached before the one that answers it")
    return draft.on


def _changed(draft: HoursDraft) -> DateHours:
    return DateHours(draft.change_id, _day(draft), draft.hours_on)


async def ask_save(context: ClinicContext) -> View:
    """Show the change, and the appointments that it would cancel."""
    draft, dates = draft_of(context), context.clinic.changed_dates
    affected = await dates.affected(context.principal, _changed(draft), draft.doctor_id)
    page = page_of(affected, draft.page)
    turn = pager(page.number, page.pages, PickPage)
    usual = await dates.usual(context.principal, _day(draft), draft.doctor_id)
    told = await _told(context, draft, usual)
    text = texts.summary(_day(draft), told, page, context.clinic.rules.zone, draft.doctor_name)
    save = button(save_and_cancel(page.total), Confirm(), cancelling(page.total))
    return View(text, keyboard(turn, [save], ways_out()))


async def _told(context: ClinicContext, draft: HoursDraft, usual: tuple[Hours, ...]) -> str:
    """Return the hours of the day in words."""
    names = (await places.known(context)).names
    if draft.hours_on is None:
        return texts.usual_hours(usual, names)
    return texts.own_hours(draft.hours_on, names)


async def turn_summary(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of the appointments."""
    return Goto(Ask.DATE_SAVE, replace(draft_of(context), page=tap.number))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Change the hours of the day, and cancel what lies outside of them."""
    del tap
    context.takes_long()
    draft, dates = draft_of(context), context.clinic.changed_dates
    usual = await dates.usual(context.principal, _day(draft), draft.doctor_id)
    count = await dates.change(context.principal, _changed(draft), draft.doctor_id)
    text = texts.saved(_day(draft), await _told(context, draft, usual), count, draft.doctor_name)
    return Finish(View(text, keyboard(ways_on(draft))))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the day was changed although the doctor was never told."""
    draft, visitor = draft_of(context), context.visitor
    if visitor is None or draft.on is None:
        return None
    dates = context.clinic.changed_dates
    if not await dates.is_done(visitor, _changed(draft), draft.doctor_id):
        return None
    usual = await dates.usual(visitor, draft.on, draft.doctor_id)
    text = texts.saved(draft.on, await _told(context, draft, usual), 0, draft.doctor_name)
    return View(text, keyboard(ways_on(draft)))


def ways_on(draft: HoursDraft) -> Row:
    """Return the buttons under what was saved."""
    if draft.doctor_id is not None:
        account = button(labels.OPEN_ACCOUNT, ShowUser(draft.doctor_id, ""))
        return [account, button(labels.HOURS, HoursFor(draft.doctor_id))]
    return [button(labels.MY_DAY, Do("schedule")), button(labels.HOURS, Do("hours"))]
