"""Reads places and rooms, each in a line, and the places that stand behind hours. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.parsing.hours import CLOSED
from bot.parsing.words.english import in_english, speaks_of_days
from bot.parsing.words.plain import alone, plain
from services.models.catalogue import Place, Room, RoomId
from services.models.scheduling import Hours
from services.models.slots import PlaceId
from services.names.digits import count_digits
from services.names.folding import folded
from services.patients.fields import found_phone

# So many digits a telephone number has at least: a postal code has fewer.
LEAST_DIGITS = 7
ANYWHERE = {"anywhere", "any place", "any", "no fixed place", "everywhere", "all places"}
_COMMA = re.compile(r"\s*[,;،؛\n]\s*")
_NUMBER_BEHIND = re.compile(r"[\s#]*(?:no\.?\s*)?\d+$|\s+[a-z]$", re.IGNORECASE)
_AT = r"(?:\b(?:at|in)\s+|@\s*)?"
# Of a name with several words one is enough if no other place has it, and it says nothing of hours by itself.
SAID_OF_HOURS = {
    *CLOSED,
    "day",
    "days",
    "from",
    "till",
    "until",
    "noon",
    "midnight",
    "morning",
    "afternoon",
    "evening",
}
SHORTEST_WORD = 3
# A place in a text is replaced by one character of a private use area, which no reader takes for anything.
FIRST_MARK = 0xE000


def read_place(text: str, place_id: PlaceId, region: str | None) -> Place:
    """Return the place that a line describes: its name, and in any order its telephone and its address."""
    name, *parts = _COMMA.split(text.strip())
    phone, address = "", []
    for part in parts:
        is_phone = count_digits(part) >= LEAST_DIGITS and found_phone(part, region)
        if is_phone and not phone:
            phone = part
        elif part:
            address.append(part)
    return Place(place_id, name, ", ".join(address), phone)


def read_room(text: str, room_id: RoomId, places: Sequence[Place]) -> Room:
    """Return the room that a line describes: its name, its group, and its place.

    Without a group it is of that of its name: “Ultrasound 1” is one of “ultrasound”.
    """
    name, *parts = [each for each in _COMMA.split(text.strip()) if each] or [""]
    place = None
    if parts and (found := named_place(parts[-1], places)) is not None:
        place, parts = found.id, parts[:-1]
    group = ", ".join(parts) or _NUMBER_BEHIND.sub("", name)
    return Room(room_id, name, group, place)


def named_place(text: str, places: Iterable[Place]) -> Place | None:
    """Return the one place that is named: by its whole name, or by how only its name begins."""
    words = folded(text)
    found = [place for place in places if folded(place.name) == words]
    found = found or [place for place in places if words and folded(place.name).startswith(words)]
    return found[0] if len(found) == 1 else None


def marked(text: str, places: Sequence[Place]) -> str:
    """Return the text with a mark in the place of each name of a place; `placed` reads the marks again."""
    text = plain(text)
    for alias, number in sorted(_aliases(places).items(), key=lambda each: -len(each[0])):
        name = re.escape(alias).replace(r"\ ", r"\s+")
        text = re.sub(rf"{_AT}(?<!\w){name}(?!\w)", f" {chr(FIRST_MARK + number)} ", text)
    return " ".join(text.split())


def placed(hours: Iterable[Hours], places: Sequence[Place]) -> tuple[Hours, ...]:
    """Return the hours with the ids of places instead of their marks."""
    return tuple(
        each if each.place is None else replace(each, place=places[ord(each.place) - FIRST_MARK].id)
        for each in hours
    )


def split_place(text: str, places: Sequence[Place]) -> tuple[str, PlaceId | None]:
    """Return a text without the place at its beginning or its end, and that place, if there is one."""
    words = marked(text, places) if places else text
    marks = [each for each in words if FIRST_MARK <= ord(each) < FIRST_MARK + len(places)]
    if len(marks) != 1:
        return text, None
    return alone(words.replace(marks[0], " ")), places[ord(marks[0]) - FIRST_MARK].id


def _aliases(places: Sequence[Place]) -> Mapping[str, int]:
    found = {plain(place.name): number for number, place in enumerate(places)}
    having: dict[str, set[int]] = {}
    for name, number in found.items():
        for word in name.split(" "):
            having.setdefault(word, set()).add(number)
    # A word that is a day or a month, too, stays one, and so does one for hours.
    short = {
        word: min(numbers)
        for word, numbers in having.items()
        if len(numbers) == 1
        and len(word) >= SHORTEST_WORD
        and word.isalpha()
        and not speaks_of_days(word)
        and in_english(word) not in SAID_OF_HOURS
    }
    return {**short, **found}
