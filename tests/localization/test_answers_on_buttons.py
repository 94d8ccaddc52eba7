"""A button on a card of an earlier day, or in another language, still gives the answer that it says."""

from collections.abc import Iterable, Iterator
from gettext import NullTranslations

from bot.conversations.catalogue import kind_settings, places, rooms
from bot.conversations.catalogue.editor import Choice, E, Setting
from bot.localization.languages import ENGLISH, Language
from bot.localization.reader import speaking
from services.models.catalogue import Catalogue, KindId, Place, Room, RoomId, VisitKind
from services.models.slots import PlaceId

KIND = VisitKind(KindId("k"), "First visit", 45)
PLACE = Place(PlaceId("p"), "Harbour Street")
ROOM = Room(RoomId("r"), "Ultrasound 1", "ultrasound")
CATALOGUE = Catalogue(kinds={KIND.id: KIND}, places={PLACE.id: PLACE}, rooms={ROOM.id: ROOM})


class _Marked(NullTranslations):
    """A language in which every sentence has a mark."""

    def gettext(self, message: str) -> str:
        return f"‹{message}›"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return f"‹{one if count == 1 else many}›"


def _marked() -> Language:
    language = Language("de", "Marked", "DE")
    vars(language)["messages"] = _Marked()
    return language


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
    english, marked = _choices(ENGLISH), _choices(_marked())
    assert [answer for _, answer in marked] == [answer for _, answer in english]
    assert ("‹1 day›", "1 day") in marked
    said_as_typed = {PLACE.name, ROOM.group}
    assert all("‹" in label for label, answer in marked if answer not in said_as_typed)
