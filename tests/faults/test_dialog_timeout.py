"""Dialogs in which nothing is said."""

from datetime import timedelta

import pytest

from services.models.people import Role
from tests.faults.holding import logged
from tests.faults.stage import Stage
from tests.town import Person, Town
from tests.turning import TurnableClock

CLOSED = "I closed this booking after 15 quiet minutes. Nothing was saved."


async def swept(town: Town) -> None:
    """Sweep, and wait until what was swept together is closed."""
    await town.assembly.dialog_timeout.close_expired()
    await town.assembly.dialog_timeout._queues.settle(10)


@pytest.fixture
async def asha(town: Town) -> Person:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def test_a_quiet_dialog_closes_after_a_quarter_of_an_hour_and_its_card_says_so(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would")])
    clock.turn(timedelta(minutes=14, seconds=59))
    await swept(town)
    assert "Who would" in asha.last
    clock.turn(timedelta(seconds=1))
    card = asha.last_id
    await swept(town)
    await asha.hears(CLOSED)
    assert asha.last_id == card
    assert "What would you like" in await asha.says("the first one")
    await asha.taps("Start again")
    await asha.hears("What kind of doctor")


async def test_each_answer_gives_another_quarter_of_an_hour(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    for act, expected in (("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")):
        clock.turn(timedelta(minutes=10))
        await swept(town)
        await asha.talks([(act, expected)])


async def test_a_dialog_begun_before_a_restart_closes_too(stage: Stage, clock: TurnableClock) -> None:
    await stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await stage.signed_in("Asha Patel", "asha@example.org")
    async with stage.bot():
        await asha.talks([("/book", "What kind"), ("«Cardiology»", "Who would")])
    async with stage.bot() as assembly:
        clock.turn(timedelta(minutes=15))
        await assembly.dialog_timeout.close_expired()
        await asha.hears(CLOSED)


async def test_a_quiet_dialog_closes_for_one_who_has_blocked_the_bot_or_deleted_the_card(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.says("/book")
    asha.phone.block()
    clock.turn(timedelta(minutes=15))
    await swept(town)
    assert [chat async for chat in town.storage.conversations.expired(clock.now())] == []
    asha.phone.unblock()
    # It is no answer any more, but begins anew.
    assert "Who would you like to see?" in await asha.says("Cardiology")


async def test_a_dialog_that_could_not_be_closed_is_closed_next_time(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    await asha.says("/book")
    clock.turn(timedelta(minutes=15))
    town.telegram.faults.refuse(
        "editMessageText", error_code=429, description="Too Many Requests: retry after 7200", retry_after=7200
    )
    with logged("dialog_timeout.failed") as failed:
        await town.assembly.dialog_timeout.close_expired()
        await failed.came()
    await town.assembly.dialog_timeout.close_expired()
    await asha.hears(CLOSED)
