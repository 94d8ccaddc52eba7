"""Proposing a follow-up: when, a note, a preview. Begun on the visit's card, or when it is marked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.callbacks.doctors import ProposeFollowUp, ShowDay
from bot.callbacks.steps import Confirm, PickMinutes, Skip
from bot.callbacks.tap import Tap
from bot.conversations.pickers.held_time import known
from bot.dialogs.access import DOCTORS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import FollowUpDraft
from bot.input_errors import BadDate
from bot.parsing.dates import read_date
from bot.parsing.hours import read_span
from bot.parsing.words.english import in_english
from bot.parsing.words.plain import alone
from bot.parsing.words.tables import Topic
from bot.texts import labels, nouns
from bot.texts import schedule as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.appointments.fields import read_note
from services.errors import (
    AppointmentUnknown,
    BadFollowUp,
    ClinicError,
    DayPassed,
    NoTimesThen,
    OffersChanged,
)
from services.follow_ups.proposals import MOST_DAYS
from services.models.appointments import Alternative, AppointmentCard

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKS = (1, 2, 4, 12)
CHOICES_A_ROW = 2


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    WHEN = "follow_up.when"
    NOTE = "follow_up.note"
    SURE = "follow_up.sure"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the visit whose button was tapped, if the patient was seen."""
    if not isinstance(tap, ProposeFollowUp):
        raise AppointmentUnknown
    visit = await context.clinic.visits.follow_ups.visit(context.principal, tap.visit_id)
    return Goto(Ask.WHEN, FollowUpDraft(tap.visit_id, visit.appointment.version))


async def ask(context: ClinicContext) -> View:
    """Ask when the patient is to come again."""
    draft = context.draft(FollowUpDraft)
    visit = await context.clinic.appointment_views.get(context.principal, draft.visit_id)
    choices = [
        button(texts.in_weeks(weeks), PickMinutes(timedelta(weeks=weeks) // MINUTE)) for weeks in WEEKS
    ]
    text = texts.ask_follow_up(visit, context.clinic.rules.zone)
    return View(text, keyboard(*in_rows(choices, CHOICES_A_ROW), ways_out(back=False)))


async def take(context: ClinicContext, text: str) -> Outcome:
    """Take what was typed: in 10 days, 3 weeks, 4 May, Friday. Raises BadFollowUp, NoSuchDay, DayPassed.

    A number alone could be days or a date, so the question is asked again.
    """
    after = read_span(in_english(alone(text), Topic.DAY).removeprefix("in "))
    return await _preview(context, after if after is not None else _until(context, text))


def _until(context: ClinicContext, text: str) -> timedelta:
    """Return the time from today to the day that was typed."""
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
    return await _preview(context, tap.minutes * MINUTE)


async def _preview(context: ClinicContext, after: timedelta, why: ClinicError | None = None) -> Goto:
    """Find the times to propose. The first time that leads to the note, later to the summary."""
    draft = context.draft(FollowUpDraft)
    _, offers = await context.clinic.visits.follow_ups.preview(context.principal, draft.visit_id, after)
    shown = tuple(offer.slot.start for offer in offers)
    return Goto(Ask.NOTE if why is None else Ask.SURE, replace(draft, after=after, shown=shown), why)


async def ask_note(context: ClinicContext) -> View:
    """Show the times, and ask what to tell the patient."""
    text = texts.ask_follow_up_note(*await _shown(context), context.clinic.rules.zone)
    return View(text, keyboard([button(labels.SKIP, Skip())], ways_out()))


async def _shown(context: ClinicContext) -> tuple[AppointmentCard, FollowUpDraft]:
    """Return the visit, and the draft with the times that were found for it."""
    draft = context.draft(FollowUpDraft)
    return await context.clinic.visits.follow_ups.visit(context.principal, draft.visit_id), draft


async def take_note(context: ClinicContext, text: str) -> Outcome:
    """Take the note. Raises NoteTooLong."""
    return Goto(Ask.SURE, replace(context.draft(FollowUpDraft), note=read_note(text)))


async def skip_note(context: ClinicContext, tap: Skip) -> Outcome:
    """Propose it without a note."""
    del tap
    return Goto(Ask.SURE, replace(context.draft(FollowUpDraft), note=None))


async def ask_sure(context: ClinicContext) -> View:
    """Show what will be sent."""
    text = texts.follow_up_summary(*await _shown(context), context.clinic.rules.zone)
    return View(text, keyboard([button(labels.SEND, Confirm())], ways_out()))


async def send(context: ClinicContext, tap: Confirm) -> Outcome:
    """Send it; if the times have changed meanwhile, show the new ones."""
    del tap
    draft = context.draft(FollowUpDraft)
    after = known(draft.after)
    try:
        visit, offers = await context.clinic.visits.follow_ups.propose(
            context.principal,
            draft.visit_id,
            after,
            version=draft.version,
            note=draft.note,
            shown=draft.shown,
        )
    except OffersChanged as error:
        return await _preview(context, after, error)
    except NoTimesThen as error:
        return Goto(Ask.WHEN, draft, error)
    return Finish(_proposed(context, visit, offers))


def _proposed(context: ClinicContext, visit: AppointmentCard, offers: Sequence[Alternative]) -> View:
    """Say what was proposed, with a button for what comes next."""
    zone = context.clinic.rules.zone
    day = visit.appointment.slot.start.astimezone(zone).date()
    return View(texts.proposed(visit, offers, zone), keyboard([button(labels.THE_DAY, ShowDay(day, 0))]))


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if it was sent although the doctor was never told."""
    draft, visitor = context.draft(FollowUpDraft), context.visitor
    if visitor is None:
        return None
    found = await context.clinic.visits.follow_ups.proposed(visitor, draft.visit_id, draft.version)
    return _proposed(context, *found) if found else None


DIALOG = Dialog(
    command="followup",
    noun=nouns.FOLLOW_UP,
    visitors=DOCTORS,
    begin=begin,
    steps=(
        Step(Ask.WHEN, ask, take, {PickMinutes: pick}, let_go=stored_before),
        Step(Ask.NOTE, ask_note, take_note, {Skip: skip_note}, let_go=stored_before),
        Step(Ask.SURE, ask_sure, None, {Confirm: send}, let_go=stored_before),
    ),
    home="schedule",
)
