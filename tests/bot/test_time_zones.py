"""A time zone and a language are found by what people call them."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.input_errors import NearMiss, SeveralFit, Unclear
from bot.parsing.cities import CITIES
from bot.parsing.languages import COMMON_LANGUAGES, read_language
from bot.parsing.time_zones import COMMON_ZONES, keys_of, read_zone
from services.errors import NoSuchLanguage, NoSuchZone
from services.time_zones import all_zones, check_zone, zone_of

NOW = datetime(2027, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" berlin ", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("América/São Paulo", None),
        ("São Paulo", "America/Sao_Paulo"),
        ("SAO PAULO", "America/Sao_Paulo"),
        ("India", "Asia/Kolkata"),
        ("singapore", "Asia/Singapore"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("knox", "America/Indiana/Knox"),
        ("jst", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("Atlantis", None),
        ("Europe/Atlantis", None),
        ("", None),
        ("../../etc/passwd", None),
        ("Europe", None),
        ("Mumbai", "Asia/Kolkata"),
        ("Patna", "Asia/Kolkata"),
        ("new delhi!", "Asia/Kolkata"),
        ("Beijing", "Asia/Shanghai"),
        ("Boston", "America/New_York"),
        ("Zürich", "Europe/Zurich"),
        ("zurich", "Europe/Zurich"),
        ("köln", "Europe/Berlin"),
        ("St. John's", "America/St_Johns"),
        ("Ｔｏｋｙｏ", "Asia/Tokyo"),
        ("Berlin time", "Europe/Berlin"),
        ("Paris, France", "Europe/Paris"),
        ("London, UK", "Europe/London"),
        ("Hyderabad, Pakistan", "Asia/Karachi"),
        ("Paris, Texas", None),
        ("utc+0", "UTC"),
        ("UTC+5:45", "Asia/Kathmandu"),
        ("UTC-12", "Etc/GMT+12"),
        ("UTC+15", None),
        ("UTC+5:17", None),
        ("25:00", None),
    ],
)
def test_a_zone_is_found_by_its_name_its_city_or_its_country(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(NoSuchZone):
            read_zone(text, NOW)
    else:
        assert read_zone(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("IST", "Asia/Kolkata"),
        ("est", "America/New_York"),
        ("CEST", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        ("par", "Paraguay"),
        ("Hyderabad", "Asia/Kolkata"),
        ("Portland", "America/Los_Angeles"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("+05:30", "Asia/Kolkata"),
        ("gmt +0530", "Asia/Kolkata"),
        ("GMT-3", "America/Sao_Paulo"),
        ("UTC−3", "America/Sao_Paulo"),
        ("+02", "Europe/Berlin"),
    ],
)
def test_what_fits_several_zones_names_them_those_that_most_mean_first(text: str, first: str) -> None:
    with pytest.raises(SeveralFit) as caught:
        read_zone(text, NOW)
    assert len(caught.value.choices) > 1
    assert caught.value.choices[0] == first


@pytest.mark.parametrize("key", sorted(all_zones()))
def test_every_name_with_a_slash_is_understood(key: str) -> None:
    if "/" in key:
        assert read_zone(key.replace("_", " ").upper(), NOW) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Sydny", "Australia/Sydney"),
        ("kolkatta", "Asia/Kolkata"),
        ("Panma", "America/Panama"),
        ("San Fransisco", "America/Los_Angeles"),
        ("ingapor", "Asia/Singapore"),
    ],
)
def test_a_slip_is_no_zone_but_a_question(text: str, key: str) -> None:
    with pytest.raises(NearMiss) as asked:
        read_zone(text, NOW)
    assert keys_of(asked.value.choices)[0] == key


def test_every_city_of_the_table_has_a_zone_that_is_there() -> None:
    for line in CITIES.strip().splitlines():
        key, _, cities = line.partition(": ")
        assert check_zone(key)
        for city in cities.split(", "):
            assert key in keys_of([city])
            with suppress(SeveralFit):
                assert read_zone(city, NOW) == key


@settings(deadline=None)  # the tables are read once
@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_zone_that_is_there_or_one_sentence(text: str) -> None:
    with suppress(NoSuchZone, Unclear):
        assert ZoneInfo(check_zone(read_zone(text, NOW)))


def test_what_is_offered_is_there() -> None:
    assert all(check_zone(key) == key for key in COMMON_ZONES)
    assert all(read_language(name) == code for code, name in COMMON_LANGUAGES.items())


def test_a_zone_that_is_known_no_more_is_the_clinics() -> None:
    clinic = ZoneInfo("Europe/Berlin")
    assert zone_of(None, clinic) is zone_of("Mars/Olympus", clinic) is zone_of("../x", clinic) is clinic
    assert zone_of("Asia/Kolkata", clinic).key == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("German", "de"),
        ("deutsch", "de"),
        (" DE ", "de"),
        ("francais", "fr"),
        ("हिन्दी", "hi"),
        ("Swiss German", "gsw"),
    ],
)
def test_a_language_is_found_by_its_code_and_by_its_names(text: str, code: str) -> None:
    assert read_language(text) == code


def test_a_language_that_does_not_exist_and_one_of_several() -> None:
    for text in ("xx", "Gibberish", "", "42"):
        with pytest.raises(NoSuchLanguage):
            read_language(text)
    with pytest.raises(SeveralFit):
        read_language("norw")
    for text in ("Germn", "italien", "olish"):
        with pytest.raises(NearMiss):
            read_language(text)
