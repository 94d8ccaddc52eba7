"""A town whose clinic is served over HTTP, by the real server, and somebody who calls it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from multidict import CIMultiDictProxy

from bot.settings import Settings
from bot.web.server import listen, served
from bot.web.site import site
from services.models.people import Role, User
from tests.town import PASSWORD, Town, environment
from tests.turning import TurnableClock


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers, and the body, read if it is JSON."""

    status: int
    headers: CIMultiDictProxy[str]
    body: Any

    @property
    def is_problem(self) -> bool:
        """Whether it is a problem document of its status (RFC 9457)."""
        is_its = self.headers.get("Content-Type") == "application/problem+json"
        return is_its and self.body["status"] == self.status and bool(self.body["detail"])


@dataclass(frozen=True)
class Portal:
    """A program that calls the HTTP interface."""

    town: Town
    address: str
    session: ClientSession
    clock: TurnableClock

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; return the answer."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= headers or {}
        async with self.session.request(method, self.address + path, json=body, headers=sent) as answer:
            is_json = method != "HEAD" and "json" in answer.headers.get("Content-Type", "")
            content = await (answer.json(content_type=None) if is_json else answer.text())
            return Answer(answer.status, answer.headers, content)

    async def account(
        self, name: str, role: Role = Role.PATIENT, specialization: str | None = None
    ) -> tuple[User, str]:
        """Make an account without a dialog; return it with a token."""
        email = f"{name.lower()}@example.org"
        user = await self.town.account(name, email, role, specialization)
        return user, await self.signs_in(email)

    async def signs_in(self, email: str, password: str = PASSWORD) -> str:
        """Return a token."""
        answer = await self.call("POST", "/login", {"email": email, "password": password})
        assert answer.status == 201, answer.body
        return str(answer.body["token"])

    async def books(
        self, patient: User, doctor: User, token: str, at: Any = "09:30 AM", **others: Any
    ) -> Answer:
        """Book on the Tuesday of the tests' week."""
        body = {"patientId": patient.id, "doctorId": doctor.id, "date": "2027-05-04", "time": at}
        headers = {"Idempotency-Key": others.pop("key")} if "key" in others else {}
        return await self.call("POST", "/appointment", body | others, token=token, headers=headers)


@asynccontextmanager
async def opened(town: Town, clock: TurnableClock, **others: str) -> AsyncIterator[Portal]:
    """Serve the town's clinic; `others` are settings of what serves it."""
    environ = environment("mongodb://127.0.0.1:1", "http://127.0.0.1:1", 1, Path(), PORT="0", **others)
    settings = Settings.load(env_file=None, environ=environ)
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = site(settings, town.assembly.clinic, town.assembly.link, watch=town.assembly.watch)
    async with (
        served(app, listening, trusted_proxies=settings.trusted_proxies),
        ClientSession(connector=TCPConnector(limit=0)) as session,
    ):
        yield Portal(town, f"http://127.0.0.1:{port}", session, clock)


@pytest.fixture
async def portal(town: Town, clock: TurnableClock) -> AsyncIterator[Portal]:
    """Serve the town's clinic with the usual settings."""
    async with opened(town, clock) as portal:
        yield portal
