"""What people write besides answers: greetings, thanks, and words that sound like an emergency. Pure."""

import re
from enum import Enum

from bot.parsing.words.plain import plain


class SmallTalk(Enum):
    """What such words are about."""

    EMERGENCY = "emergency"
    GREETING = "greeting"
    THANKS = "thanks"


# A false alarm costs a sentence, a missed one more: so one of these anywhere in the text is enough.
_EMERGENCY = re.compile(
    r"\b(?:emergency|ambulance|heart attack|stroke|unconscious|suicid\w*|kill myself|overdose\w*|poison\w*"
    r"|(?:can't|cannot|can not|cant|hardly) breathe?|chok(?:e|ing)|bleeding|collapsed"
    r"|chest (?:pains?|hurts?)|pain in (?:my|the) chest)\b"
)
_GREETING = re.compile(r"(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|day))(?: there)?")
_THANKS = re.compile(r"(?:many |ok )?(?:thanks|thank you|thx)(?: (?:a lot|so much|very much))?")


def small_talk(text: str) -> SmallTalk | None:
    """Return what kind of small talk a text is, or None."""
    said = plain(text).strip(" .!?,")
    if _EMERGENCY.search(said):
        return SmallTalk.EMERGENCY
    if _GREETING.fullmatch(said):
        return SmallTalk.GREETING
    return SmallTalk.THANKS if _THANKS.fullmatch(said) else None
