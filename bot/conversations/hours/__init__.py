"""/hours: the week, the numbers, single days, the daily digest, a preview, and saving."""

from bot.callbacks.catalogue import PickWorkplace
from bot.callbacks.doctors import ChangeDigest, ChangeVideo, UsualHours
from bot.callbacks.steps import (
    CloseDay,
    Confirm,
    CopyDay,
    OpenHours,
    PickDay,
    PickMonth,
    PickPage,
    PickWeekday,
    SameAsMonday,
    SaveAndCancel,
)
from bot.conversations.hours import daily_digest, dates, numbers, places, preview, week
from bot.conversations.hours.draft import Ask
from bot.dialogs.access import STAFF
from bot.dialogs.engine import Dialog, Step
from bot.drafts import Draft, HoursDraft
from bot.texts import nouns


def _is_begun(draft: Draft) -> bool:
    return isinstance(draft, HoursDraft) and draft.changed


DIALOG = Dialog(
    command="hours",
    noun=nouns.WORKING_HOURS_CHANGE,
    visitors=STAFF,
    begin=week.begin,
    lasts=True,
    is_begun=_is_begun,
    steps=(
        Step(
            Ask.OVERVIEW,
            week.ask_overview,
            week.type_overview,
            {
                PickWeekday: week.pick_weekday,
                OpenHours: week.open_question,
                ChangeVideo: week.change_video,
            },
        ),
        Step(
            Ask.WEEKDAY,
            week.ask_weekday,
            week.type_weekday,
            {CloseDay: week.close_day, SameAsMonday: week.same_as_monday, CopyDay: week.copy_day},
        ),
        Step(Ask.PLACE, places.ask_place, places.type_place, {PickWorkplace: places.pick_place}),
        *numbers.STEPS,
        Step(Ask.DIGEST, daily_digest.ask, daily_digest.take, {ChangeDigest: daily_digest.pick}),
        Step(
            Ask.DATE,
            dates.ask_day,
            dates.type_day,
            {
                PickDay: dates.pick_day,
                PickMonth: dates.turn_month,
                PickPage: dates.turn_page,
                UsualHours: dates.usual,
            },
        ),
        Step(Ask.DATE_HOURS, dates.ask_hours, dates.type_hours, {CloseDay: dates.close_day}),
        Step(Ask.DATE_PLACE, dates.ask_place, dates.type_place, {PickWorkplace: dates.pick_place}),
        Step(
            Ask.DATE_SAVE,
            dates.ask_save,
            None,
            {Confirm: dates.confirm, PickPage: dates.turn_summary},
            let_go=dates.stored_before,
        ),
        Step(
            Ask.PREVIEW,
            preview.ask,
            None,
            {Confirm: preview.save, SaveAndCancel: preview.save_and_cancel, PickPage: preview.turn_page},
            let_go=preview.stored_before,
        ),
    ),
    in_words=(Ask.OVERVIEW,),
)
