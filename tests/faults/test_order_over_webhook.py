"""A chat keeps its order over a webhook, also where an earlier update was acknowledged to another worker."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.telegram.updates.chat_leases import ChatBusy, ChatLease
from bot.telegram.updates.pending_updates import LEASE
from services.models.people import ChatId
from services.storage.pending_updates import Entry, Lease
from tests.faults.holding import logged
from tests.faults.test_pending_updates import emptied
from tests.processes.holders import process_with_holder
from tests.town import Person, Town, founded
from tests.turning import TurnableClock
from tests.waiting import until

SIGN_IN, HELP = "Book a doctor's appointment here", "what I can do for you at"
LONG = timedelta(seconds=50)


@pytest.fixture
async def hooked(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose Telegram delivers updates to a webhook."""
    async with founded(database_url, clock, tmp_path, over_webhook=True) as built:
        yield built


def answers(person: Person) -> list[str]:
    """Return what the person was told, in its order."""
    return [part for message in person.messages for part in (SIGN_IN, HELP) if part in message["text"]]


def acknowledged(person: Person) -> Entry:
    """Let a person send /help, which no worker here gets, but another has acknowledged."""
    telegram = person.town.telegram
    target = telegram.webhook.target
    assert target is not None
    telegram.webhook.target = None
    try:
        update_id = person.phone.send("/help")
        (body,) = [each for each in telegram.updates.waiting() if each["update_id"] == update_id]
        telegram.updates.deliver(update_id)
    finally:
        telegram.webhook.target = target
    return Entry(update_id, json.dumps(body), ChatId(person.phone.chat_id))


async def written_by_another(person: Person, lease: Lease) -> Entry:
    """Let a person send /help; another worker has acknowledged it and written it down under that lease."""
    entry = acknowledged(person)
    await person.town.storage.pending_updates.put([entry], lease)
    return entry


async def test_what_a_dead_worker_had_comes_first(hooked: Town, clock: TurnableClock) -> None:
    asha = hooked.person("Asha")
    async with process_with_holder() as (process, holder):
        await written_by_another(asha, Lease(holder, clock.now() + LONG))
        process.kill()
        await process.wait()
        asha.phone.start()
        await asha.hears(SIGN_IN)
    assert answers(asha) == [HELP, SIGN_IN]


async def test_what_a_living_worker_has_is_waited_for(hooked: Town, clock: TurnableClock) -> None:
    asha, bela = hooked.person("Asha"), hooked.person("Bela")
    first = await written_by_another(asha, Lease("another", clock.now() + LONG))
    with logged("webhook.waits") as line:
        asha.phone.start()
        await line.came()
    await bela.says("/start")
    assert not asha.messages
    await hooked.storage.pending_updates.remove(first.update_id)  # the other one has handled it
    await asha.hears(SIGN_IN)
    assert answers(asha) == [SIGN_IN]


async def test_what_is_taken_over_while_a_later_one_waits_comes_first(
    hooked: Town, clock: TurnableClock
) -> None:
    asha = hooked.person("Asha")
    await written_by_another(asha, Lease("on another machine", clock.now() + LEASE))
    with logged("webhook.waits") as line:
        asha.phone.start()
        await line.came()
    assert not asha.messages
    clock.turn(LEASE)
    await asha.hears(SIGN_IN)
    assert answers(asha) == [HELP, SIGN_IN]


async def test_what_nobody_ever_handles_holds_a_chat_up_only_for_a_while(
    hooked: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.webhook.LONGEST_WAIT_SECONDS", 0.1)
    asha = hooked.person("Asha")
    await written_by_another(asha, Lease("another", clock.now() + LONG))
    with logged("webhook.out_of_order") as line:
        asha.phone.start()
        await line.came()
    await asha.hears(SIGN_IN)
    assert answers(asha) == [SIGN_IN]


async def test_what_a_version_before_has_written_down_holds_nobody_up(
    hooked: Town, clock: TurnableClock
) -> None:
    """It did not note the chat."""
    asha = hooked.person("Asha")
    first = await written_by_another(asha, Lease("another", clock.now() + LEASE))
    updates = hooked.storage.pending_updates._updates
    await updates.update_one({"_id": first.update_id}, {"$unset": {"chat": True}})
    assert SIGN_IN in await asha.says("/start")
    async with asyncio.timeout(60):
        clock.turn(LEASE)
        await asha.hears(HELP)


async def test_the_time_in_which_earlier_ones_are_handled_is_no_wait(
    hooked: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.webhook.LONGEST_WAIT_SECONDS", 0)
    asha = hooked.person("Asha")
    async with process_with_holder() as (process, holder):
        for _ in range(2):
            await written_by_another(asha, Lease(holder, clock.now() + LONG))
        process.kill()
        await process.wait()
        asha.phone.start()
        await asha.hears(SIGN_IN)
    assert answers(asha) == [HELP, HELP, SIGN_IN]


async def test_who_stops_leaves_what_has_to_wait_to_the_next(hooked: Town, clock: TurnableClock) -> None:
    asha, webhook = hooked.person("Asha"), hooked.assembly.webhook
    assert webhook is not None
    first = await written_by_another(asha, Lease("on another machine", clock.now() + LEASE))
    with logged("webhook.waits") as line:
        later = asha.phone.start()
        await line.came()
    clock.turn(LEASE)
    await webhook.drain()
    assert not asha.messages
    assert hooked.telegram.updates.is_waiting(later)
    assert [entry.update_id for entry in await hooked.storage.pending_updates.entries()] == [first.update_id]


@pytest.mark.parametrize("when", ["as good as done", "done"])
async def test_what_is_taken_over_when_its_repeat_was_handled_is_taken_off(
    hooked: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    asha, updates = hooked.person("Asha"), hooked.storage.pending_updates
    webhook, leases = hooked.assembly.webhook, hooked.assembly.chat_leases
    assert webhook is not None
    taken_over, usual = webhook._handler.pending.ids, leases.held
    await asha.says("/start")

    @asynccontextmanager
    async def held(chat_id: ChatId) -> AsyncIterator[ChatLease]:
        """Hold a lease until the entry was taken over."""
        async with usual(chat_id) as lease:
            yield lease
            await until(lambda: bool(taken_over))

    async with process_with_holder() as (process, holder):
        lease = Lease(holder, clock.now() + LONG)
        if when == "as good as done":
            monkeypatch.setattr(leases, "held", held)
        entry = acknowledged(asha)
        repeat = asyncio.create_task(webhook.take(entry.text.encode()))
        await asha.hears(HELP)
        if when == "done":
            await repeat
        await updates.put([entry], lease)
        process.kill()
        await process.wait()
        await repeat
        # An entry is gone from the database a moment before the worker forgets it.
        await emptied(updates)
        await until(lambda: not taken_over)
    assert answers(asha) == [SIGN_IN, HELP]


async def test_a_repeat_of_what_a_living_worker_has_is_left_to_that(
    hooked: Town, clock: TurnableClock
) -> None:
    asha, webhook = hooked.person("Asha"), hooked.assembly.webhook
    assert webhook is not None
    first = await written_by_another(asha, Lease("another", clock.now() + LONG))
    with logged("webhook.busy") as line:
        repeat = asyncio.create_task(webhook.take(first.text.encode()))
        await line.came()
    await hooked.storage.pending_updates.remove(first.update_id)  # the other one has handled it
    await repeat
    assert not asha.messages


async def test_what_is_taken_over_when_its_repeat_was_just_given_up_is_handled(
    hooked: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, updates = hooked.person("Asha"), hooked.storage.pending_updates
    webhook, leases = hooked.assembly.webhook, hooked.assembly.chat_leases
    assert webhook is not None
    pending, usual = webhook._handler.pending, leases.held
    entry, lease = acknowledged(asha), Lease(pending._owner, clock.now() + LONG)

    def take_over() -> None:
        pending.ids.add(entry.update_id)
        webhook._take_over(entry)

    class Busy:
        """Gives up, and finds the entry before that is noted."""

        async def __aenter__(self) -> None:
            monkeypatch.setattr(leases, "held", usual)
            await updates.put([entry], lease)
            asyncio.get_running_loop().call_soon(take_over)
            raise ChatBusy

        async def __aexit__(self, *_exc: object) -> None: ...

    monkeypatch.setattr(leases, "held", lambda _chat_id: Busy())
    await webhook.take(entry.text.encode())
    await asha.hears(HELP)
    await emptied(updates)
    assert answers(asha) == [HELP]
