"""A secret that is typed in the wrong place, or at the wrong moment, does not stay readable in the chat."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogs.chat_state import ChatState, ChatStates
from bot.dialogs.recent_secrets import KNOWN_FOR, RecentSecrets
from services.models.people import ChatId, Role
from tests.faults.holding import held
from tests.town import PASSWORD, STAFF_CODE, Person, Town
from tests.turning import MONDAY, TurnableClock

CHAT = ChatId(5)
KEY = bytes(32)
LATE = timedelta(seconds=11)


def readable(person: Person, part: str = PASSWORD) -> bool:
    """Tell whether that can be read in what the person has sent."""
    sent = [message for message in person.phone.messages if not message["from"]["is_bot"]]
    said = [str(message.get("text", message.get("caption", ""))) for message in sent]
    return any(part in text for text in said)


@pytest.fixture
async def asha(town: Town) -> Person:
    """Somebody who is asked for a password."""
    await town.account("Asha Patel", "asha@example.org")
    person = town.person("Asha")
    await person.talks([("/login", "email address"), ("asha@example.org", "What is your password")])
    return person


@pytest.mark.parametrize(
    "typed", [PASSWORD, f"my password is {PASSWORD}.", f"“{PASSWORD}”", f"  {PASSWORD}\nthanks"]
)
async def test_a_password_that_is_typed_again_is_deleted(
    town: Town, asha: Person, clock: TurnableClock, typed: str
) -> None:
    assert "you are signed in" in await asha.says(PASSWORD)
    clock.turn(LATE)
    assert "I deleted that message" in await asha.says(typed)
    assert not readable(asha)
    clock.turn(KNOWN_FOR)
    await asha.says("correct")
    assert readable(asha, "correct")
    del town


async def test_a_password_sent_twice_at_once_is_deleted_twice(town: Town, asha: Person) -> None:
    first, second = asha.phone.send(PASSWORD), asha.phone.send(PASSWORD)
    await asha.settled(first)
    await town.telegram.confirmed(second)
    assert not readable(asha)


async def test_a_password_is_not_taken_for_the_answer_to_another_question(
    town: Town, clock: TurnableClock
) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "asha@example.org", PASSWORD):
        await guest.says(text)
    clock.turn(LATE)
    answer = await guest.says(PASSWORD)
    assert "didn't take it as an answer" in answer
    assert "patient" in answer
    for _ in range(3):
        await guest.taps("Back")
    assert "full name" in guest.last
    assert "didn't take it as an answer" in await guest.says(PASSWORD)
    assert "Thank you, Asha" in await guest.says("Asha")
    assert not readable(guest)


async def test_a_password_typed_before_it_was_asked_for_is_deleted_when_it_is_known(town: Town) -> None:
    guest = town.person()
    for text in ("/login", PASSWORD, "asha@example.org"):
        await guest.says(text)
    assert readable(guest)
    await guest.says(PASSWORD)
    assert not readable(guest)


async def test_a_password_behind_the_mail_address_is_deleted(town: Town) -> None:
    guest = town.person()
    await guest.says("/login")
    answer = await guest.says(f"asha@example.org {PASSWORD}")
    assert "please type only that" in answer
    assert not readable(guest)
    assert "What is your password" in await guest.says("asha@example.org")


@pytest.mark.parametrize(
    "typed",
    [
        f"{PASSWORD} asha@example.org",
        f"mail asha@example.org password {PASSWORD}",
        f"asha@example.org:{PASSWORD}",
        f"{PASSWORD}\nasha@example.org",
        f"asha@example.org/{PASSWORD.replace(' ', '')}",
        f"pw:{PASSWORD.replace(' ', '')},asha@example.org",
    ],
)
async def test_a_password_beside_the_mail_address_is_deleted_wherever_it_stands(
    town: Town, typed: str
) -> None:
    guest = town.person()
    await guest.says("/login")
    assert "please type only that" in await guest.says(typed)
    assert not readable(guest, "correct")


@pytest.mark.parametrize("typed", ["mailto:asha@example.org", "<asha@example.org>.", "Asha@Example.org,"])
async def test_an_address_with_what_clients_put_around_it_stays(town: Town, typed: str) -> None:
    guest = town.person()
    await guest.says("/login")
    assert "What is your password" in await guest.says(typed)
    assert readable(guest, typed)


async def test_a_password_behind_a_command_is_deleted_when_it_is_known(town: Town) -> None:
    guest = town.person()
    for text in (f"/start {PASSWORD}", f"/me {PASSWORD}", "/login", "asha@example.org", PASSWORD):
        await guest.says(text)
    assert not readable(guest)


async def test_a_password_that_was_given_as_the_name_is_no_name(town: Town) -> None:
    guest = town.person()
    for text in ("/register", f"Asha {PASSWORD}", "asha@example.org"):
        await guest.says(text)
    answer = await guest.says(PASSWORD)
    assert "forgotten that answer" in answer
    assert "full name" in answer
    for text in ("Asha Patel", "asha@example.org", PASSWORD, "patient", "female"):
        await guest.says(text)
    assert "Name: Asha Patel" in guest.last
    assert not any(PASSWORD in message["text"].lower() for message in guest.phone.messages)


async def test_a_staff_code_that_was_given_as_the_specialization_is_none(town: Town) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "rao@example.org", PASSWORD, "doctor", STAFF_CODE, "female"):
        await guest.says(text)
    answer = await guest.says(STAFF_CODE)
    assert "forgotten that answer" in answer
    await guest.says("Cardiology")
    answer = await guest.says("female")
    assert "Specialization: Cardiology" in answer
    assert "Save" in str(guest.buttons)
    assert not any(STAFF_CODE in message["text"].lower() for message in guest.phone.messages)


@pytest.mark.parametrize("way", ["/cancel", "back", "quiet", "/register"])
async def test_what_comes_just_after_the_question_was_left_is_deleted(
    town: Town, asha: Person, clock: TurnableClock, way: str
) -> None:
    if way == "quiet":
        clock.turn(timedelta(minutes=15))
        await town.assembly.dialog_timeout.close_expired()
        await asha.hears("15 quiet minutes")
    else:
        await (asha.taps("Back") if way == "back" else asha.says(way))
    await asha.says("hunter22 hunter22")
    assert not readable(asha, "hunter22")
    clock.turn(LATE)
    await asha.says("good morning")
    assert readable(asha, "good morning")


async def test_a_password_that_comes_after_the_quiet_minutes_is_deleted_once(
    asha: Person, clock: TurnableClock
) -> None:
    clock.turn(timedelta(minutes=16))
    await asha.says(PASSWORD)
    assert not readable(asha)
    texts = [str(message.get("text")) for message in asha.phone.messages]
    assert sum("I deleted your last message" in text for text in texts) == 1
    # It worked, so nobody is asked to do it.
    assert not any("could not delete" in text for text in texts)
    clock.turn(LATE)
    assert "I deleted that message" not in await asha.says(f"{PASSWORD} again")
    assert not readable(asha)


async def test_a_command_after_the_quiet_minutes_is_no_password(asha: Person, clock: TurnableClock) -> None:
    clock.turn(timedelta(minutes=16))
    for _ in range(2):
        await asha.says("/help")
    assert readable(asha, "/help")
    assert len([m for m in asha.phone.messages if m.get("text") == "/help"]) == 2


@pytest.mark.parametrize(
    "typed", ["Zq417c447f8d22", "it is Zq417c447f8d22.", "Tr#ub&dor!xy", "zq417c447f8d22 sorry"]
)
async def test_who_is_a_question_behind_gives_no_password_as_the_name(town: Town, typed: str) -> None:
    guest = town.person()
    for text in ("/register", f"Asha {PASSWORD}", "asha@example.org"):
        await guest.says(text)
    assert "forgotten that answer" in await guest.says(PASSWORD)
    # The question for the password is gone, and this is the first that anybody hears of that one.
    answer = await guest.says(typed)
    assert "please type it again in a few seconds" in answer
    assert "full name" in answer
    assert not readable(guest, typed)


@pytest.mark.parametrize("words", ["{}", "my password is {}", "Asha {}"])
async def test_a_wrong_password_is_no_name_either(asha: Person, clock: TurnableClock, words: str) -> None:
    assert "Wrong email or password" in await asha.says("Zq417c447f8d22")
    for text in ("/cancel", "/register"):
        await asha.says(text)
    clock.turn(LATE)
    answer = await asha.says(words.format("Zq417c447f8d22"))
    assert "I deleted that message" in answer
    assert "full name" in answer
    assert "email" in await asha.says("Asha O'Neill-Nair the 2nd")


async def test_what_is_asked_just_after_signing_in_stays_unless_it_is_like_a_password(
    asha: Person, clock: TurnableClock
) -> None:
    await asha.says(PASSWORD)
    # Nobody has read by then that it was the right one.
    await asha.says("hunter hunter")
    assert not readable(asha, "hunter")
    clock.turn(timedelta(seconds=4))
    await asha.says("I need a skin doctor tomorrow afternoon")
    assert readable(asha, "skin doctor")
    await asha.says("or was it Zq417c447f8d22")
    assert not readable(asha, "Zq417c447f8d22")
    assert not readable(asha)


@pytest.mark.parametrize("day", ["04-May-2027", "4.May2027"])
async def test_a_day_just_after_signing_in_is_an_answer(town: Town, day: str) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Asha Patel", "asha@example.org")
    guest = town.person()
    for text in ("/login", "asha@example.org", PASSWORD, "/book", "Cardiology", "Rao"):
        await guest.says(text)
    assert "4 May" in await guest.says(day)


@pytest.mark.parametrize(
    "name", ["Asha R", "Asha Patel", "علی\u200cاکبر", "Marcel·la Puig-Roca", "マリー・アントワネット"]
)
async def test_a_name_that_is_typed_twice_is_no_password_and_is_kept(town: Town, name: str) -> None:
    guest = town.person()
    for text in ("/register", name, "asha@example.org"):
        await guest.says(text)
    answer = await guest.says(name)
    assert "can't be your password" in answer
    assert "Choose a password" in answer


@pytest.mark.parametrize("password", ["password123", "hunter2"])
async def test_what_is_no_good_password_is_forgotten_where_it_is_in_the_name(
    town: Town, password: str
) -> None:
    guest = town.person()
    for text in ("/register", f"Asha {password}", "asha@example.org"):
        await guest.says(text)
    assert "forgotten that answer" in await guest.says(password)


@pytest.mark.parametrize("typed", ["Orthopädie/Unfallchirurgie", "Cardiology (pediatric/adult)"])
async def test_a_specialization_just_after_the_password_is_an_answer(town: Town, typed: str) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "rao@example.org", PASSWORD, "doctor"):
        await guest.says(text)
    assert "What is your gender" in await guest.says(typed)


async def test_who_types_another_password_while_the_first_is_checked_leaves_neither(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        asha.phone.send(PASSWORD)
        await call.came()
        clock.turn(timedelta(seconds=12))
        last = asha.phone.send("hunter hunter")
        clock.turn(timedelta(seconds=1))
        call.release()
        await town.telegram.confirmed(last)
    assert not readable(asha)
    assert not readable(asha, "hunter")


async def test_a_new_password_typed_again_with_a_slip_is_deleted(town: Town, clock: TurnableClock) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "rao@example.org", "bright evening"):
        await guest.says(text)
    clock.turn(timedelta(seconds=5))
    await guest.says("brigt evening")
    assert not readable(guest, "evening")


async def test_an_answer_that_comes_just_after_is_read_though_it_is_deleted(town: Town) -> None:
    guest = town.person()
    for text in ("/register", "Asha Rao", "asha@example.org", PASSWORD):
        await guest.says(text)
    assert "gender" in await guest.says("patient")


async def test_an_edit_that_holds_the_password_is_deleted(asha: Person, clock: TurnableClock) -> None:
    await asha.says(PASSWORD)
    clock.turn(LATE)
    await asha.says("hello")
    typed = next(m for m in asha.phone.messages if m.get("text") == "hello")
    await asha.settled(asha.phone.edit(typed["message_id"], f"hello {PASSWORD}"))
    assert not readable(asha)


async def test_an_edit_at_the_question_for_the_password_is_deleted(asha: Person) -> None:
    typed = next(m for m in asha.phone.messages if m.get("text") == "asha@example.org")
    answer = await asha.settled(asha.phone.edit(typed["message_id"], PASSWORD))
    assert "I deleted your message" in answer
    assert not readable(asha)


WORDS = st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=9), max_size=8)


@given(st.text(min_size=1, max_size=40).filter(str.strip), WORDS, WORDS)
def test_a_secret_is_known_again_among_other_words(secret: str, before: list[str], after: list[str]) -> None:
    recent, state = RecentSecrets(KEY), ChatState()
    recent.give(CHAT, state, secret, MONDAY, MONDAY)
    assert recent.was_given(state, secret, MONDAY)
    if len(secret.split()) == 1:
        assert recent.was_given(state, " ".join([*before, secret.strip(), *after]), MONDAY)
    assert not recent.was_given(state, secret, MONDAY + KNOWN_FOR)


def test_nothing_that_is_kept_holds_a_secret() -> None:
    recent, state = RecentSecrets(KEY), ChatState()
    recent.note(CHAT, 7, "so hunter22 it is", MONDAY, MONDAY)
    assert recent.give(CHAT, state, "hunter22", MONDAY, MONDAY) == [7]
    recent.take(state, "hunter22", MONDAY, MONDAY, is_sure=True)
    assert "hunter22" not in repr(recent._messages) + repr(vars(state))


async def test_the_next_process_knows_what_was_typed_as_a_secret_before(town: Town) -> None:
    """Whoever saw no answer, because the process was killed, types the password again."""
    guest = town.person()
    for text in ("/register", "Asha Rao", "asha@example.org", PASSWORD):
        await guest.says(text)
    chat_id, states = ChatId(guest.phone.chat_id), ChatStates(town.storage.conversations)
    stored = await states.load(chat_id)
    next_process = RecentSecrets(town.assembly.application.secret_key)
    assert next_process.was_taken(stored, f"it is {PASSWORD}", MONDAY)
    assert not RecentSecrets(KEY).was_given(stored, PASSWORD, MONDAY)
    document = await town.storage.conversations.of_chat(chat_id)
    assert PASSWORD not in str(document)
