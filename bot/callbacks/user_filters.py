"""Which accounts an admin's list shows, and how a button carries that: what is searched for, among whom.

Cards of accounts lead back to the list that they were opened from, so all their buttons carry it, in the
place where buttons of before have the search alone; a mark of two characters before that names the filter.
"""

from dataclasses import dataclass

from bot.callbacks.tap import short_search
from services.models.people import Who

MARK = "#"
# Stored in buttons, so they never change.
LETTERS = {Who.PATIENTS: "p", Who.DOCTORS: "d", Who.ADMINS: "a", Who.WAITING: "w", Who.BLOCKED: "b"}


@dataclass(frozen=True, slots=True)
class WantedUsers:
    """Those of `who` that have `text` in their name or mail."""

    text: str = ""
    who: Who = Who.ALL

    @property
    def packed(self) -> str:
        """What a button carries; a long text is cut, so that it finds the same people, or more."""
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
    """Return what /users <text> asks for: the name of a list alone is that list."""
    text = " ".join(text.split())
    try:
        return WantedUsers(who=Who(text.casefold()))
    except ValueError:
        # A mark that is typed is none: no name begins with it.
        return read_packed(short_search(text.lstrip(f"{MARK} ")))
