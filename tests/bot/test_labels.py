"""What buttons say stands in one place, and what they said before is still understood."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogs.typed_labels import folded
from bot.localization.messages import Phrase
from bot.texts import labels
from bot.ui.keyboards import LABEL_LENGTH

BOT = Path(__file__).parents[2] / "bot"
# Where people read nothing, or what is written for a terminal, a page or a picture.
ELSEWHERE = {"texts", "demo", "cli", "pictures"}
MAKERS = {"button", "news_button", "Button", "Link"}
# A signpost, a space and a word: so labels begin, and so nothing else does.
SIGNED = re.compile(r"[^\x00-\x7f]\S* .*[A-Za-z]")


def _made(tree: ast.AST) -> Iterator[ast.expr]:
    """Return what is given to a button as its label."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            yield from node.args[:1]
            yield from (key.value for key in node.keywords if key.arg in {"label", "text"})


def _words(tree: ast.AST) -> Iterator[ast.Constant]:
    """Return the texts that have letters, but for docstrings."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from [node] if re.search("[A-Za-z]", node.value) else []


def _signed(tree: ast.AST) -> Iterator[ast.Constant]:
    return (node for node in _words(tree) if SIGNED.match(str(node.value)))


def _literal_labels(source: str) -> list[tuple[int, str]]:
    """Return the labels that are written into a source, with their lines."""
    tree = ast.parse(source)
    found = [*_signed(tree), *(word for label in _made(tree) for word in _words(label))]
    return sorted({(word.lineno, str(word.value)) for word in found})


def test_no_button_is_labelled_in_words_outside_the_texts() -> None:
    found = {
        str(path.relative_to(BOT)): written
        for path in BOT.rglob("*.py")
        if not ELSEWHERE & set(path.relative_to(BOT).parts) and (written := _literal_labels(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'button("Skip", Skip())',
        'news_button("Move" if late else labels.MOVE, tap)',
        'button(f"◀ Day {day}", tap)',
        'Link("Join", url)',
        'button(label="Skip", tap=Skip())',
        'for label in ("✅ Seen", "🚷 Did not come"): button(label, tap)',
    ],
)
def test_a_label_in_words_is_found_wherever_it_stands(source: str) -> None:
    assert _literal_labels(source)


@pytest.mark.parametrize(
    "source",
    ['button("‹", tap)', 'button(f"◀ {day}", tap)', "button(labels.SKIP, tap)", '"""📅 A docstring."""'],
)
def test_signs_and_names_are_no_words(source: str) -> None:
    assert not _literal_labels(source)


def _all() -> dict[str, str]:
    return {
        name: str(value)
        for name, value in vars(labels).items()
        if name.isupper() and isinstance(value, Phrase)
    }


def test_each_label_has_one_name_and_fits_its_button() -> None:
    said = list(_all().values())
    assert len(set(said)) == len(said)
    assert all(len(label) <= LABEL_LENGTH for label in said)


def test_what_a_button_was_called_before_is_no_other_button_of_now() -> None:
    now = {folded(label): label for label in _all().values()}
    for former, label in labels.FORMER.items():
        assert str(label) in _all().values()
        # Cancel is about an appointment where there is such a button, and leaves a dialog elsewhere.
        assert now.get(folded(former)) in {None, str(labels.CANCEL)}


def test_cancel_is_said_of_appointments_alone() -> None:
    said = {name for name, label in _all().items() if "cancel" in label.casefold()}
    assert said == {"CANCEL", "CANCEL_APPOINTMENT", "CANCEL_YES", "CANCEL_THESE_YES"}
