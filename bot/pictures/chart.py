"""The picture of the clinic's statistics: appointments by day, and by doctor."""

from dataclasses import dataclass
from operator import attrgetter

from bot.localization.messages import Phrase, apart
from bot.localization.messages import number as said
from bot.pictures.legend import LegendEntry, draw_legend
from bot.pictures.sheet import DRAWING, INK, LARGE, MARGIN, MIDDLE, PALE, SMALL, TITLE, WIDTH, Sheet
from bot.texts import pictures as texts
from services.administration.statistics import Figures
from services.administration.visit_figures import StatusCounts

HEAD, PLOT, AXIS_FOOT = 320, 520, 80
# The sides of the plot: there is room for numbers before it, and for half a label behind it.
START, END = 110, WIDTH - 70
DOCTOR, DOCTORS_HEAD, BAR, FOOT = 104, 110, 40, 40
MOST_LABELS = 7
MOST_LINES = 4
EDGE = "#7a4a12"


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of every bar. It has its own pattern, not only its own colour."""

    words: Phrase
    fill: str
    hatch: str | None
    number_of: "attrgetter[int]"

    @property
    def edge(self) -> str | None:
        return EDGE if self.hatch else None


PARTS = (
    _Part(texts.KEPT, "#2f6fd0", None, attrgetter("kept")),
    _Part(texts.CANCELLED, "#f6dcc0", "//", attrgetter("cancelled")),
    _Part(texts.NOSHOW, "#e6d5f2", "xx", attrgetter("noshow")),
)


def stats_picture(clinic: str, figures: Figures) -> bytes:
    """Return the picture (PNG), WIDTH pixels wide. Takes a part of a second."""
    doctors = len(figures.by_doctor)
    with DRAWING:
        sheet = Sheet(HEAD + PLOT + AXIS_FOOT + DOCTORS_HEAD + doctors * DOCTOR + FOOT)
        room = WIDTH - 2 * MARGIN
        sheet.text(MARGIN, 54, apart(clinic), size=TITLE, bold=True, room=room)
        sheet.text(MARGIN, 116, texts.period(figures.days), size=LARGE, color=PALE, room=room)
        entries = [LegendEntry(str(part.words), part.fill, part.edge, part.hatch) for part in PARTS]
        draw_legend(sheet, entries, (MARGIN, 176), room)
        sheet.text(MARGIN, 244, str(texts.BY_DAY), size=LARGE, bold=True)
        _by_day(sheet, figures)
        _by_doctor(sheet, figures, HEAD + PLOT + AXIS_FOOT)
        return sheet.png()


def _bar(sheet: Sheet, part: _Part, corner: tuple[float, float], size: tuple[float, float]) -> None:
    (x, y), (width, height) = corner, size
    sheet.box(x, y, width, height, fill=part.fill, edge=part.edge, hatch=part.hatch)


def _by_day(sheet: Sheet, figures: Figures) -> None:
    most = max(tally.total for _, tally in figures.by_day)
    step = _step(most)
    top = max(most, 1)
    bottom = HEAD + PLOT
    for number in range(0, top + 1, step):
        y = bottom - PLOT * number / top
        sheet.line((START, y), (END, y))
        sheet.text(START - 16, y, said(number), size=SMALL, color=PALE, align="end", room=START - 30)
    count = len(figures.by_day)
    width = (END - START) / count
    every = -(-count // MOST_LABELS)
    for number, (day, tally) in enumerate(figures.by_day):
        x = START + number * width
        head = _upright(sheet, tally, (x + width * 0.12, bottom), width * 0.76, PLOT / top)
        if tally.total and count <= MOST_LABELS:
            total = said(tally.total)
            sheet.text(x + width / 2, head - 20, total, size=SMALL, bold=True, align="center", room=width - 8)
        # Counted from the end, so that today has a label.
        if (count - 1 - number) % every == 0:
            label, room = texts.short_day(day), every * width - 8
            sheet.text(x + width / 2, bottom + 36, label, size=SMALL, align="center", room=room)
    sheet.line((START, bottom), (END, bottom), color=INK, width=1.5)


def _upright(
    sheet: Sheet, tally: StatusCounts, foot: tuple[float, float], width: float, scale: float
) -> float:
    """Draw the bar of a day; return the height of its top."""
    x, y = foot
    for part in PARTS:
        height = part.number_of(tally) * scale
        if height:
            y -= height
            _bar(sheet, part, (x, y), (width, height))
    return y


def _step(most: int) -> int:
    """Return a round distance of grid lines, so that a few of them reach the maximum."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MOST_LINES >= most:
                return step
        size *= 10


def _by_doctor(sheet: Sheet, figures: Figures, top: float) -> None:
    heading = texts.by_doctor(len(figures.by_doctor), figures.doctors)
    sheet.text(MARGIN, top + 50, heading, size=LARGE, bold=True, room=WIDTH - 2 * MARGIN)
    most = max((row.tally.total for row in figures.by_doctor), default=1)
    scale = (WIDTH - 2 * MARGIN) / most
    for number, row in enumerate(figures.by_doctor):
        y = top + DOCTORS_HEAD + number * DOCTOR
        end = WIDTH - MARGIN
        taken = sheet.text(end, y, said(row.tally.total), size=MIDDLE, bold=True, align="end")
        name = texts.doctor_name(row.doctor)
        sheet.text(MARGIN, y, name, size=MIDDLE, room=WIDTH - 2 * MARGIN - taken - 24)
        x: float = MARGIN
        for part in PARTS:
            width = part.number_of(row.tally) * scale
            if width:
                _bar(sheet, part, (x, y + 22), (width, BAR))
                x += width
