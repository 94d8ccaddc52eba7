"""What whoever watches the bot asks of the database."""

from datetime import timedelta

import pytest

from services.models.notifications import ChannelName
from services.storage.monitoring import ChannelQueue
from services.storage.storage import Storage
from tests.storage.conftest import a_notice, an_event
from tests.turning import MONDAY

CHAT, MAIL = ChannelName.CHAT, ChannelName.MAIL
MINUTE = timedelta(minutes=1)


async def test_notices_wait_from_when_they_were_first_due_until_they_are_closed(storage: Storage) -> None:
    assert await storage.monitoring.waiting() == {CHAT: ChannelQueue(0, None), MAIL: ChannelQueue(0, None)}
    first, later, dead = a_notice("first"), a_notice("later"), a_notice("dead")
    await storage.notifications.add([an_event()], [first, dead], MONDAY)
    await storage.notifications.add([an_event()], [later], MONDAY + MINUTE)
    # It has failed, so that it is due last; it is the oldest all the same.
    at = MONDAY + 2 * MINUTE
    await storage.notifications.postpone(first, at + 60 * MINUTE, failed_at=at, why="no answer")
    await storage.notifications.dead_letter(dead, at, "no answer")
    waiting = (await storage.monitoring.waiting())[CHAT]
    assert waiting == ChannelQueue(2, MONDAY)
    assert waiting.age(at) == 2 * MINUTE
    # The clock was set back.
    assert waiting.age(MONDAY - MINUTE) == timedelta()
    await storage.notifications.close(first, at, "sent")
    assert (await storage.monitoring.waiting())[CHAT] == ChannelQueue(1, MONDAY + MINUTE)


async def test_a_notice_of_an_older_version_waits_since_it_was_due(storage: Storage) -> None:
    notice = a_notice("n")
    await storage.notifications.add([an_event()], [notice], MONDAY)
    await storage.notifications._notifications.update_one({"_id": notice.id}, {"$unset": {"since": ""}})
    assert (await storage.monitoring.waiting())[CHAT] == ChannelQueue(1, MONDAY)


async def test_no_more_is_counted_than_is_worth_it(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.storage.monitoring.MOST_COUNTED", 3)
    await storage.notifications.add([an_event()], [a_notice(f"n{n}") for n in range(5)], MONDAY)
    assert (await storage.monitoring.waiting())[CHAT].count == 3


async def test_of_two_workers_that_spread_an_event_one_gets_it(storage: Storage) -> None:
    event, notices = an_event(), [a_notice("n1"), a_notice("n2")]
    assert await storage.notifications.add([event], notices, MONDAY) == {notices[0].event.id}
    assert await storage.notifications.add([event], notices, MONDAY) == set()
