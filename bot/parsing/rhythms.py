"""How often the visits of a series are, as people type it. Pure."""

from collections.abc import Mapping

from bot.parsing.words.english import in_english
from bot.parsing.words.plain import plain
from bot.parsing.words.tables import Topic
from services.models.series import Every

# In this order: "biweekly" has "weekly" in it.
ENGLISH = {
    "every 2 weeks": Every.TWO_WEEKS,
    "every two weeks": Every.TWO_WEEKS,
    "every other week": Every.TWO_WEEKS,
    "fortnightly": Every.TWO_WEEKS,
    "biweekly": Every.TWO_WEEKS,
    "every 3 weeks": Every.THREE_WEEKS,
    "every three weeks": Every.THREE_WEEKS,
    "every 4 weeks": Every.FOUR_WEEKS,
    "every four weeks": Every.FOUR_WEEKS,
    "every month": Every.MONTH,
    "monthly": Every.MONTH,
    "every week": Every.WEEK,
    "weekly": Every.WEEK,
}


def read_rhythm(text: str, names: Mapping[str, Every]) -> tuple[Every, str] | None:
    """Return how often they are, and what else was typed; `names` are those in the reader's language."""
    longest_first = sorted(names, key=len, reverse=True)
    known = ENGLISH | {_folded(name): names[name] for name in longest_first}
    for folded in (_folded(text), in_english(plain(text), Topic.SPAN)):
        for words, every in known.items():
            before, found, behind = folded.partition(words)
            if found:
                return every, f"{before} {behind}"
    return None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
