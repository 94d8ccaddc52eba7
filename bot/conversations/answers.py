"""Answering the questions before a visit, one after the other, begun on a confirmation, card or reminder.

Each answer is stored as soon as it is given, so that whoever leaves loses nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from bot.callbacks.steps import PickAnswer, Skip
from bot.callbacks.tap import Tap
from bot.callbacks.visits import AnswerQuestions, ShowAppointment
from bot.dialogs.access import PATIENTS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.dialogs.steps import Tapped
from bot.drafts import AnswersDraft
from bot.input_errors import NotAChoice
from bot.parsing.fuzzy_match import choose
from bot.texts import labels, nouns
from bot.texts import questions as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.errors import AlreadyCancelled, AppointmentOver, AppointmentUnknown, ClinicError, QuestionGone
from services.models.appointments import AppointmentCard, AppointmentId, open_questions
from services.models.catalogue import MOST_QUESTIONS, Question
from services.questionnaires.answers import choices


class Ask(StrEnum):
    """The questions, by their number; the values are stored, so they never change."""

    FIRST = "answers.1"
    SECOND = "answers.2"
    THIRD = "answers.3"
    FOURTH = "answers.4"
    FIFTH = "answers.5"


ASKED = tuple(Ask)[:MOST_QUESTIONS]
Asks = Callable[[ClinicContext], Awaitable[View]]


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the first question that is not answered yet; those before it are behind « Back."""
    if not isinstance(tap, AnswerQuestions):
        raise AppointmentUnknown
    card = await context.clinic.visits.answers.to_answer(context.principal, tap.appointment_id)
    asked = [each.id for each in _questions(card)][: len(ASKED)]
    if not asked:
        return _over(tap.appointment_id, texts.nothing_to_answer())
    left = {each.id for each in open_questions(card.details.kind, card.appointment.answers)}
    number = next((n for n, each in enumerate(asked) if each in left), 0)
    draft = AnswersDraft(tap.appointment_id, tuple(asked))
    return Goto(ASKED[number], draft, behind=ASKED[:number])


def _asking(number: int) -> Asks:
    async def ask(context: ClinicContext) -> View:
        """Ask the question, and show the answer that there is."""
        draft = context.draft(AnswersDraft)
        card = await context.clinic.visits.answers.to_answer(context.principal, draft.appointment_id)
        question = _question(card, draft, number)
        text = texts.ask(card, question, number, len(draft.question_ids), context.rules)
        possible = [button(texts.answer(each), PickAnswer(n)) for n, each in enumerate(choices(question))]
        is_answered = any(each.question_id == question.id for each in card.appointment.answers)
        skip = button(labels.KEEP_ANSWER if is_answered else labels.SKIP, Skip())
        ways = ways_out(back=bool(context.state.trail))
        return View(text, keyboard(*in_rows(possible, 2), [skip], ways))

    return ask


def _step(number: int) -> Step:
    """Return the question of that number, from 0."""

    async def take(context: ClinicContext, text: str) -> Outcome:
        """Take what was typed; where there are choices, the one that is meant."""
        question = await _asked(context, number)
        if named := {texts.answer(each): each for each in choices(question)}:
            text = named[choose(text, named)]
        return await _kept(context, number, question, text)

    async def pick(context: ClinicContext, tap: PickAnswer) -> Outcome:
        """Take the choice that was tapped."""
        question = await _asked(context, number)
        possible = choices(question)
        if tap.number >= len(possible):
            raise NotAChoice
        return await _kept(context, number, question, possible[tap.number])

    async def skip(context: ClinicContext, tap: Skip) -> Outcome:
        """Go on; an answer that there is stays."""
        del tap
        return await _next(context, number)

    async def otherwise(context: ClinicContext, why: ClinicError) -> Outcome:
        """Go on where the question is not asked any more; end where the visit is over or cancelled."""
        draft = context.draft(AnswersDraft)
        if isinstance(why, AlreadyCancelled | AppointmentOver):
            return _over(draft.appointment_id, context.refusal(why))
        if isinstance(why, QuestionGone):
            return await _next(context, number)
        raise why

    taps: Mapping[type[Tap], Tapped] = {PickAnswer: pick, Skip: skip}
    return Step(ASKED[number], _asking(number), take, taps, otherwise=otherwise, kept=True)


async def _asked(context: ClinicContext, number: int) -> Question:
    draft = context.draft(AnswersDraft)
    card = await context.clinic.visits.answers.to_answer(context.principal, draft.appointment_id)
    return _question(card, draft, number)


async def _kept(context: ClinicContext, number: int, question: Question, text: str) -> Outcome:
    """Store the answer, and go on."""
    appointment_id = context.draft(AnswersDraft).appointment_id
    await context.clinic.visits.answers.answer(context.principal, appointment_id, question.id, text)
    return await _next(context, number)


async def _next(context: ClinicContext, number: int) -> Outcome:
    """Ask the next question, or end with what is answered by now."""
    draft = context.draft(AnswersDraft)
    if number + 1 < len(draft.question_ids):
        return Goto(ASKED[number + 1], draft)
    card = await context.clinic.visits.answers.to_answer(context.principal, draft.appointment_id)
    left = len(open_questions(card.details.kind, card.appointment.answers))
    return _over(draft.appointment_id, texts.answered(card, left))


def _over(appointment_id: AppointmentId, said: str) -> Finish:
    """End the dialog with a button to the appointment."""
    return Finish(View(said, keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(appointment_id))])))


def _questions(card: AppointmentCard) -> tuple[Question, ...]:
    return card.details.kind.questions if card.details.kind else ()


def _question(card: AppointmentCard, draft: AnswersDraft, number: int) -> Question:
    """Return the question of that number as it is now. Raises QuestionGone."""
    wanted = draft.question_ids[number]
    found = next((each for each in _questions(card) if each.id == wanted), None)
    if found is None:
        raise QuestionGone
    return found


DIALOG = Dialog(
    command="answers",
    noun=nouns.QUESTIONNAIRE,
    visitors=PATIENTS,
    begin=begin,
    steps=tuple(map(_step, range(len(ASKED)))),
    home="appointments",
)
