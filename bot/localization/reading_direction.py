"""Each line of a message stands in the direction in which its reader reads.

Whoever shows a text gives each line the direction of its first letter that stands in no isolate (UAX #9, P2
and P3). Where that is the name of somebody, or there is none, the line would begin at the wrong end.
"""

import re
from html import unescape
from unicodedata import bidirectional

from bot.localization.isolates import COMMAND, FSI, ISOLATES, LRM, PDI, RIGHT_TO_LEFT, RLM
from bot.localization.reader import language

# Hebrew, Arabic and their neighbours, which few messages have.
RTL_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# What is hidden until it is tapped has no letters before.
TAG = re.compile(r"<tg-spoiler>.*?</tg-spoiler>|<[^<>]*>")
# The sign that a line of a card begins with, and the tags around it: 📍, •.
SIGN = re.compile(r"(?:<[^<>]*>)*[^\w\s<>&+(/@#\"'“„«\-\u2066-\u2069]+\s+(?:<[^<>]*>)*")
ALONE = re.compile(rf"(?<!{FSI}){COMMAND.pattern}")


def in_reading_direction(text: str) -> str:
    """Return a text, plain or in Telegram's HTML, with the direction of its reader on each line.

    Lines that begin with a letter stay as they were typed.
    """
    is_rtl = language().is_rtl
    if not is_rtl and (text.isascii() or not RTL_LETTERS.search(text)):
        return text
    return "\n".join(_line(each, is_rtl=is_rtl) for each in text.split("\n"))


def _line(line: str, *, is_rtl: bool) -> str:
    if is_rtl:
        line = ALONE.sub(f"{FSI}\\g<0>{PDI}", line)
    first = _first_letter(line)
    if first == ("R" if is_rtl else "L"):
        return line
    mark = RLM if is_rtl else LRM
    has_isolates = ISOLATES.search(line) is not None
    if (sign := SIGN.match(line)) and not has_isolates:
        # What stands behind the sign is as it was typed, and has the direction of its own letters.
        rest = line[sign.end() :]
        return f"{mark}{sign[0]}{FSI}{rest}{PDI}"
    return f"{mark}{line}" if sign or (first is None and has_isolates) else line


def _first_letter(line: str) -> str | None:
    """Return in which direction the first letter is read that stands in no isolate; None if there is none."""
    depth = 0
    for each in unescape(TAG.sub("", line)):
        if each == PDI:
            depth -= 1
        elif ISOLATES.match(each):
            depth += 1
        elif not depth and (kind := bidirectional(each)) in RIGHT_TO_LEFT | {"L"}:
            return "L" if kind == "L" else "R"
    return None
