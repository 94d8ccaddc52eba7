"""Typing the label of a button on the card is the same as tapping it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from unicodedata import category, normalize

from bot.callbacks.revision import read_tap
from bot.callbacks.steps import Confirm, Leave, SaveAndCancel
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import Step
from bot.localization.languages import ENGLISH, Language
from bot.localization.messages import Phrase
from bot.localization.reader import language, speaking
from bot.parsing.words.english import understood
from bot.parsing.words.letters import comparable
from bot.texts import labels
from bot.texts.labels import FORMER
from bot.ui.keyboards import LABEL_LENGTH, Button
from services.errors import ClinicError

# Accepted where a question can only be answered with buttons.
YES = {"yes", "y", "yes please", "ok", "okay", "sure"}
NO = {"no", "n", "no thanks", "no thank you"}
# A number below zero is no other number, although signs do not count in labels.
NEGATIVE = re.compile(r"\s*[-−]\d")
# Returns the taps of the buttons that are called so.
Called = Callable[[str, Iterable[tuple[str, Tap]]], set[Tap]]
APOSTROPHES = str.maketrans("", "", "'’ʼ")


def folded(text: str) -> str:
    """Return the letters and digits of a text, case-folded, one space between words: “« Back” is “back”."""
    plain = normalize("NFKC", text).casefold().translate(APOSTROPHES)
    return " ".join("".join(sign if category(sign)[0] in "LMN" else " " for sign in plain).split())


def typed_button(
    text: str, buttons: Iterable[Button], *, strict: bool = False, alone: bool = False
) -> Tap | None:
    """Return the tap of the button whose whole label was typed; None if none, or several, have that label.

    `strict`: the text may be a secret, so it must be exactly the label. `alone`: the question takes no other
    typed answer, so a yes means the button that confirms, and a no the one that leaves.
    """
    if len(text) > LABEL_LENGTH or NEGATIVE.match(text):
        return None
    taps = [(folded(label), tap) for label, data, _ in buttons if (tap := read_tap(data)) is not None]
    wanted = folded(text)
    if not wanted or (strict and wanted != text.strip().casefold()):
        return None
    ways = _exactly(wanted) if strict else _in_any_words(wanted)
    found = next(filter(None, (called(name, taps) for called, name in ways)), set())
    if not found and alone:
        possible = {tap for _, tap in taps}
        found = _said_yes_or_no(wanted, possible) or _said_yes_or_no(understood(wanted), possible)
    return found.pop() if len(found) == 1 else None


def _called(wanted: str, taps: Iterable[tuple[str, Tap]]) -> set[Tap]:
    return {tap for label, tap in taps if label == wanted}


def _called_about(wanted: str, taps: Iterable[tuple[str, Tap]]) -> set[Tap]:
    """Return those whose label is the same but for accents and the like."""
    return {tap for label, tap in taps if comparable(label) == comparable(wanted)}


def _exactly(wanted: str) -> Iterator[tuple[Called, str]]:
    """Yield what the label may be: as it was typed, as it is now, and that in the language of the card."""
    now = _OF_NOW.get(wanted, wanted)
    yield from ((_called, name) for name in (wanted, now, _of_language(language()).get(now, now)))


def _in_any_words(wanted: str) -> Iterator[tuple[Called, str]]:
    """Yield the same, then without regard to accents, and with the word that means the same."""
    yield from _exactly(wanted)
    yield _called_about, wanted
    yield from _exactly(understood(wanted))


@lru_cache(maxsize=20)
def _of_language(reads: Language) -> Mapping[str, str]:
    """Return the labels of a language by the English ones."""
    shown = (each for each in vars(labels).values() if isinstance(each, Phrase))
    with speaking(reads):
        return {folded(each.message): folded(str(each)) for each in shown}


def _said_yes_or_no(wanted: str, taps: set[Tap]) -> set[Tap]:
    """Return what a yes or a no means. If several things could be confirmed, a yes is not clear."""
    if Confirm() not in taps or SaveAndCancel() in taps:
        return set()
    if wanted in YES:
        return {Confirm()}
    return taps & {Leave()} if wanted in NO else set()


_OF_NOW = {folded(former): folded(label.message) for former, label in FORMER.items()}


def typed_in(context: ClinicContext) -> Iterable[Language]:
    """Return the languages in which a label may be typed, the reader's first.

    English is what a friend has said to tap; in that of the messenger somebody thinks who was given an
    account in another: else it would be taken for a name.
    """
    return dict.fromkeys((language(), ENGLISH, context.messenger_language))


async def button_called(context: ClinicContext, step: Step, text: str) -> Tap | None:
    """Return the tap of the card's button whose label was typed, or None."""
    for spoken in typed_in(context):
        with speaking(spoken):
            tap = await _called_here(context, step, text)
        if tap is not None:
            return tap
    return None


async def _called_here(context: ClinicContext, step: Step, text: str) -> Tap | None:
    try:
        view = await step.ask(context)
    except ClinicError:
        return None  # the error is shown when the question is asked again
    buttons = view.keyboard.buttons if view.keyboard else ()
    return typed_button(text, buttons, strict=step.secret, alone=step.typed is None)
