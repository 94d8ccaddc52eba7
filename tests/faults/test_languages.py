"""A language that was chosen outlives the process in which it was chosen."""

from bot.localization.languages import Language
from tests.faults.stage import Stage
from tests.localization.pseudo import marked


async def test_another_process_answers_in_the_language_that_was_chosen_in_the_chat(
    stage: Stage, pseudo: Language
) -> None:
    guest = stage.town.person()
    async with stage.bot():
        await guest.says("/language")
        await guest.taps(pseudo.own_name)
    async with stage.bot():
        await guest.says("/help")
    assert marked("🔑 Sign in") in guest.buttons
    async with stage.bot():
        await guest.taps(marked("🔑 Sign in"))
    assert marked("✖ Leave") in guest.buttons
