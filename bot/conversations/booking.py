"""/book: specialization, doctor, day, time, reason, summary."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.access import PATIENTS
from bot.calendar import month_rows, month_span
from bot.callbacks import (
    BookDoctor,
    BookSoonest,
    Confirm,
    PickDay,
    PickDoctor,
    PickMonth,
    PickPage,
    PickSpecialization,
    PickTime,
    Skip,
    Tap,
)
from bot.card import View
from bot.choosing import choose
from bot.context import ClinicContext
from bot.dialogs import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.keyboards import Button, Row, button, in_rows, keyboard, pager, specialization_key, ways_out
from bot.reading import read_date, read_time
from bot.texts import booking as texts
from bot.texts.formats import clock_time, plain_doctor
from services.appointments import read_reason
from services.errors import (
    BadDate,
    DayNotFree,
    DayPassed,
    DayTooFar,
    DoctorUnknown,
    NotAChoice,
    PatientBusy,
    SeveralFit,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
)
from services.ids import new_id
from services.models import AppointmentId, Slot, User

TIMES_A_ROW = 4
T = TypeVar("T")


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    SPECIALIZATION = "booking.specialization"
    DOCTOR = "booking.doctor"
    DAY = "booking.day"
    TIME = "booking.time"
    REASON = "booking.reason"
    SUMMARY = "booking.summary"


def _draft(context: ClinicContext) -> BookingDraft:
    return context.draft(BookingDraft)


def _today(context: ClinicContext) -> date:
    return context.clinic.schedules.today(context.zone)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the kind of doctor, or with the day where the doctor is known."""
    if not isinstance(tap, BookDoctor | BookSoonest):
        return Goto(Ask.SPECIALIZATION, BookingDraft())
    doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    draft = _about(context, BookingDraft(), doctor)
    answered = (Ask.SPECIALIZATION, Ask.DOCTOR)
    times = await context.availability(doctor.id)
    soonest = times.soonest() if isinstance(tap, BookSoonest) else None
    if soonest is None:
        return Goto(Ask.DAY, draft, behind=answered)
    return Goto(Ask.REASON, _at(context, draft, soonest.start), behind=(*answered, Ask.DAY))


async def ask_specialization(context: ClinicContext) -> View:
    """Ask for the kind of doctor, or whether it is the one whom the patient knows."""
    names, known = await asyncio.gather(
        context.clinic.doctors.specializations(context.principal),
        context.clinic.diaries.last_doctor(context.principal),
    )
    again = [button(texts.again(known.name), BookSoonest(known.id))] if known else []
    choices = [button(name, PickSpecialization(specialization_key(name))) for name in names]
    text = texts.ask_specialization(BookingDraft(), len(names))
    return View(text, keyboard(again, *in_rows(choices, 2), ways_out(back=False)))


async def pick_specialization(context: ClinicContext, tap: PickSpecialization) -> Outcome:
    """Take the specialization that was tapped."""
    names = await context.clinic.doctors.specializations(context.principal)
    name = next((name for name in names if specialization_key(name) == tap.key), None)
    if name is None:
        raise NotAChoice
    return Goto(Ask.DOCTOR, BookingDraft(specialization=name))


async def type_specialization(context: ClinicContext, text: str) -> Outcome:
    """Take the specialization that was typed, or the doctor whose name it was."""
    names = await context.clinic.doctors.specializations(context.principal)
    try:
        return Goto(Ask.DOCTOR, BookingDraft(specialization=choose(text, names)))
    except (NotAChoice, SeveralFit) as unclear:
        try:
            return await _find_doctor(context, BookingDraft(), text)
        except NotAChoice:
            raise unclear from None


async def ask_doctor(context: ClinicContext) -> View:
    """Ask for the doctor."""
    draft = _draft(context)
    page = await context.clinic.doctors.page(context.principal, draft.specialization, draft.page)
    rows = [[button(plain_doctor(user.name), PickDoctor(user.id))] for user in page.items]
    turn = pager(page.number, page.pages, PickPage)
    return View(texts.ask_doctor(draft, page.total), keyboard(*rows, turn, ways_out()))


async def turn_page(context: ClinicContext, tap: PickPage) -> Outcome:
    """Show another page of doctors."""
    return Goto(Ask.DOCTOR, replace(_draft(context), page=tap.number))


async def pick_doctor(context: ClinicContext, tap: PickDoctor) -> Outcome:
    """Take the doctor who was tapped."""
    try:
        doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    except DoctorUnknown as error:
        return Goto(Ask.DOCTOR, _draft(context), error)
    return Goto(Ask.DAY, _about(context, _draft(context), doctor))


async def type_doctor(context: ClinicContext, text: str) -> Outcome:
    """Take the doctor whose name, or a part of it, was typed."""
    return await _find_doctor(context, _draft(context), text)


async def _find_doctor(context: ClinicContext, draft: BookingDraft, text: str) -> Outcome:
    found: dict[str, User] = {}
    page = await context.clinic.doctors.page(context.principal, draft.specialization, 0)
    for number in range(page.pages):
        page = await context.clinic.doctors.page(context.principal, draft.specialization, number)
        found |= {user.name: user for user in page.items}
    return Goto(Ask.DAY, _about(context, draft, found[choose(text, found)]))


def _about(context: ClinicContext, draft: BookingDraft, doctor: User) -> BookingDraft:
    return replace(
        draft,
        doctor_id=doctor.id,
        doctor_name=doctor.name,
        specialization=doctor.specialization,
        month=_today(context),
    )


async def ask_day(context: ClinicContext) -> View:
    """Show the month; only days with a free time can be tapped."""
    draft, zone = _draft(context), context.zone
    times = await context.availability(_known(draft.doctor_id))
    shown = min(max(draft.month or times.first, times.first), times.last)
    free = times.days(*month_span(shown))
    soonest = times.soonest()
    soon = [button(texts.soonest(soonest, zone), PickTime(soonest.start))] if soonest else []
    text = texts.ask_day(draft, shown, len(free), soonest, context.rules)
    return View(text, keyboard(soon, *month_rows(shown, free, times.first, times.last), ways_out()))


async def turn_month(context: ClinicContext, tap: PickMonth) -> Outcome:
    """Show another month."""
    return Goto(Ask.DAY, replace(_draft(context), month=tap.day))


async def pick_day(context: ClinicContext, tap: PickDay) -> Outcome:
    """Take the day that was tapped, if it still has a free time."""
    if tap.day < _today(context):
        raise DayPassed(tap.day)
    draft = replace(_draft(context), month=tap.day)
    times = await context.availability(_known(draft.doctor_id), tap.day)
    if tap.day > times.furthest:
        return Goto(Ask.DAY, replace(draft, month=times.furthest), DayTooFar(tap.day, times.furthest))
    if not times.slots(tap.day):
        return Goto(Ask.DAY, draft, DayNotFree(tap.day))
    return Goto(Ask.TIME, replace(draft, day=tap.day))


async def _free_slots(context: ClinicContext, day: date) -> list[Slot]:
    return (await context.availability(_known(_draft(context).doctor_id), day)).slots(day)


async def type_day(context: ClinicContext, text: str) -> Outcome:
    """Take the day that was typed; what is no date is answered with one that can be booked."""
    try:
        day = read_date(text, _today(context))
    except BadDate as error:
        soonest = (await context.availability(_known(_draft(context).doctor_id))).soonest()
        like = soonest.start.astimezone(context.zone).date() if soonest else error.like
        raise BadDate(like) from error
    return await pick_day(context, PickDay(day))


async def ask_time(context: ClinicContext) -> View:
    """Show the free times of the day, by part of the day."""
    draft, zone = _draft(context), context.zone
    day = _known(draft.day)
    slots = await _free_slots(context, day)
    text = texts.ask_time(draft, day, zone, len(slots))
    return View(text, keyboard(*_time_rows(slots, zone), ways_out()))


def _time_rows(slots: Sequence[Slot], zone: ZoneInfo) -> list[Row]:
    parts: dict[str, list[Button]] = {}
    for slot in slots:
        label = clock_time(slot.start, zone)
        parts.setdefault(texts.part_of_day(slot.start, zone), []).append(button(label, PickTime(slot.start)))
    return [row for buttons in parts.values() for row in in_rows(buttons, TIMES_A_ROW)]


async def pick_time(context: ClinicContext, tap: PickTime) -> Outcome:
    """Take the time that was tapped; each choice is a request of its own."""
    return Goto(Ask.REASON, _at(context, _draft(context), tap.start))


def _at(context: ClinicContext, draft: BookingDraft, start: datetime) -> BookingDraft:
    day = start.astimezone(context.zone).date()
    request_id = AppointmentId(new_id(context.clinic.clock.now()))
    return replace(draft, day=day, month=day, start=start, request_id=request_id)


async def type_time(context: ClinicContext, text: str) -> Outcome:
    """Take the time that was typed, if it is free; else say whether it is the patient who has none then."""
    draft, wanted, zone = _draft(context), read_time(text), context.zone
    slots = await _free_slots(context, _known(draft.day))
    slot = next((s for s in slots if s.start.astimezone(zone).time() == wanted), None)
    if slot is None:
        start = datetime.combine(_known(draft.day), wanted, zone).astimezone(UTC)
        slot = await context.clinic.appointments.check_free(context.principal, _known(draft.doctor_id), start)
    return await pick_time(context, PickTime(slot.start))


async def ask_reason(context: ClinicContext) -> View:
    """Ask for the reason, which may be left open."""
    return View(
        texts.ask_reason(_draft(context), context.zone), keyboard([button("Skip", Skip())], ways_out())
    )


async def take_reason(context: ClinicContext, text: str) -> Outcome:
    """Take the reason."""
    return Goto(Ask.SUMMARY, replace(_draft(context), reason=read_reason(text)))


async def skip_reason(context: ClinicContext, tap: Skip) -> Outcome:
    """Leave the reason open."""
    del tap
    return Goto(Ask.SUMMARY, replace(_draft(context), reason=None))


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more."""
    text = texts.summary(_draft(context), context.zone)
    return View(text, keyboard([button("✅ Confirm", Confirm())], ways_out()))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Book; where the time has gone meanwhile, offer others."""
    del tap
    draft = _draft(context)
    try:
        booked = await context.clinic.appointments.book(
            context.principal,
            _known(draft.doctor_id),
            _known(draft.start),
            reason=draft.reason,
            request_id=_known(draft.request_id),
        )
    except (SlotTaken, SlotPassed, SlotNotOffered, PatientBusy) as error:
        return await _other_times(context, draft, error)
    except DoctorUnknown as error:
        return Goto(Ask.SPECIALIZATION, BookingDraft(), error)
    slot = booked.appointment.slot
    return Finish(View(texts.booked(slot, booked.doctor.name, context.zone)))


async def _other_times(
    context: ClinicContext, draft: BookingDraft, why: SlotTaken | SlotPassed | SlotNotOffered | PatientBusy
) -> Outcome:
    """Offer the other times of that day, or other days where it has none."""
    day = _known(draft.day)
    slots = await _free_slots(context, day)
    return Goto(Ask.TIME if slots else Ask.DAY, replace(draft, start=None, request_id=None, month=day), why)


def _known(value: T | None) -> T:
    """Return an earlier answer; the steps come in order, so it is there."""
    if value is None:
        raise LookupError("a step was reached before the one that answers it")
    return value


DIALOG = Dialog(
    command="book",
    noun="booking",
    visitors=PATIENTS,
    begin=begin,
    steps=(
        Step(
            Ask.SPECIALIZATION,
            ask_specialization,
            type_specialization,
            {PickSpecialization: pick_specialization},
        ),
        Step(Ask.DOCTOR, ask_doctor, type_doctor, {PickDoctor: pick_doctor, PickPage: turn_page}),
        Step(Ask.DAY, ask_day, type_day, {PickMonth: turn_month, PickDay: pick_day, PickTime: pick_time}),
        Step(Ask.TIME, ask_time, type_time, {PickTime: pick_time}),
        Step(Ask.REASON, ask_reason, take_reason, {Skip: skip_reason}),
        Step(Ask.SUMMARY, ask_summary, None, {Confirm: confirm}),
    ),
)
