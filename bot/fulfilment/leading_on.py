"""What exists as a command or a button already: a text leads on to it."""

from collections.abc import Mapping

from bot.callbacks.account import SpeakLanguage
from bot.callbacks.calendar_feed import ShowFeed
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowDoctors
from bot.dialogs.context import ClinicContext
from bot.localization.languages import spoken
from bot.ui.keyboards import specialization_key
from bot.understanding.intents import Intent
from bot.understanding.meaning import Understood

# What a command of that role does, whatever else was said.
COMMANDS: Mapping[Intent, str] = {
    Intent.HELP: "help",
    Intent.SIGN_IN: "login",
    Intent.REGISTER: "register",
    Intent.SIGN_OUT: "logout",
    Intent.ACCOUNT: "me",
    Intent.DELETE_ACCOUNT: "forgetme",
    Intent.MY_DATA: "mydata",
    Intent.REMINDERS: "reminders",
    Intent.FAMILY: "family",
    Intent.ANNOUNCE: "announce",
    Intent.FIGURES: "stats",
    Intent.EXPORT: "export",
    Intent.UNDELIVERED: "outbox",
    Intent.CLOSURES: "closures",
}


async def command(context: ClinicContext, understood: Understood) -> Tap | None:
    """Lead on to the command."""
    del context
    name = COMMANDS.get(understood.intent) if understood.intent else None
    return Do(name) if name else None


async def calendar(context: ClinicContext, understood: Understood) -> Tap | None:
    """Lead on to the feed with one's appointments."""
    del context, understood
    return ShowFeed()


async def language(context: ClinicContext, understood: Understood) -> Tap | None:
    """Speak the language that was named, or show those that there are."""
    del context
    chosen = spoken(understood.said.language)
    return SpeakLanguage(chosen.code) if chosen else Do("language")


async def doctors(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the doctors of the specialization that was named, or the specializations."""
    del context
    kinds = understood.said.kinds
    return ShowDoctors(specialization_key(kinds[0]), 0) if len(kinds) == 1 else Do("doctors")
