"""Small catalogues for tests: what is said of one message does not hang on what translators write."""

from collections.abc import Mapping
from dataclasses import replace
from gettext import GNUTranslations
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.localization import languages
from bot.localization.messages import Phrase

# What is said by the English words: a sentence, a phrase, or the forms of what is counted.
Said = Mapping[Any, Any]


def say_instead(monkeypatch: pytest.MonkeyPatch, code: str, said: Said) -> None:
    """Let a language say just that, and all else in English, until the test is over."""
    catalogue, compiled = Catalog(locale=code), BytesIO()
    for english, translated in said.items():
        if isinstance(english, Phrase):
            catalogue.add(english.message, translated, context=english.context or None)
        else:
            catalogue.add(english, translated)
    write_mo(compiled, catalogue)
    compiled.seek(0)
    # What is kept for a language hangs on its object, so another one finds nothing of the real catalogue.
    made = replace(languages._ALL[code])
    vars(made)["messages"] = GNUTranslations(compiled)
    monkeypatch.setitem(languages._ALL, code, made)
