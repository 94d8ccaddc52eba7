"""Which font has which character. Names may be in any script; a character that no font has becomes a box.

The font of matplotlib has Latin, Greek, Cyrillic, Hebrew, Arabic and more; other scripts need a font of the
machine.
"""

import logging
import unicodedata
from functools import lru_cache
from typing import Any

USUAL = "DejaVu Sans"
# Font families with many scripts that systems have; no others are searched.
MADE_FOR_ALL = ("Noto Sans", "FreeSans", "WenQuanYi", "Droid Sans Fallback", "Lohit", "Unifont")
BOX = "□"
# Categories of characters that are invisible by themselves; they can be left out.
UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}


def lettered(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text as it can be drawn, in one line, and the font families for it."""
    families = {USUAL: None}
    drawn = []
    for char in " ".join(text.split()):
        family = _family(char, bold)
        if family is not None:
            families[family] = None
            drawn.append(char)
        elif unicodedata.category(char) not in UNSEEN:
            drawn.append(BOX)
    return "".join(drawn), tuple(families)


@lru_cache(maxsize=4096)
def _family(char: str, bold: bool) -> str | None:
    """Return a family that has the character, preferably the usual one; or None."""
    return next((name for name, font in _fonts(bold) if font.get_char_index(ord(char))), None)


@lru_cache(maxsize=2)
def _fonts(bold: bool) -> tuple[tuple[str, Any], ...]:
    """Return the font of each family that is used for drawing (matplotlib FT2Font)."""
    from matplotlib import font_manager as fonts  # noqa: PLC0415 - an idle bot stays small

    # It warns about each family without a bold font, and draws with the normal one.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    names = {font.name for font in fonts.fontManager.ttflist if font.name.startswith(MADE_FOR_ALL)}
    wanted = (
        (name, fonts.FontProperties(family=[name], weight="bold" if bold else "normal"))
        for name in (USUAL, *sorted(names))
    )
    return tuple((name, fonts.get_font(fonts.findfont(properties))) for name, properties in wanted)
