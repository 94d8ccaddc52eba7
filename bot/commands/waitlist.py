"""/waitlist: where one waits, what is offered, and leaving."""

from telegram import Update

from bot import card
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ChangeReason, LeaveLine, PassSlot, ShowAppointment, TakeSlot
from bot.card import View
from bot.confirmations import confirmation
from bot.context import ClinicContext
from bot.keyboards import Row, button, keyboard, news_button
from bot.texts import labels
from bot.texts import waitlist as texts
from bot.texts.appointments import reason_button
from bot.texts.booking import booked
from bot.texts.errors import sentence
from services.errors import OfferOver

WAYS_ON: Row = [button(labels.MY_WAITING_LISTS, Do("waitlist")), button(labels.BOOK, Do("book"))]


async def places(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show where one waits."""
    del tap
    await card.show(update, context, await _places(context))


async def _places(context: ClinicContext) -> View:
    waitlist, rules = context.clinic.waitlist, context.rules
    found = [(each, waitlist.stands(each.place)) for each in await waitlist.places(context.principal)]
    rows: list[Row] = []
    for each, offer in found:
        if offer is not None:
            rows.append([button(texts.take(offer, rules), TakeSlot(offer.id))])
            rows.append([button(labels.PASS, PassSlot(offer.id))])
        rows.append([button(texts.leave(each.doctor.name), LeaveLine(each.doctor.id))])
    return View(texts.places(found, rules), keyboard(*rows, [button(labels.BOOK, Do("book"))]))


async def take(update: Update, context: ClinicContext, tap: TakeSlot) -> None:
    """Book what is offered."""
    try:
        taken = await context.clinic.waitlist.take(context.principal, tap.offer_id)
    except OfferOver as error:
        await card.show(update, context, View(sentence(error, context.rules), keyboard(WAYS_ON)))
        return
    text = booked(taken, context.zone, for_another=False)
    made = taken.appointment
    # It was taken at one tap, so nobody has asked for it yet.
    why = [news_button(reason_button(made), ChangeReason(made.id))]
    ways = [button(labels.OPEN_APPOINTMENT, ShowAppointment(made.id))]
    said = confirmation(context, taken, why) or View(text, keyboard(why, ways))
    await card.show(update, context, said)


async def pass_on(update: Update, context: ClinicContext, tap: PassSlot) -> None:
    """Leave what is offered to the next in line."""
    try:
        await context.clinic.waitlist.pass_on(context.principal, tap.offer_id)
    except OfferOver as error:
        await card.show(update, context, View(sentence(error, context.rules), keyboard(WAYS_ON)))
        return
    await card.show(update, context, View(texts.passed(), keyboard(WAYS_ON)))


async def leave(update: Update, context: ClinicContext, tap: LeaveLine) -> None:
    """Wait there no more."""
    was_there = await context.clinic.waitlist.leave(context.principal, tap.doctor_id)
    await card.show(update, context, (await _places(context)).headed(texts.left(was_there=was_there)))
