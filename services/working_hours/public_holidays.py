"""Public holidays of a country or a region of it, from the package `holidays`.

The package is imported when it is needed first: with a country's rules it takes some 15 MB.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.local_time import days_between

# Names are in English where the package does not have them in the reader's language.
LANGUAGE = "en_US"


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A public holiday and its name; several on one day are one, with both names."""

    day: date
    name: str


class CountryUnknown(ValueError):
    """There are no holidays for such a place."""


def check_place(place: str) -> str:
    """Return the place as it is written in ISO 3166: DE for a country, DE-BY for a region of it.

    Raises CountryUnknown.
    """
    country, _, region = place.strip().partition("-")
    for name in dict.fromkeys((region, region.upper())):
        read = f"{country.upper()}-{name}" if name else country.upper()
        try:
            holidays_between(read, date(2026, 1, 1), date(2026, 1, 1))
        except CountryUnknown:
            continue
        return read
    raise CountryUnknown(place)


def holidays_between(place: str, first: date, last: date, reads: str = "en") -> list[PublicHoliday]:
    """Return the public holidays of a place from one day to another, earliest first.

    Their names are in the language with that ISO 639 code, as far as the package has it.
    Raises CountryUnknown.
    """
    from holidays import country_holidays  # noqa: PLC0415 - most processes never need it

    country, _, region = place.partition("-")
    years = range(first.year, last.year + 1)
    try:
        known = country_holidays(country, subdiv=region or None).supported_languages
        named = _named(known, reads)
        found = country_holidays(country, subdiv=region or None, years=years, language=named)
    except NotImplementedError as error:
        raise CountryUnknown(place) from error
    all_days = ((day, found.get(day)) for day in days_between(first, last))
    return [PublicHoliday(day, name) for day, name in all_days if name]


def _named(known: Iterable[str], reads: str) -> str:
    """Return in which of the package's languages the names are given."""
    return next((each for each in known if reads != "en" and each.partition("_")[0] == reads), LANGUAGE)
