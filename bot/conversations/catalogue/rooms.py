"""/rooms: the clinic's rooms and equipment."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.catalogue import RoomOutFor
from bot.callbacks.tap import Tap
from bot.catalogue_drafts import CatalogueDraft
from bot.conversations.catalogue.editor import Asks, Choice, Editor, Setting, new_room_id
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Goto, Outcome
from bot.input_errors import NotAChoice
from bot.parsing.places import ANYWHERE, named_place, read_room
from bot.parsing.words.english import understood
from bot.texts import catalogue as texts
from bot.texts import labels, nouns
from bot.texts import place_settings as words
from bot.ui.keyboards import Row, button
from services.errors import RoomUnknown
from services.models.catalogue import Catalogue, Room


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    LIST = "rooms.list"
    CARD = "rooms.card"
    SETTING = "rooms.setting"
    RETIRE = "rooms.retire"


def _groups(room: Room, catalogue: Catalogue) -> Sequence[Choice]:
    groups = {each.group for each in catalogue.rooms.values()}
    groups |= {kind.group for kind in catalogue.offered_kinds if kind.group}
    return [Choice(group, group) for group in sorted(groups - {room.group})]


def _places(room: Room, catalogue: Catalogue) -> Sequence[Choice]:
    del room
    places = [Choice(place.name, place.name) for place in catalogue.open_places]
    return [Choice(words.ANYWHERE_LABEL, "anywhere"), *places]


def _at(room: Room, text: str, catalogue: Catalogue) -> Room:
    if understood(text) in ANYWHERE:
        return replace(room, place=None)
    place = named_place(text, catalogue.open_places)
    if place is None:
        raise NotAChoice
    return replace(room, place=place.id)


SETTINGS: tuple[Setting[Room], ...] = (
    Setting("name", words.room_name, words.ask_room_name, lambda room, text, _: replace(room, name=text)),
    Setting("group", words.group, words.ask_group, lambda room, text, _: replace(room, group=text), _groups),
    Setting("place", words.where, words.ask_where, _at, _places),
)


def _read(context: ClinicContext, text: str, catalogue: Catalogue) -> Room:
    return read_room(text, new_room_id(context), catalogue.open_places)


def _more(room: Room) -> Sequence[Row]:
    return [[button(labels.OUT_OF_ORDER, RoomOutFor(room.id))]]


EDITOR: Editor[Room] = Editor(
    asks=Asks(Ask.LIST, Ask.CARD, Ask.SETTING, Ask.RETIRE),
    words=texts.ROOMS,
    new=lambda draft: draft.new_room,
    with_new=lambda draft, entry: replace(draft, new_room=entry),
    unknown=RoomUnknown,
    settings=SETTINGS,
    all=lambda catalogue: catalogue.rooms.values(),
    read=_read,
    line=texts.room_line,
    card=texts.room_card,
    more=_more,
)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the list."""
    del context, tap
    return Goto(Ask.LIST, CatalogueDraft())


DIALOG = Dialog(
    command="rooms",
    noun=nouns.CHANGE_OF_ROOMS,
    visitors=ADMINS,
    begin=begin,
    steps=EDITOR.steps(),
    in_words=(Ask.LIST,),
)
