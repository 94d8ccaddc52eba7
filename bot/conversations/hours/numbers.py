"""The numbers of /hours: slot length, buffer, lead time of bookings and of changes, how far ahead."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.callbacks.steps import PickMinutes
from bot.conversations.hours.draft import MINUTE, Ask, as_schedule, changed, draft_of
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Outcome, Step
from bot.drafts import HoursDraft
from bot.localization.messages import Phrase
from bot.parsing.hours import read_span
from bot.texts import hours as texts
from bot.texts import labels
from bot.texts.formats import span
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.availability.booking_window import MOST_AHEAD
from services.errors import BadBuffer, BadHorizon, BadLeadTime, BadSlotLength, Invalid
from services.models.scheduling import Schedule
from services.working_hours.weekly import (
    LONGEST_SLOT_MINUTES,
    MAX_BUFFER_MINUTES,
    MAX_LEAD_TIME,
    SHORTEST_SLOT_MINUTES,
)

CHOICES_A_ROW = 3
DAY = timedelta(days=1)
# Ten years: nobody means more.
MOST_MINUTES = 10 * 365 * 24 * 60


@dataclass(frozen=True, slots=True)
class Number:
    """One of the numbers: its question, the values that are offered, and its field in the schedule.

    A typed number without a unit counts in `unit`; `bad` is the error for what cannot be read.
    """

    step: Ask
    name: Phrase
    ask: Callable[[HoursDraft], str]
    choices: tuple[timedelta, ...]
    unit: timedelta | None
    of: Callable[[HoursDraft], timedelta]
    put: Callable[[Schedule, timedelta], Schedule]
    bad: Callable[[], Invalid]


NUMBERS = (
    Number(
        Ask.SLOT,
        labels.SLOTS,
        texts.ask_slot,
        tuple(n * MINUTE for n in (10, 15, 20, 30, 45, 60)),
        MINUTE,
        lambda draft: draft.slot,
        lambda schedule, value: replace(schedule, slot_minutes=_minutes(value)),
        lambda: BadSlotLength(SHORTEST_SLOT_MINUTES, LONGEST_SLOT_MINUTES),
    ),
    Number(
        Ask.BUFFER,
        labels.BUFFER,
        texts.ask_buffer,
        tuple(n * MINUTE for n in (0, 5, 10, 15)),
        MINUTE,
        lambda draft: draft.buffer,
        lambda schedule, value: replace(schedule, buffer_minutes=_minutes(value)),
        lambda: BadBuffer(MAX_BUFFER_MINUTES),
    ),
    Number(
        Ask.NOTICE,
        labels.NOTICE,
        texts.ask_notice,
        (timedelta(0), timedelta(hours=1), timedelta(hours=2), DAY),
        None,
        lambda draft: draft.notice,
        lambda schedule, value: replace(schedule, lead_time=value),
        lambda: BadLeadTime(MAX_LEAD_TIME),
    ),
    Number(
        Ask.HORIZON,
        labels.AHEAD,
        texts.ask_horizon,
        tuple(n * DAY for n in (7, 14, 30, 60, 90, 180)),
        DAY,
        lambda draft: draft.horizon,
        lambda schedule, value: replace(schedule, horizon=value),
        lambda: BadHorizon(MOST_AHEAD),
    ),
    Number(
        Ask.CHANGES,
        labels.CHANGES,
        texts.ask_changes,
        (timedelta(0), timedelta(hours=1), timedelta(hours=2), timedelta(hours=12), DAY, 2 * DAY),
        None,
        lambda draft: draft.change_notice,
        lambda schedule, value: replace(schedule, change_lead_time=value),
        lambda: BadLeadTime(MAX_LEAD_TIME),
    ),
)


def _minutes(value: timedelta) -> int:
    return value // MINUTE


async def _ask(number: Number, context: ClinicContext) -> View:
    choices = [button(span(value), PickMinutes(_minutes(value))) for value in number.choices]
    return View(number.ask(draft_of(context)), keyboard(*in_rows(choices, CHOICES_A_ROW), ways_out()))


async def _pick(number: Number, context: ClinicContext, tap: PickMinutes) -> Outcome:
    if not 0 <= tap.minutes <= MOST_MINUTES:
        raise number.bad()
    return _take(number, context, tap.minutes * MINUTE)


async def _type(number: Number, context: ClinicContext, text: str) -> Outcome:
    value = read_span(text, number.unit)
    if value is None:
        raise number.bad()
    return _take(number, context, value)


def _take(number: Number, context: ClinicContext, value: timedelta) -> Outcome:
    return changed(context, number.put(as_schedule(draft_of(context)), value))


STEPS = tuple(
    Step(
        number.step,
        partial(_ask, number),
        partial(_type, number),
        {PickMinutes: partial(_pick, number)},
    )
    for number in NUMBERS
)
