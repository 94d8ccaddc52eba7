"""The page *Delivery* of a person's card: what became of each message and email to them."""

from functools import partial

from bot.callbacks.admins import SendNoticeAgain, ShowDelivery, ShowPerson, ShowUser
from bot.dialogs.context import ClinicContext
from bot.texts import delivery as texts
from bot.texts import labels
from bot.texts.appointments import called
from bot.ui.keyboards import Button, button, in_rows, keyboard, pager
from bot.ui.view import View
from services.errors import NoticeSettled
from services.models.appointments import Period
from services.models.patients import has_no_account
from services.models.people import Role, User, UserId

AGAIN_A_ROW = 2


async def page(context: ClinicContext, tap: ShowDelivery) -> None:
    """Show a page."""
    await _show(context, tap.user_id, tap.number)


async def send_again(context: ClinicContext, tap: SendNoticeAgain) -> None:
    """Send one again; if it is on its way already, say so."""
    try:
        await context.clinic.delivery_history.send_again(context.principal, tap.user_id, tap.key)
    except NoticeSettled as error:
        await _show(context, tap.user_id, tap.number, context.refusal(error))
    else:
        await _show(context, tap.user_id, tap.number, texts.sent_again())


def _back(context: ClinicContext, person: User) -> Button:
    """Return the way back: for admins to the account, where there is one, else to the appointments."""
    if context.principal.role is Role.ADMIN and not has_no_account(person.id):
        return button(labels.BACK_TO_ACCOUNT, ShowUser(person.id, ""))
    return button(labels.back_to(called(person)), ShowPerson(person.id, Period.UPCOMING, 0))


async def _show(context: ClinicContext, user_id: UserId, number: int, said: str | None = None) -> None:
    found = await context.clinic.delivery_history.page(context.principal, user_id, number)
    records = found.records
    again = [
        button(labels.send_again(place), SendNoticeAgain(user_id, each.key, records.number))
        for place, each in texts.numbered(records)
        if each.may_be_sent_again
    ]
    turn = pager(records.number, records.pages, partial(ShowDelivery, user_id))
    ways = [
        button(labels.REFRESH, ShowDelivery(user_id, records.number)),
        _back(context, found.person),
    ]
    view = View(texts.page(found, context.zone), keyboard(*in_rows(again, AGAIN_A_ROW), turn, ways))
    await context.messenger.show(view.headed(said))
