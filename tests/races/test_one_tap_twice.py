"""Two workers that handle one update want the same, and another update wants something of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Assembly
from bot.drafts import BookingDraft
from bot.telegram.updates.raw_updates import Json, parse
from services.models.people import ChatId, Role
from tests.faults.stage import Stage, staged
from tests.town import Person
from tests.turning import TurnableClock


@pytest.fixture
async def stage(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, clock, tmp_path) as built:
        yield built


async def _chosen(stage: Stage, chat: int, tap: Json) -> BookingDraft:
    """Let a worker of its own handle the tap, and die before it saves; return what it has chosen."""
    worker: Assembly = stage.assembly()
    application = worker.application
    async with application:
        await application.process_update(parse(tap, application.bot))
        state = application.chat_states.of(ChatId(chat))
    worker.passwords.close()
    assert state is not None
    assert isinstance(state.draft, BookingDraft)
    return state.draft


async def _tap(asha: Person, label: str) -> Json:
    """Tap, while no bot takes updates; return the update."""
    asha.phone.press(label)
    update: Json = (await asha.town.telegram.updates.poll(0, 100, 0))[-1]
    return update


async def test_two_handlings_of_one_tap_are_one_request(stage: Stage) -> None:
    await stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await stage.signed_in("Asha Patel", "asha@example.org")
    async with stage.bot():
        for said in ("/book", "Cardiology", "Rao", "tomorrow"):
            await asha.says(said)
    chat, tap = asha.phone.chat_id, await _tap(asha, "10:30 AM")
    one, other = await _chosen(stage, chat, tap), await _chosen(stage, chat, tap)
    assert one.request_id is not None
    assert one == other
    later = await _chosen(stage, chat, tap | {"update_id": tap["update_id"] + 1})
    assert later.start == one.start
    assert later.request_id != one.request_id
    assert later.attempt != one.attempt
