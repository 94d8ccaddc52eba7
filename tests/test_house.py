"""The rules of the house: lengths of files and functions, files a folder, and one class a name."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "services")

MOST_LINES = 400
MOST_LINES_A_FUNCTION = 60
MOST_FILES = 20
MOST_LINES_OF_README = 160

# Sentences, one for each kind of event.
TABLES = {"bot/texts/notifications.py"}
# A file for each thing: a dialog, a collection, what the sentences are about.
A_FILE_EACH = {"bot/texts", "bot/conversations", "services/storage"}
# What documents tell how to add.
TO_ADD = re.compile(r"bot/web/|.*/(test_)?team\.py")
# The questions of a dialog.
IN_EACH_DIALOG = {"Ask"}


Files = dict[str, str]


def _product(root: Path) -> Files:
    """Return the texts of all files of product code below a folder, by path."""
    found = (path for package in PRODUCT for path in sorted((root / package).rglob("*.py")))
    return {path.relative_to(root).as_posix(): path.read_text() for path in found}


def _long_files(files: Files) -> Iterator[str]:
    for path, text in files.items():
        lines = len(text.splitlines())
        if lines > MOST_LINES and path not in TABLES:
            yield f"{path}: {lines} lines"


def _long_functions(files: Files) -> Iterator[str]:
    for path, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_A_FUNCTION:
                    yield f"{path}: {node.name} has {length} lines"


def _full_folders(files: Files) -> Iterator[str]:
    for folder, count in Counter(path.rpartition("/")[0] for path in files).items():
        if count > MOST_FILES and folder not in A_FILE_EACH:
            yield f"{folder}: {count} files"


def _names_given_twice(files: Files) -> Iterator[str]:
    paths: dict[str, list[str]] = {}
    for path, text in files.items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                paths.setdefault(node.name, []).append(path)
    for name, found in paths.items():
        if len(found) > 1 and name not in IN_EACH_DIALOG:
            yield f"{name}: in {' and '.join(found)}"


def complaints(root: Path) -> list[str]:
    """Return what breaks the rules in the product code below a folder."""
    files = _product(root)
    rules = (_long_files, _long_functions, _full_folders, _names_given_twice)
    return [complaint for rule in rules for complaint in rule(files)]


def test_the_product_code_keeps_the_rules_of_the_house() -> None:
    assert complaints(ROOT) == []


def test_what_breaks_a_rule_is_seen(tmp_path: Path) -> None:
    """Each rule broken once, in code that is planted for it."""
    planted = {
        "bot/long.py": "x = 1\n" * (MOST_LINES + 1),
        "bot/function.py": "def long():\n" + "    x = 1\n" * MOST_LINES_A_FUNCTION,
        "bot/one.py": "class Twice: ...\nclass Ask: ...\nclass _Own: ...\n",
        "services/other.py": "class Twice: ...\nclass Ask: ...\nclass _Own: ...\n",
        "bot/texts/notifications.py": "x = 1\n" * (MOST_LINES + 1),
        **{f"services/full/f{number}.py": "" for number in range(MOST_FILES + 1)},
        **{f"bot/texts/f{number}.py": "" for number in range(MOST_FILES + 1)},
    }
    for name, text in planted.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert complaints(tmp_path) == [
        f"bot/long.py: {MOST_LINES + 1} lines",
        f"bot/function.py: long has {MOST_LINES_A_FUNCTION + 1} lines",
        f"services/full: {MOST_FILES + 1} files",
        "Twice: in bot/one.py and services/other.py",
    ]


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MOST_LINES_OF_README


def test_the_files_that_documents_name_are_there() -> None:
    named = re.compile(r"`((?:bot|services|tests|docs)/[\w/.-]*\w/?)`")
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    # What has changed may be named in the list of changes by its former name.
    texts = {path: path.read_text() for path in documents if path.name != "CHANGELOG.md"}
    missing = [
        (path.name, name)
        for path, text in texts.items()
        for name in named.findall(text)
        if not (ROOT / name).exists() and not TO_ADD.fullmatch(name)
    ]
    assert missing == []
