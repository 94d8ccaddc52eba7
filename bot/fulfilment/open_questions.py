"""What is typed in answer to a question outside of dialogs, such as “Cancel this appointment?”.

The label of one of its buttons is that button, and a no the harmless one. A yes alone does nothing, as it may
be meant for a notice that came in between: the buttons are shown once more.
"""

from dataclasses import replace

from bot.callbacks.revision import read_tap
from bot.callbacks.tap import Tap
from bot.commands.visit_day import late
from bot.dialogs.context import ClinicContext
from bot.dialogs.listening import listen
from bot.dialogs.typed_labels import YES, folded, typed_button, typed_in
from bot.localization.reader import speaking
from bot.parsing.words import english
from bot.parsing.words.letters import comparable
from bot.texts import own_words as texts
from bot.ui.keyboards import keyboard
from bot.ui.view import OpenQuestion, View
from bot.understanding.intents import Intent
from bot.understanding.meaning import Entities, Understood

# What else people write who do not want it after all, in English and as it is compared in other languages,
# where it sounds like a wish: “déjalo” like a move, “انتظر” like a waiting list.
NO = frozenset(
    {"no", "n", "nope", "nah", "stop", "wait", "hold on", "keep it", "keep them", "leave it", "back"}
    | {"go back", "dont", "do not", "dont cancel", "dont cancel it", "do not cancel", "do not cancel it"}
    | {"never mind", "nevermind", "not now", "not yet"}
    | {"dejalo", "dejala", "dejalo asi", "dejala asi", "انتظر", "لا انتظر"}
)
# A no of more words may be about something else: “no, rather the other one on Thursday”.
MOST_WORDS = 3
# What goes with a no: thanks, or “no, wait”, which is no wish to be on a waiting list.
BESIDE_NO = frozenset({None, Intent.THANKS, Intent.WAITING_LIST})
# What goes with a yes and is no wish of its own.
BESIDE_YES = frozenset({None, Intent.THANKS})
# Means no where something else than an appointment would be done.
CALLED_OFF = "cancel"


async def answer(context: ClinicContext, question: OpenQuestion, text: str) -> Tap | None:
    """Return the tap of the button that a text means, or None if it is no answer. Raises StorageDown."""
    tap = _labelled(context, question, text) or late.typed(question, text)
    return tap or _declined(question, text, await listen(context, text))


def _labelled(context: ClinicContext, question: OpenQuestion, text: str) -> Tap | None:
    """Return the tap of the button whose label was typed."""
    for spoken in typed_in(context):
        with speaking(spoken):
            tap = typed_button(text, question.buttons)
        if tap is not None:
            return tap
    return None


def _declined(question: OpenQuestion, text: str, understood: Understood) -> Tap | None:
    """Return the tap of the harmless button if a text is a no and nothing else."""
    words = english.understood(folded(text))
    is_called_off = words == CALLED_OFF and question.about != Intent.CANCEL and not question.is_choice
    if words in NO or comparable(folded(text)) in NO or is_called_off:
        return read_tap(question.no)
    is_no = words.split()[:1] == ["no"] or understood.said.corrects
    is_short = len(words.split()) <= MOST_WORDS or understood.intent is Intent.THANKS
    is_all = is_short and says_nothing(understood) and not any(map(str.isnumeric, words))
    return read_tap(question.no) if is_no and is_all and understood.intent in BESIDE_NO else None


def says_nothing_new(question: OpenQuestion, text: str, understood: Understood) -> bool:
    """Tell whether a text is a yes, or only repeats what was asked: “cancel it”, “yes, please cancel”."""
    words = english.understood(folded(text))
    if words in YES:
        return True
    is_yes, is_own = words.startswith("yes "), understood.intent == question.about and not question.is_choice
    fits = is_own and (is_yes or len(words.split()) <= MOST_WORDS)
    return says_nothing(understood) and (fits or (is_yes and understood.intent in BESIDE_YES))


def says_nothing(understood: Understood) -> bool:
    """Tell whether nothing was said of a day, a doctor or anything else."""
    return replace(understood.said, corrects=False) == Entities()


async def ask_again(context: ClinicContext, question: OpenQuestion, text: str) -> None:
    """Show the buttons once more, after a yes or after what says nothing."""
    is_yes = english.understood(folded(text)) in YES and not question.is_choice
    head = texts.tap_to_be_sure() if is_yes else texts.answer_by_tapping()
    await context.messenger.show(View(head, keyboard(*question.rows), question=question))
