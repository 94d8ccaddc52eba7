"""The people whom somebody looks after."""

from dataclasses import dataclass

from bot.callbacks.tap import Tap
from services.models.people import UserId


@dataclass(frozen=True)
class ShowRelative(Tap, code="fam"):
    """Show somebody whom one looks after."""

    patient_id: UserId


@dataclass(frozen=True)
class AddRelative(Tap, code="fam+"):
    """Begin to add somebody."""


@dataclass(frozen=True)
class EditRelative(Tap, code="fam~"):
    """Begin to change what is known of somebody."""

    patient_id: UserId


@dataclass(frozen=True)
class AskRemoveRelative(Tap, code="fam-?"):
    """Ask whether to look after somebody no more."""

    patient_id: UserId


@dataclass(frozen=True)
class RemoveRelative(Tap, code="fam-"):
    """Look after somebody no more."""

    patient_id: UserId


@dataclass(frozen=True)
class BookForRelative(Tap, code="fambook"):
    """Start booking for somebody whom one looks after."""

    patient_id: UserId
