"""What is said about a text that was not clear, or not all of which was."""

from collections.abc import Sequence

from bot.localization.messages import say
from bot.texts.formats import comma_list, doctor, esc
from bot.texts.specializations import specialization
from bot.texts.time_bounds import bounds_in_words
from services.availability.time_bounds import TimeBounds

# So many letters of what was not understood are repeated.
MOST_REPEATED = 60


def not_understood(
    doctors: Sequence[str],
    kinds: Sequence[str],
    bounds: TimeBounds,
    quoted: Sequence[str],
    left: Sequence[str],
) -> str:
    """Say what was understood of a text, what was not, and ask what the person would like to do.

    `quoted` is what is understood as it was typed: a reason, or for whom it is.
    """
    parts = [doctor(name) for name in doctors]
    parts += [esc(str(specialization(kind))) for kind in kinds]
    parts += [bounds_in_words(bounds)] if bounds else []
    parts += [f"“{esc(each)}”" for each in quoted]
    head = (
        say("I understood: {what}.", what=comma_list(parts)) if parts else say("I'm not sure what you mean.")
    )
    rest = f" {not_read(left)}" if parts and left else ""
    return f"{head}{rest}\n\n" + say("What would you like to do?")


def tap_to_be_sure() -> str:
    """Say after a typed yes that the button is to be tapped, as it is for good."""
    return say("To be sure, please tap the button:")


def answer_by_tapping() -> str:
    """Say that an answer was not understood; the buttons of the question stand below."""
    return say("I'm not sure what you mean. Please tap one of these:")


def not_read(left: Sequence[str]) -> str:
    """Say which words were not understood."""
    words = " ".join(left)
    if len(words) > MOST_REPEATED:
        words = f"{words[: MOST_REPEATED - 1]}…"
    return say("I didn't understand “{words}”.", words=esc(words))
