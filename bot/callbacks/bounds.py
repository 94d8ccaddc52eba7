"""The bounds of the values in a button's data. A value outside them was not made by this bot.

So no command or dialog gets a number that the database cannot hold (BSON has 64 bits), a day from which no
week can be counted (Python ends at 9999), or a malformed id.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from services.models.announcements import AnnouncementId
from services.models.appointments import AppointmentId
from services.models.people import ChatId, UserId

# The search text shares the 64 bytes with a code, an id and two numbers.
SEARCH_BYTES = 30
# Pages, minutes, days: more than any list or month has.
MOST = 999_999
YEARS = range(2000, 3000)
# The id of a chat has at most 52 significant bits (Bot API Chat); that of a group is negative.
MOST_CHAT_ID = 2**52 - 1
ID = re.compile(r"(?:[0-9a-f]{24})?")
# Also that of a patient without an account.
USER_ID = re.compile(r"(?:[0-9a-f]{24}|p-[0-9a-f]{22})?")
WORD = re.compile(r"[\w./+-]{0,48}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShortText:
    """Marks a text that people typed, cut to what a button carries (see short_search)."""


@dataclass(frozen=True, slots=True)
class Word:
    """Marks a name that the bot has made, with the form of `pattern`."""

    pattern: re.Pattern[str] = WORD


Search = Annotated[str, ShortText()]
# An id that has no type of its own.
Id = Annotated[str, Word(ID)]
# The key of a specialization (see keyboards.specialization_key); empty for all.
Key = Annotated[str, Word(re.compile(r"(?:[0-9a-f]{12})?"))]
# A day that may be left open (ISO 8601).
IsoDay = Annotated[str, Word(re.compile(r"(?:2\d{3}-[01]\d-[0-3]\d)?", re.ASCII))]
# A time of day as it is typed, with a dot for the colon: 10.30AM; it may be left open.
TypedTime = Annotated[str, Word(re.compile(r"(?:1?[0-9]\.[0-5][0-9](?:[AP]M)?)?", re.ASCII))]


def plain(hint: Any) -> Any:
    """Return the type of a hint, without its mark."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def is_within(hint: Any, value: Any) -> bool:
    """Tell whether a value in a button's data is one that the bot may have put there."""
    if get_origin(hint) is Annotated:
        return _has_form(get_args(hint)[1], value)
    if hint is ChatId:
        return bool(abs(value) <= MOST_CHAT_ID)
    if hint is UserId:
        return USER_ID.fullmatch(value) is not None
    if hint in {AppointmentId, AnnouncementId}:
        return ID.fullmatch(value) is not None
    if isinstance(value, date):  # also a datetime
        return value.year in YEARS
    return 0 <= value <= MOST if isinstance(value, int) else WORD.fullmatch(value) is not None


def _has_form(mark: ShortText | Word, text: str) -> bool:
    if isinstance(mark, Word):
        return mark.pattern.fullmatch(text) is not None
    try:
        return len(text.encode()) <= SEARCH_BYTES and text == text.strip()
    except UnicodeEncodeError:  # a lone surrogate
        return False
