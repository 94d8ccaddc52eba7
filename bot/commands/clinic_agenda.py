"""/appointments for the desk: all of a day, or those of one person."""

from datetime import date, timedelta
from functools import partial

from bot.callbacks.admins import BookFor, FindPerson, ShowClinicDay, ShowDelivery, ShowPerson, ShowUser
from bot.callbacks.doctors import WriteToDay
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap, short_search
from bot.callbacks.visits import ShowAppointment
from bot.commands.people import patients
from bot.dialogs.context import ClinicContext
from bot.input_errors import BadDate, NoSuchDay
from bot.parsing.dates import read_date
from bot.parsing.fuzzy_match import untitled
from bot.texts import appointments as appointment_texts
from bot.texts import clinic_agenda as texts
from bot.texts import labels
from bot.texts.schedule import turn_back, turn_on
from bot.ui.keyboards import Row, button, keyboard, pager
from bot.ui.view import View
from services.models.appointments import Period
from services.models.patients import Patient, has_no_account
from services.models.people import AccountStatus, Role, User, UserId

# The days that can be shown: nobody has appointments outside of them.
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


async def wanted(context: ClinicContext) -> Tap | None:
    """Return what /appointments <text> asks for: today, a day, or a person."""
    today = context.clinic.schedules.today()
    text = " ".join(context.args or [])
    if not text:
        return ShowClinicDay(today, 0)
    try:
        return ShowClinicDay(_within(read_date(text, today, today)), 0)
    except BadDate:
        return FindPerson(0, short_search(untitled(text)))
    except NoSuchDay:
        way_on = keyboard([button(labels.DAY_TODAY, ShowClinicDay(today, 0))])
        await context.messenger.show(View(texts.no_such_day(), way_on))
        return None


def _within(day: date) -> date:
    return min(max(day, FIRST), LAST)


async def day(context: ClinicContext, tap: ShowClinicDay) -> None:
    """Show a page of the clinic's appointments of a day."""
    chosen = _within(tap.day)
    zone = context.clinic.rules.zone
    page = await context.clinic.appointment_views.clinic_day(context.principal, chosen, tap.number)
    rows = [[button(texts.in_day(item, zone), ShowAppointment(item.appointment.id))] for item in page.items]
    turn = pager(page.number, page.pages, partial(ShowClinicDay, chosen))
    book = [button(labels.BOOK_FOR_SOMEONE, BookFor(UserId("")))]
    today = context.clinic.schedules.today()
    write: Row = [button(labels.WRITE_TO_ALL, WriteToDay(chosen))] if page.total and chosen >= today else []
    late: Row = [button(labels.LATE, Do("late"))] if chosen == today else []
    text = texts.clinic_day(page, chosen, zone)
    await context.messenger.show(
        View(text, keyboard(*rows, turn, _days(context, chosen), [*late, *write], book))
    )


def _days(context: ClinicContext, chosen: date) -> Row:
    """Return the buttons for the day before and the day after, and the way back to today."""
    before, after = _within(chosen - timedelta(days=1)), _within(chosen + timedelta(days=1))
    today = context.clinic.schedules.today()
    back = [button(labels.TODAY, ShowClinicDay(today, 0))] if chosen != today else []
    return [
        button(turn_back(before), ShowClinicDay(before, 0)),
        *back,
        button(turn_on(after), ShowClinicDay(after, 0)),
    ]


async def people(context: ClinicContext, tap: FindPerson) -> Tap | None:
    """Show the people whom the search matches; if there is only one, show their appointments."""
    page = await context.clinic.administration.find(context.principal, tap.search, tap.number)
    if page.total == 1:
        return ShowPerson(page.items[0].id, Period.UPCOMING, 0)
    shown = await context.clinic.namesakes.mixed(context.principal.role, page.items)
    rows = [
        [button(appointment_texts.called(user), ShowPerson(user.id, Period.UPCOMING, 0))] for user in shown
    ]
    turn = pager(page.number, page.pages, lambda number: FindPerson(number, tap.search))
    today = [button(labels.BACK_TO_TODAY, ShowClinicDay(context.clinic.schedules.today(), 0))]
    await context.messenger.show(View(texts.people(page, tap.search), keyboard(*rows, turn, today)))
    return None


async def person(context: ClinicContext, tap: ShowPerson) -> None:
    """Show a page of somebody's appointments; of a patient without an account, the card."""
    if has_no_account(tap.user_id):
        await patients.show(context, tap)
        return
    found, page = await context.clinic.appointment_views.of_person(
        context.principal, tap.user_id, tap.period, tap.number
    )
    role = found.role if isinstance(found, User) else Role.PATIENT
    rows = [
        [button(appointment_texts.short(item, role, context.zone), ShowAppointment(item.appointment.id))]
        for item in page.items
    ]
    turn = pager(page.number, page.pages, partial(ShowPerson, found.id, tap.period))
    text = texts.person(found, page, tap.period, context.rules)
    await context.messenger.show(View(text, keyboard(*rows, turn, *_person_ways(context, found, tap))))


def _person_ways(context: ClinicContext, found: User | Patient, tap: ShowPerson) -> list[Row]:
    tabs = [
        button(label, ShowPerson(found.id, other, 0))
        for other, label in appointment_texts.other_tabs(tap.period)
    ]
    is_patient = isinstance(found, Patient) or found.role is Role.PATIENT
    may_book = is_patient and found.status is AccountStatus.ACTIVE
    book: Row = [button(labels.BOOK_FOR_THEM, BookFor(found.id))] if may_book else []
    today = ShowClinicDay(context.clinic.schedules.today(), 0)
    is_account = isinstance(found, User) and context.principal.role is Role.ADMIN
    account = [button(labels.BACK_TO_ACCOUNT, ShowUser(found.id, ""))] if is_account else []
    told = [] if is_account else [button(labels.DELIVERY, ShowDelivery(found.id, 0))]
    return [tabs, [*book, *told], [*account, button(labels.BACK_TO_TODAY, today)]]
