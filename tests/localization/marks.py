"""What people see, and which words of it come from no catalogue: the pseudo-language has no ASCII letter."""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from bot.demo.bot_api.faults import Call
from bot.parsing.languages import COMMON_LANGUAGES
from services.accounts.fields import COMMON_SPECIALIZATIONS

WORD = re.compile(r"[A-Za-z]+")
# What stays in Latin letters in every language, each with its reason.
KEPT = re.compile(
    "|".join(
        (
            r"https?://\S+",
            r"<?[\w.+-]+>?@[\w-]+(?:\.[\w-]+)+",
            # Commands, and names of people in the examples behind them.
            r"(?<![\w<>/:.=@])/[a-z][a-z_]*(?: \d+)?(?: Rao\b)?",
            # The time of all zones, and names of zones as the tz database has them.
            r"\bUTC\b",
            r"\b(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/+-]+",
            # Codes to hand a patient over with, which are typed.
            r"\b[A-Z]{4}-[A-Z]{4}\b",
            # The usual specializations are those that clinics store: one is shown as it was typed.
            *COMMON_SPECIALIZATIONS,
            # Settings, as operators write them.
            r"\bMAX_[A-Z_]+\b",
        )
    )
)
TAG = re.compile(r"</?[a-z-]+[^>]*>")
# The parts of a page that are no text.
WITHOUT_WORDS = re.compile(r"(?s)<style>.*?</style>|<!doctype html>")
# What calendars show of an appointment (RFC 5545 section 3.8.1).
IN_CALENDARS = ("SUMMARY", "DESCRIPTION", "LOCATION")
TEXTS = ("text", "caption", "description", "short_description")


# Languages are named in themselves where one is chosen.
LANGUAGES = set(COMMON_LANGUAGES.values())


def unmarked(text: str) -> list[str]:
    """Return the words of a text that come from no catalogue."""
    if text in LANGUAGES or not WORD.search(text):
        return []
    return WORD.findall(KEPT.sub(" ", text))


def plain(text: str) -> str:
    """Return what is seen of a text in HTML."""
    return unescape(TAG.sub(" ", text))


def found_in(texts: Iterable[str]) -> list[str]:
    """Return the texts in which something is not translated, each once, behind its words."""
    return [f"{' '.join(words)} | {text}" for text in dict.fromkeys(texts) if (words := unmarked(text))]


def shown(call: Call) -> Iterator[str]:
    """Return all that people see of a call: texts, labels of buttons, answers to taps, menus."""
    params = call.params
    is_html = params.get("parse_mode") == "HTML"
    for name in TEXTS:
        if said := params.get(name):
            yield plain(said) if is_html else said
    for row in json.loads(params.get("reply_markup") or "{}").get("inline_keyboard", ()):
        yield from (button["text"] for button in row)
    for command in json.loads(params.get("commands") or "[]"):
        yield command["description"]
    media: dict[str, Any] = json.loads(params.get("media") or "{}")
    if said := media.get("caption"):
        yield plain(said)
