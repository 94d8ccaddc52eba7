"""Something that hurts: whom to call in an emergency, else which doctors people usually see. No advice."""

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookSpecialization
from bot.dialogs.access import BOOKERS
from bot.dialogs.context import ClinicContext
from bot.texts import answers, labels
from bot.texts.emergency import emergency as call_now
from bot.ui.keyboards import button, keyboard, specialization_key
from bot.ui.view import View
from bot.ui.ways_on import ways_on
from bot.understanding.meaning import Understood

MOST_KINDS = 4


async def emergency(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say whom to call, before anything else. What was written is not repeated, and nowhere noted."""
    del understood
    await context.messenger.show(View(call_now(context.rules), ways_on(context.visitor)))
    return None


async def symptom(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say which doctors people usually see for something, with a button to book for each."""
    kinds = understood.said.kinds[:MOST_KINDS]
    text = answers.usual_doctors(context.rules, kinds, understood.said.lacking[:MOST_KINDS])
    may_book = context.visitor is None or context.visitor.role in BOOKERS
    rows = [
        [button(answers.book_button(kind), BookSpecialization(specialization_key(kind)))]
        for kind in kinds
        if may_book
    ]
    others = [button(labels.DOCTORS, Do("doctors"))] if not kinds else []
    await context.messenger.show(View(text, keyboard(*rows, others)))
    return None
