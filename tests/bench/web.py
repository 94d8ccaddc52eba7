"""The bot as it is, with one more call: an empty POST, which is the measure of the machine for all others.

`python -m tests.bench.web` takes the settings that `python -m bot` takes.
"""

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


async def empty() -> Response:
    """Do nothing."""
    return Response(status_code=204)


def with_empty(settings: Settings, clinic: Clinic, *others: Any, **more: Any) -> Starlette:
    """Return the application of the clinic with that call."""
    app = site(settings, clinic, *others, **more)
    assert isinstance(app, FastAPI)
    app.add_api_route("/empty", empty, methods=["POST"], response_class=Response, status_code=204)
    return app


if __name__ == "__main__":
    with patch.object(program, "site", with_empty):
        sys.exit(program.main())
