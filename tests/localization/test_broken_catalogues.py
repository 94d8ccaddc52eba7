"""A catalogue that is missing, damaged or wrong never keeps anybody from being answered: English is said."""

import logging
import random
from pathlib import Path

import pytest

from bot.localization import languages as languages_module
from bot.localization.languages import DOMAIN, LOCALE_DIR, Language
from bot.localization.messages import _note_broken, phrase, say, say_count, say_in
from bot.localization.reader import speaking
from tests.localization.made_catalogues import say_instead

COMPILED = (LOCALE_DIR / "es" / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
# Where the header of the catalogue stands, with the formula of the plural forms.
HEADER = COMPILED.index(b"Plural-Forms")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let catalogues be read from elsewhere; return where that of Spanish stands there."""
    monkeypatch.setattr(languages_module, "LOCALE_DIR", tmp_path)
    path = tmp_path / "es" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    return path


def _spanish() -> Language:
    return Language("es", "Español", "ES")


def _said(reads: Language) -> str:
    with speaking(reads):
        counted = say_count("{count} appointment", "{count} appointments", 2)
        return f"{say('Hello {name}', name='Asha')} {counted} {phrase('Skip')}"


@pytest.mark.parametrize("content", [None, b"", b"\xde\x12\x04\x95", COMPILED[:5000], b"x" * 100, "a folder"])
def test_a_catalogue_that_cannot_be_read_is_logged_once_and_english_is_said(
    place: Path, content: bytes | str | None, caplog: pytest.LogCaptureFixture
) -> None:
    if isinstance(content, bytes):
        place.write_bytes(content)
    elif content is not None:
        place.mkdir()
    reads = _spanish()
    assert _said(reads) == _said(reads) == "Hello Asha 2 appointments Skip"
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("catalogue.unreadable language=es why=")
    assert caplog.records[0].levelno == logging.ERROR


@pytest.mark.parametrize(
    "formula", [b"n%0;", b"((((", b"__import__", b"n/(n-2)", b"99999", b"charset=no-such-charset"]
)
def test_a_damaged_header_is_no_error_of_whoever_is_answered(place: Path, formula: bytes) -> None:
    header, end = COMPILED.index(b"plural=", HEADER) + len(b"plural="), COMPILED.index(b"\n", HEADER)
    if formula.startswith(b"charset"):
        header = COMPILED.index(b"charset=utf-8")
        end = header + len(b"charset=utf-8")
        formula = b"charset=utf-x"
    room = end - header
    place.write_bytes(COMPILED[:header] + formula.ljust(room)[:room] + COMPILED[end:])
    assert "appointments" in _said(_spanish())


def test_whatever_is_damaged_something_is_said(place: Path) -> None:
    dice = random.Random(1)
    for _ in range(60):
        damaged = bytearray(COMPILED)
        for _ in range(40):
            damaged[dice.randrange(len(damaged) if dice.random() < 0.3 else 60_000)] = dice.randrange(256)
        place.write_bytes(damaged)
        assert _said(_spanish())


@pytest.mark.parametrize(
    "translated",
    [
        *("Hola {nombre}", "Hola {}", "Hola {0}", "Hola {name", "Hola }"),
        *("{name.x}", "{name!x}", "{name:d}", "{name[x]}", "{name[0].x}"),
    ],
)
def test_a_translation_with_other_placeholders_is_said_in_english_and_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, translated: str
) -> None:
    _note_broken.cache_clear()
    say_instead(
        monkeypatch,
        "es",
        {
            "Hello {name}": translated,
            ("{count} visit of {name}", "{count} visits of {name}"): (translated,) * 3,
        },
    )
    reads = next(each for each in languages_module.languages() if each.code == "es")
    with speaking(reads):
        for _ in range(2):
            assert say("Hello {name}", name="Asha") == "Hello Asha"
            assert say_in("", "Hello {name}", name="Asha") == "Hello Asha"
            many = say_count("{count} visit of {name}", "{count} visits of {name}", 2, name="Asha")
            assert many == "2 visits of Asha"
    assert [each.getMessage() for each in caplog.records] == [
        "translation.broken language=es message='Hello {name}'",
        "translation.broken language=es message='{count} visits of {name}'",
    ]


@pytest.mark.parametrize("name", ["{x}", "%s", "{0.__class__}", "{", "}", "{{name}}", "<b>", "&amp;"])
def test_a_name_is_no_placeholder(name: str) -> None:
    for reads in languages_module.languages():
        with speaking(reads):
            assert name in say("{label}: {value}", label="x", value=name)
