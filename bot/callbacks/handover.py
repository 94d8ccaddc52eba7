"""Handing patients over, and making one of two."""

from dataclasses import dataclass

from bot.callbacks.bounds import Id
from bot.callbacks.tap import Tap
from services.models.people import UserId


@dataclass(frozen=True)
class HandOver(Tap, code="hand"):
    """Make a code with which somebody else takes a patient over."""

    patient_id: UserId


@dataclass(frozen=True)
class WithdrawCodes(Tap, code="hand-"):
    """End the codes of a patient that nobody has used."""

    patient_id: UserId


@dataclass(frozen=True)
class ShowClaim(Tap, code="claim"):
    """Show whom a code is about that was typed in this chat."""

    claim_id: Id


@dataclass(frozen=True)
class LookAfter(Tap, code="claim+"):
    """Look after the patient whom a code is about."""

    claim_id: Id


@dataclass(frozen=True)
class AskBeThem(Tap, code="claim?"):
    """Ask whether the person is the patient whom a code is about."""

    claim_id: Id


@dataclass(frozen=True)
class BeThem(Tap, code="claim="):
    """Be the patient whom a code is about."""

    claim_id: Id


@dataclass(frozen=True)
class FindSame(Tap, code="same"):
    """Begin to look for another patient who is the same person."""

    patient_id: UserId


@dataclass(frozen=True)
class PickSame(Tap, code="same+"):
    """Take that patient as the same person."""

    patient_id: UserId


@dataclass(frozen=True)
class AskMerge(Tap, code="merge?"):
    """Ask whether to make one of two patients."""

    lost_id: UserId
    kept_id: UserId


@dataclass(frozen=True)
class MergePatients(Tap, code="merge"):
    """Make one of two patients."""

    lost_id: UserId
    kept_id: UserId
