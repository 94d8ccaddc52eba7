"""What /limits says: the limits against misuse, where they come from, and what they were changed to."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.localization.messages import phrase, phrase_in, say
from bot.texts.formats import esc, moment
from services.models.limits import MOST_OF_A_LIMIT, LimitInForce, LimitName

LIMITS = {
    LimitName.OPEN_APPOINTMENTS: phrase("Upcoming appointments"),
    LimitName.A_DAY: phrase("Appointments with one doctor on a day"),
    LimitName.CHANGES: phrase("Changes within an hour"),
    LimitName.HOLDS: phrase("Times held at once"),
}
SETTINGS = {
    LimitName.OPEN_APPOINTMENTS: "MAX_OPEN_APPOINTMENTS",  # no words
    LimitName.A_DAY: "MAX_A_DAY",  # no words
    LimitName.CHANGES: "MAX_CHANGES_AN_HOUR",  # no words
    LimitName.HOLDS: "MAX_HOLDS",  # no words
}
BUTTONS = {
    # Translators: these stand on buttons with the number: “✏️ Upcoming: 5”; at most 20 characters.
    LimitName.OPEN_APPOINTMENTS: phrase_in("limit", "Upcoming"),
    LimitName.A_DAY: phrase_in("limit", "On a day"),
    LimitName.CHANGES: phrase_in("limit", "Changes"),
    LimitName.HOLDS: phrase_in("limit", "Held"),
}


def limits(found: Sequence[LimitInForce], zone: ZoneInfo) -> str:
    """Show the limits that are in force, and where each comes from."""
    lines = [f"{LIMITS[each.name]}: <b>{value(each.value)}</b>\n{_source(each, zone)}" for each in found]
    return "\n\n".join(
        [
            say("⚖️ <b>The most that one patient may have</b>"),
            *lines,
            say("What admins book for a patient is not limited. Tap a limit to change it."),
        ]
    )


def _source(each: LimitInForce, zone: ZoneInfo) -> str:
    setting = SETTINGS[each.name]
    if each.set_at is None:
        return say("From the setting {setting}", setting=setting)
    then, usual = moment(each.set_at, zone), value(each.usual)
    if each.set_by is None:
        return say(
            "Set in the chat by a former user, {moment}; the setting {setting} is {value}",
            moment=then,
            setting=setting,
            value=usual,
        )
    return say(
        "Set in the chat by {name}, {moment}; the setting {setting} is {value}",
        name=esc(each.set_by.name),
        moment=then,
        setting=setting,
        value=usual,
    )


def limit_button(each: LimitInForce) -> str:
    """Label the button that changes a limit."""
    return f"✏️ {BUTTONS[each.name]}: {value(each.value)}"


def value(number: int | None) -> str:
    """Return a limit in words."""
    return say("no limit") if number is None else str(number)


def ask(each: LimitInForce) -> str:
    """Ask for a limit."""
    now = say("⚖️ {limit}: now <b>{value}</b>", limit=LIMITS[each.name], value=value(each.value))
    asked = say(
        "What is the most that one patient may have? Tap a number, or type one from 1 to {most}.",
        most=MOST_OF_A_LIMIT,
    )
    return f"{now}\n\n{asked}"


def changed(each: LimitInForce) -> str:
    """Say what a limit is from now on."""
    return say("✅ {limit}: {value} from now on.", limit=LIMITS[each.name], value=value(each.value))


def nothing_to_change() -> str:
    """Say where the change of a limit begins."""
    return say("To change a limit, tap it in /limits.")
