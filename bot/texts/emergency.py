"""What is said first to whoever sounds like an emergency: whom to call, and nothing about what it may be."""

from bot.localization.messages import say
from bot.texts.formats import esc
from services.clinic_rules import ClinicRules


def call_first(rules: ClinicRules) -> str:
    """Say whom to call in an emergency, and the clinic's telephone, where it is known."""
    number = esc(rules.emergency_number)
    call = say("🚑 <b>If this is an emergency, please call {number} now.</b>", number=number)
    clinic = f"\n☎️ {esc(rules.name)}: {esc(rules.phone)}" if rules.phone else ""
    return f"{call}{clinic}"


def emergency(rules: ClinicRules) -> str:
    """Answer words that sound like an emergency."""
    bot = say("I'm a bot, so nobody reads this right away. For anything that can wait, book an appointment.")
    return f"{call_first(rules)}\n\n{bot}"


def if_worse(rules: ClinicRules) -> str:
    """Say whom to call if something gets worse."""
    return say("If it suddenly gets worse, please call {number}.", number=esc(rules.emergency_number))
