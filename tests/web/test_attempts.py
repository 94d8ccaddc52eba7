"""How often one may try to sign in and to register over HTTP, and whose address counts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.models.people import ChatId
from tests.plans import OURS
from tests.town import PASSWORD, Town
from tests.turning import TurnableClock
from tests.web.conftest import Answer, Portal, opened

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@pytest.fixture
async def behind(town: Town, clock: TurnableClock) -> AsyncIterator[Portal]:
    """Serve the clinic behind a proxy on this machine, which is believed."""
    async with opened(town, clock, TRUSTED_PROXIES="127.0.0.1") as portal:
        yield portal


async def tries(portal: Portal, email: str, password: str = "wrong", client: str = "") -> Answer:
    headers = {"X-Forwarded-For": client} if client else {}
    login = {"email": email, "password": password}
    return await portal.call("POST", "/login", login, headers=headers)


def is_to_wait(answer: Answer, seconds: int) -> bool:
    return (answer.status, answer.is_problem, answer.headers.get("Retry-After")) == (429, True, str(seconds))


async def test_wrong_passwords_make_the_pair_wait_and_nobody_else(behind: Portal) -> None:
    await behind.town.account("Asha", "asha@example.org")
    await behind.town.account("Bela", "bela@example.org")
    for number in range(5):
        assert (await tries(behind, "asha@example.org", client="203.0.113.7")).status == 401
        behind.clock.turn(timedelta(seconds=number))
    # The right password waits, too; however the address is written.
    for email in ("asha@example.org", " Asha@Example.ORG "):
        assert is_to_wait(await tries(behind, email, PASSWORD, "203.0.113.7"), 900 - 10)
    assert (await tries(behind, "asha@example.org", PASSWORD, "203.0.113.8")).status == 201
    assert (await tries(behind, "bela@example.org", PASSWORD, "203.0.113.7")).status == 201
    phone = behind.town.person()
    assert "Asha" in await phone.signs_in("asha@example.org")
    behind.clock.turn(QUARTER - timedelta(seconds=11))
    assert is_to_wait(await tries(behind, "asha@example.org", PASSWORD, "203.0.113.7"), 1)
    behind.clock.turn(timedelta(seconds=1))
    assert (await tries(behind, "asha@example.org", PASSWORD, "203.0.113.7")).status == 201


async def test_wrong_passwords_in_a_chat_keep_no_program_out(portal: Portal) -> None:
    await portal.town.account("Asha", "asha@example.org")
    phone = portal.town.person()
    await phone.talks([("/login", "email"), ("asha@example.org", "assword")])
    for _ in range(5):
        await phone.says("wrong password")
    assert "Too many" in await phone.says(PASSWORD)
    assert (await tries(portal, "asha@example.org", PASSWORD)).status == 201


async def test_an_address_is_unknown_after_the_same_tries_as_a_known_one(portal: Portal) -> None:
    await portal.town.account("Asha", "asha@example.org")
    for email in ("asha@example.org", "nobody@example.org", "no address"):
        answers = [await tries(portal, email) for _ in range(6)]
        assert [answer.status for answer in answers] == [401] * 5 + [429], email
        assert answers[0].body["type"] == "/problems/wrong-credentials"
        assert is_to_wait(answers[5], 900)


async def test_a_program_that_knows_the_account_is_let_in_while_strangers_guess(
    behind: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await behind.town.account("Asha", "asha@example.org")
    assert (await tries(behind, "asha@example.org", PASSWORD, "198.51.100.1")).status == 201
    monkeypatch.setattr("services.storage.api_sessions.MOST_CLIENTS", 3)
    for number in range(2, 10):
        assert (await tries(behind, "asha@example.org", PASSWORD, f"198.51.100.{number}")).status == 201
    guesses = (tries(behind, "asha@example.org", client=f"203.0.113.{number}") for number in range(30))
    assert {answer.status for answer in await asyncio.gather(*guesses)} == {401}
    # The three from which it was used last are known.
    for number in range(1, 10):
        answer = await tries(behind, "asha@example.org", PASSWORD, f"198.51.100.{number}")
        assert answer.status == (201 if number > 6 else 429), number
    assert "Asha" in await behind.town.person().signs_in("asha@example.org")


async def test_a_client_that_has_to_wait_uses_up_the_tries_of_no_account(behind: Portal) -> None:
    await behind.town.account("Asha", "asha@example.org")
    attempts, now = behind.town.storage.attempts, behind.clock.now()
    of_client = "http:from:203.0.113.7"
    await asyncio.gather(*(attempts.record(of_client, now, 100, QUARTER) for _ in range(99)))
    assert (await tries(behind, "bela@example.org", client="203.0.113.7")).status == 401
    waits = await tries(behind, "asha@example.org", PASSWORD, "203.0.113.7")
    assert is_to_wait(waits, 900)
    assert "Too many wrong passwords from your network." in waits.body["detail"]
    assert await attempts.look("http:bela@example.org", now, 1, QUARTER)
    assert not await attempts.look("http:asha@example.org", now, 1, QUARTER)
    # A network of IPv6 addresses is one client (RFC 6177); others are not.
    for number in range(5):
        await tries(behind, "asha@example.org", client=f"2001:db8:0:1::{number}")
    assert (await tries(behind, "asha@example.org", client="2001:db8:0:1:ffff::")).status == 429
    assert (await tries(behind, "asha@example.org", client="2001:db8:0:2::1")).status == 401


async def test_a_client_that_has_to_wait_leaves_nothing_in_the_database(behind: Portal) -> None:
    attempts, now = behind.town.storage.attempts, behind.clock.now()
    client, kept = "203.0.113.7", attempts._attempts
    await asyncio.gather(*(attempts.record(f"http:from:{client}", now, 100, QUARTER) for _ in range(100)))
    await asyncio.gather(*(attempts.record("http:register", now, 200, HOUR) for _ in range(200)))
    before = await kept.count_documents({}, comment=OURS)
    for number in range(5):
        email = f"nobody{number}@example.org"
        assert is_to_wait(await tries(behind, email, client=client), 900)
        form = {"name": "Asha", "email": email, "password": PASSWORD, "role": "patient"}
        headers = {"X-Forwarded-For": client}
        assert is_to_wait(await behind.call("POST", "/register", form, headers=headers), 3600)
    assert await kept.count_documents({}, comment=OURS) == before


async def test_registrations_are_limited_by_the_pair_and_all_right_fields_count(behind: Portal) -> None:
    form = {"name": "Asha", "email": "asha@example.org", "password": PASSWORD, "role": "admin"}

    async def registers(client: str, **others: str) -> Answer:
        headers = {"X-Forwarded-For": client}
        return await behind.call("POST", "/register", form | others, headers=headers)

    for _ in range(8):
        assert (await registers("203.0.113.7", name="")).status == 422
    for _ in range(5):
        assert (await registers("203.0.113.7", staffCode="wrong")).status == 403
    assert is_to_wait(await registers("203.0.113.7", role="patient"), 3600)
    assert (await registers("203.0.113.8", role="patient")).status == 201
    # Wrong staff codes over HTTP keep no chat from trying.
    await behind.town.assembly.clinic.accounts.check_staff_code(ChatId(1), "open-sesame")


async def test_only_trusted_proxies_are_believed_who_calls(portal: Portal, behind: Portal) -> None:
    for number in range(5):
        assert (await tries(portal, "asha@example.org", client=f"203.0.113.{number}")).status == 401
    # All came from this machine: what they say of themselves counts for nothing.
    for client in ("203.0.113.200", "127.0.0.1", "2001:db8::1", ""):
        assert (await tries(portal, "asha@example.org", client=client)).status == 429, client
    # The proxy adds whom it sees; what came before that is the client's own word.
    for number in range(5):
        chain = f"192.0.2.{number}, 203.0.113.77"
        assert (await tries(behind, "asha@example.org", client=chain)).status == 401
    for chain in ("203.0.113.77", "192.0.2.200, 203.0.113.77", "203.0.113.77, 127.0.0.1"):
        assert (await tries(behind, "asha@example.org", client=chain)).status == 429, chain
    # An address that is none is a client of its own, and no incident.
    for chain in (
        "unknown",
        "x" * 2000,
        "203.0.113.78:4711",
        "[2001:db8::7]:80",
        ",,,",
        "%00",
        "203.0.113.79,",
    ):
        assert (await tries(behind, "asha@example.org", client=chain)).status in {401, 429}, chain


async def test_pages_of_other_origins_may_call_only_if_they_are_named(
    portal: Portal, town: Town, clock: TurnableClock
) -> None:
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
    allowed, portal_origin = "Access-Control-Allow-Origin", "https://portal.example"
    async with opened(town, clock, CORS_ORIGINS=portal_origin) as open_to_one:
        for served, origin, is_let in (
            (portal, portal_origin, False),
            (portal, "null", False),
            (open_to_one, portal_origin, True),
            (open_to_one, "https://portal.example.evil", False),
            (open_to_one, "http://portal.example", False),
            (open_to_one, "null", False),
        ):
            headers = {"Origin": origin}
            before = await served.call("OPTIONS", "/appointment/x", headers=headers | asks)
            assert (before.headers.get(allowed) == origin) is is_let, origin
            assert (before.status == 200) is is_let
            for method, path, body in (
                ("GET", "/me", None),
                ("GET", "/nowhere", None),
                ("POST", "/login", {"email": "x", "password": "x", "more": "x" * 70_000}),
            ):
                answer = await served.call(method, path, body, headers=headers)
                assert answer.status in {401, 404, 413}
                assert (answer.headers.get(allowed) == origin) is is_let, (origin, path)
                assert "Access-Control-Allow-Credentials" not in answer.headers
