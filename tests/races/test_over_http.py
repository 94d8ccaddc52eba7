"""Everybody at once, over HTTP and from chats."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.accounts.tokens import API_AUDIENCE, Claims, Tokens
from services.appointments.booking import HOLD_LENGTH
from services.models.people import AccountStatus, Role, User, UserId
from services.storage.api_sessions import ApiSession
from tests.faults.holding import all_told
from tests.plans import OURS
from tests.town import KEY, USUAL_LIMITS, Person, founded
from tests.turning import TurnableClock
from tests.web.conftest import Portal, opened


async def people(portal: Portal, count: int) -> list[tuple[User, str]]:
    """Make patients with tokens, without a password that somebody would have to hash."""
    storage, now, tokens = portal.town.storage, portal.clock.now(), Tokens(KEY)
    end = now.replace(hour=23)

    async def made(number: int) -> tuple[User, str]:
        user_id = UserId(f"{number:024x}")
        user = User(
            user_id, f"Patient {number}", f"p{number}@example.org", Role.PATIENT, AccountStatus.ACTIVE
        )
        await storage.users.add(user, b"x", now)
        await storage.api_sessions.open(user.id, b"x", ApiSession("s", "race", now, end), "here")
        return user, tokens.issue(Claims(user.id, user.role, "s", end), now, API_AUDIENCE)

    return await asyncio.gather(*map(made, range(count)))


async def ready(portal: Portal, name: str) -> Person:
    """Return somebody whose chat asks whether to book the time; the hold on it has ended."""
    person = await portal.town.signed_in(name, f"{name.lower()}@example.org")
    await person.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await person.talks([("tomorrow", "Which time?"), ("«09:30 AM»", "reason"), ("«Skip»", "Book this")])
    portal.clock.turn(HOLD_LENGTH)
    return person


async def in_dialog(person: Person) -> str:
    """Confirm the time."""
    said = await person.settled(person.phone.press("Confirm"))
    return "won" if "Appointment booked" in said else "taken" if "was just taken" in said else said


async def over_http(portal: Portal, user: User, token: str, doctor: User) -> str:
    """Book the time."""
    answer = await portal.books(user, doctor, token)
    assert answer.status == 201 or answer.is_problem
    outcomes = {(201, None): "won", (409, "/problems/slot-taken"): "taken"}
    return outcomes.get((answer.status, answer.body.get("type")), str(answer))


async def test_of_two_hundred_over_http_and_in_chats_one_gets_the_slot(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    chats = [await ready(portal, name) for name in ("Asha", "Bela", "Cleo", "Dana")]
    tries = [over_http(portal, user, token, rao) for user, token in await people(portal, 196)]
    for place, person in zip((3, 30, 80, 190), chats, strict=True):
        tries.insert(place, in_dialog(person))
    assert Counter(await asyncio.gather(*tries)) == {"won": 1, "taken": 199}
    stored = portal.town.storage.appointments._appointments
    assert await stored.count_documents({"doctor_id": rao.id}, comment=OURS) == 1


async def test_without_the_index_more_than_one_gets_it(portal: Portal) -> None:
    await portal.town.storage.appointments._appointments.drop_index("one_doctor_id")
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    patients = await people(portal, 20)
    outcomes = await asyncio.gather(*(over_http(portal, user, token, rao) for user, token in patients))
    assert outcomes.count("won") > 1


@pytest.fixture(params=["no limits", "usual limits"])
async def clinic(
    request: pytest.FixtureRequest, database_url: str, clock: TurnableClock, tmp_path: Path
) -> AsyncIterator[Portal]:
    """A clinic without limits for patients, and one with the usual ones."""
    limits: dict[str, Any] = dict(USUAL_LIMITS) if request.param == "usual limits" else {}
    async with founded(database_url, clock, tmp_path, **limits) as town, opened(town, clock) as portal:
        yield portal


async def test_one_key_sent_twenty_times_at_once_books_once_and_is_told_once(clinic: Portal) -> None:
    rao = await clinic.town.signed_in("Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha, token = await clinic.account("Asha")
    (doctor,) = (await clinic.call("GET", "/doctors", token=token)).body
    sent = {"doctorId": doctor["id"], "key": "one"}
    answers = await asyncio.gather(*(clinic.books(asha, asha, token, **sent) for _ in range(20)))
    assert Counter(answer.status for answer in answers) == {201: 20}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert all(answer.body == answers[0].body for answer in answers)
    await rao.hears("Appointment booked")
    await all_told(clinic.town)
    assert sum("Appointment booked" in message["text"] for message in rao.messages) == 1
    mails = [mail.to for mail in clinic.town.mailbox.mails if "booked" in mail.subject.lower()]
    assert sorted(mails) == [("asha@example.org",), ("rao@example.org",)]


async def test_a_key_is_ones_own_and_good_for_one_booking(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    (asha, token), (bela, others) = await people(portal, 2)
    first, second = await asyncio.gather(
        portal.books(asha, rao, token, key="one"), portal.books(bela, rao, others, "10:00 AM", key="one")
    )
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] != second.body["id"]
    for answer in (
        await portal.books(asha, rao, token, "11:00 AM", key="one"),
        await portal.books(asha, rao, token, "09:30 AM", key="one", reason="Another one"),
        await portal.books(asha, rao, token, "10:00 AM", key="one"),
    ):
        assert (answer.status, answer.body["type"]) == (409, "/problems/key-used")
    different = await asyncio.gather(
        *(portal.books(asha, rao, token, at, key="two") for at in ("01:00 PM", "02:00 PM", "03:00 PM"))
    )
    assert sorted(answer.status for answer in different) == [201, 409, 409]
    assert (await portal.call("DELETE", f"/appointment/{first.body['id']}", token=token)).status == 200
    after = await portal.books(asha, rao, token, key="one")
    assert (after.status, after.body["type"]) == (409, "/problems/key-used")
    for key in ("", "two words", "ü", "x" * 256):
        answer = await portal.books(asha, rao, token, "04:00 PM", key=key)
        assert (answer.status, answer.is_problem) == (422, True), key


async def test_of_ten_who_move_or_cancel_at_once_the_appointment_is_in_one_state(portal: Portal) -> None:
    rao, _ = await portal.account("Rao", Role.DOCTOR, "Cardiology")
    ((asha, token),) = await people(portal, 1)
    path = f"/appointment/{(await portal.books(asha, rao, token)).body['id']}"
    times = ("10:00 AM", "11:00 AM", "02:00 PM", "03:00 PM")
    acts = [portal.call("PATCH", path, {"date": "2027-05-04", "time": at}, token=token) for at in times]
    acts += [portal.call("DELETE", path, token=token) for _ in range(6)]
    answers = await asyncio.gather(*acts)
    assert {answer.status for answer in answers} <= {200, 409}
    assert sum(answer.status == 200 for answer in answers[4:]) <= 1
    now = (await portal.call("GET", path, token=token)).body
    assert now["status"] == ("cancelled" if any(answer.status == 200 for answer in answers[4:]) else "booked")
    assert len((await portal.call("GET", "/appointments", token=token)).body) == 1


async def test_of_ten_who_register_one_address_at_once_one_does(portal: Portal) -> None:
    form = {"email": "asha@example.org", "password": "correct horse", "role": "patient"}
    answers = await asyncio.gather(
        *(portal.call("POST", "/register", form | {"name": f"Asha {name}"}) for name in "abcdefghij")
    )
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 4, 429: 5}
