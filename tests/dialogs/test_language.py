"""In which language somebody is answered: /language, the account, the chat, Telegram."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.localization.languages import ENGLISH, Language
from bot.localization.messages import phrase
from bot.localization.reader import speaking
from bot.routes import menu
from bot.texts.errors import sentence
from services.errors import StorageDown
from services.models.people import ChatId, Role
from tests.faults.holding import all_told
from tests.localization.pseudo import CODE, marked
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

pytestmark = pytest.mark.usefixtures("pseudo")

SIGN_IN, ITS_BUTTON = "🔑 Sign in", "🌐 Language"
CHOSEN = "✅ I write to you in {language} from now on."


async def _account(town: Town, email: str) -> dict[str, Any]:
    found = await town.storage.users._users.find_one({"email": email}, comment=OURS)
    assert found is not None
    return dict(found)


def _menu(person: Person) -> list[tuple[str, str]]:
    """Return the command menu that somebody sees."""
    return [(each["command"], each["description"]) for each in person.phone.commands]


def _commands(role: Role | None, reads: Language) -> list[tuple[str, str]]:
    """Return what the menu of a role is in a language."""
    with speaking(reads):
        return [(name, str(description)) for name, description in menu(role)]


async def _card(person: Person) -> dict[str, str]:
    """Return the buttons of somebody's account."""
    await person.says("/me")
    return person.buttons


async def _chosen(person: Person, language: Language) -> None:
    """Choose a language with its button."""
    await person.says("/language")
    said = await person.taps(language.own_name)
    assert said == marked(CHOSEN).format(language=language.own_name)


@pytest.mark.parametrize("tag", [CODE, "el-GR", "EL_cy"])
async def test_a_guest_is_answered_in_the_language_of_their_telegram(town: Town, tag: str) -> None:
    guest = town.person(speaks=tag)
    await guest.says("/start")
    assert marked(SIGN_IN) in guest.buttons
    await guest.says("/book")
    assert marked(SIGN_IN) in guest.buttons  # an error, too
    await guest.taps_raw(guest.last_id, "gibberish")
    assert marked(SIGN_IN) in guest.buttons  # an old button


@pytest.mark.parametrize("tag", ["ta", "", "x" * 300, "en-US", "💬"])
async def test_whoever_uses_another_language_is_answered_in_english(town: Town, tag: str) -> None:
    guest = town.person(speaks=tag)
    await guest.says("/start")
    assert SIGN_IN in guest.buttons


async def test_two_chats_that_are_answered_at_once_have_each_their_own_language(town: Town) -> None:
    greek, english = [town.person(speaks=CODE) for _ in range(5)], [town.person() for _ in range(5)]
    for _ in range(3):
        await asyncio.gather(*(each.says("/start") for each in (*greek, *english)))
        assert all(marked(SIGN_IN) in each.buttons for each in greek)
        assert all(SIGN_IN in each.buttons for each in english)


async def test_a_guest_chooses_a_language_in_the_middle_of_a_dialog_and_it_is_kept(
    town: Town, pseudo: Language
) -> None:
    guest = town.person()
    await guest.talks([("/register", "your full name"), ("Asha Patel", "email address")])
    assert "In which language shall I write to you?" in await guest.says("/language")
    assert list(guest.buttons)[:2] == ["English", "Español"]
    await guest.taps(pseudo.own_name)
    assert guest.last == marked(CHOSEN).format(language=pseudo.own_name)
    assert marked(SIGN_IN) in guest.buttons
    asking = next(each for each in guest.messages if "Go on" in str(each.get("reply_markup")))
    buttons = [each for row in asking["reply_markup"]["inline_keyboard"] for each in row]
    go_on = next(each["callback_data"] for each in buttons if "Go on" in each["text"])
    await guest.taps_raw(asking["message_id"], go_on)
    shown = next(each for each in guest.messages if each["message_id"] == asking["message_id"])
    assert marked("✖ Leave") in str(shown["reply_markup"])
    await guest.says("asha@example.org")
    assert marked("✖ Leave") in guest.buttons
    await guest.says("/cancel")
    assert marked("↻ Start again") in guest.buttons


async def test_a_language_is_typed(town: Town, pseudo: Language) -> None:
    guest = town.person()
    await guest.says("/language gibberish")
    assert "I don't know that language" in guest.last
    assert pseudo.own_name in guest.buttons
    assert "I can't tell which of my languages" in await guest.says("/language Tamil")
    await guest.says(f"/language {pseudo.own_name.upper()}")
    assert guest.last == marked(CHOSEN).format(language=pseudo.own_name)
    assert await guest.says("english") == CHOSEN.format(language="English")
    assert await guest.says(pseudo.own_name) == marked(CHOSEN).format(language=pseudo.own_name)
    assert await guest.says("/language english") == CHOSEN.format(language="English")
    await guest.says("/language Español")
    assert "Deutsch" in await guest.says("Alemán")  # as the reader calls it
    await guest.says("/language English")
    await guest.taps_raw(guest.last_id, "speak:xx")
    assert "I don't know that language" in guest.last


async def test_whoever_chooses_english_is_answered_in_it_whatever_their_telegram_says(town: Town) -> None:
    await town.account("Asha", "asha@example.org")
    asha = town.person(speaks=CODE)
    await asha.says("/language")
    await asha.taps("English")
    assert SIGN_IN in asha.buttons
    await asha.talks(
        [("/login", "email address"), ("asha@example.org", "password"), (PASSWORD, "Hello Asha")]
    )
    assert ITS_BUTTON in await _card(asha)
    elsewhere = town.person(speaks=CODE)
    await elsewhere.signs_in("asha@example.org")
    assert ITS_BUTTON in await _card(elsewhere)


async def test_a_label_in_the_language_of_ones_telegram_is_no_name(town: Town) -> None:
    guest = town.person(speaks=CODE)
    await guest.says("/language english")
    await guest.talks([("/register", "your full name"), (marked("Leave"), "Nothing was saved")])


async def test_a_choice_goes_to_the_account_and_from_there_to_other_chats(
    town: Town, pseudo: Language
) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    assert "language_chosen" not in await _account(town, "asha@example.org")
    await _chosen(asha, pseudo)
    assert (await _account(town, "asha@example.org"))["language"] == CODE
    tablet = town.person()
    await tablet.says("/start")
    assert SIGN_IN in tablet.buttons
    await tablet.signs_in("asha@example.org")
    assert marked(ITS_BUTTON) in await _card(tablet)
    await tablet.says("/logout")
    await tablet.says("/start")
    assert SIGN_IN in tablet.buttons
    await asha.says("/logout")
    await asha.says("/start")
    assert marked(SIGN_IN) in asha.buttons


async def test_an_account_of_which_no_language_is_known_takes_that_of_its_chat_once(
    town: Town, pseudo: Language
) -> None:
    await town.account("Asha", "asha@example.org")
    phone = town.person(speaks=CODE)
    await phone.signs_in("asha@example.org")
    assert (await _account(town, "asha@example.org"))["language"] == CODE
    assert marked(ITS_BUTTON) in await _card(phone)
    # What somebody has chosen is not changed by a phone.
    await phone.says("/language english")
    for person in (phone, town.person(speaks=CODE)):
        if person is not phone:
            await person.signs_in("asha@example.org")
        await person.says("/start")
        assert ITS_BUTTON in await _card(person)
    assert (await _account(town, "asha@example.org"))["language"] == "en"
    del pseudo


async def test_whoever_registers_has_the_language_of_their_chat(town: Town) -> None:
    guest = town.person(speaks=CODE)
    for text in ("/register", "Asha Patel", "asha@example.org", PASSWORD, "patient"):
        await guest.says(text)
    await guest.taps(marked("I'd rather not say"))
    await guest.taps(marked("✅ Save"))
    assert (await _account(town, "asha@example.org"))["language"] == CODE
    await all_told(town)


async def test_a_language_that_the_bot_does_not_speak_leaves_the_chats_own(
    town: Town, pseudo: Language
) -> None:
    asha = town.person(speaks=CODE)
    await town.account("Asha", "asha@example.org")
    await asha.signs_in("asha@example.org")
    await asha.says("/me")
    await asha.taps(marked("🌐 Language"))
    await asha.says("TA")
    assert (await _account(town, "asha@example.org"))["language"] == "ta"
    await asha.says("/start")
    assert marked(ITS_BUTTON) in await _card(asha)
    await asha.says("/language english")
    assert (await _account(town, "asha@example.org"))["language"] == "en"
    del pseudo


async def test_a_change_on_the_card_of_the_account_is_answered_in_the_new_language(
    town: Town, pseudo: Language
) -> None:
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.says("/me")
    await asha.taps("Language")
    await asha.taps(pseudo.own_name)
    assert marked("I write to you in it from now on.") in asha.last
    assert marked("🌐 Language") in asha.buttons
    assert _menu(asha) == _commands(Role.PATIENT, pseudo)


async def test_the_command_menu_of_a_chat_is_in_the_language_of_who_reads_it(
    town: Town, pseudo: Language
) -> None:
    guest = town.person()
    await _chosen(guest, pseudo)
    assert _menu(guest) == _commands(None, pseudo)
    assert _commands(None, pseudo) != _commands(None, ENGLISH)
    calls = len(town.telegram.calls)
    await guest.says("/start")
    assert "setmycommands" not in {call.method for call in list(town.telegram.calls)[calls:]}
    await guest.says("/language english")
    assert _menu(guest) == _commands(None, ENGLISH)


async def test_a_dialog_that_nobody_answers_is_closed_in_the_language_of_its_chat(
    town: Town, clock: TurnableClock, pseudo: Language
) -> None:
    greek, chosen, english = town.person(speaks=CODE), town.person(), town.person()
    await _chosen(chosen, pseudo)
    for person in (greek, chosen, english):
        await person.says("/login")
    clock.turn(timedelta(minutes=15))
    await town.assembly.dialog_timeout.close_expired()
    await town.assembly.dialog_timeout._queues.settle(10)
    assert marked("↻ Start again") in greek.buttons
    assert marked("↻ Start again") in chosen.buttons
    assert "↻ Start again" in english.buttons


async def test_an_error_that_nobody_has_foreseen_is_told_in_the_persons_language(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = phrase("Something went wrong")
    monkeypatch.setattr("bot.telegram.error_handler.incident", lambda _number: str(told))
    monkeypatch.setattr("bot.commands.account.help_texts.welcome", lambda *_who: 1 / 0)
    assert await town.person(speaks=CODE).says("/start") == marked("Something went wrong")


async def test_before_it_is_known_who_is_there_the_language_is_that_of_telegram(
    town: Town, pseudo: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_nobody: object) -> None:
        raise StorageDown

    with speaking(pseudo):
        expected = sentence(StorageDown(), town.assembly.clinic.rules)
    assert expected != sentence(StorageDown(), town.assembly.clinic.rules)
    monkeypatch.setattr("services.accounts.sessions.Sessions.arrive", fails)
    assert await town.person(speaks=CODE).says("/start") == expected


async def test_a_group_is_answered_in_the_language_of_who_asks(town: Town) -> None:
    asker, group = town.person(speaks=CODE), town.telegram.group(-100123, "Family")
    await town.telegram.confirmed(group.send("/start", asker.phone))
    said = [message["text"] for message in group.messages if message["from"]["is_bot"]]
    assert said == [marked("🤫 Health is private. Please write to me in a private chat.")]


async def test_a_chat_of_an_earlier_version_has_no_language(town: Town) -> None:
    guest = town.person(speaks=CODE)
    await guest.says("/start")
    chat = ChatId(guest.phone.chat_id)
    stored = await town.storage.conversations.of_chat(chat)
    assert stored is not None
    assert stored["spoken"] == CODE
    older = {name: value for name, value in stored.items() if name not in {"language", "spoken"}}
    await town.storage.conversations.put(chat, older)
    await guest.says("/help")
    assert marked(SIGN_IN) in guest.buttons


async def test_nothing_is_written_for_whoever_speaks_english(town: Town) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await rao.says("/start")
    stored = await town.storage.conversations.of_chat(ChatId(rao.phone.chat_id))
    assert stored is not None
    assert not {"language", "spoken"} & set(stored)
    assert "language_chosen" not in await _account(town, "rao@example.org")
