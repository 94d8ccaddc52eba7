"""A session is good in its own chat until it is ended, whatever becomes of its document."""

import asyncio
from typing import Any

import pytest

from services.accounts.tokens import LIFETIME, Claims, Tokens
from services.errors import Denied, NotSignedIn, SessionEnded
from services.models.people import ChatId, Role
from tests.services.conftest import KEY, PASSWORD, Bench
from tests.turning import MONDAY

HOME, OTHER = ChatId(1), ChatId(2)


async def _document(bench: Bench, chat: ChatId = HOME) -> dict[str, Any]:
    found: dict[str, Any] = await bench.storage.sessions._sessions.find_one({"_id": chat})
    return found


async def _restore(bench: Bench, document: dict[str, Any]) -> None:
    await bench.storage.sessions._sessions.replace_one({"_id": document["_id"]}, document, upsert=True)


async def test_a_copied_document_is_no_session_in_another_chat(bench: Bench) -> None:
    await bench.principal("asha@example.org")
    await _restore(bench, await _document(bench) | {"_id": OTHER})
    with pytest.raises(SessionEnded):
        await bench.clinic.sessions.authenticate(OTHER)
    assert await bench.clinic.sessions.authenticate(HOME)


@pytest.mark.parametrize(
    "end", ["signed out", "ended", "new password", "blocked", "signed in anew", "another's"]
)
async def test_an_old_document_is_no_session(bench: Bench, end: str) -> None:
    asha = await bench.principal("asha@example.org")
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    old, sessions = await _document(bench), bench.clinic.sessions
    match end:
        case "signed out":
            await sessions.sign_out(HOME)
        case "ended":
            tablet = await sessions.sign_in(OTHER, "asha@example.org", PASSWORD)
            await sessions.end(tablet, HOME)
        case "new password":
            tablet = await sessions.sign_in(OTHER, "asha@example.org", PASSWORD)
            await bench.clinic.new_passwords.renew(tablet, "a new secret")
            assert await sessions.authenticate(OTHER)
        case "blocked":
            await bench.clinic.administration.block(nora, asha.id)
            await bench.clinic.administration.unblock(nora, asha.id)
        case "signed in anew":
            await sessions.sign_in(HOME, "asha@example.org", PASSWORD)
        case _:
            await bench.user("bela@example.org")
            await sessions.sign_in(HOME, "bela@example.org", PASSWORD)
    await _restore(bench, old)
    with pytest.raises(SessionEnded):
        await sessions.authenticate(HOME)


async def _make_old(bench: Bench) -> dict[str, Any]:
    """Leave everything as it was before sessions were bound."""
    asha = await bench.principal("asha@example.org")
    await bench.storage.users._users.update_one({"_id": asha.id}, {"$unset": {"known_chats": ""}})
    claims = Claims(asha.id, asha.role, "older", MONDAY + LIFETIME)
    document = await _document(bench) | {"token": Tokens(KEY).issue(claims, MONDAY)}
    await _restore(bench, document)
    return document


async def test_a_session_from_before_is_bound_to_the_chat_that_uses_it_first(bench: Bench) -> None:
    old, sessions = await _make_old(bench), bench.clinic.sessions
    # Two updates at once, as after a restart.
    for principal in await asyncio.gather(*(sessions.authenticate(HOME) for _ in range(4))):
        assert principal.session_id == "older"
    await _restore(bench, old | {"_id": OTHER})
    with pytest.raises(SessionEnded):
        await sessions.authenticate(OTHER)
    assert await sessions.authenticate(HOME)
    await sessions.sign_out(HOME)
    with pytest.raises(NotSignedIn):
        await sessions.authenticate(HOME)
    await _restore(bench, old)
    with pytest.raises(SessionEnded):
        await sessions.authenticate(HOME)


@pytest.mark.parametrize("end", ["signed out", "ended by another", "all ended", "new password"])
async def test_a_session_from_before_that_was_ended_is_good_in_no_chat(bench: Bench, end: str) -> None:
    old, sessions = await _make_old(bench), bench.clinic.sessions
    if end in {"signed out", "ended by another"}:
        await sessions.authenticate(HOME)
    tablet = await sessions.sign_in(OTHER, "asha@example.org", PASSWORD)
    match end:
        case "signed out":
            await sessions.sign_out(HOME)
        case "ended by another":
            await sessions.end(tablet, HOME)
        case "all ended":
            await sessions.end_others(tablet)
        case _:
            await bench.clinic.new_passwords.renew(tablet, "a new secret")
    for chat in (HOME, ChatId(7)):
        await _restore(bench, old | {"_id": chat})
        with pytest.raises(SessionEnded):
            await sessions.authenticate(chat)
    assert await sessions.authenticate(OTHER)


async def test_a_session_costs_one_look_at_the_database(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.principal("asha@example.org")

    async def refused(*_args: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr(type(bench.storage.known_chats), "bind", refused)
    assert not isinstance((await bench.clinic.sessions.arrive(HOME))[1], Denied)
