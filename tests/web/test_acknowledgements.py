"""What was stored is told to be, also where the database's acknowledgement was lost on its way."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.errors import StorageDown
from services.models.people import Role
from tests.town import PASSWORD
from tests.web.conftest import Portal

ELEVEN = {"date": "2027-05-04", "time": "11:00 AM"}


def lost(patch: pytest.MonkeyPatch, store: object, method: str, *, is_stored: bool = True) -> None:
    """Lose the acknowledgement of the next write; or the write, too."""
    really: Callable[..., Awaitable[Any]] = getattr(store, method)

    async def applied(*args: Any, **more: Any) -> None:
        patch.setattr(store, method, really)
        if is_stored:
            await really(*args, **more)
        raise StorageDown

    patch.setattr(store, method, applied)


async def test_what_is_stored_is_told_and_what_is_not_can_be_sent_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, token = await portal.account("Asha")
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    appointments = portal.town.storage.appointments

    def lose(method: str, *, is_stored: bool) -> None:
        lost(monkeypatch, appointments, method, is_stored=is_stored)

    lose("add", is_stored=False)
    away = await portal.books(asha, rao, token)
    assert (away.status, away.is_problem) == (503, True)
    lose("add", is_stored=True)
    booked = await portal.books(asha, rao, token)
    assert (booked.status, booked.body["time"]) == (201, "09:30 AM")
    path = f"/appointment/{booked.body['id']}"

    lose("move", is_stored=False)
    assert (await portal.call("PATCH", path, ELEVEN, token=token)).status == 503
    lose("move", is_stored=True)
    moved = await portal.call("PATCH", path, ELEVEN, token=token)
    assert (moved.status, moved.body["time"]) == (200, "11:00 AM")

    lose("cancel", is_stored=False)
    assert (await portal.call("DELETE", path, token=token)).status == 503
    lose("cancel", is_stored=True)
    cancelled = await portal.call("DELETE", path, token=token)
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    assert (await portal.call("DELETE", path, token=token)).status == 409
    assert len((await portal.call("GET", "/appointments", token=token)).body) == 1


async def test_the_same_key_books_what_was_asked_for_also_after_a_lost_acknowledgement(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, token = await portal.account("Asha")
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    for _ in range(2):
        lost(monkeypatch, portal.town.storage.appointments, "add")
        assert (await portal.books(asha, rao, token, key="k")).status == 201
    # Another booking with the key of the first is none, whatever is lost.
    lost(monkeypatch, portal.town.storage.appointments, "add")
    assert (await portal.books(asha, rao, token, "10:30 AM", key="k")).status == 409
    assert len((await portal.call("GET", "/appointments", token=token)).body) == 1


async def test_a_registration_is_told_once_it_is_stored(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"name": "Asha", "email": "asha@example.org", "password": PASSWORD, "role": "patient"}
    lost(monkeypatch, portal.town.storage.users, "add", is_stored=False)
    assert (await portal.call("POST", "/register", form)).status == 503
    lost(monkeypatch, portal.town.storage.users, "add")
    assert (await portal.call("POST", "/register", form)).status == 201
    assert await portal.signs_in("asha@example.org")
