"""The one ASGI application that a clinic shows to the world, or in the demo to this machine."""

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.settings import Settings
from bot.web.api.application import api_application
from bot.web.calendar import calendar_routes
from bot.web.limits import BodyLimits
from bot.web.problems import Incidents, Problems
from bot.web.security_headers import SecurityHeaders
from services.clinic import Clinic

# What a page of another origin may send and read, if the settings name its origin (Fetch standard).
METHODS = ("GET", "POST", "PATCH", "DELETE")
SENT = ("Authorization", "Content-Type", "Idempotency-Key")
READ = ("Link", "Location", "Retry-After")


def site(
    settings: Settings,
    clinic: Clinic,
    link: Callable[[], str | None],
    *,
    extra: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application: health, calendar feeds, the HTTP interface if it is on, and `extra` routes.

    `link` returns the address that opens the bot, or None as long as Telegram has not told it.
    """
    app = api_application(clinic, _version()) if settings.api else _without_api(clinic)
    app.router.routes += [Route("/healthz", _healthz), *calendar_routes(clinic, link), *extra]
    app.add_middleware(Incidents)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=READ,
            max_age=3600,
        )
    app.add_middleware(BodyLimits)
    app.add_middleware(SecurityHeaders)
    return app


def _without_api(clinic: Clinic) -> Starlette:
    app = Starlette()
    for kind, handler in Problems(clinic.rules, clinic.clock).handlers().items():
        app.add_exception_handler(kind, handler)
    return app


async def _healthz(_request: Request) -> JSONResponse:
    """Tell that the process lives and its event loop turns."""
    return JSONResponse({"status": "ok"})


def _version() -> str:
    try:
        return version("mediconnect")
    except PackageNotFoundError:  # run from a folder, without being installed
        return "0"
