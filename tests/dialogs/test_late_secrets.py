"""A chat that is held up, as by a 429, is given its secrets late: none stays readable for that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogs.chat_state import ChatState
from bot.dialogs.recent_secrets import KNOWN_FOR, LATE_BY, LONGEST_HELD_UP, RecentSecrets
from services.models.people import ChatId
from tests.faults.holding import held
from tests.town import PASSWORD, Person, Town
from tests.turning import MONDAY, TurnableClock

SLIP = "correkt horse battery"
CHAT = ChatId(5)
KEY = bytes(32)
LONG = 2 * KNOWN_FOR


@pytest.fixture
async def guest(town: Town) -> Person:
    """Somebody who registers, and is asked for a password."""
    guest = town.person()
    for text in ("/register", "Asha Rao", "asha@example.org"):
        await guest.says(text)
    return guest


@asynccontextmanager
async def held_up(town: Town, clock: TurnableClock, person: Person, text: str) -> AsyncIterator[None]:
    """Let the answer to a text take long; what is sent within the block is typed before there is any."""
    async with held("sendMessage", chat_id=person.phone.chat_id) as call:
        person.phone.send(text)
        await call.came()
        clock.turn(timedelta(seconds=5))
        yield
        clock.turn(LONG)
        last = person.phone.send("hello")
        call.release()
        await town.telegram.confirmed(last)


def readable(person: Person, part: str) -> int:
    """Return in how many of the messages that the person has sent that can be read."""
    sent = [message for message in person.phone.messages if not message["from"]["is_bot"]]
    return sum(part in str(message.get("text")) for message in sent)


async def test_a_password_that_was_typed_while_its_question_was_there_is_deleted(
    town: Town, guest: Person, clock: TurnableClock
) -> None:
    async with held_up(town, clock, guest, SLIP):
        guest.phone.send(PASSWORD)
    assert not readable(guest, PASSWORD)
    assert not readable(guest, SLIP)
    assert readable(guest, "hello")


async def test_a_password_is_known_to_whoever_types_it_again_though_that_is_read_much_later(
    town: Town, guest: Person, clock: TurnableClock
) -> None:
    await guest.says(PASSWORD)
    clock.turn(2 * LATE_BY)
    async with held_up(town, clock, guest, "/help"):
        guest.phone.send(f"it is {PASSWORD}")
    assert not readable(guest, PASSWORD)


async def test_a_message_from_before_is_found_though_the_password_is_read_much_later(
    town: Town, clock: TurnableClock
) -> None:
    guest = town.person()
    for text in ("/login", PASSWORD):
        await guest.says(text)
    assert readable(guest, PASSWORD)
    async with held_up(town, clock, guest, "asha@example.org"):
        guest.phone.send(PASSWORD)
    assert not readable(guest, PASSWORD)


async def test_a_mail_address_that_is_sent_twice_is_not_taken_for_the_password(
    town: Town, guest: Person
) -> None:
    answer = await guest.says(" <Asha@Example.org>")
    assert "That is your email address" in answer
    assert "Choose a password" in answer
    assert "patient" in await guest.says(PASSWORD)
    assert not readable(guest, PASSWORD)
    del town


async def test_a_deletion_whose_answer_is_lost_is_not_asked_for_again(
    town: Town, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.retries.PAUSES_SECONDS", (0.01, 0.02, 0.03))
    town.telegram.faults.drop_after("deleteMessage")
    await guest.says(PASSWORD)
    assert not readable(guest, PASSWORD)
    assert not any("couldn't delete" in message["text"] for message in guest.messages)


async def test_who_types_a_password_behind_a_command_hears_that_it_is_still_there(town: Town) -> None:
    guest = town.person()
    town.telegram.faults.refuse("deleteMessage", error_code=400, description="Bad Request: not today")
    await guest.says(f"/login {PASSWORD}")
    assert any("couldn't delete" in message["text"] for message in guest.messages)


WAITS = st.timedeltas(timedelta(0), LONGEST_HELD_UP - timedelta(seconds=1))


@given(st.timedeltas(timedelta(hours=-2), LATE_BY - timedelta(seconds=1)), WAITS)
def test_what_was_typed_before_the_question_was_left_is_late_however_long_it_waited(
    typed: timedelta, waited: timedelta
) -> None:
    recent, state = RecentSecrets(KEY), ChatState()
    recent.leave(state, MONDAY)
    assert recent.was_just_left(state, MONDAY + typed, MONDAY + max(typed, waited))
    after = MONDAY + LATE_BY
    assert not recent.was_just_left(state, after, after + waited)


@given(WAITS, WAITS)
def test_a_secret_is_known_for_as_long_however_long_it_waited(waited: timedelta, again: timedelta) -> None:
    recent, state, handled = RecentSecrets(KEY), ChatState(), MONDAY + waited
    recent.note(CHAT, 7, "hunter22 hunter22", MONDAY, MONDAY)
    assert recent.give(CHAT, state, "hunter22", MONDAY + KNOWN_FOR / 2, handled) == [7]
    recent.leave(state, handled + again)
    assert recent.was_given(state, "hunter22", handled + KNOWN_FOR / 2)
    assert not recent.was_given(state, "hunter22", handled + KNOWN_FOR)
