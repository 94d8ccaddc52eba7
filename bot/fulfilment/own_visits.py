"""What patients ask for about their own appointments, and those of their family.

Nothing is cancelled, moved or confirmed here: each leads to the card or the question at which they tap.
"""

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.visits import (
    AskCancel,
    ConfirmAppointment,
    FindAppointments,
    MoveAppointment,
    ShowAppointment,
    ShowAppointments,
    Wait,
    WaitForDay,
    WaitForEarlier,
)
from bot.commands.appointments import card_view
from bot.conversations.moving_words import move_to
from bot.conversations.pickers.said_times import unclear_days
from bot.dialogs.context import ClinicContext
from bot.fulfilment import which_appointment as which
from bot.parsing.when import When
from bot.texts import acts as texts
from bot.texts import labels
from bot.texts.appointments import is_confirmed
from bot.texts.formats import plain_doctor
from bot.ui.keyboards import button, keyboard
from bot.ui.view import View
from bot.understanding.meaning import Entities, Understood
from services.models.appointments import AppointmentId, Period
from services.models.people import User


async def cancel(context: ClinicContext, understood: Understood) -> Tap | None:
    """Ask whether to cancel the appointment that is meant."""
    when = understood.said.when
    one = await which.the_one(context, understood, when, texts.WHICH_TO_CANCEL, AskCancel)
    return AskCancel(one.appointment.id) if one else None


async def move(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to move the appointment that is meant; the dialog takes the new time from what was said."""
    said = understood.said

    def to_do(found: AppointmentId) -> Tap:
        return move_to(MoveAppointment(found), said.when)

    one = await which.the_one(context, understood, said.of, texts.WHICH_TO_MOVE, to_do)
    return MoveAppointment(one.appointment.id) if one else None


async def when_is_it(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the appointment that is asked about, also one that has begun where the doctor may be late."""
    when, question = understood.said.when, texts.WHICH_ONE
    one = await which.the_one(context, understood, when, question, which.opened, also_begun=True)
    return ShowAppointment(one.appointment.id) if one else None


async def appointments(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the appointments that are asked about: past ones if the sentence speaks of the past."""
    said = understood.said
    period = Period.PAST if _is_past(context, said.when) else Period.UPCOMING
    doctors = await named(context, said)
    if len(doctors) == 1 and period is Period.PAST:
        return FindAppointments(period, 0, short_search(doctors[0].name))
    is_plain = said == Entities(when=said.when) and (said.when == When() or period is Period.PAST)
    if is_plain or period is Period.PAST:
        return ShowAppointments(period, 0)
    coming = await which.upcoming(context)
    found = which.fitting_ones(context, coming, said, said.when)
    if found:
        await which.show(context, texts.yours(len(found), context.rules), found, which.opened, understood)
    else:
        await which.show_none(context, texts.none_fits(context.rules), coming, which.opened, understood)
    return None


def _is_past(context: ClinicContext, when: When) -> bool:
    today = context.clinic.schedules.today(context.zone)
    last = max(when.days, default=when.last)
    return last is not None and last < today


async def confirm(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the visit with the button that confirms it."""
    when = understood.said.when
    one = await which.the_one(context, understood, when, texts.WHICH_TO_CONFIRM, ConfirmAppointment)
    if one is None:
        return None
    if is_confirmed(one.appointment):
        return ShowAppointment(one.appointment.id)
    card = ShowAppointment(one.appointment.id)
    yes, opens = button(labels.COMES, ConfirmAppointment(one.appointment.id)), labels.OPEN_APPOINTMENT
    view = View.asking(texts.ask_to_come(one, context.rules), [yes], [button(opens, card)], no=card)
    await context.messenger.show(view.headed(which.unread(understood)))
    return None


async def here(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show today's visit, whose card has the button “I'm here”."""
    today = await which.of_today(context)
    found = which.fitting_ones(context, today, understood.said, understood.said.when) or today
    if len(found) == 1:
        return ShowAppointment(found[0].appointment.id)
    if found:
        await which.show(context, str(texts.WHICH_ONE), found, which.opened, understood)
    else:
        coming = await which.upcoming(context)
        await which.show_none(context, texts.none_today(), coming, which.opened, understood)
    return None


async def late(context: ClinicContext, understood: Understood) -> Tap | None:
    """Say what a patient does who will be late: call; with today's visit, if there is one."""
    today = await which.of_today(context)
    found = which.fitting_ones(context, today, understood.said, When()) or today
    call = texts.call_when_late(context.rules)
    if found:
        view = await card_view(context, found[0])
        await context.messenger.show(view.headed(call).headed(which.unread(understood)))
    else:
        ways = keyboard([button(labels.MY_APPOINTMENTS, Do("appointments"))])
        await context.messenger.show(View(call, ways).headed(which.unread(understood)))
    return None


async def waiting_list(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to wait: for a doctor who is named, or for a time earlier than that of an appointment."""
    said = understood.said
    doctors = await named(context, said)
    if said.when.earliest:
        fits = which.fitting_ones(context, await which.upcoming(context), said, When())
        if len(fits) == 1:
            return WaitForEarlier(fits[0].appointment.id)
        if fits:
            await which.show(context, str(texts.WHICH_TO_BE_EARLIER), fits, WaitForEarlier, understood)
            return None
    if len(doctors) > 1:
        rows = [[button(plain_doctor(each.name), _wait(each, said.when))] for each in doctors]
        view = View(str(texts.WHICH_LIST), keyboard(*rows))
        await context.messenger.show(view.headed(which.unread(understood)))
        return None
    return _wait(doctors[0], said.when) if doctors else Do("waitlist")


def _wait(doctor: User, when: When) -> Tap:
    is_clear = bool(when.days) and not unclear_days(when)
    return WaitForDay(doctor.id, when.days[0]) if is_clear else Wait(doctor.id)


async def named(context: ClinicContext, said: Entities) -> list[User]:
    """Return the doctors who may be meant, namesakes told apart; none if none was named."""
    if not said.doctors:
        return []
    everybody = await context.clinic.doctors.everybody(context.principal)
    found = [doctor for doctor in everybody if doctor.id in said.doctors]
    return list(await context.clinic.namesakes.apart(context.principal.role, found))
