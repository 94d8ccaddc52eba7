"""Who looks after whom, as far as people did it and the bot has said so; patients go by their names here.

No two have one name, and none is a part of another one, so that a text in a chat tells whom it is about.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

from bot.demo.bot_api.chats import Json
from services.models.patients import has_no_account

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
# What was noted in this process, of what another one has written.
NEARLY_SECONDS = 15
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
FOR_WHOM = re.compile(r"^No\. \d+ of -?\d+ for (.+?)(?:, or rather another)?$")


def surnames() -> Iterator[str]:
    """Give names that are no part of each other: all have four letters."""
    for letters in product(CONSONANTS, VOWELS, CONSONANTS, VOWELS):
        yield "".join(letters).capitalize()


@dataclass
class Care:
    """Who looks after whom, by chats.

    `since` is from when on somebody surely does, `may` who ever might have: whoever is not among these must
    hear nothing of the patient.
    """

    names: Iterator[str] = field(default_factory=surnames)
    since: dict[str, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    may: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    # Of those whom the desk was to make one: by the name of the one who goes, the name of who stays.
    merges: dict[str, str] = field(default_factory=dict)
    # Who goes, where the bot has said that they are one.
    merged: set[str] = field(default_factory=set)
    # The ids of those who were there from the beginning.
    ids: dict[str, str] = field(default_factory=dict)

    def called(self, first: str) -> str:
        """Return another name, of somebody who is no such patient."""
        return f"{first} {next(self.names)}"

    def named(self, first: str) -> str:
        """Return another name, of a patient whom nobody looks after yet."""
        name = self.called(first)
        self.may[name] = set()
        return name

    def looks_after(self, chat_id: int, name: str, at: datetime = ALWAYS) -> None:
        """Note that somebody surely looks after a patient from then on."""
        self.may[name].add(chat_id)
        self.since[name].setdefault(chat_id, at)

    def may_merge(self, lost: str, kept: str) -> None:
        """Note that two may be one from now on: whoever looks after one of them hears of both."""
        self.merges[lost] = kept
        both = self.may[lost] | self.may[kept]
        self.may[lost] |= both
        self.may[kept] |= both

    def patient_of(self, row: Json) -> str | None:
        """Return for whom an appointment was booked that is one of these patients: the reason tells."""
        found = FOR_WHOM.match(row.get("reason") or "")
        return found[1] if found and found[1] in self.may else None

    def must_hear(self, row: Json, at: datetime, people: Mapping[int, str]) -> tuple[str, ...]:
        """Return whose accounts must hear what happened to an appointment then; `people` are the chats'."""
        name = self.patient_of(row)
        if name is None:
            return () if has_no_account(row["patient_id"]) else (row["patient_id"],)
        return tuple(
            people[chat_id]
            for chat_id, since in self.since[name].items()
            if (at - since).total_seconds() > NEARLY_SECONDS
        )
