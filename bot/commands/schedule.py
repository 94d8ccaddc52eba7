"""/schedule: a doctor's own day with ◀ ▶, the week, the day as a picture, and who came."""

import asyncio
from datetime import date, timedelta

from bot.callbacks.bounds import YEARS
from bot.callbacks.calendar_feed import ShowFeed
from bot.callbacks.doctors import AskLate, CallNext, DrawDay, Mark, ShowDay, ShowWeek, WriteToDay
from bot.callbacks.steps import Do
from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from bot.commands.appointments import follow_up
from bot.dialogs.context import ClinicContext
from bot.dialogs.messenger import Doing
from bot.input_errors import NoSuchDay
from bot.parsing.dates import read_date
from bot.pictures.day import day_picture
from bot.texts import labels
from bot.texts import schedule as texts
from bot.texts.formats import plain_doctor
from bot.ui.keyboards import Row, button, in_rows, keyboard, pager
from bot.ui.view import View
from services.appointments.agenda import DayAgenda
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import UserId
from services.waiting_room.line import last_called

ENTRIES_A_PAGE = 8


async def schedule(context: ClinicContext, tap: Tap) -> None:
    """Show today, or the day that /schedule <day> names; 28 is the next 28th. Raises NoSuchDay."""
    del tap
    today = context.clinic.schedules.today()
    typed = " ".join(context.args or [])
    chosen = read_date(typed, today, today) if typed else today
    if chosen.year not in YEARS:
        raise NoSuchDay  # the first and the last possible day are not shown
    await day(context, ShowDay(chosen, 0))


async def day(context: ClinicContext, tap: ShowDay) -> None:
    """Show a page of a day."""
    await context.messenger.show(await day_view(context, tap.day, tap.number))


async def day_view(
    context: ClinicContext,
    shown: date,
    number: int,
    first: Row = (),
    *,
    at: AppointmentId | None = None,
) -> View:
    """Return a page of a day, each appointment a button; `at`: the page with that appointment."""
    plan = await context.clinic.agenda.day(context.principal, shown)
    pages = max(1, -(-len(plan.taken) // ENTRIES_A_PAGE))
    ids = [entry.appointment.id for entry in plan.taken]
    number = ids.index(at) // ENTRIES_A_PAGE if at in ids else min(max(number, 0), pages - 1)
    entries = plan.taken[number * ENTRIES_A_PAGE :][:ENTRIES_A_PAGE]
    zone = context.clinic.rules.zone
    rows = [
        [button(texts.person_button(entry, zone), ShowAppointment(entry.appointment.id))] for entry in entries
    ]
    turn = pager(number, pages, lambda page: ShowDay(shown, page))
    ways = [*_today(context, plan), *_ways(context, shown)]
    return View(texts.day_page(plan, entries), keyboard(first, *rows, turn, *ways))


def _today(context: ClinicContext, plan: DayAgenda) -> list[Row]:
    """Return the buttons for those who still come: calling the next, being late, writing to all."""
    today, visits = context.clinic.schedules.today(), [entry.appointment for entry in plan.taken]
    is_left = any(visit.status is AppointmentStatus.BOOKED for visit in visits)
    if plan.day < today:
        return []
    write = [button(labels.WRITE_TO_ALL, WriteToDay(plan.day))] if is_left else []
    if plan.day > today:
        return [write]
    last = last_called(visits)
    call = [button(labels.NEXT_PATIENT, CallNext(last.id if last else AppointmentId("")))] if is_left else []
    return [call, [button(labels.LATE, AskLate(UserId(""))), *write]]


def _ways(context: ClinicContext, shown: date) -> list[Row]:
    before, after = shown - timedelta(days=1), shown + timedelta(days=1)
    today = context.clinic.schedules.today()
    turn = [
        button(texts.turn_back(before), ShowDay(before, 0)),
        button(texts.turn_on(after), ShowDay(after, 0)),
    ]
    views = [button(labels.WEEK, ShowWeek(shown)), button(labels.PICTURE, DrawDay(shown))]
    if shown != today:
        views.insert(0, button(labels.TODAY, ShowDay(today, 0)))
    plan = [button(labels.HOURS, Do("hours")), button(labels.TIME_OFF, Do("timeoff"))]
    return [turn, views, plan, [button(labels.CALENDAR_FEED, ShowFeed())]]


async def week(context: ClinicContext, tap: ShowWeek) -> None:
    """Show a week; each of its days can be opened."""
    plans = await context.clinic.agenda.week(context.principal, tap.day)
    monday = plans[0].day
    days = [button(texts.week_button(plan), ShowDay(plan.day, 0)) for plan in plans]
    before, after = monday - timedelta(days=7), monday + timedelta(days=7)
    turn = [
        button(texts.turn_back(before), ShowWeek(before)),
        button(texts.turn_on(after), ShowWeek(after)),
    ]
    back = [button(labels.BACK_TO_TODAY, ShowDay(context.clinic.schedules.today(), 0))]
    await context.messenger.show(View(texts.week_page(plans), keyboard(*in_rows(days, 4), turn, back)))


async def draw(context: ClinicContext, tap: DrawDay) -> None:
    """Send a day as a picture."""
    context.messenger.show_work(Doing.PICTURE)
    context.takes_long()
    plan = await context.clinic.agenda.day(context.principal, tap.day)
    title = texts.picture_title(plain_doctor(context.principal.user.name), plan)
    png = await asyncio.to_thread(day_picture, plan, title=title, now=context.clinic.clock.now())
    ways = keyboard([button(labels.OPEN_THE_DAY, ShowDay(tap.day, 0))])
    await context.messenger.send_picture(png, View(texts.picture_caption(plan), ways))


async def mark(context: ClinicContext, tap: Mark) -> None:
    """Note whether the patient came, and show the day."""
    noted = await context.clinic.appointments.mark(context.principal, tap.appointment_id, tap.status)
    zone = context.clinic.rules.zone
    shown = noted.appointment.slot.start.astimezone(zone).date()
    first = follow_up(context, noted.appointment)
    view = await day_view(context, shown, 0, first, at=noted.appointment.id)
    await context.messenger.show(view.headed(texts.marked(noted, zone)))
