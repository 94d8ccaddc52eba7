"""What is said of the calendar feed."""

from bot.texts.formats import esc
from services.clinic_rules import ClinicRules
from services.models.calendar_feeds import FeedAddress
from services.models.people import Role


def address(found: FeedAddress, rules: ClinicRules) -> str:
    """Return where the feed is read. Plain text."""
    return rules.reached_at + found.path


def card(found: FeedAddress, role: Role, rules: ClinicRules) -> str:
    """Show the address, how to subscribe, and who can read it."""
    here = (
        "\n\nAs the clinic is set up now, this address only works on the computer that the bot runs on."
        if rules.is_local
        else ""
    )
    return (
        "📅 <b>Calendar feed</b>\n\nYour appointments, in the calendar that you use anyway. Tap the address to copy it:\n\n"
        f"<code>{esc(address(found, rules))}</code>\n\n{_how()}{here}\n\n{_who_sees(found, role)}\n\n"
        "Keep the address to yourself. A new password doesn't change it. If somebody else has it, renew it."
    )


def _how() -> str:
    return (
        "In your calendar app, add a calendar by its address (it's called “From URL”, “Subscribe from web” or “New calendar"
        " subscription”), and paste it there. From then on the app looks for changes by itself, in some apps only every"
        " few hours."
    )


def _who_sees(found: FeedAddress, role: Role) -> str:
    if role is Role.PATIENT:
        return "Whoever has the address sees when, where and with which doctor, but never why."
    shown = "patients by their <b>full names</b>" if found.full_names else "patients by their <b>initials</b>"
    return f"Whoever has the address sees your appointments, with {shown}, but never why they come."


def ask_renew() -> str:
    """Ask whether to renew the address, and name what goes."""
    return (
        "🔄 <b>Renew the address of your calendar feed?</b>\n\n"
        "The old address stops working at once. Every calendar that uses it stops showing changes until it's given the new one."
    )


def renewed() -> str:
    """Say that the address is new."""
    return "✅ This is your new address. The old one no longer works."


def other_since() -> str:
    """Say that nothing was done, as the address of the card is not the one of now."""
    return "The address on that card had already stopped working. This is the one you have now."


def ask_stop() -> str:
    """Ask whether to stop the feed, and name what goes."""
    return (
        "⏹ <b>Stop your calendar feed?</b>\n\n"
        "The address stops working at once, and calendars that use it get no more changes. You can have a new address at any time."
    )


def stopped() -> str:
    """Say that there is no feed any more."""
    return (
        "⏹ Your calendar feed is stopped, and its address no longer works. Please also remove the calendar from your app,"
        " as some apps keep showing what they had."
    )


def named(*, in_full: bool) -> str:
    """Say how patients are shown from now on."""
    how = "full names" if in_full else "initials"
    return f"✅ Your feed now shows patients by their {how}."


def none_now() -> str:
    """Say that there is no feed."""
    return "📅 You have no calendar feed at the moment."
