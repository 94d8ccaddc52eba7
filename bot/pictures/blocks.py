"""The blocks of a day's picture: appointments and free slots, one below the other."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.pictures.layout import EASY, Booked, DayBlock
from bot.pictures.sheet import LARGE, MIDDLE, PALE, PAPER, SMALL, Sheet
from bot.texts import pictures as texts
from bot.texts.formats import clock_time, comma_list, times_of
from services.models.appointments import AppointmentStatus

GAP = 3


@dataclass(frozen=True, slots=True)
class _Look:
    """How a block looks: its colour, and the bar at its side (None: a dashed border instead)."""

    fill: str
    bar: str | None


LOOKS = {
    AppointmentStatus.HELD: _Look("#d5e5fa", "#1d5fbf"),
    AppointmentStatus.BOOKED: _Look("#d5e5fa", "#1d5fbf"),
    AppointmentStatus.CANCELLED: _Look("#e9ecf0", "#5a6472"),
    AppointmentStatus.FULFILLED: _Look("#d8efdc", "#1b7434"),
    AppointmentStatus.NOSHOW: _Look("#fce2cf", "#b0500a"),
}
FREE, SEVERAL = _Look(PAPER, None), _Look("#e9ecf0", "#5a6472")


@dataclass(frozen=True, slots=True)
class _Words:
    """The text in a block: the time, the name, and the status."""

    when: str
    label: str
    note: str = ""


def draw_block(sheet: Sheet, block: DayBlock, x: float, width: float, zone: ZoneInfo) -> None:
    """Draw a block from `x` on, `width` pixels wide."""
    left, end = x + GAP, x + width - GAP
    _ground(sheet, _look(block), (left, block.top + GAP), (end - left, block.bottom - block.top - 2 * GAP))
    # In a high block the name stands at the top.
    is_long = block.bottom - block.top > 2 * EASY
    y = block.top + EASY / 2 + GAP if is_long else (block.top + block.bottom) / 2
    _write(sheet, _words(block, zone), (left, y), end - 18, min(1, (block.bottom - block.top) / EASY))


def _look(block: DayBlock) -> _Look:
    looks = {LOOKS[item.status] if isinstance(item, Booked) else FREE for item in block.items}
    return looks.pop() if len(looks) == 1 else SEVERAL


def _words(block: DayBlock, zone: ZoneInfo) -> _Words:
    booked = [item for item in block.items if isinstance(item, Booked)]
    free = len(block.items) - len(booked)
    when = clock_time(block.slot.start, zone)
    if len(block.items) > 1:
        when = times_of(block.slot, zone)
    if not booked:
        return _Words(when, texts.several_free(free))
    names = comma_list([item.label for item in booked])
    if len(block.items) > 1:
        return _Words(when, names, texts.together(len(booked), free))
    return _Words(when, names, texts.status(booked[0].status))


def _ground(sheet: Sheet, look: _Look, corner: tuple[float, float], size: tuple[float, float]) -> None:
    (x, y), (width, height) = corner, size
    if look.bar is None:
        sheet.box(x, y, width, height, fill=look.fill, edge=PALE, dashed=True)
    else:
        sheet.box(x, y, width, height, fill=look.fill)
        sheet.box(x, y, 10, height, fill=look.bar)


def _write(sheet: Sheet, words: _Words, at: tuple[float, float], end: float, fit: float) -> None:
    """Write one line, up to `end`; `fit` scales the usual size of the writing."""
    x, y = at
    x += 26 + sheet.text(x + 26, y, words.when, size=MIDDLE * fit, bold=True) + 22
    if words.note:
        end -= sheet.text(end, y, words.note, size=SMALL * fit, color=PALE, align="end") + 22
    sheet.text(x, y, words.label, size=(LARGE if words.note else SMALL) * fit, room=end - x)
