"""Choices, buttons and numbers that are typed in any script."""

from datetime import timedelta

import pytest

from bot.callbacks.steps import Back, Confirm, Leave, Skip
from bot.callbacks.tap import Tap
from bot.dialogs.typed_labels import typed_button
from bot.input_errors import NotAChoice
from bot.localization.languages import languages, speaks
from bot.localization.messages import typed_names
from bot.localization.reader import speaking
from bot.parsing.fuzzy_match import called, choose, choose_surely, in_full, untitled
from bot.parsing.hours import read_span
from bot.texts import labels
from bot.texts.formats import GENDERS, plain_doctor
from bot.ui.keyboards import button
from services.accounts.one_time_codes import looks_like_code, read_code
from services.models.people import Gender
from services.names.digits import count_digits, plain_digits, whole_number
from services.patients.fields import read_phone

CODES = [each.code for each in languages()]
DOCTORS = ["Иван Петров", "मीरा कुमार", "أحمد حسن", "فاطمة العلي", "Jürgen Groß", "José Peña"]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("ru", "доктор Петров", "Иван Петров"),
        ("ru", "д-р Петров", "Иван Петров"),
        ("ru", "ПЕТРОВ", "Иван Петров"),
        ("hi", "डॉ॰ मीरा", "मीरा कुमार"),
        ("hi", "डॉक्टर कुमार", "मीरा कुमार"),
        ("ar", "د. أحمد", "أحمد حسن"),
        ("ar", "الدكتور احمد حسن", "أحمد حسن"),
        ("ar", "فاطمه", "فاطمة العلي"),
        ("ar", "فـاطـمة", "فاطمة العلي"),
        ("ar", "أَحْمَد", "أحمد حسن"),
        ("de", "Frau Dr. Groß", "Jürgen Groß"),
        ("de", "GROSS", "Jürgen Groß"),
        ("es", "Dra. Peña", "José Peña"),
        ("es", "doctor pena", "José Peña"),
        ("en", "Dr Peña", "José Peña"),
    ],
)
def test_a_doctor_is_found_with_the_title_and_letters_of_the_reader(
    code: str, text: str, expected: str
) -> None:
    with speaking(speaks(code)):
        assert choose_surely(text, DOCTORS) == expected
        assert called(text, DOCTORS) == [expected]


@pytest.mark.parametrize("code", CODES)
def test_a_doctor_is_found_as_the_bot_calls_them(code: str) -> None:
    with speaking(speaks(code)):
        for name in DOCTORS:
            assert choose_surely(plain_doctor(name), DOCTORS) == name
        assert untitled("Drake Rao") == "Drake Rao"


def test_vowel_signs_tell_words_of_hindi_apart() -> None:
    names = ["कमल", "कमला", "कमली"]
    assert choose("कमला", names) == "कमला"
    # A word begins with its letter, not with a sign on the letter before.
    with pytest.raises(NotAChoice):
        choose_surely("ि", names)


@pytest.mark.parametrize("code", CODES)
def test_a_gender_is_typed_in_the_readers_language_or_in_english(code: str) -> None:
    with speaking(speaks(code)):
        for gender, words in GENDERS.items():
            assert in_full(str(words).upper(), typed_names(GENDERS)) is gender
            assert in_full(words.message, typed_names(GENDERS)) is gender
        with pytest.raises(NotAChoice):
            in_full("ma", typed_names(GENDERS))
    assert in_full("female", typed_names(GENDERS)) is Gender.FEMALE


@pytest.mark.parametrize(
    ("code", "typed", "tap"),
    [
        ("es", "sí", Confirm()),
        ("es", "no, gracias", Leave()),
        ("ru", "Да", Confirm()),
        ("ru", "нет", Leave()),
        ("de", "Ja!", Confirm()),
        ("de", "nein", Leave()),
        ("hi", "हाँ", Confirm()),
        ("hi", "नहीं", Leave()),
        ("ar", "نعم", Confirm()),
        ("ar", "لا", Leave()),
        *((code, "yes", Confirm()) for code in CODES),
        *((code, "no thanks", Leave()) for code in CODES),
        *((code, "back", Back()) for code in CODES),
        *((code, "skip", Skip()) for code in CODES),
        *((code, "cancel", Leave()) for code in CODES),
    ],
)
def test_buttons_are_typed_in_the_readers_language_or_in_english(code: str, typed: str, tap: Tap) -> None:
    with speaking(speaks(code)):
        buttons = [
            button(labels.CONFIRM, Confirm()),
            button(labels.SKIP, Skip()),
            button(labels.BACK, Back()),
            button(labels.LEAVE, Leave()),
        ]
        assert typed_button(typed, buttons, alone=True) == tap
        for each in buttons:
            assert typed_button(each.text, [each]) is not None


@pytest.mark.parametrize("six", ["123456", "١٢٣٤٥٦", "१२३४५६", "１２３４５６", "۱۲۳ ۴۵۶"])
def test_digits_of_every_script_are_the_same_number(six: str) -> None:
    assert read_code(f"code: {six}!") == "123456"
    assert looks_like_code(six)
    assert whole_number(plain_digits(six).replace(" ", "")) == 123_456
    assert count_digits(six) == len("123456")
    assert read_span(f"{six.replace(' ', '')} min") == timedelta(minutes=123_456)


def test_a_telephone_number_may_be_typed_in_any_script() -> None:
    for number in ("٠١٠٠١٢٣٤٥٦٧", "०१००१२३४५६७", "01001234567"):
        assert read_phone(number, "EG") == "+201001234567"


def test_signs_that_are_no_digits_are_no_numbers() -> None:
    assert plain_digits("١٬٢٣٤٫٥") == "1,234.5"
    assert [whole_number(text) for text in ("", "²x", "½", "1 2", "-1", "1" * 10)] == [None] * 6
