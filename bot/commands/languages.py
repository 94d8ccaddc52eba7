"""/language: in which language the bot writes to whoever is there, guests too."""

from bot.callbacks.account import SpeakLanguage
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.input_errors import Unclear
from bot.localization.languages import ENGLISH, Language, languages, spoken
from bot.localization.reader import language
from bot.parsing.languages import codes_of, read_language
from bot.parsing.words.plain import alone
from bot.texts import languages as texts
from bot.ui.keyboards import button, in_rows, keyboard
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from services.errors import NoSuchLanguage

A_ROW = 2


async def begin(context: ClinicContext, tap: Tap) -> None:
    """Show the languages, or take the one that is named behind the command."""
    del tap
    typed = " ".join(context.args)
    if not typed:
        await context.messenger.show(_ask())
        return
    try:
        meant = _meant(typed)
    except NoSuchLanguage as error:
        await context.messenger.show(_ask().headed(context.refusal(error)))
        return
    if len(meant) == 1:
        await _choose(context, meant[0])
    else:
        await context.messenger.show(_ask().headed(texts.not_spoken()))


async def choose(context: ClinicContext, tap: SpeakLanguage) -> None:
    """Write in the language that was tapped from here on. Raises NoSuchLanguage."""
    chosen = spoken(tap.language)
    if chosen is None:
        raise NoSuchLanguage
    await _choose(context, chosen)


def named(text: str) -> SpeakLanguage | None:
    """Return the choice of the language that is called so: by itself, by the reader, or in English."""
    typed = alone(text).casefold()
    for each in languages():
        names = {reads.cldr.languages[each.code] for reads in (each, language(), ENGLISH)}
        if typed in {name.casefold() for name in (each.own_name, *names)}:
            return SpeakLanguage(each.code)
    return None


async def _choose(context: ClinicContext, chosen: Language) -> None:
    """Keep the choice with the chat, and with the account of whoever is signed in there."""
    if context.visitor is not None:
        context.changed(await context.clinic.profile.set_language(context.principal, chosen.code))
    context.state.language = chosen.code
    context.speak()
    await context.messenger.show(View(texts.chosen(), ways_on(context.visitor)))


def _ask() -> View:
    choices = [button(each.own_name, SpeakLanguage(each.code)) for each in languages()]
    return View(texts.ask(), keyboard(*in_rows(choices, A_ROW)))


def _meant(typed: str) -> list[Language]:
    """Return which of the bot's languages may be meant. Raises NoSuchLanguage."""
    exactly = named(typed)
    if exactly is not None:
        codes: tuple[str, ...] = (exactly.language,)
    else:
        try:
            codes = (read_language(typed),)
        except Unclear as several:
            codes = codes_of(several.choices)
    return [each for each in map(spoken, codes) if each is not None]
