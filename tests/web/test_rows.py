"""Each row of the interface: who may call it, with which token, and for whose things."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.web.api.fields import MOST_TEXT
from services.models.people import ChatId, Role
from tests.plans import OURS
from tests.town import KEY, PASSWORD, STAFF_CODE
from tests.web.conftest import Answer, Portal

TUESDAY = "2027-05-04"
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Row:
    """A call, and who may make it; {names} in it are replaced by ids."""

    method: str
    path: str
    roles: frozenset[Role]
    status: int = 200
    body: Mapping[str, str] | None = None

    def filled(self, ids: Mapping[str, str]) -> tuple[str, str, Any]:
        """Return the call with the ids in it."""
        body = {name: text.format(**ids) for name, text in self.body.items()} if self.body else None
        return self.method, self.path.format(**ids), body


BOOKING = {"patientId": "{patient}", "doctorId": "{doctor}", "date": TUESDAY, "time": "10:00 AM"}
ELEVEN = {"date": TUESDAY, "time": "11:00 AM"}
PATIENT, PARTIES = frozenset({Role.PATIENT}), frozenset({Role.PATIENT, Role.DOCTOR})
# In an order in which each of them can be made by whoever may, one after the other.
ROWS = (
    Row("GET", "/alluser", frozenset({Role.ADMIN})),
    Row("GET", "/doctors", EVERYBODY),
    Row("GET", "/doctors/{doctor}/slots", EVERYBODY),
    Row("POST", "/appointment", PATIENT, 201, BOOKING),
    Row("GET", "/appointments", PARTIES),
    Row("GET", "/appointment/{booked}", EVERYBODY),
    Row("PATCH", "/appointment/{booked}", PATIENT, body=ELEVEN),
    Row("DELETE", "/appointment/{booked}", PATIENT),
    Row("GET", "/me", EVERYBODY),
    Row("GET", "/me/email", EVERYBODY),
    Row("POST", "/me/email", EVERYBODY, body={"code": "042137"}),
    Row("POST", "/logout", EVERYBODY, 204),
)


@dataclass(frozen=True)
class People:
    """Somebody of each role with their tokens, and the ids of them and an appointment."""

    tokens: Mapping[Role, str]
    ids: Mapping[str, str]


@pytest.fixture
async def people(portal: Portal) -> People:
    asha, patients = await portal.account("Asha")
    rao, doctors = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    _, desk = await portal.account("Rita", Role.RECEPTIONIST)
    _, admins = await portal.account("Nora", Role.ADMIN)
    booked = await portal.books(asha, rao, patients)
    ids = {"patient": asha.id, "doctor": rao.id, "booked": booked.body["id"]}
    tokens = {
        Role.PATIENT: patients,
        Role.DOCTOR: doctors,
        Role.RECEPTIONIST: desk,
        Role.ADMIN: admins,
    }
    return People(tokens, ids)


def is_unauthorized(answer: Answer) -> bool:
    """Tell whether there was no valid token (RFC 6750 section 3)."""
    return answer.status == 401 and answer.is_problem and "Bearer" in answer.headers["WWW-Authenticate"]


async def test_each_row_is_for_its_roles_alone(portal: Portal, people: People) -> None:
    for row in ROWS:
        for role, token in people.tokens.items():
            answer = await portal.call(*row.filled(people.ids), token=token)
            if role in row.roles:
                assert answer.status == row.status, (row, role, answer.body)
            else:
                assert answer.status == 403, (row, role)
                assert answer.is_problem
                assert answer.body["type"] == "/problems/role-required"


async def test_head_tells_what_get_would_without_the_content(portal: Portal, people: People) -> None:
    token = people.tokens[Role.ADMIN]
    for path, status in (("/me", 200), ("/alluser?limit=1", 200), ("/appointments", 403), ("/nowhere", 404)):
        of_get = await portal.call("GET", path, token=token)
        of_head = await portal.call("HEAD", path, token=token)
        assert (of_head.status, of_head.body) == (status, ""), path
        for name in ("Content-Type", "Content-Length", "Link"):
            assert of_head.headers.get(name) == of_get.headers.get(name), path
    assert (await portal.call("HEAD", "/me")).status == 401
    assert (await portal.call("HEAD", "/login")).status == 405
    figures = (await portal.call("GET", "/metrics")).body
    assert '{le="+Inf",method="HEAD",route="/me",status="2xx"} 1.0' in figures


async def test_no_row_opens_without_a_token_that_is_valid(portal: Portal, people: People) -> None:
    token = people.tokens[Role.PATIENT]
    for row in ROWS:
        for headers in ({}, {"Authorization": ""}, {"Authorization": f"Bearer {token}x"}):
            assert is_unauthorized(await portal.call(*row.filled(people.ids), headers=headers)), row
    assert (await portal.call("GET", "/me", token=token)).status == 200


async def test_the_token_is_taken_bare_and_after_the_word_in_any_case(portal: Portal, people: People) -> None:
    token = people.tokens[Role.PATIENT]
    for given in (token, f"Bearer {token}", f"bearer {token}", f"BEARER   {token} "):
        assert (await portal.call("GET", "/me", headers={"Authorization": given})).status == 200, given
    for given in ("Bearer", "bearer ", f"Basic {token}", f"Bearer Bearer {token}", "null", f'"{token}"'):
        assert is_unauthorized(await portal.call("GET", "/me", headers={"Authorization": given})), given


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _forged(token: str) -> dict[str, str]:
    """Return tokens that look like it, by what is wrong with them."""
    claims = jwt.decode(token, options={"verify_signature": False})
    head, body, seal = token.split(".")
    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    return {
        "another key": jwt.encode(claims, "f" * 32, "HS256"),
        "another algorithm": jwt.encode(claims, KEY, "HS512"),
        "no algorithm": jwt.encode(claims, None, "none"),
        "no seal": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "another's role": f"{head}.{_part(claims | {'role': 'admin'})}.{seal}",
        "another's id": f"{head}.{_part(claims | {'sub': 'f' * 24})}.{seal}",
        "a longer life": f"{head}.{_part(claims | {'exp': claims['exp'] + 99})}.{seal}",
        "a header of no use": f"{_part('HS256')}.{body}.{seal}",
        "a header without end": f"{deep}.{body}.{seal}",
        "a number without end": f"{base64.urlsafe_b64encode(b'9' * 9_000).decode()}.{body}.{seal}",
        "two parts": f"{head}.{body}",
        "other letters": "ä.ö.ü",
        # With the right key: these are what it would take to have the key and get the rest wrong.
        "no audience": jwt.encode({k: v for k, v in claims.items() if k != "aud"}, KEY, "HS256"),
        "another audience": jwt.encode(claims | {"aud": "calendar"}, KEY, "HS256"),
        "no id": jwt.encode({k: v for k, v in claims.items() if k != "jti"}, KEY, "HS256"),
        "no end": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, KEY, "HS256"),
        "an end beyond all time": jwt.encode(claims | {"exp": 10**18}, KEY, "HS256"),
        "a session that never was": jwt.encode(claims | {"jti": "f" * 24}, KEY, "HS256"),
        "a role that is none": jwt.encode(claims | {"role": "nobody"}, KEY, "HS256"),
        "a role that it has not": jwt.encode(claims | {"role": "admin"}, KEY, "HS256"),
    }


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # of HS512, which is no use
async def test_forged_tokens_are_worth_nothing(portal: Portal, people: People) -> None:
    for what, token in _forged(people.tokens[Role.PATIENT]).items():
        for path in ("/me", "/alluser"):
            assert is_unauthorized(await portal.call("GET", path, token=token)), what


async def test_tokens_of_chats_and_of_programs_are_not_taken_for_each_other(portal: Portal) -> None:
    asha = await portal.town.signed_in("Asha Patel", "asha@example.org")
    sessions = portal.town.storage.sessions._sessions
    of_chat = await sessions.find_one({"_id": asha.phone.chat_id}, comment=OURS)
    assert of_chat is not None
    assert is_unauthorized(await portal.call("GET", "/me", token=of_chat["token"]))
    token = await portal.signs_in("asha@example.org")
    await sessions.update_one({"_id": asha.phone.chat_id}, {"$set": {"token": token}}, comment=OURS)
    assert "Please sign in" in await asha.says("/appointments")


async def test_a_token_is_valid_for_a_day(portal: Portal) -> None:
    _, token = await portal.account("Asha")
    portal.clock.turn(timedelta(hours=23, minutes=59))
    assert (await portal.call("GET", "/me", token=token)).status == 200
    portal.clock.turn(timedelta(minutes=1))
    assert is_unauthorized(await portal.call("GET", "/me", token=token))


async def test_what_ends_a_session_ends_its_token_at_once(portal: Portal) -> None:
    asha, first = await portal.account("Asha")
    second, third = [await portal.signs_in(asha.email) for _ in range(2)]
    assert (await portal.call("POST", "/logout", token=first)).status == 204
    assert is_unauthorized(await portal.call("GET", "/me", token=first))
    assert is_unauthorized(await portal.call("POST", "/logout", token=first))
    phone = portal.town.person()
    await phone.signs_in(asha.email)
    await phone.talks([("/me", "Asha"), ("«Password»", "current password"), (PASSWORD, "Choose a password")])
    assert (await portal.call("GET", "/me", token=second)).status == 200
    await phone.talks([("a new secret", "Your password is changed")])
    for token in (second, third):
        assert is_unauthorized(await portal.call("GET", "/me", token=token))
    assert (await portal.call("GET", "/me", token=await portal.signs_in(asha.email, "a new secret"))).status


async def test_a_block_and_another_role_end_tokens(portal: Portal) -> None:
    clinic = portal.town.assembly.clinic
    admin = await portal.town.account("Nora Lind", "nora@example.org", Role.ADMIN)
    principal = await clinic.sessions.sign_in(ChatId(1), admin.email, PASSWORD)
    asha, token = await portal.account("Asha")
    await clinic.administration.block(principal, asha.id)
    assert is_unauthorized(await portal.call("GET", "/me", token=token))
    login = {"email": asha.email, "password": PASSWORD}
    blocked = await portal.call("POST", "/login", login)
    assert (blocked.status, blocked.body["type"]) == (403, "/problems/account-blocked")
    await clinic.administration.unblock(principal, asha.id)
    assert is_unauthorized(await portal.call("GET", "/me", token=token))
    token = await portal.signs_in(asha.email)
    users = portal.town.storage.users._users
    await users.update_one({"_id": asha.id}, {"$set": {"role": "admin"}}, comment=OURS)
    assert is_unauthorized(await portal.call("GET", "/alluser", token=token))


async def test_what_is_somebody_elses_is_neither_shown_nor_changed(portal: Portal, people: People) -> None:
    bela, others = await portal.account("Bela")
    _, doctors = await portal.account("Ito", Role.DOCTOR, "Dermatology")
    path = f"/appointment/{people.ids['booked']}"
    for method, token, body in (
        ("GET", others, None),
        ("GET", doctors, None),
        ("PATCH", others, ELEVEN),
        ("DELETE", others, None),
    ):
        answer = await portal.call(method, path, body, token=token)
        assert (answer.status, answer.is_problem) == (403, True), (method, answer.body)
    for_asha = {**BOOKING, "patientId": people.ids["patient"], "doctorId": people.ids["doctor"]}
    answer = await portal.call("POST", "/appointment", for_asha, token=others)
    assert (answer.status, answer.body["type"]) == (403, "/problems/not-for-others")
    assert (await portal.call("GET", "/appointments", token=others)).body == []
    after = f"/appointments?after={people.ids['booked']}"
    assert (await portal.call("GET", after, token=others)).status == 403
    still = await portal.call("GET", path, token=people.tokens[Role.PATIENT])
    assert still.body["status"] == "booked"
    # An admin sees it, but not why she comes.
    assert (await portal.call("GET", path, token=people.tokens[Role.ADMIN])).body["reason"] is None
    assert bela.id not in json.dumps(still.body)


# No id of ours, and nothing that a database or a path could take for something else.
ODD_IDS = (
    "f" * 24,
    "0",
    "-1",
    "null",
    "%00",
    "%24ne",
    "{}",
    "[]",
    "a%2Fb",
    "..%2F..",
    "%ED%A0%80",
    "😀",
    "x" * 9_000,
)


async def test_unknown_and_odd_ids_are_found_nowhere(portal: Portal, people: People) -> None:
    token = people.tokens[Role.PATIENT]
    for odd in ODD_IDS:
        for method, path, body in (
            ("GET", f"/appointment/{odd}", None),
            ("PATCH", f"/appointment/{odd}", ELEVEN),
            ("DELETE", f"/appointment/{odd}", None),
            ("GET", f"/doctors/{odd}/slots", None),
        ):
            answer = await portal.call(method, path, body, token=token)
            assert (answer.status, answer.is_problem) == (404, True), (method, path)
        booking = {**BOOKING, "patientId": people.ids["patient"], "doctorId": odd}
        answer = await portal.call("POST", "/appointment", booking, token=token)
        # A field of the body has a bound, and is told to be too long beyond it.
        assert (answer.status, answer.is_problem) == (422 if len(odd) > MOST_TEXT else 404, True), odd
    # A patient is no doctor.
    booking = {**BOOKING, **dict.fromkeys(("patientId", "doctorId"), people.ids["patient"])}
    assert (await portal.call("POST", "/appointment", booking, token=token)).status == 404


async def test_a_doctor_without_the_staff_code_waits_for_an_admin(portal: Portal) -> None:
    nora = await portal.town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    admin = await portal.signs_in("nora@example.org")
    form = {"name": "Dr. Meera Rao", "email": "Rao@Example.org", "password": PASSWORD, "role": "doctor"}
    lacking = await portal.call("POST", "/register", form)
    assert (lacking.status, list(lacking.body["errors"])) == (422, ["specialization"])
    form |= {"specialization": "cardiology", "gender": "female"}
    assert (await portal.call("POST", "/register", form)).status == 201
    login = {"email": "rao@example.org", "password": PASSWORD}
    pending = await portal.call("POST", "/login", login)
    assert (pending.status, pending.body["type"]) == (403, "/problems/account-pending")
    accounts = (await portal.call("GET", "/alluser", token=admin)).body
    (rao,) = [each for each in accounts if each["role"] == "doctor"]
    shown = {name: rao[name] for name in ("name", "email", "role", "specialization", "gender", "status")}
    assert shown == {
        "name": "Meera Rao",
        "email": "rao@example.org",
        "role": "doctor",
        "specialization": "Cardiology",
        "gender": "female",
        "status": "pending",
    }
    assert (await portal.call("GET", "/doctors", token=admin)).body == []
    await nora.hears("Meera Rao")
    await nora.taps("Approve")
    assert (await portal.call("POST", "/login", login)).status == 201
    assert len((await portal.call("GET", "/doctors", token=admin)).body) == 1
    vetted = form | {"email": "ito@example.org", "staffCode": STAFF_CODE}
    assert (await portal.call("POST", "/register", vetted)).status == 201
    assert (await portal.call("POST", "/login", login | {"email": "ito@example.org"})).status == 201
    wrong = await portal.call("POST", "/register", form | {"email": "x@example.org", "staffCode": "open"})
    assert (wrong.status, list(wrong.body["errors"])) == (403, ["staffCode"])
    taken = await portal.call("POST", "/register", form)
    assert (taken.status, taken.body["type"]) == (409, "/problems/email-taken")


async def test_addresses_and_methods_that_there_are_not_are_problems_too(
    portal: Portal, people: People
) -> None:
    token = people.tokens[Role.ADMIN]
    for path in (
        "/",
        "/Me",
        "/me/",
        "//me",
        "/appointment",
        "/appointment/",
        "/alluser/1",
        "/problems/nothing",
    ):
        answer = await portal.call("GET", path, token=token)
        assert (answer.status, answer.is_problem) in {(404, True), (405, True)}, path
    for method in ("PUT", "DELETE", "TRACE", "OPTIONS"):
        answer = await portal.call(method, "/me", token=token)
        assert (answer.status, answer.is_problem) == (405, True), method
        assert "GET" in answer.headers["Allow"]
    # What the type of a problem leads to says what it means, in a line.
    refused = await portal.call("GET", "/appointments", token=token)
    meaning = await portal.call("GET", refused.body["type"])
    assert (meaning.status, len(meaning.body.splitlines())) == (200, 1)
