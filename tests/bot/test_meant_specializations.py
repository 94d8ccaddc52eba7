"""What is meant by a specialization that is typed in plain words, or with a slip."""

import pytest

from bot.conversations.pickers.specialization import as_known, likelier
from services.accounts.fields import COMMON_SPECIALIZATIONS
from services.names.specializations import NAMES, meant, meant_among


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("heart", "Cardiology"),
        ("Heart doctor", "Cardiology"),
        ("SKIN", "Dermatology"),
        ("children", "Paediatrics"),
        ("Children’s doctor", "Paediatrics"),
        ("kids", "Paediatrics"),
        ("teeth", "Dentistry"),
        ("eyes", "Ophthalmology"),
        ("ear nose throat", "Otorhinolaryngology"),
        ("ear, nose & throat", "Otorhinolaryngology"),
        ("bones", "Orthopaedics"),
        ("nerves", "Neurology"),
        ("women", "Gynaecology"),
        ("women's health", "Gynaecology"),
        ("pregnancy", "Gynaecology"),
        ("mental", "Psychiatry"),
        ("mental health", "Psychiatry"),
        ("kidney", "Nephrology"),
        ("lungs", "Pulmonology"),
        ("stomach problems", "Gastroenterology"),
        ("gp", "General medicine"),
        ("family doctor", "General medicine"),
        ("Cardiolgy", "Cardiology"),
        ("Paediatrcs", "Paediatrics"),
        ("Cardio", "Cardiology"),
        ("Neurologi", "Neurology"),
    ],
)
def test_plain_words_and_slips_mean_what_is_usual(typed: str, expected: str) -> None:
    assert likelier(typed, COMMON_SPECIALIZATIONS)[0] == expected


@pytest.mark.parametrize(
    "typed",
    [*COMMON_SPECIALIZATIONS, *NAMES, "ENT", "Sports medicine", "Heart surgery", "Neurosurgery", "Reiki"],
)
def test_what_is_one_already_is_not_asked_about(typed: str) -> None:
    assert likelier(typed, COMMON_SPECIALIZATIONS) == ()


def test_what_the_clinic_has_comes_first() -> None:
    assert likelier("ears", ["ENT", "Cardiology"]) == ("ENT",)
    assert likelier("heart", ["Heart"]) == ()
    assert as_known("sleep Médicine", ["Sleep medicine"]) == "Sleep medicine"
    assert meant_among("pregnancy", ["Gynaecology", "Cardiology"]) == ["Gynaecology"]
    assert meant("heart surgery") == meant("") == meant("doctor") == ()
