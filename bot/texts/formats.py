"""How values look to people: escaped names, dates, times."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_currency

from services.accounts.fields import without_title
from services.catalogue.fields import minor_digits
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment
from services.models.catalogue import Price
from services.models.patients import Patient
from services.models.people import Gender, Role, User
from services.models.scheduling import Hours, Weekday
from services.models.slots import PlaceId, Slot

LANGUAGE = "en"
LOCALE = Locale.parse(LANGUAGE)
MOST_STRETCHES = 6
FIXED_ZONE = re.compile(r"Etc/GMT([+-])(\d+)")
ROLES = {
    Role.PATIENT: "patient",
    Role.DOCTOR: "doctor",
    Role.RECEPTIONIST: "receptionist",
    Role.ADMIN: "admin",
}
# The names of places, where there are several.
PlaceNames = Mapping[PlaceId, str]
NOWHERE: PlaceNames = {}
GENDERS = {Gender.FEMALE: "female", Gender.MALE: "male", Gender.OTHER: "other"}


def esc(text: object) -> str:
    """Return the text with the characters escaped that mean something in Telegram's HTML."""
    return html.escape(str(text), quote=False)


def shortened(text: str, most: int) -> str:
    """Return the text, cut to so many characters where it has more."""
    return text if len(text) <= most else text[: most - 1] + "…"


@lru_cache(maxsize=1000)
def day(value: date) -> str:
    """Return a day: Tue 4 May 2027."""
    return format_date(value, "EEE d MMM yyyy", locale=LOCALE)


def long_day(value: date) -> str:
    """Return a day without its weekday: 4 May 2027."""
    return format_date(value, "d MMMM yyyy", locale=LOCALE)


def month(value: date) -> str:
    """Return a month: May 2027."""
    return format_date(value, "MMMM yyyy", locale=LOCALE)


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant's time of day in the zone: 10:30 AM."""
    return wall_time(value.astimezone(zone).time())


@lru_cache(maxsize=1440)
def wall_time(value: time) -> str:
    """Return a time of day: 10:30 AM."""
    return format_time(value, "hh:mm a", locale=LOCALE)


def hours(value: Hours) -> str:
    """Return a stretch of a day: 09:00 AM – 12:00 PM; a day ends at midnight."""
    return f"{wall_time(value.start)} – {wall_time(value.end) if value.end != time(0) else 'midnight'}"


def stretches(values: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return the stretches of a day, as many as fit a line, or that there are none.

    Where they are is said of those of which the place has a name.
    """
    if not values:
        return "closed"
    shown = ", ".join(hours(each) + _at(each, places) for each in values[:MOST_STRETCHES])
    more = len(values) - MOST_STRETCHES
    return f"{shown} and {more} more" if more > 0 else shown


def _at(value: Hours, places: PlaceNames) -> str:
    name = places.get(value.place) if value.place is not None else None
    return f" {esc(name)}" if name else ""


def week(weekly: Mapping[Weekday, Sequence[Hours]]) -> str:
    """Return the hours of a week in a line: Monday to Friday 09:00 AM – 05:00 PM; closed days are left out."""
    runs = [
        (hours_then, list(days)) for hours_then, days in groupby(Weekday, lambda day: weekly.get(day, ()))
    ]
    return "; ".join(f"{_days(days)} {stretches(hours_then)}" for hours_then, days in runs if hours_then)


def _days(run: Sequence[Weekday]) -> str:
    first, last = long_weekday(run[0]), long_weekday(run[-1])
    return first if first == last else f"{first} to {last}"


def weekday(value: Weekday) -> str:
    """Return a weekday: Mon."""
    return str(get_day_names("abbreviated", locale=LOCALE)[value])


def long_weekday(value: Weekday) -> str:
    """Return a weekday in full: Monday."""
    return str(get_day_names("wide", locale=LOCALE)[value])


def span(value: timedelta) -> str:
    """Return how long something lasts: 30 minutes, 1 hour 30 minutes, 2 days; nothing is "none"."""
    minutes = value // timedelta(minutes=1)
    days, minutes = divmod(minutes, 24 * 60)
    parts = [(days, "day"), (minutes // 60, "hour"), (minutes % 60, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said) or "none"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the zone: Tue 4 May 2027, 10:30 AM."""
    return f"{day(value.astimezone(zone).date())}, {clock_time(value, zone)}"


def moment_there(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the zone, with the zone's name: Tue 4 May 2027, 10:30 AM (Berlin time)."""
    return f"{moment(value, zone)} ({zone_name(zone)})"


def span_of(slot: Slot, zone: ZoneInfo) -> str:
    """Return a slot in the zone: Tue 4 May 2027, 10:30 AM – 11:00 AM."""
    return f"{moment(slot.start, zone)} – {clock_time(slot.end, zone)}"


def stretch(slot: Slot, zone: ZoneInfo) -> str:
    """Return a slot in the zone, with the zone's name: for what confirms it, once."""
    return f"{span_of(slot, zone)} ({zone_name(zone)})"


def stretch_read(slot: Slot, rules: ClinicRules) -> str:
    """Return a slot as a reader sees it; the zone is named where it is not the clinic's."""
    return span_of(slot, rules.zone) + zone_note(rules)


def zone_name(zone: ZoneInfo) -> str:
    """Return the zone as people know it: Europe/Berlin -> Berlin time, and Etc/GMT-3 -> UTC+3."""
    if zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"
    if fixed := FIXED_ZONE.fullmatch(zone.key):
        # POSIX counts to the west, people to the east.
        return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}"
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def zone_note(rules: ClinicRules) -> str:
    """Return the zone's name in brackets, with a space before it, where times are not the clinic's."""
    return f" ({zone_name(rules.zone)})" if rules.elsewhere else ""


def moment_read(value: datetime, rules: ClinicRules) -> str:
    """Return an instant as a reader sees it; the zone is named where it is not the clinic's."""
    return moment(value, rules.zone) + zone_note(rules)


def zone_once(text: str, rules: ClinicRules) -> str:
    """Return the text of a card on which the zone of a reader elsewhere stands once, where it is said first."""
    note = zone_note(rules)
    first, found, rest = text.partition(note) if note else (text, "", "")
    return first + found + rest.replace(note, "") if found else text


def call_the_clinic(rules: ClinicRules, *, at_once: bool = False) -> str:
    """Return what is asked of somebody whom only people can help; with the number, where it is known."""
    call = "call the clinic right away" if at_once else "call the clinic"
    return f"{call}: {rules.phone}" if rules.phone else call


def found_at(rules: ClinicRules) -> str:
    """Return where the clinic is, in one line, as far as it is known. Plain text."""
    return ", ".join(filter(None, (rules.name, rules.address)))


def price(value: Price) -> str:
    """Return a price: €25.50, or ¥3,000, which has no hundredths."""
    return str(format_currency(Decimal(amount(value)), value.currency, locale=LOCALE))


def amount(value: Price) -> str:
    """Return a price without its currency, for programs: 25.50."""
    return str(Decimal(value.minor).scaleb(-minor_digits(value.currency)))


@lru_cache(maxsize=200)
def language_name(code: str) -> str:
    """Return the name of the language with that ISO 639 code: German."""
    return str(LOCALE.languages.get(code, code))


def speaks(person: User | Patient) -> str | None:
    """Return what language somebody speaks, if it is not the one that all texts are in: speaks German."""
    language = person.language or LANGUAGE
    return None if language == LANGUAGE else f"speaks {language_name(language)}"


def all_of(names: Sequence[str]) -> str:
    """Return names in a sentence: “A, B and C”. Escaped."""
    *others, last = (esc(name) for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def doctor(name: str) -> str:
    """Return the doctor's name as one says it, escaped: Dr Sen, once."""
    return esc(plain_doctor(name))


def plain_doctor(name: str) -> str:
    """Return the doctor's name as one says it, for buttons and subjects, which have no markup."""
    # Of an account that is older than the rule that a title is no part of a name, it may be stored.
    name = without_title(name)
    return name if name.casefold().startswith(("prof ", "prof. ")) else f"Dr {name}"


def of_series(found: Appointment) -> str:
    """Return which visit of its series one is, after a dot; nothing where it is of none."""
    return f" · 🔂 {found.series.number} of {found.series.of}" if found.series is not None else ""


def suits_both(doctor_name: str, patient_name: str) -> str:
    """Return which times can be taken for a patient who is named: those at which neither has another."""
    return f"time that suits both {doctor(doctor_name)} and {esc(patient_name)}"
