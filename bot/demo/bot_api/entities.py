"""Message text and its entities as Telegram stores them. Offsets and lengths are in UTF-16 code units.

Source: Bot API, MessageEntity.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from bot.demo.bot_api.chats import Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 32768

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
VERBATIM = frozenset({"code", "pre"})
# Nothing that is found in plain text can be in them.
WHOLE = frozenset({"text_link", "date_time"})
# Of entities that cover the same text, the outer one comes first.
RANK = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "date_time": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
# Found in any text. A command must not be a part of a path, a tag or a word.
COMMAND = re.compile(
    r"(?<![\w/<>])/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?![\w/<>@])",
)
FOUND = {
    "bot_command": COMMAND,
    "url": re.compile(r"(?<!\w)https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]"),
    "email": re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w@])"),
    "mention": re.compile(r"(?<![\w/.@])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\w@])"),
    "hashtag": re.compile(r"(?<![\w&#])#(?=\w*[^\W\d])\w{1,256}(?![\w#])"),
}

# What is in each of these: it is looked for first, as most texts have none.
SIGNS = {"bot_command": "/", "url": "://", "email": "@", "mention": "@", "hashtag": "#"}

CONTROL = re.compile(r"[\0-\x09\x0b\x0c\x0e-\x1f]")
# Carriage returns, marks that change the direction of writing, strokes over neighbouring letters.
DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
# How a client writes a point in time: "r" alone, or a weekday, a short or long date, a short or long time.
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
UNIX_TIME = re.compile(r"[0-9]{1,10}")
INVISIBLE = re.compile("[\\s\u00a0\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff\ufe00-\ufe0f]*")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its Bot API MessageEntity objects, outer ones first."""

    text: str
    entities: list[Json] = field(default_factory=list)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def tidy(raw: Formatted) -> Formatted:
    """Return the text as Telegram stores it: cleaned, trimmed, with all entities, which do not overlap."""
    text, entities = _clean(raw.text, raw.entities)
    end = units(text.rstrip(" \n"))
    begin = units(text) - units(text.lstrip(" \n"))
    if end <= begin:
        return Formatted("")
    entities = [cut for entity in entities if (cut := _shrink(entity, text, end)) is not None]
    begin = min([begin, *(entity["offset"] for entity in entities)])
    text = _slice(text, begin, end)
    entities = [{**entity, "offset": entity["offset"] - begin} for entity in _merge(entities)]
    if INVISIBLE.fullmatch(text):
        return Formatted("")
    entities += _find(text, entities)
    return Formatted(text, in_order(piece for entity in entities for piece in _uncrossed(entity, entities)))


def _clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    # A lone surrogate is no character, but two of them may be one.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = CONTROL.sub(" ", text)
    if not DROPPED.search(text):
        return text, entities
    # Each dropped character is one UTF-16 unit long. A position moves by the number dropped before it.
    dropped = [units(text[: match.start()]) for match in DROPPED.finditer(text)]
    moved = []
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        before = sum(place < first for place in dropped)
        within = sum(first <= place < last for place in dropped)
        if entity["length"] > within:
            moved.append({**entity, "offset": first - before, "length": entity["length"] - within})
    return DROPPED.sub("", text), moved


def _slice(text: str, begin: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")


def _shrink(entity: Json, text: str, end: int) -> Json | None:
    """Remove from an entity leading spaces, and what is beyond the end of the text."""
    last = min(entity["offset"] + entity["length"], end)
    covered = _slice(text, entity["offset"], last)
    skipped = len(covered) - len(covered.lstrip(" \n"))
    first = entity["offset"] + skipped
    return {**entity, "offset": first, "length": last - first} if last > first else None


def span(entity: Json) -> tuple[int, int]:
    """Return where an entity begins and ends."""
    return entity["offset"], entity["offset"] + entity["length"]


def _merge(entities: list[Json]) -> list[Json]:
    """Join adjacent entities of one style, and remove styles, links and times within code."""
    verbatim = [span(entity) for entity in entities if entity["type"] in VERBATIM]
    kept = [entity for entity in entities if entity["type"] not in SPLITTABLE]
    for style in SPLITTABLE:
        spans: list[tuple[int, int]] = []
        for first, last in sorted(span(entity) for entity in entities if entity["type"] == style):
            if spans and first <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            else:
                spans.append((first, last))
        for first, last in _without(spans, verbatim):
            kept.append({"type": style, "offset": first, "length": last - first})
    return _none_within(kept, verbatim)


def _uncrossed(entity: Json, others: list[Json]) -> list[Json]:
    """Split a style at an entity that begins inside it and ends outside, and at the ends of quotes."""
    if entity["type"] not in SPLITTABLE:
        return [entity]
    first, last = span(entity)
    cuts = {begin for begin, end in map(span, others) if first < begin < last < end}
    cuts |= {
        end
        for begin, end in (span(other) for other in others if other["type"] not in SPLITTABLE)
        if begin < first < end < last
    }
    edges = [first, *sorted(cuts), last]
    return [{**entity, "offset": a, "length": b - a} for a, b in pairwise(edges)]


def _none_within(entities: list[Json], verbatim: list[tuple[int, int]]) -> list[Json]:
    links = [span(entity) for entity in entities if entity["type"] == "text_link"]
    closed = {"text_link": verbatim, "date_time": verbatim + links}
    return [
        entity
        for entity in entities
        if not any(first <= entity["offset"] < last for first, last in closed.get(entity["type"], ()))
    ]


def _without(spans: list[tuple[int, int]], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for begin, end in holes:
        spans = [
            piece
            for first, last in spans
            for piece in ((first, min(last, begin)), (max(first, end), last))
            if piece[1] > piece[0]
        ]
    return spans


def in_order(entities: Iterable[Json]) -> list[Json]:
    """Return entities by place, outer ones first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], RANK.get(e["type"], 50)))


def _find(text: str, marked: list[Json]) -> list[Json]:
    """Find commands, addresses and tags; not within code or links, none across another."""
    taken = [span(entity) for entity in marked if entity["type"] in VERBATIM | WHOLE]
    quotes = [span(entity) for entity in marked if entity["type"].endswith("blockquote")]
    found: list[Json] = []
    for kind, pattern in FOUND.items():
        if SIGNS[kind] not in text:
            continue
        for match in pattern.finditer(text):
            first = units(text[: match.start()])
            last = first + units(match.group())
            crosses_quote = any(
                begin < first < end < last or first < begin < last < end for begin, end in quotes
            )
            if not crosses_quote and not any(first < end and begin < last for begin, end in taken):
                taken.append((first, last))
                found.append({"type": kind, "offset": first, "length": last - first})
    return found


def checked_time(unix: str, pattern: str) -> Json:
    """Return the fields of a date_time entity: a Unix time in seconds, and how clients write it.

    Without a format the text stays as it is, and a tap on it shows the time in the reader's own clock.
    Raises ValueError. Source: Bot API 9.5, MessageEntity, "Date-time entity formatting".
    """
    if not UNIX_TIME.fullmatch(unix):
        raise ValueError("Invalid Unix time")
    if not TIME_FORMAT.fullmatch(pattern):
        raise ValueError("Invalid date-time format")
    fields: Json = {"unix_time": int(unix)}
    return {**fields, "date_time_format": pattern} if pattern else fields


def checked_link(url: str) -> str | None:
    """Return a web address as Telegram keeps it; None if it drops it (the host has no dot and is no IP)."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
        url = "http://" + url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not port_ok or re.search(r"[\s<>]", url):
        return None
    if not ("." in host.strip(".") or ":" in host):
        return None
    return parts._replace(path=parts.path or "/").geturl()
