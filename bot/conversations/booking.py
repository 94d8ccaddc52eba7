"""/book: the patient (the desk is asked), specialization, doctor, day, time, reason, summary.

All but the last two can be typed at once: /book rao tomorrow 10:30.
"""

from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import BookFor, ShowPerson
from bot.callbacks.series import MakeSeries
from bot.callbacks.steps import Confirm, KeepTyped, PickWay, Skip
from bot.callbacks.tap import Tap
from bot.callbacks.visits import BookDoctor, BookSoonest, BookSpecialization, ShowAppointment, WaitForEarlier
from bot.conversations import booking_words
from bot.conversations.booking_steps import BookingStep as Ask
from bot.conversations.pickers.doctor import DoctorPicker, for_same_patient, specialization_of, with_doctor
from bot.conversations.pickers.for_whom import begun_for, for_person
from bot.conversations.pickers.held_time import LEAVING, at, hold, known
from bot.conversations.pickers.patient import PatientPicker, for_patient
from bot.conversations.pickers.proposal import GONE as PROPOSAL_GONE
from bot.conversations.pickers.proposal import ProposalPicker
from bot.conversations.pickers.said_times import pinned_answers
from bot.conversations.pickers.slot import LOST, SlotPicker, availability, place_name
from bot.conversations.pickers.visit import VisitPicker
from bot.conversations.pickers.who import WhoPicker, looks_after_others
from bot.conversations.series import SeriesPicker
from bot.conversations.series import offer as offer_series
from bot.dialogs.access import BOOKERS
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Dialog, Finish, Goto, Outcome, Step
from bot.dialogs.listening import words_read
from bot.drafts import BookingDraft
from bot.input_errors import ReasonWanted, SeveralDays
from bot.localization.messages import typed_names
from bot.notifications.confirmations import confirmation
from bot.notifications.unverified_email import asking_for_code
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import booking as texts
from bot.texts import labels, nouns
from bot.ui.keyboards import Row, button, keyboard, notice_button, ways_out
from bot.ui.view import View
from bot.ui.ways_on import left
from bot.understanding.understand import is_mere_courtesy
from services.access import DESK
from services.appointments.fields import read_reason
from services.appointments.limits import Proposer
from services.errors import (
    BookedBefore,
    ClinicError,
    DoctorUnknown,
    KindNotOffered,
    LimitReached,
    ModalityNotOffered,
    PatientUnknown,
    PlaceNotOffered,
    RequestAbandoned,
    SeriesNotOffered,
    UserUnknown,
)
from services.models.appointments import AppointmentCard, AppointmentId, Period
from services.models.catalogue import Video
from services.models.patients import Patient
from services.models.people import Role


async def _to_times(context: ClinicContext, draft: BookingDraft, *behind: StrEnum) -> Goto:
    """Ask for the day, or go on with the next free time if that is wanted."""
    times = (await availability(context, draft)).within(draft.bounds) if draft.soonest else None
    soonest = times.soonest() if times else None
    draft = replace(draft, soonest=False)
    if soonest is None:
        why = SeveralDays(draft.maybe_days) if draft.maybe_days else None
        answers = {} if why else pinned_answers(draft.bounds, Ask.DAY, Ask.TIME)
        return Goto(Ask.DAY, draft, why, behind=behind, answers=answers)
    return Goto(Ask.REASON, at(context, draft, soonest.start), behind=(*behind, Ask.DAY))


PATIENT_PICKER = PatientPicker(Ask.PATIENT, after=Ask.SPECIALIZATION)
VISIT_PICKER = VisitPicker(
    Ask.KIND, Ask.PLACE, _to_times, nothing=lambda draft, why: Goto(Ask.DOCTOR, draft, why)
)
DOCTOR_PICKER = DoctorPicker(Ask.SPECIALIZATION, Ask.DOCTOR, Ask.PROPOSAL, VISIT_PICKER.after_doctor)
PROPOSAL_PICKER = ProposalPicker(Ask.PROPOSAL, Ask.REASON, DOCTOR_PICKER)
SLOT_PICKER = SlotPicker(Ask.DAY, Ask.TIME, after=Ask.REASON, otherwise=VISIT_PICKER.gone)
GONE = (KindNotOffered, PlaceNotOffered)
NOT_HAD = (*LOST, *GONE, DoctorUnknown, UserUnknown, PatientUnknown)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the first question that is open: the patient, the specialization, or the day.

    Who looks after others is asked for whom it is, unless that is known already.
    """
    if (understood := booking_words.understood_at_start(context, tap)) is not None:
        return await booking_words.begun(context, understood.said)
    if context.principal.role in DESK:
        if not isinstance(tap, BookFor) or not tap.patient_id:
            return Goto(Ask.PATIENT, BookingDraft())
        draft = await for_patient(context, BookingDraft(), tap.patient_id)
        return Goto(Ask.SPECIALIZATION, draft, behind=(Ask.PATIENT,))
    draft, is_known = await begun_for(context, tap)
    if isinstance(tap, BookSpecialization):
        draft = replace(draft, specialization=await specialization_of(context, tap.key))
    if isinstance(tap, BookDoctor | BookSoonest):
        doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
        draft = with_doctor(replace(draft, soonest=isinstance(tap, BookSoonest)), doctor)
    if not looks_after_others(context):
        return await _after_who(context, draft)
    return await _after_who(context, draft, Ask.WHO) if is_known else Goto(Ask.WHO, draft)


async def _chosen(context: ClinicContext, patient: Patient) -> Outcome:
    """Go on for whoever was chosen."""
    return await _after_who(context, for_person(context.draft(BookingDraft), patient))


async def _after_who(context: ClinicContext, draft: BookingDraft, *behind: Ask) -> Outcome:
    """Go to the first question that is open once it is known for whom it is."""
    if draft.doctor_id is None and draft.any_doctor:
        return Goto(Ask.PROPOSAL, draft, behind=(*behind, Ask.SPECIALIZATION, Ask.DOCTOR))
    if draft.doctor_id is None:
        if draft.specialization is not None:
            return Goto(Ask.DOCTOR, draft, behind=(*behind, Ask.SPECIALIZATION))
        return Goto(Ask.SPECIALIZATION, draft, behind=behind)
    return await VISIT_PICKER.after_doctor(context, draft, *behind, Ask.SPECIALIZATION, Ask.DOCTOR)


async def ask_reason(context: ClinicContext) -> View:
    """Ask for the reason, which is optional."""
    draft = context.draft(BookingDraft)
    text = texts.ask_reason(draft, context.principal.role, context.rules)
    keep = [button(labels.KEEP_REASON, KeepTyped())] if draft.reason else []
    return View(text, keyboard(keep, [button(labels.SKIP, Skip())], ways_out()))


async def take_reason(context: ClinicContext, text: str) -> Outcome:
    """Take the reason."""
    await words_read()
    if is_mere_courtesy(text):
        raise ReasonWanted
    return await _after_reason(context, replace(context.draft(BookingDraft), reason=read_reason(text)))


async def skip_reason(context: ClinicContext, tap: Skip) -> Outcome:
    """Go on without a reason."""
    del tap
    return await _after_reason(context, replace(context.draft(BookingDraft), reason=None))


async def keep_reason(context: ClinicContext, tap: KeepTyped) -> Outcome:
    """Go on with the reason that was given before another time had to be chosen."""
    del tap
    return await _after_reason(context, context.draft(BookingDraft))


async def _after_reason(context: ClinicContext, draft: BookingDraft) -> Outcome:
    """Ask whether it is by video, if the doctor offers both."""
    try:
        video = await context.clinic.visits.bookable_slots.video(known(draft.doctor_id), draft.kind_id)
    except KindNotOffered as error:
        return await _instead(context, draft, error)
    if video is Video.OFFERED:
        return Goto(Ask.WAY, draft)
    return _told_of_the_way(
        context,
        video,
        await _to_summary(context, replace(draft, by_video=True if video is Video.ONLY else None)),
    )


def _told_of_the_way(context: ClinicContext, video: Video, outcome: Outcome) -> Outcome:
    """Say at the summary that the doctor does not offer what was said: by video, or in the clinic."""
    wanted = context.state.answers.get(Ask.WAY)
    offered = str(texts.WAYS[video is Video.ONLY].message)
    is_summary = isinstance(outcome, Goto) and outcome.step is Ask.SUMMARY and outcome.why is None
    if not isinstance(outcome, Goto) or not is_summary or wanted in {None, offered}:
        return outcome
    return replace(outcome, why=ModalityNotOffered(video))


async def ask_way(context: ClinicContext) -> View:
    """Ask whether the two meet in the clinic or by video."""
    ways = [button(labels.IN_THE_CLINIC, PickWay(False)), button(labels.BY_VIDEO, PickWay(True))]
    return View(texts.ask_way(context.draft(BookingDraft), context.rules), keyboard(ways, ways_out()))


async def pick_way(context: ClinicContext, tap: PickWay) -> Outcome:
    """Take the modality that was tapped."""
    return await _to_summary(context, replace(context.draft(BookingDraft), by_video=tap.by_video))


async def type_way(context: ClinicContext, text: str) -> Outcome:
    """Take the modality that was typed."""
    names = typed_names(texts.WAYS)
    return await pick_way(context, PickWay(names[choose_surely(text, names)]))


async def _to_summary(context: ClinicContext, draft: BookingDraft) -> Outcome:
    """Hold the time and ask whether to book it; if it is taken, offer others at once."""
    try:
        draft = await hold(context, draft)
    except BookedBefore:
        return await _stored(context, known(draft.request_id))
    except LimitReached as error:
        return await _at_the_limit(context, replace(draft, held=True), error)
    except NOT_HAD as error:
        return await _instead(context, draft, error)
    return Goto(Ask.SUMMARY, draft)


async def _at_the_limit(context: ClinicContext, draft: BookingDraft, why: LimitReached) -> Outcome:
    """Ask the desk whether to book all the same; to patients, offer another day if that helps."""
    if context.principal.role in DESK:
        # What could not be held says nothing of where it is.
        where = await place_name(context, draft, known(draft.start))
        return Goto(Ask.SUMMARY, replace(draft, beyond=True, place_name=where), why)
    if isinstance(why, LOST):
        return await _instead(context, draft, why)
    raise why


async def _stored(context: ClinicContext, appointment_id: AppointmentId) -> Outcome:
    """End with the appointment that this very request has stored before."""
    return _before(context, await context.clinic.appointment_views.get(context.principal, appointment_id))


def _before(context: ClinicContext, found: AppointmentCard) -> Finish:
    said = texts.stored_before(found, context.principal.role, context.zone)
    return Finish(
        View(said, keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(found.appointment.id))]))
    )


async def ask_summary(context: ClinicContext) -> View:
    """Show everything once more."""
    text = texts.summary(context.draft(BookingDraft), context.rules)
    label = labels.BOOK_ALL_THE_SAME if context.draft(BookingDraft).beyond else labels.CONFIRM
    return View(text, keyboard([button(label, Confirm())], await offer_series(context), ways_out()))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Book; if the time was taken meanwhile, offer others."""
    del tap
    draft = context.draft(BookingDraft)
    try:
        booked = await context.clinic.booking.book(
            context.principal,
            known(draft.doctor_id),
            known(draft.start),
            reason=draft.reason,
            request_id=known(draft.request_id),
            patient_id=draft.patient_id,
            by_video=draft.by_video,
            proposer=Proposer.CLINIC if draft.beyond else Proposer.PATIENT,
            wanted=draft.wanted,
        )
    except LimitReached as error:
        return await _at_the_limit(context, draft, error)
    except ModalityNotOffered as error:
        return Goto(Ask.SUMMARY, replace(draft, by_video=error.by_video), error)
    except NOT_HAD as error:
        return await _instead(context, draft, error)
    except RequestAbandoned:
        return Finish(left(DIALOG.noun, DIALOG.command, DIALOG.home))
    if booked.otherwise:
        return _before(context, booked)
    text = texts.booked(booked, context.zone, for_another=draft.patient_id is not None)
    is_patients = context.principal.role is Role.PATIENT
    sooner = [notice_button(labels.EARLIER, WaitForEarlier(booked.appointment.id))]
    ways = [sooner] if is_patients and booked.has_earlier else []
    view = confirmation(context, booked, *ways) or View(text, keyboard(*ways, _ways_on(context, booked)))
    return Finish(await asking_for_code(context, view) if is_patients else view)


async def _instead(context: ClinicContext, draft: BookingDraft, why: ClinicError) -> Outcome:
    """Go to the question at which the person can choose something else."""
    if draft.any_doctor and isinstance(why, PROPOSAL_GONE):
        return PROPOSAL_PICKER.others(context, draft, why)
    if isinstance(why, DoctorUnknown):
        return Goto(Ask.SPECIALIZATION, for_same_patient(context), why)
    if isinstance(why, UserUnknown | PatientUnknown):
        return Goto(Ask.PATIENT if isinstance(why, UserUnknown) else Ask.WHO, BookingDraft(), why)
    if isinstance(why, GONE):
        return await VISIT_PICKER.gone(context, why)
    if isinstance(why, SeriesNotOffered):
        return _without_series(replace(draft, beyond=False), why)
    return await SLOT_PICKER.others(context, draft, why)


def _without_series(draft: BookingDraft, why: SeriesNotOffered) -> Goto:
    """Ask for fewer visits, or whether to book the first alone where there are no series of that kind."""
    if why.most > 1:
        return Goto(Ask.COUNT, draft, why)
    return Goto(Ask.SUMMARY, replace(draft, series=None), why)


SERIES_PICKER = SeriesPicker(Ask.EVERY, Ask.COUNT, Ask.SERIES, Ask.OTHER, _instead)


def _ways_on(context: ClinicContext, booked: AppointmentCard) -> Row:
    """Return the button to the appointment, and for the desk the one to the patient's others."""
    row = [button(labels.OPEN_APPOINTMENT, ShowAppointment(booked.appointment.id))]
    if context.principal.role in DESK:
        row.append(button(labels.THEIR_APPOINTMENTS, ShowPerson(booked.patient.id, Period.UPCOMING, 0)))
    return row


DIALOG = Dialog(
    command="book",
    noun=nouns.BOOKING,
    visitors=BOOKERS,
    begin=begin,
    told=booking_words.told,
    steps=(
        PATIENT_PICKER.step,
        WhoPicker(Ask.WHO, lambda context: texts.for_whom(context.draft(BookingDraft)), _chosen).step,
        *DOCTOR_PICKER.steps,
        PROPOSAL_PICKER.step,
        *VISIT_PICKER.steps,
        *SLOT_PICKER.steps,
        Step(Ask.REASON, ask_reason, take_reason, {Skip: skip_reason, KeepTyped: keep_reason}, **LEAVING),
        Step(Ask.WAY, ask_way, type_way, {PickWay: pick_way}, **LEAVING),
        Step(
            Ask.SUMMARY,
            ask_summary,
            None,
            {Confirm: confirm, MakeSeries: SERIES_PICKER.begin},
            **LEAVING,
            otherwise=VISIT_PICKER.gone,
        ),
        *SERIES_PICKER.steps,
    ),
    in_words=(
        *(Ask.PATIENT, Ask.SPECIALIZATION, Ask.DOCTOR, Ask.PROPOSAL),
        *(Ask.KIND, Ask.PLACE, Ask.DAY, Ask.TIME),
    ),
)
