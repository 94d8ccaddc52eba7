"""/stats: the clinic's figures as a picture, for the last 7, 30 or 90 days."""

import asyncio

from telegram import Update
from telegram.constants import ChatAction

from bot.callbacks.admins import ShowStats
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.parsing.words import alone
from bot.pictures.chart import stats_picture
from bot.telegram import messages
from bot.texts import statistics as texts
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.administration.statistics import PERIODS

USUAL = 30


async def stats(update: Update, context: ClinicContext, tap: Tap) -> None:
    """Show the period that /stats <days> names, or the usual one."""
    del tap
    days = _days(" ".join(context.args or []))
    if days is None:
        await messages.say(context, View(texts.no_such_period(USUAL)))
    await period(update, context, ShowStats(days or USUAL))


def _days(typed: str) -> int | None:
    """Return how many days are meant, or None where there are no figures of so many."""
    if not typed:
        return USUAL
    periods = {str(days): days for days in PERIODS}
    return periods.get(alone(typed).removeprefix("last ").removesuffix("days").strip())


async def period(update: Update, context: ClinicContext, tap: ShowStats) -> None:
    """Show a period in the place of the one whose button was tapped: a text can't become a picture."""
    context.takes_long()
    messages.at_work(context, ChatAction.UPLOAD_PHOTO)
    figures = await context.clinic.statistics.of_last(context.principal, tap.days)
    others = keyboard([button(texts.period_button(days, tap.days), ShowStats(days)) for days in PERIODS])
    if figures.total.total:
        png = await asyncio.to_thread(stats_picture, context.clinic.rules.name, figures)
        await messages.send_picture(context, png, View(texts.caption(figures), others))
    else:
        await messages.say(context, View(texts.nothing(tap.days), others))
    query = update.callback_query
    if query and query.message:
        await messages.remove(context, query.message.message_id)
