"""/outbox: how many notices wait to be sent, and the dead letters."""

from bot.callbacks.admins import DropNotice, RetryAllNotices, RetryNotice, ShowOutbox
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.texts import labels
from bot.texts import outbox as texts
from bot.ui.keyboards import Row, button, keyboard, pager
from bot.ui.view import View
from services.errors import NoticeSettled
from services.notifications.dead_letters import OutboxPage


async def outbox(context: ClinicContext, tap: Tap) -> None:
    """Show how many notices wait, and the first page of the dead letters."""
    del tap
    await _show(context, 0)


async def page(context: ClinicContext, tap: ShowOutbox) -> None:
    """Show a page of the dead letters."""
    await _show(context, tap.number)


async def retry(context: ClinicContext, tap: RetryNotice) -> None:
    """Send one again; if another admin was quicker, say so."""
    try:
        await context.clinic.dead_letters.retry(context.principal, tap.ticket)
    except NoticeSettled as error:
        await _show(context, tap.number, context.refusal(error))
    else:
        await _show(context, tap.number, texts.retried(1))


async def retry_all(context: ClinicContext, tap: RetryAllNotices) -> None:
    """Send all again."""
    del tap
    count = await context.clinic.dead_letters.retry_all(context.principal)
    await _show(context, 0, texts.retried(count))


async def drop(context: ClinicContext, tap: DropNotice) -> None:
    """Drop one; if another admin was quicker, say so."""
    try:
        await context.clinic.dead_letters.drop(context.principal, tap.ticket)
    except NoticeSettled as error:
        await _show(context, tap.number, context.refusal(error))
    else:
        await _show(context, tap.number, texts.dropped())


async def _show(context: ClinicContext, number: int, said: str | None = None) -> None:
    found = await context.clinic.dead_letters.page(context.principal, number)
    view = View(texts.page(found, context.zone), keyboard(*_rows(found)))
    await context.messenger.show(view.headed(said))


def _rows(found: OutboxPage) -> list[Row]:
    parked = found.dead_letters
    rows: list[Row] = [
        [
            button(labels.retry(place), RetryNotice(each.ticket, parked.number)),
            button(labels.drop(place), DropNotice(each.ticket, parked.number)),
        ]
        for place, each in texts.numbered(parked)
    ]
    every = [button(labels.retry_all(parked.total), RetryAllNotices())] if parked.total > 1 else []
    return [
        *rows,
        pager(parked.number, parked.pages, ShowOutbox),
        every,
        [button(labels.REFRESH, ShowOutbox(0))],
    ]
