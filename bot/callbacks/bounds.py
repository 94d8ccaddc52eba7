"""The bounds of the values in a button's data: what is outside them, no button of this bot has ever said.

So nothing behind the door meets a number that the database cannot hold (BSON has 64 bits), a day from which
no week can be counted (Python ends at 9999), or an id that is none.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from services.models.announcements import AnnouncementId
from services.models.appointments import AppointmentId
from services.models.people import ChatId, UserId

# What somebody searched for is beside a command's name, an id and two numbers.
SEARCH_BYTES = 30
# Pages, minutes, days: more than any list or month has.
MOST = 999_999
YEARS = range(2000, 3000)
# An id of a chat has at most 52 significant bits (Bot API Chat), and that of a group is negative.
MOST_CHAT_ID = 2**52 - 1
ID = re.compile(r"(?:[0-9a-f]{24})?")
WORD = re.compile(r"[\w./+-]{0,48}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShortText:
    """Marks a text that people typed, as much of it as a button carries (see short_search)."""


@dataclass(frozen=True, slots=True)
class Word:
    """Marks the name of a thing of ours that has the form of `pattern`."""

    pattern: re.Pattern[str] = WORD


Search = Annotated[str, ShortText()]
# The id of a thing that has no type of its own.
Id = Annotated[str, Word(ID)]
# Of a specialization (see keyboards.specialization_key); empty for all.
Key = Annotated[str, Word(re.compile(r"(?:[0-9a-f]{12})?"))]
# A day that may be left open (ISO 8601).
IsoDay = Annotated[str, Word(re.compile(r"(?:2\d{3}-[01]\d-[0-3]\d)?", re.ASCII))]


def plain(hint: Any) -> Any:
    """Return the type that a hint stands for: of one that is marked, the one that is."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def is_within(hint: Any, value: Any) -> bool:
    """Tell whether a value of a button is one that the bot itself may have put there."""
    if get_origin(hint) is Annotated:
        return _has_form(get_args(hint)[1], value)
    if hint is ChatId:
        return bool(abs(value) <= MOST_CHAT_ID)
    if hint in {UserId, AppointmentId, AnnouncementId}:
        return ID.fullmatch(value) is not None
    if isinstance(value, date):  # an instant, too
        return value.year in YEARS
    return 0 <= value <= MOST if isinstance(value, int) else WORD.fullmatch(value) is not None


def _has_form(mark: ShortText | Word, text: str) -> bool:
    if isinstance(mark, Word):
        return mark.pattern.fullmatch(text) is not None
    try:
        return len(text.encode()) <= SEARCH_BYTES and text == text.strip()
    except UnicodeEncodeError:  # half a character
        return False
