"""The questions for a day and a time of the draft's doctor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.callbacks.steps import ChangeVisitKind, LiftBounds, PickDay, PickMonth, PickTime, ShowAllTimes
from bot.callbacks.visits import Wait, WaitForDay
from bot.conversations.pickers.held_time import LEAVING, abandon, at, hold, known
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome, Step
from bot.dialogs.steps import Otherwise
from bot.drafts import BookingDraft
from bot.input_errors import (
    BadDate,
    BadTime,
    DayNotFree,
    NoSuchDay,
    SeveralDays,
    SeveralTimes,
    WeekdayDiffers,
)
from bot.parsing.dates import is_day_alone, read_date
from bot.parsing.moments import Moment, read_moment, read_slot
from bot.texts import booking as texts
from bot.texts import labels
from bot.texts.formats import clock_time, zone_name
from bot.texts.formats import day as day_said
from bot.texts.time_bounds import only_within
from bot.ui.keyboards import Button, Row, button, in_rows, keyboard, ways_out
from bot.ui.month_calendar import month_rows, month_shown, month_span
from bot.ui.view import View
from services.availability.availability import Availability
from services.availability.tidy_times import tidy
from services.errors import (
    ClinicError,
    DayPassed,
    DayTooFar,
    Invalid,
    PatientBusy,
    Refused,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    TooManyThatDay,
)
from services.local_time import part_of_day
from services.models.people import Role
from services.models.scheduling import PartOfDay
from services.models.series import SeriesScope
from services.models.slots import Slot

TIMES_A_ROW = 4
# The errors for a time that was shown but cannot be booked: other times are offered then.
LOST = (SameTime, SlotTaken, SlotPassed, SlotNotOffered, PatientBusy, TooManyThatDay)


@dataclass(frozen=True, slots=True)
class SlotPicker:
    """The two questions, by their names in the dialog; `after` is the name of the next question.

    If the summary comes next, the time is `held` as soon as it is chosen. `noted` is the question for a note
    to the patient, which only doctors are asked. `kind` is the question which kind of visit it is to be; who
    moves an appointment is led there by a button. `otherwise` leads on where a kind or a place is gone.
    """

    day: StrEnum
    time: StrEnum
    after: StrEnum
    held: bool = False
    noted: StrEnum | None = None
    kind: StrEnum | None = None
    otherwise: Otherwise | None = None

    @property
    def steps(self) -> tuple[Step, Step]:
        """The steps of the dialog."""
        return (
            Step(
                self.day,
                self.ask_day,
                self.type_day,
                {
                    PickMonth: self.turn_month,
                    PickDay: self.pick_day,
                    PickTime: self.pick_time,
                    ChangeVisitKind: self.change_kind,
                    LiftBounds: self.lift,
                },
                **LEAVING,
                otherwise=self.otherwise,
            ),
            Step(
                self.time,
                ask_time,
                self.type_time,
                {PickTime: self.pick_time, ShowAllTimes: self.show_all, LiftBounds: self.lift},
                **LEAVING,
                otherwise=self.otherwise,
            ),
        )

    async def ask_day(self, context: ClinicContext) -> View:
        """Show the month; only days with a free time can be tapped."""
        draft, zone = context.draft(BookingDraft), context.zone
        times = (await availability(context, draft)).within(draft.bounds)
        soonest = times.soonest()
        shown = _month(context, times, soonest)
        free = times.days(*month_span(shown))
        soon = [button(texts.soonest(soonest, zone), PickTime(soonest.start))] if soonest else []
        text = texts.ask_day(draft, shown, len(free), soonest, context.rules)
        text += only_within(draft.bounds if soonest else None)
        ways = ways_out(back=bool(context.state.trail))
        days = month_rows(shown, free, times.first, times.last)
        maybe = [button(day_said(each), PickDay(each)) for each in draft.maybe_days]
        # Several visits of a series stay of their kind.
        is_one = draft.moving is not None and draft.scope is SeriesScope.ONE
        has_kinds = self.kind is not None and is_one and len(times.schedule.kinds) > 1
        change = [button(labels.CHANGE_KIND, ChangeVisitKind())] if has_kinds else []
        rows = (maybe, soon, *days, _lifting(draft), change, _waiting(context, draft, draft.tried), ways)
        return View(text, keyboard(*rows))

    async def change_kind(self, context: ClinicContext, tap: ChangeVisitKind) -> Outcome:
        """Ask which kind of visit it is to be."""
        del tap
        return Goto(known(self.kind), context.draft(BookingDraft), aside=True)

    async def lift(self, context: ClinicContext, tap: LiftBounds) -> Outcome:
        """Show all days and times, whatever the bounds were."""
        del tap
        step = self.time if context.state.step == self.time.value else self.day
        return Goto(step, replace(context.draft(BookingDraft), bounds=None))

    async def show_all(self, context: ClinicContext, tap: ShowAllTimes) -> Outcome:
        """Show also the times that leave a gap into which no other visit fits."""
        del tap
        return Goto(self.time, replace(context.draft(BookingDraft), all_times=True))

    async def turn_month(self, context: ClinicContext, tap: PickMonth) -> Outcome:
        """Show another month."""
        return Goto(self.day, replace(context.draft(BookingDraft), month=tap.day, tried=None, maybe_days=()))

    async def pick_day(self, context: ClinicContext, tap: PickDay) -> Goto:
        """Take the day that was tapped, if it still has a free time."""
        if tap.day < today(context):
            raise DayPassed(tap.day)
        draft = replace(context.draft(BookingDraft), month=tap.day, maybe_days=())
        times = await availability(context, draft, tap.day)
        if tap.day > times.furthest:
            why = DayTooFar(tap.day, times.furthest)
            return Goto(self.day, replace(draft, month=times.furthest), why)
        if not times.slots(tap.day):
            full = DayNotFree(tap.day, draft.doctor_name, draft.patient_name)
            return Goto(self.day, replace(draft, tried=tap.day), full)
        # Who types another day than one within the bounds wants that one.
        bounds = draft.bounds if times.within(draft.bounds).slots(tap.day) else None
        return Goto(self.time, replace(draft, day=tap.day, all_times=False, bounds=bounds))

    async def type_day(self, context: ClinicContext, text: str) -> Outcome:
        """Take the day that was typed, or the day and the time if both were.

        If it is no date, the error names one that can be booked.
        """
        text = _as_read(context, text)
        shown = await _shown(context) if is_day_alone(text) else None
        try:
            day = read_date(text, today(context), shown)
        except BadDate as error:
            return await self._type_both(context, text, error)
        except SeveralDays as error:
            return self._which(context, error)
        if day < today(context):
            return await self._type_both(context, text, DayPassed(day))  # “4 May 10” may mean at ten
        return await self.pick_day(context, PickDay(day))

    async def _type_both(self, context: ClinicContext, text: str, why: BadDate | DayPassed) -> Outcome:
        """Take a day and a time that were typed together; if it is neither, raise `why` it is no day."""
        try:
            typed = read_moment(text, today(context))
        except BadDate:
            if isinstance(why, DayPassed):
                raise why from None
            soonest = (await availability(context, context.draft(BookingDraft))).soonest()
            like = soonest.start.astimezone(context.zone).date() if soonest else why.like
            raise BadDate(like) from None
        except SeveralDays as error:
            return self._which(context, error)
        outcome = await self.pick_day(context, PickDay(typed.day))
        if outcome.step is not self.time:
            return outcome
        draft = replace(context.draft(BookingDraft), month=typed.day, day=typed.day, maybe_days=())
        try:
            taken = await self._take(context, draft, typed)
        except (Invalid, Refused) as error:
            return Goto(self.time, draft, error)
        return replace(taken, behind=(self.time,)) if isinstance(taken, Goto) else taken

    def _which(self, context: ClinicContext, error: SeveralDays) -> Goto:
        return Goto(self.day, replace(context.draft(BookingDraft), maybe_days=error.days), error)

    async def pick_time(self, context: ClinicContext, tap: PickTime) -> Outcome:
        """Take the time that was tapped."""
        return await self._at(context, context.draft(BookingDraft), tap.start)

    async def _at(self, context: ClinicContext, draft: BookingDraft, start: datetime) -> Outcome:
        """Take that time. Each choice is a new request.

        If somebody has come back from a summary, its booking may have been stored without their knowing.
        """
        if draft.held and (stored := await abandon(context)) is not None:
            return Finish(stored)
        draft = at(context, draft, start)
        if self.held:
            try:
                draft = await hold(context, draft)
            except LOST as error:
                return await self.others(context, draft, error)
        is_noted = self.noted is not None and context.principal.role is Role.DOCTOR
        return Goto(self.noted if self.noted and is_noted else self.after, draft)

    async def type_time(self, context: ClinicContext, text: str) -> Outcome:
        """Take the time that was typed, if it is free; else say whether the doctor or the patient is busy."""
        draft, text = context.draft(BookingDraft), _as_read(context, text)
        try:
            typed = read_slot(known(draft.day), text)
        except BadTime:
            typed = _that_day(context, text, known(draft.day))
        return await self._take(context, draft, typed)

    async def _take(self, context: ClinicContext, draft: BookingDraft, typed: Moment) -> Outcome:
        """Take the time that is meant. Raises BadTime if the slot ends at another time; as check_free."""
        zone = context.zone
        # In reverse, so that the first of two hours counts when the clocks are set back.
        slots = reversed((await availability(context, draft, typed.day)).slots(typed.day))
        free = {slot.start.astimezone(zone).time(): slot for slot in slots}
        if len(both := tuple(at for at in typed.times if at in free)) > 1:
            raise SeveralTimes(both)
        wanted = _nearest(typed.times, free)
        slot = free.get(wanted)
        if slot is None:
            slot = await context.clinic.booking.check_free(
                context.principal,
                known(draft.doctor_id),
                datetime.combine(typed.day, wanted, zone).astimezone(UTC),
                patient_id=draft.patient_id,
                moving=draft.moving,
                wanted=draft.wanted,
            )
        if typed.end is not None and slot.end.astimezone(zone).time() != typed.end:
            raise BadTime
        return await self._at(context, draft, slot.start)

    async def others(self, context: ClinicContext, draft: BookingDraft, why: ClinicError) -> Goto:
        """Offer the other times of that day, or other days if it has none."""
        day = known(draft.day)
        context.look_again()
        # Then no other time of that day can be booked either.
        is_day_full = isinstance(why, TooManyThatDay)
        slots = [] if is_day_full else (await availability(context, draft, day)).slots(day)
        chosen = replace(draft, start=None, request_id=None, held=False, month=day)
        return Goto(self.time if slots else self.day, chosen, why)


def _as_read(context: ClinicContext, text: str) -> str:
    """Return the text without the name of the time zone behind it, which copied times have."""
    return text.strip().removesuffix(f"({zone_name(context.zone)})")


def _that_day(context: ClinicContext, text: str, day: date) -> Moment:
    """Read a time that was typed together with the day that was chosen before. Raises BadTime."""
    try:
        typed = read_moment(text, today(context))
    except (BadDate, NoSuchDay, SeveralDays, WeekdayDiffers) as error:
        raise BadTime from error
    if typed.day != day:
        raise BadTime
    return typed


async def _shown(context: ClinicContext) -> date:
    """Return a day of the month that is shown."""
    draft = context.draft(BookingDraft)
    times = (await availability(context, draft)).within(draft.bounds)
    return _month(context, times, times.soonest())


def today(context: ClinicContext) -> date:
    """Return the date where whoever is there reads times."""
    return context.clinic.schedules.today(context.zone)


async def availability(context: ClinicContext, draft: BookingDraft, day: date | None = None) -> Availability:
    """Return the times at which both the doctor and the patient are free."""
    doctor_id = known(draft.doctor_id)
    return await context.availability(
        doctor_id, day, patient_id=draft.patient_id, moving=draft.moving, wanted=draft.wanted
    )


async def place_name(context: ClinicContext, draft: BookingDraft, start: datetime) -> str:
    """Return the name of the place at which the doctor works then; "" where the clinic has one place only."""
    times = await availability(context, draft)
    place = times.place_of(Slot(start, start + times.kind.length))
    return next((each.name for each in times.schedule.places if each.id == place), "")


def _month(context: ClinicContext, times: Availability, soonest: Slot | None) -> date:
    """Return a day of the month that is shown: that which was turned to, else the first with a free time."""
    free_from = soonest.start.astimezone(context.zone).date() if soonest else None
    return month_shown(context.draft(BookingDraft).month or free_from, times.first, times.last)


async def ask_time(context: ClinicContext) -> View:
    """Show the free times of the day, by part of the day; first those that leave no gap of no use."""
    draft, zone = context.draft(BookingDraft), context.zone
    day = known(draft.day)
    times = await availability(context, draft, day)
    # Those within the bounds may have been taken meanwhile.
    if not times.within(draft.bounds).slots(day):
        draft = replace(draft, bounds=None)
    times = times.within(draft.bounds)
    slots = times.slots(day)
    shown = slots if draft.all_times else tidy(times, slots)
    text = texts.ask_time(draft, day, context.rules, len(slots), _at_places(times, shown))
    text += only_within(draft.bounds)
    more = [button(labels.MORE_TIMES, ShowAllTimes())] if len(shown) < len(slots) else []
    waiting = _waiting(context, draft, day)
    return View(text, keyboard(*_time_rows(shown, zone), more, _lifting(draft), waiting, ways_out()))


def _lifting(draft: BookingDraft) -> Row:
    """Return the button that shows all times, where only those within bounds are shown."""
    return [button(labels.SHOW_ALL_TIMES, LiftBounds())] if draft.bounds else []


def _at_places(times: Availability, slots: Sequence[Slot]) -> list[tuple[str, list[Slot]]]:
    """Return the free times of the day by place, in their order, if they are at several places."""
    if times.place is not None or len(times.schedule.places) <= 1:
        return []
    runs = [(place, list(there)) for place, there in groupby(slots, times.place_of)]
    names = {place.id: place.name for place in times.schedule.places}
    return [(names.get(place, "") if place else str(labels.ELSEWHERE), there) for place, there in runs]


def _waiting(context: ClinicContext, draft: BookingDraft, day: date | None) -> Row:
    """Return the button to join the waiting list, for patients."""
    if context.principal.role is not Role.PATIENT or draft.moving is not None:
        return []
    doctor_id = known(draft.doctor_id)
    tap = WaitForDay(doctor_id, day) if day else Wait(doctor_id)
    return [button(labels.TELL_ME, tap)]


def _nearest(readings: Sequence[time], free: Collection[time]) -> time:
    """Return the reading that is free, else the one nearest to a free time; of equals the first."""

    def away(reading: time) -> int:
        minute = reading.hour * 60 + reading.minute
        return min((abs(minute - at.hour * 60 - at.minute) for at in free), default=0)

    return min(readings, key=away)


def _time_rows(slots: Sequence[Slot], zone: ZoneInfo) -> list[Row]:
    parts: dict[PartOfDay, list[Button]] = {}
    for slot in slots:
        label = clock_time(slot.start, zone)
        parts.setdefault(part_of_day(slot.start, zone), []).append(button(label, PickTime(slot.start)))
    return [row for buttons in parts.values() for row in in_rows(buttons, TIMES_A_ROW)]
