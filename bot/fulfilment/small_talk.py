"""Greetings and thanks."""

from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.texts import help as texts
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from bot.understanding.meaning import Understood


async def greeting(context: ClinicContext, understood: Understood) -> Tap | None:
    """Greet, and offer what people usually do."""
    del understood
    await context.messenger.show(View(texts.greeted(), ways_on(context.visitor)))
    return None


async def thanks(context: ClinicContext, understood: Understood) -> Tap | None:
    """Take thanks."""
    del understood
    await context.messenger.show(View(texts.thanked(), ways_on(context.visitor)))
    return None
