"""What is said is found by `make translations`, and one English sentence is one message."""

import ast
from collections.abc import Iterator, Sequence

from tests.localization.catalogues import BOT, KEYWORDS, Key, forms_in_sources, said_in_sources


def _said() -> Iterator[tuple[str, Key]]:
    """Return what the sources say, and where."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in KEYWORDS
                and not _is_phrase(node)
            ):
                literals = [each.value for each in node.args if isinstance(each, ast.Constant)]
                yield f"{path.relative_to(BOT)}:{node.lineno}", _key(getattr(node.func, "id", ""), literals)


def _is_phrase(call: ast.Call) -> bool:
    """Tell whether it says a Phrase, which is found where that was made."""
    return any(isinstance(each, ast.Attribute) and each.attr == "message" for each in call.args)


def _key(function: str, literals: Sequence[object]) -> Key:
    has_context = function.endswith("_in")
    words = [str(each) for each in literals] or [""]
    return (words[0], words[-1]) if has_context else ("", words[0])


def test_nothing_is_said_where_it_is_not_found() -> None:
    """Nothing is found inside of f-strings before Python 3.12, and nothing ever that is no literal."""
    found = said_in_sources()
    own = "localization/messages.py"
    missed = [
        f"{place}: {key[1]}" for place, key in _said() if key not in found and not place.startswith(own)
    ]
    assert missed == []


def test_a_sentence_is_counted_everywhere_in_the_same_way() -> None:
    """A catalogue has one entry for it: said of one here and of many there, one of the two would be lost."""
    assert {key: forms for key, forms in forms_in_sources().items() if len(forms) > 1} == {}
