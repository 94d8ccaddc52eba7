"""Words behind a command (/book Rao Friday 10:00): which question each of them answers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import Dialog, Goto, Outcome, Typed
from bot.input_errors import BadDate, BadTime, NobodyFits, NotAChoice
from bot.parsing.dates import is_day_alone
from bot.parsing.words import speaks_of_clock, speaks_of_days
from services.errors import ClinicError, Invalid, Refused

# What is not understood in many words may be in fewer; no name and no date has more than those.
NOT_UNDERSTOOD = (BadDate, BadTime, NobodyFits, NotAChoice)
MOST_WORDS = 8


async def longest(
    context: ClinicContext, step: Goto, dialog: Dialog, typed: Typed, words: Sequence[str]
) -> tuple[Outcome, int]:
    """Return where the first words lead of which the question understands anything, and how many they are.

    What is left is for the dialog's other questions `in_words`; where none of them is next, none may be left.
    Where it understands none, or what they say can't be had, the question is asked with the reason.
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
    """Tell whether words that a question does not understand may change what those before them mean.

    Where a time is wanted, they may belong to the day that was read; a word before a day to the name.
    """
    why = outcome.why if isinstance(outcome, Goto) else None
    first, others = left[0], " ".join(left[1:])
    is_word = first[0].isalpha() and not speaks_of_clock(first)
    if isinstance(why, BadTime):
        is_of_month = is_word and (is_day_alone(understood) or any(map(str.isdigit, others)))
        return is_of_month or speaks_of_days(" ".join(left))
    return isinstance(why, BadDate) and is_word and not speaks_of_days(first) and speaks_of_days(others)
