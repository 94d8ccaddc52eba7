"""The bot over a webhook: the same stories, and what Telegram does there that it does not do to polls."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.telegram.updates.pending_updates import PendingUpdates
from bot.telegram.updates.webhook_registration import WebhookRegistration, registered
from services.errors import StorageDown
from services.models.people import ChatId, Role
from services.storage.conversations import ConversationStore
from services.storage.pending_updates import Entry
from tests.town import PASSWORD, Town, founded
from tests.turning import TurnableClock

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def hooked(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose Telegram delivers updates to a webhook."""
    async with founded(database_url, clock, tmp_path, over_webhook=True) as built:
        yield built


async def deliver(town: Town, update: Any, secret: str | None = None) -> tuple[int, str]:
    """Deliver something as Telegram does, or as somebody who only pretends to; return the answer."""
    target = town.telegram.webhook.target
    assert target is not None
    headers = {SECRET_HEADER: target.secret if secret is None else secret}
    async with (
        ClientSession() as session,
        session.post(target.url, data=json.dumps(update), headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def asked(town: Town, method: str) -> int:
    """Return how often the bot has called a method by a request or in an answer's body."""
    return sum(call.method == method for call in town.telegram.calls)


async def booked(town: Town) -> Any:
    """Return a patient who is about to confirm an appointment."""
    await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = town.person("Asha")
    await asha.registers("Asha Patel", "asha@example.org")
    await asha.signs_in("asha@example.org")
    for act in ("/book", "«Cardiology»", "«Rao»", "«4»", "«10:30 AM»", "It flutters"):
        await (asha.taps(act.strip("«»")) if act.startswith("«") else asha.says(act))
    return asha


async def test_a_patient_registers_books_with_a_double_tap_and_cancels(hooked: Town) -> None:
    asha = await booked(hooked)
    assert "Book this appointment?" in asha.last
    taps = [asha.phone.press("Confirm"), asha.phone.press("Confirm")]
    for tap in taps:
        await hooked.telegram.confirmed(tap)
    await asha.hears("Appointment booked")
    await asha.talks([("/appointments", "1 appointment"), ("«4 May, 10:30 AM»", "It flutters")])
    await asha.taps("Cancel appointment")
    await asha.taps("Yes, cancel it")
    assert not asked(hooked, "getupdates")


async def test_a_tap_is_answered_in_the_body_where_it_is_handled_soon(hooked: Town) -> None:
    asha = hooked.person("Asha")
    await asha.says("/start")
    data = next(iter(asha.buttons.values()))
    update_id, query_id = asha.phone.tap_query(asha.last_id, data)
    await hooked.telegram.confirmed(update_id)
    assert [answer["callback_query_id"] for answer in asha.phone.answers] == [query_id]
    (call,) = [call for call in hooked.telegram.calls if call.method == "answercallbackquery"]
    # The library would send more, such as show_alert.
    assert call.params == {"callback_query_id": query_id}


async def test_a_tap_that_takes_long_is_answered_before_it_is_handled(
    hooked: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.webhook.IN_BODY_SECONDS", 0.05)
    asha = hooked.person("Asha")
    await asha.says("/start")
    hooked.telegram.faults.delay("editMessageText", 1)
    hooked.telegram.faults.delay("sendMessage", 1)
    async with asyncio.timeout(60), hooked.telegram.subscribe() as events:
        tap = asha.phone.press(next(iter(asha.buttons)))
        while (await events.get())["type"] != "answer":
            pass
        assert hooked.telegram.updates.is_waiting(tap)
    await hooked.telegram.confirmed(tap)
    assert len(asha.phone.answers) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
async def test_whoever_does_not_know_the_secret_learns_and_does_nothing(hooked: Town, secret: str) -> None:
    asha = hooked.person("Asha")
    await asha.says("/start")
    heard = len(asha.messages)
    update = {"update_id": 1, "message": {"text": "/help", "chat": asha.phone.card, "message_id": 1}}
    assert await deliver(hooked, update, secret) == (401, "")
    assert len(asha.messages) == heard


async def test_whoever_does_not_know_the_secret_is_answered_before_they_have_sent_anything(
    hooked: Town,
) -> None:
    """Else many of them would fill the memory."""
    target = hooked.telegram.webhook.target
    assert target is not None
    url = URL(target.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.path} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: 900000\r\n\r\n".encode())
    async with asyncio.timeout(60):
        assert (await reader.readline()).split()[1] == b"401"
    writer.close()


@pytest.mark.parametrize("nonsense", [[], "text", {}, {"update_id": "x"}, {"update_id": 7, "poll": 3}])
async def test_what_can_not_be_read_does_not_come_again(hooked: Town, nonsense: Any) -> None:
    assert await deliver(hooked, nonsense) == (200, "")


async def test_an_update_that_comes_again_is_handled_once(hooked: Town) -> None:
    asha = hooked.person("Asha")
    await asha.says("/start")
    update_id = asha.phone.send("/help")
    body = {"update_id": update_id, "message": asha.phone.messages[-1]}
    await hooked.telegram.confirmed(update_id)
    heard = len(asha.messages)
    assert (await deliver(hooked, body))[0] == 200
    assert len(asha.messages) == heard


async def test_a_long_message_with_a_quotation_is_taken(hooked: Town) -> None:
    asha = hooked.person("Asha")
    await asha.says("/start")
    await hooked.telegram.confirmed(asha.phone.send("😀" * 4096))
    long = asha.phone.messages[-2]["message_id"]
    await hooked.telegram.confirmed(asha.phone.send("😀" * 4096, reply_to=long))


async def test_a_password_is_checked_before_it_is_acknowledged_and_nothing_of_it_is_written_down(
    hooked: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hooked.account("Asha", "asha@example.org")
    asha, free, begun = hooked.person("Asha"), asyncio.Event(), asyncio.Event()
    matches = hooked.assembly.passwords.matches

    async def slow(password: str, stored: bytes | None, **others: Any) -> bool:
        begun.set()
        await free.wait()
        return await matches(password, stored, **others)

    await asha.says("/login")
    await asha.says("asha@example.org")
    monkeypatch.setattr("bot.telegram.updates.webhook.STUCK_SECONDS", 0.0)
    monkeypatch.setattr(hooked.assembly.passwords, "matches", slow)
    typed = asha.phone.send(PASSWORD)
    await begun.wait()
    await hooked.person("Bela").says("/start")
    assert hooked.telegram.updates.is_waiting(typed)
    assert await hooked.storage.pending_updates.all() == []
    free.set()
    await hooked.telegram.confirmed(typed)
    assert "you are signed in" in asha.last


async def test_what_takes_long_is_written_down_and_acknowledged(
    hooked: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha = hooked.person("Asha")
    await asha.says("/start")
    monkeypatch.setattr("bot.telegram.updates.webhook.IN_BODY_SECONDS", 0.01)
    monkeypatch.setattr("bot.telegram.updates.webhook.STUCK_SECONDS", 0.02)
    hooked.telegram.faults.refuse(
        "sendMessage", error_code=429, description="Too Many Requests: retry after 1", retry_after=1
    )
    heard = len(asha.messages)
    await hooked.telegram.confirmed(asha.phone.send("/help"))
    assert len(asha.messages) == heard
    assert len(await hooked.storage.pending_updates.all()) == 1
    await asha.hears("what I can do for you at")


async def test_what_was_given_up_while_it_was_being_written_down_is_handled_for_all_that(
    hooked: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it is written down, Telegram does not repeat it."""
    asha, store = hooked.person("Asha"), hooked.storage.conversations
    await asha.says("/start")
    monkeypatch.setattr("bot.telegram.updates.webhook.IN_BODY_SECONDS", 0.01)
    monkeypatch.setattr("bot.telegram.updates.webhook.STUCK_SECONDS", 0.02)
    monkeypatch.setattr("bot.telegram.updates.chat_leases.PATIENCE_SECONDS", 0.2)
    assert hooked.assembly.webhook is not None
    in_hand = hooked.assembly.webhook._in_hand
    put = PendingUpdates.put

    async def once_it_is_given_up(pending: PendingUpdates, entries: Collection[Entry]) -> None:
        await asyncio.wait([in_hand[entry.update_id].task for entry in entries])
        await put(pending, entries)

    monkeypatch.setattr(PendingUpdates, "put", once_it_is_given_up)
    chat = ChatId(asha.phone.chat_id)
    seen = asha.last_id
    assert await store.claim(chat, "another worker")
    await hooked.telegram.confirmed(asha.phone.send("/help"))
    await store.release(chat, "another worker")
    await asha.hears("what I can do for you at", since=seen)


async def test_while_leases_can_not_be_had_from_the_database_people_are_answered(
    hooked: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_store: ConversationStore, _chat_id: ChatId, _holder: str) -> str:
        raise StorageDown

    monkeypatch.setattr(ConversationStore, "claim", down)
    asha = hooked.person("Asha")
    assert "what I can do for you at" in await asha.says("/help")


async def test_a_webhook_that_was_refused_is_set_later(hooked: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates.webhook_registration.LONGEST_PAUSE_SECONDS", 0.05)
    bot, store = hooked.assembly.application.bot, hooked.storage.webhook_secrets
    target = hooked.telegram.webhook.target
    assert target is not None
    hooked.telegram.faults.refuse(
        "setWebhook", error_code=400, description="Bad Request: bad webhook: Failed to resolve host"
    )
    await registered(bot, store, WebhookRegistration(target.url, "a-new-secret"))
    assert hooked.telegram.webhook.target is not None
    assert hooked.telegram.webhook.target.secret == "a-new-secret"


async def test_while_it_stops_the_bot_refuses_what_comes_and_finishes_what_is_in_hand(hooked: Town) -> None:
    webhook, asha = hooked.assembly.webhook, hooked.person("Asha")
    assert webhook is not None
    await asha.says("/start")
    await webhook.drain()
    assert (await deliver(hooked, {"update_id": 1}))[0] == 503


async def test_a_worker_that_starts_later_has_the_same_secret_and_sets_nothing(hooked: Town) -> None:
    bot, store = hooked.assembly.application.bot, hooked.storage.webhook_secrets
    target = hooked.telegram.webhook.target
    assert target is not None
    assert len(target.secret) >= 40
    assert await store.secret("another") == target.secret
    await registered(bot, store, WebhookRegistration(target.url, target.secret))
    assert asked(hooked, "setwebhook") == 1


async def test_several_workers_that_start_at_once_with_a_new_secret_set_it_once(hooked: Town) -> None:
    bot, store = hooked.assembly.application.bot, hooked.storage.webhook_secrets
    target = hooked.telegram.webhook.target
    assert target is not None
    wanted = WebhookRegistration(target.url, "a-new-secret")
    await asyncio.gather(*(registered(bot, store, wanted) for _ in range(3)))
    target = hooked.telegram.webhook.target
    assert target is not None
    assert target.secret == "a-new-secret"


async def test_who_waits_for_an_update_that_another_worker_has_does_not_keep_the_chat(
    hooked: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else neither would go on: one would have the chat, and the other one the update."""
    monkeypatch.setattr("bot.telegram.updates.webhook.STUCK_SECONDS", 0.05)
    asha, storage = hooked.person(), hooked.storage
    chat_id = ChatId(asha.phone.chat_id)
    assert hooked.assembly.webhook is not None
    pending = hooked.assembly.webhook._handler.pending
    assert await storage.conversations.claim(chat_id, "other") == "other"
    update = asha.phone.start()
    await hooked.telegram.confirmed(update)
    # As if this worker had been paused for longer than its lease on the update lasts.
    lease = {"owner": "other", "until": clock.now() + timedelta(seconds=30)}
    await storage.pending_updates._updates.update_one({"_id": update}, {"$set": lease})
    pending._leased.clear()
    await storage.conversations.release(chat_id, "other")
    await asyncio.sleep(1)
    async with asyncio.timeout(3):
        while await storage.conversations.claim(chat_id, "other") != "other":  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.05)
    await storage.conversations.release(chat_id, "other")
    await storage.pending_updates._updates.update_one({"_id": update}, {"$unset": dict.fromkeys(lease, True)})
    await asha.hears("Book a doctor's appointment here")
