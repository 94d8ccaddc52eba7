"""A legend: what the patterns in a picture mean, one beside the other in a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.sheet import INK, SMALL, Sheet

SWATCH, HEIGHT = 52, 34
BESIDE, BETWEEN = 14, 44
# Nothing is to be read below that share of the usual size.
SMALLEST, STEP = 0.4, 0.97


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One pattern and what it means; without a pattern, the words say all."""

    words: str
    fill: str | None = None
    edge: str | None = None
    hatch: str | None = None


def draw_legend(
    sheet: Sheet, items: Sequence[LegendItem], start: tuple[float, float], room: float, *, color: str = INK
) -> None:
    """Draw a legend from `start` on, smaller than usual if its words are long."""
    x, y = start
    fit = 1.0
    while fit > SMALLEST and sum(_width(sheet, item, fit) for item in items) - BETWEEN * fit > room:
        fit *= STEP
    for item in items:
        at = x
        if item.fill is not None:
            top, size = y - HEIGHT * fit / 2, (SWATCH * fit, HEIGHT * fit)
            sheet.box(x, top, *size, fill=item.fill, edge=item.edge, hatch=item.hatch)
            at += (SWATCH + BESIDE) * fit
        sheet.text(at, y, item.words, size=SMALL * fit, color=color)
        x += _width(sheet, item, fit)


def _width(sheet: Sheet, item: LegendItem, fit: float) -> float:
    """Return how wide an item is, with the space behind it."""
    swatch = 0 if item.fill is None else SWATCH + BESIDE
    return (swatch + BETWEEN) * fit + sheet.width_of(item.words, SMALL * fit)
