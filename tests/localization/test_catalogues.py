"""The catalogues are complete, and fit: placeholders and tags, labels on their buttons, answers to taps."""

import ast
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from unicodedata import name

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from bot.localization.languages import DOMAIN, LOCALE_DIR, Language
from bot.ui.keyboards import LABEL_LENGTH
from tests.localization.catalogues import (
    PLACEHOLDER,
    TAG,
    catalogue,
    english,
    messages,
    said_by,
    said_in_sources,
    translated_languages,
    translations,
)

# Bot API answerCallbackQuery.
MOST_OF_AN_ANSWER = 200
ANSWERS_TO_TAPS = {"quiet_short", "old_card_short", "done_already", "groups"}
# Abbreviations that are the same everywhere, such as API; and commands.
SAME = re.compile(r"\b[A-Z]{2,}\b|/[a-z_]+")

each_language = pytest.mark.parametrize(
    "language", translated_languages(), ids=[each.code for each in translated_languages()]
)


@each_language
def test_the_catalogue_has_what_the_sources_say_and_no_more(language: Language) -> None:
    """Else `make translations` was not run."""
    written = {(message.context or "", english(message)[0]) for message in messages(language)}
    assert written == said_in_sources()


@each_language
def test_all_is_translated_and_nothing_is_unsure(language: Language) -> None:
    missing = [english(each)[0] for each in messages(language) if not all(translations(each)) or each.fuzzy]
    assert missing == []


@each_language
def test_a_translation_is_in_the_script_of_its_language(language: Language) -> None:
    own = _scripts(language.own_name)
    found = ((said, _scripts(said)) for each in messages(language) for said in translations(each))
    assert [said for said, scripts in found if scripts and not scripts & own] == []


def _scripts(text: str) -> set[str]:
    """Return the scripts of a text's words, as Unicode names their letters."""
    words = SAME.sub("", PLACEHOLDER.sub("", TAG.sub("", text)))
    return {name(letter).partition(" ")[0] for letter in words if letter.isalpha()}


@each_language
def test_a_translation_has_the_placeholders_and_tags_of_its_sentence(language: Language) -> None:
    assert [said for each in messages(language) for said in _other_parts(each)] == []


def _other_parts(message: Message) -> list[str]:
    """Return the translations that lack a placeholder or a tag of the English sentence, or have another."""
    *_, many = english(message)
    tags, placeholders = Counter(TAG.findall(many)), set(PLACEHOLDER.findall(many))
    # Of one, or of two, a language may say “a visit” without the number.
    spare = {"count"} if len(translations(message)) > 1 else set()
    return [
        said
        for said in translations(message)
        if Counter(TAG.findall(said)) != tags
        or not placeholders - spare <= set(PLACEHOLDER.findall(said)) <= placeholders
    ]


@each_language
def test_spaces_and_lines_around_a_translation_are_those_of_its_sentence(language: Language) -> None:
    other = [
        said
        for each in messages(language)
        for said in translations(each)
        if _around(said) != _around(english(each)[0])
    ]
    assert other == []


def _around(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


@each_language
def test_a_label_fits_its_button(language: Language) -> None:
    labels = said_by(_is_label)
    assert len(labels) > 200
    assert _longer(language, labels, LABEL_LENGTH) == []


@each_language
def test_an_answer_to_a_tap_is_short_enough(language: Language) -> None:
    answers = said_by(lambda _path, node: getattr(node, "name", "") in ANSWERS_TO_TAPS)
    assert len(answers) >= len(ANSWERS_TO_TAPS)
    assert _longer(language, answers, MOST_OF_AN_ANSWER) == []


def _is_label(path: Path, node: ast.stmt) -> bool:
    """Tell whether that is the text of a button: its docstring says so, or it stands among the labels."""
    if path.name == "labels.py":
        return True
    return isinstance(node, ast.FunctionDef) and (ast.get_docstring(node) or "").startswith("Label")


def _longer(language: Language, wanted: set[str], most: int) -> list[str]:
    return [
        said
        for each in messages(language)
        if wanted & set(english(each))
        for said in translations(each)
        if len(PLACEHOLDER.sub("", said)) > most
    ]


@each_language
def test_what_is_compiled_is_what_is_written(language: Language) -> None:
    path = LOCALE_DIR / language.code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    compiled = read_mo(BytesIO(path.read_bytes()))
    written = {(each.context, *english(each)): translations(each) for each in messages(language)}
    assert {(each.context, *english(each)): translations(each) for each in compiled if each.id} == written


@each_language
def test_the_plural_forms_are_those_of_the_language(language: Language) -> None:
    forms = Catalog(locale=language.code).num_plurals
    assert catalogue(language).num_plurals == forms
    assert all(len(translations(each)) == forms for each in messages(language) if len(english(each)) > 1)
