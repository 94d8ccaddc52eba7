"""Isolates keep what is put into a sentence from turning it around (Unicode UAX #9, FSI and PDI)."""

import re
from unicodedata import bidirectional

FSI, PDI = "\u2068", "\u2069"
RIGHT_TO_LEFT = {"R", "AL"}
# A command that stands in a sentence: /book, but no closing tag and no part of an address.
COMMAND = re.compile(r"(?<![\w<>/:.=@])/[a-z][a-z_]*")


def isolated(value: str, *, in_rtl: bool) -> str:
    """Return a value as it stands in a sentence of either direction.

    What has the direction of its sentence cannot turn it around, and stands there as it is; so names in
    Latin letters can be copied and searched for in languages that are written with them. Isolates end with
    the line, so several lines are left alone.
    """
    if not value or "\n" in value or value.isdecimal():
        return value
    if not in_rtl and (value.isascii() or not has_rtl(value)):
        return value
    return f"{FSI}{value}{PDI}"


def has_rtl(value: str) -> bool:
    """Tell whether a text has letters that are read from right to left."""
    return any(bidirectional(sign) in RIGHT_TO_LEFT for sign in value)


def with_commands_isolated(text: str) -> str:
    """Return a sentence that is read from right to left, with its commands standing the right way round."""
    return COMMAND.sub(f"{FSI}\\g<0>{PDI}", text)


def without_isolates(text: str) -> str:
    """Return a text as somebody would type it."""
    return text.replace(FSI, "").replace(PDI, "")
