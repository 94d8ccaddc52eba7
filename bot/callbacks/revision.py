"""The revision of a card, behind the data of a dialog's buttons: day:20270503~4f.

It says with which question a button was shown, so that a tap counts only for that question. Buttons under
notices, and those that begin something new, have none.
"""

import re
from string import ascii_lowercase, digits

from bot.callbacks.tap import BadTap, Tap

DIGITS = digits + ascii_lowercase
# Three of the 64 bytes. When a number is used again, the card that had it is long gone.
REVISIONS = len(DIGITS) ** 3
STAMPED = re.compile(r"(.*)~([0-9a-z]{1,3})", re.DOTALL)


def next_revision(revision: int) -> int:
    """Return the revision after that one."""
    return (revision + 1) % REVISIONS


def stamped(data: str, revision: int) -> str:
    """Return the data with the revision behind it."""
    high, low = divmod(revision, len(DIGITS))
    number = DIGITS[low]
    while high:
        high, low = divmod(high, len(DIGITS))
        number = DIGITS[low] + number
    return f"{data}~{number}"


def read_stamp(data: str) -> tuple[str, int | None]:
    """Return the data without its revision, and that (None: it has none)."""
    found = STAMPED.fullmatch(data)
    return (found[1], int(found[2], len(DIGITS))) if found else (data, None)


def read_button(data: str) -> tuple[Tap | None, int | None]:
    """Return what a tapped button means (None: it is none of ours), and its revision (None: it has none)."""
    unstamped, revision = read_stamp(data)
    tap = read_tap(unstamped)
    if tap is not None and revision is not None and tap.ends_in_search():
        return read_tap(data), None  # what looks like a revision is what somebody searched for
    return tap, revision


def read_tap(data: str) -> Tap | None:
    """Return what a button's data means; None where it is none of ours."""
    try:
        return Tap.unpack(data)
    except BadTap:
        return None
