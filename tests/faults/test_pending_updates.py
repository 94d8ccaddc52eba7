"""What was acknowledged and not handled: nothing of it is lost, done twice, or out of its chat's order."""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.bot_api.methods import METHODS
from bot.demo.bot_api.methods.method import ApiMethod
from bot.demo.bot_api.params import Params
from bot.demo.bot_api.telegram import Telegram
from bot.telegram.updates.pending_updates import LEASE, PendingUpdates
from services.storage.pending_updates import ClaimOutcome, Entry, Lease, PendingUpdateStore
from tests.faults.holding import held, logged
from tests.faults.stage import Stage
from tests.processes.holders import process_with_holder
from tests.town import PASSWORD, STAFF_CODE, Person, Town
from tests.turning import TurnableClock

SIGN_IN, HELP = "Book a doctor's appointment here", "what I can do for you at"
MANY = 2000


def written_down(stage: Stage, *update_ids: int) -> list[Entry]:
    """Return updates that Telegram still has as they are written down."""
    pending = {each.update_id: each.body for each in stage.town.telegram.updates._pending}
    return [Entry(update_id, json.dumps(pending[update_id])) for update_id in update_ids]


def answers(person: Person, *parts: str) -> list[str]:
    """Return which of these the person was told, in their order."""
    return [part for message in person.messages for part in parts if part in message["text"]]


async def emptied(updates: PendingUpdateStore, entries: int = 0) -> None:
    """Wait until no more entries than that are there."""
    async with asyncio.timeout(60):
        while len(await updates.all()) > entries:
            pass


async def test_what_is_taken_over_acknowledges_nothing_that_was_not_handled(stage: Stage) -> None:
    town = stage.town
    bela, asha = town.person("Bela"), town.person("Asha")
    bela.phone.start()
    await town.storage.pending_updates.put(written_down(stage, asha.phone.start()))
    async with stage.bot():
        await bela.hears(SIGN_IN)
        await asha.hears(SIGN_IN)
        await emptied(town.storage.pending_updates)
    assert [len(bela.messages), len(asha.messages)] == [1, 1]
    assert town.telegram.updates.pending_count == 0


@pytest.mark.parametrize("are_pending", [(0,), (1,), (2,), (0, 2), (0, 1, 2)])
async def test_a_chat_keeps_its_order_wherever_its_updates_are(
    stage: Stage, are_pending: Sequence[int]
) -> None:
    town, asha = stage.town, stage.town.person("Asha")
    ids = [asha.phone.send(text) for text in ("/start", "/help", "/start")]
    await town.storage.pending_updates.put(written_down(stage, *(ids[place] for place in are_pending)))
    async with stage.bot():
        await town.telegram.confirmed(ids[-1])
        await emptied(town.storage.pending_updates)
        await town.telegram.confirmed(asha.phone.send("/me"))
    assert answers(asha, SIGN_IN, HELP, "Please sign in") == [SIGN_IN, HELP, SIGN_IN, "Please sign in"]


async def test_the_work_of_a_living_process_is_left_to_it_and_waited_for(
    stage: Stage, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.polling.STUCK_SECONDS", 0.01)
    town = stage.town
    updates, asha, bela = town.storage.pending_updates, town.person("Asha"), town.person("Bela")
    first = asha.phone.send("/help")
    await updates.put(written_down(stage, first), Lease("another", clock.now() + LEASE))
    async with stage.bot():
        asha.phone.start()
        await bela.says("/start")
        clock.turn(LEASE / 2)
        await updates.renew([first], Lease("another", clock.now() + LEASE))
        clock.turn(LEASE / 2)
        await bela.says("/help")
        assert not asha.messages
        await updates.remove(first)  # the other one has handled it
        await asha.hears(SIGN_IN)
    assert len(asha.messages) == 1


@pytest.mark.parametrize("there_before", [True, False])
async def test_the_work_of_a_process_that_is_gone_is_taken_over_when_its_lease_ends(
    stage: Stage, clock: TurnableClock, there_before: bool
) -> None:
    town = stage.town
    asha, bela = town.person("Asha"), town.person("Bela")
    entry = written_down(stage, asha.phone.send("/help"))
    town.telegram.updates.clear()
    lease = Lease("another", clock.now() + LEASE)
    if there_before:
        await town.storage.pending_updates.put(entry, lease)
    async with stage.bot():
        await bela.says("/start")
        if not there_before:
            await town.storage.pending_updates.put(entry, lease)
        await bela.says("/start")
        assert not asha.messages
        clock.turn(LEASE)
        await asha.hears(HELP)
        await emptied(town.storage.pending_updates)
    assert len(asha.messages) == 1


async def test_what_is_taken_over_after_it_was_handled_here_is_taken_off(
    stage: Stage, clock: TurnableClock
) -> None:
    """It is not acknowledged yet, since an earlier update of somebody else takes long."""
    asha, bela = stage.town.person("Asha"), stage.town.person("Bela")
    updates = stage.town.storage.pending_updates
    async with held("sendMessage", chat_id=bela.phone.chat_id) as call, stage.bot():
        bela.phone.start()
        await call.came()
        update_id = asha.phone.send("/help")
        await asha.hears(HELP)
        await updates.put(written_down(stage, update_id), Lease("another", clock.now() + LEASE))
        clock.turn(LEASE)
        await emptied(updates)
        assert stage.town.telegram.updates.is_waiting(update_id)
    assert len(asha.messages) == 1


async def test_a_clock_that_is_put_back_leaves_no_lease_for_hours(stage: Stage, clock: TurnableClock) -> None:
    asha = stage.town.person("Asha")
    entry = written_down(stage, asha.phone.send("/help"))
    stage.town.telegram.updates.clear()
    await stage.town.storage.pending_updates.put(entry, Lease("another", clock.now() + timedelta(hours=2)))
    async with stage.bot():
        await asha.hears(HELP)


async def test_entries_that_can_not_be_read_are_taken_off(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    updates, asha = stage.town.storage.pending_updates, stage.town.person("Asha")
    texts = [PASSWORD, "[]", "{}", json.dumps({"update_id": 5, "poll": {"id": PASSWORD}}),
             json.dumps({"update_id": 6, "message": {"chat": {"id": 1}, "text": PASSWORD}})]  # fmt: skip
    await updates.put([Entry(update_id, text) for update_id, text in enumerate(texts)])
    await updates._updates.insert_many([{"_id": 7}, {"_id": 8, "text": 1}])
    with logged("update.unreadable") as unreadable:
        async with stage.bot():
            assert SIGN_IN in await asha.says("/start")
            await emptied(updates)
    assert len(unreadable.texts) == len(texts) + 2
    assert PASSWORD not in caplog.text


async def test_a_stop_leaves_what_it_could_not_wait_for_to_the_next_process_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.polling.STUCK_SECONDS", 0.01)
    monkeypatch.setattr("bot.telegram.updates.polling.LAST_WORDS_SECONDS", 0.1)
    asha = stage.town.person("Asha")
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        async with stage.bot():
            with logged("polling.written_down") as line:
                asha.phone.send("/help")
                await call.came()
                await line.came()
        call.release(lost=True)
    async with stage.bot():
        await asha.hears(HELP)
    assert await stage.town.storage.pending_updates.all() == []


@pytest.mark.parametrize("lasts", ["a step", "a burst"])
async def test_no_secret_is_written_down_while_its_answer_takes_long(
    town: Town, monkeypatch: pytest.MonkeyPatch, lasts: str
) -> None:
    asha = town.person("Asha")
    await town.account("Asha", "asha@example.org")
    monkeypatch.undo()  # from now on the polling waits only as long as usual
    if lasts == "a step":
        for text in ("/login", "asha@example.org"):
            await asha.says(text)
    typed = [PASSWORD] if lasts == "a step" else ["/login", "asha@example.org", PASSWORD, f"{PASSWORD} again"]
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        for text in typed:
            asha.phone.send(text)
        await call.came()
        await written(town, len(typed))
        assert not any(PASSWORD in text for text in await town.storage.pending_updates.all())


async def written(town: Town, entries: int) -> None:
    async with asyncio.timeout(60):
        while len(await town.storage.pending_updates.all()) < entries:
            pass


async def test_no_staff_code_is_written_down_nor_what_quotes_or_captions_hold(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = town.person("Asha")
    for text in ("/register", "Asha Rao", "rao@example.org", PASSWORD):
        await asha.says(text)
    await asha.taps("Doctor")
    await asha.says("Cardiology")
    await asha.taps("rather not say")
    monkeypatch.undo()
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        code = asha.phone.send(STAFF_CODE)
        quoted = town.telegram.updates._pending[-1].body["message"]["message_id"]
        asha.phone.send_photo(b"\x89PNG", caption=f"{STAFF_CODE} once more")
        asha.phone.send("/help", reply_to=quoted)
        asha.phone.send(f"/{STAFF_CODE}")
        await call.came()
        await written(town, 4)
        texts = await town.storage.pending_updates.all()
    assert code
    assert not any(STAFF_CODE in text for text in texts)
    assert sum("/help" in text for text in texts) == 1


def slowed(usual: ApiMethod, seconds: float) -> ApiMethod:
    async def run(telegram: Telegram, params: Params) -> Any:
        await asyncio.sleep(seconds)
        return await usual.run(telegram, params)

    return replace(usual, run=run)


@contextmanager
def slow_telegram(seconds: float) -> Iterator[None]:
    """Let each call but the polls take so long."""
    with pytest.MonkeyPatch.context() as patch:
        for name in METHODS.keys() - {"getupdates"}:
            patch.setitem(METHODS, name, slowed(METHODS[name], seconds))
        yield


async def test_where_everything_takes_long_that_is_soon_what_is_usual(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with slow_telegram(0.15), logged("polling.written_down") as line:
        for number in range(30):
            await town.person(f"P{number}").says("/start")
    assert len(line.texts) < 10


async def test_a_flood_from_one_chat_keeps_no_other_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    asha, bela = town.person("Asha"), town.person("Bela")
    await bela.says("/start")
    monkeypatch.undo()
    monkeypatch.setattr("bot.telegram.updates.polling.LAST_WORDS_SECONDS", 0.1)
    since = bela.last_id
    for _ in range(MANY):
        asha.phone.send("/help")
    bela.phone.send("/help")
    await bela.hears(HELP, since=since)
    assert len(asha.messages) < MANY / 20


async def test_what_a_killed_process_has_left_is_taken_over_before_its_lease_ends(stage: Stage) -> None:
    store, clock = stage.town.storage.pending_updates, stage.town.assembly.clinic.clock
    until = clock.now() + timedelta(minutes=1)
    pending = PendingUpdates(store, clock)
    async with process_with_holder() as (process, holder):
        await store.put([Entry(1, "{}")], Lease(holder, until))
        await store.put([Entry(2, "{}")], Lease("of another machine", until))
        assert await pending.abandoned() == []
        process.kill()
        await process.wait()
        assert [entry.update_id for entry in await pending.abandoned()] == [1]
    assert await pending.claim(1) is ClaimOutcome.MINE
    assert await pending.claim(2) is ClaimOutcome.TAKEN
