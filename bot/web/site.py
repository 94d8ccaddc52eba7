"""The one ASGI application that a clinic shows to the world, or in the demo to this machine."""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from bot import __version__
from bot.metrics import Face
from bot.settings import Settings
from bot.web.accept_language import AnswersInLanguage
from bot.web.calendar import calendar_routes
from bot.web.head import HeadAsGet
from bot.web.health import health_routes
from bot.web.limits import BodyLimits
from bot.web.metrics import Measured, metrics_routes
from bot.web.problems import Incidents, OnRefused, Problems
from bot.web.request_ids import HEADER, RequestIds
from bot.web.security_headers import SecurityHeaders
from bot.web.watch import Watch
from bot.web.webhook import webhook_paths
from services.clinic import Clinic

# What a page of another origin may send and read, if the settings name its origin (Fetch standard).
METHODS = ("GET", "POST", "PATCH", "DELETE")
SENT = ("Authorization", "Content-Type", "Idempotency-Key")
READ = ("Link", "Location", "Retry-After", HEADER)


def site(
    settings: Settings,
    clinic: Clinic,
    link: Callable[[], str | None],
    *,
    extra: Sequence[BaseRoute] = (),
    watch: Watch | None = None,
) -> Starlette:
    """Return the application: health, calendar feeds, the HTTP interface if it is on, and `extra` routes.

    `link` returns the address that opens the bot, or None as long as Telegram has not told it. With a `watch`
    there are /readyz and /metrics, too, and requests are measured.
    """
    problems = Problems(clinic.rules, clinic.clock, _counting(watch))
    app = _api(clinic, problems) if settings.api else Starlette()
    for kind, handler in problems.handlers().items():
        app.add_exception_handler(kind, handler)
    app.router.routes += [*ops_routes(watch), *calendar_routes(clinic, link), *extra]
    app.add_middleware(HeadAsGet)
    app.add_middleware(Incidents)
    app.add_middleware(BodyLimits, elsewhere=webhook_paths(settings))
    # Around all that says something.
    app.add_middleware(AnswersInLanguage)
    # Around all that answers, so that such a page can also read a refusal.
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=SENT,
            expose_headers=READ,
            max_age=3600,
        )
    app.add_middleware(SecurityHeaders)
    if watch is not None:
        app.add_middleware(Measured, watch=watch, routes=tuple(app.routes))
    app.add_middleware(RequestIds)
    return app


def _api(clinic: Clinic, problems: Problems) -> Starlette:
    # Only here, as a bot without the HTTP interface is smaller and starts sooner.
    from bot.web.api.application import api_application  # noqa: PLC0415 - see above

    return api_application(clinic, problems, __version__)


def ops_routes(watch: Watch | None) -> list[BaseRoute]:
    """Return the routes for whoever runs the bot. They need no token, and tell nothing of anybody."""
    return [*health_routes(watch), *(metrics_routes(watch) if watch else ())]


def _counting(watch: Watch | None) -> OnRefused:
    return (lambda kind: watch.metrics.refused(kind, Face.HTTP)) if watch else (lambda _kind: None)
