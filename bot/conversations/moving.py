"""Moving an appointment to another time of its doctor, begun on its card: day, time, summary."""

from dataclasses import replace
from enum import StrEnum

from bot.access import ADMINS
from bot.callbacks import Confirm, Do, MoveAppointment, ShowAppointment, Tap
from bot.card import View
from bot.context import ClinicContext
from bot.conversations.when import When, known
from bot.dialogs import Dialog, Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.keyboards import button, keyboard, ways_out
from bot.texts import booking as texts
from bot.texts.errors import sentence
from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    DoctorUnknown,
    PatientBusy,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
)
from services.models import AppointmentId


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    DAY = "moving.day"
    TIME = "moving.time"
    SUMMARY = "moving.summary"


WHEN = When(Ask.DAY, Ask.TIME, after=Ask.SUMMARY)


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the day, if the appointment can still be moved; without a button it is not known which."""
    if not isinstance(tap, MoveAppointment):
        return Finish(
            View(texts.nothing_to_move(), keyboard([button("📋 Appointments", Do("appointments"))]))
        )
    draft = await _about(context, tap.appointment_id)
    await context.clinic.doctors.get(context.principal, known(draft.doctor_id))
    return Goto(Ask.DAY, draft)


async def _about(context: ClinicContext, appointment_id: AppointmentId) -> BookingDraft:
    """Return a draft for moving the appointment as it is now. Raises AlreadyCancelled, AppointmentOver."""
    found = await context.clinic.diaries.get(context.principal, appointment_id)
    appointment = found.appointment
    context.clinic.appointments.check_to_come(appointment)
    return BookingDraft(
        patient_id=found.patient.id,
        patient_name=found.patient.name,
        doctor_id=found.doctor.id,
        doctor_name=found.doctor.name,
        specialization=found.doctor.specialization,
        month=appointment.slot.start.astimezone(context.zone).date(),
        appointment_id=appointment.id,
        moving=appointment.slot,
    )


async def ask_summary(context: ClinicContext) -> View:
    """Show the old time and the new one."""
    text = texts.moving_summary(context.draft(BookingDraft), context.zone)
    return View(text, keyboard([button("✅ Confirm", Confirm())], ways_out()))


async def confirm(context: ClinicContext, tap: Confirm) -> Outcome:
    """Move it; where the time has gone, or the appointment was moved meanwhile, offer others."""
    del tap
    draft = context.draft(BookingDraft)
    appointment_id, was = known(draft.appointment_id), known(draft.moving).start
    try:
        moved = await context.clinic.appointments.move(
            context.principal, appointment_id, known(draft.start), was=was
        )
    except (SameTime, SlotTaken, SlotPassed, SlotNotOffered, PatientBusy) as error:
        return await WHEN.others(context, draft, error)
    except AppointmentChanged as error:
        return await _from_there(context, appointment_id, error)
    except (AlreadyCancelled, AppointmentOver, DoctorUnknown) as error:
        return _over(appointment_id, sentence(error, context.rules))
    return _over(appointment_id, texts.moved(moved, was, context.zone))


async def _from_there(
    context: ClinicContext, appointment_id: AppointmentId, why: AppointmentChanged
) -> Outcome:
    """Go on from where somebody else has moved it to."""
    try:
        now = await _about(context, appointment_id)
    except (AlreadyCancelled, AppointmentOver) as error:
        return _over(appointment_id, sentence(error, context.rules))
    return await WHEN.others(context, replace(now, day=context.draft(BookingDraft).day), why)


def _over(appointment_id: AppointmentId, said: str) -> Finish:
    """End the dialog with the way to the appointment."""
    return Finish(View(said, keyboard([button("📋 Open the appointment", ShowAppointment(appointment_id))])))


DIALOG = Dialog(
    command="appointments",
    noun="moving",
    visitors=ADMINS,
    begin=begin,
    steps=(*WHEN.steps, Step(Ask.SUMMARY, ask_summary, None, {Confirm: confirm})),
)
