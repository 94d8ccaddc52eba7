"""The blocks of a day's picture: appointments and free slots, one a row or a few side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.pictures.sheet import LARGE, MIDDLE, PALE, PAPER, SMALL, Sheet
from bot.pictures.timeline import Row
from bot.texts import pictures as texts
from bot.texts.formats import clock_time
from services.models import AppointmentStatus, Slot

# A row that is less high can't be read.
LEAST_ROW = 52
# So many stand side by side, the last of them for all that are left.
MOST_CELLS = 3
GAP = 3


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
class _Look:
    """How a block looks: its filling, and the bar at its side (None: a dashed border instead)."""

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
class _Cell:
    """What stands in a block: when it begins, what it is, and what became of it, in a word and as a sign."""

    start: datetime | None
    label: str
    look: _Look
    note: str = ""
    mark: str = ""


def with_free_together(rows: Sequence[Row[Item]]) -> list[Row[Item]]:
    """Make one row of rows with several free slots that follow each other."""
    found: list[Row[Item]] = []
    for row in rows:
        last = found[-1] if found else None
        if last and len(last.items) > 1 and row.top - last.bottom < 1 and _is_free(last) and _is_free(row):
            last.items += row.items
            last.bottom = row.bottom
        else:
            found.append(row)
    return found


def _is_free(row: Row[Item]) -> bool:
    return all(isinstance(item, Free) for item in row.items)


def draw_row(sheet: Sheet, row: Row[Item], x: float, width: float, zone: ZoneInfo) -> None:
    """Draw a row from `x` on, `width` pixels wide."""
    cells = _cells(row.items)
    each = (width - 2 * GAP) / len(cells)
    for number, cell in enumerate(cells):
        left = x + GAP + number * each
        _block(sheet, cell, (left, row.top + GAP), (each - GAP, row.bottom - row.top - 2 * GAP))
        # The name of a long one stands at its beginning.
        is_long = row.bottom - row.top > 2 * LEAST_ROW
        y = row.top + LEAST_ROW / 2 + GAP if is_long else (row.top + row.bottom) / 2
        write = _write if len(cells) == 1 else _write_narrow
        write(sheet, cell, (left, y), left + each - GAP, zone)


def _cells(items: Sequence[Item]) -> list[_Cell]:
    """Return what stands side by side: free slots that follow each other are one."""
    cells, sizes = [], []
    for kind, group in groupby(items, type):
        some = list(group)
        if kind is Free:
            cells.append(_Cell(some[0].slot.start, texts.several_free(len(some)), FREE))
            sizes.append(len(some))
        else:
            cells += [_cell(one) for one in some if isinstance(one, Booked)]
            sizes += [1] * len(some)
    if len(cells) <= MOST_CELLS:
        return cells
    left = sum(sizes[MOST_CELLS - 1 :])
    return [*cells[: MOST_CELLS - 1], _Cell(None, texts.more(left), SEVERAL)]


def _cell(one: Booked) -> _Cell:
    mark = texts.MARKS.get(one.status, "")
    return _Cell(one.slot.start, one.label, LOOKS[one.status], texts.status(one.status), mark)


def _block(sheet: Sheet, cell: _Cell, corner: tuple[float, float], size: tuple[float, float]) -> None:
    (x, y), (width, height) = corner, size
    if cell.look.bar is None:
        sheet.box(x, y, width, height, fill=cell.look.fill, edge=PALE, dashed=True)
    else:
        sheet.box(x, y, width, height, fill=cell.look.fill)
        sheet.box(x, y, 10, height, fill=cell.look.bar)


def _write(sheet: Sheet, cell: _Cell, at: tuple[float, float], end: float, zone: ZoneInfo) -> None:
    """Write into a block that has the whole width, up to `end`."""
    x, y = at
    end -= 18
    when = clock_time(cell.start, zone) if cell.start else ""
    x += 26 + sheet.text(x + 26, y, when, size=MIDDLE, bold=True) + 22
    if cell.note:
        end -= sheet.text(end, y, cell.note, size=SMALL, color=PALE, align="right") + 22
    sheet.text(x, y, cell.label, size=LARGE if cell.note else SMALL, room=end - x)


def _write_narrow(sheet: Sheet, cell: _Cell, at: tuple[float, float], end: float, zone: ZoneInfo) -> None:
    """Write into one of several blocks side by side, up to `end`."""
    x, y = at
    x += 18
    if cell.start:
        x += sheet.text(x, y, texts.short_time(cell.start, zone), size=SMALL, bold=True) + 12
    if cell.mark:  # by itself, or a name that is written from right to left would come first
        x += sheet.text(x, y, cell.mark, size=SMALL) + 8
    sheet.text(x, y, cell.label, size=SMALL, room=end - 8 - x)
