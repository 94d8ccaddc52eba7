"""Codes as they are stored: one a key, each try counted, each given to one chat."""

import asyncio
from datetime import timedelta

from services.models.people import ChatId
from services.storage.one_time_codes import StoredCode
from services.storage.storage import Storage
from tests.turning import MONDAY

END = MONDAY + timedelta(minutes=15)
ONE, TWO = ChatId(1), ChatId(2)


async def test_every_try_of_a_burst_is_counted(storage: Storage) -> None:
    await storage.one_time_codes.put("k", "seal", END)
    tried = await asyncio.gather(*(storage.one_time_codes.count_try("k", END) for _ in range(20)))
    assert sorted(code.tries for code in tried if code) == list(range(1, 21))
    assert tried[0] is not None
    assert (tried[0].seal, tried[0].expires_at) == ("seal", END)


async def test_a_new_code_takes_the_place_of_the_old_and_is_untried(storage: Storage) -> None:
    await storage.one_time_codes.put("k", "old", END)
    await storage.one_time_codes.count_try("k", END)
    assert await storage.one_time_codes.redeem("k", "old", ONE)
    await storage.one_time_codes.put("k", "new", END)
    assert await storage.one_time_codes.count_try("k", END) == StoredCode("new", END, 1)
    assert not await storage.one_time_codes.redeem("k", "old", ONE)
    assert not await storage.one_time_codes.is_redeemed(["k"], ONE, MONDAY)


async def test_of_two_chats_with_one_code_one_gets_it_as_often_as_it_asks(storage: Storage) -> None:
    await storage.one_time_codes.put("k", "seal", END)
    got = await asyncio.gather(*(storage.one_time_codes.redeem("k", "seal", chat) for chat in (ONE, TWO) * 5))
    assert got.count(True) == 5
    winner = ONE if got[0] else TWO
    assert await storage.one_time_codes.is_redeemed(["k"], winner, MONDAY)
    assert not await storage.one_time_codes.is_redeemed(["k"], ONE if winner is TWO else TWO, MONDAY)
    assert not await storage.one_time_codes.is_redeemed(["k"], winner, END)


async def test_two_first_codes_at_once_leave_one(storage: Storage) -> None:
    await asyncio.gather(*(storage.one_time_codes.put("k", f"seal {n}", END) for n in range(10)))
    found = await storage.one_time_codes.count_try("k", END)
    assert found is not None
    assert found.tries == 1


async def test_what_is_not_there_has_no_tries(storage: Storage) -> None:
    await storage.one_time_codes.put("k", "seal", END)
    await storage.one_time_codes.remove("k", "other")
    # Nobody can tell that from a code that is there.
    assert await storage.one_time_codes.count_try("k", END) == StoredCode("", END, 1)
    assert await storage.one_time_codes.count_try_of_shared("other", ONE, 9, is_known=True) is None
    assert not await storage.one_time_codes.redeem("k", "seal", ONE)


async def test_the_database_itself_removes_old_codes(storage: Storage) -> None:
    indexes = await storage.one_time_codes._codes.index_information()
    assert indexes["kept_until_1"]["expireAfterSeconds"] == 0
    await storage.one_time_codes.put("k", "seal", END)
    stored = await storage.one_time_codes._codes.find_one({"_id": "k"})
    assert stored["kept_until"] == END + timedelta(days=1)


async def test_strangers_use_up_their_own_tries_of_a_shared_code(storage: Storage) -> None:
    await storage.one_time_codes.put("k", "seal", END, by_clinic=True)

    async def tries(chat: ChatId, *, is_known: bool) -> int | None:
        code = await storage.one_time_codes.count_try_of_shared("k", chat, 8, is_known=is_known)
        return code.tries if code else None

    of_one = await asyncio.gather(*(tries(ONE, is_known=False) for _ in range(6)))
    assert sorted(n for n in of_one if n) == [1, 2, 3, 4, 5, 6]
    assert [await tries(TWO, is_known=False) for _ in range(3)] == [1, 2, None]
    assert [await tries(TWO, is_known=True) for _ in range(2)] == [3, 4]
