"""/hours: the week, the numbers, the daily digest, a preview, and saving."""

from bot.callbacks.doctors import ChangeDigest, ChangeVideo
from bot.callbacks.steps import (
    CloseDay,
    Confirm,
    CopyDay,
    OpenHours,
    PickPage,
    PickWeekday,
    SameAsMonday,
    SaveAndCancel,
)
from bot.conversations.hours import daily_digest, numbers, preview, week
from bot.conversations.hours.draft import Ask
from bot.dialogs.access import DOCTORS
from bot.dialogs.engine import Dialog, Step
from bot.drafts import Draft, HoursDraft


def _is_begun(draft: Draft) -> bool:
    return isinstance(draft, HoursDraft) and draft.changed


DIALOG = Dialog(
    command="hours",
    noun="working hours change",
    visitors=DOCTORS,
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
        *numbers.STEPS,
        Step(Ask.DIGEST, daily_digest.ask, daily_digest.take, {ChangeDigest: daily_digest.pick}),
        Step(
            Ask.PREVIEW,
            preview.ask,
            None,
            {Confirm: preview.save, SaveAndCancel: preview.save_and_cancel, PickPage: preview.turn_page},
            let_go=preview.stored_before,
        ),
    ),
)
