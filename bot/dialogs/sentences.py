"""Sentences in the middle of a dialog: several answers at once, another answer to an earlier question.

What a sentence has answered before its question comes is kept in the chat's state, by the name of the step,
as if it had been typed there.
"""

from collections.abc import Callable

from bot.dialogs.context import ClinicContext
from bot.dialogs.endings import DialogEndings
from bot.dialogs.listening import listen, words_read
from bot.dialogs.registry import DialogRegistry
from bot.dialogs.steps import Goto, Outcome, Step
from bot.texts.own_words import not_read
from bot.ui.view import View
from bot.understanding.intents import Intent
from bot.understanding.meaning import Understood
from bot.understanding.understand import sounds_like_correction
from services.errors import Invalid, Refused

# What needs no answer of its own in the middle of a dialog: the question is asked again.
NO_REASON_TO_LEAVE = frozenset({None, Intent.GREETING, Intent.THANKS, Intent.EMERGENCY})
# What is answered at once, so that the question is asked again below.
ASKED_ASIDE = frozenset({Intent.ADDRESS, Intent.PHONE, Intent.OPENING_HOURS, Intent.PRICE})
# Makes a question the open one of the chat.
StandAt = Callable[[ClinicContext, Goto, Step | None], None]


class Sentences:
    """What sentences mean for the open dialog."""

    def __init__(self, registry: DialogRegistry, endings: DialogEndings, stand_at: StandAt) -> None:
        self._registry = registry
        self._endings = endings
        self._stand_at = stand_at

    async def answer_ahead(
        self, context: ClinicContext, outcome: Outcome, origin: Step | None
    ) -> tuple[Outcome, Step | None]:
        """Answer the next questions with what was said before, as far as that goes.

        Returns where that leads, and the question that was answered last. What is refused is asked, with the
        reason; what was said for the questions behind it stays.
        """
        while isinstance(outcome, Goto):
            given = {name.value: text for name, text in outcome.answers.items()}
            # New ones, as the state before is compared with, or comes back after an error.
            kept = context.state.answers = {**context.state.answers, **given}
            if outcome.why is not None:
                break
            text = kept.get(outcome.step.value)
            context.state.answers = {name: text for name, text in kept.items() if name != outcome.step.value}
            step = self._registry.step(outcome.step.value)
            if text is None or step.typed is None:
                break
            self._stand_at(context, outcome, origin)
            asked, origin = outcome, step
            try:
                outcome = await step.typed(context, text)
            except (Invalid, Refused) as error:
                return Goto(asked.step, asked.draft, error), origin
        return outcome, origin

    async def correction(self, context: ClinicContext, step: Step, text: str) -> Outcome | None:
        """Return where a sentence leads that takes an earlier answer back (“no, Thursday”), else None.

        It must be all about that: at a question that takes any text, other words are the answer.
        """
        if self._registry.dialog_of(step).told is None:
            return None
        await words_read()
        if not sounds_like_correction(text):
            return None
        understood = await listen(context, text)
        if not understood.said.corrects or understood.left:
            return None
        return await self.led_to(context, step, understood)

    async def heard(self, context: ClinicContext, step: Step, text: str) -> tuple[Outcome | None, Understood]:
        """Return where a sentence leads that is no answer to the open question, and what it means."""
        understood = await listen(context, text)
        return await self.led_to(context, step, understood), understood

    async def led_to(self, context: ClinicContext, step: Step, understood: Understood) -> Outcome | None:
        """Return where a sentence leads in the open dialog; None: it is not about that.

        Words of it that were not understood are said. Where it changes an earlier answer, nothing comes of
        what was held; what was stored after all is said instead.
        """
        told = self._registry.dialog_of(step).told
        outcome = await told(context, understood) if told else None
        if outcome is None:
            return None
        if understood.left:
            await context.messenger.say(View(not_read(understood.left)))
        return await self._endings.changed(context, outcome, step)
