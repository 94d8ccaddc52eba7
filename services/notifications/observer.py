"""Who watches the outbox at work, for example to count what it does."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from services.models.notifications import ChannelName, Event


class DeliveryOutcome(StrEnum):
    """What came of a try to deliver a notice.

    `later`: it is tried again. `gone`: its reader will never be reached there. `dead`: it is a dead letter.
    """

    DELIVERED = "delivered"
    LATER = "later"
    GONE = "gone"
    DEAD = "dead"


class OutboxObserver(Protocol):
    """Is told what the outbox does. It must be quick, and must not raise."""

    def spread(self, events: Sequence[Event]) -> None:
        """Note that this worker has made the notices of these events."""
        ...

    def tried(self, channel: ChannelName, outcome: DeliveryOutcome) -> None:
        """Note what came of a try to deliver a notice."""
        ...

    def storage_failed(self) -> None:
        """Note that the database did not answer."""
        ...


class NoObserver:
    """Nobody watches."""

    def spread(self, events: Sequence[Event]) -> None:
        """Do nothing."""

    def tried(self, channel: ChannelName, outcome: DeliveryOutcome) -> None:
        """Do nothing."""

    def storage_failed(self) -> None:
        """Do nothing."""
