"""The ASGI application of the HTTP interface, and its description."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.api import accounts, appointments, catalogue, doctors
from bot.web.api.docs import docs_routes
from bot.web.api.schemas import Problem
from bot.web.problems import Problems, problem_page
from services.clinic import Clinic

DESCRIPTION = """
Register, sign in, find a doctor, book, move and cancel: the same accounts and times as in the chat.
What is booked here rings in the doctor's chat, and what is booked in the chat is in `GET /appointments`.

Errors are problem documents (RFC 9457); `detail` is one sentence that says what would be right.
"""

# FastAPI would look at each request whether OpenTelemetry wants it.
NO_TELEMETRY = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)


def api_application(clinic: Clinic, problems: Problems, version: str) -> FastAPI:
    """Return the application; it serves /openapi.json, /docs and /problems, too.

    How other errors are answered says whoever builds on it (see `Problems.handlers`).
    """
    app = FastAPI(
        title=f"{clinic.rules.name} API",
        version=version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url="/openapi.json",
        # What went wrong with whose health data is for our log alone, whatever the environment says.
        telemetry=NO_TELEMETRY,
    )
    app.state.clinic = clinic
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    for router in (accounts.router, doctors.router, catalogue.router, appointments.router):
        app.include_router(router)
    app.openapi = lambda: _description(app)  # type: ignore[method-assign] # as FastAPI's documents advise
    app.router.routes += [
        *docs_routes(),
        Route("/problems/{name}", _problem),
    ]
    return app


def _description(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = made["components"]["schemas"]
        schemas[Problem.__name__] = Problem.model_json_schema()
        # FastAPI adds its own form of a validation error, which is never sent here.
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = made
    return app.openapi_schema


async def _problem(request: Request) -> PlainTextResponse:
    """Say in a line what a type of problem means."""
    line = problem_page(request.path_params["name"])
    if line is None:
        raise HTTPException(404)
    return PlainTextResponse(line)
