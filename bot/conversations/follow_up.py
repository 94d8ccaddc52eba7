"""Proposing a follow-up after a visit: one question, begun where the visit is noted, or on its card."""

from datetime import timedelta
from enum import StrEnum

from bot.access import DOCTORS
from bot.callbacks.doctors import ProposeFollowUp, ShowDay
from bot.callbacks.steps import PickMinutes
from bot.callbacks.tap import Tap
from bot.card import View
from bot.context import ClinicContext
from bot.dialogs import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import FollowUpDraft
from bot.keyboards import button, in_rows, keyboard, ways_out
from bot.reading import read_date
from bot.reading_hours import read_span
from bot.reading_words import alone
from bot.texts import schedule as texts
from services.errors import AppointmentUnknown, BadDate, BadFollowUp, DayPassed
from services.follow_ups import MOST_DAYS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKS = (1, 2, 4, 12)
CHOICES_A_ROW = 2


class Ask(StrEnum):
    """The question; the value is stored, so it never changes."""

    WHEN = "follow_up.when"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the visit whose button was tapped, if the patient was seen."""
    if not isinstance(tap, ProposeFollowUp):
        raise AppointmentUnknown
    visit = await context.clinic.follow_ups.visit(context.principal, tap.visit_id)
    return Goto(Ask.WHEN, FollowUpDraft(tap.visit_id, visit.appointment.version))


async def ask(context: ClinicContext) -> View:
    """Ask when the patient is to come again."""
    draft = context.draft(FollowUpDraft)
    visit = await context.clinic.diaries.get(context.principal, draft.visit_id)
    choices = [
        button(texts.in_weeks(weeks), PickMinutes(timedelta(weeks=weeks) // MINUTE)) for weeks in WEEKS
    ]
    text = texts.ask_follow_up(visit, context.clinic.rules.zone)
    return View(text, keyboard(*in_rows(choices, CHOICES_A_ROW), ways_out(back=False)))


async def take(context: ClinicContext, text: str) -> Outcome:
    """Take what was typed: in 10 days, 3 weeks, 4 May, Friday. Raises BadFollowUp, NoSuchDay, DayPassed.

    A number alone could be days or a date, and the proposal goes out at once: so it is asked for again.
    """
    after = read_span(alone(text).removeprefix("in "))
    return await _propose(context, after if after is not None else _until(context, text))


def _until(context: ClinicContext, text: str) -> timedelta:
    """Return how long it is until the day that was typed."""
    today = context.clinic.schedules.today()
    try:
        day = read_date(text, today)
    except BadDate as error:
        raise BadFollowUp(MOST_DAYS) from error
    if day < today:
        raise DayPassed(day)
    return day - today


async def pick(context: ClinicContext, tap: PickMinutes) -> Outcome:
    """Take what was tapped. Raises BadFollowUp."""
    if not 0 < tap.minutes <= MOST_DAYS * DAY // MINUTE:
        raise BadFollowUp(MOST_DAYS)
    return await _propose(context, tap.minutes * MINUTE)


async def _propose(context: ClinicContext, after: timedelta) -> Outcome:
    draft, zone = context.draft(FollowUpDraft), context.clinic.rules.zone
    visit, offers = await context.clinic.follow_ups.propose(
        context.principal, draft.visit_id, after, version=draft.version
    )
    day = visit.appointment.slot.start.astimezone(zone).date()
    ways = keyboard([button("🗓 The day", ShowDay(day, 0))])
    return Finish(View(texts.proposed(visit, offers, zone), ways))


DIALOG = Dialog(
    command="followup",
    noun="follow-up",
    visitors=DOCTORS,
    begin=begin,
    steps=(Step(Ask.WHEN, ask, take, {PickMinutes: pick}),),
    home="schedule",
)
