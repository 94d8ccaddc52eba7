"""Which font has which character."""

import logging
from collections.abc import Iterator

import pytest

from bot.pictures import fonts
from bot.pictures.fonts import BOX, USUAL, lettered


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has one more family, without a bold one."""
    monkeypatch.setattr(fonts, "MADE_FOR_ALL", ("DejaVu Sans Display",))
    for known in (fonts._fonts, fonts._family):
        known.cache_clear()
    yield
    for known in (fonts._fonts, fonts._family):
        known.cache_clear()


@pytest.mark.usefixtures("others")
def test_another_family_is_asked_for_what_the_usual_one_does_not_have(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        assert [name for name, _ in fonts._fonts(True)] == [USUAL, "DejaVu Sans Display"]
        assert lettered("a\ue000", bold=True) == (f"a{BOX}", (USUAL,))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("text", ["Zoë", "Αλέξης", "Александра", "محمد", "עברית", "✓ ✗ … – ·"])
def test_what_the_usual_font_has_stays(text: str) -> None:
    assert lettered(text) == (text, (USUAL,))
    assert lettered(text, bold=True) == (text, (USUAL,))


def test_what_no_font_has_is_a_box_and_what_is_not_seen_is_left_out() -> None:
    assert lettered("a\ue000b")[0] == f"a{BOX}b"
    assert lettered("a\U000e0041b\ud800c")[0] == "abc"


def test_it_is_one_line() -> None:
    assert lettered(" a\n\tb\u2028c ")[0] == "a b c"
