"""Where things are in a day's picture: each block at its time, none beside another. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.pictures.timeline import MINUTE, Scale
from services.models.appointments import AppointmentStatus
from services.models.slots import Slot

# The height of a block, in pixels: easy to read, or at least readable if there are very many.
EASY, LEAST = 52, 40
# The height of an hour, in pixels: good to look at, or at least with room for its label.
HOUR_EASY, HOUR_LEAST = 110, 42
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment; `label` is the patient's name."""

    slot: Slot
    label: str
    status: AppointmentStatus


@dataclass(frozen=True, slots=True)
class Free:
    """A free slot."""

    slot: Slot


Item = Booked | Free


@dataclass(frozen=True, slots=True)
class DayBlock:
    """One item, or several that follow each other, from the height `top` to `bottom`."""

    top: float
    bottom: float
    items: tuple[Item, ...]

    @property
    def slot(self) -> Slot:
        """The time that the block covers."""
        return _around(self.items)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the day with its least height."""

    start: datetime
    end: datetime
    least: float

    @property
    def minutes(self) -> float:
        return (self.end - self.start) / MINUTE

    def height(self, rate: float) -> float:
        """Return its height if a minute is `rate` pixels high."""
        return max(self.minutes * rate, self.least)


_Group = tuple[Item, ...]


def arranged(items: Sequence[Item], shown: Slot, top: float, room: float) -> tuple[Scale, list[DayBlock]]:
    """Return the blocks from `top` on, one below the other, in at most about `room` pixels.

    They are in order. Each minute has the same height, but what would be too low to be read gets the height
    that it needs, and later things move down. If there is not enough room, neighbours share a block.
    """
    groups: list[_Group] = []
    stretches: list[_Stretch] = []
    for groups, least in _ways(items):  # the first that fits, or else the last
        stretches = _stretches(groups, shown, least)
        if _height(stretches, HOUR_LEAST / 60) <= room:
            break
    usual = median([_minutes(_around(group)) for group in groups] or [60])
    scale = _scale(stretches, top, _rate(stretches, max(HOUR_EASY / 60, EASY / usual), room))
    slots = [(_around(group), group) for group in groups]
    return scale, [DayBlock(scale.y(slot.start), scale.y(slot.end), group) for slot, group in slots]


def _ways(items: Sequence[Item]) -> Iterator[tuple[list[_Group], float]]:
    """Yield the ways to make blocks with their least heights, the nicest first."""
    # Overlapping items, if there ever are any, share a block, because nothing stands beside anything else.
    alone = _joined([(item,) for item in sorted(items, key=lambda item: item.slot)], _overlap)
    yield alone, EASY
    with_free_together = _joined(alone, _free_in_a_row)
    for least in range(EASY, LEAST - 1, -1):
        yield with_free_together, least
    for count in range(2, len(with_free_together) + 1):
        yield _by_number(with_free_together, count), LEAST


def _joined(groups: Sequence[_Group], belong: Callable[[_Group, _Group], bool]) -> list[_Group]:
    """Return the groups, with neighbours that belong together joined."""
    found: list[_Group] = []
    for group in groups:
        if found and belong(found[-1], group):
            found[-1] += group
        else:
            found.append(group)
    return found


def _overlap(one: _Group, other: _Group) -> bool:
    return _around(one).overlaps(_around(other))


def _free_in_a_row(one: _Group, other: _Group) -> bool:
    """Tell whether both are free, and no other slot would fit between them."""
    slot = _around(other)
    is_near = slot.start - _around(one).end < slot.end - slot.start
    return is_near and all(isinstance(item, Free) for item in (*one, *other))


def _by_number(groups: Sequence[_Group], count: int) -> list[_Group]:
    """Return the groups, with so many neighbours joined, but not across a break of an hour."""
    found: list[_Group] = []
    joined = 0
    for group in groups:
        if found and joined < count and _around(group).start - _around(found[-1]).end < HOUR:
            found[-1] += group
            joined += 1
        else:
            found.append(group)
            joined = 1
    return found


def _around(items: _Group) -> Slot:
    return Slot(items[0].slot.start, max(item.slot.end for item in items))


def _minutes(slot: Slot) -> float:
    return (slot.end - slot.start) / MINUTE


def _stretches(groups: Sequence[_Group], shown: Slot, least: float) -> list[_Stretch]:
    """Return the stretches of the day: those of the groups, and those between them."""
    found, at = [], shown.start
    for slot in map(_around, groups):
        found += [_Stretch(at, slot.start, 0), _Stretch(slot.start, slot.end, least)]
        at = slot.end
    return [*found, _Stretch(at, shown.end, 0)]


def _height(stretches: Sequence[_Stretch], rate: float) -> float:
    return sum(stretch.height(rate) for stretch in stretches)


def _rate(stretches: Sequence[_Stretch], wanted: float, room: float) -> float:
    """Return how many pixels high a minute is: as wanted, or less if there is not enough room."""
    rate = wanted
    while (least := HOUR_LEAST / 60) < rate and _height(stretches, rate) > room + 1:
        short = [stretch for stretch in stretches if stretch.height(rate) > stretch.minutes * rate]
        minutes = sum(stretch.minutes for stretch in stretches if stretch not in short)
        # Short stretches keep their least height, and the others share the rest; then some of these become
        # short.
        left = room - _height(short, rate)
        rate = max(left / minutes if minutes else 0, least)
    return rate


def _scale(stretches: Sequence[_Stretch], top: float, rate: float) -> Scale:
    instants, heights = [stretches[0].start], [top]
    for stretch in stretches:
        instants.append(stretch.end)
        heights.append(heights[-1] + stretch.height(rate))
    return Scale(instants, heights)
