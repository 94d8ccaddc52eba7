"""How the bot introduces itself to whoever has not started it yet. Plain text."""

from bot.localization.messages import say
from bot.texts.formats import shortened

# Bot API setMyDescription and setMyShortDescription.
MOST_IN_DESCRIPTION, MOST_IN_SHORT_ONE = 512, 120


def description(clinic: str) -> str:
    """Say what the bot is for, in a chat that is still empty."""
    return shortened(
        say(
            "Book a doctor's appointment at {clinic}, move it or cancel it, and be reminded in time. Tap Start.",
            clinic=clinic,
        ),
        MOST_IN_DESCRIPTION,
    )


def short_description(clinic: str) -> str:
    """Say the same in a line, on the bot's page and beside links to it."""
    # Translators: at most 56 characters beside the name of the clinic, which may have 64.
    return shortened(say("{clinic}: book, move and cancel appointments.", clinic=clinic), MOST_IN_SHORT_ONE)
