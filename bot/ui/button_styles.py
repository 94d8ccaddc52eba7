"""The colours of buttons, by what they mean when tapped (Bot API 9.4, InlineKeyboardButton.style).

What confirms a card, or leads on from it, is PRIMARY; what takes something away, or asks about it, is DANGER.
A label says more than its tap where one tap serves both: a dialog's Confirm saves here and cancels there.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.callbacks.account import EndApiSession, EndOtherSessions, EndSession, ForgetMe
from bot.callbacks.admins import (
    AskBlock,
    AskBulkCancel,
    BlockUser,
    BulkCancel,
    Decide,
    DecideName,
    DropNotice,
    StopAnnouncement,
)
from bot.callbacks.calendar_feed import AskStopFeed, StopFeed
from bot.callbacks.catalogue import RemoveQuestion
from bot.callbacks.doctors import CallNext, CancelForPatient
from bot.callbacks.family import AskRemoveRelative, BookForRelative, RemoveRelative
from bot.callbacks.handover import BeThem, MergePatients, WithdrawCodes
from bot.callbacks.series import AskCancelSeries, CancelSeries
from bot.callbacks.steps import Confirm, Resume, SaveAndCancel
from bot.callbacks.tap import Tap
from bot.callbacks.visits import (
    AskCancel,
    AskCantCome,
    BookDoctor,
    CancelAppointment,
    CantCome,
    ConfirmAppointment,
    LeaveEarlier,
    LeaveWaitlist,
    LeaveWaitlistFor,
    TakeWaitlistOffer,
)
from bot.localization.messages import Phrase, Words
from bot.texts import labels


class Style(StrEnum):
    """The colour of a button, as the Bot API calls it: blue or red. Older clients show none."""

    PRIMARY = "primary"
    DANGER = "danger"


_TAPS: Mapping[type[Tap], Style] = {
    **dict.fromkeys(
        (
            BeThem,
            BookDoctor,
            BookForRelative,
            CallNext,
            Confirm,
            ConfirmAppointment,
            MergePatients,
            Resume,
            TakeWaitlistOffer,
        ),
        Style.PRIMARY,
    ),
    **dict.fromkeys(
        (
            AskBlock,
            AskBulkCancel,
            AskCancel,
            AskCancelSeries,
            AskCantCome,
            AskRemoveRelative,
            AskStopFeed,
            BlockUser,
            BulkCancel,
            CancelAppointment,
            CancelForPatient,
            CancelSeries,
            CantCome,
            DropNotice,
            EndApiSession,
            EndOtherSessions,
            EndSession,
            ForgetMe,
            LeaveEarlier,
            LeaveWaitlist,
            LeaveWaitlistFor,
            RemoveQuestion,
            RemoveRelative,
            SaveAndCancel,
            StopAnnouncement,
            StopFeed,
            WithdrawCodes,
        ),
        Style.DANGER,
    ),
}
_LABELS: Mapping[Phrase, Style] = {
    labels.BOOK_APPOINTMENT: Style.PRIMARY,
    labels.JOIN: Style.PRIMARY,
    labels.CANCEL_YES: Style.DANGER,
    labels.CANCEL_THESE_YES: Style.DANGER,
    labels.DELETE_ACCOUNT: Style.DANGER,
    labels.REMOVE_REASON: Style.DANGER,
    labels.RETIRE: Style.DANGER,
    labels.RETIRE_YES: Style.DANGER,
}


def cancelling(count: int) -> Style | None:
    """Return the colour of a button that saves something, and cancels so many appointments with it."""
    return Style.DANGER if count else None


def style_of(label: Words, tap: Tap | None = None) -> Style | None:
    """Return the colour of a button with that label; None for most of them."""
    said = _LABELS.get(label) if isinstance(label, Phrase) else None
    if said is not None or tap is None:
        return said
    if isinstance(tap, Decide | DecideName):
        return Style.PRIMARY if tap.approve else None
    return _TAPS.get(type(tap))
