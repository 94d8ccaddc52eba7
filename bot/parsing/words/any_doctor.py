"""Whether somebody says that any doctor will do. Pure."""

from bot.parsing.words.english import in_english
from bot.parsing.words.plain import SEPARATORS, alone
from bot.parsing.words.tables import Topic

ANY_DOCTOR = {
    *("any", "any doctor", "any dr", "any of them", "any one", "anyone", "anybody", "any available doctor"),
    *("whoever", "whoever is free", "whoever's free", "who is free", "whoever is available"),
    *("whoever is free first", "first available doctor", "the first available", "no preference"),
    *("doesn't matter", "it doesn't matter", "don't mind", "i don't mind", "don't care", "i don't care"),
    *("doesnt matter", "dont mind", "dont care", "either", "either one", "all the same"),
}


def says_any_doctor(text: str) -> bool:
    """Tell whether the text says, in the reader's language or in English, that any doctor will do."""
    words = alone(text)
    said = {words, in_english(words, Topic.DOCTOR)}
    return any(each.strip(SEPARATORS).removesuffix("please").strip(SEPARATORS) in ANY_DOCTOR for each in said)
