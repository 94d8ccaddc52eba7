"""How values look to people: escaped names, dates, times."""

import html
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from services.clinic import ClinicRules
from services.models import Gender, Role, Slot, User

LANGUAGE = "en"
LOCALE = Locale.parse(LANGUAGE)
ROLES = {Role.PATIENT: "patient", Role.DOCTOR: "doctor", Role.ADMIN: "admin"}
GENDERS = {Gender.FEMALE: "female", Gender.MALE: "male", Gender.OTHER: "other"}


def esc(text: object) -> str:
    """Return the text with the characters escaped that mean something in Telegram's HTML."""
    return html.escape(str(text), quote=False)


@lru_cache(maxsize=1000)
def day(value: date) -> str:
    """Return a day: Tue 4 May 2027."""
    return format_date(value, "EEE d MMM yyyy", locale=LOCALE)


def month(value: date) -> str:
    """Return a month: May 2027."""
    return format_date(value, "MMMM yyyy", locale=LOCALE)


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant's time of day in the zone: 10:30 AM."""
    return _clock_time(value.astimezone(zone).time())


@lru_cache(maxsize=1440)
def _clock_time(value: time) -> str:
    return format_time(value, "hh:mm a", locale=LOCALE)


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the zone: Tue 4 May 2027, 10:30 AM."""
    return f"{day(value.astimezone(zone).date())}, {clock_time(value, zone)}"


def stretch(slot: Slot, zone: ZoneInfo) -> str:
    """Return a slot in the zone: Tue 4 May 2027, 10:30 – 11:00 AM, with the zone's name."""
    end = clock_time(slot.end, zone)
    return f"{moment(slot.start, zone)} – {end} ({zone_name(zone)})"


def zone_name(zone: ZoneInfo) -> str:
    """Return the zone as people know it: Europe/Berlin -> Berlin time."""
    return (
        "UTC" if zone.key in {"UTC", "Etc/UTC"} else f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"
    )


def zone_note(rules: ClinicRules) -> str:
    """Return the zone's name in brackets, with a space before it, where times are not the clinic's."""
    return f" ({zone_name(rules.zone)})" if rules.elsewhere else ""


def moment_read(value: datetime, rules: ClinicRules) -> str:
    """Return an instant as a reader sees it; the zone is named where it is not the clinic's."""
    return moment(value, rules.zone) + zone_note(rules)


@lru_cache(maxsize=200)
def language_name(code: str) -> str:
    """Return the name of the language with that ISO 639 code: German."""
    return str(LOCALE.languages.get(code, code))


def speaks(user: User) -> str | None:
    """Return what language somebody speaks, if it is not the one that all texts are in: speaks German."""
    return None if user.language == LANGUAGE else f"speaks {language_name(user.language)}"


def doctor(name: str) -> str:
    """Return the doctor's name as one says it, escaped: Dr Sen, once."""
    return esc(plain_doctor(name))


def plain_doctor(name: str) -> str:
    """Return the doctor's name as one says it, for buttons and subjects, which have no markup."""
    titled = name.casefold().startswith(("dr ", "dr. ", "prof ", "prof. "))
    return name if titled else f"Dr {name}"
