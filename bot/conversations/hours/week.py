"""The overview of /hours, and the hours of one weekday."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from bot.callbacks.admins import HoursFor
from bot.callbacks.doctors import ChangeVideo
from bot.callbacks.steps import CloseDay, CopyDay, OpenHours, PickWeekday, SameAsMonday
from bot.callbacks.tap import Tap
from bot.conversations.hours import dates, places
from bot.conversations.hours.draft import Ask, as_schedule, changed, draft_of, opened
from bot.conversations.hours.numbers import NUMBERS
from bot.conversations.pickers.said_times import unclear_days
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome
from bot.drafts import HoursDraft
from bot.input_errors import BadDate, BadHours, BadPlacedHours, BadWeek, NoSuchTime, NotAChoice, WeekUnsaved
from bot.parsing.hours import read_hours, read_week, split_nights
from bot.parsing.places import placed
from bot.parsing.words.english import read_weekday
from bot.texts import hours as texts
from bot.texts import labels
from bot.texts.formats import weekday
from bot.ui.keyboards import Button, Row, button, in_rows, keyboard, ways_out
from bot.ui.view import View
from bot.understanding.intents import Intent
from services.models.catalogue import Video
from services.models.scheduling import Hours, Weekday
from services.working_hours.weekly import with_hours

WEEKDAYS_A_ROW = 4
MONDAY_TO_FRIDAY = tuple(Weekday)[:5]
# The next setting of video visits after a tap on their button.
AFTER = {Video.OFF: Video.OFFERED, Video.OFFERED: Video.ONLY, Video.ONLY: Video.OFF}
# The questions that the overview leads to, beside the weekdays.
OPENED = frozenset({*(number.step for number in NUMBERS), Ask.DATE, Ask.DIGEST, Ask.PREVIEW})


async def begin(context: ClinicContext, tap: Tap | None) -> Outcome:
    """Start with the hours as they are saved: one's own, or those of the doctor whose card an admin has."""
    if not isinstance(tap, HoursFor):
        draft = opened(await context.clinic.working_hours.of(context.principal))
        return Goto(Ask.OVERVIEW, draft, answers=_day_said(context))
    doctor = await context.clinic.doctors.get(context.principal, tap.doctor_id)
    draft = opened(await context.clinic.working_hours.of(context.principal, doctor.id))
    draft = replace(draft, doctor_id=doctor.id, doctor_name=doctor.name)
    return Goto(Ask.OVERVIEW, draft, answers=_day_said(context))


def _day_said(context: ClinicContext) -> Mapping[StrEnum, str]:
    """Return the day that was said in a sentence about hours, as it is typed at the overview."""
    understood = context.understood
    if understood is None or understood.intent is not Intent.HOURS:
        return {}
    when = understood.said.when
    return {} if unclear_days(when) or not when.days else {Ask.OVERVIEW: when.days[0].isoformat()}


async def ask_overview(context: ClinicContext) -> View:
    """Show the week and the numbers."""
    draft = draft_of(context)
    # When the digest comes is the doctor's own choice.
    is_own = draft.doctor_id is None
    digest = await context.clinic.daily_digests.of(context.principal) if is_own else None
    coming = await context.clinic.changed_dates.coming(context.principal, draft.doctor_id)
    days = [button(weekday(day), PickWeekday(day)) for day in Weekday]
    numbers = [
        button(texts.number_label(str(number.name), number.of(draft)), OpenHours(number.step))
        for number in NUMBERS
    ]
    video: Row = []
    if context.clinic.rules.video_url:
        video = [button(texts.video_label(draft.video), ChangeVideo(AFTER[draft.video]))]
    morning = [button(texts.digest_label(digest), OpenHours(Ask.DIGEST))] if digest else []
    single = [button(labels.SINGLE_DAYS, OpenHours(Ask.DATE))]
    save = [button(labels.PREVIEW, OpenHours(Ask.PREVIEW))]
    first = (*in_rows(days, WEEKDAYS_A_ROW), single, *in_rows(numbers, 2), video, morning)
    rows = (*first, save, ways_out(back=False))
    shown = draft if video else replace(draft, video=Video.OFF)
    text = texts.overview(shown, digest, context.clinic.rules.zone, coming, await places.known(context))
    return View(text, keyboard(*rows))


async def change_video(context: ClinicContext, tap: ChangeVideo) -> Outcome:
    """Change whether the doctor offers video visits, only those, or none."""
    return changed(context, replace(as_schedule(draft_of(context)), video=tap.video))


async def type_overview(context: ClinicContext, text: str) -> Outcome:
    """Take the hours that were typed, of weekdays or of a single day; a day alone leads to its question."""
    day = read_weekday(text)
    if day is not None:
        return _about(context, Weekday(day))
    try:
        week, named = await places.read(context, text, read_week)
    except (BadWeek, BadHours, BadPlacedHours, NoSuchTime) as error:
        try:
            return await dates.about(context, await dates.read(context, text))
        except BadDate:
            raise error from None
    return await _change(context, {day: placed(hours, named) for day, hours in week.items()})


async def pick_weekday(context: ClinicContext, tap: PickWeekday) -> Outcome:
    """Go to the question about the weekday that was tapped."""
    if tap.number not in {*Weekday}:
        raise NotAChoice
    return _about(context, Weekday(tap.number))


def _about(context: ClinicContext, day: Weekday) -> Outcome:
    return Goto(Ask.WEEKDAY, replace(draft_of(context), weekday=day))


async def open_question(context: ClinicContext, tap: OpenHours) -> Outcome:
    """Go to the question that was tapped: one of the numbers, the daily digest, or the preview."""
    if tap.question not in OPENED:
        raise NotAChoice
    draft = draft_of(context)
    if tap.question == Ask.DATE and draft.changed:
        raise WeekUnsaved
    return Goto(Ask(tap.question), replace(draft, page=0))


async def ask_weekday(context: ClinicContext) -> View:
    """Ask for the hours of the weekday."""
    draft = draft_of(context)
    rows = in_rows([button(labels.CLOSED, CloseDay()), *_shortcuts(draft)], 2)
    text = texts.ask_weekday(draft, context.clinic.rules.zone, await places.known(context))
    return View(text, keyboard(*rows, ways_out()))


def _shortcuts(draft: HoursDraft) -> list[Button]:
    """Return the buttons that copy hours from one day to others, if that would change anything."""
    now, monday = draft.weekly[draft.weekday], draft.weekly[Weekday.MONDAY]
    buttons = []
    if monday not in {now, ()}:
        buttons.append(button(texts.same_as_monday(), SameAsMonday()))
    if draft.weekday in MONDAY_TO_FRIDAY and any(draft.weekly[day] != now for day in MONDAY_TO_FRIDAY):
        buttons.append(button(texts.copy_to_week(), CopyDay()))
    return buttons


async def type_weekday(context: ClinicContext, text: str) -> Outcome:
    """Take the hours that were typed."""
    hours = await places.placed_hours(context, text, read_hours)
    return await _take(context, hours, draft_of(context).weekday)


async def close_day(context: ClinicContext, tap: CloseDay) -> Outcome:
    """Set no hours on that day."""
    del tap
    return await _take(context, (), draft_of(context).weekday)


async def same_as_monday(context: ClinicContext, tap: SameAsMonday) -> Outcome:
    """Copy Monday's hours."""
    del tap
    draft = draft_of(context)
    return _copy(context, draft.weekly[Weekday.MONDAY], draft.weekday)


async def copy_day(context: ClinicContext, tap: CopyDay) -> Outcome:
    """Copy the day's hours to all days from Monday to Friday."""
    del tap
    draft = draft_of(context)
    return _copy(context, draft.weekly[draft.weekday], *MONDAY_TO_FRIDAY)


def _copy(context: ClinicContext, hours: tuple[Hours, ...], *days: Weekday) -> Outcome:
    """Give some days the hours of another, with their places."""
    return changed(context, with_hours(as_schedule(draft_of(context)), dict.fromkeys(days, hours)))


async def _take(context: ClinicContext, hours: tuple[Hours, ...], *days: Weekday) -> Outcome:
    return await _change(context, dict.fromkeys(days, hours))


async def _change(context: ClinicContext, typed: Mapping[Weekday, tuple[Hours, ...]]) -> Outcome:
    """Set the hours of some days. The part of a night after midnight is added to the next day."""
    schedule = as_schedule(draft_of(context))
    week, mornings = split_nights(typed)
    for day, morning in mornings.items():
        there = week.get(day, schedule.weekly.get(day, ()))
        week[day] = (*morning, *(each for each in there if each not in morning))
    return await places.week(context, week)
