"""A sheet to draw on, in pixels: x to the right, y downwards. Only this file uses matplotlib's figures."""

import io
from threading import Lock
from typing import Any, Literal

from bot.pictures.fonts import lettered

DPI = 100
POINTS_AN_INCH = 72
# Wide enough to fill a phone's screen.
WIDTH, MARGIN = 1080, 28
# Sizes of writing, in pixels.
TITLE, LARGE, MIDDLE, SMALL = 52, 36, 32, 28
CUT = "…"
INK, PALE, LINE, PAPER = "#1b1f24", "#5a6472", "#c9d0d8", "#ffffff"
# matplotlib is not thread-safe. One picture at a time is enough: the others wait for a part of a second.
DRAWING = Lock()
Align = Literal["left", "center", "right"]


class Sheet:
    """A white sheet, `height` pixels high and WIDTH wide. What is drawn later lies above."""

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
        """Draw a rectangle from its upper left corner; `edge` is the colour of its border and hatching."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - an idle bot stays small

        style: dict[str, Any] = {"linestyle": (0, (4, 3)) if dashed else "solid"}
        border = 0 if edge is None else 0.8 if hatch else 1.5
        self._axes.add_artist(
            Rectangle(
                (x, y),
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
        xs, ys = zip(start, end, strict=True)
        self._axes.add_artist(
            Line2D(xs, ys, color=color, linewidth=width, linestyle=style, zorder=self._above())
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
        align: Align = "left",
        room: float | None = None,
    ) -> float:
        """Write a line whose middle is at the height `y`; return its width.

        `size` is the font's, in pixels. What has no `room` is cut, with … at its end.
        """
        text = text if room is None else self.fitting(text, room, size, bold=bold)
        drawn, families = lettered(text, bold=bold)
        self._axes.text(
            x,
            y,
            drawn,
            fontsize=size * POINTS_AN_INCH / DPI,
            fontfamily=list(families),
            fontweight="bold" if bold else "normal",
            color=color,
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,  # a name may contain a $
            zorder=self._above(),
        )
        return self.width_of(text, size, bold=bold)

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line would be."""
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - an idle bot stays small

        drawn, families = lettered(text, bold=bold)
        if not drawn:
            return 0.0
        font = FontProperties(family=list(families), weight="bold" if bold else "normal")
        font.set_size(size * POINTS_AN_INCH / DPI)
        return float(self._renderer.get_text_width_height_descent(drawn, font, ismath=False)[0])

    def fitting(self, text: str, room: float, size: float, *, bold: bool = False) -> str:
        """Return as much of the text as has room."""
        if self.width_of(text, size, bold=bold) <= room:
            return text
        most, least = len(text) - 1, 0
        while least < most:
            middle = (least + most + 1) // 2
            fits = self.width_of(text[:middle].rstrip() + CUT, size, bold=bold) <= room
            least, most = (middle, most) if fits else (least, middle - 1)
        return text[:least].rstrip() + CUT

    def png(self) -> bytes:
        """Return the picture."""
        content = io.BytesIO()
        # Not savefig, which depends on the user's settings of matplotlib, such as the size of the picture.
        self._canvas.print_png(content, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return content.getvalue()

    def _above(self) -> int:
        self._layer += 1
        return self._layer
