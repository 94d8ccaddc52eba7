"""`/calendar/<secret>.ics`: a calendar feed, for calendar programs.

The address is all that a program has, so the path is a secret: no log line and no figure may have it.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.localization.languages import Language, speaks
from bot.notifications.calendar_files import feed_of
from bot.texts.invites import FEED_NAME
from bot.web.problems import RETRY_SECONDS
from services.clinic import Clinic
from services.errors import CalendarFeedUnknown

PATH = "/calendar/{name:path}"
SUFFIX = ".ics"
# So long a program may show what it has without asking. Calendars ask every 15 minutes at the most.
MAX_AGE = "private, max-age=300"


def calendar_routes(clinic: Clinic, link: Callable[[], str | None]) -> list[BaseRoute]:
    """Return the routes of the feeds.

    `link` returns the address that opens the bot, which stands in each event; None: Telegram has not told it
    yet. Errors are answered by the application (bot/web/problems.py).
    """

    async def feed(request: Request) -> Response:
        found = await clinic.calendar_feeds.read(_secret(request.path_params["name"]))
        opens = link()
        if opens is None:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_SECONDS)})
        # A doctor's may have a thousand events; in a thread they keep nobody waiting.
        content = await asyncio.to_thread(feed_of, found, clinic.rules, opens)
        return _answer(request, content, speaks(found.reader.language))

    return [Route(PATH, feed, methods=["GET", "HEAD"])]


def _secret(name: str) -> str:
    """Return the secret in the name of a file. Raises CalendarFeedUnknown."""
    if not name.endswith(SUFFIX):
        raise CalendarFeedUnknown
    return name.removesuffix(SUFFIX)


def _answer(request: Request, content: bytes, language: Language) -> Response:
    """Return the content, or that it is the same as the program has (RFC 9110 section 13.1.2)."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": MAX_AGE}
    if _has(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers |= {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Language": language.code,
        "Content-Disposition": f'inline; filename="{FEED_NAME}"',
    }
    # The server leaves the content out where it was asked for the headers alone.
    return Response(content, headers=headers)


def _has(known: list[str], tag: str) -> bool:
    """Tell whether the tag is one of those that the program has; weak ones of proxies count, too."""
    tags = {each.strip().removeprefix("W/") for line in known for each in line.split(",")}
    return tag in tags or "*" in tags
