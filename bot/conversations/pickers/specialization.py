"""Which specialization is meant when one is typed: known ones are suggested before a new one is made."""

from collections.abc import Sequence

from bot.callbacks.steps import KeepTyped, PickSpecialization
from bot.parsing.fuzzy_match import nearly
from bot.texts import accounts as texts
from bot.texts.specializations import as_shown, specialization
from bot.ui.keyboards import Button, Keyboard, Row, button, in_rows, keyboard, specialization_key
from services.names.folding import folded
from services.names.specializations import NAMES, USUAL, meant, meant_among

# A text of at least so many letters may be the beginning of a name.
SHORTEST = 4
MOST_MEANT = 4


def likelier(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the specializations that may be meant by a new one; none if it is a known one itself."""
    name = folded(text)
    if not name or name in {folded(each) for each in (*known, *NAMES)}:
        return ()
    found = meant_among(text, known) or list(meant(text)[:1])
    if not found:
        names = dict.fromkeys((*known, *USUAL))
        found = [each for each in names if len(name) >= SHORTEST and folded(each).startswith(name)]
        found = found or nearly(text, list(names))
    return tuple(found[:MOST_MEANT])


def as_known(name: str, known: Sequence[str]) -> str:
    """Return the specialization in the spelling of the clinic, if the clinic knows it."""
    called = as_shown([*known, *USUAL])
    return next((stored for each, stored in called.items() if folded(each) == folded(name)), name)


def of_key(key: str, names: Sequence[str]) -> str | None:
    """Return the name that a button's key stands for, or None."""
    return next((name for name in names if specialization_key(name) == key), None)


def choices(known: Sequence[str], maybe: Sequence[str], typed: str, ways: Row) -> Keyboard:
    """Return the buttons: the suggestions, what was typed, and then all others."""
    keep = [button(texts.keep_typed(typed), KeepTyped())] if maybe and typed else []
    others = [name for name in known if name not in maybe]
    rows = (*in_rows(map(_choice, maybe), 2), keep, *in_rows(map(_choice, others), 2))
    return keyboard(*rows, ways)


def _choice(name: str) -> Button:
    return button(specialization(name), PickSpecialization(specialization_key(name)))
