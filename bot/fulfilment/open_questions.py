"""What is typed in answer to a question outside of dialogs, such as “Cancel this appointment?”.

The label of one of its buttons is that button, and a no the harmless one. A yes alone does nothing: what is
cancelled, blocked or told is so by a tap on the button that names it, so the buttons are shown once more.
"""

from dataclasses import replace

from bot.callbacks.revision import read_tap
from bot.callbacks.tap import Tap
from bot.commands.visit_day import late
from bot.dialogs.context import ClinicContext
from bot.dialogs.listening import listen
from bot.dialogs.typed_labels import YES, folded, typed_button
from bot.localization.languages import ENGLISH
from bot.localization.reader import language, speaking
from bot.parsing.words.english import understood as in_english
from bot.texts import own_words as texts
from bot.ui.view import OpenQuestion, View
from bot.understanding.intents import Intent
from bot.understanding.meaning import Entities, Understood

# What else people write who do not want it after all.
NO = frozenset(
    {"no", "n", "nope", "nah", "stop", "wait", "hold on", "keep it", "keep them", "leave it", "back"}
    | {"go back", "dont", "do not", "dont cancel", "dont cancel it", "do not cancel", "do not cancel it"}
    | {"never mind", "nevermind", "not now", "not yet"}
)
# A no of more words may be about something else: “no, rather the other one on Thursday”.
MOST_WORDS = 3
# What goes with a no: thanks, or “no, wait”, which is no wish to be on a waiting list.
BESIDE_NO = frozenset({None, Intent.THANKS, Intent.WAITING_LIST})
# What sounds like these and says nothing else is about what was asked: “cancel it”, “block her”.
ABOUT_IT = frozenset({Intent.CANCEL, Intent.BLOCK})
# So few words that sound like these may mean no or yes in a language: déjalo, انتظر, أجل.
SOUNDS_LIKE, FEW = frozenset({Intent.MOVE, Intent.WAITING_LIST}), 2


async def answer(context: ClinicContext, question: OpenQuestion, text: str) -> Tap | None:
    """Return the tap of the button that a text means, or None if it is no answer. Raises StorageDown."""
    tap = _labelled(context, question, text) or late.typed(question, text)
    return tap or _declined(question, text, await listen(context, text))


def _labelled(context: ClinicContext, question: OpenQuestion, text: str) -> Tap | None:
    """Return the tap of the button whose label was typed, in the reader's language or in English."""
    for spoken in dict.fromkeys((language(), ENGLISH, context.messenger_language)):
        with speaking(spoken):
            tap = typed_button(text, question.buttons)
        if tap is not None:
            return tap
    return None


def _declined(question: OpenQuestion, text: str, understood: Understood) -> Tap | None:
    """Return the tap of the harmless button if a text is a no and nothing else."""
    words = in_english(folded(text))
    is_no = words in NO or words.split()[:1] == ["no"] or understood.said.corrects
    is_short = len(words.split()) <= MOST_WORDS or understood.intent is Intent.THANKS
    is_all = words in NO or (is_short and says_nothing(understood) and not any(map(str.isnumeric, words)))
    return read_tap(question.no) if is_no and is_all and understood.intent in BESIDE_NO else None


def says_nothing_new(question: OpenQuestion, text: str, understood: Understood) -> bool:
    """Tell whether a text is a yes, or only repeats what was asked."""
    words = in_english(folded(text)).split()
    repeats = ABOUT_IT if not question.is_choice else frozenset()
    is_about_it = understood.intent in repeats or (understood.intent in SOUNDS_LIKE and len(words) <= FEW)
    return says_nothing(understood) and (is_about_it or set(words[:1]) <= YES)


def says_nothing(understood: Understood) -> bool:
    """Tell whether nothing was said of a day, a doctor or anything else."""
    return replace(understood.said, corrects=False) == Entities()


async def ask_again(context: ClinicContext, question: OpenQuestion, text: str) -> None:
    """Show the buttons once more, after a yes or after what says nothing."""
    is_yes = in_english(folded(text)) in YES and not question.is_choice
    head = texts.tap_to_be_sure() if is_yes else texts.answer_by_tapping()
    no = read_tap(question.no)
    if no is not None:
        view = View.asking(head, *question.rows, no=no, is_choice=question.is_choice)
        await context.messenger.show(view)
