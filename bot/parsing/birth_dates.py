"""Reads a birth date as people type it: 14 March 2019, 14.3.2019, 2019-03-14. Pure."""

import re
from datetime import date

from bot.input_errors import BadDate, WeekdayDiffers
from bot.parsing.dates import read_past_date
from bot.parsing.words.plain import alone
from services.errors import BadBirthDate
from services.patients.fields import checked_birth_date, earliest_birth_date

YEAR = re.compile(r"\d{4}")


def read_birth_date(text: str, today: date) -> date:
    """Return the day, which must be written with all of its year: without one it would be of this year.

    Raises BadBirthDate, NoSuchDay, SeveralDays.
    """
    years = set(map(int, YEAR.findall(alone(text))))
    try:
        born = read_past_date(text, today) if years else None
    except (BadDate, WeekdayDiffers):
        born = None
    # 0000-00-00 is read as no day away from today.
    if born is None or born.year not in years:
        raise BadBirthDate(earliest_birth_date(today))
    return checked_birth_date(born, today)
