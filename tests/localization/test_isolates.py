"""What is put into a sentence turns nothing around, whatever somebody has typed."""

import re
from datetime import time
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.callbacks.steps import Skip
from bot.localization.isolates import FSI, PDI, harmless, isolated, seen_length, with_latin_isolated
from bot.localization.languages import Language, languages, speaks
from bot.localization.messages import say
from bot.localization.reader import speaking
from bot.texts import introduction
from bot.texts.errors import incident
from bot.texts.formats import doctor, esc, shortened, wall_time
from bot.texts.help import help_page
from bot.ui.keyboards import LABEL_LENGTH, button, keyboard, link
from bot.ui.view import CUT, MOST_IN_CAPTION, MOST_SIGNS, TAG, fitting
from services.clinic_rules import ClinicRules
from services.namesakes import BETWEEN
from tests.localization.catalogues import translated_languages

ISOLATES, OVERRIDES = "\u2066\u2067\u2068", "\u202a\u202b\u202c\u202d\u202e"
ENDS = re.compile(r"</([a-z-]+)")
each_language = pytest.mark.parametrize("reads", list(languages()), ids=[each.code for each in languages()])
TURNING = st.text(alphabet=f"aBش7\n .{ISOLATES}{PDI}{OVERRIDES}", max_size=30)


def balanced(text: str) -> bool:
    """Tell whether on each line each isolate ends, and no end stands without its isolate."""
    return all(map(_is_balanced, text.split("\n")))


def _is_balanced(line: str) -> bool:
    depth = 0
    for sign in line:
        depth += (sign in ISOLATES) - (sign == PDI)
        if depth < 0:
            return False
    return depth == 0


@given(TURNING, st.booleans())
def test_a_value_ends_its_isolates_and_has_no_overrides(value: str, in_rtl: bool) -> None:
    shown = isolated(value, in_rtl=in_rtl)
    assert balanced(shown)
    assert not set(OVERRIDES) & set(shown)
    signs = ISOLATES + PDI + OVERRIDES
    assert [sign for sign in shown if sign not in signs] == [sign for sign in value if sign not in signs]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("اكتب /book الآن", "اكتب [/book] الآن"),
        ("اكتب /limits day 1، /late 20.", "اكتب [/limits day 1]، [/late 20]."),
        ("/export {first} {last}", "[/export {first} {last}]"),
        ("/audit {day}. أو /claim ABCD-EFGH", "[/audit {day}]. أو [/claim ABCD-EFGH]"),
        ("/timeoff 4 مايو إلى 9 مايو", "[/timeoff] 4 مايو إلى 9 مايو"),
        ("/book Rao غدًا 9:30", "[/book] Rao غدًا 9:30"),
        ("يوم مثل 2027-05-04.", "يوم مثل [2027-05-04]."),
        ("/schedule{in_the_chat}", "[/schedule]{in_the_chat}"),
        (
            "<b>/book</b> https://example.org/book 12027-05-04",
            "<b>/book</b> https://example.org/book 12027-05-04",
        ),
    ],
)
def test_a_command_and_a_day_in_digits_stand_the_right_way_round(sentence: str, shown: str) -> None:
    assert with_latin_isolated(sentence).replace(FSI, "[").replace(PDI, "]") == shown


@each_language
def test_a_tap_copies_a_number_alone(reads: Language) -> None:
    with speaking(reads):
        assert "<code>A1B2C3</code>" in incident("A1B2C3")
        assert balanced(incident("A1B2C3"))


@given(TURNING)
def test_what_is_typed_is_shown_without_turning_what_stands_behind_it(typed: str) -> None:
    assert balanced(esc(typed))
    assert not set(OVERRIDES) & set(esc(typed))
    assert harmless(harmless(typed)) == harmless(typed)


def test_isolates_within_a_value_stay() -> None:
    inner = f"a {FSI}ش{PDI} b"
    assert isolated(inner, in_rtl=False) == f"{FSI}{inner}{PDI}"
    assert harmless(inner) == inner


@pytest.mark.parametrize("value", ["a\u202eb", f"{PDI}{PDI}x", "\u2067x", "x\u202d\ny"])
@each_language
def test_a_sentence_is_balanced_whatever_is_put_into_it(reads: Language, value: str) -> None:
    with speaking(reads):
        for said in (doctor(value), say("{label}: {value}", label=value, value=value)):
            assert balanced(said)
            assert "\u202e" not in said


@pytest.mark.parametrize("name", ["شمس الدين " * 8, "Maximiliane " * 6, "شمس" + BETWEEN + "a…@example.org"])
@each_language
def test_a_label_that_is_cut_ends_its_isolates(reads: Language, name: str) -> None:
    with speaking(reads):
        long = say("{doctor}, {specialization}", doctor=doctor(name * 2), specialization=name)
        for shown in (button(long, _tap()), link(long, "https://example.org")):
            assert balanced(shown.text)
            assert seen_length(shown.text) <= LABEL_LENGTH
            assert "…" in shown.text


def _tap() -> Skip:
    return Skip()


@example(f"<<<{FSI}{FSI}\n", 7)
@example(f"aaaa{FSI}{FSI}{PDI}{PDI}b", 8)
@given(st.text(alphabet=f"ab&<ش\n{FSI}{PDI}", min_size=0, max_size=40), st.integers(2, 30))
def test_what_is_shortened_has_at_most_so_many_signs_and_is_balanced(text: str, most: int) -> None:
    text = harmless(text)
    shown = shortened(text, most)
    assert len(shown) <= most
    assert balanced(shown)


@pytest.mark.parametrize("most", [MOST_SIGNS, MOST_IN_CAPTION])
def test_a_message_that_is_cut_closes_what_it_has_opened(most: int) -> None:
    line = f"<b>{FSI}&lt;ش&gt;{PDI}</b> <tg-spoiler>a <i>&amp;</i> {FSI}b{PDI}</tg-spoiler>\n"
    for before in range(len(unescape(TAG.sub("", line)))):
        shown = fitting("x" * before + line * most, most)
        seen = unescape(TAG.sub("", shown))
        assert most - 30 < len(seen) <= most
        assert CUT in shown[-40:]
        assert "&" not in re.sub(r"&(lt|gt|amp);", "", shown)
        assert balanced(shown)
        opened = [tag.strip("<>") for tag in TAG.findall(shown) if not tag.startswith("</")]
        assert sorted(opened) == sorted(ENDS.findall(shown))


@pytest.mark.parametrize("clinic", ["c" * 64, "ش" * 64, "M" + "\u202e" * 60 + "M"])
@each_language
def test_what_the_bot_is_for_fits_with_the_longest_name_of_a_clinic(reads: Language, clinic: str) -> None:
    with speaking(reads):
        long, short = introduction.description(clinic), introduction.short_description(clinic)
    assert len(long) <= introduction.MOST_IN_DESCRIPTION
    assert len(short) <= introduction.MOST_IN_SHORT_ONE
    assert "…" not in long + short
    assert balanced(long)
    assert balanced(short)


@pytest.mark.parametrize("reads", translated_languages(), ids=lambda each: each.code)
def test_a_row_of_buttons_is_balanced(reads: Language) -> None:
    with speaking(reads):
        shown = keyboard([button(f"{doctor('Rao')} {wall_time(time(10, 30))}", _tap())])
    assert all(balanced(each.text) for each in shown.buttons)


def test_a_line_that_begins_with_a_command_is_read_from_right_to_left_all_the_same() -> None:
    """A line has the direction of its first letter outside of isolates (Unicode UAX #9, rules P2 and P3)."""
    rules = ClinicRules("Clinic", ZoneInfo("UTC"), None)
    with speaking(speaks("ar")):
        assert f"\n{FSI}/book{PDI} – احجز" in help_page(rules, [("book", "احجز")], None)
    with speaking(speaks("de")):
        assert "\n/book – buchen" in help_page(rules, [("book", "buchen")], None)
