"""Which font has which character."""

import logging
from collections.abc import Iterator

import pytest

from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.pictures import fonts
from bot.pictures.fonts import ARABIC, BOX, DEVANAGARI, OURS, USUAL, cut, lettered


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
        assert [*fonts._fonts(True)] == [*OURS, "DejaVu Sans Display"]
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


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("code", ["en", "ru", "hi", "ar"])
def test_names_are_drawn_whatever_their_script_and_whoever_reads_them(code: str, bold: bool) -> None:
    with speaking(speaks(code)):
        for name in ("Zoë Müller", "Ёлкин", "क्षितिज श्रीवास्तव", "فاطمة الزهراء", "کیانوش پژمان"):
            assert lettered(name, bold=bold)[0] == name


@pytest.mark.parametrize(
    ("code", "family"), [("en", USUAL), ("ru", USUAL), ("hi", DEVANAGARI), ("ar", ARABIC)]
)
def test_a_readers_language_has_the_font_in_which_its_letters_and_numbers_go_together(
    code: str, family: str
) -> None:
    with speaking(speaks(code)):
        assert lettered("Asha, 10:30 – 1.000 (2)") == ("Asha, 10:30 – 1.000 (2)", (family,))


def test_devanagari_needs_no_font_of_the_machine() -> None:
    assert lettered("आशा राव") == ("आशा राव", (USUAL, DEVANAGARI))
    files = {
        str(fonts._fonts(bold)[family].fname) for bold in (False, True) for family in (ARABIC, DEVANAGARI)
    }
    assert files == {str(path) for path in fonts.TYPEFACES.glob("*.ttf")}


def test_isolates_stay_and_what_would_turn_a_name_around_does_not() -> None:
    assert lettered("\u2068a\u2069\u200f")[0] == "\u2068a\u2069\u200f"
    assert lettered("\u202eevil\u202c")[0] == "evil"


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Asha", ["", "A", "As", "Ash", "Asha"]),
        ("A b", ["", "A", "A", "A b"]),
        ("क्षि क", ["", "", "", "", "क्षि", "क्षि", "क्षि क"]),
        ("e\u0301a", ["", "", "e\u0301", "e\u0301a"]),
    ],
)
def test_no_letter_is_cut(text: str, starts: list[str]) -> None:
    assert [cut(text, most) for most in range(len(text) + 1)] == starts
