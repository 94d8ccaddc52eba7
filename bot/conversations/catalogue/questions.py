"""The questions before a visit, on the card of its kind: adding and removing them."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.catalogue import RemoveQuestion
from bot.catalogue_drafts import CatalogueDraft
from bot.conversations.catalogue.editor import Editor, everything
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.parsing.visit_kinds import read_question
from bot.texts import catalogue as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.models.catalogue import MOST_QUESTIONS, VisitKind

BUTTONS_A_ROW = 3


class QuestionsAsk(StrEnum):
    """The question; its value is stored, so it never changes."""

    QUESTIONS = "kinds.questions"


QUESTIONS = QuestionsAsk.QUESTIONS


class BeforeTheVisit:
    """Edits the questions of the kind that is on the card of the editor."""

    def __init__(self, editor: Editor[VisitKind]) -> None:
        self._editor = editor

    def step(self) -> Step:
        """Return the step of the dialog."""
        return Step(QUESTIONS, self._ask, self._add, {RemoveQuestion: self._remove})

    async def _kind(self, context: ClinicContext) -> VisitKind:
        return await self._editor.entry(context, await everything(context))

    async def _ask(self, context: ClinicContext) -> View:
        kind = await self._kind(context)
        buttons = [
            button(texts.remove_question(number), RemoveQuestion(each.id))
            for number, each in enumerate(kind.questions, 1)
        ]
        text = texts.ask_questions(kind, MOST_QUESTIONS)
        return View(text, keyboard(*in_rows(buttons, BUTTONS_A_ROW), ways_out()))

    async def _add(self, context: ClinicContext, text: str) -> Outcome:
        kind = await self._kind(context)
        question = read_question(text, context.request_id("question"))
        kept = tuple(each for each in kind.questions if each.id != question.id)
        return await self._again(context, replace(kind, questions=(*kept, question)))

    async def _remove(self, context: ClinicContext, tap: RemoveQuestion) -> Outcome:
        kind = await self._kind(context)
        left = replace(kind, questions=tuple(each for each in kind.questions if each.id != tap.question_id))
        return await self._again(context, left)

    async def _again(self, context: ClinicContext, after: VisitKind) -> Outcome:
        """Put the change, and ask for another question."""
        outcome = await self._editor.put(context, await self._kind(context), after)
        draft = outcome.draft if isinstance(outcome, Goto) else context.draft(CatalogueDraft)
        return Goto(QUESTIONS, draft)
