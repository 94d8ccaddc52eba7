"""/healthz and /readyz: whether the process lives, and whether it can do its work."""

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.texts.refused_requests import NOT_READY
from bot.web.problems import RETRY_SECONDS, problem_response
from bot.web.shared_answer import SharedAnswer
from bot.web.watch import Watch

# The database and the Bot API are asked no more often than this.
LASTS_SECONDS = 3


class Readiness:
    """Knows what is missing. However many want to know, it looks at most once in a few seconds."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._looks = {
            "database": SharedAnswer(self._database_answers, otherwise=False, lasts=LASTS_SECONDS),
            "telegram": SharedAnswer(watch.bot_api_answers, otherwise=False, lasts=LASTS_SECONDS),
        }

    async def _database_answers(self) -> bool:
        await self._watch.monitoring.ping()
        return True

    async def missing(self) -> list[str]:
        """Return what does not answer, by name."""
        answers = await asyncio.gather(*(look() for look in self._looks.values()))
        return [name for name, answers_it in zip(self._looks, answers, strict=True) if not answers_it]

    def _who_answers(self) -> dict[str, Any]:
        """Return the number of this worker, if it has one, and its parts. A reserve is ready, too."""
        number = {} if self._watch.worker is None else {"worker": self._watch.worker}
        return number | dict(self._watch.parts())

    async def respond(self, _request: Request) -> Response:
        """Answer whether the bot can do its work; if not, 503 with what is missing."""
        missing = await self.missing()
        if not missing:
            return JSONResponse({"status": "ready"} | self._who_answers())
        return problem_response(
            HTTPStatus.SERVICE_UNAVAILABLE,
            str(NOT_READY),
            headers={"Retry-After": str(RETRY_SECONDS)},
            members={"missing": missing},
        )


def health_routes(watch: Watch | None) -> list[BaseRoute]:
    """Return the routes; nothing is known of readiness without `watch`."""
    routes: list[BaseRoute] = [Route("/healthz", _healthz)]
    if watch is not None:
        routes.append(Route("/readyz", Readiness(watch).respond))
    return routes


async def _healthz(_request: Request) -> JSONResponse:
    """Tell that the process lives and its event loop turns."""
    return JSONResponse({"status": "ok"})
