"""getUpdates: offsets, repeats, long polls, conflicts, kinds and lifetimes."""

import asyncio
from datetime import timedelta

import pytest

from bot.demo.bot_api.phone import Phone
from bot.demo.bot_api.telegram import Telegram
from tests.demo.conftest import Api, TurnedClock, served


def ids(updates: list[dict[str, int]]) -> list[int]:
    return [update["update_id"] for update in updates]


async def test_update_ids_are_consecutive_over_all_kinds(api: Api, phone: Phone) -> None:
    sent = [phone.send("one"), phone.tap(1, "forged"), phone.edit(2, "two"), phone.block()]
    updates = await api("getUpdates")
    assert ids(updates)[1:] == sent
    assert ids(updates) == list(range(updates[0]["update_id"], updates[0]["update_id"] + 5))
    assert [next(iter(update.keys() - {"update_id"})) for update in updates] == [
        "message", "message", "callback_query", "edited_message", "my_chat_member",
    ]  # fmt: skip


async def test_what_no_offset_confirmed_is_given_again(api: Api, phone: Phone) -> None:
    last = phone.send("again")
    assert ids(await api("getUpdates", offset=0)) == [last - 1, last]
    assert ids(await api("getUpdates", offset=last)) == [last]
    assert ids(await api("getUpdates", offset=0)) == [last]
    assert await api("getUpdates", offset=last + 1) == []
    assert await api("getUpdates", offset=-100) == []


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(api: Api, phone: Phone) -> None:
    sent = [phone.send(str(number)) for number in range(5)]
    assert ids(await api("getUpdates", offset=-2)) == sent[-2:]
    assert ids(await api("getUpdates", offset=0)) == sent[-2:]


async def test_an_offset_far_past_the_newest_update_is_ignored(api: Api, phone: Phone) -> None:
    last = phone.send("still here")
    assert ids(await api("getUpdates", offset=last + 12)) == [last - 1, last]
    assert await api("getUpdates", offset=last + 11) == []


@pytest.mark.parametrize(("limit", "count"), [(2, 2), (0, 1), (500, 100), (None, 100)])
async def test_the_limit_is_held_between_1_and_100(
    api: Api,
    phone: Phone,
    limit: int | None,
    count: int,
) -> None:
    for number in range(120):
        phone.send(str(number))
    given = {} if limit is None else {"limit": limit}
    assert len(await api("getUpdates", **given)) == count


async def test_the_same_offset_asked_again_at_once_gives_one_update(api: Api, phone: Phone) -> None:
    phone.send("two")
    assert len(await api("getUpdates")) == 2
    assert len(await api("getUpdates")) == 1


async def test_the_same_offset_asked_again_within_3_seconds_waits_3_seconds(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    last = phone.send("known")
    assert await api("getUpdates", offset=last + 1) == []
    again = asyncio.create_task(api("getUpdates", offset=last + 1, timeout=0))
    await asyncio.wait_for(telegram.updates.holding.wait(), 2)
    fresh = phone.send("fresh")
    assert ids(await again) == [fresh]


async def test_a_long_poll_is_answered_as_soon_as_there_is_an_update(
    api: Api,
    telegram: Telegram,
) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=30))
    await asyncio.wait_for(telegram.updates.holding.wait(), 2)
    update_id = telegram.phone(1, "Mina").start()
    assert ids(await asyncio.wait_for(poll, 2)) == [update_id]


async def test_a_long_poll_ends_empty_after_its_timeout(api: Api) -> None:
    begun = asyncio.get_running_loop().time()
    assert await api("getUpdates", timeout=1) == []
    assert asyncio.get_running_loop().time() - begun >= 0.99


async def test_of_two_pollers_the_older_gets_409_and_the_newer_goes_on(api: Api, telegram: Telegram) -> None:
    older = asyncio.create_task(api.ask("getUpdates", timeout=30))
    await asyncio.wait_for(telegram.updates.holding.wait(), 2)
    newer = asyncio.create_task(api("getUpdates", timeout=30))
    answer = await asyncio.wait_for(older, 60)
    assert (answer.status, answer.body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    update_id = telegram.phone(1, "Mina").start()
    assert ids(await asyncio.wait_for(newer, 2)) == [update_id]


async def test_a_second_conflict_within_3_seconds_is_answered_3_seconds_late(
    api: Api,
    telegram: Telegram,
) -> None:
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(api.ask("getUpdates", timeout=30))
    await asyncio.wait_for(telegram.updates.holding.wait(), 2)
    second = asyncio.create_task(api.ask("getUpdates", timeout=30))
    assert (await asyncio.wait_for(first, 1)).status == 409
    begun = loop.time()
    third = asyncio.create_task(api.ask("getUpdates", timeout=30))
    assert (await asyncio.wait_for(second, 5)).status == 409
    assert loop.time() - begun > 2.5
    telegram.phone(1, "Mina").start()
    assert (await asyncio.wait_for(third, 1)).status == 200


async def test_kinds_are_filtered_when_the_update_is_made_and_the_setting_stays(
    api: Api,
    phone: Phone,
) -> None:
    before = phone.send("made before the setting")
    await api("getUpdates", allowed_updates=["callback_query"])
    assert phone.send("unwanted") == 0
    tap = phone.tap(1, "wanted")
    assert ids(await api("getUpdates", offset=before)) == [before, tap]
    assert phone.block() is None
    await api("getUpdates", offset=tap, allowed_updates=[])
    assert phone.unblock() == tap + 1


async def test_a_message_waits_24_hours_a_tap_150_seconds(
    api: Api,
    phone: Phone,
    clock: TurnedClock,
) -> None:
    phone.tap(1, "x")
    clock.turn(timedelta(seconds=150))
    assert len(await api("getUpdates", offset=0)) == 2
    clock.turn(timedelta(seconds=1))
    assert ["message" in update for update in await api("getUpdates", offset=-5)] == [True]
    clock.turn(timedelta(hours=24))
    assert (await api("getWebhookInfo"))["pending_update_count"] == 0


async def test_the_server_shuts_down_at_once_though_a_poll_is_held_and_can_come_back(
    telegram: Telegram,
    phone: Phone,
) -> None:
    for _ in range(2):
        async with served(telegram) as (runner, api):
            poll = asyncio.create_task(api("getUpdates", offset=phone.send("newest") + 1, timeout=30))
            await asyncio.wait_for(telegram.updates.holding.wait(), 2)
            await asyncio.wait_for(runner.cleanup(), 2)
            assert await poll == []


async def test_confirmed_returns_when_a_greater_offset_comes_and_not_before(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    update_id = phone.send("handle me")
    waiting = asyncio.create_task(telegram.confirmed(update_id))
    await api("getUpdates", offset=0)
    await api("getUpdates", offset=update_id)
    await api("getUpdates", offset=-1)
    assert not waiting.done()
    await api("getUpdates", offset=update_id + 1)
    await asyncio.wait_for(waiting, 60)
    await telegram.confirmed(update_id)


async def test_confirmed_times_out_when_nobody_polls(telegram: Telegram, phone: Phone) -> None:
    with pytest.raises(TimeoutError):
        await telegram.confirmed(phone.send("hello?"), timeout=0.01)
    await telegram.confirmed(0, timeout=0.01)


async def test_dropping_pending_updates_confirms_nothing(
    api: Api,
    telegram: Telegram,
    phone: Phone,
) -> None:
    update_id = phone.send("dropped")
    assert await api("deleteWebhook", drop_pending_updates=True) is True
    assert await api("getUpdates") == []
    with pytest.raises(TimeoutError):
        await telegram.confirmed(update_id, timeout=0.01)


async def test_an_answer_stays_under_4_megabytes(api: Api, phone: Phone) -> None:
    for _ in range(100):
        phone.send("𐀀" * 4000)
    updates = await api("getUpdates")
    assert 80 < len(updates) < 100
