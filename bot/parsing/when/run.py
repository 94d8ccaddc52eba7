"""The items of a text as the grammar goes through them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.parsing.when.lexicon import Senses
from bot.parsing.when.model import When
from bot.parsing.when.tokens import Item

END = Item(-1, -1, {})
# No rule of the grammar looks farther behind the last item.
FARTHEST = 20
# Words and signs that only lead to what is said, or stand between.
_CONNECTING = frozenset(
    {
        *("glue", "on", "at", "in", "during", "the", "of", "a", "by", "to", "from", "from_weak", "as_moved"),
        *("any", "early", "until", "before", "after", "between", "and", "or", "not", "no", "next", "this"),
        *(
            "coming",
            "last",
            "since",
            "the_date",
            "past",
            "minus",
            "in_post",
            "on_post",
            "from_post",
            "plural",
        ),
        *("until_post", "before_post", "after_post", "between_post", "not_post", "year", "ago", "and_before"),
        *("weak", "date_post", "except_post", "to_post"),
    }
)


@dataclass(slots=True)
class Run:
    """The items of a text, and the day on which it is read.

    `moving`: what is from one day to another is not a period. `kinds` are all that its items may be; signs
    such as commas are among them. `memory` keeps what rules have read at a place.
    """

    items: Sequence[Item]
    today: date
    moving: bool = False
    kinds: frozenset[str] = field(init=False)
    memory: dict[Any, Any] = field(init=False, default_factory=dict)
    _of: list[Senses] = field(init=False)

    def __post_init__(self) -> None:
        self._of = [item.of for item in self.items]
        signs = (item.sign for item in self.items if item.sign)
        self.kinds = frozenset().union(*self._of, signs)
        # The place before the first item is the last one of these.
        self._of += [END.of] * FARTHEST

    def at(self, place: int) -> Item:
        """Return the item at that place; behind the last, and before the first, there is an empty one."""
        return self.items[place] if 0 <= place < len(self.items) else END

    def has(self, place: int, *kinds: str) -> bool:
        """Tell whether the item at that place may be of one of the kinds."""
        return not self._of[place].keys().isdisjoint(kinds)

    def get(self, place: int, kind: str) -> int | None:
        """Return the number that the item at that place has for the kind, or None."""
        return self._of[place].get(kind)

    def weekday(self, place: int) -> int | None:
        """Return the weekday that is named there, or None; two letters name one only before a date."""
        return None if self.has(place, "short") else self.get(place, "weekday")

    def past(self, place: int, *kinds: str) -> int:
        """Return the place behind all items from that one on that are of one of the kinds."""
        while not self._of[place].keys().isdisjoint(kinds):
            place += 1
        return place

    def past_sign(self, place: int, *signs: str) -> int:
        """Return the place behind the sign that stands there, or that place."""
        return place + 1 if self.at(place).sign in signs and signs else place

    def says_something(self, place: int) -> bool:
        """Tell whether something that is no mere sign stands there, behind nothing but such words."""
        while (of := self._of[place]) and of.keys() <= _CONNECTING:
            place += 1
        return bool((of and "ordinary" not in of) or self.at(place).dates)


@dataclass(frozen=True, slots=True)
class Piece:
    """What the grammar has read: what it says, the place behind it, and whether that says it alone."""

    when: When
    end: int
    is_sure: bool = True
