"""What people write besides answers: greetings, thanks, and words that sound like an emergency. Pure."""

import re
from collections.abc import Iterable
from enum import Enum

from bot.localization.reader import language
from bot.parsing.words.letters import comparable, runs
from bot.parsing.words.plain import plain
from bot.parsing.words.tables import small_talk_of


class SmallTalk(Enum):
    """What such words are about."""

    EMERGENCY = "emergency"
    GREETING = "greeting"
    THANKS = "thanks"


# Shorter signs of an emergency may begin other words.
SHORTEST_SIGN = 4
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
    return _in_english(said) or _in_the_readers(said)


def _in_the_readers(said: str) -> SmallTalk | None:
    reads, words = language(), comparable(said)
    table = small_talk_of(reads)
    if _begins(words, table.get(SmallTalk.EMERGENCY.value, ())):
        return SmallTalk.EMERGENCY
    bare = " ".join(part for is_word, part in runs(words) if is_word)
    return next(
        (kind for kind in (SmallTalk.GREETING, SmallTalk.THANKS) if bare in table.get(kind.value, ())), None
    )


def _begins(words: str, signs: Iterable[str]) -> bool:
    """Tell whether a word of the text begins with one of the signs; a short sign is a whole word."""
    spaced = f" {' '.join(part for is_word, part in runs(words) if is_word)} "
    return any(f" {sign}{'' if len(sign) >= SHORTEST_SIGN else ' '}" in spaced for sign in signs)


def _in_english(said: str) -> SmallTalk | None:
    if _EMERGENCY.search(said):
        return SmallTalk.EMERGENCY
    if _GREETING.fullmatch(said):
        return SmallTalk.GREETING
    return SmallTalk.THANKS if _THANKS.fullmatch(said) else None
