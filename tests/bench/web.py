"""The bot as it is, with two more calls, which are the measure of the machine for all others.

An empty POST does nothing. What is kept by one insert asks nothing of anybody and stores one document, as
safely as the clinic stores a booking: no booking can be faster.

`python -m tests.bench.web` takes the settings that `python -m bot` takes.
"""

import asyncio
import sys
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import Response

from bot import __main__ as program
from bot.settings import Settings
from bot.web.site import site
from services.clinic import Clinic
from services.storage.mongo.driver import Database, connect


async def empty() -> Response:
    """Do nothing."""
    return Response(status_code=204)


class Insert:
    """Stores a document, with connections of its own, which end with the process."""

    def __init__(self, settings: Settings) -> None:
        assert settings.db_url is not None
        self._opened = connect(settings.db_url.get_secret_value(), settings.db_driver)
        self._connected: asyncio.Future[Database] | None = None

    async def __call__(self) -> Response:
        if self._connected is None:
            self._connected = asyncio.ensure_future(self._opened.__aenter__())
        database = await asyncio.shield(self._connected)
        await database["bench_inserts"].insert_one({})
        return Response(status_code=201)


def with_measures(settings: Settings, clinic: Clinic, *others: Any, **more: Any) -> Starlette:
    """Return the application of the clinic with those calls."""
    app = site(settings, clinic, *others, **more)
    assert isinstance(app, FastAPI)
    insert = Insert(settings)
    app.add_api_route("/empty", empty, methods=["POST"], response_class=Response, status_code=204)
    app.add_api_route("/insert", insert.__call__, methods=["POST"], response_class=Response, status_code=201)
    return app


if __name__ == "__main__":
    with patch.object(program, "site", with_measures):
        sys.exit(program.main())
