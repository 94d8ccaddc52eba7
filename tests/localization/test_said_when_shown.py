"""What stands in tables is said when it is shown, in the language of whoever reads it."""

from collections.abc import Iterator

import pytest

from bot.localization.languages import speaks
from bot.localization.messages import typed_names
from bot.localization.reader import speaking
from bot.parsing.rhythms import read_rhythm
from bot.texts import dialogs, nouns, statistics
from bot.texts.series import EVERY
from bot.texts.waitlist import in_line
from bot.ui.ways_on import left, ways_on
from services.models.series import Every
from tests.localization.made_catalogues import say_instead

RUSSIAN = {
    "🔑 Sign in": "🔑 Войти",
    "▶ Go on": "▶ Продолжить",
    "↻ Start again": "↻ Начать заново",
    "{noun} stopped. Nothing was saved.": "Прервано: {noun}. Ничего не сохранено.",
    "⏸ Your {noun} is on hold. Tap {go_on} to continue.": "⏸ Отложено: {noun}. Нажмите «{go_on}».",
    "Your appointment stays as it was.": "Ваша запись не изменилась.",
    "Every week": "Каждую неделю",
    "Every 2 weeks": "Каждые 2 недели",
    "Every month": "Каждый месяц",
    nouns.BOOKING: "запись",
    ("{count} person is ahead of you.", "{count} people are ahead of you."): (
        "Перед вами {count} человек.",
        "Перед вами {count} человека.",
        "Перед вами {count} человек.",
    ),
}


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak Russian, as far as it is known here."""
    say_instead(monkeypatch, "ru", RUSSIAN)
    with speaking(speaks("ru")):
        yield


def _labels() -> list[str]:
    return [each.text for each in ways_on(None).buttons]


@pytest.mark.usefixtures("russian")
def test_buttons_are_made_when_they_are_shown() -> None:
    assert _labels()[0] == "🔑 Войти"
    assert [each.text for each in (left(nouns.BOOKING, "book", None).keyboard or ways_on(None)).buttons] == [
        "↻ Начать заново"
    ]


def test_nobody_else_is_answered_in_that_language() -> None:
    assert _labels()[0] == "🔑 Sign in"


@pytest.mark.usefixtures("russian")
def test_a_dialog_is_named_where_a_language_wants_it() -> None:
    assert dialogs.put_aside(nouns.BOOKING) == "⏸ Отложено: запись. Нажмите «Продолжить»."
    assert dialogs.left(nouns.BOOKING) == "Прервано: Запись. Ничего не сохранено."
    assert dialogs.left(nouns.MOVE) == "Ваша запись не изменилась."


@pytest.mark.usefixtures("russian")
def test_a_count_takes_the_form_that_the_language_has_for_it() -> None:
    assert [in_line(count) for count in (1, 3, 5)] == [
        "Перед вами 1 человек.",
        "Перед вами 3 человека.",
        "Перед вами 5 человек.",
    ]


@pytest.mark.parametrize(
    ("typed", "every", "rest"),
    [
        ("каждые 2 недели, 6 раз", Every.TWO_WEEKS, "6 раз"),
        ("Каждую  неделю", Every.WEEK, ""),
        ("6 раз каждый месяц", Every.MONTH, "6 раз"),
        ("every 2 weeks, 6 times", Every.TWO_WEEKS, "6 times"),
        ("biweekly 4", Every.TWO_WEEKS, "4"),
        ("weekly, 6 times", Every.WEEK, "6 times"),
    ],
)
@pytest.mark.usefixtures("russian")
def test_how_often_is_understood_as_the_buttons_say_it_and_in_english(
    typed: str, every: Every, rest: str
) -> None:
    read = read_rhythm(typed, typed_names(EVERY))
    assert read is not None
    assert (read[0], read[1].strip(" ,")) == (every, rest)


@pytest.mark.usefixtures("russian")
def test_other_words_are_no_rhythm() -> None:
    assert read_rhythm("иногда", typed_names(EVERY)) is None


@pytest.mark.parametrize(
    ("code", "hours", "expected"),
    [
        ("en", 1, "1 hour"),
        ("en", 9.97, "10 hours"),
        ("ru", 2.5, "2,5 часа"),
        ("ru", 40.2, "40 часов"),
        ("de", 1234.0, "1.234 Stunden"),
    ],
)
def test_hours_have_the_form_of_their_number(code: str, hours: float, expected: str) -> None:
    with speaking(speaks(code)):
        assert statistics._hours(hours) == expected
