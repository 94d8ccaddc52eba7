"""What admins do with kinds of visit, places and rooms, and doctors with what they offer of them."""

from dataclasses import dataclass

from bot.callbacks.bounds import Id, Key
from bot.callbacks.tap import Tap
from services.models.people import UserId


@dataclass(frozen=True)
class OpenEntry(Tap, code="ent"):
    """Show the card of that kind, place or room."""

    entry_id: Id


@dataclass(frozen=True)
class OpenSetting(Tap, code="ent="):
    """Ask for one of the settings on a card, by its name, or change it to its next value."""

    name: str


@dataclass(frozen=True)
class PickSettingAnswer(Tap, code="ans"):
    """Choose one of the answers to a setting, by its key (see keyboards.short_key)."""

    key: Key


@dataclass(frozen=True)
class RetireEntry(Tap, code="retire"):
    """Ask whether to offer what is on the card no more, or offer it again."""


@dataclass(frozen=True)
class RemoveQuestion(Tap, code="ask-"):
    """Remove a question before the visit."""

    question_id: Id


@dataclass(frozen=True)
class OfferKind(Tap, code="offer"):
    """Let the doctor offer that kind of visit, or no more."""

    kind_id: Id


@dataclass(frozen=True)
class OpenGrid(Tap, code="grid"):
    """Ask how far apart visits begin."""


@dataclass(frozen=True)
class KindsFor(Tap, code="kinds="):
    """Begin to change which kinds of visit a doctor offers."""

    doctor_id: UserId


@dataclass(frozen=True)
class PickWorkplace(Tap, code="at"):
    """Choose where hours or time off are; the id is empty for no place of its own."""

    place_id: Id


@dataclass(frozen=True)
class RoomOutFor(Tap, code="out="):
    """Begin to say when a room is out of order, or in order again."""

    room_id: Id


@dataclass(frozen=True)
class InOrderAgain(Tap, code="out?"):
    """Ask whether the room is in order again."""

    out_id: Id
