"""Announcements and their deliveries as they are stored: one holder each, and no delivery twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.models.announcements import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Audience,
    Delivery,
    DeliveryState,
    Tally,
)
from services.models.people import ChatId, Role, UserId
from services.storage.storage import Storage
from tests.storage.conftest import a_user
from tests.turning import MONDAY

A, B = AnnouncementId("a"), AnnouncementId("b")
MINUTE = timedelta(minutes=1)


def an_announcement(announcement_id: AnnouncementId, minutes: int = 0) -> Announcement:
    return Announcement(
        announcement_id, UserId("nora"), ChatId(7), Audience.DOCTORS, "Closed", MONDAY + minutes * MINUTE
    )


async def _claimed(storage: Storage, minutes: float = 0) -> tuple[str, str] | None:
    found = await storage.announcements.claim(MONDAY + minutes * MINUTE, MINUTE)
    return (found[0].id, found[1]) if found else None


async def test_it_comes_back_as_it_was_stored_and_is_stored_once(storage: Storage) -> None:
    first = an_announcement(A)
    assert await storage.announcements.add(first)
    assert not await storage.announcements.add(an_announcement(A, 5))
    assert await storage.announcements.by_id(A) == first
    assert await storage.announcements.by_id(B) is None


async def test_one_at_a_time_is_held_the_oldest_first_and_until_its_lease_ends(storage: Storage) -> None:
    await storage.announcements.add(an_announcement(B, 1))
    await storage.announcements.add(an_announcement(A))
    held = await asyncio.gather(*(_claimed(storage, 1) for _ in range(6)))
    ((found, first),) = [one for one in held if one is not None]
    assert found == A
    assert await storage.announcements.renew(A, first, MONDAY + 3 * MINUTE, 2) is not None
    assert await _claimed(storage, 2.9) is None
    taken = await _claimed(storage, 3)
    assert taken is not None
    assert taken[1] != first
    # Who has lost it changes nothing any more.
    await storage.announcements.shown(A, first, 99)
    await storage.announcements.gathered(A, first)
    await storage.announcements.close(A, first, AnnouncementState.FINISHED, MONDAY)
    assert await storage.announcements.renew(A, first, MONDAY, 0) is None
    kept = await storage.announcements.by_id(A)
    assert kept is not None
    assert (kept.message_id, kept.state, kept.setbacks) == (None, AnnouncementState.GATHERING, 2)
    await storage.announcements.close(A, taken[1], AnnouncementState.FINISHED, MONDAY)
    assert (await _claimed(storage, 3) or ("",))[0] == B


async def test_what_is_let_go_waits_until_then(storage: Storage) -> None:
    await storage.announcements.add(an_announcement(A))
    held = await _claimed(storage)
    assert held is not None
    await storage.announcements.let_go(A, held[1], MONDAY + 5 * MINUTE, 1)
    assert await _claimed(storage, 4.9) is None
    assert (await _claimed(storage, 5) or ("",))[0] == A


async def test_only_what_is_under_way_is_stopped_and_stays_so(storage: Storage) -> None:
    assert not await storage.announcements.stop(A)
    await storage.announcements.add(an_announcement(A))
    assert await storage.announcements.stop(A)
    assert not await storage.announcements.stop(A)
    held = await _claimed(storage)
    assert held is not None
    await storage.announcements.gathered(A, held[1])
    stopped = await storage.announcements.by_id(A)
    assert stopped is not None
    assert stopped.state is AnnouncementState.STOPPED


async def test_each_chat_is_gathered_once_and_taken_once(storage: Storage) -> None:
    await storage.deliveries.gather(A, map(ChatId, range(30)))
    await storage.deliveries.gather(B, [ChatId(3)])
    taken = await asyncio.gather(*(storage.deliveries.take(A, 8) for _ in range(6)))
    chats = [one.chat_id for some in taken for one in some]
    assert len(chats) == len(set(chats))
    rest = await storage.deliveries.take(A, 100)
    assert {*chats, *(one.chat_id for one in rest)} == set(range(30))
    await storage.deliveries.gather(A, map(ChatId, range(31)))
    assert await storage.deliveries.tally(A) == Tally(waiting=1, sending=30)
    assert await storage.deliveries.tally(B) == Tally(waiting=1)
    assert await storage.deliveries.tally(AnnouncementId("c")) == Tally()


async def test_what_is_being_taken_when_its_sender_is_told_to_stop_waits_again(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await storage.deliveries.gather(A, map(ChatId, range(4)))
    usual = storage.deliveries._claimed

    async def claimed(ids: Sequence[str], claim: str) -> list[dict[str, Any]]:
        mine = await usual(ids, claim)
        # The cancellation arrives now, when the database has marked them and nobody knows it yet; and again,
        # as it does where a clean-up takes long.
        for _ in range(2):
            taking.cancel()
            await asyncio.sleep(0)
        return mine

    monkeypatch.setattr(storage.deliveries, "_claimed", claimed)
    taking = asyncio.create_task(storage.deliveries.take(A, 3))
    with pytest.raises(asyncio.CancelledError):
        await taking
    # Whoever starts next gives up what was on its way.
    await storage.deliveries.give_up(A, MONDAY)
    assert await storage.deliveries.tally(A) == Tally(waiting=4)


async def test_what_was_given_up_is_neither_sent_again_nor_taken_back(storage: Storage) -> None:
    await storage.deliveries.gather(A, map(ChatId, range(4)))
    one, two, three = await storage.deliveries.take(A, 3)
    await storage.deliveries.settle(one, DeliveryState.DELIVERED, MONDAY)
    await storage.deliveries.settle(two, DeliveryState.WAITING, MONDAY)
    await storage.deliveries.give_up(A, MONDAY)
    await storage.deliveries.settle(three, DeliveryState.WAITING, MONDAY)
    await storage.deliveries.settle(Delivery(one.id, one.chat_id, "forged"), DeliveryState.FAILED, MONDAY)
    assert await storage.deliveries.tally(A) == Tally(waiting=2, delivered=1, failed=1)
    assert {two.chat_id, ChatId(3)} == {again.chat_id for again in await storage.deliveries.take(A, 9)}


async def test_active_accounts_of_a_role_come_in_the_order_of_their_ids(storage: Storage) -> None:
    for number in range(5):
        await storage.users.add(a_user(f"d{number}", role=Role.DOCTOR), b"", MONDAY)
    await storage.users.add(a_user("e", role=Role.PATIENT), b"", MONDAY)
    assert await storage.users.active(Role.DOCTOR, UserId(""), 3) == ["d0", "d1", "d2"]
    assert await storage.users.active(Role.DOCTOR, UserId("d2"), 3) == ["d3", "d4"]
    assert await storage.users.active(Role.ADMIN, UserId(""), 3) == []
