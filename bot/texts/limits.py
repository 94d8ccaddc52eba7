"""What /limits says: the limits against misuse, where they come from, and what they were changed to."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.texts.appointments import A_FORMER_USER
from bot.texts.formats import esc, moment
from services.models.limits import MOST_OF_A_LIMIT, LimitInForce, LimitName

LIMITS = {
    LimitName.OPEN_APPOINTMENTS: "Upcoming appointments",
    LimitName.A_DAY: "Appointments with one doctor on a day",
    LimitName.CHANGES: "Changes within an hour",
    LimitName.HOLDS: "Times held at once",
}
SETTINGS = {
    LimitName.OPEN_APPOINTMENTS: "MAX_OPEN_APPOINTMENTS",
    LimitName.A_DAY: "MAX_A_DAY",
    LimitName.CHANGES: "MAX_CHANGES_AN_HOUR",
    LimitName.HOLDS: "MAX_HOLDS",
}
BUTTONS = {
    LimitName.OPEN_APPOINTMENTS: "Upcoming",
    LimitName.A_DAY: "On a day",
    LimitName.CHANGES: "Changes",
    LimitName.HOLDS: "Held",
}


def limits(found: Sequence[LimitInForce], zone: ZoneInfo) -> str:
    """Show the limits that are in force, and where each comes from."""
    lines = [f"{LIMITS[each.name]}: <b>{value(each.value)}</b>\n{_source(each, zone)}" for each in found]
    return "\n\n".join(
        [
            "⚖️ <b>The most that one patient may have</b>",
            *lines,
            "What admins book for a patient is not limited. Tap a limit to change it.",
        ]
    )


def _source(each: LimitInForce, zone: ZoneInfo) -> str:
    usual = f"setting {SETTINGS[each.name]}"
    if each.set_at is None:
        return f"From the {usual}"
    who = esc(each.set_by.name) if each.set_by else A_FORMER_USER
    return f"Set in the chat by {who}, {moment(each.set_at, zone)}; the {usual} is {value(each.usual)}"


def limit_button(each: LimitInForce) -> str:
    """Label the button that changes a limit."""
    return f"✏️ {BUTTONS[each.name]}: {value(each.value)}"


def value(number: int | None) -> str:
    """Return a limit in words."""
    return "no limit" if number is None else str(number)


def ask(each: LimitInForce) -> str:
    """Ask for a limit."""
    return (
        f"⚖️ {LIMITS[each.name]}: now <b>{value(each.value)}</b>\n\n"
        f"What is the most that one patient may have? Tap a number, or type one from 1 to {MOST_OF_A_LIMIT}."
    )


def changed(each: LimitInForce) -> str:
    """Say what a limit is from now on."""
    return f"✅ {LIMITS[each.name]}: {value(each.value)} from now on."


def nothing_to_change() -> str:
    """Say where the change of a limit begins."""
    return "To change a limit, tap it in /limits."
