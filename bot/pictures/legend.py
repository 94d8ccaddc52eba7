"""A legend: what the patterns in a picture mean, one beside the other in a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.sheet import INK, SMALL, Sheet

SWATCH, HEIGHT = 52, 34
BESIDE, BETWEEN = 14, 44


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One pattern and what it means; without a pattern, the words say all."""

    words: str
    fill: str | None = None
    edge: str | None = None
    hatch: str | None = None


def draw_legend(
    sheet: Sheet, entries: Sequence[LegendEntry], start: tuple[float, float], room: float, *, color: str = INK
) -> None:
    """Draw a legend from `start` on, smaller than usual if its words are long."""
    x, y = start
    fit = min(1, room / max(1, sum(_width(sheet, entry) + BETWEEN for entry in entries) - BETWEEN))
    for entry in entries:
        at = x
        if entry.fill is not None:
            top, size = y - HEIGHT * fit / 2, (SWATCH * fit, HEIGHT * fit)
            sheet.box(x, top, *size, fill=entry.fill, edge=entry.edge, hatch=entry.hatch)
            at += (SWATCH + BESIDE) * fit
        sheet.text(at, y, entry.words, size=SMALL * fit, color=color)
        x += (_width(sheet, entry) + BETWEEN) * fit


def _width(sheet: Sheet, entry: LegendEntry) -> float:
    swatch = 0 if entry.fill is None else SWATCH + BESIDE
    return swatch + sheet.width_of(entry.words, SMALL)
