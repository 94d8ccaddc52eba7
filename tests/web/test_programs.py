"""The programs that are signed in over HTTP, as the chat shows them."""

import json
from datetime import timedelta

import pytest

from tests.plans import OURS
from tests.town import PASSWORD
from tests.web.conftest import Portal

LOGIN = {"email": "asha@example.org", "password": PASSWORD}


async def _signed_in(portal: Portal, name: str | None = None, agent: str = "") -> str:
    body = LOGIN | ({"name": name} if name is not None else {})
    answer = await portal.call("POST", "/login", body, headers={"User-Agent": agent})
    assert answer.status == 201, answer.body
    return str(answer.body["token"])


async def _is_valid(portal: Portal, token: str) -> bool:
    return (await portal.call("GET", "/me", token=token)).status == 200


async def test_a_program_is_shown_by_its_name_and_ended_in_the_chat(portal: Portal) -> None:
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    portal_token = await _signed_in(portal, "Clinic <b>portal</b> & co.")
    script = await _signed_in(portal, agent="curl/8.5.0")
    await asha.says("/me")
    shown = await asha.taps("Where I'm signed in")
    assert "Where you're signed in (3)" in shown
    for name in ("This chat", "Clinic <b>portal</b> & co. (API)", "curl (API)"):
        assert name in shown
    assert "curl" not in await asha.taps(asha.label("curl (API)"))
    assert not await _is_valid(portal, script)
    assert await _is_valid(portal, portal_token)
    assert "Signed out in 1 other place" in await asha.taps("Sign out everywhere else")
    assert not await _is_valid(portal, portal_token)
    assert "This chat" in asha.last


async def test_privacy_says_what_is_kept_of_programs(portal: Portal) -> None:
    said = await portal.town.person().says("/privacy")
    assert "The programs that are signed in for you" in said
    assert "network addresses" in said


async def test_odd_names_of_programs_are_shown_as_they_can_be_read(portal: Portal) -> None:
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    for name in ("\u202e\0\n", "", "x" * 1000, "👩\u200d⚕️ 病院", "{0} %s $literal", "</code>"):
        await _signed_in(portal, name)
    await asha.says("/me")
    shown = await asha.taps("Where I'm signed in") + await asha.taps("›")
    for name in ("x" * 60 + " (API)", "病院 (API)", "{0} %s $literal (API)", "</code> (API)", "• API, since"):
        assert name in shown, name
    assert "x" * 61 not in shown


async def test_the_newest_programs_stay_signed_in_and_are_shown_page_by_page(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.storage.api_sessions.MOST_SESSIONS", 12)
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    tokens = [await _signed_in(portal, f"p{number}") for number in range(14)]
    assert [await _is_valid(portal, token) for token in tokens[:4]] == [False, False, True, True]
    await asha.says("/me")
    shown = await asha.taps("Where I'm signed in")
    assert "(13)" in shown
    for _ in range(2):
        shown += await asha.taps("›")
    assert [f"p{number} (API)" in shown for number in (0, 1, 2, 13)] == [False, False, True, True]
    portal.clock.turn(timedelta(days=1))
    fresh = await _signed_in(portal, "fresh")
    await asha.says("/me")
    assert "(2)" in await asha.taps("Where I'm signed in")
    assert await _is_valid(portal, fresh)
    assert "Signed out in 1 other place" in await asha.taps("Sign out everywhere else")


async def test_the_copy_of_ones_data_names_programs_and_has_no_token(portal: Portal) -> None:
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    token = await _signed_in(portal, "Clinic portal")
    await asha.says("/mydata")
    (content,) = asha.files.values()
    text = content.decode()
    assert "Clinic portal" in text
    assert token not in text
    assert token.split(".")[2] not in text
    users = portal.town.storage.users._users
    stored = json.dumps(await users.find_one({"email": "asha@example.org"}, {"_id": 0, "api_clients": 1}))
    assert "127.0.0.1" not in stored + text


async def test_a_deleted_account_has_no_program_signed_in(portal: Portal) -> None:
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    token = await _signed_in(portal, "Clinic portal")
    await portal.call("POST", "/login", LOGIN | {"password": "wrong"})
    await asha.says("/forgetme")
    await asha.taps("Yes, delete")
    attempts = portal.town.storage.attempts._attempts
    left = await attempts.find({}, comment=OURS).to_list(None)
    assert [row["_id"] for row in left if "asha" in row["_id"]] == []
    assert not await _is_valid(portal, token)
    assert (await portal.call("POST", "/login", LOGIN)).status == 401
