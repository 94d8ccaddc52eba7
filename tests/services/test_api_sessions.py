"""Sessions over HTTP: what ends them, and what never begins."""

from datetime import timedelta

import pytest

from services.errors import AccountBlocked, SessionEnded
from services.models.people import AccountStatus, ClientAddress, Role
from services.storage.api_sessions import ApiSession
from tests.services.conftest import PASSWORD, Bench

HOME = ClientAddress("203.0.113.7")


async def test_a_session_that_is_opened_beside_a_block_never_begins(bench: Bench) -> None:
    asha = await bench.user("asha@example.org")
    found = await bench.storage.users.credentials("asha@example.org")
    assert found is not None
    await bench.storage.users.decide(asha.id, AccountStatus.ACTIVE, AccountStatus.BLOCKED)
    now = bench.clock.now()
    session = ApiSession("0" * 24, "Portal", now, now + timedelta(days=1))
    assert not await bench.storage.api_sessions.open(asha.id, found.password_hash, session, "client")


async def test_a_block_ends_a_token_for_good(bench: Bench) -> None:
    asha = await bench.user("asha@example.org")
    nora = await bench.principal("nora@example.org", Role.ADMIN)
    sessions, administration = bench.clinic.api_sessions, bench.clinic.administration
    token = await sessions.sign_in(HOME, "asha@example.org", PASSWORD, "Portal")
    assert (await sessions.authenticate(token)).id == asha.id
    await administration.block(nora, asha.id)
    with pytest.raises(AccountBlocked):
        await sessions.authenticate(token)
    await administration.unblock(nora, asha.id)
    with pytest.raises(SessionEnded):
        await sessions.authenticate(token)
