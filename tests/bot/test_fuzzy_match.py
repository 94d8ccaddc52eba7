"""A choice is found though it is typed in part, without accents, or with a slip of the finger."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import NearMiss, NotAChoice, SeveralFit, Unclear
from bot.parsing.fuzzy_match import called, choose, choose_surely
from services.accounts.fields import COMMON_SPECIALIZATIONS

DOCTORS = ["Meera Rao", "Tomás Sen", "Leïla Ben-Salah", "Søren Ødegård", "Zoë O'Neil"]


def test_a_choice_may_be_typed_in_part_if_it_fits_only_one() -> None:
    names = ["Meera Rao", "Tomás Sen", "Senta Raoul"]
    assert choose("Dr. rao", ["Meera Rao", "Tomás Sen"]) == "Meera Rao"
    assert choose("meera rao", names) == "Meera Rao"
    assert choose("DOCTOR meera", names) == "Meera Rao"
    for text in ("rao", "sen"):
        with pytest.raises(SeveralFit):
            choose(text, names)
    for text in ("", "   ", "dr", "who"):
        with pytest.raises(NotAChoice):
            choose(text, names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tomas", "Tomás Sen"),
        ("Dr Tomaz Sen", "Tomás Sen"),
        ("sen tomas", "Tomás Sen"),
        ("Leila", "Leïla Ben-Salah"),
        ("leila ben salah", "Leïla Ben-Salah"),
        ("Soren Odegard", "Søren Ødegård"),
        ("Dr Roa", "Meera Rao"),
        ("Mera Roa", "Meera Rao"),
        ("Zoe ONeil", "Zoë O'Neil"),
    ],
)
def test_names_are_found_without_their_accents_and_with_a_slip(text: str, expected: str) -> None:
    assert choose(text, DOCTORS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sen Tomas", "Tomás Sen"),
        ("rao, meera", "Meera Rao"),
        ("Zoe ONeil", "Zoë O'Neil"),
        ("o’neil zoë", "Zoë O'Neil"),
        ("oʼneil", "Zoë O'Neil"),
        ("o neil", "Zoë O'Neil"),
        ("BENSALAH", "Leïla Ben-Salah"),
        ("ben‑salah", "Leïla Ben-Salah"),
        ("oedegaard", "Søren Ødegård"),
        ("\u200bRao\ufeff", "Meera Rao"),
    ],
)
def test_one_name_typed_otherwise_is_no_slip(text: str, expected: str) -> None:
    assert choose_surely(text, DOCTORS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pediatrics", "Paediatrics"),
        ("kardio", "Cardiology"),
        ("Opthamology", "Ophthalmology"),
        ("orthopedic", "Orthopaedics"),
        ("gynecology", "Gynaecology"),
        ("dermatolgy", "Dermatology"),
    ],
)
def test_specializations_are_found_however_they_are_spelt(text: str, expected: str) -> None:
    assert choose(text, COMMON_SPECIALIZATIONS) == expected


@pytest.mark.parametrize("text", ["nephrology", "astrology", "Dr Who", "Mena Rai", "x" * 4000])
def test_what_is_another_word_is_no_slip(text: str) -> None:
    with pytest.raises(NotAChoice):
        choose(text, [*DOCTORS, *COMMON_SPECIALIZATIONS])


def test_what_fits_best_is_meant_and_what_fits_alike_is_named() -> None:
    assert choose("Tomas Sen", ["Tomás Sen", "Tomas Senn"]) == "Tomás Sen"
    assert choose("Tomás Sen", ["Tomás Sen", "Tomas Sen"]) == "Tomás Sen"
    assert choose("Marta Roo", ["Marta Rao", "Maria Roe"]) == "Marta Rao"
    with pytest.raises(SeveralFit) as unclear:
        choose("Mata", ["Marta Rao", "Meera Rao", "Mara Roe"])
    assert unclear.value.choices == ("Marta Rao", "Mara Roe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr Rao", ["Meera Rao"]),
        ("dr roa", ["Meera Rao"]),
        ("rao", ["Meera Rao"]),
        ("sen Tomas", ["Tomás Sen"]),
        ("Dr e", DOCTORS),
        ("roa", []),
        ("se", []),
        ("I want to see Dr Rao", []),
        ("doctor please", []),
        ("dr", []),
        ("", []),
        ("rao " * 4000, []),
    ],
)
def test_plain_words_name_somebody_only_where_it_is_clear(text: str, expected: list[str]) -> None:
    assert called(text, DOCTORS) == expected


@pytest.mark.parametrize("text", ["roa", "Dr Tomaz Sen", "Mera Roa", "Zoe ONeill", "eera"])
def test_where_something_is_stored_a_slip_is_a_question(text: str) -> None:
    with pytest.raises(NearMiss) as asked:
        choose_surely(text, DOCTORS)
    assert asked.value.choices == (choose(text, DOCTORS),)


@pytest.mark.parametrize("text", ["rao", "Dr. Sen", "leila ben salah", "Mee", "tomas", "BEN-S", "neil"])
def test_a_word_and_the_beginning_of_one_is_an_answer(text: str) -> None:
    assert choose_surely(text, DOCTORS) == choose(text, DOCTORS)


@given(st.text(max_size=90))
def test_any_text_chooses_or_is_refused_by_name(text: str) -> None:
    with suppress(NotAChoice, SeveralFit):
        assert choose(text, DOCTORS) in DOCTORS
    with suppress(NotAChoice, Unclear):
        assert choose_surely(text, DOCTORS) in DOCTORS
    assert set(called(text, DOCTORS)) <= set(DOCTORS)
