"""Updates: acknowledged when handled, in order within a chat, and never done twice."""

import asyncio
import json
from contextlib import suppress

import pytest

from services.models.people import Role
from services.storage.pending_updates import Entry
from tests.faults.holding import held, logged
from tests.faults.stage import Stage
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town


async def test_an_update_is_acknowledged_only_once_it_is_handled(town: Town) -> None:
    asha, bela = town.person("Asha"), town.person("Bela")
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        update_id = asha.phone.send("/start")
        await call.came()
        # That Bela is answered means that updates were asked for again meanwhile.
        bela.phone.send("/help")
        await bela.hears("/register")
        offsets = [int(c.params.get("offset", 0)) for c in town.telegram.calls if c.method == "getupdates"]
        assert max(offsets) <= update_id
        call.release()
        await town.telegram.confirmed(update_id)
    # Telegram has handed it out several times, and it was answered once.
    assert len(asha.messages) == 1


async def test_a_chat_that_is_held_up_keeps_its_order_and_holds_up_no_other(town: Town) -> None:
    asha, bela = town.person("Asha"), town.person("Bela")
    async with held("sendMessage", chat_id=asha.phone.chat_id, part="full name") as call:
        asha.phone.send("/register")
        await call.came()
        asha.phone.send("Asha Patel")
        last = asha.phone.send("asha@example.org")
        for text, answer in (("/register", "full name"), ("Bela", "mail")):
            bela.phone.send(text)
            await bela.hears(answer)
        assert asha.messages == []
        call.release()
        assert "Choose a password" in await asha.settled(last)


@pytest.fixture
async def asha(stage: Stage) -> Person:
    """Asha, who is signed in, and so is the one doctor."""
    await stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await stage.signed_in("Asha Patel", "asha@example.org")


BOOKING = ["/book", "«Cardiology»", "«Rao»", "«Soonest»", "«Skip»", "«Confirm»"]
CANCELLING = ["/appointments", "«3 May, 09:00 AM»", "«Cancel appointment»", "«Yes, cancel it»"]


def act(person: Person, does: str) -> int:
    return person.phone.press(does.strip("«»")) if does.startswith("«") else person.phone.send(does)


@pytest.mark.parametrize(
    ("acts", "news", "notices"),
    [(BOOKING, "Appointment booked", 4), (BOOKING + CANCELLING, "Appointment cancelled", 8)],
)
async def test_an_update_that_comes_twice_changes_nothing_twice(
    stage: Stage, asha: Person, acts: list[str], news: str, notices: int
) -> None:
    town = stage.town
    async with stage.bot() as assembly:
        for does in acts[:-1]:
            await asha.settled(act(asha, does))
        # Nothing is acknowledged from now on: what is handled will come again.
        town.telegram.faults.drop("getUpdates", times=1000)
        last = act(asha, acts[-1])
        await asha.hears(news)
    town.telegram.faults.clear()
    assert town.telegram.updates.pending_count == 1
    async with stage.bot() as assembly:
        await town.telegram.confirmed(last)
        await assembly.outbox.send_due()
        stored = town.storage.notifications._notifications
        assert await stored.count_documents({}, comment=OURS) == notices
    appointments = town.storage.appointments._appointments
    assert await appointments.count_documents({}, comment=OURS) == 1
    assert await appointments.count_documents({"unsent": {"$ne": []}}, comment=OURS) == 0


async def test_a_dialogs_answer_that_comes_twice_answers_one_question(stage: Stage, asha: Person) -> None:
    async with stage.bot():
        await asha.says("/book")
        stage.town.telegram.faults.drop("getUpdates", times=1000)
        last = asha.phone.send("cardio")
        await asha.hears("Who would you like")
    stage.town.telegram.faults.clear()
    before = list(asha.phone.messages)
    with logged("update.repeated") as repeat:
        async with stage.bot():
            await asha.settled(last)
    assert len(repeat.texts) == 1
    assert asha.phone.messages == before


async def test_a_stop_finishes_what_was_begun_and_acknowledges_it(stage: Stage, asha: Person) -> None:
    telegram = stage.town.telegram
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        running = asyncio.create_task(stage.assembly().run())
        update_id = asha.phone.send("/book")
        await call.came()
        running.cancel()
        await asyncio.sleep(0)  # it is cancelled before the call is let go
        call.release()
        with suppress(asyncio.CancelledError):
            await running
    await telegram.confirmed(update_id, timeout=0.1)
    assert "What kind of doctor" in asha.last
    assert telegram.updates.pending_count == 0


async def test_an_update_that_a_stop_can_not_wait_for_is_left_to_the_next_bot(
    stage: Stage, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.polling.LAST_WORDS_SECONDS", 0.1)
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        async with stage.bot():
            update_id = asha.phone.send("/book")
            await call.came()
        call.release(lost=True)
    assert stage.town.telegram.updates.pending_count == 1
    async with stage.bot():
        assert "What kind of doctor" in await asha.settled(update_id)


async def test_who_typed_a_password_when_the_bot_was_killed_is_asked_for_it_again(stage: Stage) -> None:
    town = stage.town
    asha = town.person("Asha")
    async with stage.bot():
        await town.account("Asha", "asha@example.org")
        await asha.says("/login")
        await asha.says("asha@example.org")
    # As it is written down while it is checked: that it came, and not what it said.
    message = {"message_id": 99, "date": 0, "chat": asha.phone.card, "from": asha.phone.user}
    await town.storage.pending_updates.put([Entry(7, json.dumps({"update_id": 7, "message": message}))])
    question = asha.last_id
    async with stage.bot():
        await asha.hears("What is your password for asha@example.org?", since=question)
        assert "you are signed in" in await asha.says(PASSWORD)
    assert await town.storage.pending_updates.all() == []
