"""What is stored by chat and by key: sessions, tries, dialogs, updates; and the doctors' hours."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from services.models.people import ChatId, Role, SignedIn, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from services.storage.chat_lookup import FoundChat
from services.storage.pending_updates import Entry
from services.storage.sessions import StoredSession
from services.storage.storage import Storage
from tests.storage.conftest import a_user
from tests.turning import MONDAY

MINUTE = timedelta(minutes=1)
WINDOW = 15 * MINUTE


async def _record(storage: Storage, at: timedelta, key: str = "mail:x") -> datetime | None:
    return await storage.attempts.record(key, MONDAY + at, 5, WINDOW)


async def test_a_chat_has_one_session_the_last_one(storage: Storage) -> None:
    chat, asha, rao = ChatId(-7), UserId("asha"), UserId("rao")
    assert await storage.chat_lookup.of_chat(chat) == FoundChat()
    await storage.users.add(a_user("rao", role=Role.DOCTOR), b"", MONDAY)
    for token, user in (("first", asha), ("second", rao)):
        await storage.sessions.put(StoredSession(chat, token), user, MONDAY + MINUTE)
    known = await storage.chat_lookup.of_chat(chat)
    assert known == FoundChat(None, "second", a_user("rao", role=Role.DOCTOR))
    assert "second" not in repr(known)
    assert await storage.sessions.chats_of([asha, rao], MONDAY) == {asha: [], rao: [chat]}


async def test_an_account_is_signed_in_where_its_sessions_have_not_ended(storage: Storage) -> None:
    asha = UserId("asha")
    for chat, minutes in ((1, 1), (2, 2), (3, 3)):
        await storage.sessions.put(StoredSession(ChatId(chat), "t"), asha, MONDAY + minutes * MINUTE)
    await storage.sessions.remove(ChatId(3))
    await storage.sessions.remove(ChatId(4))
    assert sorted((await storage.sessions.chats_of([asha], MONDAY))[asha]) == [1, 2]
    assert await storage.sessions.chats_of([asha], MONDAY + MINUTE) == {asha: [2]}
    assert await storage.sessions.chats_of([], MONDAY) == {}


async def test_sessions_know_since_when_and_by_whom_and_end_one_by_one_or_all(storage: Storage) -> None:
    asha, rao, end = UserId("asha"), UserId("rao"), MONDAY + 9 * MINUTE
    for chat in (1, 2, 3):
        since = MONDAY + chat * MINUTE
        await storage.sessions.put(StoredSession(ChatId(chat), "t", since, f"Phone {chat}"), asha, end)
    await storage.sessions.put(StoredSession(ChatId(4), "t", MONDAY, "Rao"), rao, end)
    assert await storage.sessions.of_user(asha, MONDAY) == [
        SignedIn(ChatId(chat), MONDAY + chat * MINUTE, f"Phone {chat}") for chat in (3, 2, 1)
    ]
    assert await storage.sessions.of_user(asha, end) == []
    assert not await storage.sessions.end(asha, ChatId(4))
    assert await storage.sessions.end(asha, ChatId(2))
    assert not await storage.sessions.end(asha, ChatId(2))
    assert await storage.sessions.end_all(asha, but=ChatId(1)) == 1
    assert await storage.sessions.chats_of([asha, rao], MONDAY) == {asha: [1], rao: [4]}
    assert await storage.sessions.end_all(asha) == 1


async def test_a_session_from_before_since_was_kept_has_none(storage: Storage) -> None:
    await storage.sessions._sessions.insert_one(
        {"_id": 1, "user_id": "asha", "token": "t", "expires_at": MONDAY + MINUTE}
    )
    assert await storage.sessions.of_user(UserId("asha"), MONDAY) == [SignedIn(ChatId(1), None, "")]


async def test_of_thirty_tries_at_once_five_count_and_twenty_five_wait(storage: Storage) -> None:
    results = await asyncio.gather(*(_record(storage, timedelta(0)) for _ in range(30)))
    assert results.count(None) == 5
    assert results.count(MONDAY + WINDOW) == 25


async def test_the_window_slides_with_each_try(storage: Storage) -> None:
    for minute in range(5):
        assert await _record(storage, minute * MINUTE) is None
    # The sixth waits for the first to leave the window, the seventh for the second.
    assert await _record(storage, 14 * MINUTE) == MONDAY + WINDOW
    assert await _record(storage, 15 * MINUTE) is None
    assert await _record(storage, 15 * MINUTE) == MONDAY + 16 * MINUTE


async def test_a_try_that_is_refused_makes_nobody_wait_longer(storage: Storage) -> None:
    for _ in range(5):
        await _record(storage, timedelta(0))
    for minute in range(1, 15):
        assert await _record(storage, minute * MINUTE) == MONDAY + WINDOW
    assert await _record(storage, WINDOW) is None


async def test_each_key_is_counted_for_itself_and_can_be_forgiven(storage: Storage) -> None:
    for _ in range(5):
        await _record(storage, timedelta(0))
    assert await _record(storage, timedelta(0), "mail:y") is None
    await storage.attempts.forget("mail:x")
    await storage.attempts.forget("mail:nobody")
    assert await _record(storage, timedelta(0)) is None


async def test_hours_come_back_as_they_were(storage: Storage) -> None:
    rao = UserId("rao")
    assert await storage.schedules.of_doctor(rao) is None
    odd = Schedule(
        weekly={
            Weekday.SUNDAY: (Hours(time(0), time(1, 5)), Hours(time(22, 30), time(23, 59))),
            Weekday.MONDAY: (Hours(time(9), time(17)),),
        },
        slot_minutes=25,
        buffer_minutes=5,
        lead_time=timedelta(hours=2),
        horizon=timedelta(days=7),
    )
    for schedule in (odd, Schedule(), Schedule(weekly={})):
        await storage.schedules.put(rao, schedule)
        assert await storage.schedules.of_doctor(rao) == schedule


async def test_a_dialog_is_remembered_as_it_was_last_put(storage: Storage) -> None:
    chat = ChatId(1)
    assert await storage.conversations.of_chat(chat) is None
    await storage.conversations.put(chat, {"draft": {"name": "Zoë"}, "expires_at": MONDAY})
    await storage.conversations.put(chat, {"step": "email"})
    assert await storage.conversations.of_chat(chat) == {"step": "email"}
    assert [one async for one in storage.conversations.expired(MONDAY + WINDOW)] == []


async def test_only_dialogs_that_were_quiet_for_too_long_have_expired(storage: Storage) -> None:
    for chat, minute in ((1, 0), (2, 1), (3, 2)):
        await storage.conversations.put(ChatId(chat), {"expires_at": MONDAY + minute * MINUTE})
    await storage.conversations.put(ChatId(4), {})
    assert sorted([one async for one in storage.conversations.expired(MONDAY + MINUTE)]) == [1, 2]


async def test_updates_are_kept_once_in_their_order_until_they_are_removed(storage: Storage) -> None:
    await storage.pending_updates.put([Entry(3, "three"), Entry(1, "one")])
    await storage.pending_updates.put([Entry(2, "two"), Entry(3, "three again")])
    assert await storage.pending_updates.all() == ["one", "two", "three"]
    for update_id in (1, 1, 99):
        await storage.pending_updates.remove(update_id)
    assert await storage.pending_updates.all() == ["two", "three"]


async def test_the_oldest_update_of_each_chat_is_found(storage: Storage) -> None:
    updates = storage.pending_updates
    kept = [(3, ChatId(7)), (2, ChatId(8)), (5, ChatId(7)), (1, None)]
    await updates.put([Entry(update_id, "", chat_id) for update_id, chat_id in kept])
    found = await asyncio.gather(*(updates.first_of(ChatId(chat)) for chat in (7, 8, 9, 7)))
    assert found == [3, 2, None, 3]
    await updates.remove(3)
    assert await updates.first_of(ChatId(7)) == 5


async def test_times_come_back_in_utc_to_the_millisecond(storage: Storage) -> None:
    moment = datetime(2027, 5, 3, 6, 0, 0, 123456, tzinfo=UTC)
    await storage.conversations.put(ChatId(1), {"expires_at": moment})
    document = await storage.conversations.of_chat(ChatId(1))
    assert document is not None
    assert document["expires_at"] == moment.replace(microsecond=123000)
    assert document["expires_at"].tzinfo is not None
