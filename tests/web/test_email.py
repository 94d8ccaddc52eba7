"""Confirming and changing the address of a registration over HTTP."""

from services.models.people import Role
from tests.town import PASSWORD, STAFF_CODE
from tests.web.conftest import Portal

ASHA = "asha@example.org"
FORM = {"name": "Asha Patel", "email": ASHA, "password": PASSWORD, "role": "patient"}


async def _registered(portal: Portal) -> str:
    assert (await portal.call("POST", "/register", FORM)).status == 201
    return await portal.signs_in(ASHA)


async def test_a_registration_is_confirmed_with_the_code_that_was_emailed(portal: Portal) -> None:
    token = await _registered(portal)
    code = await portal.town.code(ASHA)
    assert (await portal.call("GET", "/me/email", token=token)).body == {"email": ASHA, "verified": False}
    for typed, status in (("12 34", 422), (f"{(int(code) + 1) % 1_000_000:06d}", 403)):
        wrong = await portal.call("POST", "/me/email", {"code": typed}, token=token)
        assert (wrong.status, wrong.is_problem, set(wrong.body["errors"])) == (status, True, {"code"})
    for _ in range(2):
        right = await portal.call("POST", "/me/email", {"code": code}, token=token)
        assert (right.status, right.body) == (200, {"email": ASHA, "verified": True})
    for method, path, body in (("POST", "/me/email/code", None), ("PUT", "/me/email", {"email": "n@x.org"})):
        late = await portal.call(method, path, body, token=token)
        assert (late.status, late.is_problem) == (409, True)


async def test_the_code_is_typed_in_the_chat_as_well(portal: Portal) -> None:
    token = await _registered(portal)
    asha = portal.town.person("Asha")
    await asha.talks([("/login", "email"), (ASHA, "password"), (PASSWORD, "you are signed in")])
    await asha.talks([("/me", "not confirmed yet"), ("«Enter the code»", "What is the code")])
    await asha.talks([(await portal.town.code(ASHA), "is confirmed")])
    assert (await portal.call("GET", "/me/email", token=token)).body["verified"] is True


async def test_another_code_is_sent_and_the_address_put_right(portal: Portal) -> None:
    await portal.town.account("Bela", "bela@example.org")
    token = await _registered(portal)
    await portal.town.code(ASHA)
    assert (await portal.call("POST", "/me/email/code", token=token)).status == 204
    await portal.town.code(ASHA, 2)
    for email, status in (("nonsense", 422), ("bela@example.org", 409)):
        assert (await portal.call("PUT", "/me/email", {"email": email}, token=token)).status == status
    right = await portal.call("PUT", "/me/email", {"email": "Asha.P@example.org"}, token=token)
    assert (right.status, right.body) == (200, {"email": "asha.p@example.org", "verified": False})
    code = await portal.town.code("asha.p@example.org")
    assert (await portal.call("POST", "/me/email", {"code": code}, token=token)).body["verified"] is True
    assert (await portal.call("POST", "/me/email/code", token=token)).status == 409


async def test_codes_are_limited_over_http_too(portal: Portal) -> None:
    token = await _registered(portal)
    await portal.town.code(ASHA)
    answers = [(await portal.call("POST", "/me/email/code", token=token)) for _ in range(5)]
    assert [answer.status for answer in answers] == [204, 204, 204, 204, 429]
    assert "Retry-After" in answers[-1].headers


async def test_while_the_mail_server_is_away_one_registers_all_the_same(portal: Portal) -> None:
    portal.town.mailbox.refuse_with(451, "later")
    token = await _registered(portal)
    portal.town.mailbox.refuse_with(451, "later")
    assert (await portal.call("POST", "/me/email/code", token=token)).status in {204, 503}
    assert (await portal.call("POST", "/me/email/code", token=token)).status == 204


async def test_it_is_told_that_the_address_is_changed_without_a_code(portal: Portal) -> None:
    token = await _registered(portal)
    await portal.town.code(ASHA)
    portal.town.mailbox.refuse_with(451, "later")
    changed = await portal.call("PUT", "/me/email", {"email": "asha.p@example.org"}, token=token)
    assert (changed.status, changed.body["email"], changed.body["codeSent"]) == (
        200,
        "asha.p@example.org",
        False,
    )
    assert "no code could be emailed" in changed.body["detail"]
    assert changed.headers["Content-Language"] == "en"
    answers = [
        await portal.call("PUT", "/me/email", {"email": f"a{n}@example.org"}, token=token) for n in range(4)
    ]
    assert [each.body.get("codeSent") for each in answers] == [None, None, None, False]
    assert "already emailed several codes" in answers[-1].body["detail"]


async def test_a_common_password_is_refused_and_older_accounts_are_not_asked(portal: Portal) -> None:
    refused = await portal.call("POST", "/register", FORM | {"password": "Password1"})
    assert (refused.status, set(refused.body["errors"])) == (422, {"password"})
    assert "most common passwords" in refused.body["errors"]["password"]
    _, token = await portal.account("Nora", Role.ADMIN)
    assert (await portal.call("GET", "/me/email", token=token)).body["verified"] is None
    form = FORM | {"role": "admin", "staffCode": STAFF_CODE}
    assert (await portal.call("POST", "/register", form)).status == 201
