"""Public holidays: of which places they are known, and when they are."""

import subprocess
import sys
from datetime import date

import pytest

from services.working_hours.public_holidays import (
    CountryUnknown,
    PublicHoliday,
    check_place,
    holidays_between,
)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        (" DE-BY ", "DE-BY"),
        ("us-ca", "US-CA"),
        ("GB-ENG", "GB-ENG"),
        ("IN", "IN"),
    ],
)
def test_a_country_or_a_region_of_it_is_a_place(written: str, place: str) -> None:
    assert check_place(written) == place


@pytest.mark.parametrize("written", ["", "-", "XX", "Germany and more", "DE-", "DE-ZZ", "DE BY", "BY-DE-X"])
def test_what_is_no_place_is_refused(written: str) -> None:
    if written == "DE-":  # without a region it is the country
        assert check_place(written) == "DE"
        return
    with pytest.raises(CountryUnknown):
        check_place(written)


def test_holidays_come_by_date_with_english_names_over_the_new_year() -> None:
    assert holidays_between("DE", date(2027, 12, 24), date(2028, 1, 6)) == [
        PublicHoliday(date(2027, 12, 25), "Christmas Day"),
        PublicHoliday(date(2027, 12, 26), "Second Day of Christmas"),
        PublicHoliday(date(2028, 1, 1), "New Year's Day"),
    ]
    epiphany = holidays_between("DE-BY", date(2028, 1, 2), date(2028, 1, 6))
    assert [each.name for each in epiphany] == ["Epiphany"]


@pytest.mark.parametrize(
    ("place", "reads", "name"),
    [
        ("DE", "de", "Erster Mai"),
        ("ES", "es", "Fiesta del Trabajo"),
        ("MX", "es", "Día del Trabajo"),
        ("RU", "ru", "Праздник Весны и Труда"),
        ("EG", "ar", "عيد العمال"),
        ("DE", "ru", "Labor Day"),
        ("DE", "en", "Labor Day"),
    ],
)
def test_holidays_are_named_in_the_language_of_the_reader_where_that_is_known(
    place: str, reads: str, name: str
) -> None:
    (found,) = holidays_between(place, date(2027, 5, 1), date(2027, 5, 1), reads)
    assert found.name == name


def test_the_package_is_imported_by_nobody_who_does_not_need_it() -> None:
    script = "import sys, bot.app, bot.settings; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603 - our own words
