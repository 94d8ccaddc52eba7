"""The time of the draft: held while it is confirmed, and given back when somebody leaves."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, TypeVar

from bot.callbacks.visits import ShowAppointment
from bot.dialogs.context import ClinicContext
from bot.dialogs.steps import LetGo
from bot.drafts import BookingDraft
from bot.texts import booking as texts
from bot.texts import labels
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from services.appointments.changes import held_for_move
from services.errors import AppointmentUnknown
from services.models.appointments import AppointmentCard, AppointmentId
from services.models.catalogue import Video
from services.models.people import Principal

T = TypeVar("T")


class Leaving(TypedDict):
    """What a step does when somebody goes back from it, and when its dialog ends."""

    let_go: LetGo
    abandon: LetGo


async def hold(context: ClinicContext, draft: BookingDraft) -> BookingDraft:
    """Hold the time of the draft for its patient while it is confirmed; return the draft that says so.

    Raises what Booking.hold raises, such as the errors in LOST.
    """
    held = await context.clinic.booking.hold(
        context.principal,
        known(draft.doctor_id),
        known(draft.start),
        request_id=known(draft.request_id),
        patient_id=draft.patient_id,
        moving=draft.moving,
        wanted=draft.wanted,
    )
    if held.place_id is None:
        return replace(draft, held=True)
    details = await context.clinic.appointment_views.details(held)
    # By video it is nowhere, wherever the doctor is then.
    has_video = context.clinic.visits.bookable_slots.has_video
    if has_video and details.kind is not None and details.kind.video is Video.ONLY:
        return replace(draft, held=True, place_name="")
    return replace(draft, held=True, place_name=details.place.name if details.place else "")


async def let_go(context: ClinicContext) -> View | None:
    """Release the time that is held for the draft; if it was booked, return what to say about that."""
    draft = context.draft(BookingDraft)
    if draft.request_id is None or not draft.held or await context.clinic.booking.let_go(draft.request_id):
        return None
    return await stored_before(context)


async def abandon(context: ClinicContext) -> View | None:
    """Make sure that the draft's request stores nothing later; if it has, return what to say about that.

    The request may still be running, in another process perhaps, after this one has given up waiting for it.
    """
    draft = context.draft(BookingDraft)
    if draft.request_id is None:
        return None
    if draft.appointment_id is not None:
        await context.clinic.booking.let_go(draft.request_id)
        if draft.attempt is not None:
            await context.clinic.appointments.abandon_move(draft.appointment_id, draft.attempt)
    elif await context.clinic.booking.abandon(draft.request_id):
        return None
    return await stored_before(context)


async def stored_before(context: ClinicContext) -> View | None:
    """Return what to say if the draft's request was stored although the person was never told."""
    draft, visitor = context.draft(BookingDraft), context.visitor
    if visitor is None or draft.request_id is None:
        return None
    try:
        found = await _stored(context, visitor, draft, draft.request_id)
    except AppointmentUnknown:
        return None
    if found is None:
        return None
    way_on = [button(labels.OPEN_APPOINTMENT, ShowAppointment(found.appointment.id))]
    return View(texts.stored_before(found, visitor.role, context.zone), keyboard(way_on))


async def _stored(
    context: ClinicContext, visitor: Principal, draft: BookingDraft, request_id: AppointmentId
) -> AppointmentCard | None:
    if draft.appointment_id is None:
        return await context.clinic.booking.stored(visitor, request_id)
    found = await context.clinic.appointment_views.get(visitor, draft.appointment_id)
    return found if found.appointment.slot.start == draft.start else None


LEAVING: Leaving = {"let_go": let_go, "abandon": abandon}


def at(context: ClinicContext, draft: BookingDraft, start: datetime) -> BookingDraft:
    """Return the draft with that time, as a new request."""
    day = start.astimezone(context.zone).date()
    attempt = context.request_id("time", start)
    if draft.appointment_id is not None:
        request_id = held_for_move(draft.appointment_id, start)
    else:
        request_id = AppointmentId(attempt)
    chosen = replace(draft, day=day, month=day, start=start)
    if draft.place is None:  # another time may be at another place
        chosen = replace(chosen, place_name="")
    return replace(chosen, request_id=request_id, attempt=attempt, held=False, beyond=False)


def known(value: T | None) -> T:
    """Return an earlier answer, which is known: the steps come in order."""
    if value is None:
        raise LookupError("a step was reached before the one that answers it")
    return value
