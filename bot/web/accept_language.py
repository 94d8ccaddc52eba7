"""In which language a request is answered: that of its Accept-Language, of the account, or English."""

import re
from collections.abc import Mapping
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.localization.languages import ENGLISH, Language, speaks, spoken
from bot.localization.reader import language, speak, speaking
from services.models.people import User

# RFC 9110 sections 12.5.4 and 12.4.2: a language range of RFC 4647, and how much it is wanted.
RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[Qq]=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
ANY = "*"
# Browsers send some five, and no more are looked at.
MOST_RANGES = 50


def wanted(header: str) -> Language | None:
    """Return which of the languages that the product speaks is wanted most; None if none is.

    Of those that are wanted alike, the first counts.
    """
    return next(filter(None, map(spoken, _tags(header))), None)


@lru_cache(maxsize=100)
def _tags(header: str) -> tuple[str, ...]:
    """Return the tags that are wanted, the most wanted ones first; what is no language range is skipped."""
    parts = (RANGE.fullmatch(part) for part in header.split(",", MOST_RANGES)[:MOST_RANGES])
    ranges = [(found[1], float(found[2] or 1)) for found in parts if found]
    tags = [tag for tag, quality in sorted(ranges, key=lambda each: -each[1]) if quality > 0]
    # After "any" none is wanted more than another.
    return tuple(tags[: tags.index(ANY)] if ANY in tags else tags)


class AnswersInLanguage:
    """ASGI middleware: a request is answered in the language that it asks for, in English if in none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(_wanted(Headers(scope=scope)) or ENGLISH):
            await self._app(scope, receive, send)


def speak_to(user: User, request: Request) -> None:
    """Answer the rest of a request in the language of the account, unless it asks for another one."""
    if _wanted(request.headers) is None:
        speak(speaks(user.language))


def in_language() -> Mapping[str, str]:
    """Return the headers of an answer in the language of its reader (RFC 9110 sections 8.5 and 12.5.5)."""
    return {"Content-Language": language().code, "Vary": "Accept-Language"}


def _wanted(headers: Headers) -> Language | None:
    # Several lines of a list are one list (RFC 9110 section 5.3).
    return wanted(",".join(headers.getlist("accept-language")))
