"""/late: a doctor says how late they are, or an admin says it for one; those who still come are told."""

from bot.callbacks.doctors import AskLate, SetLate, ShowDay
from bot.callbacks.revision import read_tap
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.commands import schedule
from bot.dialogs.context import ClinicContext
from bot.localization.messages import Phrase
from bot.parsing.fuzzy_match import fitting, untitled
from bot.parsing.lateness import read_lateness
from bot.texts import labels
from bot.texts import waiting_room as texts
from bot.texts.formats import plain_doctor
from bot.ui.keyboards import Row, button, in_rows, keyboard
from bot.ui.view import OpenQuestion, View
from services.access import DESK
from services.errors import BadLateness
from services.models.people import Role, User, UserId
from services.waiting_room.lateness import MINUTE, MOST_LATE

MINUTES = (10, 20, 30, 45)
MOST_DOCTORS = 20
ONESELF = UserId("")


async def begin(context: ClinicContext, tap: Tap) -> None:
    """Note what stands behind the command, or ask what is missing. Raises BadLateness."""
    del tap
    words = list(context.args or [])
    minutes, rest = read_lateness(words)
    if context.principal.role in DESK:
        await _for_a_doctor(context, minutes, untitled(" ".join(rest)))
        return
    if words and (minutes is None or rest):
        raise BadLateness(MOST_LATE)
    if minutes is None:
        await ask(context, AskLate(ONESELF))
    else:
        await _note(context, ONESELF, minutes)


async def _for_a_doctor(context: ClinicContext, minutes: int | None, name: str) -> None:
    """Note it for the doctor of that name; ask where it is not clear who is meant."""
    everybody = await context.clinic.doctors.everybody(context.principal)
    names = set(fitting(name, {user.name for user in everybody})) if name else None
    found = [user for user in everybody if names is None or user.name in names]
    if not found:
        await context.messenger.show(View(texts.no_such_doctor(name)))
    elif len(found) > 1:
        shown = await context.clinic.namesakes.apart(context.principal.role, found[:MOST_DOCTORS])
        rows: list[Row] = [[button(plain_doctor(user.name), _tap(user, minutes))] for user in shown]
        await context.messenger.show(View(texts.who_is_late(minutes), keyboard(*rows)))
    elif minutes is None:
        await ask(context, AskLate(found[0].id))
    else:
        await _note(context, found[0].id, minutes)


def _tap(user: User, minutes: int | None) -> AskLate | SetLate:
    return AskLate(user.id) if minutes is None else SetLate(user.id, minutes)


async def ask(context: ClinicContext, tap: AskLate) -> None:
    """Ask how late a doctor is."""
    doctor, minutes = await context.clinic.waiting_room.running_late.today(
        context.principal, tap.doctor_id or None
    )
    choices = [button(texts.minutes_button(each), SetLate(tap.doctor_id, each)) for each in MINUTES]
    on_time: Row = [button(labels.ON_TIME, SetLate(tap.doctor_id, 0))] if minutes else []
    name = None if doctor.id == context.principal.id else doctor.name
    label, back = way_back(context)
    rows = (*in_rows(choices, len(MINUTES)), on_time, [button(label, back)])
    view = View.asking(texts.ask_late(name, minutes), *rows, no=back, is_choice=True)
    await context.messenger.show(view)


def typed(question: OpenQuestion, text: str) -> SetLate | None:
    """Return how late a doctor is, as it was typed at that question: 25, 25 minutes, half an hour."""
    taps = [tap for each in question.buttons if isinstance(tap := read_tap(each.callback_data), SetLate)]
    minutes, rest = read_lateness(text.split())
    # A no would be none at all; what is too long is asked again.
    if not minutes or rest or minutes > MOST_LATE // MINUTE:
        return None
    return SetLate(taps[0].doctor_id, minutes) if question.is_choice and len(taps) > 1 else None


def way_back(context: ClinicContext) -> tuple[Phrase, Tap]:
    """Return where the way back leads, and its label."""
    if context.principal.role is Role.DOCTOR:
        return labels.BACK_TO_THE_DAY, ShowDay(context.clinic.schedules.today(), 0)
    return labels.CLINIC_APPOINTMENTS, Do("appointments")


async def choose(context: ClinicContext, tap: SetLate) -> None:
    """Note how late a doctor is. Raises BadLateness."""
    await _note(context, tap.doctor_id, tap.minutes)


async def _note(context: ClinicContext, doctor_id: UserId, minutes: int) -> None:
    """Note it, and show whom I tell; a doctor sees the day below."""
    found = await context.clinic.waiting_room.running_late.set(context.principal, minutes, doctor_id or None)
    is_own = found.doctor.id == context.principal.id
    said = texts.late_set(found, is_own=is_own)
    if is_own:
        view = await schedule.day_view(context, context.clinic.schedules.today(), 0)
        await context.messenger.show(view.headed(said))
    else:
        await context.messenger.show(View(said, keyboard([button(*way_back(context))])))
