"""Words behind a command (/book Rao Friday 10:00): which question of the dialog each of them answers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogs.context import ClinicContext
from bot.dialogs.registry import DialogRegistry
from bot.dialogs.steps import Dialog, Goto, Outcome, Step, Typed
from bot.input_errors import BadDate, BadTime, NobodyFits, NotAChoice, Unclear, WordsLeft
from bot.parsing.dates import is_day_alone
from bot.parsing.words.english import speaks_of_clock, speaks_of_days
from services.errors import ClinicError, Invalid, Refused

# If a question does not understand many words, it may understand fewer. No name or date has more words than
# this.
NOT_UNDERSTOOD = (BadDate, BadTime, NobodyFits, NotAChoice)
MOST_WORDS = 8
StandAt = Callable[[ClinicContext, Goto, Step | None], None]


class CommandWords:
    """Answers the first questions of a dialog with the words behind its command.

    `stand_at` makes a question the open one of the chat; that is done before words answer it.
    """

    def __init__(self, registry: DialogRegistry, stand_at: StandAt) -> None:
        self._registry = registry
        self._stand_at = stand_at

    async def take(
        self,
        context: ClinicContext,
        dialog: Dialog,
        outcome: Outcome,
        words: Sequence[str],
        origin: Step | None = None,
    ) -> tuple[Outcome, Step | None]:
        """Answer the dialog's first questions with the words, as if each part had been typed there.

        Returns where that leads, and the question that was answered last.
        """
        last: tuple[Goto, Step | None, str] | None = None
        while words and isinstance(outcome, Goto) and outcome.why is None:
            step = self._registry.step(outcome.step.value)
            if step.name not in dialog.in_words or step.typed is None or step is origin:
                break
            self._stand_at(context, outcome, origin)
            asked = outcome
            outcome, count = await longest(context, asked, dialog, step.typed, words)
            if step.words_may_pass and isinstance(outcome, Goto) and isinstance(outcome.why, NotAChoice):
                outcome = replace(outcome, why=None)
            if not count and last is not None and casts_doubt(outcome, last[2], words):
                before, origin, understood = last
                return replace(before, why=WordsLeft(understood, " ".join(words))), origin
            last = (asked, origin, " ".join(words[:count]))
            origin, words = step, words[count:]
        is_asked = isinstance(outcome, Goto) and (
            isinstance(outcome.why, Unclear)
            or (origin is not None and outcome.step is origin.name)
            # A question comes first that no words answer.
            or (last is None and origin is None and outcome.step not in dialog.in_words)
        )
        context.state.words = tuple(words) if is_asked else ()
        return outcome, origin

    async def take_kept(
        self, context: ClinicContext, outcome: Outcome, step: Step
    ) -> tuple[Outcome, Step | None]:
        """Answer the next questions with the words that were kept, once the one before is answered."""
        words = context.state.words
        if not words or not isinstance(outcome, Goto) or outcome.step is step.name or outcome.why:
            return outcome, step
        with context.state.unchanged_on_error():
            return await self.take(context, self._registry.dialog_of(step), outcome, words, step)


async def longest(
    context: ClinicContext, step: Goto, dialog: Dialog, typed: Typed, words: Sequence[str]
) -> tuple[Outcome, int]:
    """Return where the longest run of first words leads that the question understands, and how many they are.

    The other words are for the next questions among `in_words`; if none of those is next, no word may be
    left. If the question understands nothing, or the answer is refused, it is asked with the reason, and 0 is
    returned.
    """
    is_last = step.step is dialog.in_words[-1]
    lengths = [len(words)] if is_last else range(min(len(words), MOST_WORDS), 0, -1)
    why: ClinicError | None = None
    for length in lengths:
        try:
            outcome = await typed(context, " ".join(words[:length]))
            if length == len(words) or (isinstance(outcome, Goto) and outcome.step in dialog.in_words):
                return outcome, length
        except NOT_UNDERSTOOD as error:
            why = error
        except (Invalid, Refused) as error:
            why = error
            break
    return replace(step, why=why), 0


def casts_doubt(outcome: Outcome, understood: str, left: Sequence[str]) -> bool:
    """Tell whether words that a question does not understand may change what the words before them mean.

    If a time is asked for, they may belong to the day before it; if a day is, its first word may belong to
    the name.
    """
    why = outcome.why if isinstance(outcome, Goto) else None
    first, others = left[0], " ".join(left[1:])
    is_word = first[0].isalpha() and not speaks_of_clock(first)
    if isinstance(why, BadTime):
        is_of_month = is_word and (is_day_alone(understood) or any(map(str.isdigit, others)))
        return is_of_month or speaks_of_days(" ".join(left))
    return isinstance(why, BadDate) and is_word and not speaks_of_days(first) and speaks_of_days(others)
