"""A legend: what the patterns in a picture mean, one beside the other in a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.sheet import INK, SMALL, Sheet

SWATCH, HEIGHT = 52, 34
BESIDE, BETWEEN = 14, 44
# Nothing is to be read below that share of the usual size.
SMALLEST, STEP = 0.4, 0.97


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
    fit = 1.0
    while fit > SMALLEST and sum(_width(sheet, entry, fit) for entry in entries) - BETWEEN * fit > room:
        fit *= STEP
    for entry in entries:
        at = x
        if entry.fill is not None:
            top, size = y - HEIGHT * fit / 2, (SWATCH * fit, HEIGHT * fit)
            sheet.box(x, top, *size, fill=entry.fill, edge=entry.edge, hatch=entry.hatch)
            at += (SWATCH + BESIDE) * fit
        sheet.text(at, y, entry.words, size=SMALL * fit, color=color)
        x += _width(sheet, entry, fit)


def _width(sheet: Sheet, entry: LegendEntry, fit: float) -> float:
    """Return how wide an entry is, with the space behind it."""
    swatch = 0 if entry.fill is None else SWATCH + BESIDE
    return (swatch + BETWEEN) * fit + sheet.width_of(entry.words, SMALL * fit)
