"""/places: where the clinic works."""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.tap import Tap
from bot.catalogue_drafts import CatalogueDraft
from bot.conversations.catalogue.editor import Asks, Choice, Editor, Setting, new_place_id
from bot.dialogs.access import ADMINS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Goto, Outcome
from bot.parsing.places import read_place
from bot.parsing.visit_kinds import NONE
from bot.parsing.words.english import understood
from bot.texts import catalogue as texts
from bot.texts import nouns
from bot.texts import place_settings as words
from services.errors import PlaceUnknown
from services.models.catalogue import Catalogue, Place


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    LIST = "places.list"
    CARD = "places.card"
    SETTING = "places.setting"
    RETIRE = "places.retire"


def _text(text: str) -> str:
    return "" if understood(text) in NONE else text


NOTHING = [Choice(words.NONE_LABEL, "none")]
SETTINGS: tuple[Setting[Place], ...] = (
    Setting("name", words.name, words.ask_name, lambda place, text, _catalogue: replace(place, name=text)),
    Setting(
        "address",
        words.address,
        words.ask_address,
        lambda place, text, _catalogue: replace(place, address=_text(text)),
        lambda _place, _catalogue: NOTHING,
    ),
    Setting(
        "phone",
        words.phone,
        words.ask_phone,
        lambda place, text, _catalogue: replace(place, phone=_text(text)),
        lambda _place, _catalogue: NOTHING,
    ),
    Setting(
        "directions",
        words.directions,
        words.ask_directions,
        lambda place, text, _catalogue: replace(place, directions=_text(text)),
        lambda _place, _catalogue: NOTHING,
    ),
)


def _read(context: ClinicContext, text: str, catalogue: Catalogue) -> Place:
    del catalogue
    return read_place(text, new_place_id(context), context.clinic.rules.region)


EDITOR: Editor[Place] = Editor(
    asks=Asks(Ask.LIST, Ask.CARD, Ask.SETTING, Ask.RETIRE),
    words=texts.PLACES,
    new=lambda draft: draft.new_place,
    with_new=lambda draft, entry: replace(draft, new_place=entry),
    unknown=PlaceUnknown,
    settings=SETTINGS,
    all=lambda catalogue: catalogue.places.values(),
    read=_read,
    line=lambda place, _catalogue: texts.place_line(place),
    card=lambda place, _catalogue: texts.place_card(place),
)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the list."""
    del context, tap
    return Goto(Ask.LIST, CatalogueDraft())


DIALOG = Dialog(
    command="places",
    noun=nouns.CHANGE_OF_PLACES,
    visitors=ADMINS,
    begin=begin,
    steps=EDITOR.steps(),
    in_words=(Ask.LIST,),
)
