"""Birth dates as people type them."""

from datetime import date

import pytest

from bot.input_errors import NoSuchDay
from bot.parsing.birth_dates import read_birth_date
from services.errors import BadBirthDate, ClinicError

TODAY = date(2027, 5, 3)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("29 Feb 2024", date(2024, 2, 29)),
        ("2000-02-29", date(2000, 2, 29)),
        ("٢٩ ٢ ٢٠٢٤", date(2024, 2, 29)),
        ("Tue 14.3.1950", date(1950, 3, 14)),
        ("3 May 2027", TODAY),
        ("1 January 1902", date(1902, 1, 1)),
    ],
)
def test_a_day_with_its_year_is_read(text: str, born: date) -> None:
    assert read_birth_date(text, TODAY) == born


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("29 Feb 2023", NoSuchDay),
        ("29/02/1900", NoSuchDay),
        ("0000-00-00", BadBirthDate),
        ("14 March", BadBirthDate),
        ("yesterday", BadBirthDate),
        ("tomorrow 2027", BadBirthDate),
        ("4 May 2027", BadBirthDate),
        ("31 December 1901", BadBirthDate),
        ("2019", BadBirthDate),
    ],
)
def test_anything_else_is_refused(text: str, error: type[ClinicError]) -> None:
    with pytest.raises(error):
        read_birth_date(text, TODAY)
