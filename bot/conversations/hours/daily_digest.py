"""When the daily digest is sent: a question of /hours whose answer is saved at once."""

from dataclasses import replace

from bot.callbacks.doctors import ChangeDigest
from bot.conversations.hours.draft import Ask, draft_of
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome
from bot.input_errors import BadTime
from bot.parsing.clock_grammar import read_time
from bot.texts import hours as texts
from bot.texts.formats import wall_time
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.models.scheduling import MINUTES_A_DAY, Digest, at_minute

TIMES = tuple(at_minute(minute) for minute in range(6 * 60, 9 * 60, 30))
TIMES_A_ROW = 3


async def ask(context: ClinicContext) -> View:
    """Ask for the time, and whether to send it on empty days, too."""
    digest = await context.clinic.daily_digests.of(context.principal)
    times = [button(wall_time(at), _tap(replace(digest, at=at))) for at in TIMES]
    empty = button(texts.empty_days(digest), _tap(replace(digest, when_empty=not digest.when_empty)))
    rows = (*in_rows(times, TIMES_A_ROW), [empty], ways_out())
    return View(texts.ask_digest(digest, context.clinic.rules.zone), keyboard(*rows))


def _tap(digest: Digest) -> ChangeDigest:
    return ChangeDigest(digest.at.hour * 60 + digest.at.minute, digest.when_empty)


async def pick(context: ClinicContext, tap: ChangeDigest) -> Outcome:
    """Save what was tapped."""
    if not 0 <= tap.minutes < MINUTES_A_DAY:
        raise BadTime
    return await _change(context, Digest(at_minute(tap.minutes), tap.when_empty))


async def take(context: ClinicContext, text: str) -> Outcome:
    """Save the time that was typed."""
    digest = await context.clinic.daily_digests.of(context.principal)
    return await _change(context, replace(digest, at=read_time(text)))


async def _change(context: ClinicContext, digest: Digest) -> Outcome:
    await context.clinic.daily_digests.change(context.principal, digest)
    return Goto(Ask.OVERVIEW, draft_of(context))
