"""How the bot introduces itself, and its command menu, in each of its languages."""

import pytest

from bot.localization.languages import Language
from bot.localization.reader import speaking
from bot.telegram.first_contact import introduced
from bot.texts import introduction as texts
from tests.faults.stage import Stage
from tests.localization.pseudo import CODE, marked
from tests.town import Town

SETTERS = {"setmyname", "setmydescription", "setmyshortdescription"}


def _calls(town: Town, since: int = 0) -> list[str]:
    calls = list(town.telegram.calls)[since:]
    return [call.method for call in calls if call.method.startswith("setmy")]


async def test_a_bot_says_what_it_is_in_each_language_and_only_what_differs(
    town: Town, pseudo: Language
) -> None:
    bot = town.assembly.application.bot
    await introduced(bot, "Harbour Clinic", is_named=True)
    settings = town.telegram.settings
    assert settings["name", ""] == "Harbour Clinic"
    assert settings["description", ""].startswith("Book a doctor's appointment at Harbour Clinic,")
    assert settings["description", CODE].startswith(f"{marked('Book a doctor')}'")
    assert {code for kind, code in settings if kind == "name"} == {""}
    with speaking(pseudo):
        assert settings["short_description", CODE] == texts.short_description("Harbour Clinic")
    since = len(town.telegram.calls)
    await introduced(bot, "Harbour Clinic", is_named=True)
    assert _calls(town, since) == []
    settings["short_description", CODE] = "as somebody has typed it for BotFather"
    await introduced(bot, "Harbour Clinic", is_named=True)
    assert _calls(town, since) == ["setmyshortdescription"]


async def test_a_bot_that_was_given_a_name_keeps_it_where_the_clinic_has_none(town: Town) -> None:
    await introduced(town.assembly.application.bot, "MediConnect", is_named=False)
    assert "setmyname" not in _calls(town)
    assert "setmydescription" in _calls(town)


@pytest.mark.parametrize("clinic", ["x", "C" * 64])
def test_descriptions_are_as_short_as_telegram_wants_them(clinic: str, pseudo: Language) -> None:
    with speaking(pseudo):
        assert len(texts.short_description(clinic)) <= 120
        assert len(texts.description(clinic)) <= 512


async def test_whoever_has_no_menu_of_their_own_has_that_of_their_language(
    town: Town, pseudo: Language
) -> None:
    await introduced(town.assembly.application.bot, "MediConnect", is_named=False)
    assert ("all_private_chats", 0, CODE) in {tuple(each["key"]) for each in town.telegram.commands.dump()}
    since = len(town.telegram.calls)
    guest = town.person(speaks=CODE)
    await guest.says("/start")
    assert _calls(town, since) == []
    del pseudo


async def test_what_telegram_refuses_is_left_and_what_fails_is_said_later(
    town: Town, pseudo: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.first_contact.PAUSE_SECONDS", 0)
    refuse = town.telegram.faults.refuse
    refuse("getMyDescription", error_code=409, description="Conflict", times=2)
    refuse("setMyDescription", error_code=400, description="Bad Request: no")
    await introduced(town.assembly.application.bot, "MediConnect", is_named=False)
    assert ("description", "") not in town.telegram.settings
    assert ("description", CODE) in town.telegram.settings
    del pseudo


async def test_every_start_introduces_the_bot(stage: Stage, pseudo: Language) -> None:
    telegram = stage.town.telegram
    async with stage.bot():
        while telegram.settings.get(("short_description", CODE), "") == "":
            await stage.town.person().says("/start")
    with speaking(pseudo):
        assert telegram.settings["short_description", CODE] == texts.short_description("MediConnect")
