"""Days and times as people say them in a sentence, in the reader's language or in English. Pure."""

from bot.parsing.when.finding import find_when
from bot.parsing.when.joining import joined
from bot.parsing.when.model import FoundWhen, When

__all__ = ["FoundWhen", "When", "find_when", "joined"]
