"""A sheet to draw on, in pixels: x in the direction in which the reader reads, y downwards.

For somebody who reads from right to left all is mirrored here, so what draws knows of one direction only.
Only this file uses matplotlib's figures.
"""

import io
from threading import Lock
from typing import Any, Literal

from bot.localization.isolates import LRM, RLM
from bot.localization.reader import language
from bot.pictures.fonts import cut, half_height, lettered

DPI = 100
POINTS_AN_INCH = 72
# Wide enough to fill a phone's screen.
WIDTH, MARGIN = 1080, 28
# Sizes of writing, in pixels.
TITLE, LARGE, MIDDLE, SMALL = 52, 36, 32, 28
CUT = "…"
# Down to this share of its size, a text with too little room is made smaller before it is cut.
SMALLEST, STEP = 0.7, 0.99
# Writing lies above all else, or what is drawn next would cut the feet of its letters off.
TOP = 1_000_000
INK, PALE, LINE, PAPER = "#1b1f24", "#5a6472", "#c9d0d8", "#ffffff"
# matplotlib is not thread-safe. One picture at a time is enough: the others wait for a part of a second.
DRAWING = Lock()
# Where a text stands: its start, its middle or its end is at the given place.
Align = Literal["start", "center", "end"]


class Sheet:
    """A white sheet for the reader, `height` pixels high and WIDTH wide.

    What is drawn later lies above what was drawn before, and all writing above both.
    """

    def __init__(self, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an idle bot stays small
        from matplotlib.figure import Figure  # noqa: PLC0415 - likewise

        # Not made by pyplot, which keeps every figure and belongs to one thread.
        figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
        self.height = height
        self._canvas = FigureCanvasAgg(figure)
        self._renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._layer = 1
        self._is_mirrored = language().is_rtl

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        edge: str | None = None,
        hatch: str | None = None,
        dashed: bool = False,
    ) -> None:
        """Draw a rectangle from its first upper corner; `edge` is the colour of its border and hatching."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - an idle bot stays small

        style: dict[str, Any] = {"linestyle": (0, (4, 3)) if dashed else "solid"}
        border = 0 if edge is None else 0.8 if hatch else 1.5
        self._axes.add_artist(
            Rectangle(
                (WIDTH - x - width if self._is_mirrored else x, y),
                width,
                height,
                facecolor=fill,
                edgecolor=edge or fill,
                linewidth=border,
                hatch=hatch,
                zorder=self._above(),
                **style,
            )
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        color: str = LINE,
        width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """Draw a straight line."""
        from matplotlib.lines import Line2D  # noqa: PLC0415 - an idle bot stays small

        style: Any = (0, (4, 3)) if dashed else "solid"
        xs, ys = [self._place(x) for x, _ in (start, end)], [y for _, y in (start, end)]
        self._axes.add_artist(
            Line2D(
                xs,
                ys,
                color=color,
                linewidth=width,
                linestyle=style,
                zorder=self._above(),
            )
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        color: str = INK,
        bold: bool = False,
        align: Align = "start",
        room: float | None = None,
    ) -> float:
        """Write a line whose middle is at the height `y`; return its width.

        `size` is the font's, in pixels. What has no `room` is made smaller, and cut, with … at its end, where
        that is not enough. All lines at the same height stand on the same line, whatever their script.
        """
        if room is not None:
            text, size = self.fitting(text, room, size, bold=bold)
        drawn, families = self._lettered(text, bold=bold)
        self._axes.text(
            self._place(x),
            y + half_height() * size,
            drawn,
            fontsize=size * POINTS_AN_INCH / DPI,
            fontfamily=list(families),
            fontweight="bold" if bold else "normal",
            color=color,
            horizontalalignment=self._side(align),
            verticalalignment="baseline",
            parse_math=False,  # a name may contain a $
            zorder=TOP,
        )
        return self.width_of(text, size, bold=bold)

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line would be."""
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - an idle bot stays small

        drawn, families = self._lettered(text, bold=bold)
        if not drawn:
            return 0.0
        font = FontProperties(family=list(families), weight="bold" if bold else "normal")
        font.set_size(size * POINTS_AN_INCH / DPI)
        return float(self._renderer.get_text_width_height_descent(drawn, font, ismath=False)[0])

    def fitting(self, text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, float]:
        """Return as much of the text as has room, and the size in which it has."""
        smallest = size * SMALLEST
        # Hinting rounds the width of each letter, so that a line is not exactly as wide as its size says.
        while (width := self.width_of(text, size, bold=bold)) > room and size > smallest:
            size = max(size * min(room / width, STEP), smallest)
        if width <= room:
            return text, size
        most, least = len(text) - 1, 0
        while least < most:
            middle = (least + most + 1) // 2
            fits = self.width_of(cut(text, middle) + CUT, size, bold=bold) <= room
            least, most = (middle, most) if fits else (least, middle - 1)
        return cut(text, least) + CUT, size

    def png(self) -> bytes:
        """Return the picture."""
        content = io.BytesIO()
        # Not savefig, which depends on the user's settings of matplotlib, such as the size of the picture.
        self._canvas.print_png(content, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return content.getvalue()

    def _lettered(self, text: str, *, bold: bool) -> tuple[str, tuple[str, ...]]:
        """Return a text as it is drawn in a line of the reader's direction, and the font families for it."""
        drawn, families = lettered(text, bold=bold)
        if not drawn or (drawn.isascii() and not self._is_mirrored):
            return drawn, families
        return (RLM if self._is_mirrored else LRM) + drawn, families

    def _place(self, x: float) -> float:
        return WIDTH - x if self._is_mirrored else x

    def _side(self, align: Align) -> Literal["left", "center", "right"]:
        if align == "center":
            return "center"
        return "right" if (align == "end") is not self._is_mirrored else "left"

    def _above(self) -> int:
        self._layer += 1
        return self._layer
