"""Which days or part of a day: the questions of time off, closures, and rooms that are out of order."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.callbacks.steps import PickDay, PickMonth, PickPage, PickPart, Skip
from bot.catalogue_drafts import RoomOutDraft
from bot.conversations.pickers.said_times import stretch_answer, unclear_days
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.drafts import ClosureDraft, HoursDraft, TimeOffDraft
from bot.input_errors import BadDate, BadHours, BadPart, BadTimeOff, SeveralDays
from bot.parsing.time_off import PARTS, DaysOff, read_days_off, read_last_day, read_part
from bot.parsing.when import When
from bot.texts import labels
from bot.texts.time_off import only
from bot.ui.keyboards import Row, button, keyboard, ways_out
from bot.ui.month_calendar import month_rows, month_shown, month_span
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.models.scheduling import MINUTES_A_DAY, Hours, at_minute
from services.models.slots import Slot
from services.working_hours.time_off import MAX_DAYS

NOT_ANSWERED = "a step was reached before the one that answers it"
PART_LABELS = ((labels.MORNING, PARTS["morning"]), (labels.AFTERNOON, PARTS["afternoon"]))
WithMonth = TimeOffDraft | ClosureDraft | HoursDraft | RoomOutDraft
WithStretch = TimeOffDraft | ClosureDraft | RoomOutDraft
D = TypeVar("D", TimeOffDraft, ClosureDraft, RoomOutDraft)


class Stretches(Protocol):
    """Says which stretch answers mean: TimeOffPlanner, ClinicClosures."""

    def days(self, first: date, last: date) -> Slot:
        """Return whole days."""
        ...

    def part(self, day: date, hours: Hours) -> Slot:
        """Return a part of a day."""
        ...


def first_of(draft: WithStretch) -> date:
    """Return the first day, which is known: the questions come in order."""
    if draft.first is None:
        raise LookupError(NOT_ANSWERED)
    return draft.first


def slot_of(draft: WithStretch) -> Slot:
    """Return the stretch that was chosen, from when to when."""
    if draft.slot is None:
        raise LookupError(NOT_ANSWERED)
    return draft.slot


def settled(stretches: Stretches, first: date, last: date, part: Hours | None) -> Slot:
    """Return the stretch that the answers mean. Raises what `stretches` raises."""
    return stretches.part(first, part) if part is not None else stretches.days(first, last)


def said_first(context: ClinicContext, goto: Goto, intents: Collection[Intent]) -> Goto:
    """Return the question for the first day with what was said of the days in a sentence of these intents."""
    understood = context.understood
    if understood is None or understood.intent not in intents:
        return goto
    when = understood.said.when
    if understood.intent is Intent.ILL and when == When():
        when = When(days=(context.clinic.schedules.today(),))
    if days := unclear_days(when):
        return replace(goto, why=SeveralDays(days))
    answer = stretch_answer(when)
    return replace(goto, answers={goto.step: answer}) if answer else goto


def to_begin(context: ClinicContext) -> tuple[date, date]:
    """Return the first and the last day on which a stretch can begin."""
    return context.clinic.schedules.today(), context.clinic.time_off.last_day


def to_end(context: ClinicContext, first: date) -> tuple[date, date]:
    """Return the first and the last day on which a stretch from `first` on can end."""
    return first, min(first + timedelta(days=MAX_DAYS - 1), context.clinic.time_off.last_day)


def month(draft: WithMonth, first: date, last: date) -> list[Row]:
    """Return the rows of the month that is shown. Every day from `first` to `last` can be tapped."""
    shown = month_shown(draft.month, first, last)
    begin, end = month_span(shown)
    days = {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    return month_rows(shown, {day for day in days if first <= day <= last}, first, last)


def read_first(context: ClinicContext, draft: WithMonth, text: str) -> DaysOff:
    """Return the day, the days or the part of a day that was typed.

    Raises BadTimeOff, and what `read_days_off` raises beside BadDate.
    """
    today, last = to_begin(context)
    try:
        return read_days_off(text, today, month_shown(draft.month, today, last))
    except BadDate as error:
        raise BadTimeOff(error.like) from error


def read_last(context: ClinicContext, draft: WithMonth, first: date, text: str) -> date:
    """Return the last day that was typed. Raises what `read_last_day` raises."""
    shown = month_shown(draft.month, *to_end(context, first))
    return read_last_day(text, first, context.clinic.schedules.today(), shown)


def parts() -> tuple[Row, Row]:
    """Return the buttons for the whole day and its parts."""
    whole = [button(labels.WHOLE_DAY, Skip())]
    return whole, [
        button(label, PickPart(part.first, part.last % MINUTES_A_DAY)) for label, part in PART_LABELS
    ]


def tapped_part(tap: PickPart) -> Hours:
    """Return the part that was tapped. Raises BadPart."""
    if not (0 <= tap.first < MINUTES_A_DAY and 0 <= tap.last < MINUTES_A_DAY):
        raise BadPart
    return Hours(at_minute(tap.first), at_minute(tap.last))


def typed_part(text: str) -> Hours | None:
    """Return the part that was typed; None is the whole day. Raises BadPart, NoSuchTime."""
    try:
        return read_part(text)
    except BadHours as error:
        raise BadPart from error


@dataclass(frozen=True, slots=True)
class StretchPicker(Generic[D]):
    """The questions for the first day, the last day, and the part of one day, by their names in the dialog.

    The first one is shown by the dialog itself, beside what there is already. `stretches` says what answers
    mean, `ask_last` and `ask_part` are the texts of the other two, and `known` goes on with the stretch that
    was chosen; its last argument are the questions that are passed by.
    """

    first: StrEnum
    last: StrEnum
    part: StrEnum
    draft: type[D]
    stretches: Callable[[ClinicContext], Stretches]
    ask_last: Callable[[D, date], str]
    ask_part: Callable[[D, date, ZoneInfo], str]
    known: Callable[[ClinicContext, D, Slot, tuple[StrEnum, ...]], Awaitable[Outcome]]

    @property
    def steps(self) -> tuple[Step, Step]:
        """The steps for the last day and the part."""
        return (
            Step(
                self.last,
                self.show_last,
                self.type_last,
                {PickDay: self.pick_last, PickMonth: self.turn_last_month},
            ),
            Step(
                self.part,
                self.show_part,
                self.type_part,
                {Skip: self.whole_day, PickPart: self.pick_part},
            ),
        )

    async def turn_page(self, context: ClinicContext, tap: PickPage) -> Outcome:
        """Show another page of what there is already."""
        return Goto(self.first, replace(context.draft(self.draft), page=tap.number))

    async def turn_first_month(self, context: ClinicContext, tap: PickMonth) -> Outcome:
        """Show another month for the first day."""
        return Goto(self.first, replace(context.draft(self.draft), month=tap.day))

    async def pick_first(self, context: ClinicContext, tap: PickDay) -> Outcome:
        """Take the first day that was tapped."""
        return await self.begin(context, context.draft(self.draft), DaysOff(tap.day))

    async def type_first(self, context: ClinicContext, text: str) -> Outcome:
        """Take the day, the days or the part of a day that was typed."""
        draft = context.draft(self.draft)
        return await self.begin(context, draft, read_first(context, draft, text))

    async def begin(self, context: ClinicContext, draft: D, typed: DaysOff) -> Outcome:
        """Go to the next question that is not answered yet."""
        slot = self._settled(context, typed.first, typed.last or typed.first, typed.part)
        draft = replace(draft, month=typed.first, first=typed.first, page=0)
        if typed.last is None:
            return Goto(self.last, draft)
        passed = (self.last, self.part) if typed.last == typed.first else (self.last,)
        return await self.known(context, draft, slot, passed)

    async def show_last(self, context: ClinicContext) -> View:
        """Ask for the last day."""
        draft = context.draft(self.draft)
        first = first_of(draft)
        alone, shown = [button(only(first), PickDay(first))], month(draft, *to_end(context, first))
        return View(self.ask_last(draft, first), keyboard(alone, *shown, ways_out()))

    async def turn_last_month(self, context: ClinicContext, tap: PickMonth) -> Outcome:
        """Show another month for the last day."""
        return Goto(self.last, replace(context.draft(self.draft), month=tap.day))

    async def pick_last(self, context: ClinicContext, tap: PickDay) -> Outcome:
        """Take the last day that was tapped; of one day, the part is asked for."""
        draft = context.draft(self.draft)
        first = first_of(draft)
        slot = self._settled(context, first, tap.day, None)
        return Goto(self.part, draft) if tap.day == first else await self.known(context, draft, slot, ())

    async def type_last(self, context: ClinicContext, text: str) -> Outcome:
        """Take the last day that was typed."""
        draft = context.draft(self.draft)
        return await self.pick_last(context, PickDay(read_last(context, draft, first_of(draft), text)))

    async def show_part(self, context: ClinicContext) -> View:
        """Ask whether it is the whole day."""
        draft = context.draft(self.draft)
        text = self.ask_part(draft, first_of(draft), context.clinic.rules.zone)
        return View(text, keyboard(*parts(), ways_out()))

    async def whole_day(self, context: ClinicContext, tap: Skip) -> Outcome:
        """Take the whole day."""
        del tap
        return await self._part(context, None)

    async def pick_part(self, context: ClinicContext, tap: PickPart) -> Outcome:
        """Take the part that was tapped."""
        return await self._part(context, tapped_part(tap))

    async def type_part(self, context: ClinicContext, text: str) -> Outcome:
        """Take the part that was typed."""
        return await self._part(context, typed_part(text))

    async def _part(self, context: ClinicContext, part: Hours | None) -> Outcome:
        draft = context.draft(self.draft)
        first = first_of(draft)
        return await self.known(context, draft, self._settled(context, first, first, part), ())

    def _settled(self, context: ClinicContext, first: date, last: date, part: Hours | None) -> Slot:
        return settled(self.stretches(context), first, last, part)
