"""The parameters of one call, however they came. Source: Bot API, "Making requests"."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.demo.bot_api.errors import ApiBadRequest

LEADING_NUMBER = re.compile(r"\s*(-?\d+)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart call."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Params:
    """Decoded parameters: texts (JSON values as JSON text) and uploaded files, by name."""

    texts: Mapping[str, str]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text; empty when it was not given."""
        return self.texts.get(name, "")

    def whole(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """Return a whole number, limited to `low` and `high`; an invalid one counts as 0."""
        text = self.text(name)
        if not text:
            return default
        number = as_whole(text)
        number = number if low is None else max(low, number)
        return number if high is None else min(high, number)

    def flag(self, name: str) -> bool:
        """Return a truth value."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def language(self) -> str:
        """Return the language_code: two letters (ISO 639-1), or "" for all languages. Raises BadRequest."""
        code = self.text("language_code")
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 639-1
            raise ApiBadRequest("invalid language code specified")
        return code

    def json(self, name: str, what: str) -> Any:
        """Return a decoded JSON value, None when it was not given; `what` names it in the error."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = json.loads(text)
        except ValueError as error:
            raise ApiBadRequest(f"can't parse {what} JSON object") from error
        _check_unicode(json.dumps(value, ensure_ascii=False))
        return value


def as_whole(value: Any) -> int:
    """Return the whole number that a value begins with, 0 if it begins with none."""
    match = LEADING_NUMBER.match(str(value))
    return int(match.group(1)) if match else 0


async def read_params(request: web.Request) -> Params:
    """Read the query string and the body: urlencoded, multipart or JSON. Raises BadRequest."""
    texts = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        texts.update(_from_json(await request.read()))
    elif request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        _add_form(await _form(request), texts, uploads)
    for text in texts.values():
        _check_unicode(text)
    return Params(texts, uploads)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ApiBadRequest("strings must be encoded in UTF-8") from error


def _from_json(body: bytes) -> dict[str, str]:
    if not body.strip():
        return {}
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise ApiBadRequest("can't parse JSON object") from error
    if not isinstance(fields, dict):
        raise ApiBadRequest("expected JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
        if value is not None
    }


async def _form(request: web.Request) -> MultiDictProxy[str | bytearray | bytes | web.FileField]:
    try:
        return await request.post()
    except ValueError as error:
        raise ApiBadRequest("can't parse the request's form") from error


def _add_form(
    form: MultiDictProxy[str | bytearray | bytes | web.FileField],
    texts: dict[str, str],
    uploads: dict[str, Upload],
) -> None:
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
        elif isinstance(value, str):
            texts[name] = value
        else:
            texts[name] = bytes(value).decode("utf-8", "replace")
