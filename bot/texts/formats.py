"""How values look to people, in the language of whoever reads them: escaped names, dates, times, lists."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names, get_timezone_location
from babel.lists import format_list

from bot.localization.isolates import harmless
from bot.localization.languages import ENGLISH, Language
from bot.localization.messages import phrase, say, say_count
from bot.localization.reader import language
from bot.texts.specializations import specialization as shown_specialization
from services.accounts.fields import without_title
from services.appointments.visibility import FORMER_DOCTOR, FORMER_PATIENT
from services.clinic_rules import ClinicRules
from services.models.appointments import Appointment
from services.models.patients import Patient
from services.models.people import Gender, Role, User
from services.models.scheduling import Hours, Weekday
from services.models.slots import PlaceId, Slot

MOST_STRETCHES = 6
FIXED_ZONE = re.compile(r"Etc/GMT([+-])(\d+)")
ROLES = {
    Role.PATIENT: phrase("patient"),
    Role.DOCTOR: phrase("doctor"),
    Role.RECEPTIONIST: phrase("receptionist"),
    Role.ADMIN: phrase("admin"),
}
FORMER_NAMES = {
    # Translators: stands in the place of the name of a doctor whose account was deleted.
    FORMER_DOCTOR: phrase("Dr (no longer here)"),
    # Translators: stands in the place of the name of a patient whose account was deleted.
    FORMER_PATIENT: phrase("A former patient"),
}
# The names of places, where there are several.
PlaceNames = Mapping[PlaceId, str]
NOWHERE: PlaceNames = {}
GENDERS = {Gender.FEMALE: phrase("female"), Gender.MALE: phrase("male"), Gender.OTHER: phrase("other")}


def esc(text: object) -> str:
    """Return the text with the characters escaped that mean something in Telegram's HTML.

    Nor does it turn around what stands behind it.
    """
    return html.escape(harmless(named(str(text))), quote=False)


def named(name: str) -> str:
    """Return a name; that of somebody whose account was deleted is stored as one of two, which are said."""
    return str(FORMER_NAMES[name]) if name in FORMER_NAMES else name


def shortened(text: str, most: int) -> str:
    """Return the text, cut to so many characters where it has more; its isolates end there."""
    if len(text) <= most:
        return text
    # The ends of isolates need room, too.
    cuts = (harmless(text[:length] + "…") for length in range(most - 1, -1, -1))
    return next(cut for cut in cuts if len(cut) <= most)


def day(value: date) -> str:
    """Return a day: Tue 4 May 2027."""
    reads = language()
    return _date(value, reads.patterns.day, reads)


def short_day(value: date) -> str:
    """Return a day without its year: 4 May."""
    reads = language()
    return _date(value, reads.patterns.short_day, reads)


def weekday_and_day(value: date) -> str:
    """Return a day without its year, with its weekday: Tue 4 May."""
    reads = language()
    return _date(value, reads.patterns.weekday_and_day, reads)


def typed_day(value: date) -> str:
    """Return a day in numbers, as it can be typed: 2027-05-04."""
    reads = language()
    return _date(value, reads.patterns.numeric, reads)


def long_day(value: date) -> str:
    """Return a day without its weekday: 4 May 2027."""
    reads = language()
    return _date(value, reads.patterns.long_day, reads)


def month(value: date) -> str:
    """Return a month: May 2027."""
    reads = language()
    return _date(value, reads.patterns.month, reads)


@lru_cache(maxsize=5000)
def _date(value: date, pattern: str, reads: Language) -> str:
    return format_date(value, pattern, locale=reads.cldr)


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant's time of day in the zone: 10:30 AM."""
    return wall_time(value.astimezone(zone).time())


def wall_time(value: time) -> str:
    """Return a time of day: 10:30 AM."""
    return _time(value, language())


@lru_cache(maxsize=5000)
def _time(value: time, reads: Language) -> str:
    return format_time(value, reads.patterns.time, locale=reads.cldr)


def hours(value: Hours) -> str:
    """Return a stretch of a day: 09:00 AM – 12:00 PM; a day ends at midnight."""
    end = wall_time(value.end) if value.end != time(0) else say("midnight")
    return say("{start} – {end}", start=wall_time(value.start), end=end)


def stretches(values: Sequence[Hours], places: PlaceNames = NOWHERE) -> str:
    """Return the stretches of a day, as many as fit a line, or that there are none.

    Where they are is said of those of which the place has a name.
    """
    if not values:
        return say("closed")
    shown = comma_list([hours(each) + _at(each, places) for each in values[:MOST_STRETCHES]])
    return and_more(shown, len(values) - MOST_STRETCHES)


def _at(value: Hours, places: PlaceNames) -> str:
    name = places.get(value.place) if value.place is not None else None
    return f" {esc(name)}" if name else ""


def week(weekly: Mapping[Weekday, Sequence[Hours]]) -> str:
    """Return the hours of a week in a line: Monday to Friday 09:00 AM – 05:00 PM; closed days are left out."""
    runs = [
        (hours_then, list(days)) for hours_then, days in groupby(Weekday, lambda day: weekly.get(day, ()))
    ]
    return say("; ").join(
        say("{days} {hours}", days=_days(days), hours=stretches(hours_then))
        for hours_then, days in runs
        if hours_then
    )


def _days(run: Sequence[Weekday]) -> str:
    first, last = long_weekday(run[0]), long_weekday(run[-1])
    return first if first == last else say("{first} to {last}", first=first, last=last)


def weekday(value: Weekday) -> str:
    """Return a weekday: Mon."""
    return str(get_day_names("abbreviated", locale=language().cldr)[value])


def long_weekday(value: Weekday) -> str:
    """Return a weekday in full: Monday."""
    return str(get_day_names("wide", locale=language().cldr)[value])


def span(value: timedelta) -> str:
    """Return how long something lasts: 30 minutes, 1 hour 30 minutes, 2 days; nothing is "none"."""
    minutes = value // timedelta(minutes=1)
    days, minutes = divmod(minutes, 24 * 60)
    parts = [
        say_count("{count} day", "{count} days", days) if days else "",
        say_count("{count} hour", "{count} hours", minutes // 60) if minutes // 60 else "",
        say_count("{count} minute", "{count} minutes", minutes % 60) if minutes % 60 else "",
    ]
    return reduce(_longer_and_shorter, filter(None, parts)) if any(parts) else say("none")


def _longer_and_shorter(longer: str, shorter: str) -> str:
    # Translators: how long something lasts: 1 hour 30 minutes.
    return say("{longer} {shorter}", longer=longer, shorter=shorter)


class Timed(str):
    """What is said of an instant, and which one it is: in a chat, a tap shows it in the reader's own clock."""

    __slots__ = ("at",)  # no words
    at: datetime

    @classmethod
    def of(cls, text: str, at: datetime) -> Self:
        """Return the text for that instant."""
        timed = cls(text)
        timed.at = at
        return timed


def with_clock(text: str) -> str:
    """Return a text in Telegram's HTML: an instant as Bot API date_time entity, which older clients show as text.

    It has no format, so that it stands there as it is said, with the zone.
    """
    shown = esc(text)
    if not isinstance(text, Timed):
        return shown
    return f'<tg-time unix="{int(text.at.timestamp())}">{shown}</tg-time>'  # no words


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the zone: Tue 4 May 2027, 10:30 AM."""
    return say("{day}, {time}", day=day(value.astimezone(zone).date()), time=clock_time(value, zone))


def short_moment(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the zone without its year: Tue 4 May, 10:30 AM."""
    return say(
        "{day}, {time}", day=weekday_and_day(value.astimezone(zone).date()), time=clock_time(value, zone)
    )


def moment_there(value: datetime, zone: ZoneInfo) -> Timed:
    """Return an instant in the zone, with the zone's name: Tue 4 May 2027, 10:30 AM (Berlin time)."""
    said = say("{moment} ({zone})", moment=moment(value, zone), zone=zone_name(zone))
    return Timed.of(said, value)


def times_of(slot: Slot, zone: ZoneInfo) -> str:
    """Return from when to when a slot is in the zone: 10:30 AM – 11:00 AM."""
    return say("{start} – {end}", start=clock_time(slot.start, zone), end=clock_time(slot.end, zone))


def span_of(slot: Slot, zone: ZoneInfo) -> str:
    """Return a slot in the zone: Tue 4 May 2027, 10:30 AM – 11:00 AM."""
    return say("{start} – {end}", start=moment(slot.start, zone), end=clock_time(slot.end, zone))


def stretch(slot: Slot, zone: ZoneInfo) -> Timed:
    """Return a slot in the zone, with the zone's name: for what confirms it, once."""
    said = say("{moment} ({zone})", moment=span_of(slot, zone), zone=zone_name(zone))
    return Timed.of(said, slot.start)


def stretch_read(slot: Slot, rules: ClinicRules) -> Timed:
    """Return a slot as a reader sees it; the zone is named where it is not the clinic's."""
    return Timed.of(span_of(slot, rules.zone) + zone_note(rules), slot.start)


def zone_name(zone: ZoneInfo) -> str:
    """Return the zone as people know it: Europe/Berlin -> Berlin time, and Etc/GMT-3 -> UTC+3."""
    return _offset(zone) or say("{city} time", city=_city(zone, language()))


def zone_city(zone: ZoneInfo) -> str:
    """Return the zone where there is no room for more than its city: Europe/Berlin -> Berlin."""
    return _offset(zone) or _city(zone, language())


def _offset(zone: ZoneInfo) -> str:
    if zone.key in {"UTC", "Etc/UTC"}:
        return "UTC"  # no words
    if fixed := FIXED_ZONE.fullmatch(zone.key):
        # POSIX counts to the west, people to the east.
        return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}"  # no words
    return ""


@lru_cache(maxsize=1000)
def _city(zone: ZoneInfo, reads: Language) -> str:
    if reads is ENGLISH:
        return zone.key.rpartition("/")[2].replace("_", " ")
    return str(get_timezone_location(zone, locale=reads.cldr, return_city=True))


def zone_note(rules: ClinicRules) -> str:
    """Return the zone's name in brackets, with a space before it, where times are not the clinic's."""
    return f" ({zone_name(rules.zone)})" if rules.elsewhere else ""


def in_zone(text: str, zone: ZoneInfo) -> str:
    """Return what is said in the zone's time, with the zone's name: Working hours (Berlin time)."""
    return say("{text} ({zone})", text=text, zone=zone_name(zone))


def moment_read(value: datetime, rules: ClinicRules) -> str:
    """Return an instant as a reader sees it; the zone is named where it is not the clinic's."""
    return moment(value, rules.zone) + zone_note(rules)


def zone_once(text: str, rules: ClinicRules) -> str:
    """Return the text of a card on which the zone of a reader elsewhere stands once, where it is said first."""
    note = zone_note(rules)
    first, found, rest = text.partition(note) if note else (text, "", "")
    return first + found + rest.replace(note, "") if found else text


def call_the_clinic(rules: ClinicRules, *, at_once: bool = False) -> str:
    """Return what is asked of somebody whom only people can help; with the number, where it is known.

    It goes on a sentence: “If you think this is a mistake, please {call}.”
    """
    if rules.phone:
        there = say("call the clinic right away: {phone}", phone=rules.phone)
        return there if at_once else say("call the clinic: {phone}", phone=rules.phone)
    return say("call the clinic right away") if at_once else say("call the clinic")


def found_at(rules: ClinicRules) -> str:
    """Return where the clinic is, in one line, as far as it is known. Plain text."""
    return comma_list([*filter(None, (rules.name, rules.address))])


def language_name(code: str) -> str:
    """Return the name of the language with that ISO 639 code, as the reader calls it: German."""
    return str(language().cldr.languages.get(code, code))


def speaks(person: User | Patient) -> str | None:
    """Return what language somebody speaks, if it is not the reader's: speaks German."""
    theirs = person.language or ENGLISH.code
    return None if theirs == language().code else say("speaks {language}", language=language_name(theirs))


def all_of(names: Sequence[str]) -> str:
    """Return names in a sentence: “A, B and C”. Escaped."""
    return listed([esc(name) for name in names])


def listed(items: Sequence[str]) -> str:
    """Return what stands in a sentence: “A, B and C”."""
    return format_list(items, locale=language().regional)


def either(items: Sequence[str]) -> str:
    """Return what one may choose from, in a sentence: “A, B or C”."""
    return format_list(items, style="or", locale=language().regional)


def comma_list(items: Sequence[str]) -> str:
    """Return what stands in a line, with nothing before the last one: “A, B, C”."""
    return say(", ").join(items)


def and_more(shown: str, left: int) -> str:
    """Return what is shown of a list, with how many are left, if any: “A, B and 3 more”."""
    return (
        say_count("{shown} and {count} more", "{shown} and {count} more", left, shown=shown)
        if left > 0
        else shown
    )


def doctor(name: str) -> str:
    """Return the doctor's name as one says it, escaped: Dr Sen, once."""
    return esc(plain_doctor(name))


def plain_doctor(name: str) -> str:
    """Return the doctor's name as one says it, for buttons and subjects, which have no markup."""
    if name == FORMER_DOCTOR:
        return named(name)
    # Of an account that is older than the rule that a title is no part of a name, it may be stored.
    name = without_title(name)
    return name if name.casefold().startswith(("prof ", "prof. ")) else say("Dr {name}", name=name)


def specialist(name: str, specialization: str | None) -> str:
    """Return a doctor with the specialization, in one line, escaped: Dr Sen, Cardiology."""
    return say(
        "{doctor}, {specialization}",
        doctor=doctor(name),
        specialization=esc(shown_specialization(specialization)),
    )


def typed_before(text: str | None) -> str:
    """Return a line, behind those before it, with what was typed before, hidden; nothing where there is nothing."""
    return "\n" + say("💬 Now: <tg-spoiler>{text}</tg-spoiler>", text=esc(text)) if text else ""


def of_series(found: Appointment) -> str:
    """Return which visit of its series one is, after a dot; nothing where it is of none."""
    if found.series is None:
        return ""
    return say(" · 🔂 {number} of {count}", number=found.series.number, count=found.series.of)
