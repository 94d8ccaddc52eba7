"""/audit: who did what to what, newest first, by person or by day."""

from datetime import date, timedelta
from functools import partial

from bot.callbacks.admins import FindAudit, ShowAudit, ShowUser
from bot.callbacks.tap import Tap, short_search
from bot.dialogs.context import ClinicContext
from bot.input_errors import BadDate
from bot.parsing.dates import read_past_date
from bot.texts import audit as texts
from bot.texts import labels
from bot.texts.schedule import turn_back, turn_on
from bot.ui.keyboards import Row, button, keyboard, pager
from bot.ui.view import View
from services.audit import AuditPage
from services.models.people import UserId

A_DAY = timedelta(days=1)


async def search(context: ClinicContext, tap: Tap) -> None:
    """Show all entries, or those of the day or the person that /audit <text> names."""
    del tap
    typed = " ".join(context.args or [])
    if not typed:
        await history(context, ShowAudit(0, "", ""))
        return
    try:
        day = read_past_date(typed, _today(context))
    except BadDate:
        await find(context, FindAudit(0, short_search(typed)))
    else:
        await history(context, ShowAudit(0, "", day.isoformat()))


async def find(context: ClinicContext, tap: FindAudit) -> None:
    """Show the history of the person who is meant, or a page of those who may be meant."""
    page = await context.clinic.administration.page(context.principal, tap.search, tap.number)
    if page.total == 1:
        await history(context, ShowAudit(0, page.items[0].id, ""))
        return
    rows = [[button(texts.person_button(user), ShowAudit(0, user.id, ""))] for user in page.items]
    turn = pager(page.number, page.pages, lambda number: FindAudit(number, tap.search))
    everything = [button(texts.EVERYTHING, ShowAudit(0, "", ""))]
    view = View(texts.several(page.total, tap.search), keyboard(*rows, turn, everything))
    await context.messenger.show(view)


async def history(context: ClinicContext, tap: ShowAudit) -> None:
    """Show a page."""
    day, user_id = _day(tap.day), UserId(tap.user_id) if tap.user_id else None
    found = await context.clinic.audit.page(
        context.principal, user_id=user_id, day=day, zone=context.zone, number=tap.number
    )
    turn = pager(found.entries.number, found.entries.pages, partial(_turned, tap))
    text = texts.page(found, user_id, day, context.zone)
    await context.messenger.show(View(text, keyboard(turn, *_ways(context, found, tap, day))))


def _turned(tap: ShowAudit, number: int) -> ShowAudit:
    return ShowAudit(number, tap.user_id, tap.day)


def _ways(context: ClinicContext, found: AuditPage, tap: ShowAudit, day: date | None) -> list[Row]:
    """Return the buttons to the neighbouring days, to the person, and to all entries."""
    days, ways = [], []
    if day is not None:
        before, after = day - A_DAY, day + A_DAY
        days.append(button(turn_back(before), ShowAudit(0, tap.user_id, before.isoformat())))
        if day < _today(context):
            days.append(button(turn_on(after), ShowAudit(0, tap.user_id, after.isoformat())))
    else:
        ways.append(button(labels.AUDIT_TODAY, ShowAudit(0, tap.user_id, _today(context).isoformat())))
    if tap.user_id in found.people:
        ways.append(button(labels.AUDIT_ACCOUNT, ShowUser(UserId(tap.user_id), "")))
    if tap.user_id or tap.day:
        ways.append(button(texts.EVERYTHING, ShowAudit(0, "", "")))
    return [days, ways]


def _today(context: ClinicContext) -> date:
    return context.clinic.clock.now().astimezone(context.zone).date()


def _day(text: str) -> date | None:
    """Return the day that a button names, None if it is forged."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last possible day have only one neighbour.
    return day if date.min < day < date.max else None
