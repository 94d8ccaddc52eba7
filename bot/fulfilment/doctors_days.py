"""What doctors ask for about their days, their time off and their patients."""

from datetime import date

from bot.callbacks.doctors import AskLate, SetLate, ShowDay, ShowWeek
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.visits import FindAppointments, ShowAppointment, ShowAppointments
from bot.commands.visit_day.late import ONESELF, way_back
from bot.dialogs.context import ClinicContext
from bot.fulfilment import which_appointment as which
from bot.fulfilment.days import chosen_day
from bot.parsing.fuzzy_match import fitting
from bot.texts import acts as texts
from bot.texts import labels
from bot.ui.keyboards import button
from bot.ui.view import View
from bot.understanding.meaning import Understood
from services.models.appointments import Period
from services.models.people import User
from services.waiting_room.lateness import MINUTE, MOST_LATE


def _day(day: date) -> Tap:
    return ShowDay(day, 0)


async def my_day(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the day that was said, or today."""
    return await chosen_day(context, understood, _day)


async def my_week(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the week of the day that was said, or this week."""
    return await chosen_day(context, understood, ShowWeek)


async def next_patient(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show today, where the button that calls in the next patient is: words alone call in nobody."""
    del understood
    return ShowDay(context.clinic.schedules.today(), 0)


async def late(context: ClinicContext, understood: Understood) -> Tap | None:
    """Ask whether to tell the patients how late one is, or how late that is."""
    minutes = understood.said.minutes
    if minutes is None or minutes > MOST_LATE // MINUTE:
        return AskLate(ONESELF)
    _, count = await context.clinic.waiting_room.running_late.to_come(context.principal)
    await ask_to_tell(context, understood, None, minutes, count)
    return None


async def ask_to_tell(
    context: ClinicContext, understood: Understood, doctor: User | None, minutes: int, count: int
) -> None:
    """Ask whether to tell so many patients how late a doctor (None: oneself) is."""
    doctor_id = doctor.id if doctor else ONESELF
    yes = button(texts.TELL_THEM if count else texts.NOTE_IT, SetLate(doctor_id, minutes))
    other = button(labels.ANOTHER_DELAY, AskLate(doctor_id))
    _, back = way_back(context)
    text = texts.ask_to_tell(doctor.name if doctor else None, minutes, count)
    view = View.asking(text, [yes], [other], [button(labels.NO_GO_BACK, back)], no=back)
    await context.messenger.show(view.headed(which.unread(understood)))


async def ill(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to take time off today, or on the days that were said (see conversations/time_off.py)."""
    del understood
    await context.messenger.say(View(texts.get_well()))
    return Do("timeoff")


async def time_off(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to take time off; the dialog takes the days from what was said."""
    del context, understood
    return Do("timeoff")


async def hours(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show one's hours; the dialog takes the day from what was said."""
    del context, understood
    return Do("hours")


async def appointments(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the doctor's appointments: with a patient, of a day, or all."""
    said = understood.said
    if said.person:
        return FindAppointments(Period.UPCOMING, 0, short_search(said.person))
    if said.when.days or said.when.first:
        return await my_day(context, understood)
    return ShowAppointments(Period.UPCOMING, 0)


async def find_person(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the appointments with a patient."""
    del context
    person = short_search(understood.said.person)
    return FindAppointments(Period.UPCOMING, 0, person) if person else Do("appointments")


async def follow_up(context: ClinicContext, understood: Understood) -> Tap | None:
    """Show the visit of a patient, or the day with the visits, where a follow-up is proposed."""
    person = understood.said.person
    if not person:
        return await my_day(context, understood)
    views = context.clinic.appointment_views
    others = await views.others(context.principal)
    names = set(fitting(person, {each.name for each in others}))
    ids = [each.id for each in others if each.name in names]
    past = await views.page(context.principal, Period.PAST, 0, ids) if ids else None
    may = context.clinic.appointments.may_follow_up
    ready = [each for each in (past.items if past else ()) if may(context.principal, each.appointment)]
    if ready and len(names) == 1:
        return ShowAppointment(ready[0].appointment.id)
    return FindAppointments(Period.PAST, 0, short_search(person))
