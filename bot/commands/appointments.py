"""/appointments: upcoming and past ones, the card of one, cancelling after one question."""

from collections.abc import Awaitable
from datetime import datetime
from functools import partial

from bot.callbacks.admins import ShowClinicDay, ShowPerson
from bot.callbacks.calendar_feed import ShowFeed
from bot.callbacks.doctors import (
    CancelForPatient,
    Mark,
    NoteArrival,
    ProposeFollowUp,
    ShowDay,
    WriteToPatient,
)
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.visits import (
    AddToCalendar,
    AnswerQuestions,
    AskCancel,
    AskCantCome,
    BookDoctor,
    CancelAppointment,
    CantCome,
    ChangeReason,
    ConfirmAppointment,
    FindAppointments,
    MoveAppointment,
    SayHere,
    ShowAppointment,
    ShowAppointments,
    TakeAlternative,
    TakeFollowUp,
    WaitForEarlier,
)
from bot.commands import clinic_agenda, series
from bot.dialogs.context import ClinicContext
from bot.input_errors import BadDate, NoSuchDay, SeveralDays, WeekdayDiffers
from bot.notifications.confirmations import confirmation
from bot.notifications.unverified_email import asking_for_code
from bot.notifications.waiting_card import show_waiting
from bot.parsing.dates import read_date
from bot.parsing.fuzzy_match import fitting
from bot.texts import appointments as texts
from bot.texts import labels
from bot.texts.questions import answer_button
from bot.ui.keyboards import Button, Row, button, joins, keyboard, notice_button, pager
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.access import DESK
from services.errors import (
    AlreadyCancelled,
    AlreadyConfirmed,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    TooLateToChange,
)
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentStatus,
    Period,
    open_questions,
)
from services.models.paging import Page
from services.models.patients import Patient
from services.models.people import AccountStatus, Role, User, UserId


async def begin(context: ClinicContext, tap: Tap) -> Tap | None:
    """Show one's own upcoming appointments, perhaps those with one person, or what the desk asks for."""
    del tap
    if context.principal.role in DESK:
        return await clinic_agenda.wanted(context)
    typed = short_search(" ".join(context.args or []))
    if not typed:
        return ShowAppointments(Period.UPCOMING, 0)
    if context.principal.role is Role.DOCTOR and not await _fitting(context, typed):
        try:
            return ShowDay(read_date(typed, context.clinic.schedules.today()), 0)
        except (BadDate, NoSuchDay, SeveralDays, WeekdayDiffers):
            pass
    return FindAppointments(Period.UPCOMING, 0, typed)


async def appointments(context: ClinicContext, tap: ShowAppointments) -> None:
    """Show a page of one's own appointments."""
    page = await context.clinic.appointment_views.page(context.principal, tap.period, tap.number)
    tabs = [button(label, ShowAppointments(other, 0)) for other, label in texts.other_tabs(tap.period)]
    if context.principal.role is Role.PATIENT:
        tabs.append(button(labels.BOOK, Do("book")))
    text = texts.page(page, tap.period, context.principal.role, context.rules)
    turn = pager(page.number, page.pages, partial(ShowAppointments, tap.period))
    feed = [button(labels.CALENDAR_FEED, ShowFeed())]
    await context.messenger.show(View(text, keyboard(*_each(context, page), turn, tabs, feed)))


async def find(context: ClinicContext, tap: FindAppointments) -> None:
    """Show a page of one's own appointments with people of that name, or say that there is nobody."""
    role, others = context.principal.role, await _fitting(context, tap.search)
    page = await context.clinic.appointment_views.page(
        context.principal, tap.period, tap.number, [user.id for user in others]
    )
    tabs = [
        button(label, FindAppointments(other, 0, tap.search))
        for other, label in texts.other_tabs(tap.period)
        if others
    ]
    text = texts.found(page, tap.period, role, context.rules, search=tap.search, others=others)
    turn = pager(page.number, page.pages, lambda number: FindAppointments(tap.period, number, tap.search))
    everybody = [button(labels.ALL_MY_APPOINTMENTS, ShowAppointments(tap.period, 0))]
    await context.messenger.show(View(text, keyboard(*_each(context, page), turn, tabs, everybody)))


async def _fitting(context: ClinicContext, search: str) -> list[User | Patient]:
    """Return the people one has appointments with, or looks after, whose names match."""
    others = await context.clinic.appointment_views.others(context.principal)
    names = set(fitting(search, {user.name for user in others}))
    return [user for user in others if user.name in names]


def _each(context: ClinicContext, page: Page[AppointmentCard]) -> list[Row]:
    """Return the buttons that open the appointments of a page."""
    role, zone = context.principal.role, context.zone
    return [
        [button(texts.short(item, role, zone), ShowAppointment(item.appointment.id))] for item in page.items
    ]


async def appointment(context: ClinicContext, tap: ShowAppointment) -> None:
    """Show one appointment; to a patient who is there, the place in the line."""
    found = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
    is_patient = context.principal.role is Role.PATIENT
    if is_patient and context.clinic.waiting_room.standings.is_in_line(found.appointment):
        await show_waiting(context, found)
    else:
        await context.messenger.show(await card_view(context, found))


async def ask_cancel(context: ClinicContext, tap: AskCancel | AskCantCome) -> None:
    """Ask whether to cancel it, and name it. The harmless answer stands first."""
    found = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
    visit = found.appointment
    if not context.clinic.appointments.may_cancel(context.principal, visit):
        await context.messenger.show(await card_view(context, found))
        return
    if isinstance(tap, AskCancel) and await series.ask_which(context, found):
        return
    keep = button(labels.KEEP_IT, ShowAppointment(visit.id))
    if await _is_late(context, found):
        text, yes = texts.ask_cant_come(found, context.rules), labels.CANT_COME_YES
        drop = button(yes, CantCome(visit.id, visit.slot.start))
    else:
        text = texts.ask_cancel(found, context.rules)
        drop = button(labels.CANCEL_YES, CancelAppointment(visit.id, visit.slot.start))
    view = View.asking(text, [keep], [drop], no=ShowAppointment(visit.id), about=Intent.CANCEL)
    await context.messenger.show(view)


async def cancel(context: ClinicContext, tap: CancelAppointment) -> None:
    """Cancel it."""
    drop = context.clinic.appointments.cancel
    try:
        cancelled = await drop(context.principal, tap.appointment_id, was=tap.start)
    except TooLateToChange:
        # It was not when the question was asked.
        await ask_cancel(context, AskCantCome(tap.appointment_id))
    else:
        await _show_cancelled(context, cancelled)


async def cant_come(context: ClinicContext, tap: CantCome) -> None:
    """Cancel it at short notice; the clinic hears of it at once."""
    drop = context.clinic.waiting_room.short_notice.cancel
    await _show_cancelled(context, await drop(context.principal, tap.appointment_id, was=tap.start))


async def _show_cancelled(context: ClinicContext, cancelled: AppointmentCard) -> None:
    """Confirm that it is cancelled."""
    back = notice_button(labels.MY_APPOINTMENTS, Do("appointments"))
    # The confirmation has a button to book another time already.
    said = confirmation(context, cancelled, [back])
    if said is None:
        text = texts.cancelled(cancelled, context.rules)
        said = View(text, keyboard([back, notice_button(labels.BOOK, Do("book"))]))
    await context.messenger.show(said)


async def confirm(context: ClinicContext, tap: ConfirmAppointment) -> None:
    """Note that the patient will come; if it was cancelled meanwhile, offer to book another."""
    try:
        found = await context.clinic.appointments.confirm(context.principal, tap.appointment_id)
    except AlreadyCancelled as error:
        lost = await context.clinic.appointment_views.get(context.principal, tap.appointment_id)
        ways = keyboard([button(labels.ANOTHER_TIME, BookDoctor(lost.doctor.id))])
        await context.messenger.show(View(context.refusal(error), ways))
        return
    except AlreadyConfirmed as error:
        ways = keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(tap.appointment_id))])
        await context.messenger.show(View(context.refusal(error), ways))
        return
    text = texts.confirmed(found, context.rules)
    ways = keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(found.appointment.id))])
    await context.messenger.show(View(text, ways))


async def take_alternative(context: ClinicContext, tap: TakeAlternative) -> None:
    """Book an alternative to a cancelled appointment."""
    book = context.clinic.visits.rebooking.rebook
    booking = book(context.principal, tap.lost_id, tap.doctor_id, tap.start)
    await _take(context, tap.doctor_id, tap.start, booking)


async def take_follow_up(context: ClinicContext, tap: TakeFollowUp) -> None:
    """Book a time that was proposed as a follow-up."""
    visit = await context.clinic.appointment_views.get(context.principal, tap.visit_id)
    book = context.clinic.visits.rebooking.follow_up
    booking = book(context.principal, tap.visit_id, tap.number, tap.start)
    await _take(context, visit.doctor.id, tap.start, booking)


async def _take(
    context: ClinicContext,
    doctor_id: UserId,
    start: datetime,
    booking: Awaitable[AppointmentCard],
) -> None:
    """Book an offered time, and show the result."""
    try:
        taken = await booking
    except (SlotTaken, SlotPassed, SlotNotOffered):
        # The other alternatives stay on their message.
        others = keyboard([button(labels.FIND_ANOTHER_TIME, BookDoctor(doctor_id))])
        await context.messenger.say(View(texts.offer_gone(start, context.rules), others))
        return
    found = taken.appointment
    is_this = found.slot.start == start and found.doctor_id == doctor_id
    is_booked = found.status is AppointmentStatus.BOOKED
    # It was booked with one tap, so nobody has asked for the reason yet.
    why = [notice_button(texts.reason_button(found), ChangeReason(found.id))] if is_booked else []
    said = confirmation(context, taken, why) if is_this and is_booked else None
    view = said or _taken(context, taken, why, is_this=is_this)
    await context.messenger.show(await asking_for_code(context, view) if said else view)


def _taken(context: ClinicContext, taken: AppointmentCard, why: Row, *, is_this: bool) -> View:
    """Say that the offered time, or another one of them, had been booked before."""
    found = taken.appointment
    text = (
        texts.taken(taken, context.zone)
        if is_this and found.status is AppointmentStatus.BOOKED
        else texts.taken_before(taken, context.rules, is_this=is_this)
    )
    ways = [button(labels.OPEN_APPOINTMENT, ShowAppointment(found.id)), button(labels.BOOK, Do("book"))]
    return View(text, keyboard(why, ways))


async def card_view(context: ClinicContext, found: AppointmentCard) -> View:
    """Return the card of an appointment with what this person may do with it now."""
    standing = await context.clinic.waiting_room.standings.of(found.appointment)
    text = texts.card(found, context.principal.role, context.rules, standing)
    is_late = await _is_late(context, found)
    if is_late:
        text = f"{text}\n\n{texts.call_to_change(context.rules)}"
    acts = _acts(context, found, is_late=is_late)
    if context.principal.role in DESK:
        text = f"{text}\n\n{await _changes_said(context, found.appointment)}"
    return View(text, keyboard(_join(context, found.appointment), *acts, *_back(context, found)))


async def _changes_said(context: ClinicContext, appointment: Appointment) -> str:
    """Return who has booked and changed it, for the desk."""
    done, people = await context.clinic.appointment_views.changes(context.principal, appointment.id)
    return texts.changes(done, people, context.zone)


async def _is_late(context: ClinicContext, found: AppointmentCard) -> bool:
    """Tell whether it is too late for its patient, who looks at it, to move or cancel it."""
    appointments, principal = context.clinic.appointments, context.principal
    if not appointments.may_cancel(principal, found.appointment):
        return False
    try:
        await appointments.check_in_time(principal, found.appointment)
    except TooLateToChange:
        return True
    return False


def _join(context: ClinicContext, appointment: Appointment) -> Row:
    """Return the buttons that open a video visit, or copy its address, while its room is open."""
    return joins(context.clinic.appointments.room(context.principal, appointment))


def _acts(context: ClinicContext, found: AppointmentCard, *, is_late: bool) -> list[Row]:
    """Return the buttons for what this person may do with it now; if it `is_late`, not move or cancel it."""
    appointments, principal = context.clinic.appointments, context.principal
    appointment = found.appointment
    here = _arrival(context, appointment)
    if appointments.may_mark(principal, appointment):
        return [here, marks(appointment), follow_up(context, appointment), _writing(context, appointment)]
    if not appointments.may_cancel(principal, appointment):
        return [here, _writing(context, appointment)]
    is_mine = principal.role not in DESK
    calendar: Row = [button(labels.ADD_TO_CALENDAR, AddToCalendar(appointment.id))] if is_mine else []
    drop: list[Row] = [[button(labels.CANT_COME, AskCantCome(appointment.id))]]
    changes = drop if is_late else _changes(context, appointment)
    ask = _questions(context, found)
    return [here, ask, calendar, _why(context, appointment), *changes, _writing(context, appointment)]


def _arrival(context: ClinicContext, appointment: Appointment) -> Row:
    """Return the button that notes that the patient is there."""
    if not context.clinic.waiting_room.arrivals.may_arrive(context.principal, appointment):
        return []
    if context.principal.role is Role.PATIENT:
        return [button(labels.HERE, SayHere(appointment.id))]
    return [button(labels.ARRIVED, NoteArrival(appointment.id))]


def _writing(context: ClinicContext, appointment: Appointment) -> Row:
    """Return the button to write to the patient, which the doctor and admins may."""
    if context.principal.role is Role.PATIENT:
        return []
    return [button(labels.WRITE, WriteToPatient(appointment.id))]


def _changes(context: ClinicContext, appointment: Appointment) -> list[Row]:
    """Return the buttons that move or cancel it."""
    principal = context.principal
    drop = AskCancel(appointment.id) if principal.role is Role.PATIENT else CancelForPatient(appointment.id)
    may_move = context.clinic.appointments.may_move(principal, appointment)
    move: Row = [button(labels.MOVE, MoveAppointment(appointment.id))] if may_move else []
    is_patients = principal.role is Role.PATIENT
    sooner: Row = [button(labels.EARLIER, WaitForEarlier(appointment.id))] if may_move and is_patients else []
    return [move, sooner, [button(labels.CANCEL_APPOINTMENT, drop)]]


def _why(context: ClinicContext, appointment: Appointment) -> Row:
    """Return the button to change the reason, which only its patient may."""
    if context.principal.role is not Role.PATIENT:
        return []
    return [button(texts.reason_button(appointment), ChangeReason(appointment.id))]


def _questions(context: ClinicContext, found: AppointmentCard) -> Row:
    """Return the button to the questions before the visit, which only its patient may answer."""
    if not context.clinic.visits.answers.may_answer(context.principal, found):
        return []
    left = len(open_questions(found.details.kind, found.appointment.answers))
    return [button(answer_button(left), AnswerQuestions(found.appointment.id))]


def _back(context: ClinicContext, found: AppointmentCard) -> list[Row]:
    mine = button(labels.BACK_TO_MY_APPOINTMENTS, Do("appointments"))
    day = found.appointment.slot.start.astimezone(context.clinic.rules.zone).date()
    if context.principal.role is Role.PATIENT:
        return [[mine]]
    if context.principal.role is Role.DOCTOR:
        return [[button(labels.THE_DAY, ShowDay(day, 0)), mine]]
    people = [
        button(labels.back_to(texts.called(person)), ShowPerson(person.id, Period.UPCOMING, 0))
        for person in (found.patient, found.doctor)
        if person.status is not AccountStatus.BLOCKED or person.email  # a deleted account has no address
    ]
    return [people, [button(labels.BACK_TO_THE_DAY, ShowClinicDay(day, 0))]]


def follow_up(context: ClinicContext, appointment: Appointment) -> Row:
    """Return the button to propose a follow-up, if one can be proposed."""
    if not context.clinic.appointments.may_follow_up(context.principal, appointment):
        return []
    return [button(labels.PROPOSE_FOLLOW_UP, ProposeFollowUp(appointment.id))]


def marks(appointment: Appointment) -> list[Button]:
    """Return the buttons that note whether the patient came, without the one that is noted already."""
    said = {AppointmentStatus.FULFILLED: labels.SEEN, AppointmentStatus.NOSHOW: labels.DID_NOT_COME}
    return [
        button(label, Mark(appointment.id, status))
        for status, label in said.items()
        if status is not appointment.status
    ]
