"""Patients who wait in the lines of doctors: they join, and take or pass what is offered, or let it be."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from random import Random

from bot.callbacks.tap import Tap
from bot.callbacks.visits import TakeWaitlistOffer
from bot.texts.labels import TELL_ME
from tests.chaos.kinds import KIND_NAMES, PLACE_NAMES, WHERE, WHICH_KIND
from tests.chaos.people import is_booked
from tests.chaos.phones import GivesUpError, Screen, Someone, Way, says
from tests.chaos.world import SPECIALIZATIONS, World
from tests.town import Person

OPENED, OVER, JOINED = (
    "🔔 A time has opened up",
    "That offer has expired",
    "🔔 You're on the waiting list for",
)
TAKE, PASS, PASSED = "✅ Take it", "👋 Pass", "👋 Passed on"
# What the notice of an offer says: with whom, and when it begins.
ABOUT = re.compile(r"With: (.+?)\n.*When: (.+?) – ", re.DOTALL)
# The lines of so few doctors are joined that there is always somebody behind somebody, and so many by each.
DOCTORS, LINES = 4, 2
# So many of ten offers are taken, and so many passed on; nothing is done about the others.
TAKEN, PASSED_ON = 7, 2
# So long somebody thinks at the most.
THINKS_SECONDS = 3


@dataclass
class Heard:
    """What those who wait saw on their phones, and did, by the id of the offer."""

    at: dict[str, datetime] = field(default_factory=dict)
    # When Pass was tapped first: it was theirs until then at the least.
    passed: dict[str, datetime] = field(default_factory=dict)
    # Of which the bot has said that they are booked.
    booked: set[str] = field(default_factory=set)


class Waiter(Someone):
    """A patient who does nothing but wait, so that no booking of theirs ends a place in a line."""

    def __init__(self, world: World, person: Person, chance: Random, heard: Heard) -> None:
        super().__init__(world, person, chance)
        self._heard = heard
        self._answered: set[str] = set()
        self._joins = chance.sample(list(islice(world.doctors, DOCTORS)), LINES)

    async def waits(self) -> None:
        """Join some lines, and answer what is offered; whoever has taken one joins that line again."""
        while True:
            while self._joins:
                await self._joined(self._joins.pop(0))
            for offer_id, screen in self._offers():
                if offer_id not in self._answered:
                    self._answered.add(offer_id)
                    await self._answers(offer_id, screen)
                    break
            else:
                await self._world.chats.change(self.phone.chat_id)

    def _offers(self) -> Sequence[tuple[str, Screen]]:
        """Return the offers on the phone, having noted when they were seen first."""
        screens = [screen for screen in self._screens() if OPENED in screen.text and screen.has(TAKE)]
        offers = [(offer_of(screen), screen) for screen in screens]
        for offer_id, _ in offers:
            self._heard.at.setdefault(offer_id, self._world.clock.now())
        return offers

    async def _joined(self, doctor: str) -> None:
        """Join a line: below the days of a booking, or on the doctor's card."""
        special = SPECIALIZATIONS[list(self._world.doctors).index(doctor) % len(SPECIALIZATIONS)]
        way: Way = (
            (WHICH_KIND, self.tap(*KIND_NAMES)),
            (WHERE, self.tap(*PLACE_NAMES)),
            ("Which part of the day", self.tap("Any time")),
            ("Which days would suit you", self.tap("Any day until")),
            ("Which day?", self.tap(str(TELL_ME))),
            ("Who would you like", self.tap(doctor)),
            ("What kind of doctor", self.tap(special)),
            ("Our doctors", self.tap(special)),
            # The doctor's card, or else the list in which it is.
            (special, self.tap(str(TELL_ME), doctor)),
        )
        command = self._chance.choice(("/book", "/doctors"))
        try:
            await self.goes(lambda: self.phone.send(command), way, says(JOINED))
        except GivesUpError:
            self.phone.send("/cancel")
            self._joins.append(doctor)

    async def _answers(self, offer_id: str, screen: Screen) -> None:
        await asyncio.sleep(self._chance.uniform(0, THINKS_SECONDS))
        # What came while they thought was there before they answer.
        self._offers()
        chosen = self._chance.randrange(10)
        try:
            if chosen < TAKEN:
                await self._takes(offer_id, screen)
            elif chosen < TAKEN + PASSED_ON:
                self._heard.passed[offer_id] = self._world.clock.now()
                await self.goes(lambda: self.tap(PASS)(screen), (), says(PASSED, OVER))
        except GivesUpError:
            return

    async def _takes(self, offer_id: str, screen: Screen) -> None:
        about = ABOUT.search(screen.text)
        assert about is not None, screen.text
        doctor, start = about.groups()
        await self._world.before_confirming(doctor.removeprefix("Dr "), start)

        def is_done(answer: Screen) -> bool:
            is_this = is_booked(answer) and doctor in answer.text and start in answer.text
            return is_this or OVER in answer.text

        answer = await self.goes(lambda: self.tap(TAKE)(screen), (), is_done)
        if is_booked(answer):
            self._heard.booked.add(offer_id)
            self._joins.append(doctor.removeprefix("Dr "))


def offer_of(screen: Screen) -> str:
    """Return the id of the offer that a message has a button for."""
    tap = Tap.unpack(screen.button(TAKE))
    assert isinstance(tap, TakeWaitlistOffer)
    return str(tap.offer_id)


@asynccontextmanager
async def in_line(world: World, chance: Random, *, lingers: float) -> AsyncIterator[Heard]:
    """Let those who wait do so during the block, and so many seconds longer."""
    heard = Heard()
    waiters = [Waiter(world, person, Random(chance.random()), heard) for person in world.waiters]
    lives = [asyncio.create_task(waiter.waits()) for waiter in waiters]
    try:
        yield heard
        if lives:
            await asyncio.wait(lives, timeout=lingers, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for life in lives:
            life.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
    for why in ended:
        if isinstance(why, Exception):
            raise why
