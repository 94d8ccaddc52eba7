"""What is served where the HTTP interface is switched off; and who else is told of requests: nobody."""

import pytest
from fastapi.telemetry._asgi import NativeTelemetry

from tests.town import PASSWORD, Town
from tests.turning import TurnableClock
from tests.web.conftest import opened

FORM = {"name": "Asha", "email": "asha@example.org", "password": PASSWORD, "role": "patient"}
OFF = (
    "/doctors",
    "/me",
    "/appointments",
    "/alluser",
    "/docs",
    "/docs/files/swagger-ui.css",
    "/openapi.json",
    "/",
)


async def test_without_the_interface_only_health_figures_and_feeds_are_there(
    town: Town, clock: TurnableClock
) -> None:
    await town.account("Asha", "asha@example.org")
    async with opened(town, clock, API="off") as portal:
        for path in OFF:
            answer = await portal.call("GET", path)
            assert (answer.status, answer.is_problem) == (404, True), path
        for path in ("/register", "/login", "/logout", "/appointment"):
            assert (await portal.call("POST", path, FORM)).status == 404, path
        assert (await portal.call("GET", "/healthz")).body == {"status": "ok"}
        assert (await portal.call("GET", "/readyz")).status == 200
        assert (await portal.call("GET", "/calendar/none.ics")).body[
            "type"
        ] == "/problems/calendar-feed-unknown"
        assert (await portal.call("GET", "/metrics")).status == 200


async def test_no_telemetry_is_told_of_a_request_whatever_is_installed(
    town: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    async def tell(_telemetry: object, **about: object) -> None:
        told.append(about)

    monkeypatch.setattr(NativeTelemetry, "__call__", tell)
    # As if a program in this process had set a provider for all.
    monkeypatch.setattr("fastapi.telemetry._asgi._unconfigured", lambda _provider: False)
    async with opened(town, clock) as portal:
        assert (await portal.call("GET", "/doctors")).status == 401
    assert not told
