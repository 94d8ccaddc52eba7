"""Somebody wants to talk to a person."""

import asyncio

from bot.callbacks.reception import AskCallback
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.texts import answers, labels
from bot.texts.callbacks import reach_people
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from bot.understanding.meaning import Understood
from services.models.people import Role


async def person(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say how people are reached; patients can ask to be called."""
    del understood
    hours = context.clinic.reception.opening_hours
    weekly, closures = await asyncio.gather(hours.week(), hours.closures())
    when = answers.opening_hours(context.rules, weekly, closures)
    may_ask = context.visitor is not None and context.visitor.role is Role.PATIENT
    ask = [button(labels.ASK_CALLBACK, AskCallback())] if may_ask else []
    await context.messenger.show(View(reach_people(answers.phone(context.rules), when), keyboard(ask)))
    return None
