"""No words for people stand outside what `make translations` finds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXTS = Path(__file__).parents[2] / "bot" / "texts"
# What operators read in a terminal, on the machine that runs the bot.
FOR_OPERATORS = {"check.py", "create_admin.py", "backup.py"}
SAYING = {"say", "say_in", "say_count", "phrase", "phrase_in"}
# Of these a string is a key, not something that is shown.
BY_KEY = {"get", "startswith", "endswith", "partition", "rpartition", "removeprefix", "removesuffix", "split"}
BY_KEY |= {"compile", "format_list", "format_unit", "get_day_names"}
# The facts of an audit's entry.
BY_KEY |= {"fact", "count"}
# Labels of earlier versions, which were English.
KEPT_TABLES = {"FORMER"}
NO_WORDS = re.compile(r"<[^>]*>|&\w+;|\{\w*\}|(?<![\w/])/[a-z_]+|https?:\S+")
WORD = re.compile(r"[A-Za-z]{2,}")


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _outside(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Return the strings that are shown as they are."""
    if isinstance(node, ast.Call) and _called(node) in SAYING:
        for keyword in node.keywords:
            yield from _outside(keyword.value)
        return
    if isinstance(node, ast.Call) and _called(node) in BY_KEY:
        yield from _outside(node.func)
        return
    if isinstance(node, ast.Subscript):
        yield from _outside(node.value)
        return
    if isinstance(node, ast.Compare | ast.arg | ast.AnnAssign) and not getattr(node, "value", None):
        return
    if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in KEPT_TABLES:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    body = getattr(node, "body", None)
    # What a table is looked up by is not shown.
    for child in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        is_docstring = isinstance(body, list) and child is body[0] and isinstance(child, ast.Expr)
        if not is_docstring:
            yield from _outside(child)


@pytest.mark.parametrize("path", sorted(TEXTS.rglob("*.py")), ids=lambda path: path.name)
def test_all_words_are_in_the_catalogues(path: Path) -> None:
    if path.name in FOR_OPERATORS:
        return
    source = path.read_text(encoding="utf-8")
    kept = {number for number, line in enumerate(source.splitlines(), 1) if "# no words" in line}
    found = {line: text for line, text in _outside(ast.parse(source)) if WORD.search(NO_WORDS.sub("", text))}
    assert {line: text for line, text in found.items() if line not in kept} == {}
    assert kept <= found.keys(), "a mark stands where nothing needs one"
