"""Reading a sentence with what is known of who writes it: their role and language, the doctors."""

import asyncio

from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import Step
from bot.localization.languages import Language
from bot.localization.reader import language
from bot.texts.emergency import call_first
from bot.ui.view import View
from bot.understanding.doctor_names import KnownDoctor
from bot.understanding.emergency import sounds_like_emergency
from bot.understanding.meaning import Understood
from bot.understanding.reading import Known
from bot.understanding.understand import learn_words, understand
from services.models.people import Role

# The languages whose words have been read.
_LEARNT: set[Language] = set()


async def listen(context: ClinicContext, text: str) -> Understood:
    """Return what a sentence means. Raises StorageDown.

    Whoever is not signed in is not told who the doctors are, so names are read once they have signed in.
    """
    await words_read()
    visitor = context.visitor
    today = context.clinic.schedules.today(context.zone)
    if visitor is None:
        return understand(text, Known(None, today))
    doctors = await context.clinic.doctors.everybody(visitor)
    known = tuple(KnownDoctor(doctor.id, doctor.name, doctor.specialization) for doctor in doctors)
    return understand(text, Known(visitor.role, today, known))


async def words_read() -> None:
    """Read the words of the reader's language where that was not done yet; nobody else waits meanwhile."""
    if language() not in _LEARNT:
        await asyncio.to_thread(learn_words)
        _LEARNT.add(language())


async def tell_whom_to_call(context: ClinicContext, step: Step, text: str | None) -> None:
    """Say first whom to call if an answer sounds like an emergency, such as "chest pain" as a reason.

    The answer counts all the same. Those who work at the clinic write of patients, so they know.
    """
    if text and is_told_whom_to_call(context, step, text):
        await context.messenger.say(View(call_first(context.rules)))


def is_told_whom_to_call(context: ClinicContext, step: Step, text: str) -> bool:
    """Tell whether the answer to a question sounds like an emergency of the one who writes it."""
    writes = context.visitor is None or context.visitor.role is Role.PATIENT
    return writes and not step.secret and sounds_like_emergency(text)
