"""Telegram's HTML parse mode. Error positions are in bytes of UTF-8.

Source: Bot API, "HTML style"; the texts of the errors are those of the public server, but of tg-time (Bot API
9.5): its source is not at hand, and the errors about it are worded as the others are.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.entities import VERBATIM, Formatted, checked_link, checked_time, in_order, span, units
from bot.demo.bot_api.errors import ApiBadRequest, Unsupported

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
SPACE = " \t\r\n\0\v"
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<dec>[0-9]*)|(?P<name>[A-Za-z]*))")
MAX_REFERENCE = 10


def parse_html(source: str) -> Formatted:
    """Read Telegram's HTML; only its own tags, nested rightly.

    Raises BadRequest "can't parse entities: ...".
    """
    return _Reader(source).read()


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    text_at: int
    attributes: dict[str, str]


class _Reader:
    """One pass over the source; `out` is the text so far, `offset` its length in UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> Formatted:
        while self.at < len(self.source):
            here = self.source[self.at]
            if here == "<":
                self._tag()
            elif here == "&":
                self._emit(self._reference())
            else:
                stop = re.compile(r"[<&]").search(self.source, self.at)
                end = stop.start() if stop else len(self.source)
                self._emit(self.source[self.at : end])
                self.at = end
        if self.open:
            _fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return Formatted("".join(self.out), in_order(self.entities))

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def _peek(self) -> str:
        # Beyond the end there is a NUL, which counts as a space.
        return self.source[self.at] if self.at < len(self.source) else "\0"

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _until(self, stops: str) -> str:
        begin = self.at
        while self._peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_spaces(self) -> None:
        while self._peek() in SPACE and self.at < len(self.source):
            self.at += 1

    def _reference(self) -> str:
        match = REFERENCE.match(self.source, self.at)
        decoded = _decode(match) if match else None
        if match is None or decoded is None:
            self.at += 1
            return "&"
        self.at = match.end()
        if self._peek() == ";":
            self.at += 1
        return decoded

    def _tag(self) -> None:
        begin = self._byte(self.at)
        self.at += 1
        if self._peek() == "/":
            self.at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)
        self.at += 1

    def _start_tag(self, begin: int) -> None:
        tag = self._until(SPACE + ">").lower()
        if self.at >= len(self.source):
            _fail(f"Unclosed start tag at byte offset {begin}")
        if tag not in STYLES:
            _fail(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, begin)
            attributes[name] = value
            argument = _argument(tag, (name, value)) or argument
        if tag == "span" and argument != "spoiler":
            _fail(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        if tag == "tg-time":
            _check_time(attributes, begin)
        self.open.append(_Open(tag, argument, self.offset, len(self.out), attributes))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._until(SPACE + "=>")
        if not name:
            _fail(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        if self._peek() != "=":
            if (tag, name) == ("blockquote", "expandable"):
                return name, name
            _fail(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {begin}',
            )
        self.at += 1
        self._skip_spaces()
        if self.at >= len(self.source):
            _fail(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted() if self._peek() in "'\"" else self._token()
        if self.at >= len(self.source):
            _fail(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _token(self) -> str:
        begin = self.at
        while re.match(r"[A-Za-z0-9.-]", self._peek()):
            self.at += 1
        if self._peek() not in SPACE + ">":
            _fail(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self.source[begin : self.at].lower()

    def _quoted(self) -> str:
        quote = self._peek()
        self.at += 1
        parts = []
        while self._peek() not in (quote, "\0"):
            if self._peek() == "&":
                parts.append(self._reference())
            else:
                parts.append(self._until(quote + "&\0"))
        if self._peek() == quote:
            self.at += 1
        return "".join(parts)

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            _fail(f"Unexpected end tag at byte offset {begin}")
        found = self._until(SPACE + ">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            _fail(f"Unclosed end tag at byte offset {begin}")
        opened = self.open.pop()
        if found and found != opened.tag:
            _fail(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{found}>"',
            )
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": STYLES[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            url = self._link(opened)
            if url is None:
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            raise Unsupported("the tag tg-emoji")
        elif opened.tag == "tg-time":
            entity |= _time(opened.attributes)
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag in VERBATIM:
            self._close_verbatim(entity, opened.argument)
            return
        self.entities.append(entity)

    def _close_verbatim(self, entity: Json, language: str) -> None:
        """Keep code. A code tag that fills a pre tag, or the reverse, makes one block with a language."""
        inner = self.entities[-1] if self.entities else None
        fills = (
            inner is not None
            and span(inner) == span(entity)
            and {inner["type"], entity["type"]} == {"pre", "code"}
        )
        if inner is not None and fills:
            language = language or inner.get("language", "")
            self.entities.pop()
            entity["type"] = "pre"
        if language:
            entity["language"] = language
        self.entities.append(entity)

    def _link(self, opened: _Open) -> str | None:
        url = opened.argument or "".join(self.out[opened.text_at :])
        if url.startswith(("tg:", "tonsite:")):
            raise Unsupported(f"a link like {url[:40]}")
        return checked_link(url)


def _fail(detail: str) -> NoReturn:
    raise ApiBadRequest(f"can't parse entities: {detail}")


def _time(attributes: dict[str, str]) -> Json:
    """Return the fields of a date_time entity. Raises ValueError."""
    return checked_time(attributes.get("unix", ""), attributes.get("format", ""))


def _check_time(attributes: dict[str, str], begin: int) -> None:
    try:
        _time(attributes)
    except ValueError as error:
        _fail(f'{error} in the tag "tg-time" at byte offset {begin}')


def _argument(tag: str, attribute: tuple[str, str]) -> str:
    """Return the argument that an attribute gives its tag, if any."""
    match tag, attribute:
        case ("a", ("href", value)) | ("tg-emoji", ("emoji-id", value)):
            return value
        case ("code", ("class", value)) if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", ("class", value)) if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", ("expandable", _)):
            return "expandable"
    return ""


def _decode(match: re.Match[str]) -> str | None:
    """Return the character of a character reference; None if it is plain text."""
    if match["name"] is not None:
        return NAMED_REFERENCES.get(match["name"])
    code = int(match["hex"] or "0", 16) if match["hex"] is not None else int(match["dec"] or "0")
    if code == 0 or code >= 0x10FFFF or len(match.group()) >= MAX_REFERENCE:  # noqa: PLR2004 - Unicode's last
        return None
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - Unicode's surrogates
        _fail(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        )
    return chr(code)
