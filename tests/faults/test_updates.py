"""Whatever comes in for an update, or for an answer, the next one is served, and no log tells of it."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram.error import InvalidToken

from bot.demo.bot_api.chats import Json
from tests.faults.holding import answered, logged
from tests.faults.stage import Stage
from tests.town import PASSWORD, Person, Town

HOUR = timedelta(hours=1)
SECRET = "hunter2-9xK!"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates.get_updates.RETRY_SECONDS", (0.01,))
    monkeypatch.setattr("bot.telegram.first_contact.PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("bot.telegram.retries.PAUSES_SECONDS", (0.01,) * 3)
    monkeypatch.setattr("bot.telegram.first_contact.REFUSED_PAUSE_SECONDS", 0.01)


def arrives(town: Town, body: Json) -> int:
    """Let an update come in as it is, whatever kind it is of."""
    updates = town.telegram.updates
    updates.allow([])
    (kind,) = body
    update_id = updates.add(kind, body[kind], HOUR)
    assert update_id
    return update_id


def message(person: Person, **others: Any) -> Json:
    said = {"message_id": 77, "date": 1, "chat": person.phone.card, "from": person.phone.user, "text": SECRET}
    return {"message": said | others}


POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
        "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}  # fmt: skip


def _reply_to_poll(person: Person) -> Json:
    quoted = {"message_id": 7, "date": 1, "chat": person.phone.card, "poll": POLL | {"options": [{}]}}
    return message(person, reply_to_message=quoted)


def _restricted(person: Person) -> Json:
    member = {"user": person.phone.user, "status": "restricted"}
    ours = {"chat": person.phone.card, "from": person.phone.user, "date": 1}
    return {"my_chat_member": ours | {"old_chat_member": member, "new_chat_member": member}}


def _member(person: Person, member: Any) -> Json:
    ours = {"chat": person.phone.card, "from": person.phone.user, "date": 1, "old_chat_member": member}
    return {"my_chat_member": ours | {"new_chat_member": member}}


def _tap(person: Person, **others: Any) -> Json:
    card = {"message_id": 1, "date": 1, "chat": person.phone.card}
    tap = {"id": "1", "from": person.phone.user, "chat_instance": "1", "data": SECRET, "message": card}
    return {"callback_query": tap | others}


ODD: list[Callable[[Person], Json]] = [
    lambda _: {"poll": {"question": SECRET}},
    _restricted,
    lambda _: {"message": None},
    lambda _: {"message": [SECRET]},
    lambda _: {"message": {"text": SECRET}},
    lambda person: message(person, chat={"id": 10**30, "type": "private", "first_name": SECRET}),
    lambda person: message(person, chat={"id": SECRET, "type": "private"}),
    lambda person: message(person, **{"from": {"id": 10**30, "first_name": SECRET}}),
    lambda person: message(person, text={"text": SECRET}),
    lambda person: message(person, text=f"\ud800{SECRET}"),
    lambda person: message(person, message_id=-(10**30)),
    lambda person: message(person, text=[SECRET]),
    lambda person: message(person, caption=[SECRET], text=None),
    lambda person: message(person, chat=person.phone.card | {"type": [SECRET]}),
    lambda person: {"edited_message": message(person)["message"] | {"text": {SECRET: 1}}},
    lambda person: _member(person, None),
    lambda person: _member(person, {"status": [SECRET]}),
    lambda person: _tap(person, data=[SECRET]),
    lambda person: _tap(person, **{"from": SECRET}),
    lambda person: _tap(person, message={"message_id": 10**30, "chat": {"id": 1, "type": "private"}}),
]
WITHOUT_NAME: tuple[Json, ...] = ({"first_name": ""}, {"first_name": None}, {})
READ: list[Callable[[Person], Json]] = [
    _reply_to_poll,
    lambda person: message(person, pinned_message={"message_id": 7, "date": 0, "chat": person.phone.card}),
    lambda person: message(person, date=10**20),
    lambda person: message(person, date=None),
    lambda person: message(person, photo=[{"file_id": 7}]),
    lambda person: message(person, date="soon"),
    lambda person: message(person, entities=SECRET),
    lambda person: message(person, entities=[{"type": "bold", "offset": -1, "length": 10**30}, {}, SECRET]),
    lambda person: message(person, **{"from": person.phone.user | {"first_name": [SECRET], "username": 7}}),
    lambda person: message(person, **{"from": person.phone.user | {"last_name": {}, "is_bot": None}}),
]


@pytest.mark.parametrize("odd", ODD)
async def test_an_update_that_can_not_be_read_is_skipped_and_no_log_tells_of_it(
    town: Town, odd: Callable[[Person], Json], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with logged("update.unreadable") as unreadable, logged("incident") as incident:
        update_id = arrives(town, odd(town.person("Asha")))
        assert "Book a doctor's appointment here" in await town.person("Bela").says("/start")
        await town.telegram.confirmed(update_id)
    assert len(unreadable.texts) == 1
    assert incident.texts == []
    assert SECRET not in caplog.text


@pytest.mark.parametrize("come", READ)
async def test_of_a_message_with_parts_that_can_not_be_read_the_text_is_read(
    town: Town, come: Callable[[Person], Json]
) -> None:
    asha = town.person("Asha")
    await asha.says("/register")
    body = come(asha)
    body["message"]["text"] = "Asha Patel"
    assert "mail" in await asha.settled(arrives(town, body))


@pytest.mark.parametrize("name", WITHOUT_NAME)
async def test_whose_names_are_empty_signs_in_like_everybody(
    town: Town, name: Json, caplog: pytest.LogCaptureFixture
) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person("")
    asha.phone.user = {"id": asha.phone.chat_id, "is_bot": False} | name
    asha.phone.card["first_name"] = ""
    asha.phone.known_to_bot = True
    for text, answer in (("/login", "mail"), ("asha@example.org", "password"), (PASSWORD, "signed in")):
        body = message(asha, text=text)
        if text.startswith("/"):
            body["message"]["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        assert answer in await asha.settled(arrives(town, body))
    assert PASSWORD not in caplog.text


async def test_nothing_of_an_update_is_logged_whatever_its_handling_raises(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asha = town.person("Asha")

    def broken(*_: object) -> None:
        raise ValueError(SECRET)

    for place in (
        "bot.telegram.application.UpdateContext.from_update",
        "bot.telegram.dispatcher.check",
        "bot.dialogs.chat_state._encode",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, broken)
            await asha.says("/book")
            await asha.says(SECRET)
    assert SECRET not in caplog.text
    assert "Book a doctor's appointment here" in await asha.says("/start")


NONSENSE: list[Any] = [None, 1, "update", [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": -1},
                       {"update_id": 10**30}, {"message": {"text": SECRET}}]  # fmt: skip


async def test_what_has_no_id_is_passed_over(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    asha = town.person("Asha")
    with answered("getUpdates", [*NONSENSE], *([each] for each in NONSENSE)) as rest:
        assert "Book a doctor's appointment here" in await asha.says("/start")
        assert "what I can do for you at" in await asha.says("/help")
    assert not rest
    assert SECRET not in caplog.text


class Status(web.HTTPException):
    """Any status."""

    def __init__(self, code: int, body: str, content_type: str = "application/json") -> None:
        self.status_code = code
        super().__init__(text=body, content_type=content_type)


PAGE = "<html>Sign in to the hotel's network</html>"
BODIES = ["", "[]", "1", "null", '{"ok":true}', '{"ok":true,"result":{}}', '{"ok":true,"result":null}',
          '{"ok":true,"result":[{"update_id":1,"message":{"text":"' + SECRET, '{"ok":false}', "[" * 10_000,
          '{"ok":false,"error_code":500}', "\ufffd", PAGE]  # fmt: skip


def answers() -> list[Status]:
    """Return answers that no Bot API server gives, or not for long. Each can be given once."""
    pages = (200, 302, 400, 401, 403, 404, 407, 409, 429, 500)
    refused: list[Json] = [
        {"error_code": 401, "description": "Unauthorized"},
        {"error_code": 429, "parameters": {"retry_after": -5}},
        {"error_code": 429, "parameters": {"retry_after": "soon"}},
        {"error_code": 429, "parameters": [1]},
    ]
    return [
        *(Status(200, body) for body in BODIES),
        *(Status(code, PAGE, "text/html") for code in pages),
        *(Status(code, "") for code in (403, 404, 500)),
        *(Status(each["error_code"], json.dumps({"ok": False} | each)) for each in refused),
    ]


async def test_answers_of_any_shape_to_a_poll_are_survived(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    asha = stage.town.person("Asha")
    with answered("getUpdates", *answers()) as rest:
        async with stage.bot():
            assert "Book a doctor's appointment here" in await asha.says("/start")
    assert not rest
    assert SECRET not in caplog.text


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setMyCommands"])
async def test_answers_of_any_shape_at_the_start_are_survived(stage: Stage, method: str) -> None:
    asha = stage.town.person("Asha")
    with answered(method, *answers()) as rest:
        async with stage.bot():
            asha.phone.start()
            await asha.hears("Book a doctor's appointment here")
    # It goes on without a menu, but not without knowing who it is.
    assert method != "getMe" or not rest


async def test_a_token_that_is_refused_for_a_while_is_tried_again(stage: Stage) -> None:
    asha = stage.town.person("Asha")
    refuse = stage.town.telegram.faults.refuse
    refuse("getUpdates", error_code=401, description="Unauthorized", times=20)
    with logged("poll.refused") as refused:
        async with stage.bot():
            assert "Book a doctor's appointment here" in await asha.says("/start")
    assert len(refused.texts) == 20


async def test_a_token_that_is_refused_at_the_start_is_told_soon(stage: Stage) -> None:
    refuse = stage.town.telegram.faults.refuse
    refuse("getMe", error_code=401, description="Unauthorized", times=3)
    with pytest.raises(InvalidToken):
        await stage.assembly().run()


async def test_a_proxys_refusal_does_not_mean_that_the_person_has_left(town: Town) -> None:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    with answered("sendMessage", Status(403, PAGE, "text/html")):
        assert "asha@example.org" in await asha.says("/me")
