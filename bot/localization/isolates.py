"""Isolates keep what is put into a sentence from turning it around (Unicode UAX #9, FSI and PDI)."""

import re
from unicodedata import bidirectional

FSI, PDI = "\u2068", "\u2069"
ISOLATES = re.compile("[\u2066-\u2069]")
# What turns all that follows it on the line: embeddings, overrides, isolates, and the ends of them.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = {"R", "AL"}
RLM = "\u200f"
ADDRESSES = ("https://", "http://")
OPENING = {"FSI", "LRI", "RLI"}
MARKUP = re.compile(r"<[^<>]+>|&\w+;")
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
    return f"{FSI}{value}{PDI}"


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


def led_from_the_right(text: str) -> str:
    """Return a text in a right-to-left language, each line of which is shown so (UAX #9, P2 and P3).

    A program goes by the first letter of a line that stands in no isolate. Where that is none, or a Latin
    one, as in “🕑 10:30” or in an address, a mark leads the line.
    """
    return "\n".join(line if _begins_rtl(line) else f"{RLM}{line}" for line in text.split("\n"))


def _begins_rtl(line: str) -> bool:
    """Tell whether a program shows a line from right to left, or has nothing in it to turn around."""
    if line.startswith(ADDRESSES):
        return True  # with a mark before it, some programs would not open it
    depth, has_isolates = 0, False
    for sign in MARKUP.sub("", line):
        kind = bidirectional(sign)
        if kind in OPENING:
            depth, has_isolates = depth + 1, True
        elif kind == "PDI":
            depth -= depth > 0
        elif not depth and (kind == "L" or kind in RIGHT_TO_LEFT):
            return kind != "L"
    return not has_isolates


def seen_length(text: str) -> int:
    """Return how many signs of a text are seen."""
    return len(without_isolates(text))


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
