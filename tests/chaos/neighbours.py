"""Somebody who goes back and forth in a dialog, and must find each step where it was left.

Where a worker is killed, the same question may come once more: what was sent and not yet saved is done again.
That is counted, and answered as the one before. Any other question than the next one has jumped. Who was so
quick that the dialog was not begun yet reads that the card is old, and the question must come once more, too.
Where it came before they read that, the old card is no news.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from random import Random

from tests.chaos.kinds import WHICH_KIND
from tests.chaos.phones import SHOWN, Screen, Someone
from tests.chaos.world import SPECIALIZATIONS, World
from tests.town import Person

# Nothing else goes wrong meanwhile, so an answer is late for want of a processor alone.
PATIENCE_SECONDS = 20
KINDS, DOCTORS, DAYS, BACK = "What kind of doctor", "Who would you like", "Which day?", "« Back"
OLD = "This card is old"
# What comes after the doctor: some offer kinds of visit.
AFTER_DOCTOR = (DAYS, WHICH_KIND)


class Neighbour(Someone):
    """Taps once, and waits for what must come; taps again only on a question that was repeated."""

    def __init__(self, world: World, person: Person, chance: Random, *, may_repeat: bool) -> None:
        super().__init__(world, person, chance)
        self._may_repeat = may_repeat
        self.steps = 0
        self.repeats = 0
        self.lost: list[str] = []

    async def lives(self) -> None:
        """Go on until cancelled, or until something else came than what must."""
        screen = await self._sees((KINDS,), lambda: self.phone.send("/book"))
        while screen is not None:
            kind = self._chance.choice(SPECIALIZATIONS)
            # There and back again: a step that was lost shows at the next one, in either direction.
            way = ((kind, (DOCTORS,)), ("Meera", AFTER_DOCTOR), (BACK, (DOCTORS,)), (BACK, (KINDS,)))
            for label, expected in way:
                screen = await self._tapped(screen, expected, label) if screen is not None else None

    async def _tapped(self, screen: Screen, expected: Sequence[str], label: str) -> Screen | None:
        while True:
            seen = await self._sees(expected, partial(self.tap(label), screen), screen)
            if seen is None or any(each in seen.text for each in expected):
                return seen
            screen = seen

    async def _sees(
        self, expected: Sequence[str], act: Callable[[], object], last: Screen | None = None
    ) -> Screen | None:
        """Act, and return the answer where it asks what is expected, or repeats `last`; else None."""
        before = self._screens()
        self._world.chats.act(self.phone.chat_id)
        act()
        said = "nothing"
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (news := self._news(before, last)):
                    await self._world.chats.change(self.phone.chat_id)
            if any(each in news[-1].text for each in expected):
                self.steps += 1
                return news[-1]
            if self._may_repeat and last is not None and news[-1].text == last.text:
                self.repeats += 1
                return news[-1]
            if self._may_repeat and last is not None and OLD in news[-1].text:
                again = await self._asked_again(last)
                if again is not None:
                    self.repeats += 1
                    return again
            said = news[-1].text[:SHOWN]
        self.lost.append(f"step lost in chat {self.phone.chat_id}: no {' or '.join(expected)!r} but {said!r}")
        return None

    def _news(self, before: Sequence[Screen], last: Screen | None) -> list[Screen]:
        """Return what has come since, but for cards before the last one that have become old."""
        return [
            screen
            for screen in self._screens()
            if screen not in before and not (last is not None and screen.id < last.id and OLD in screen.text)
        ]

    async def _asked_again(self, last: Screen) -> Screen | None:
        """Wait for a question to come once more; return None where it does not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    for screen in self._screens():
                        if screen.id > last.id and screen.text == last.text:
                            return screen
                    await self._world.chats.change(self.phone.chat_id)
        return None
