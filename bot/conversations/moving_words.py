"""Moving an appointment with a sentence: the new day and time that it says answer the questions for them."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from bot.callbacks.visits import MoveAppointment, MoveTo
from bot.conversations.pickers.said_times import bounds_beside, same_time, time_answers, unclear_days
from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import Goto
from bot.drafts import BookingDraft
from bot.input_errors import SeveralDays
from bot.parsing.when import When
from bot.understanding.intents import Intent
from bot.understanding.meaning import Understood
from bot.understanding.time_bounds import bounds_of, narrowed
from services.availability.time_bounds import TimeBounds

# What somebody may say in the middle of a move that is about it.
ABOUT_MOVING = frozenset({None, Intent.MOVE, Intent.BOOK, Intent.FREE_TIMES})


def move_to(found: MoveAppointment, when: When) -> MoveAppointment | MoveTo:
    """Return the button that moves an appointment to what was said, as far as a button carries it."""
    is_clear = len(when.days) == 1 and not when.differs
    day = when.days[0].isoformat() if is_clear else ""
    typed = next(iter(time_answers(replace(when, days=()), _Asked.DAY, _Asked.TIME).values()), "")
    at = typed.replace(":", ".").replace(" ", "")
    said = MoveTo(found.appointment_id, day, at, when.part)
    return said if said != MoveTo(found.appointment_id, "", "", When().part) else found


class _Asked(StrEnum):
    """Names where no dialog asks."""

    DAY = "day"
    TIME = "time"


def with_said(
    context: ClinicContext, tap: MoveAppointment | MoveTo, goto: Goto, day: StrEnum, at: StrEnum
) -> Goto:
    """Return the first question of a move with what was said of the new time for the questions behind it.

    Who says only a time of day means that of the day on which the appointment is.
    """
    draft = goto.draft
    if not isinstance(draft, BookingDraft):
        return goto
    understood = context.understood
    when = understood.said.when if understood is not None and understood.intent is Intent.MOVE else When()
    answers = dict(time_answers(when, day, at))
    bounds = bounds_beside(when)
    if isinstance(tap, MoveTo):
        answers = {step: text for step, text in ((day, tap.day), (at, tap.at.replace(".", ":"))) if text}
        bounds = TimeBounds(part=tap.part) or None
    if days := unclear_days(when):
        asked = goto if goto.step is not day else replace(goto, why=SeveralDays(days))
        return replace(asked, draft=replace(draft, maybe_days=days, bounds=bounds), answers=answers)
    if at in answers and day not in answers and draft.moving is not None and not bounds:
        answers[day] = draft.moving.start.astimezone(context.zone).date().isoformat()
    return replace(goto, draft=replace(draft, bounds=bounds), answers=answers)


def told(context: ClinicContext, understood: Understood, day: StrEnum, at: StrEnum) -> Goto | None:
    """Return where a sentence leads that says another day or time; None: it says nothing of these."""
    said, draft = understood.said, context.draft(BookingDraft)
    if not _is_about(understood, draft) or said.when == When():
        return None
    answers = dict(time_answers(said.when, day, at))
    if same := same_time(draft.start, said.when, context.zone):
        answers[at] = same
    bounds = bounds_beside(said.when) or bounds_of(When())
    draft = replace(
        draft,
        start=None,
        request_id=None,
        held=False,
        maybe_days=(),
        bounds=narrowed(draft.bounds, bounds) if bounds else draft.bounds,
    )
    if days := unclear_days(said.when):
        return Goto(day, replace(draft, maybe_days=days), SeveralDays(days), answers=answers)
    return Goto(day if _says_day(said.when) or draft.day is None else at, draft, answers=answers)


def _is_about(understood: Understood, draft: BookingDraft) -> bool:
    """Tell whether a sentence is about the open move, and not about another appointment or a new one."""
    said = understood.said
    is_other = bool(said.doctors) and draft.doctor_id not in said.doctors
    names_one = said.of != When() and not said.corrects
    is_new = understood.intent is Intent.BOOK and understood.is_sure and not said.corrects
    return understood.intent in ABOUT_MOVING and not (is_other or said.person or names_one or is_new)


def _says_day(when: When) -> bool:
    some: tuple[date | None, ...] = (*when.days, when.first, when.last)
    return any(some) or bool(when.not_days)
