"""A booking from a sentence: what was said of it answers its questions, in whatever order it was said.

Each thing that was said becomes the answer to the question for it, as if it had been typed there; so it is
checked there, and what is missing, refused or unclear is asked, with everything else filled in.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.conversations.booking_steps import BookingStep
from bot.conversations.pickers.doctor import for_same_patient
from bot.conversations.pickers.said_times import bounds_beside, same_time, time_answers, unclear_days
from bot.conversations.pickers.who import looks_after_others
from bot.dialogs.context import ClinicContext
from bot.dialogs.incoming import Said
from bot.dialogs.steps import Goto
from bot.drafts import BookingDraft
from bot.input_errors import DoctorNotHere, KindsLacking, LooksAfterNobody, SeveralDays, SeveralFit
from bot.parsing.when import When
from bot.texts.booking import WAYS
from bot.texts.family import MYSELF
from bot.texts.formats import plain_doctor
from bot.texts.specializations import specialization
from bot.understanding.intents import Intent
from bot.understanding.meaning import Entities, Understood
from bot.understanding.time_bounds import bounds_of, narrowed
from services.access import DESK
from services.appointments.fields import read_reason
from services.errors import Invalid

# How it is typed that any doctor will do.
ANY_DOCTOR = "any doctor"
# What somebody may say in the middle of a booking that is about it.
ABOUT_BOOKING = frozenset({None, Intent.BOOK, Intent.FREE_TIMES, Intent.DOCTORS, Intent.SYMPTOM, Intent.MOVE})


Answers = Mapping[StrEnum, str]
# The first of the questions that a sentence may answer.
_FIRST = frozenset({BookingStep.WHO, BookingStep.SPECIALIZATION, BookingStep.DOCTOR})
# These read for themselves what is typed there.
_OF_A_SERIES = frozenset({BookingStep.EVERY, BookingStep.COUNT, BookingStep.SERIES, BookingStep.OTHER})
# The questions for whom it is.
_FOR_WHOM = frozenset({BookingStep.PATIENT, BookingStep.WHO})


def understood_at_start(context: ClinicContext, tap: Tap | None) -> Understood | None:
    """Return what was said in the sentence that a booking starts with, if it starts with one."""
    return context.understood if tap == Do("book") else None


def for_whom_said(context: ClinicContext, said: Entities) -> Answers:
    """Return the answer to the question for whom it is, if that was said."""
    if context.principal.role in DESK:
        return {BookingStep.PATIENT: said.person} if said.person else {}
    if said.for_me and looks_after_others(context):
        return {BookingStep.WHO: str(MYSELF[0].message)}
    return {BookingStep.WHO: said.person} if said.person else {}


async def begun(context: ClinicContext, said: Entities) -> Goto:
    """Return the first question of a booking from a sentence, with what was said for those behind it."""
    answers = {**await answers_to(context, said), **for_whom_said(context, said)}
    draft = with_bounds(BookingDraft(), said, answers)
    doubt = await doubts(context, draft, said)
    if context.principal.role in DESK:
        return Goto(BookingStep.PATIENT, draft, answers=answers)
    if looks_after_others(context):
        return Goto(BookingStep.WHO, draft, answers=answers)
    if said.person:
        # Who the doctor is to be is asked anew, once it is clear that it is for oneself.
        later = {step: text for step, text in answers.items() if step not in _FIRST}
        return Goto(BookingStep.SPECIALIZATION, draft, LooksAfterNobody(said.person), answers=later)
    return replace(doubt or Goto(BookingStep.SPECIALIZATION, draft), answers=answers)


async def answers_to(context: ClinicContext, said: Entities) -> Answers:
    """Return what was said as answers to the questions for the doctor, the time, the reason and the way."""
    answers: dict[StrEnum, str] = {**await _doctor_said(context, said)}
    if BookingStep.DOCTOR not in answers and not said.when.earliest:
        answers |= time_answers(said.when, BookingStep.DAY, BookingStep.TIME)
    if said.reason:
        answers[BookingStep.REASON] = said.reason
    if said.by_video is not None:
        answers[BookingStep.WAY] = WAYS[said.by_video].message
    return answers


async def _doctor_said(context: ClinicContext, said: Entities) -> Answers:
    """Return the answer to the questions for the specialization and the doctor.

    Who names a kind of doctor and a time, or whoever is free, gets times with any of them.
    """
    if said.doctors:
        name = await _name(context, said)
        return {BookingStep.SPECIALIZATION: name} if name else {}
    if said.named:
        return {BookingStep.SPECIALIZATION: said.named}
    is_anybody = said.any_doctor or said.when != When()
    if len(said.kinds) == 1:
        kind: dict[StrEnum, str] = {BookingStep.SPECIALIZATION: str(specialization(said.kinds[0]))}
        return kind | {BookingStep.DOCTOR: ANY_DOCTOR} if is_anybody else kind
    return {BookingStep.SPECIALIZATION: ANY_DOCTOR} if said.any_doctor and not said.kinds else {}


async def _name(context: ClinicContext, said: Entities) -> str:
    """Return the name of the doctor, or what those have in common who may be meant: it may be nothing."""
    names = await _names(context, said)
    if len(set(names)) == 1:
        return names[0]
    return " ".join(word for word in names[0].split() if all(word in name.split() for name in names))


async def _names(context: ClinicContext, said: Entities) -> list[str]:
    doctors = await context.clinic.doctors.everybody(context.principal)
    return [doctor.name for doctor in doctors if doctor.id in said.doctors]


def with_bounds(draft: BookingDraft, said: Entities, answers: Answers) -> BookingDraft:
    """Return the draft with the bounds that were said: for any doctor with the day and time, too."""
    is_open = BookingStep.DOCTOR in answers or ANY_DOCTOR in answers.values() or said.when.earliest
    bounds = bounds_of(said.when) if is_open else bounds_beside(said.when)
    if bounds:
        draft = replace(draft, bounds=narrowed(draft.bounds, bounds))
    return replace(
        draft,
        soonest=said.when.earliest or draft.soonest,
        maybe_days=unclear_days(said.when) or draft.maybe_days,
    )


async def doubts(context: ClinicContext, draft: BookingDraft, said: Entities) -> Goto | None:
    """Return the question for a doctor or kind that is not clear, or that the clinic does not have."""
    if said.doctors:
        # Two of one name are asked for where the name is the answer.
        if len(said.doctors) == 1 or await _name(context, said):
            return None
        why = SeveralFit(tuple(map(plain_doctor, await _names(context, said))))
        return Goto(BookingStep.DOCTOR, replace(draft, maybe=said.doctors), why)
    if said.named:
        return Goto(BookingStep.SPECIALIZATION, draft, DoctorNotHere(said.named))
    if len(said.kinds) > 1:
        kinds = tuple(str(specialization(kind)) for kind in said.kinds)
        return Goto(BookingStep.SPECIALIZATION, draft, SeveralFit(kinds))
    if said.lacking and not said.kinds:
        return Goto(BookingStep.SPECIALIZATION, draft, KindsLacking(said.lacking))
    return None


async def told(context: ClinicContext, understood: Understood) -> Goto | None:
    """Return where a sentence leads in the middle of a booking; None: it says nothing about it."""
    said, draft = understood.said, context.draft(BookingDraft)
    name = context.state.step
    if name is None or name in _OF_A_SERIES or not _is_about(understood, draft):
        return None
    step = BookingStep(name)
    if understood.intent is Intent.SYMPTOM and draft.doctor_id is not None and (why := _words(context)):
        # Who has chosen the doctor says why they come.
        return Goto(step, replace(draft, reason=why), answers=_kept(replace(draft, reason=why)))
    answers = {**await answers_to(context, said)}
    is_mine = draft.patient_id in {None, context.principal.user.id} and step not in _FOR_WHOM
    whom = {} if said.for_me and is_mine else for_whom_said(context, said)
    says_doctor = BookingStep.SPECIALIZATION in answers or said.kinds or said.lacking
    # A name alone was the answer to the question whom it is for, and nobody has it.
    is_guess = understood.intent is None or not understood.is_sure
    is_nobody = step is BookingStep.PATIENT and is_guess and said.when == When()
    if is_nobody or not (answers or whom or says_doctor or said.when != When()):
        return None
    kept = _kept(draft) | answers
    if at := same_time(draft.start, said.when, context.zone):
        kept[BookingStep.TIME] = at
    if whom or step in _FOR_WHOM:
        # That comes first; what was said waits for its own questions.
        wanted = BookingDraft(bounds=draft.bounds, maybe_days=draft.maybe_days, soonest=draft.soonest)
        begun_anew = with_bounds(draft if step in _FOR_WHOM else wanted, said, answers)
        if whom and draft.patient_id is not None:
            # Why somebody comes is nobody else's reason.
            forget_reason(context)
            kept = dict(answers)
        return Goto(next(iter(whom), step), begun_anew, answers={**kept, **whom})
    if says_doctor:
        fresh = with_bounds(for_same_patient(context), said, answers)
        asked = await doubts(context, fresh, said) or Goto(BookingStep.SPECIALIZATION, fresh)
        return replace(asked, answers=kept)
    return _with_time(step, with_bounds(draft, said, answers), said, kept)


def _is_about(understood: Understood, draft: BookingDraft) -> bool:
    """Tell whether a sentence is about the open booking, and not about an appointment that there is."""
    said = understood.said
    if understood.intent not in ABOUT_BOOKING or said.of != When():
        return False
    return understood.intent is not Intent.MOVE or not said.doctors or draft.doctor_id in said.doctors


def forget_reason(context: ClinicContext) -> None:
    """Forget what was said ahead of the reason and of the way: it is somebody else's."""
    gone = {BookingStep.REASON.value, BookingStep.WAY.value}
    context.state.answers = {name: text for name, text in context.state.answers.items() if name not in gone}


def _words(context: ClinicContext) -> str | None:
    """Return what was typed, as a reason; None where it was no text, or is too long for one."""
    text = context.incoming.text if isinstance(context.incoming, Said) else None
    try:
        return read_reason(text) if text else None
    except Invalid:
        return None


def _kept(draft: BookingDraft) -> dict[StrEnum, str]:
    """Return what was answered before and still holds when an earlier answer changes."""
    kept: dict[StrEnum, str] = {}
    if draft.reason:
        kept[BookingStep.REASON] = draft.reason
    if draft.by_video is not None:
        kept[BookingStep.WAY] = WAYS[draft.by_video].message
    return kept


def _with_time(step: BookingStep, draft: BookingDraft, said: Entities, kept: Answers) -> Goto:
    """Return where a day, a time or a reason leads that was said at that step of a booking."""
    if said.when == When():
        if step is BookingStep.SUMMARY:
            draft = replace(draft, reason=said.reason or draft.reason)
        return Goto(step, draft, answers=kept)
    if step is BookingStep.PROPOSAL:
        bounds = narrowed(draft.bounds, bounds_of(said.when))
        return Goto(step, replace(draft, bounds=bounds, proposed=0), answers=kept)
    if draft.doctor_id is None:
        times = time_answers(said.when, BookingStep.DAY, BookingStep.TIME)
        return Goto(step, draft, answers={**kept, **times})
    open_draft = replace(draft, start=None, request_id=None, held=False, maybe_days=())
    if days := unclear_days(said.when):
        return Goto(BookingStep.DAY, replace(open_draft, maybe_days=days), SeveralDays(days), answers=kept)
    says_day = bool(said.when.days or said.when.first or said.when.last or said.when.not_days)
    if says_day or draft.day is None:
        return Goto(BookingStep.DAY, open_draft, answers=kept)
    return Goto(BookingStep.TIME, open_draft, answers=kept)
