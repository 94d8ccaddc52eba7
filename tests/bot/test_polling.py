"""Chat queues, and the polls that fill them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.telegram.updates.chat_queue import ChatQueues
from bot.telegram.updates.get_updates import LIMIT
from services.models.people import ChatId
from services.storage.pending_updates import Entry, Lease
from tests.faults.holding import logged
from tests.town import PASSWORD, Person, Town, founded
from tests.turning import TurnableClock

ASHA, BELA = ChatId(1), ChatId(2)


class Work:
    """Work that notes when it is done, and waits for `free` where it has one."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.free = asyncio.Event()

    def now(self, name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            self.done.append(name)

        return work

    def later(self, name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            await self.free.wait()
            self.done.append(name)

        return work


async def test_a_chats_queue_keeps_its_order_and_holds_up_no_other() -> None:
    queues, work = ChatQueues(), Work()
    queues.put(ASHA, work.later("first"))
    last = queues.put(ASHA, work.now("second"))
    await queues.put(BELA, work.now("another's"))
    assert work.done == ["another's"]
    work.free.set()
    await last
    assert work.done == ["another's", "first", "second"]


async def test_what_fails_is_logged_and_the_queue_goes_on() -> None:
    queues, work = ChatQueues(), Work()

    async def broken() -> None:
        raise RuntimeError

    with logged("queue.failed") as failed:
        queues.put(ASHA, broken)
        await queues.put(ASHA, work.now("after it"))
        await failed.came()
    assert work.done == ["after it"]


async def test_what_is_cancelled_does_not_stop_the_queue() -> None:
    queues, work = ChatQueues(), Work()
    first = queues.put(ASHA, work.later("never"))
    last = queues.put(ASHA, work.now("after it"))
    await asyncio.sleep(0)  # so that it has begun
    first.cancel()
    await last
    assert work.done == ["after it"]


async def test_settling_waits_for_all_queues_but_not_for_ever() -> None:
    queues, work = ChatQueues(), Work()
    late = queues.put(ASHA, work.later("late"))
    queues.put(BELA, work.now("soon"))
    await queues.settle(0.01)
    assert work.done == ["soon"]
    await asyncio.wait([late])
    assert late.cancelled()


async def test_settling_waits_for_what_is_done_in_time() -> None:
    queues, work = ChatQueues(), Work()
    queues.put(ASHA, work.later("in time"))
    work.free.set()
    await queues.settle(10)
    assert work.done == ["in time"]


async def test_empty_queues_are_forgotten() -> None:
    queues, work = ChatQueues(), Work()
    await queues.put(ASHA, work.now("done"))
    await asyncio.sleep(0)  # callbacks of what is done come with the next turn of the loop
    assert not queues._tails
    await queues.settle(0)


async def test_only_what_is_understood_is_asked_for(town: Town) -> None:
    asha = town.person()
    await asha.says("/start")
    message_id = asha.phone.send("/help")
    await town.telegram.confirmed(message_id)
    assert asha.phone.edit(asha.phone.messages[0]["message_id"], "/me") != 0
    assert asha.phone.block() != 0
    assert town.telegram.updates.add("poll", {}, timedelta(hours=1)) == 0


async def test_more_updates_than_one_poll_brings_are_all_handled(town: Town) -> None:
    people = [town.person(f"P{number}") for number in range(LIMIT + 20)]
    last = [person.phone.start() for person in people][-1]
    await town.telegram.confirmed(last)
    assert all("Book a doctor's appointment here" in person.last for person in people)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_failing_poll_is_made_again(town: Town, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates.get_updates.RETRY_SECONDS", (0.01, 0.02))
    asha = town.person()
    town.telegram.faults.refuse("getUpdates", error_code=502, description="Bad Gateway", times=times)
    with logged("poll.failed") as failed:
        await asha.says("/start")
        last = asha.phone.send("/help")
        await town.telegram.confirmed(last)
    assert len(failed.texts) == times


@pytest.fixture
async def held_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Person, asyncio.Event]]:
    """Somebody whose updates take until the event is set; what takes long is written down here."""
    asha, free = town.person("Asha"), asyncio.Event()
    real = town.assembly.application.process_update

    async def slow(update: object) -> None:
        if getattr(update, "effective_chat").id == asha.phone.chat_id:  # noqa: B009 - it is typed as any object
            await free.wait()
        await real(update)

    with monkeypatch.context() as patch:
        patch.setattr(town.assembly.application, "process_update", slow)
        patch.setattr("bot.telegram.updates.polling.STUCK_SECONDS", 0.05)
        # Whoever were to wait until the same offset may be asked for again would wait in vain.
        patch.setattr("bot.telegram.updates.polling.SAME_OFFSET_SECONDS", 600)
        yield asha, free
        free.set()


async def test_one_chat_that_is_held_up_keeps_nobody_waiting(
    town: Town, held_up: tuple[Person, asyncio.Event]
) -> None:
    asha, free = held_up
    bela = town.person("Bela")
    for _ in range(2 * LIMIT):
        asha.phone.send("/help")
    bela.phone.start()
    await bela.hears("Book a doctor's appointment here")
    for _ in range(5):
        await bela.says("/help")
    assert not asha.messages
    free.set()
    last = asha.phone.send("/me")
    await asha.hears("Please sign in")
    await town.telegram.confirmed(last)
    await town.assembly.polling._queues.settle(10)
    assert sum("what I can do for you at" in message["text"] for message in asha.messages) == 2 * LIMIT
    assert await town.storage.pending_updates.all() == []


async def test_what_is_handled_while_it_is_written_down_does_not_stay_pending(
    town: Town, held_up: tuple[Person, asyncio.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, free = held_up
    polling, put = town.assembly.polling, town.storage.pending_updates.put

    async def slowly(entries: Collection[Entry], lease: Lease) -> set[int]:
        free.set()
        await asyncio.wait([polling._open[entry.update_id].task for entry in entries])
        return await put(entries, lease)

    monkeypatch.setattr(town.storage.pending_updates, "put", slowly)
    with logged("polling.written_down") as noted:
        asha.phone.send("/help")
        await noted.came()
    await asha.says("/me")
    assert await town.storage.pending_updates.all() == []


async def test_what_may_be_a_password_is_not_written_down(
    town: Town, held_up: tuple[Person, asyncio.Event]
) -> None:
    asha, _ = held_up
    texts = ["/help", "/login asha@example.org hunter2-hunter2", "hunter2-hunter2", "/hunter2-9xK!"]
    with logged("polling.written_down") as noted:
        for text in texts:
            asha.phone.send(text)
        await noted.came()
        await town.telegram.confirmed(asha.phone.send("/me"))
    written = [json.loads(text)["message"] for text in await town.storage.pending_updates.all()]
    assert [message.get("text") for message in written] == ["/help", None, None, None, "/me"]


async def test_a_password_being_checked_holds_up_nobody_and_is_written_down_nowhere(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.account("Asha", "asha@example.org")
    asha, bela, free = town.person("Asha"), town.person("Bela"), asyncio.Event()
    matches = town.assembly.passwords.matches

    async def slow(password: str, stored: bytes | None, **others: Any) -> bool:
        await free.wait()
        return await matches(password, stored, **others)

    await asha.says("/login")
    await asha.says("asha@example.org")
    monkeypatch.undo()  # from now on the polling waits only as long as usual
    monkeypatch.setattr("bot.telegram.updates.polling.STUCK_SECONDS", 600)
    monkeypatch.setattr(town.assembly.passwords, "matches", slow)
    with logged("polling.written_down") as noted:
        asha.phone.send(PASSWORD)
        await noted.came()
    await bela.says("/start")
    (written,) = await town.storage.pending_updates.all()
    assert PASSWORD not in written
    free.set()
    await asha.hears("you are signed in")


async def test_what_was_written_down_is_taken_up_by_the_next_process(
    database_url: str, clock: TurnableClock, tmp_path: Path
) -> None:
    async with founded(database_url, clock, tmp_path) as town:
        asha = town.person()
        await asha.says("/start")
        text = {
            "message_id": 99,
            "date": 0,
            "chat": asha.phone.card,
            "from": asha.phone.user,
            "text": "/help",
        }
        entities = [{"type": "bot_command", "offset": 0, "length": 5}]
        written = {"update_id": 5, "message": text | {"entities": entities}}
        await town.storage.pending_updates.put([Entry(5, json.dumps(written))])
        await asha.hears("what I can do for you at")
        await town.assembly.polling._queues.settle(10)
        assert await town.storage.pending_updates.all() == []
