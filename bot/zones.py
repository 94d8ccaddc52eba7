"""Finding the time zone that somebody types: a city, a country, an abbreviation, an IANA name.

What can be typed is read from the tables that come with the zones themselves (tzdata: zone.tab, iso3166.tab).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.choosing import choose
from services.errors import NoSuchZone, NotAChoice, SeveralFit
from services.zones import all_zones

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
    Raises NoSuchZone, SeveralFit.
    """
    typed = " ".join(text.split())
    if typed.casefold() in UTC_NAMES:
        return "UTC"
    exact = {key.casefold(): key for key in all_zones() if "/" in key}.get(_as_key(typed))
    if exact:
        return exact
    short = _abbreviations(now.year).get(typed.upper())
    return _only(short) if short else _by_place(typed)


def _by_place(typed: str) -> str:
    places = _places()
    try:
        return _only(places[choose(typed.replace("_", " "), places)])
    except NotAChoice as error:
        raise NoSuchZone from error


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

    A country with one zone is found by its name; of one that has several, they are named.
    """
    countries = dict(_rows("iso3166.tab"))
    found: dict[str, tuple[str, ...]] = {}
    for code, _coordinates, key, *_comment in _rows("zone.tab"):
        country = countries[code]
        found[country] = (*found.get(country, ()), key)
    for keys in tuple(found.values()):
        # Singapore is both, and then means the city.
        found |= {key.rpartition("/")[2].replace("_", " "): (key,) for key in keys}
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
