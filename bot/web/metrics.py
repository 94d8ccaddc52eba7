"""/metrics, and the middleware that measures requests. Source: Prometheus, exposition formats."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.shared_answer import SharedAnswer
from bot.web.watch import Backlog, Watch

# How long what was read of the outbox is good for other scrapes.
BACKLOG_SECONDS = 5
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# The route of requests that belong to none, and the method of those with one that nobody knows.
OTHER = "other"
# The status of a request whose client has gone, or that ended without an answer.
NO_ANSWER = "none"


class Exposition:
    """Answers scrapes, in the format that the Accept header asks for."""

    def __init__(self, watch: Watch) -> None:
        self._metrics = watch.metrics
        self._clock = watch.clock
        self._backlog: SharedAnswer[Backlog] = SharedAnswer(
            watch.monitoring.waiting, otherwise={}, lasts=BACKLOG_SECONDS
        )

    async def respond(self, request: Request) -> Response:
        """Answer a scrape."""
        backlog = await self._backlog()
        now = self._clock.now()
        self._metrics.backlog({channel: (each.count, each.age(now)) for channel, each in backlog.items()})
        content, content_type = self._written(request.headers.get("Accept", ""))
        return Response(content, headers={"Content-Type": content_type})

    def _written(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics in the format that is asked for, and what it is called."""
        try:
            write, content_type = choose_encoder(accept)
            return write(self._metrics.shown), content_type
        except (TypeError, ValueError):
            # The library reads the version that a format has as numbers, whatever stands there.
            write, content_type = choose_encoder("")
            return write(self._metrics.shown), content_type


class Measured:
    """ASGI middleware: measures each HTTP request, by the template of its route among `routes`."""

    def __init__(self, app: ASGIApp, watch: Watch, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._metrics = watch.metrics
        # Routes of FastAPI leave themselves in the scope; of Starlette's there is only the endpoint.
        self._templates: dict[Any, str] = {
            route.endpoint if isinstance(route, Route) else route.app: route.path_format
            for route in routes
            if isinstance(route, Route | Mount)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be answered, and note how that went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began_at = NO_ANSWER, perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self._metrics.request(self._template(scope), method, status, perf_counter() - began_at)

    def _template(self, scope: Scope) -> str:
        """Return the template of the route that has taken the request, as the routers have noted it."""
        found = getattr(scope.get("route"), "path_format", None) or self._templates.get(scope.get("endpoint"))
        return found or OTHER


def metrics_routes(watch: Watch) -> list[BaseRoute]:
    """Return the route of /metrics."""
    return [Route("/metrics", Exposition(watch).respond)]
