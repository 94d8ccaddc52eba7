"""The questions of /hours, and the draft that they change."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome
from bot.drafts import HoursDraft
from services.models.scheduling import Hours, Schedule, Weekday
from services.working_hours.weekly import checked

MINUTE = timedelta(minutes=1)


class Ask(StrEnum):
    """The questions; the values are stored, so they never change."""

    OVERVIEW = "hours.overview"
    WEEKDAY = "hours.weekday"
    PLACE = "hours.place"
    SLOT = "hours.slot"
    BUFFER = "hours.buffer"
    NOTICE = "hours.notice"
    HORIZON = "hours.horizon"
    CHANGES = "hours.changes"
    DIGEST = "hours.digest"
    DATE = "hours.date"
    DATE_HOURS = "hours.date_hours"
    DATE_PLACE = "hours.date_place"
    DATE_SAVE = "hours.date_save"
    PREVIEW = "hours.preview"


def draft_of(context: ClinicContext) -> HoursDraft:
    """Return the draft."""
    return context.draft(HoursDraft)


def opened(schedule: Schedule) -> HoursDraft:
    """Return a draft of the hours as they are saved, of the doctor's own."""
    return HoursDraft(
        weekly=_week(schedule),
        slot=schedule.slot_minutes * MINUTE,
        buffer=schedule.buffer_minutes * MINUTE,
        notice=schedule.lead_time,
        horizon=schedule.horizon,
        change_notice=schedule.change_lead_time,
        video=schedule.video,
    )


def as_schedule(draft: HoursDraft) -> Schedule:
    """Return the schedule that the draft describes."""
    return Schedule(
        weekly={day: draft.weekly[day] for day in Weekday if draft.weekly[day]},
        slot_minutes=draft.slot // MINUTE,
        buffer_minutes=draft.buffer // MINUTE,
        lead_time=draft.notice,
        horizon=draft.horizon,
        change_lead_time=draft.change_notice,
        video=draft.video,
    )


def changed(context: ClinicContext, schedule: Schedule) -> Outcome:
    """Go back to the overview with these hours, if they are valid. Raises what `checked` raises."""
    before = draft_of(context)
    draft = replace(
        opened(checked(schedule)),
        weekday=before.weekday,
        changed=True,
        doctor_id=before.doctor_id,
        doctor_name=before.doctor_name,
    )
    return Goto(Ask.OVERVIEW, draft)


def _week(schedule: Schedule) -> tuple[tuple[Hours, ...], ...]:
    return tuple(tuple(schedule.weekly.get(day, ())) for day in Weekday)
