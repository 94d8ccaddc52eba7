"""Days and times are found in sentences, in the reader's language and in English."""

import tomllib
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localization.languages import Language, languages, speaks
from bot.localization.reader import speaking
from bot.parsing.when import FoundWhen, When, find_when, joined
from bot.parsing.when.lexicon import senses, when_words
from bot.parsing.words.tables import words_of_when
from bot.texts import formats
from services.models.scheduling import PartOfDay, at_minute
from tests.parsing.said import said

TODAY = date(2026, 12, 2)  # a Wednesday
FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)
THREE = (time(3), time(15))
ALL = tuple(languages())
TABLES = {
    each.code: tomllib.loads((Path(__file__).parent / "sentences" / f"{each.code}.toml").read_text())
    for each in ALL
}
SENTENCES = [(code, text, meant) for code, table in TABLES.items() for text, meant in table.items()]
# The table has sections of its own, so single sentences are drawn from it.
sentences = st.sampled_from(SENTENCES)
words = st.sampled_from([word for each in ALL for word in when_words(each).phrases])
signs = st.sampled_from(
    ["3", "15", "5.", "4/5", "10:30", "2026-12-04", ",", ".", "-", "@", "3pm", "5th", "٣", "x"]
)
readers = st.sampled_from(ALL)


def read(text: str) -> When:
    """Return all that a text says."""
    return joined([each.when for each in find_when(text, TODAY)])


@pytest.mark.parametrize(("code", "text", "meant"), SENTENCES)
def test_a_sentence_says_when(code: str, text: str, meant: str) -> None:
    with speaking(speaks(code)):
        assert said(read(text)) == meant


def test_what_a_sentence_says_of_the_time_is_found_in_its_place() -> None:
    text = "I need a skin doctor on friday afternoon"
    wanted = When(days=(FRIDAY,), part=PartOfDay.AFTERNOON)
    assert find_when(text, TODAY) == (FoundWhen(21, len(text), wanted),)


@pytest.mark.parametrize(
    ("code", "text", "stretches"),
    [
        ("en", "on friday afternoon because my knee hurts", ["on friday afternoon"]),
        ("en", "on Friday with Dr Rao at 3pm, please", ["on Friday", "at 3pm"]),
        ("de", "passt es am Freitag um halb elf bei Frau Rao", ["am Freitag um halb elf"]),
        ("es", "una cita el viernes por la tarde con el doctor", ["el viernes por la tarde"]),
        ("ru", "запишите меня в пятницу после обеда к доктору Рао", ["в пятницу после обеда к"]),
        ("hi", "मुझे शुक्रवार को ३ बजे डॉक्टर से मिलना है", ["शुक्रवार को ३ बजे"]),
        ("ar", "أريد موعدا يوم الجمعة الساعة ٣ عصرا مع الدكتور", ["يوم الجمعة الساعة ٣ عصرا"]),
    ],
)
def test_stretches_cover_their_prepositions(code: str, text: str, stretches: list[str]) -> None:
    with speaking(speaks(code)):
        found = find_when(text, TODAY)
    assert [text[each.start : each.end] for each in found] == [
        stretch.removesuffix(" к") for stretch in stretches
    ]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "move it from friday to monday at 3"),
        ("de", "den Termin von Freitag auf Montag um 3 verschieben"),
        ("es", "cambiar la cita del viernes al lunes a las 3"),
        ("ru", "перенести с пятницы на понедельник в 3"),
        ("hi", "शुक्रवार से सोमवार को 3 बजे कर दीजिए"),
        ("ar", "نقل موعدي من الجمعة إلى الاثنين الساعة 3"),
    ],
)
def test_what_is_moved_has_two_sides(code: str, text: str) -> None:
    with speaking(speaks(code)):
        found = find_when(text, TODAY, moving=True)
    assert [(each.side, each.when) for each in found] == [
        ("from", When(days=(FRIDAY,))),
        ("to", When(days=(MONDAY,), times=THREE)),
    ]


def test_without_moving_that_is_a_period() -> None:
    assert read("from friday to monday at 3") == When(first=FRIDAY, last=MONDAY, times=THREE)


def test_stretches_are_joined() -> None:
    """A part of the day says which of two times is meant; two days are both kept."""
    friday, at_three = When(days=(FRIDAY,)), When(times=THREE)
    afternoon = When(part=PartOfDay.AFTERNOON)
    assert joined([friday, at_three]) == When(days=(FRIDAY,), times=THREE)
    assert joined([friday, at_three, afternoon]) == When(days=(FRIDAY,), times=(time(15),))
    assert joined([When(days=(MONDAY,)), friday]) == When(days=(FRIDAY, MONDAY))
    assert joined([afternoon, When(part=PartOfDay.MORNING)]) == When(not_parts=frozenset({PartOfDay.EVENING}))
    assert joined([]) == When()


@given(readers, st.dates(TODAY + timedelta(days=1), date(2031, 12, 31)), st.integers(0, 287))
def test_what_the_bot_writes_is_found(reads: Language, day: date, mark: int) -> None:
    at = at_minute(5 * mark)
    with speaking(reads):
        written = f"{formats.day(day)}, {formats.wall_time(at)}"
        found = read(written)
    assert found.days == (day,), written
    assert at in found.times, written
    assert not found.differs, written


texts = st.one_of(st.text(), st.lists(st.one_of(words, signs), max_size=12).map(" ".join))


@given(readers, texts, st.booleans())
def test_any_text_is_read_without_an_error(reads: Language, text: str, moving: bool) -> None:
    ends = 0
    with speaking(reads):
        for found in find_when(text, TODAY, moving=moving):
            assert ends <= found.start < found.end <= len(text)
            ends = found.end


@given(sentences, st.sampled_from([" 🙏", "!", "…", " :)", "\n"]))
def test_what_people_add_changes_nothing(sentence: tuple[str, str, str], added: str) -> None:
    code, text, meant = sentence
    with speaking(speaks(code)):
        assert said(read(text + added)) == meant
        assert said(read("👋 " + text)) == meant


def test_each_word_of_the_files_means_something() -> None:
    """A misspelt meaning would be left out without a word."""
    for each in ALL:
        file = Path(__file__).parents[2] / "bot/parsing/words" / f"{each.code}.toml"
        for meaning in tomllib.loads(file.read_text())["when"]:
            assert senses(meaning) is not None, (each.code, meaning)
        assert words_of_when(each)
