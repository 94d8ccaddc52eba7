"""The database goes away while the clinic is called over HTTP, and comes back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.models.people import Role
from tests.faults.database import Database
from tests.faults.holding import logged
from tests.town import PASSWORD, founded
from tests.turning import TurnableClock
from tests.web.conftest import Portal, opened
from tests.web.test_rows import ROWS


@pytest.fixture
async def portal(
    database: Database, clock: TurnableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Portal]:
    """A clinic with a database of its own."""
    # People wait a while for a database that may come back; the tests know that it does not.
    monkeypatch.setattr("services.storage.mongo.driver.PATIENCE_MS", 200)
    async with founded(database.url, clock, tmp_path) as town, opened(town, clock) as portal:
        yield portal


async def test_each_row_says_when_to_ask_again_and_works_afterwards(
    portal: Portal, database: Database
) -> None:
    asha, token = await portal.account("Asha")
    rao, doctors = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    _, admins = await portal.account("Nora", Role.ADMIN)
    booked = await portal.books(asha, rao, token)
    ids = {"patient": asha.id, "doctor": rao.id, "booked": booked.body["id"]}
    tokens = {Role.PATIENT: token, Role.DOCTOR: doctors, Role.ADMIN: admins}
    form = {"name": "Bela", "email": "bela@example.org", "password": PASSWORD, "role": "patient"}
    forms = (("/register", form, 201), ("/login", {"email": asha.email, "password": PASSWORD}, 201))
    with logged("incident") as incident:
        async with database.gone():
            for row in ROWS:
                role = min(row.roles)
                answer = await portal.call(*row.filled(ids), token=tokens[role])
                assert (answer.status, answer.is_problem) == (503, True), row
                assert int(answer.headers["Retry-After"]) > 0
                assert "records" in answer.body["detail"]
            for path, sent, _ in forms:
                answer = await portal.call("POST", path, sent)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), path
            # What needs no database is answered as ever.
            assert (await portal.call("GET", "/healthz")).status == 200
            assert (await portal.call("GET", "/openapi.json")).status == 200
            assert (await portal.call("POST", "/login", {})).status == 422
            assert (await portal.call("GET", "/me", token="forged")).status == 401
        for path, sent, status in forms:
            assert (await portal.call("POST", path, sent)).status == status, path
        for row in ROWS:
            answer = await portal.call(*row.filled(ids), token=tokens[min(row.roles)])
            assert answer.status == row.status, (row, answer.body)
    assert incident.texts == []
