"""One admin stays: what is marked, counted, and let go."""

import asyncio
from datetime import timedelta

import pytest

from services.models.people import AccountStatus, Role, UserId
from services.storage.storage import Storage
from tests.storage.conftest import a_user
from tests.turning import MONDAY

LONG_AGO = MONDAY - timedelta(minutes=1)
ACTIVE, BLOCKED = AccountStatus.ACTIVE, AccountStatus.BLOCKED
NORA, BELA = UserId("nora"), UserId("bela")


@pytest.fixture
async def two(storage: Storage) -> Storage:
    """Store two active admins, and others who don't count."""
    for user in (
        a_user("nora", role=Role.ADMIN),
        a_user("bela", role=Role.ADMIN),
        a_user("zoe", role=Role.ADMIN, status=BLOCKED),
        a_user("rao", role=Role.DOCTOR),
        a_user("asha"),
    ):
        await storage.users.add(user, b"hash", MONDAY)
    return storage


async def test_only_active_admins_count_and_are_marked(two: Storage) -> None:
    admins = two.admins
    assert await admins.staying(LONG_AGO, MONDAY) == 2
    assert [await admins.mark(UserId(one), "m", MONDAY) for one in ("zoe", "rao", "nobody")] == [False] * 3
    assert await admins.mark(NORA, "m", MONDAY)
    assert await admins.staying(LONG_AGO, MONDAY) == 1


async def test_one_who_is_marked_goes_under_that_mark_alone(two: Storage) -> None:
    await two.admins.mark(NORA, "first", MONDAY)
    await two.admins.mark(NORA, "second", MONDAY)
    assert await two.users.decide(NORA, ACTIVE, BLOCKED, mark="first") is None
    await two.admins.unmark(NORA, "first")
    assert await two.admins.staying(LONG_AGO, MONDAY) == 1
    gone = await two.users.decide(NORA, ACTIVE, BLOCKED, mark="second")
    assert gone is not None
    assert gone.status is BLOCKED
    row = await two.users._users.find_one({"_id": NORA})
    assert "leaving" not in row


async def test_a_mark_that_is_taken_back_or_too_old_lets_nobody_go(two: Storage) -> None:
    await two.admins.mark(NORA, "m", MONDAY)
    await two.admins.unmark(NORA, "m")
    assert await two.admins.staying(LONG_AGO, MONDAY) == 2
    assert await two.users.decide(NORA, ACTIVE, BLOCKED, mark="m") is None
    await two.admins.mark(BELA, "old", LONG_AGO)
    assert await two.admins.staying(LONG_AGO, MONDAY) == 2
    assert await two.users.decide(BELA, ACTIVE, BLOCKED, mark="old") is None


async def test_of_all_who_are_marked_at_once_the_last_one_finds_nobody_who_stays(two: Storage) -> None:
    async def leave(admin_id: UserId) -> int:
        await two.admins.mark(admin_id, f"m{admin_id}", MONDAY)
        return await two.admins.staying(LONG_AGO, MONDAY)

    assert 0 in await asyncio.gather(leave(NORA), leave(BELA))
