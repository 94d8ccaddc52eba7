"""Which font has which character. Names may be in any script; a character that no font has becomes a box.

The font of matplotlib has Latin, Greek, Cyrillic, Hebrew and more; those in the folder `typefaces` have
Arabic and Devanagari, with Latin letters that go with them (Noto Sans as Google publishes it, see OFL.txt).
Other scripts need a font of the machine.
"""

import logging
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.localization.reader import language

TYPEFACES = Path(__file__).parent / "typefaces"
USUAL, ARABIC, DEVANAGARI = "DejaVu Sans", "Noto Sans Arabic", "Noto Sans Devanagari"
OURS = (USUAL, ARABIC, DEVANAGARI)
# The family in which a language is written, as far as it has the letters; for the others, the usual one.
FIRST = {"ar": ARABIC, "hi": DEVANAGARI}
# Font families with many scripts that systems have; no others are searched.
MADE_FOR_ALL = ("Noto Sans", "FreeSans", "WenQuanYi", "Droid Sans Fallback", "Lohit", "Unifont")
# From the middle of a line down to where its letters stand, as a part of the font's size.
HALF_HEIGHTS = {ARABIC: 0.32}
HALF_HEIGHT = 0.37
BOX = "□"
# Categories of characters that are invisible by themselves; they can be left out.
UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs"}
# Marks and isolates, which are followed and not drawn, so that no font has to have them (UAX #9).
DIRECTIONS = set("\u200e\u200f\u061c\u2066\u2067\u2068\u2069")
# Embeddings and overrides would show a name backwards; nobody needs them.
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e")
JOINERS = {"\u200c", "\u200d"}
# The combining class of viramas: the letter behind one is a part of the letter before it.
VIRAMA = 9


def lettered(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text as it can be drawn, in one line, and the font families for it."""
    first = _first()
    families = {first: None}
    drawn = []
    for char in " ".join(text.split()):
        family = _family(char, bold, first)
        if char in DIRECTIONS:
            drawn.append(char)
        elif char in OVERRIDES:
            continue
        elif family is not None:
            families[family] = None
            drawn.append(char)
        elif unicodedata.category(char) not in UNSEEN:
            drawn.append(BOX)
    return "".join(drawn), tuple(families)


def half_height() -> float:
    """Return how far below its middle a line's letters stand, as a part of the font's size."""
    return HALF_HEIGHTS.get(_first(), HALF_HEIGHT)


def cut(text: str, most: int) -> str:
    """Return the start of a text, of so many characters at most, without a part of a letter at its end."""
    while 0 < most < len(text) and _is_one_letter(text[most - 1], text[most]):
        most -= 1
    return text[:most].rstrip()


def _first() -> str:
    return FIRST.get(language().code, USUAL)


def _is_one_letter(before: str, after: str) -> bool:
    if after in JOINERS or before == "\u200d" or unicodedata.category(after).startswith("M"):
        return True
    return unicodedata.combining(before) == VIRAMA and unicodedata.category(after) == "Lo"


@lru_cache(maxsize=4096)
def _family(char: str, bold: bool, first: str) -> str | None:
    """Return a family that has the character, preferably the first one; or None."""
    fonts = _fonts(bold)
    return next((name for name in (first, *fonts) if fonts[name].get_char_index(ord(char))), None)


@lru_cache(maxsize=2)
def _fonts(bold: bool) -> dict[str, Any]:
    """Return the font of each family that is used for drawing (matplotlib FT2Font), ours first."""
    from matplotlib import font_manager as fonts  # noqa: PLC0415 - an idle bot stays small

    # It warns about each family without a bold font, and draws with the normal one.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    _bring_ours(fonts.fontManager)
    machines = {font.name for font in fonts.fontManager.ttflist if font.name.startswith(MADE_FOR_ALL)}
    wanted = (
        (name, fonts.FontProperties(family=[name], weight="bold" if bold else "normal"))
        for name in (*OURS, *sorted(machines.difference(OURS)))
    )
    return {name: fonts.get_font(fonts.findfont(properties)) for name, properties in wanted}


def _bring_ours(manager: Any) -> None:
    """Let matplotlib know our fonts, before a machine's of the same name, which may lack a weight."""
    files = [str(path) for path in sorted(TYPEFACES.glob("*.ttf"))]
    for path in files:
        if all(font.fname != path for font in manager.ttflist):
            manager.addfont(path)
    manager.ttflist.sort(key=lambda font: font.fname not in files)
