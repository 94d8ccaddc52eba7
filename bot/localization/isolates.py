"""Isolates keep what is put into a sentence from turning it around (Unicode UAX #9: RLI, FSI, PDI)."""

import re
from unicodedata import bidirectional

RLI, FSI, PDI = "\u2067", "\u2068", "\u2069"
# A mark at the start of a line says in which direction it is read (UAX #9, P2).
LRM, RLM = "\u200e", "\u200f"
ISOLATES = re.compile("[\u2066-\u2069]")
# What turns all that follows it on the line: embeddings, overrides, isolates, and the ends of them.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = {"R", "AL"}
# A command that stands in a sentence: /book, but no closing tag and no part of an address.
COMMAND = re.compile(r"(?<![\w<>/:.=@])/[a-z][a-z_]*")
# The words behind it, unless they go on in other letters: those are read from there on.
_WORDS = r"(?:(?: (?:\{\w+\}|[A-Za-z0-9][A-Za-z0-9-]*))+(?! ?[\w{-]))?"
# Between letters that are read from right to left the parts of 2027-05-04 change places (UAX #9, rule W2).
_ISO_DAY = r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])"
TURNED = re.compile(rf"{COMMAND.pattern}{_WORDS}|{_ISO_DAY}")
# What is copied from a line of the bot: its isolates, and the mark that leads it from the right.
COPIED = re.compile("^[\u200e\u200f\u2066-\u2069]+|[\u2066-\u2069]", re.MULTILINE)


def isolated(value: str, *, in_rtl: bool) -> str:
    """Return a value as it stands in a sentence of either direction.

    What has the direction of its sentence cannot turn it around, and stands there as it is; so names in
    Latin letters can be copied and searched for in languages that are written with them. Isolates end with
    the line, so several lines are left alone, but none of them turns the others around.
    """
    if not value or value.isdecimal():
        return value
    if not value.isascii():
        value = harmless(value)
    if "\n" in value or (not in_rtl and (value.isascii() or not has_rtl(value))):
        return value
    # A value of several, each between isolates of its own, has no letter outside of them that would say in
    # which direction it is read: it was put together in that of its sentence.
    return f"{RLI if in_rtl and FSI in value else FSI}{value}{PDI}"


def harmless(text: str) -> str:
    """Return a text that turns nothing around it: on each line its isolates end, and it has no overrides.

    What somebody has typed, or is called in Telegram, may have any of them.
    """
    if not TURNS.search(text):
        return text
    return "\n".join(map(_balanced, text.split("\n")))


def _balanced(line: str) -> str:
    """Return a line without overrides, and with an end to each isolate, and none without its isolate."""
    kept, depth = [], 0
    for sign in line:
        if not TURNS.match(sign):
            kept.append(sign)
        elif sign == PDI and depth:
            kept.append(sign)
            depth -= 1
        elif sign != PDI and ISOLATES.match(sign):
            kept.append(sign)
            depth += 1
    return "".join(kept) + PDI * depth


def seen_length(text: str) -> int:
    """Return how many signs of a text are seen."""
    return len(without_isolates(text))


def open_isolates(text: str) -> int:
    """Return how many isolates of a text do not end in it."""
    return sum(-1 if sign == PDI else 1 for sign in ISOLATES.findall(text))


def cut_to(text: str, most: int) -> str:
    """Return the first signs of a text, so many of those that are seen. Its isolates may lack their ends."""
    kept, seen = [], 0
    for sign in text:
        seen += not ISOLATES.match(sign)
        if seen > most:
            break
        kept.append(sign)
    return "".join(kept)


def has_rtl(value: str) -> bool:
    """Tell whether a text has letters that are read from right to left."""
    return any(bidirectional(sign) in RIGHT_TO_LEFT for sign in value)


def with_latin_isolated(text: str) -> str:
    """Return a sentence that is read from right to left, with commands and ISO days the right way round."""
    return TURNED.sub(f"{FSI}\\g<0>{PDI}", text)


def with_plain_code(text: str) -> str:
    """Return a text in Telegram's HTML with isolates around what a tap copies: it copies all of it."""
    return text.replace(f"<code>{FSI}", f"{FSI}<code>").replace(f"{PDI}</code>", f"</code>{PDI}")


def as_typed(text: str) -> str:
    """Return what somebody may have copied from the chat as they would type it."""
    return COPIED.sub("", text)


def without_isolates(text: str) -> str:
    """Return a text as somebody would type it."""
    return ISOLATES.sub("", text)
