"""For whom a booking or an entry in a waiting list is, where that is known before anybody is asked."""

from collections.abc import Sequence
from dataclasses import replace

from bot.callbacks.family import BookForRelative
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.conversations.pickers.who import looks_after_others
from bot.dialogs.context import ClinicContext
from bot.drafts import BookingDraft
from bot.parsing.fuzzy_match import called
from services.models.patients import Patient
from services.names.folding import folded

# No name has more words.
MOST_WORDS = 8


def for_person(draft: BookingDraft, patient: Patient) -> BookingDraft:
    """Return the draft for whoever was chosen: the person themselves, or somebody whom they look after."""
    if patient.has_account:
        return replace(draft, patient_id=None, patient_name="", myself=True)
    return replace(draft, patient_id=patient.id, patient_name=patient.name, myself=False)


async def begun_for(context: ClinicContext, tap: Tap | None) -> tuple[BookingDraft, bool]:
    """Return a new draft for whom it is, and whether that is known.

    It is known from the button, from the words behind the command, or from the booking whose card has the
    button. Raises PatientUnknown.
    """
    if isinstance(tap, BookForRelative):
        patient = await context.clinic.patients.mine(context.principal, tap.patient_id)
        return for_person(BookingDraft(), patient), True
    before = open_booking(context)
    if before is not None and (before.myself or before.patient_id):
        return (
            BookingDraft(
                patient_id=before.patient_id, patient_name=before.patient_name, myself=before.myself
            ),
            True,
        )
    if tap == Do("book") and context.args and looks_after_others(context):
        named = await _named(context)
        if named is not None:
            return for_person(BookingDraft(), named), True
    return BookingDraft(), False


def open_booking(context: ClinicContext) -> BookingDraft | None:
    """Return the draft of the booking on whose card a button was tapped, if it was one of that card."""
    draft, card_id = context.state.draft, context.messenger.tapped_card
    is_open = card_id is not None and card_id == context.state.card_id
    return draft if is_open and isinstance(draft, BookingDraft) and draft.moving is None else None


async def _named(context: ClinicContext) -> Patient | None:
    """Return whom the first words behind the command name, and leave the others; None: nobody, or a doctor.

    A first name is enough. Nobody is guessed: with doctors of that name it is asked.
    """
    others = (await context.clinic.patients.choices(context.principal))[1:]
    words = list(context.args)
    for length in range(min(len(words), MOST_WORDS), 0, -1):
        text = " ".join(words[:length])
        fits = [each for each in others if _is_called(each, text)]
        if len(fits) != 1:
            continue
        doctors = await context.clinic.doctors.everybody(context.principal)
        if called(text, (doctor.name for doctor in doctors)):
            return None
        context.args = words[length:]
        return fits[0]
    return None


def _is_called(patient: Patient, text: str) -> bool:
    words: Sequence[str] = folded(patient.name).split()
    return folded(text) in {" ".join(words), *words[:1]}
