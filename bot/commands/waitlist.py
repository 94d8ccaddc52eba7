"""/waitlist: one's entries, offers, and leaving."""

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import (
    ChangeReason,
    LeaveEarlier,
    LeaveWaitlist,
    LeaveWaitlistFor,
    PassWaitlistOffer,
    ShowAppointment,
    TakeWaitlistOffer,
)
from bot.dialogs.context import ClinicContext
from bot.notifications.confirmations import confirmation
from bot.notifications.unverified_email import asking_for_code
from bot.texts import labels
from bot.texts import waitlist as texts
from bot.texts.appointments import reason_button
from bot.texts.booking import booked
from bot.ui.keyboards import Button, Row, button, keyboard, notice_button
from bot.ui.view import View
from services.clinic_rules import ClinicRules
from services.errors import OfferOver
from services.models.appointments import AppointmentCard
from services.models.waitlist import WaitlistEntryCard


def _ways_on() -> Row:
    return [button(labels.MY_WAITING_LISTS, Do("waitlist")), button(labels.BOOK, Do("book"))]


async def places(context: ClinicContext, tap: Tap) -> None:
    """Show one's entries on the waiting list."""
    del tap
    await context.messenger.show(await _places(context))


async def _places(context: ClinicContext) -> View:
    waitlist, rules = context.clinic.waitlist, context.rules
    found = [(each, waitlist.stands(each.entry)) for each in await waitlist.entries(context.principal)]
    rows: list[Row] = []
    for each, offer in found:
        if offer is not None:
            rows.append([button(texts.take(offer, rules), TakeWaitlistOffer(offer.id))])
            rows.append([button(labels.PASS, PassWaitlistOffer(offer.id))])
        rows.append([_leave_button(each, rules)])
    return View(texts.places(found, rules), keyboard(*rows, [button(labels.BOOK, Do("book"))]))


def _leave_button(found: WaitlistEntryCard, rules: ClinicRules) -> Button:
    patient = "" if found.patient.has_account else found.patient.name
    if found.visit is not None:
        label = texts.leave_earlier(found.doctor.name, found.visit.slot.start, rules, patient)
        return button(label, LeaveEarlier(found.visit.id))
    if found.patient.has_account:
        return button(texts.leave(found.doctor.name), LeaveWaitlist(found.doctor.id))
    tap = LeaveWaitlistFor(found.doctor.id, found.patient.id)
    return button(texts.leave(found.doctor.name, found.patient.name), tap)


async def take(context: ClinicContext, tap: TakeWaitlistOffer) -> None:
    """Book the offered time."""
    try:
        taken = await context.clinic.waitlist.take(context.principal, tap.offer_id)
    except OfferOver as error:
        await context.messenger.show(View(context.refusal(error), keyboard(_ways_on())))
        return
    made = taken.appointment
    if made.id != tap.offer_id:
        await context.messenger.show(_moved(context, taken))
        return
    text = booked(taken, context.zone, for_another=not taken.patient.has_account)
    # It was booked with one tap, so nobody has asked for the reason yet.
    why = [notice_button(reason_button(made), ChangeReason(made.id))]
    ways = [button(labels.OPEN_APPOINTMENT, ShowAppointment(made.id))]
    said = confirmation(context, taken, why) or View(text, keyboard(why, ways))
    await context.messenger.show(await asking_for_code(context, said))


def _moved(context: ClinicContext, taken: AppointmentCard) -> View:
    """Say that an appointment is at an earlier time now."""
    ways = [button(labels.OPEN_APPOINTMENT, ShowAppointment(taken.appointment.id))]
    return confirmation(context, taken) or View(texts.moved(taken, context.rules), keyboard(ways))


async def pass_on(context: ClinicContext, tap: PassWaitlistOffer) -> None:
    """Pass the offer on to the next in line."""
    try:
        await context.clinic.waitlist.pass_on(context.principal, tap.offer_id)
    except OfferOver as error:
        await context.messenger.show(View(context.refusal(error), keyboard(_ways_on())))
        return
    await context.messenger.show(View(texts.passed(), keyboard(_ways_on())))


async def leave(context: ClinicContext, tap: LeaveWaitlist | LeaveWaitlistFor) -> None:
    """Leave that doctor's waiting list, oneself or for somebody whom one looks after."""
    patient_id = tap.patient_id if isinstance(tap, LeaveWaitlistFor) else None
    was_there = await context.clinic.waitlist.leave(context.principal, tap.doctor_id, patient_id)
    await context.messenger.show((await _places(context)).headed(texts.left(was_there=was_there)))


async def leave_earlier(context: ClinicContext, tap: LeaveEarlier) -> None:
    """Wait no more for an earlier time than that of an appointment."""
    was_there = await context.clinic.waitlist.leave_earlier(context.principal, tap.appointment_id)
    await context.messenger.show((await _places(context)).headed(texts.left_earlier(was_there=was_there)))
