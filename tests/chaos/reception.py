"""Receptionists, who book for callers and for those whom others look after, and make one of two patients."""

import asyncio
import re
from random import Random

from tests.chaos.people import TIME, Booker, Patient
from tests.chaos.phones import GivesUpError, Screen, Way, says
from tests.chaos.wishes import Act, Wishes
from tests.chaos.world import World
from tests.town import Person

CODE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")
ARE_ONE = "They are one patient now"
CARD = "👪 "


class Receptionist(Patient):
    """Somebody at the reception, who does one thing after the other, whoever asks."""

    def __init__(
        self, world: World, person: Person, wishes: Wishes, chance: Random, admins: asyncio.Queue[Booker]
    ) -> None:
        super().__init__(world, person, wishes, chance, admins)
        self._busy = asyncio.Lock()
        self._is_new = False

    async def books_for(self, name: str, *, is_new: bool = False) -> bool:
        """Book for a patient, whom nobody knows yet if `is_new`; tell whether it was done."""
        async with self._busy:
            self._whom, self._is_new = name, is_new
            return await self._tries(Act.BOOK, self._books)

    def _for_whom(self) -> Way:
        whom = self._whom
        return (
            # Whoever begins anew may have made them before.
            ("one of these?", self.tap(f"{whom} ", "None of these")),
            ("'s telephone number?", lambda _screen: self.phone.send(self._number())),
            ("What is their full name", lambda _screen: self.phone.send(whom)),
            ("Who is it for?", self._chooses_whom),
        )

    def _number(self) -> str:
        return f"+44 20 7946 {self._chance.randrange(10_000):04}"

    def _chooses_whom(self, screen: Screen) -> None:
        if self._is_new:
            self.tap("New patient")(screen)
        else:
            self.phone.send(self._whom)

    def _card_of(self, name: str) -> Way:
        """Return how the card of a patient is opened that is not the only one who is found."""
        return (("patients with", self.tap(name)),)

    async def code_of(self, name: str) -> str | None:
        """Hand a patient over; return the code."""
        way: Way = ((CARD, self.tap("Hand over")),)
        card = await self._at(name, way, "A code for")
        found = CODE.search(card.text) if card else None
        return found[0] if found else None

    async def merges(self, lost: str, kept: str) -> bool:
        """Make one of two patients; tell whether the bot said so."""
        care = self._world.care
        care.may_merge(lost, kept)
        way: Way = (
            ("Are these two the same person?", self.tap("Yes, make them one")),
            ("Who is the same person", lambda screen: self._finds(screen, kept)),
            (CARD, self.tap("Same person as")),
        )
        card = await self._at(lost, way, ARE_ONE, "These are at one time")
        if card is None or ARE_ONE not in card.text:
            return False
        care.merged.add(lost)
        return True

    def _finds(self, screen: Screen, name: str) -> None:
        if screen.has(name):
            self.tap(name)(screen)
        else:
            self.phone.send(name)

    async def _at(self, name: str, way: Way, *ends: str) -> Screen | None:
        async with self._busy:
            way = (*way, *self._card_of(name))
            try:
                return await self.goes(lambda: self.phone.send(f"/patients {name}"), way, says(*ends))
            except GivesUpError:
                self.phone.send("/cancel")
                return None

    async def changes_one_of(self, name: str) -> None:
        """Move or cancel a visit of a patient."""
        async with self._busy:
            way = self._card_of(name)
            try:
                card = await self.goes(lambda: self.phone.send(f"/patients {name}"), way, says(CARD))
                show = next(data for label, data in card.buttons.items() if TIME.search(label))
            except (GivesUpError, StopIteration):
                return
            act = self._chance.choice((Act.MOVE, Act.CANCEL))
            await self._tries(act, lambda: self.moves(show) if act is Act.MOVE else self._cancels(show))
