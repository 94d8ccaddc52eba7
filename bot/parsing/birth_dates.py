"""Reads a birth date as people type it: 14 March 2019, 14.3.2019, 2019-03-14. Pure."""

import re
from datetime import date

from bot.input_errors import BadDate, WeekdayDiffers
from bot.parsing.dates import read_past_date
from bot.parsing.words import alone
from services.errors import BadBirthDate
from services.patients.fields import checked_birth_date, earliest_birth_date

YEAR = re.compile(r"\d{4}")


def read_birth_date(text: str, today: date) -> date:
    """Return the day, which must be written with all of its year: without one it would be of this year.

    Raises BadBirthDate, NoSuchDay, SeveralDays.
    """
    try:
        born = read_past_date(text, today) if YEAR.search(alone(text)) else None
    except (BadDate, WeekdayDiffers):
        born = None
    if born is None:
        raise BadBirthDate(earliest_birth_date(today))
    return checked_birth_date(born, today)
