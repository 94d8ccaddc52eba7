"""What is said of the calendar feed."""

from bot.localization.messages import say
from bot.texts.formats import esc
from services.clinic_rules import ClinicRules
from services.models.calendar_feeds import FeedAddress
from services.models.people import Role


def address(found: FeedAddress, rules: ClinicRules) -> str:
    """Return where the feed is read. Plain text."""
    return rules.reached_at + found.path


def card(found: FeedAddress, role: Role, rules: ClinicRules) -> str:
    """Show the address, how to subscribe, and who can read it."""
    head = say("Your appointments, in the calendar that you use anyway. Tap the address to copy it:")
    how = say(
        "In your calendar app, add a calendar by its address (it's called “From URL”, “Subscribe from web” or “New"
        " calendar subscription”), and paste it there. From then on the app looks for changes by itself, in some apps"
        " only every few hours."
    )
    here = say("As the clinic is set up now, this address only works on the computer that the bot runs on.")
    keep = say(
        "Keep the address to yourself. A new password doesn't change it. If somebody else has it, renew it."
    )
    told = [how, *([here] if rules.is_local else []), _who_sees(found, role), keep]
    title = say("Calendar feed")
    return "\n\n".join([f"📅 <b>{title}</b>", head, f"<code>{esc(address(found, rules))}</code>", *told])


def _who_sees(found: FeedAddress, role: Role) -> str:
    if role is Role.PATIENT:
        return say("Whoever has the address sees when, where and with which doctor, but never why.")
    if found.full_names:
        return say(
            "Whoever has the address sees your appointments, with patients by their <b>full names</b>, but never why"
            " they come."
        )
    return say(
        "Whoever has the address sees your appointments, with patients by their <b>initials</b>, but never why they"
        " come."
    )


def ask_renew() -> str:
    """Ask whether to renew the address, and name what goes."""
    ask = say("Renew the address of your calendar feed?")
    goes = say(
        "The old address stops working at once. Every calendar that uses it stops showing changes until it's given the"
        " new one."
    )
    return f"🔄 <b>{ask}</b>\n\n{goes}"


def renewed() -> str:
    """Say that the address is new."""
    return say("✅ This is your new address. The old one no longer works.")


def other_since() -> str:
    """Say that nothing was done, as the address of the card is not the one of now."""
    return say("The address on that card had already stopped working. This is the one you have now.")


def ask_stop() -> str:
    """Ask whether to stop the feed, and name what goes."""
    goes = say(
        "The address stops working at once, and calendars that use it get no more changes. You can have a new address"
        " at any time."
    )
    question = say("Stop your calendar feed?")
    return f"⏹ <b>{question}</b>\n\n{goes}"


def stopped() -> str:
    """Say that there is no feed any more."""
    return say(
        "⏹ Your calendar feed is stopped, and its address no longer works. Please also remove the calendar from your app,"
        " as some apps keep showing what they had."
    )


def named(*, in_full: bool) -> str:
    """Say how patients are shown from now on."""
    if in_full:
        return say("✅ Your feed now shows patients by their full names.")
    return say("✅ Your feed now shows patients by their initials.")


def none_now() -> str:
    """Say that there is no feed."""
    return say("📅 You have no calendar feed at the moment.")
