"""Waiting for an earlier time for an appointment, begun on its card: the days, the part of the day, where."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from bot.callbacks.steps import Do, PickDays, PickPartOfDay, PickVisitPlace
from bot.callbacks.tap import Tap
from bot.callbacks.visits import MoveAppointment, ShowAppointment, WaitForEarlier
from bot.conversations.join_waitlist import typed_day, typed_part
from bot.conversations.pickers.held_time import known
from bot.conversations.pickers.slot import today
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import earlier as texts
from bot.texts import labels, nouns
from bot.texts.waitlist import PARTS
from bot.ui.keyboards import Row, button, in_rows, keyboard, ways_out
from bot.ui.view import View
from bot.waiting_drafts import EarlierDraft
from services.availability.availability import Availability
from services.errors import (
    AlreadyCancelled,
    AppointmentOver,
    DayPassed,
    DayTooFar,
    DoctorUnknown,
    NotEarlier,
    PlaceNotOffered,
    TooLateToChange,
    TooManyWaitlistEntries,
)
from services.models.appointments import AppointmentId
from services.models.catalogue import Place, WantedVisit
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId
from services.waitlist.offers import OFFER_LENGTH

A_WEEK = timedelta(days=6)  # after today
OVER = (AlreadyCancelled, AppointmentOver, TooLateToChange, DoctorUnknown, TooManyWaitlistEntries)


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    DAYS = "earlier.days"
    PART = "earlier.part"
    PLACE = "earlier.place"


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the days. Only a button says which appointment it is."""
    if not isinstance(tap, WaitForEarlier):
        ways = keyboard([button(labels.APPOINTMENTS, Do("appointments"))])
        return Finish(View(texts.nothing_to_be_earlier(), ways))
    found = await context.clinic.waitlist.earlier.visit(context.principal, tap.appointment_id)
    visit, is_own = found.appointment, found.patient.has_account
    kind = found.details.kind
    draft = EarlierDraft(
        visit.id,
        visit.slot,
        found.doctor.id,
        found.doctor.name,
        patient_id=None if is_own else found.patient.id,
        patient_name="" if is_own else found.patient.name,
        kind_id=visit.kind_id,
        kind_name=kind.name if kind is not None else "",
    )
    return Goto(Ask.DAYS, draft)


async def ask_days(context: ClinicContext) -> View:
    """Ask on which days."""
    draft, first = context.draft(EarlierDraft), today(context)
    last = _last(context, draft)
    near = first + A_WEEK
    soon = [button(texts.in_a_week(), PickDays(first, near))] if near < last else []
    every = [button(texts.before(draft.moving.start, context.rules), PickDays(first, last))]
    move = [button(labels.MOVE, MoveAppointment(draft.appointment_id))]
    back = [button(labels.OPEN_APPOINTMENT, ShowAppointment(draft.appointment_id))]
    return View(texts.ask_days(draft, context.rules), keyboard(every, soon, move, back, ways_out(back=False)))


def _last(context: ClinicContext, draft: EarlierDraft) -> date:
    """Return the last day with an earlier time: that of the appointment."""
    return draft.moving.start.astimezone(context.zone).date()


async def pick_days(context: ClinicContext, tap: PickDays) -> Outcome:
    """Take the days that were tapped, if at least one of them is before the appointment."""
    draft = context.draft(EarlierDraft)
    if tap.last < today(context):
        raise DayPassed(tap.last)
    if tap.first > _last(context, draft):
        raise NotEarlier(draft.moving.start)
    return Goto(Ask.PART, replace(draft, first=tap.first, last=min(tap.last, _last(context, draft))))


async def type_day(context: ClinicContext, text: str) -> Outcome:
    """Take the day that was typed."""
    day = typed_day(context, text)
    return await pick_days(context, PickDays(day, day))


async def ask_part(context: ClinicContext) -> View:
    """Ask for the part of the day."""
    choices = [button(label, PickPartOfDay(part)) for part, label in PARTS.items()]
    text = texts.ask_part(context.draft(EarlierDraft), context.rules, context.clinic.rules)
    return View(text, keyboard(*in_rows(choices, 3), ways_out()))


async def type_part(context: ClinicContext, text: str) -> Outcome:
    """Take the part of the day that was typed."""
    return await pick_part(context, PickPartOfDay(typed_part(text)))


async def pick_part(context: ClinicContext, tap: PickPartOfDay) -> Outcome:
    """Take the part of the day; ask where, if the doctor works at several places."""
    draft = replace(context.draft(EarlierDraft), part=tap.part)
    return Goto(Ask.PLACE, draft) if len(await _places(context, draft)) > 1 else await _join(context, draft)


async def ask_place(context: ClinicContext) -> View:
    """Ask where."""
    draft = context.draft(EarlierDraft)
    choices = [button(place.name, PickVisitPlace(place.id)) for place in await _places(context, draft)]
    anywhere = [button(labels.ANY_PLACE, PickVisitPlace(PlaceId("")))]
    return View(texts.ask_place(draft, context.rules), keyboard(*in_rows(choices, 2), anywhere, ways_out()))


async def pick_place(context: ClinicContext, tap: PickVisitPlace) -> Outcome:
    """Take the place that was tapped, or any. Raises PlaceNotOffered."""
    draft = context.draft(EarlierDraft)
    if tap.place and all(place.id != tap.place for place in await _places(context, draft)):
        raise PlaceNotOffered
    return await _join(context, replace(draft, place=tap.place or None))


async def type_place(context: ClinicContext, text: str) -> Outcome:
    """Take the place whose name, or a part of it, was typed."""
    places = {place.name: place.id for place in await _places(context, context.draft(EarlierDraft))}
    name = choose_surely(text, [*places, str(labels.ANY_PLACE)])
    return await pick_place(context, PickVisitPlace(places.get(name, PlaceId(""))))


async def _places(context: ClinicContext, draft: EarlierDraft) -> tuple[Place, ...]:
    """Return the places at which such a visit can be."""
    times = await _times(context, draft)
    return times.schedule.places_for(times.kind)


async def _times(context: ClinicContext, draft: EarlierDraft) -> Availability:
    wanted = WantedVisit(draft.kind_id, is_booked=True)
    return await context.availability(
        draft.doctor_id, patient_id=draft.patient_id, moving=draft.moving, wanted=wanted
    )


async def _join(context: ClinicContext, draft: EarlierDraft) -> Outcome:
    """Join the waiting list."""
    try:
        joined = await context.clinic.waitlist.earlier.join(
            context.principal,
            draft.appointment_id,
            known(draft.first),
            known(draft.last),
            draft.part or PartOfDay.ANY,
            place=draft.place,
        )
    except (DayPassed, DayTooFar, NotEarlier) as error:
        return Goto(Ask.DAYS, draft, error)
    except OVER as error:
        return Finish(View(context.refusal(error), keyboard(_ways_on(draft.appointment_id))))
    move = [button(labels.MOVE, MoveAppointment(draft.appointment_id))] if joined.free else []
    text = texts.joined(joined, OFFER_LENGTH, context.rules)
    return Finish(View(text, keyboard(move, _ways_on(draft.appointment_id))))


def _ways_on(appointment_id: AppointmentId) -> Row:
    return [
        button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id)),
        button(labels.MY_WAITING_LISTS, Do("waitlist")),
    ]


DIALOG = Dialog(
    command="earlier",
    noun=nouns.REQUEST_FOR_AN_EARLIER_TIME,
    visitors=PATIENTS,
    begin=begin,
    steps=(
        Step(Ask.DAYS, ask_days, type_day, {PickDays: pick_days}),
        Step(Ask.PART, ask_part, type_part, {PickPartOfDay: pick_part}),
        Step(Ask.PLACE, ask_place, type_place, {PickVisitPlace: pick_place}),
    ),
    home="waitlist",
)
