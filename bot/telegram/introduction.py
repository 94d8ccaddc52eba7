"""How the bot introduces itself to whoever has not started it yet, in each of its languages.

Telegram shows the description in a chat that is still empty, and the short one on the bot's page and beside
links to it. Several workers may say the same at the same time: only what differs is set.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import Bot

from bot.localization.languages import ENGLISH, Language, languages
from bot.localization.reader import speaking
from bot.telegram import command_menu
from bot.texts import introduction as texts

Step = Callable[[], Awaitable[None]]


def steps(bot: Bot, clinic: str, *, is_named: bool) -> Iterator[Step]:
    """Give what is to be set, as steps that may be repeated; the name only where the clinic `is_named`."""
    if is_named:
        yield partial(_name, bot, clinic)
    for reads in languages():
        yield partial(_describe, bot, clinic, reads)
        if reads is not ENGLISH:  # that menu is set at the start, for everybody
            yield partial(command_menu.prepare_in, bot, reads)


async def _name(bot: Bot, clinic: str) -> None:
    """Let the bot have the clinic's name, unless it has it (Bot API setMyName): the same in all languages."""
    for reads in languages():
        code = reads.code_unless_english
        if (await bot.get_my_name(code)).name != clinic:
            await bot.set_my_name(clinic, code)


async def _describe(bot: Bot, clinic: str, reads: Language) -> None:
    """Set both descriptions, unless they are set (Bot API setMyDescription, setMyShortDescription).

    Those in English are for whoever uses Telegram in a language that has none of its own.
    """
    code = reads.code_unless_english
    with speaking(reads):
        long, short = texts.description(clinic), texts.short_description(clinic)
    if (await bot.get_my_description(code)).description != long:
        await bot.set_my_description(long, code)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
