"""Changing one's name, language or time zone: one question each, begun on the card of /me."""

from enum import StrEnum

from bot.callbacks.steps import PickLanguage, PickZone
from bot.callbacks.tap import Tap
from bot.commands import profile_views
from bot.dialogs.access import SIGNED_IN
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import ProfileDraft
from bot.input_errors import Unclear
from bot.localization.languages import languages, spoken
from bot.parsing.languages import COMMON_LANGUAGES, codes_of, read_language
from bot.parsing.time_zones import COMMON_ZONES, keys_of, read_zone
from bot.texts import languages as language_texts
from bot.texts import nouns
from bot.texts import profile as texts
from bot.texts.formats import language_name
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.models.people import User

# How many of the suggestions get a button.
MOST_MEANT = 12


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    NAME = "profile.name"
    LANGUAGE = "profile.language"
    ZONE = "profile.zone"


async def begin_name(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question."""
    del context, tap
    return Goto(Ask.NAME, ProfileDraft())


async def ask_name(context: ClinicContext) -> View:
    """Ask for the new name."""
    return View(texts.ask_name(context.principal.user), keyboard(ways_out(back=False)))


async def take_name(context: ClinicContext, text: str) -> Outcome:
    """Take any name that has letters; a doctor's new name waits for approval."""
    user = await context.clinic.profile.rename(context.principal, text)
    return _changed(context, user, texts.renamed(user))


async def begin_language(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question."""
    del context, tap
    return Goto(Ask.LANGUAGE, ProfileDraft())


async def ask_language(context: ClinicContext) -> View:
    """Ask for the language."""
    meant = context.draft(ProfileDraft).maybe
    maybe = [button(COMMON_LANGUAGES.get(code, language_name(code)), PickLanguage(code)) for code in meant]
    # First those in which the bot writes; then others that people speak with their doctors.
    usual = {each.code: each.own_name for each in languages()} | COMMON_LANGUAGES
    choices = [button(name, PickLanguage(code)) for code, name in usual.items() if code not in meant]
    text = language_texts.ask_spoken(context.principal.user)
    return View(text, keyboard(*in_rows(maybe, 2), *in_rows(choices, 3), ways_out(back=False)))


async def type_language(context: ClinicContext, text: str) -> Outcome:
    """Take the language that was typed; if it is only similar to one, ask."""
    try:
        code = read_language(text)
    except Unclear as several:
        return Goto(Ask.LANGUAGE, ProfileDraft(codes_of(several.choices)[:MOST_MEANT]), several)
    return await pick_language(context, PickLanguage(code))


async def pick_language(context: ClinicContext, tap: PickLanguage) -> Outcome:
    """Take the language that was tapped; where the bot writes in it, it does so here from now on."""
    user = await context.clinic.profile.set_language(context.principal, tap.language)
    if spoken(user.language) is not None:
        context.state.language = user.language
    context.changed(user)
    return _changed(context, user, language_texts.spoken_changed(user))


async def begin_zone(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the only question."""
    del context, tap
    return Goto(Ask.ZONE, ProfileDraft())


async def ask_zone(context: ClinicContext) -> View:
    """Ask for the time zone; each button shows the time there."""
    now = context.clinic.clock.now()
    as_clinic = [button(texts.clinic_zone_button(context.clinic.rules), PickZone(""))]
    meant = context.draft(ProfileDraft).maybe
    others = [key for key in COMMON_ZONES if key not in meant]
    choices = [button(texts.zone_button(key, now), PickZone(key)) for key in (*meant, *others)]
    rows = (as_clinic, *in_rows(choices, 2), ways_out(back=False))
    if meant:
        rows = (*in_rows(choices, 2), as_clinic, ways_out(back=False))
    return View(texts.ask_zone(context.rules), keyboard(*rows))


async def type_zone(context: ClinicContext, text: str) -> Outcome:
    """Take the zone that was typed; if it is only similar to one, or means several, ask."""
    try:
        key = read_zone(text, context.clinic.clock.now())
    except Unclear as several:
        why = type(several)(tuple(map(texts.place, several.choices)))
        return Goto(Ask.ZONE, ProfileDraft(keys_of(several.choices)[:MOST_MEANT]), why)
    return await pick_zone(context, PickZone(key))


async def pick_zone(context: ClinicContext, tap: PickZone) -> Outcome:
    """Take the zone that was tapped."""
    user = await context.clinic.profile.set_zone(context.principal, tap.key or None)
    return _changed(context, user, texts.zone_changed(context.clinic.rules.seen_by(user)))


def _changed(context: ClinicContext, user: User, said: str) -> Finish:
    """Show the account as it is now."""
    context.changed(user)
    return Finish(profile_views.account(user, context.rules, context.clinic.clock.now()).headed(said))


NAME = Dialog(
    command="name",
    noun=nouns.NAME_CHANGE,
    visitors=SIGNED_IN,
    begin=begin_name,
    steps=(Step(Ask.NAME, ask_name, take_name),),
    home="me",
)
LANGUAGE = Dialog(
    command="spoken",
    former_name="language",
    noun=nouns.LANGUAGE_CHANGE,
    visitors=SIGNED_IN,
    begin=begin_language,
    steps=(Step(Ask.LANGUAGE, ask_language, type_language, {PickLanguage: pick_language}),),
    home="me",
)
ZONE = Dialog(
    command="zone",
    noun=nouns.TIME_ZONE_CHANGE,
    visitors=SIGNED_IN,
    begin=begin_zone,
    steps=(Step(Ask.ZONE, ask_zone, type_zone, {PickZone: pick_zone}),),
    home="me",
)
