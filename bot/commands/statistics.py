"""/stats: the clinic's figures as a picture, for the last 7, 30 or 90 days."""

import asyncio

from bot.callbacks.admins import ShowStats
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.dialogs.messenger import Doing
from bot.parsing.words.english import in_english
from bot.parsing.words.plain import alone
from bot.parsing.words.tables import Topic
from bot.pictures.chart import stats_picture
from bot.texts import statistics as texts
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.administration.statistics import PERIODS

USUAL = 30


async def stats(context: ClinicContext, tap: Tap) -> None:
    """Show the period that /stats <days> names, or the usual one."""
    del tap
    days = _days(" ".join(context.args or []))
    if days is None:
        await context.messenger.say(View(texts.no_such_period(USUAL)))
    await period(context, ShowStats(days or USUAL))


def _days(typed: str) -> int | None:
    """Return how many days are meant, None if there are no statistics for so many."""
    if not typed:
        return USUAL
    periods = {str(days): days for days in PERIODS}
    words = in_english(alone(typed), Topic.SPAN).removeprefix("last ")
    return periods.get(words.removesuffix("s").removesuffix("day").strip())


async def period(context: ClinicContext, tap: ShowStats) -> None:
    """Show another period in a new message, for a text cannot become a picture."""
    context.takes_long()
    context.messenger.show_work(Doing.PICTURE)
    figures = await context.clinic.statistics.of_last(context.principal, tap.days)
    counts = await context.clinic.understanding_counts.of_last(context.principal, tap.days)
    others = keyboard([button(texts.period_button(days, tap.days), ShowStats(days)) for days in PERIODS])
    if figures.total.total:
        png = await asyncio.to_thread(stats_picture, context.clinic.rules.name, figures)
        await context.messenger.send_picture(png, View(texts.caption(figures, counts), others))
    else:
        await context.messenger.say(View(texts.nothing(tap.days, counts), others))
    if context.messenger.tapped_message is not None:
        await context.messenger.remove(context.messenger.tapped_message)
