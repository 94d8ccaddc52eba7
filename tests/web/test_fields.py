"""What is sent: all wrong fields are told at once, and nothing of it is an incident."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from services.models.people import Role
from tests.plans import OURS
from tests.town import PASSWORD
from tests.web.conftest import Answer, Portal

FORM = {"name": "Asha Patel", "email": "asha@example.org", "password": PASSWORD, "role": "patient"}


async def _raw(portal: Portal, path: str, body: bytes, kind: str | None = "application/json") -> Answer:
    headers = {"Content-Type": kind} if kind else {}
    async with portal.session.post(
        portal.address + path, data=body, headers=headers, skip_auto_headers=["Content-Type"]
    ) as answer:
        return Answer(answer.status, answer.headers, await answer.json(content_type=None))


async def _accounts(portal: Portal) -> int:
    users = portal.town.storage.users._users
    return int(await users.count_documents({}, comment=OURS))


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (FORM | {"name": "", "email": "asha", "password": "short"}, {"name", "email", "password"}),
        (
            FORM | {"role": "doctor", "name": "7", "email": "@", "password": "x", "specialization": "!"},
            {"name", "email", "password", "specialization"},
        ),
        (FORM | {"role": "doctor", "name": "7"}, {"name", "specialization"}),
        (FORM | {"role": "nobody", "name": "7", "gender": "x"}, {"role", "name", "gender"}),
        ({"password": "ü" * 37, "email": "asha"}, {"name", "email", "password", "role"}),
        ({}, {"name", "email", "password", "role"}),
        (FORM | {"password": "Asha@Example.org"}, {"password"}),
        (
            FORM | {"name": None, "email": 7, "password": ["x"], "role": {}},
            {"name", "email", "password", "role"},
        ),
        (FORM | {"name": "x" * 1001, "staffCode": "x" * 1001}, {"name", "staffCode"}),
    ],
)
async def test_all_wrong_fields_are_told_at_once(
    portal: Portal, sent: Mapping[str, Any], wrong: set[str]
) -> None:
    answer = await portal.call("POST", "/register", sent)
    assert (answer.status, answer.is_problem) == (422, True)
    assert set(answer.body["errors"]) == wrong
    assert all(text.endswith((".", ").")) and "Input" not in text for text in answer.body["errors"].values())
    assert PASSWORD not in json.dumps(answer.body)


async def test_passwords_up_to_72_bytes_are_taken_whole_however_they_are_typed(portal: Portal) -> None:
    for number, (password, fits) in enumerate(
        [
            ("x" * 72, True),
            ("x" * 73, False),
            ("ü" * 36, True),
            ("ü" * 36 + "x", False),
            ("u\u0308" * 36, True),  # typed as a letter and a mark, it is the same password
            ("😀" * 18, True),
            ("nul\0nul\0nul", True),
            ("😀" * 18 + "x", False),
        ]
    ):
        form = FORM | {"email": f"p{number}@example.org", "password": password}
        answer = await portal.call("POST", "/register", form)
        assert answer.status == (201 if fits else 422), password
        login = {"email": form["email"], "password": password}
        assert (await portal.call("POST", "/login", login)).status == (201 if fits else 422), password
        if fits:
            assert (await portal.call("POST", "/login", login | {"password": password[:-1]})).status == 401


async def test_names_are_kept_as_they_are_seen(portal: Portal) -> None:
    await portal.account("Nora", Role.ADMIN)
    for number, (name, kept) in enumerate(
        [
            ("Zoë 😀", "Zoë 😀"),
            ("  \u202eAda\0 \n L. ", "Ada L."),
            ("李小龍", "李小龍"),
            ("{$gt}: a", "{$gt}: a"),
        ]
    ):
        email = f"n{number}@example.org"
        assert (await portal.call("POST", "/register", FORM | {"name": name, "email": email})).status == 201
        token = await portal.signs_in(email)
        assert (await portal.call("GET", "/me", token=token)).body["name"] == kept


# Bodies that are no form at all.
BODIES = {
    "nothing": b"",
    "a word": b"hello",
    "half": b'{"email": ',
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "not a number": b'{"email": NaN, "password": Infinity}',
    "a number without end": b'{"email": ' + b"9" * 60_000 + b"}",
    "a large exponent": b'{"email": 1e999999, "password": -1e999999}',
    "half a surrogate pair": rb'{"email": "\ud800", "password": "\udfff correct horse"}',
    "not UTF-8": b'{"email": "\xff\xfe", "password": "x"}',
    "UTF-16": '{"email": 1}'.encode("utf-16"),
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"email":' * 7_000,
    "deep but whole": b'{"email":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "a query": b'{"email": {"$gt": ""}, "password": {"$ne": null}}',
    "marks without end": json.dumps({"email": "a" + "\u0301\u0316" * 5_000}, ensure_ascii=False).encode(),
}


async def test_bodies_that_are_no_form_are_refused_and_nothing_happens(portal: Portal) -> None:
    for what, body in BODIES.items():
        for path in ("/login", "/register"):
            answer = await _raw(portal, path, body)
            assert answer.status in {400, 422}, (what, answer)
            assert answer.is_problem, what
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", None):
        answer = await _raw(portal, "/login", json.dumps(FORM).encode(), kind)
        assert (answer.status, answer.is_problem) == (422, True), kind
        assert "Content-Type" in answer.body["errors"]["body"], kind
    assert await _accounts(portal) == 0
    # Of a name that is there twice, the last counts, as JSON's own reader has it.
    twice = b'{"email": 1, "email": "asha@example.org", "password": "correct horse"}'
    assert (await _raw(portal, "/login", twice)).status == 401


async def test_a_body_over_64_kib_is_refused(portal: Portal) -> None:
    filled = json.dumps(FORM | {"more": ""}).encode()
    for size, status in ((64 * 1024, 201), (64 * 1024 + 1, 413)):
        body = filled[:-2] + b"x" * (size - len(filled)) + b'"}'
        answer = await _raw(portal, "/register", body) if status == 413 else None
        if answer is None:
            async with portal.session.post(
                f"{portal.address}/register", data=body, headers={"Content-Type": "application/json"}
            ) as taken:
                assert taken.status == status
        else:
            assert (answer.status, answer.is_problem) == (status, True)
    assert await _accounts(portal) == 1


async def test_text_that_is_slow_to_compare_keeps_nobody_waiting(portal: Portal) -> None:
    """Unicode's normal forms of marks take as long as the square of their number."""
    marks = "a" + "\u0301\u0316" * 5_000
    sent = [
        ("/register", FORM | {name: marks})
        for name in ("name", "email", "password", "staffCode", "specialization")
    ]
    sent += [("/login", {"email": "a@b.de", "password": "x", name: marks}) for name in ("email", "name")]
    async with asyncio.timeout(5):
        for path, body in sent:
            answer = await portal.call("POST", path, body | {"role": "doctor"})
            assert (answer.status, "at most 1000" in str(answer.body["errors"])) == (422, True), path


async def test_a_reason_is_kept_without_what_no_keyboard_types(portal: Portal) -> None:
    asha, token = await portal.account("Asha")
    rao, doctors = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    reason = " <b>It</b>\0 flutters\u202e,\r\n\tand \x1b[31mhurts 😀 "
    booked = await portal.books(asha, rao, token, reason=reason)
    assert booked.body["reason"] == "<b>It</b> flutters,\n\tand [31mhurts 😀"
    (seen,) = (await portal.call("GET", "/appointments", token=doctors)).body
    assert seen == booked.body
    long = await portal.books(asha, rao, token, "10:00 AM", reason="x" * 501)
    assert (long.status, list(long.body["errors"])) == (422, ["reason"])


async def test_days_and_times_that_are_none_or_not_offered_are_told(portal: Portal) -> None:
    asha, token = await portal.account("Asha")
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    day: Any
    at: Any
    for day in ("2999-12-31", "2000-01-01", "2027-02-28", "2027-05-02"):
        answer = await portal.books(asha, rao, token, date=day)
        assert (answer.status, list(answer.body["errors"])) == (422, ["time"]), day
    for day in (
        "2027-02-29",
        "1999-12-31",
        "2027-5-4",
        "04.05.2027",
        "9999-12-31",
        "٢٠٢٧-٠٥-٠٤",
        20270504,
        None,
    ):
        answer = await portal.books(asha, rao, token, date=day)
        assert (answer.status, list(answer.body["errors"])) == (422, ["date"]), day
    for at in ("00:30 AM", "13:00 PM", "24:00 AM", "10:60 AM", "10:00", "10 AM", "１０:00 AM", "", 10, None):
        answer = await portal.books(asha, rao, token, at)
        assert (answer.status, list(answer.body["errors"])) == (422, ["time"]), at
    for at in ("12:00 AM", "10:05 AM", "11:59 PM"):
        answer = await portal.books(asha, rao, token, at)
        assert (answer.status, answer.body["type"]) == (422, "/problems/slot-not-offered"), at
    for at, shown in (("12:00 PM", "12:00 PM"), ("9:30am", "09:30 AM"), ("02:00PM", "02:00 PM")):
        answer = await portal.books(asha, rao, token, at)
        assert (answer.status, answer.body["time"]) == (201, shown), (at, answer.body)


async def test_free_times_are_asked_for_by_days_in_order_and_not_too_many(portal: Portal) -> None:
    _, token = await portal.account("Asha")
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    path = f"/doctors/{rao.id}/slots"
    for query, wrong in (
        ("from=2027-05-05&to=2027-05-04", "to"),
        ("from=2027-05-01&to=2027-07-02", "to"),
        ("from=2027-02-29", "from"),
        ("to=tomorrow", "to"),
    ):
        answer = await portal.call("GET", f"{path}?{query}", token=token)
        assert (answer.status, list(answer.body["errors"])) == (422, [wrong]), query
    for query in ("from=2000-01-01&to=2000-01-31", "from=2999-12-31", "from=2027-05-08&to=2027-05-09"):
        assert (await portal.call("GET", f"{path}?{query}", token=token)).body == [], query
    week = (await portal.call("GET", path, token=token)).body
    assert week == (await portal.call("GET", f"{path}?from=2027-05-03&to=2027-05-09", token=token)).body
    assert {slot["date"] for slot in week} == {f"2027-05-0{day}" for day in range(3, 8)}
