"""Which font has which character: people's names are in any script, and what no font has is a box.

The font that matplotlib brings has Latin, Greek, Cyrillic, Hebrew, Arabic and more; for the rest those of the
machine are asked.
"""

import logging
import unicodedata
from functools import lru_cache
from typing import Any

USUAL = "DejaVu Sans"
# Families made for the scripts of the world, as systems have them; others are not searched.
MADE_FOR_ALL = ("Noto Sans", "FreeSans", "WenQuanYi", "Droid Sans Fallback", "Lohit", "Unifont")
BOX = "□"
# Marks and signs of which nothing is seen alone; one that can't be drawn is no loss.
UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}


def lettered(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text as it can be drawn, in one line, and the font families that it takes."""
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
    """Return the family that has the character, the usual one if it has; or None."""
    return next((name for name, font in _fonts(bold) if font.get_char_index(ord(char))), None)


@lru_cache(maxsize=2)
def _fonts(bold: bool) -> tuple[tuple[str, Any], ...]:
    """Return each family with the font of it that is drawn with (matplotlib FT2Font)."""
    from matplotlib import font_manager as fonts  # noqa: PLC0415 - an idle bot stays small

    # It warns of each family that has no bold one, and draws with the other.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    names = {font.name for font in fonts.fontManager.ttflist if font.name.startswith(MADE_FOR_ALL)}
    wanted = (
        (name, fonts.FontProperties(family=[name], weight="bold" if bold else "normal"))
        for name in (USUAL, *sorted(names))
    )
    return tuple((name, fonts.get_font(fonts.findfont(properties))) for name, properties in wanted)
