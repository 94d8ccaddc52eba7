"""A button on a card of an earlier day, or in another language, still gives the answer that it says."""

import re
from collections.abc import Iterable, Iterator

from bot.conversations.catalogue import kind_settings, places, rooms
from bot.conversations.catalogue.editor import Choice, E, Setting
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import speaking
from services.models.catalogue import Catalogue, KindId, Place, Room, RoomId, VisitKind
from services.models.slots import PlaceId
from tests.localization.pseudo import marked as said
from tests.localization.pseudo import pseudo_language

KIND = VisitKind(KindId("k"), "First visit", 45)
PLACE = Place(PlaceId("p"), "Harbour Street")
ROOM = Room(RoomId("r"), "Ultrasound 1", "ultrasound")
ASCII = re.compile(r"[A-Za-z]")
CATALOGUE = Catalogue(kinds={KIND.id: KIND}, places={PLACE.id: PLACE}, rooms={ROOM.id: ROOM})


def _choices(language: Language) -> list[tuple[str, str]]:
    """Return what all settings offer: what the buttons say, and what they answer."""
    with speaking(language):
        offered = [
            *_of(kind_settings.SETTINGS, KIND),
            *_of(places.SETTINGS, PLACE),
            *_of(rooms.SETTINGS, ROOM),
        ]
        return [(str(choice.label), choice.answer) for choice in offered]


def _of(settings: Iterable[Setting[E]], entry: E) -> Iterator[Choice]:
    for setting in settings:
        yield from setting.choices(entry, CATALOGUE)


def test_a_button_answers_the_same_in_every_language_and_is_said_in_each() -> None:
    english, marked = _choices(ENGLISH), _choices(pseudo_language())
    assert [answer for _, answer in marked] == [answer for _, answer in english]
    assert (f"1 {said('day')}", "1 day") in marked
    said_as_typed = {PLACE.name, ROOM.group}
    assert [label for label, answer in marked if answer not in said_as_typed and ASCII.search(label)] == []
