"""Reading a sentence with what is known of who writes it: their role and language, the doctors."""

import asyncio

from bot.dialogs.context import ClinicContext
from bot.localization.languages import Language
from bot.localization.reader import language
from bot.understanding.doctor_names import KnownDoctor
from bot.understanding.meaning import Understood
from bot.understanding.reading import Known
from bot.understanding.understand import learn_words, understand

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
