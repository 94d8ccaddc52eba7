"""What is known of a patient, as people type it: telephone numbers and birth dates. Pure.

Source: ITU-T E.164, and Google's libphonenumber, which knows how each country writes its numbers.
"""

from datetime import date

from services.errors import BadBirthDate, BadPhone
from services.names.digits import plain_digits

# Nobody is known to have lived for longer.
OLDEST_YEARS = 125
ANYWHERE = "+44 121 234 5678"


def read_phone(text: str, region: str | None) -> str:
    """Return a telephone number as E.164; without a country code it is one of the `region` (ISO 3166).

    Whether it is given to somebody is not checked: ranges are opened every month. Raises BadPhone.
    """
    import phonenumbers as lib  # noqa: PLC0415 - most processes never need it

    try:
        number = lib.parse(plain_digits(text), region)
    except lib.NumberParseException as error:
        raise BadPhone(_example(region)) from error
    if lib.is_possible_number_with_reason(number) != lib.ValidationResult.IS_POSSIBLE:
        raise BadPhone(_example(region))
    return lib.format_number(number, lib.PhoneNumberFormat.E164)


def shown_phone(phone: str, region: str | None = None) -> str:
    """Return a stored number as it is written in the `region`, and elsewhere with its country code."""
    import phonenumbers as lib  # noqa: PLC0415 - likewise

    try:
        number = lib.parse(phone, None)
    except lib.NumberParseException:
        return phone
    is_there = lib.region_code_for_number(number) == region
    form = lib.PhoneNumberFormat.NATIONAL if is_there else lib.PhoneNumberFormat.INTERNATIONAL
    return lib.format_number(number, form)


def found_phone(text: str, region: str | None) -> str | None:
    """Return the number that is typed into a search as E.164; None: it is none."""
    try:
        return read_phone(text, region)
    except BadPhone:
        return None


def earliest_birth_date(today: date) -> date:
    """Return the first day on which somebody who lives can be born."""
    return date(today.year - OLDEST_YEARS, 1, 1)


def checked_birth_date(born: date, today: date) -> date:
    """Return the day if somebody who lives can be born on it. Raises BadBirthDate."""
    earliest = earliest_birth_date(today)
    if not earliest <= born <= today:
        raise BadBirthDate(earliest)
    return born


def _example(region: str | None) -> str:
    """Return a number as an example."""
    import phonenumbers as lib  # noqa: PLC0415 - likewise

    number = lib.example_number(region) if region else None
    return lib.format_number(number, lib.PhoneNumberFormat.INTERNATIONAL) if number else ANYWHERE
