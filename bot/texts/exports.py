"""What is said of exports."""

from zoneinfo import ZoneInfo

from bot.texts.formats import day, zone_name
from services.administration.exports import EVER
from services.models.appointments import ReportPeriod
from services.models.scheduling import Days

PERIODS = {
    ReportPeriod.LAST_30_DAYS: "Last 30 days",
    ReportPeriod.LAST_90_DAYS: "Last 90 days",
    ReportPeriod.THIS_YEAR: "This year",
    ReportPeriod.NEXT_30_DAYS: "Next 30 days",
    ReportPeriod.EVERYTHING: "Everything",
}


def ask_period(example: Days) -> str:
    """Ask which appointments are wanted."""
    return (
        "🗂 <b>Export for a spreadsheet</b>\n\nWhich appointments? You'll also get all accounts, in a second file."
        " Passwords and reasons for visits are left out.\n\n"
        f"Tap a period, or type two days: /export {example.first} {example.last}"
    )


def appointments(days: Days, number: int, zone: ZoneInfo) -> str:
    """Say what is in the file of appointments."""
    count = "1 appointment" if number == 1 else f"{number:,} appointments"
    return f"🗓 {count}, {_period(days)}. Times are in {zone_name(zone)}."


def accounts(days: Days, number: int, *, alone: bool) -> str:
    """Say what is in the file of accounts, and why it comes `alone`."""
    count = "1 account" if number == 1 else f"{number:,} accounts"
    when = "yet" if days == EVER else f"in that period ({_period(days)})"
    why = f"There are no appointments {when}, so this is the only file.\n\n" if alone else ""
    return f"{why}👥 {count}. Please keep these files where nobody else can read them."


def _period(days: Days) -> str:
    return "all of them" if days == EVER else f"{day(days.first)} – {day(days.last)}"
