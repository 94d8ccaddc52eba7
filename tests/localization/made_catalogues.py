"""Small catalogues for tests: what is said of one message does not hang on what translators write."""

from collections.abc import Mapping
from gettext import GNUTranslations
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.localization.languages import spoken

Said = Mapping[Any, Any]


def say_instead(monkeypatch: pytest.MonkeyPatch, code: str, said: Said) -> None:
    """Let a language say just that, and all else in English, until the test is over."""
    catalogue, compiled = Catalog(locale=code), BytesIO()
    for english, translated in said.items():
        catalogue.add(english, translated)
    write_mo(compiled, catalogue)
    compiled.seek(0)
    language = spoken(code)
    assert language is not None
    monkeypatch.setitem(language.__dict__, "messages", GNUTranslations(compiled))
