"""A bot that is killed in the middle of an announcement, and what Telegram may answer to one."""

import re
from datetime import timedelta

import pytest

from services.clock import SystemClock
from services.models.people import Role
from tests.faults.holding import held
from tests.faults.stage import Stage
from tests.plans import OURS
from tests.town import Person

COUNT = 24
CLOSED = "We are closed on Friday."
OUTCOME = re.compile(r"([\d,]+) delivered, ([\d,]+) blocked the bot, ([\d,]+) failed")


@pytest.fixture
async def nora(real_stage: Stage) -> Person:
    return await real_stage.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def patients(real_stage: Stage) -> list[Person]:
    """A crowd that is signed in; the second and the last but one have blocked the bot."""
    people = [await real_stage.signed_in(f"P{n}", f"p{n}@example.org") for n in range(COUNT)]
    people[1].phone.block()
    people[-2].phone.block()
    return people


async def confirmed(nora: Person) -> None:
    """Go through the dialog."""
    await nora.talks([("/announce", "Who is it for"), ("patients", "What should I")])
    # To count takes long, so that is acknowledged before it is answered.
    nora.phone.send(CLOSED)
    await nora.hears(f"{COUNT} chats")
    nora.phone.press("Confirm")


async def a_lease_passes(stage: Stage) -> None:
    """Make due what the killed bot held: it holds for half a minute, and no test waits so long."""
    held_ones = stage.town.storage.announcements._announcements
    past = SystemClock().now() - timedelta(seconds=1)
    await held_ones.update_many({"open": {"$exists": True}}, {"$set": {"due": past}}, comment=OURS)


def heard(person: Person) -> int:
    """Return how often somebody got the announcement."""
    return sum(CLOSED in message["text"] for message in person.messages)


async def outcome(nora: Person) -> tuple[int, int, int]:
    """Wait for the last line; return how many were delivered, blocked the bot, and failed."""
    found = OUTCOME.search(await nora.hears("✅ Done: the announcement", seconds=60))
    assert found is not None
    delivered, blocked, failed = (int(part) for part in found.groups())
    return delivered, blocked, failed


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "not arrived"])
async def test_a_bot_killed_at_half_goes_on_when_it_is_started_again_and_tells_nobody_twice(
    real_stage: Stage, nora: Person, patients: list[Person], arrived: bool
) -> None:
    middle = patients[COUNT // 2]
    async with held("sendMessage", chat_id=middle.phone.chat_id, after=arrived) as call:
        async with real_stage.process() as bot:
            await confirmed(nora)
            await call.came()
            await bot.kill()
        call.release(lost=True)
    before = sum(map(heard, patients))
    assert 0 < before < COUNT - 2
    await a_lease_passes(real_stage)
    async with real_stage.process():
        delivered, blocked, failed = await outcome(nora)
    assert [heard(person) for person in patients if heard(person) > 1] == []
    assert (delivered + blocked + failed, blocked) == (COUNT, 2)
    # What was on its way may have arrived or not, and is not counted as if anybody knew.
    assert 1 <= failed <= 8
    assert delivered <= sum(map(heard, patients)) <= delivered + failed
    assert heard(middle) == arrived


async def test_a_bot_killed_after_the_last_word_says_it_again_and_sends_nothing(
    real_stage: Stage, nora: Person, patients: list[Person]
) -> None:
    chat_id = nora.phone.chat_id
    async with held("editMessageText", chat_id=chat_id, part="✅ Done", after=True) as call:
        async with real_stage.process() as bot:
            await confirmed(nora)
            await call.came()
            await bot.kill()
        call.release(lost=True)
    await a_lease_passes(real_stage)
    async with real_stage.process():
        assert await outcome(nora) == (COUNT - 2, 2, 0)
    assert [heard(person) for person in patients] == [1, 0, *[1] * (COUNT - 4), 0, 1]


async def test_of_two_bots_on_one_database_the_other_goes_on_when_one_is_killed(
    real_stage: Stage, nora: Person, patients: list[Person]
) -> None:
    middle = patients[COUNT // 2]
    async with held("sendMessage", chat_id=middle.phone.chat_id) as call, real_stage.process() as bot:
        await confirmed(nora)
        await call.came()
        async with real_stage.process():
            await bot.kill()
            call.release(lost=True)
            await a_lease_passes(real_stage)
            delivered, blocked, failed = await outcome(nora)
    assert (delivered + blocked + failed, blocked) == (COUNT, 2)
    assert [heard(person) for person in patients if heard(person) > 1] == []
    assert heard(middle) == 0


async def test_a_bot_that_is_told_to_stop_leaves_the_rest_to_the_next_without_a_loss(
    real_stage: Stage, nora: Person, patients: list[Person]
) -> None:
    middle = patients[COUNT // 2]
    async with held("sendMessage", chat_id=middle.phone.chat_id) as call, real_stage.bot():
        await confirmed(nora)
        await call.came()
        call.release()
    async with real_stage.process():
        assert await outcome(nora) == (COUNT - 2, 2, 0)
    assert [heard(person) for person in patients] == [1, 0, *[1] * (COUNT - 4), 0, 1]


async def test_a_429_makes_everybody_wait_and_nobody_miss_it(
    real_stage: Stage, nora: Person, patients: list[Person]
) -> None:
    faults = real_stage.town.telegram.faults
    description = "Too Many Requests: retry after 2"
    chat_id = patients[5].phone.chat_id
    async with real_stage.bot():
        faults.refuse(
            "sendMessage", error_code=429, description=description, retry_after=2, times=1, chat_id=chat_id
        )
        await confirmed(nora)
        assert await outcome(nora) == (COUNT - 2, 2, 0)
    calls = [c for c in real_stage.town.telegram.calls if CLOSED in c.params.get("text", "")]
    sent = [c for c in calls if c.method == "sendmessage" and c.params["chat_id"] != str(nora.phone.chat_id)]
    refused = next(c for c in sent if c.params["chat_id"] == str(chat_id))
    later = [c.at - refused.at for c in sent if c.at - refused.at > timedelta(seconds=0.5)]
    assert min(later) >= timedelta(seconds=2)
    assert [heard(person) for person in patients] == [1, 0, *[1] * (COUNT - 4), 0, 1]
