"""Joining a doctor's waiting list, begun when no time suits: the days, the part of the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from bot.callbacks.steps import Do, PickDays, PickPartOfDay, PickVisitKind
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookDoctor, Wait, WaitForDay
from bot.conversations.pickers.for_whom import open_booking
from bot.conversations.pickers.held_time import known
from bot.conversations.pickers.slot import today
from bot.conversations.pickers.who import WhoPicker, looks_after_others
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.localization.messages import typed_names
from bot.parsing.dates import read_date
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import labels, nouns
from bot.texts import waitlist as texts
from bot.texts.visits import kind_button
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from bot.waiting_drafts import WaitDraft
from services.availability.availability import Availability
from services.errors import (
    ClinicError,
    DayPassed,
    DayTooFar,
    DoctorUnknown,
    KindNotOffered,
    PlaceNotOffered,
    TooManyWaitlistEntries,
)
from services.models.catalogue import VisitKind
from services.models.patients import Patient
from services.models.scheduling import PLAIN, PartOfDay
from services.waitlist.offers import OFFER_LENGTH

TWO_WEEKS = timedelta(days=13)  # after today


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    WHO = "waiting.who"
    KIND = "waiting.kind"
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
    before = open_booking(context)
    draft = _like_booking(WaitDraft(doctor.id, doctor.name, day), before)
    if not looks_after_others(context):
        return await _after_who(context, draft)
    if before is None or not (before.myself or before.patient_id):
        return Goto(Ask.WHO, draft)
    return await _after_who(
        context, replace(draft, patient_id=before.patient_id, patient_name=before.patient_name)
    )


def _like_booking(draft: WaitDraft, booking: BookingDraft | None) -> WaitDraft:
    """Return the draft for the kind of visit and the place of the booking that leads here."""
    if booking is None or booking.doctor_id != draft.doctor_id:
        return draft
    return replace(
        draft,
        kind_id=booking.kind_id,
        kind_name=booking.kind_name,
        place=booking.place,
        place_name=booking.place_name,
    )


async def gone(context: ClinicContext, why: ClinicError) -> Goto:
    """Ask anew for what can be had, where a kind of visit or a place is gone. Else raises `why`."""
    if not isinstance(why, KindNotOffered | PlaceNotOffered):
        raise why
    context.look_again()
    anew = replace(context.draft(WaitDraft), kind_id=None, kind_name="", place=None, place_name="")
    return replace(await _after_who(context, anew), why=why)


async def _after_who(context: ClinicContext, draft: WaitDraft) -> Goto:
    """Ask which kind of visit it is, if there are several and it is not known; else go on with the days."""
    if draft.kind_id is not None or (await _times(context, draft)).kind.id == PLAIN:
        return Goto(Ask.DAYS, draft)
    choices = await _kinds(context, draft)
    if len(choices) > 1:
        return Goto(Ask.KIND, draft)
    return Goto(Ask.DAYS, _of_kind(draft, choices[0]) if choices else draft)


async def _kinds(context: ClinicContext, draft: WaitDraft) -> Sequence[VisitKind]:
    patient_id = draft.patient_id or context.principal.id
    return await context.clinic.visits.kinds.choices(context.principal, patient_id, draft.doctor_id)


def _of_kind(draft: WaitDraft, kind: VisitKind) -> WaitDraft:
    return replace(draft, kind_id=kind.id, kind_name=kind.name)


async def ask_kind(context: ClinicContext) -> View:
    """Ask which kind of visit it is."""
    draft = context.draft(WaitDraft)
    kinds = await _kinds(context, draft)
    rows = [[button(kind_button(kind), PickVisitKind(kind.id))] for kind in kinds]
    return View(texts.ask_kind(draft), keyboard(*rows, ways_out(back=bool(context.state.trail))))


async def pick_kind(context: ClinicContext, tap: PickVisitKind) -> Outcome:
    """Take the kind that was tapped, if it is still offered. Raises KindNotOffered."""
    draft = context.draft(WaitDraft)
    found = [kind for kind in await _kinds(context, draft) if kind.id == tap.kind_id]
    if not found:
        raise KindNotOffered
    return Goto(Ask.DAYS, _of_kind(draft, found[0]))


async def type_kind(context: ClinicContext, text: str) -> Outcome:
    """Take the kind whose name, or a part of it, was typed."""
    draft = context.draft(WaitDraft)
    kinds = {kind.name: kind for kind in await _kinds(context, draft)}
    return Goto(Ask.DAYS, _of_kind(draft, kinds[choose_surely(text, kinds)]))


async def _chosen(context: ClinicContext, patient: Patient) -> Outcome:
    """Go on for whoever was chosen."""
    draft = context.draft(WaitDraft)
    if patient.has_account:
        return await _after_who(context, replace(draft, patient_id=None, patient_name=""))
    return await _after_who(context, replace(draft, patient_id=patient.id, patient_name=patient.name))


async def ask_days(context: ClinicContext) -> View:
    """Ask on which days."""
    draft, first = context.draft(WaitDraft), today(context)
    last = (await _times(context, draft)).furthest
    only = [button(texts.only(draft.day), PickDays(draft.day, draft.day))] if draft.day else []
    near = [button(texts.two_weeks(), PickDays(first, first + TWO_WEEKS))] if first + TWO_WEEKS < last else []
    every = [button(texts.until(last), PickDays(first, last))]
    free = [button(labels.FREE_TIMES, BookDoctor(draft.doctor_id))]
    back = ways_out(back=bool(context.state.trail))
    return View(texts.ask_days(draft), keyboard(only, near, every, free, back))


async def pick_days(context: ClinicContext, tap: PickDays) -> Outcome:
    """Take the days that were tapped, if at least one of them can be booked."""
    furthest = (await _times(context, context.draft(WaitDraft))).furthest
    if tap.last < today(context):
        raise DayPassed(tap.last)
    if tap.first > furthest:
        raise DayTooFar(tap.first, furthest)
    return Goto(Ask.PART, replace(context.draft(WaitDraft), first=tap.first, last=min(tap.last, furthest)))


async def _times(context: ClinicContext, draft: WaitDraft) -> Availability:
    """Return what can be booked of what is wanted. Raises KindNotOffered, PlaceNotOffered."""
    return await context.availability(draft.doctor_id, patient_id=draft.patient_id, wanted=draft.wanted)


async def type_day(context: ClinicContext, text: str) -> Outcome:
    """Take the day that was typed; a number alone is a day of the month of the full day."""
    day = typed_day(context, text, context.draft(WaitDraft).day)
    return await pick_days(context, PickDays(day, day))


def typed_day(context: ClinicContext, text: str, near: date | None = None) -> date:
    """Return the day that was typed; a number alone is a day of the month of the day `near` it."""
    first = today(context)
    return read_date(text, first, near or first)


async def ask_part(context: ClinicContext) -> View:
    """Ask for the part of the day."""
    choices = [button(label, PickPartOfDay(part)) for part, label in texts.PARTS.items()]
    text = texts.ask_part(context.draft(WaitDraft), context.rules, context.clinic.rules)
    return View(text, keyboard(*in_rows(choices, 3), ways_out()))


async def type_part(context: ClinicContext, text: str) -> Outcome:
    """Take the part of the day that was typed."""
    return await pick_part(context, PickPartOfDay(typed_part(text)))


def typed_part(text: str) -> PartOfDay:
    """Return the part of the day that was typed. Raises NoMatch."""
    parts = typed_names(texts.PARTS)
    return parts[choose_surely(text, parts)]


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
            wanted=draft.wanted,
        )
    except (DayPassed, DayTooFar) as error:
        return Goto(Ask.DAYS, draft, error)
    except (TooManyWaitlistEntries, DoctorUnknown, KindNotOffered, PlaceNotOffered) as error:
        ways = [button(labels.MY_WAITING_LISTS, Do("waitlist")), button(labels.DOCTORS, Do("doctors"))]
        return Finish(View(context.refusal(error), keyboard(ways)))
    free = [button(labels.FREE_TIMES, BookDoctor(draft.doctor_id))] if joined.free else []
    text = texts.joined(joined, OFFER_LENGTH, context.rules)
    return Finish(View(text, keyboard(free, [button(labels.MY_WAITING_LISTS, Do("waitlist"))])))


DIALOG = Dialog(
    command="wait",
    noun=nouns.WAITING_LIST_REQUEST,
    visitors=PATIENTS,
    begin=begin,
    steps=(
        WhoPicker(Ask.WHO, lambda context: texts.for_whom(context.draft(WaitDraft)), _chosen).step,
        Step(Ask.KIND, ask_kind, type_kind, {PickVisitKind: pick_kind}),
        Step(Ask.DAYS, ask_days, type_day, {PickDays: pick_days}, otherwise=gone),
        Step(Ask.PART, ask_part, type_part, {PickPartOfDay: pick_part}),
    ),
    home="waitlist",
)
