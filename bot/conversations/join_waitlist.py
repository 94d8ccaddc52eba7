"""Joining a doctor's waiting list, begun when no time suits: the days, the part of the day."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.callbacks.steps import Do, PickDays, PickPartOfDay
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookDoctor, Wait, WaitForDay
from bot.conversations.pickers.for_whom import open_booking
from bot.conversations.pickers.held_time import known
from bot.conversations.pickers.slot import today
from bot.conversations.pickers.who import WhoPicker, looks_after_others
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import WaitDraft
from bot.parsing.dates import read_date
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import labels
from bot.texts import waitlist as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.errors import DayPassed, DayTooFar, DoctorUnknown, TooManyWaitlistEntries
from services.models.patients import Patient
from services.waitlist.offers import OFFER_LENGTH

TWO_WEEKS = timedelta(days=13)  # after today


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    WHO = "waiting.who"
    DAYS = "waiting.days"
    PART = "waiting.part"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the days. Only a button says which doctor it is.

    Who looks after others is asked for whom it is, unless that was said in the booking that leads here.
    """
    if not isinstance(tap, Wait | WaitForDay):
        ways = [button(labels.BOOK, Do("book")), button(labels.DOCTORS, Do("doctors"))]
        return Finish(View(texts.nothing_to_wait_for(), keyboard(ways)))
    doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    day = tap.day if isinstance(tap, WaitForDay) and tap.day >= today(context) else None
    draft = WaitDraft(doctor.id, doctor.name, day)
    if not looks_after_others(context):
        return Goto(Ask.DAYS, draft)
    before = open_booking(context)
    if before is None or not (before.myself or before.patient_id):
        return Goto(Ask.WHO, draft)
    return Goto(Ask.DAYS, replace(draft, patient_id=before.patient_id, patient_name=before.patient_name))


async def _chosen(context: ClinicContext, patient: Patient) -> Outcome:
    """Go on for whoever was chosen."""
    draft = context.draft(WaitDraft)
    if patient.has_account:
        return Goto(Ask.DAYS, replace(draft, patient_id=None, patient_name=""))
    return Goto(Ask.DAYS, replace(draft, patient_id=patient.id, patient_name=patient.name))


async def ask_days(context: ClinicContext) -> View:
    """Ask on which days."""
    draft, first = context.draft(WaitDraft), today(context)
    last = (await context.availability(draft.doctor_id)).furthest
    only = [button(texts.only(draft.day), PickDays(draft.day, draft.day))] if draft.day else []
    near = [button(texts.two_weeks(), PickDays(first, first + TWO_WEEKS))] if first + TWO_WEEKS < last else []
    every = [button(texts.until(last), PickDays(first, last))]
    free = [button(labels.FREE_TIMES, BookDoctor(draft.doctor_id))]
    back = ways_out(back=bool(context.state.trail))
    return View(texts.ask_days(draft), keyboard(only, near, every, free, back))


async def pick_days(context: ClinicContext, tap: PickDays) -> Outcome:
    """Take the days that were tapped, if at least one of them can be booked."""
    furthest = (await context.availability(context.draft(WaitDraft).doctor_id)).furthest
    if tap.last < today(context):
        raise DayPassed(tap.last)
    if tap.first > furthest:
        raise DayTooFar(tap.first, furthest)
    return Goto(Ask.PART, replace(context.draft(WaitDraft), first=tap.first, last=min(tap.last, furthest)))


async def type_day(context: ClinicContext, text: str) -> Outcome:
    """Take the day that was typed; a number alone is a day of the month of the full day."""
    first = today(context)
    day = read_date(text, first, context.draft(WaitDraft).day or first)
    return await pick_days(context, PickDays(day, day))


async def ask_part(context: ClinicContext) -> View:
    """Ask for the part of the day."""
    choices = [button(label, PickPartOfDay(part)) for part, label in texts.PARTS.items()]
    text = texts.ask_part(context.draft(WaitDraft), context.rules, context.clinic.rules)
    return View(text, keyboard(*in_rows(choices, 3), ways_out()))


async def type_part(context: ClinicContext, text: str) -> Outcome:
    """Take the part of the day that was typed."""
    parts = {label: part for part, label in texts.PARTS.items()}
    return await pick_part(context, PickPartOfDay(parts[choose_surely(text, parts)]))


async def pick_part(context: ClinicContext, tap: PickPartOfDay) -> Outcome:
    """Join the waiting list."""
    draft = context.draft(WaitDraft)
    try:
        joined = await context.clinic.waitlist.join(
            context.principal,
            draft.doctor_id,
            known(draft.first),
            known(draft.last),
            tap.part,
            patient_id=draft.patient_id,
        )
    except (DayPassed, DayTooFar) as error:
        return Goto(Ask.DAYS, draft, error)
    except (TooManyWaitlistEntries, DoctorUnknown) as error:
        ways = [button(labels.MY_WAITING_LISTS, Do("waitlist")), button(labels.DOCTORS, Do("doctors"))]
        return Finish(View(context.refusal(error), keyboard(ways)))
    free = [button(labels.FREE_TIMES, BookDoctor(draft.doctor_id))] if joined.free else []
    text = texts.joined(joined, OFFER_LENGTH, context.rules)
    return Finish(View(text, keyboard(free, [button(labels.MY_WAITING_LISTS, Do("waitlist"))])))


DIALOG = Dialog(
    command="wait",
    noun="waiting list request",
    visitors=PATIENTS,
    begin=begin,
    steps=(
        WhoPicker(Ask.WHO, lambda context: texts.for_whom(context.draft(WaitDraft)), _chosen).step,
        Step(Ask.DAYS, ask_days, type_day, {PickDays: pick_days}),
        Step(Ask.PART, ask_part, type_part, {PickPartOfDay: pick_part}),
    ),
    home="waitlist",
)
