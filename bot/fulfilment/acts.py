"""The table of what is done with appointments, days and people: for each intent, by the role of who asks."""

from collections.abc import Mapping

from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.dialogs.context import ClinicContext
from bot.fulfilment import desk_visits, doctors_days, own_visits
from bot.fulfilment.facts import Fulfil
from bot.understanding.intents import Intent
from bot.understanding.meaning import Understood
from services.access import DESK
from services.models.people import Role


async def book(context: ClinicContext, understood: Understood) -> Tap | None:
    """Begin to book; the dialog takes what was said from the context."""
    del context, understood
    return Do("book")


def _by_role(
    patient: Fulfil | None = None, doctor: Fulfil | None = None, desk: Fulfil | None = None
) -> Fulfil:
    """Return what is done for whoever asks; a guest is asked to sign in first, and goes on then.

    Who may not do it is shown what they can do.
    """

    async def act(context: ClinicContext, understood: Understood) -> Tap | None:
        visitor = context.visitor
        if visitor is None:
            return Do("appointments")
        by_role = {Role.PATIENT: patient, Role.DOCTOR: doctor, **dict.fromkeys(DESK, desk)}
        own = by_role.get(visitor.role)
        return await own(context, understood) if own else Do("help")

    return act


ACTS: Mapping[Intent, Fulfil] = {
    Intent.BOOK: book,
    Intent.FREE_TIMES: book,
    Intent.CANCEL: _by_role(own_visits.cancel, desk=desk_visits.change),
    Intent.MOVE: _by_role(own_visits.move, desk=desk_visits.change),
    Intent.WHEN_IS_IT: _by_role(own_visits.when_is_it),
    Intent.APPOINTMENTS: _by_role(
        own_visits.appointments, doctors_days.appointments, desk_visits.appointments
    ),
    Intent.CONFIRM: _by_role(own_visits.confirm),
    Intent.HERE: _by_role(own_visits.here),
    Intent.WAITING_LIST: _by_role(own_visits.waiting_list),
    Intent.LATE: _by_role(own_visits.late, doctors_days.late, desk_visits.late),
    Intent.MY_DAY: _by_role(doctor=doctors_days.my_day),
    Intent.MY_WEEK: _by_role(doctor=doctors_days.my_week),
    Intent.NEXT_PATIENT: _by_role(doctor=doctors_days.next_patient),
    Intent.ILL: _by_role(doctor=doctors_days.ill),
    Intent.TIME_OFF: _by_role(doctor=doctors_days.time_off, desk=desk_visits.time_off),
    Intent.HOURS: _by_role(doctor=doctors_days.hours, desk=desk_visits.hours),
    Intent.FIND_PERSON: _by_role(doctor=doctors_days.find_person, desk=desk_visits.find_person),
    Intent.FOLLOW_UP: _by_role(doctor=doctors_days.follow_up),
    Intent.CLINIC_DAY: _by_role(desk=desk_visits.clinic_day),
    Intent.BLOCK: _by_role(desk=desk_visits.accounts),
    Intent.USERS: _by_role(desk=desk_visits.accounts),
}
