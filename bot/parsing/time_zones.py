"""Finding the time zone that somebody types: a city, a country, an abbreviation, an offset, an IANA name.

What can be typed is read from the tables that come with the zones themselves (tzdata: zone.tab, iso3166.tab),
and from our own of large cities.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.input_errors import NotAChoice, SeveralFit
from bot.parsing.cities import CITIES
from bot.parsing.fuzzy_match import choose_surely
from bot.parsing.words import alone
from services.errors import NoSuchZone
from services.time_zones import all_zones

OFFSET = re.compile(r"(?:utc|gmt)?\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>[0-5]\d))?")
# St. John's is written without them.
UNHEARD = str.maketrans("", "", ".'")
UTC_NAMES = {"utc", "gmt", "z", "zulu", "greenwich"}
# One for most of the people who live by a clock of their own, from west to east.
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
    """Return the IANA name of the zone that is meant; an abbreviation is one of the year of `now`.

    An abbreviation is not an IANA name though some are: who says EST means a place whose clocks change.
    A near miss is no zone but a question, and so is an offset, which places may have in winter only.
    Raises NoSuchZone, SeveralFit, NearMiss.
    """
    typed = alone(text).removesuffix(" time").translate(UNHEARD)
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
    """Return the zones of the choices that an error of `read_zone` names: zones, cities and countries."""
    places = _places()
    keys = (key for choice in choices for key in places.get(choice, (choice,)))
    return tuple(key for key in dict.fromkeys(keys) if key in all_zones())


def _by_place(typed: str) -> str:
    """Return the zone of a city, a country, or a city in a country. Raises as `read_zone` does."""
    places = _places()
    city, _, country = (part.strip() for part in typed.replace("_", " ").partition(","))
    try:
        keys = places[choose_surely(city, places)]
        if country:
            within = places[choose_surely(country, places)]
            keys = tuple(key for key in keys if key in within)
    except NotAChoice as error:
        raise NoSuchZone from error
    if not keys:
        raise NoSuchZone
    return _only(keys)


def _of_offset(found: re.Match[str], now: datetime) -> str:
    """Return the only zone that has that offset now. Raises NoSuchZone, SeveralFit."""
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
    if not offset:
        return "UTC"
    keys = {key for _code, _coordinates, key, *_comment in _rows("zone.tab")}
    fits = sorted(key for key in keys if now.astimezone(ZoneInfo(key)).utcoffset() == offset)
    # POSIX counts to the west, people to the east.
    fixed = f"Etc/GMT{'+' if found['sign'] == '-' else '-'}{hours}"
    if not minutes and fixed in all_zones():
        fits.insert(0, fixed)
    if not fits:
        raise NoSuchZone
    return _only(tuple(fits))


def _only(keys: tuple[str, ...]) -> str:
    if len(keys) > 1:
        # Those that most people mean are named first.
        raise SeveralFit(tuple(sorted(keys, key=lambda key: key not in COMMON_ZONES)))
    return keys[0]


def _as_key(typed: str) -> str:
    return typed.replace(" ", "_").casefold()


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[str, ...]]:
    """Return the zones by what people call the place: the cities, and the countries with all of theirs.

    A country with one zone is found by its name; of one that has several, they are named, and so are
    those of two cities of one name.
    """
    countries = dict(_rows("iso3166.tab"))
    found: dict[str, tuple[str, ...]] = {}
    for code, _coordinates, key, *_comment in _rows("zone.tab"):
        country = countries[code]
        found[country] = (*found.get(country, ()), key)
    for keys in tuple(found.values()):
        # Singapore is both, and then means the city.
        found |= {key.rpartition("/")[2].replace("_", " "): (key,) for key in keys}
    for line in CITIES.strip().splitlines():
        key, _, cities = line.partition(": ")
        for city in cities.split(", "):
            found[city] = tuple(dict.fromkeys((*found.get(city, ()), key)))
    return found


@lru_cache(maxsize=2)
def _abbreviations(year: int) -> Mapping[str, tuple[str, ...]]:
    """Return the zones by the abbreviations that their clocks have in winter and in summer."""
    found: dict[str, dict[str, None]] = {}
    for _code, _coordinates, key, *_comment in _rows("zone.tab"):
        zone = ZoneInfo(key)
        for month in (1, 7):
            name = datetime(year, month, 1, tzinfo=zone).tzname() or ""
            # Where nobody has a word for it, it is an offset.
            if name.isalpha():
                found.setdefault(name.upper(), {})[key] = None
    return {name: tuple(keys) for name, keys in found.items()}


def _rows(table: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
