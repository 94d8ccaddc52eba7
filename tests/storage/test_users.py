"""Accounts as they are stored: unique, found, listed, decided on."""

import asyncio
from dataclasses import replace

import pytest

from services.errors import EmailTaken
from services.models.notifications import EventKind
from services.models.people import AccountStatus, Gender, Role, User, UserId
from services.storage.storage import Storage
from tests.storage.conftest import a_user, an_event
from tests.turning import MONDAY

PENDING, ACTIVE, BLOCKED = AccountStatus.PENDING, AccountStatus.ACTIVE, AccountStatus.BLOCKED


async def _add(storage: Storage, *users: User) -> None:
    for user in users:
        await storage.users.add(user, b"hash", MONDAY)


async def test_an_account_comes_back_as_it_was_and_its_hash_only_for_a_login(storage: Storage) -> None:
    user = replace(a_user("zoe", name="Zoë 🙂"), gender=Gender.OTHER, language="de")
    await _add(storage, user)
    assert await storage.users.by_id(user.id) == user
    found = await storage.users.credentials(user.email)
    assert found is not None
    assert (found.user, found.password_hash) == (user, b"hash")
    assert "hash'" not in repr(found)
    assert await storage.users.email_exists(user.email)
    assert await storage.users.by_ids([user.id, user.id, UserId("nobody")]) == {user.id: user}


async def test_who_is_not_there_is_none(storage: Storage) -> None:
    assert await storage.users.by_id(UserId("nobody")) is None
    assert await storage.users.credentials("nobody@example.org") is None
    assert not await storage.users.email_exists("nobody@example.org")
    assert await storage.users.by_ids([]) == {}


async def test_of_ten_who_take_one_mail_address_at_once_one_gets_it(storage: Storage) -> None:
    same = [replace(a_user(f"u{n}"), email="asha@example.org") for n in range(10)]
    results = await asyncio.gather(
        *(storage.users.add(user, b"hash", MONDAY) for user in same), return_exceptions=True
    )
    assert results.count(None) == 1
    assert sum(isinstance(result, EmailTaken) for result in results) == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"asha", "bela", "c.d", "cxd"}),
        ("ASHA", {"asha"}),
        ("c.d@", {"c.d"}),
        (".*", set()),
        ("(x", {"bela"}),
        ("a [b]", {"bela"}),
        ("\\", set()),
        ("$where", set()),
    ],
)
async def test_a_search_takes_every_character_for_itself(
    storage: Storage, text: str, expected: set[str]
) -> None:
    await _add(storage, a_user("asha"), a_user("bela", name="Bela [B] (x)"))
    await _add(storage, a_user("c.d", name="Cad"), a_user("cxd", name="Cid"))
    page = await storage.user_search.search(text, 0, 9)
    assert {user.id for user in page.items} == expected
    assert page.total == len(expected)


async def test_pages_are_by_name_hold_everybody_once_and_stay_within_the_list(storage: Storage) -> None:
    # Three of one name: their order is by id, so that none is on two pages.
    users = [a_user(f"u{n}", name=name) for n, name in enumerate("DABBBC")]
    await _add(storage, *users)
    pages = [await storage.user_search.search("", number, 2) for number in range(3)]
    assert [user.id for page in pages for user in page.items] == ["u1", "u2", "u3", "u4", "u5", "u0"]
    assert [(await storage.user_search.search("", n, 2)).number for n in (-5, 99)] == [0, 2]


async def test_only_active_doctors_are_offered_by_name_and_by_what_they_do(storage: Storage) -> None:
    heart, skin = "Cardiology", "Dermatology"
    await _add(
        storage,
        a_user("d1", name="Rao", role=Role.DOCTOR, specialization=heart),
        a_user("d2", name="Ali", role=Role.DOCTOR, specialization=skin),
        a_user("d3", name="Sen", role=Role.DOCTOR, specialization="Neurology", status=PENDING),
        a_user("d4", name="Fox", role=Role.DOCTOR, specialization=heart, status=BLOCKED),
        a_user("p", name="Asha", specialization="Surgery"),
    )
    assert await storage.user_search.specializations() == [heart, skin]
    assert [doctor.id for doctor in (await storage.user_search.doctors(None, 0, 6)).items] == ["d2", "d1"]
    assert [doctor.id for doctor in (await storage.user_search.doctors(heart, 0, 6)).items] == ["d1"]
    assert (await storage.user_search.doctors("Neurology", 4, 6)).total == 0


async def test_of_those_who_decide_on_an_account_at_once_one_does(storage: Storage) -> None:
    waiting = a_user("rao", role=Role.DOCTOR, status=PENDING)
    await _add(storage, waiting)
    decisions = ((ACTIVE, EventKind.DOCTOR_APPROVED), (BLOCKED, EventKind.DOCTOR_REFUSED)) * 3
    results = await asyncio.gather(
        *(
            storage.users.decide(waiting.id, PENDING, after, an_event(kind, kind, "rao"))
            for after, kind in decisions
        )
    )
    decided = [user for user in results if user is not None]
    assert len(decided) == 1
    assert await storage.users.by_id(waiting.id) == decided[0]
    (event,) = await storage.notifications.unspread(10)
    assert (event.kind is EventKind.DOCTOR_APPROVED) is (decided[0].status is ACTIVE)


async def test_fields_change_with_their_news_in_one_write(storage: Storage) -> None:
    await _add(storage, a_user("asha"), a_user("bela"))
    event = an_event("e", EventKind.EMAIL_CHANGED, "asha")
    changed = await storage.users.change(UserId("asha"), {"email": "new@example.org", "zone": "UTC"}, event)
    assert changed == replace(a_user("asha"), email="new@example.org", zone="UTC")
    assert await storage.notifications.unspread(9) == [event]
    assert await storage.users.change(UserId("nobody"), {"zone": "UTC"}) is None


async def test_an_address_that_somebody_has_is_refused_with_its_news(storage: Storage) -> None:
    await _add(storage, a_user("asha"), a_user("bela"))
    with pytest.raises(EmailTaken):
        await storage.users.change(
            UserId("asha"), {"email": "bela@example.org"}, an_event("e", EventKind.EMAIL_CHANGED, "asha")
        )
    assert await storage.users.by_id(UserId("asha")) == a_user("asha")
    assert await storage.notifications.unspread(9) == []


async def test_an_account_is_stored_with_its_news_and_without_it(storage: Storage) -> None:
    waits = an_event("w", EventKind.DOCTOR_WAITS, "nora")
    await storage.users.add(a_user("rao", role=Role.DOCTOR, status=PENDING), b"hash", MONDAY, waits)
    await _add(storage, a_user("asha"))
    assert [event.id for event in await storage.notifications.unspread(9)] == ["w"]
    assert await storage.users.by_id(UserId("rao")) == a_user("rao", role=Role.DOCTOR, status=PENDING)


async def test_one_decision_without_news_tells_nobody(storage: Storage) -> None:
    await _add(storage, a_user("asha"))
    assert await storage.users.decide(UserId("asha"), ACTIVE, BLOCKED) == a_user("asha", status=BLOCKED)
    assert await storage.notifications.unspread(9) == []
