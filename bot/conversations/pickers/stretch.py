"""Which days or part of a day: the calendars and the answers that time off and closures have in common."""

from datetime import date, timedelta
from typing import Protocol

from bot.callbacks.steps import PickPart, Skip
from bot.catalogue_drafts import RoomOutDraft
from bot.dialogs.context import ClinicContext
from bot.drafts import ClosureDraft, HoursDraft, TimeOffDraft
from bot.input_errors import BadDate, BadHours, BadPart, BadTimeOff
from bot.parsing.time_off import PARTS, DaysOff, read_days_off, read_last_day, read_part
from bot.texts import labels
from bot.ui.keyboards import Row, button
from bot.ui.month_calendar import month_rows, month_shown, month_span
from services.models.scheduling import MINUTES_A_DAY, Hours, at_minute
from services.models.slots import Slot
from services.working_hours.time_off import MAX_DAYS

NOT_ANSWERED = "a step was reached before the one that answers it"
WithMonth = TimeOffDraft | ClosureDraft | HoursDraft | RoomOutDraft
WithStretch = TimeOffDraft | ClosureDraft | RoomOutDraft


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
        button(name.capitalize(), PickPart(part.first, part.last % MINUTES_A_DAY))
        for name, part in PARTS.items()
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
