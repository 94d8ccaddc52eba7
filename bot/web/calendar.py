"""`/calendar/<secret>.ics`: a calendar feed, for calendar programs.

The address is all that a program has, so it is the secret: it stands in no log line and no figure. Whoever
serves these routes must not log paths.
"""

import asyncio
from collections.abc import Callable, Mapping
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.notifications.calendar_files import feed_of
from bot.texts.errors import sentence
from bot.texts.invites import FEED_NAME
from services.calendar_feeds.feeds import CalendarFeeds
from services.clinic_rules import ClinicRules
from services.errors import CalendarFeedUnknown, ClinicError, StorageDown

PATH = "/calendar/{name:path}"
SUFFIX = ".ics"
# So long a program may show what it has without asking. Calendars ask every 15 minutes at the most.
MAX_AGE = "private, max-age=300"
RETRY_SECONDS = "60"


def calendar_routes(feeds: CalendarFeeds, rules: ClinicRules, link: Callable[[], str]) -> list[Route]:
    """Return the routes of the feeds. `link` returns the address that opens the bot in Telegram."""

    async def feed(request: Request) -> Response:
        try:
            found = await feeds.read(_secret(request.path_params["name"]))
        except CalendarFeedUnknown as error:
            return _problem(404, "Not Found", error, rules)
        except StorageDown as error:
            return _problem(503, "Service Unavailable", error, rules, {"Retry-After": RETRY_SECONDS})
        # A doctor's may have a thousand events; in a thread they keep nobody waiting.
        content = await asyncio.to_thread(feed_of, found, rules, link())
        return _answer(request, content)

    return [Route(PATH, feed, methods=["GET", "HEAD"])]


def _secret(name: str) -> str:
    """Return the secret in the name of a file. Raises CalendarFeedUnknown."""
    if not name.endswith(SUFFIX):
        raise CalendarFeedUnknown
    return name.removesuffix(SUFFIX)


def _answer(request: Request, content: bytes) -> Response:
    """Return the content, or that it is the same as the program has (RFC 9110 section 13.1.2)."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": MAX_AGE}
    if _has(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers |= {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'inline; filename="{FEED_NAME}"',
        "Content-Length": str(len(content)),
        "X-Content-Type-Options": "nosniff",
    }
    return Response(b"" if request.method == "HEAD" else content, headers=headers)


def _has(known: list[str], tag: str) -> bool:
    """Tell whether the tag is one of those that the program has; weak ones of proxies count, too."""
    tags = {each.strip().removeprefix("W/") for line in known for each in line.split(",")}
    return tag in tags or "*" in tags


def _problem(
    status: int,
    title: str,
    error: ClinicError,
    rules: ClinicRules,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error as a problem document (RFC 9457)."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": sentence(error, rules)}
    return JSONResponse(
        content,
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type="application/problem+json",
    )
