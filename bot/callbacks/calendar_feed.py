"""The calendar feed. The buttons that end an address have its key, so that they end no other.

The address may have been renewed since, or somebody else may be signed in in the chat.
"""

from dataclasses import dataclass

from bot.callbacks.bounds import Key
from bot.callbacks.tap import Tap


@dataclass(frozen=True)
class ShowFeed(Tap, code="feed"):
    """Show the address of one's feed; it is made if there is none."""


@dataclass(frozen=True)
class AskRenewFeed(Tap, code="feed?"):
    """Ask whether to renew the address with that key."""

    address: Key


@dataclass(frozen=True)
class RenewFeed(Tap, code="feed+"):
    """Put a new address in the place of the one with that key."""

    address: Key


@dataclass(frozen=True)
class AskStopFeed(Tap, code="feedx?"):
    """Ask whether to end the address with that key."""

    address: Key


@dataclass(frozen=True)
class StopFeed(Tap, code="feedx"):
    """End the address with that key."""

    address: Key


@dataclass(frozen=True)
class NamePatients(Tap, code="feedn"):
    """Show patients in a doctor's feed by their full names, or by their initials."""

    in_full: bool
