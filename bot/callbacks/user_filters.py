"""Which accounts an admin's list shows, and how a button carries that: a search text and a filter.

The card of an account leads back to its list, so all its buttons carry that. Buttons of older versions carry
the search text alone; a mark of two characters before it names the filter.
"""

from dataclasses import dataclass

from bot.callbacks.tap import short_search
from services.models.people import Who

MARK = "#"
# Stored in buttons, so they never change.
LETTERS = {
    Who.PATIENTS: "p",
    Who.DOCTORS: "d",
    Who.RECEPTIONISTS: "r",
    Who.ADMINS: "a",
    Who.WAITING: "w",
    Who.BLOCKED: "b",
}


@dataclass(frozen=True, slots=True)
class WantedUsers:
    """The accounts of the list `who` that have `text` in their name or email address."""

    text: str = ""
    who: Who = Who.ALL

    @property
    def packed(self) -> str:
        """The form that a button carries. A long text is cut, so it finds the same people, or more."""
        mark = f"{MARK}{LETTERS[self.who]} " if self.who is not Who.ALL else ""
        return short_search(f"{mark}{self.text}")


def read_packed(search: str) -> WantedUsers:
    """Return what a button carries."""
    for who, letter in LETTERS.items():
        mark = f"{MARK}{letter}"
        if search == mark or search.startswith(f"{mark} "):
            return WantedUsers(search.removeprefix(mark).strip(), who)
    return WantedUsers(search)


def read_typed(text: str) -> WantedUsers:
    """Return what /users <text> asks for. The name of a filter alone means that filter."""
    text = " ".join(text.split())
    try:
        return WantedUsers(who=Who(text.casefold()))
    except ValueError:
        # A typed mark is dropped: no name begins with it.
        return read_packed(short_search(text.lstrip(f"{MARK} ")))
