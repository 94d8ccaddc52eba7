"""Finds the time zone that somebody types: a city, a country, an abbreviation, an offset, an IANA name.

The names come from the tables of the time zone database (tzdata: zone.tab, iso3166.tab) and from cities.py.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from bot.input_errors import NotAChoice, SeveralFit
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import language
from bot.parsing.cities import CITIES
from bot.parsing.fuzzy_match import meant_in
from bot.parsing.words.plain import alone, plain
from services.errors import NoSuchZone
from services.time_zones import all_zones

OFFSET = re.compile(r"(?:utc|gmt)?\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>[0-5]\d))?")
# People leave these out of names such as St. John's.
UNHEARD = str.maketrans("", "", ".'")
UTC_NAMES = {"utc", "gmt", "z", "zulu", "greenwich"}
# The zones that have buttons, from west to east: one for each large group of people.
COMMON_ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Australia/Sydney",
)


def read_zone(text: str, now: datetime) -> str:
    """Return the IANA name of the zone; abbreviations are those that are used in the year of `now`.

    EST is also an IANA name, but people who type it mean a place whose clocks change. After a near miss the
    person is asked, and so after an offset, which a place may have in winter only. Raises NoSuchZone,
    SeveralFit, NearMiss.
    """
    typed = _without_time(alone(text)).translate(UNHEARD)
    if offset := OFFSET.fullmatch(typed):
        return _of_offset(offset, now)
    if typed.casefold() in UTC_NAMES:
        return "UTC"
    exact = {key.casefold(): key for key in all_zones() if "/" in key}.get(_as_key(typed))
    if exact:
        return exact
    short = _abbreviations(now.year).get(typed.upper())
    return _only(short) if short else _by_place(typed)


def keys_of(choices: Iterable[str]) -> tuple[str, ...]:
    """Return the zones of the choices that an error of `read_zone` suggests: zones, cities and countries."""
    places = _places_of(language())
    keys = (key for choice in choices for key in places.get(choice, (choice,)))
    return tuple(key for key in dict.fromkeys(keys) if key in all_zones())


def _by_place(typed: str) -> str:
    """Return the zone of a city, a country, or a city in a country. Raises as `read_zone` does."""
    places = _places_of(language())
    city, _, country = (part.strip() for part in typed.replace("_", " ").partition(","))
    try:
        keys = meant_in(city, places)
        if country:
            within = meant_in(country, places)
            keys = tuple(key for key in keys if key in within)
    except NotAChoice as error:
        raise NoSuchZone from error
    if not keys:
        raise NoSuchZone
    return _only(keys)


def _of_offset(found: re.Match[str], now: datetime) -> str:
    """Return the zone that has that offset now, if there is only one. Raises NoSuchZone, SeveralFit."""
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
    if not offset:
        return "UTC"
    keys = {key for _code, _coordinates, key, *_comment in _rows("zone.tab")}
    fits = sorted(key for key in keys if now.astimezone(ZoneInfo(key)).utcoffset() == offset)
    # The names Etc/GMT+5 count towards the west (POSIX), people towards the east.
    fixed = f"Etc/GMT{'+' if found['sign'] == '-' else '-'}{hours}"
    if not minutes and fixed in all_zones():
        fits.insert(0, fixed)
    if not fits:
        raise NoSuchZone
    return _only(tuple(fits))


def _only(keys: tuple[str, ...]) -> str:
    if len(keys) > 1:
        # The most common zones are suggested first.
        raise SeveralFit(tuple(sorted(keys, key=lambda key: key not in COMMON_ZONES)))
    return keys[0]


def _as_key(typed: str) -> str:
    return typed.replace(" ", "_").casefold()


def _without_time(typed: str) -> str:
    """Return a city without the words that the bot puts beside it: Berlin time."""
    before, _, behind = plain(language().messages.gettext("{city} time")).partition("{city}")
    return typed.removesuffix(" time").removeprefix(before).removesuffix(behind)


@lru_cache(maxsize=20)
def _places_of(reads: Language) -> Mapping[str, tuple[str, ...]]:
    """Return the zones by the names of places in English, and by the reader's names in Unicode's CLDR."""
    if reads is ENGLISH:
        return _places()
    countries: dict[str, tuple[str, ...]] = {}
    cities: dict[str, tuple[str, ...]] = {}
    for code, _coordinates, key, *_comment in _rows("zone.tab"):
        country = reads.cldr.territories.get(code)
        if country:
            countries[country] = (*countries.get(country, ()), key)
        city = get_timezone_location(ZoneInfo(key), locale=reads.cldr, return_city=True)
        cities[city] = (*cities.get(city, ()), key)
    return {**countries, **cities, **_places()}


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[str, ...]]:
    """Return the zones by the names of places: cities, and countries with all of their zones.

    If a country has several zones, or two cities have the same name, the person is asked which zone is meant.
    """
    countries = dict(_rows("iso3166.tab"))
    found: dict[str, tuple[str, ...]] = {}
    for code, _coordinates, key, *_comment in _rows("zone.tab"):
        country = countries[code]
        found[country] = (*found.get(country, ()), key)
    for keys in tuple(found.values()):
        # A name such as Singapore is both; then the city counts.
        found |= {key.rpartition("/")[2].replace("_", " "): (key,) for key in keys}
    for line in CITIES.strip().splitlines():
        key, _, cities = line.partition(": ")
        for city in cities.split(", "):
            found[city] = tuple(dict.fromkeys((*found.get(city, ()), key)))
    return found


@lru_cache(maxsize=2)
def _abbreviations(year: int) -> Mapping[str, tuple[str, ...]]:
    """Return the zones by their abbreviations in winter and in summer."""
    found: dict[str, dict[str, None]] = {}
    for _code, _coordinates, key, *_comment in _rows("zone.tab"):
        zone = ZoneInfo(key)
        for month in (1, 7):
            name = datetime(year, month, 1, tzinfo=zone).tzname() or ""
            # Zones without an abbreviation have an offset in its place.
            if name.isalpha():
                found.setdefault(name.upper(), {})[key] = None
    return {name: tuple(keys) for name, keys in found.items()}


def _rows(table: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
