"""What is said of exports, and the headings of their columns."""

from zoneinfo import ZoneInfo

from bot.localization.isolates import without_isolates
from bot.localization.messages import Phrase, phrase, phrase_in, say, say_count, say_in
from bot.texts.formats import day, typed_day, zone_name
from services.administration.exports import EVER, Column
from services.models.appointments import ReportPeriod
from services.models.scheduling import Days

PERIODS = {
    ReportPeriod.LAST_30_DAYS: phrase("Last 30 days"),
    ReportPeriod.LAST_90_DAYS: phrase("Last 90 days"),
    ReportPeriod.THIS_YEAR: phrase("This year"),
    ReportPeriod.NEXT_30_DAYS: phrase("Next 30 days"),
    ReportPeriod.EVERYTHING: phrase("Everything"),
}
HEADINGS = {
    Column.DATE: phrase_in("heading of a column", "Date"),
    Column.START: phrase_in("heading of a column", "Start ({zone})"),
    Column.END: phrase_in("heading of a column", "End ({zone})"),
    Column.MINUTES: phrase_in("heading of a column", "Minutes"),
    Column.STATUS: phrase_in("heading of a column", "Status"),
    Column.DOCTOR: phrase_in("heading of a column", "Doctor"),
    Column.DOCTOR_EMAIL: phrase_in("heading of a column", "Doctor mail"),
    Column.SPECIALIZATION: phrase_in("heading of a column", "Specialization"),
    Column.PATIENT: phrase_in("heading of a column", "Patient"),
    Column.PATIENT_EMAIL: phrase_in("heading of a column", "Patient mail"),
    Column.BOOKED: phrase_in("heading of a column", "Booked ({zone})"),
    Column.KIND: phrase_in("heading of a column", "Kind"),
    Column.PLACE: phrase_in("heading of a column", "Place"),
    Column.ROOM: phrase_in("heading of a column", "Room"),
    Column.NAME: phrase_in("heading of a column", "Name"),
    Column.EMAIL: phrase_in("heading of a column", "Mail"),
    Column.ROLE: phrase_in("heading of a column", "Role"),
    Column.GENDER: phrase_in("heading of a column", "Gender"),
    Column.LANGUAGE: phrase_in("heading of a column", "Language"),
    Column.REGISTERED: phrase_in("heading of a column", "Registered"),
}


def ask_period(example: Days) -> str:
    """Ask which appointments are wanted."""
    question = say(
        "Which appointments? You'll also get all accounts, in a second file. Passwords and reasons for visits are"
        " left out."
    )
    typed = say(
        "Tap a period, or type two days: /export {first} {last}",
        first=typed_day(example.first),
        last=typed_day(example.last),
    )
    title = say("🗂 <b>Export for a spreadsheet</b>")
    return f"{title}\n\n{question}\n\n{typed}"


def appointments(days: Days, count: int, zone: ZoneInfo) -> str:
    """Say what is in the file of appointments."""
    if days == EVER:
        found = say_count(
            "🗓 {count} appointment, all of them.", "🗓 {count} appointments, all of them.", count
        )
    else:
        found = say_count(
            "🗓 {count} appointment, {period}.",
            "🗓 {count} appointments, {period}.",
            count,
            period=_period(days),
        )
    return f"{found} {say('Times are in {zone}.', zone=zone_name(zone))}"


def accounts(days: Days, count: int, *, alone: bool) -> str:
    """Say what is in the file of accounts, and why it comes `alone`."""
    kept = say("Please keep these files where nobody else can read them.")
    counted = say_count("👥 {count} account.", "👥 {count} accounts.", count)
    said = f"{counted} {kept}"
    if not alone:
        return said
    why = (
        say("There are no appointments yet, so this is the only file.")
        if days == EVER
        else say(
            "There are no appointments in that period ({period}), so this is the only file.",
            period=_period(days),
        )
    )
    return f"{why}\n\n{said}"


def _period(days: Days) -> str:
    return say("{start} – {end}", start=day(days.first), end=day(days.last))


def headings(zone: ZoneInfo) -> dict[Column, str]:
    """Return the headings of the columns; times are in the zone, which is named as programs know it."""
    return {column: _heading(words, zone) for column, words in HEADINGS.items()}


def _heading(words: Phrase, zone: ZoneInfo) -> str:
    # A cell holds no more than what it shows.
    return without_isolates(say_in(words.context, words.message, zone=zone.key))
