"""Regulars: one books a series, moves one of its visits and cancels the rest; two others swap.

Of these two one waits for an earlier time than their own, which the other one has and cancels.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random

from bot.texts.formats import zone_name
from tests.chaos.kinds import EVERY
from tests.chaos.people import (
    CANCELLED,
    LISTS,
    MOVED,
    MOVED_TO,
    OVER,
    REASON,
    TIME,
    WHEN,
    Booker,
    Draft,
    Patient,
)
from tests.chaos.phones import GivesUpError, Screen, Way, says
from tests.chaos.waiting import DOCTORS, TAKE, Heard, offer_of
from tests.chaos.wishes import Act, Claim, Said, SeriesPromise, Wishes
from tests.chaos.world import SPECIALIZATIONS, World
from tests.town import Person

GROUP = 3
# One of them is in the doctors' time off (tests/chaos/kinds.py).
COUNT = "3"
# The days of those who swap: nobody else books on them but by chance.
SOONER, LATER = timedelta(days=1), timedelta(days=2)
WEEK = timedelta(days=7)
OPENED, EARLIER = "🔔 An earlier time has opened up", "⏩ An earlier time"
WAITS = "waiting for an earlier time"
SERIES_BOOKED, SERIES_CANCELLED, BOOKED_BEFORE = "visits booked", "of the series cancelled", "already booked"
VISIT = re.compile(r"^(?:\d+\.|•) .*?(\w{3} \d+ \w+ \d{4}, .+?M)", re.MULTILINE)
# In a card the number of each visit stands before it: “2 of 5: …”.
VISIT_OF_CARD = re.compile(r"^\d+ of \d+: (\w{3} \d+ \w+ \d{4}, .+?M)", re.MULTILINE)
# So long it is waited for an offer: from a killed worker, too.
OFFER_SECONDS = 20


class Regular(Patient):
    """A patient of one doctor, who comes on these days."""

    def __init__(
        self,
        world: World,
        person: Person,
        wishes: Wishes,
        chance: Random,
        *,
        doctor: str,
        days: Sequence[date],
    ) -> None:
        admins: asyncio.Queue[Booker] = asyncio.Queue()
        super().__init__(world, person, wishes, chance, admins)
        self._doctor, self._days = doctor, days
        self._has_chosen = False
        self._card: list[str] = []

    async def has_series(self) -> None:
        """Book a series, move one of it, and cancel the rest."""
        if await self._tries(Act.SERIES, self._books_series):
            await self._tries(Act.MOVE, self._moves_one)
            await self._tries(Act.REST, self._cancels_rest)

    async def books_one(self) -> bool:
        """Book once; tell whether it was done."""
        return await self._tries(Act.BOOK, self._books)

    async def cancels_it(self) -> bool:
        """Cancel what was booked; tell whether it was done."""
        return await self._tries(Act.CANCEL, self._cancels)

    async def waits_for_earlier(self) -> bool:
        """Wait for an earlier time than the one that was booked; tell whether the bot has said so."""
        return await self._tries(Act.EARLIER, self._joins)

    async def takes_it(self, heard: Heard) -> bool:
        """Take the earlier time that is offered; tell whether it was done."""
        return await self._tries(Act.SWAP, lambda: self._takes(heard))

    def _some_day(self) -> str:
        return self._chance.choice(self._days).isoformat()

    def _pick_special(self, screen: Screen) -> None:
        number = list(self._world.doctors).index(self._doctor)
        self.tap(SPECIALIZATIONS[number % len(SPECIALIZATIONS)])(screen)

    def _pick_doctor(self, screen: Screen) -> None:
        self.tap(self._doctor)(screen)

    def _pick_time(self, screen: Screen) -> None:
        times = [data for label, data in screen.buttons.items() if TIME.match(label)]
        self.phone.tap(screen.id, self._chance.choice(times or [screen.button("« Back")]))

    async def _books_series(self) -> None:
        self._draft = Draft(f"A series of {self.phone.chat_id}")
        self._has_chosen = False
        way: Way = (
            ("Book these visits?", self._sees_visits),
            ("A series has at least 2 visits", self.tap("« Back")),
            ("Which time instead?", self._chooses_instead),
            ("There is no other time near it", self.tap("Leave it out", "« Back")),
            ("How many visits in all?", self.tap(COUNT)),
            ("How often?", self.tap("Every week")),
            ("Book this appointment?", self.tap("Make it a series")),
            *self._to_summary(),
        )
        await self.goes(self._begins, way, self._is_series_booked)
        self._wishes.seen[Act.SERIES] += 1
        promise = SeriesPromise(self.phone.chat_id, tuple(self._card), self._draft.shown)
        self._wishes.series.append(promise)

    def _is_series_booked(self, screen: Screen) -> bool:
        is_before = BOOKED_BEFORE in screen.text and self._draft.reason in screen.text
        return bool(self._card) and (SERIES_BOOKED in screen.text or is_before)

    def _sees_visits(self, screen: Screen) -> None:
        """Look at one gap, or confirm as it was filled."""
        gaps = [label for label in screen.buttons if label.startswith("⚠️")]
        if gaps and not self._has_chosen and self._chance.random() < 2 / 3:
            self._has_chosen = True
            self.tap(self._chance.choice(gaps))(screen)
            return
        self._card = VISIT.findall(screen.text)
        draft, zone = self._draft, self._world.stage.town.assembly.clinic.rules.zone
        draft.shown = next(iter(REASON.findall(screen.text)), "")
        draft.wanted, draft.summary = f"{self._card[0]} ({zone_name(zone)})", screen
        self.tap("✅ Confirm")(screen)

    def _chooses_instead(self, screen: Screen) -> None:
        times = [label for label in screen.buttons if TIME.search(label)]
        leave = [label for label in screen.buttons if "Leave it out" in label]
        chosen = leave if leave and self._chance.random() < 1 / 2 else times
        self.tap(self._chance.choice(chosen or ["« Back"]))(screen)

    async def _moves_one(self) -> None:
        await self.moves(await self._any_of_mine())

    async def _any_of_mine(self) -> str:
        """Return the data of a button in the list of one's appointments. Raises GivesUpError."""
        return self._one_of(await self.goes(lambda: self.phone.send("/appointments"), (), says(LISTS[0])))

    async def _cancels_rest(self) -> None:
        """Cancel one visit and those after it, or all. Raises GivesUpError."""
        way: Way = (
            *((mark, self.tap("Yes, cancel")) for mark in ("Cancel these", "Cancel this visit", "Cancel Dr")),
            ("Which visits do you want to cancel?", self.tap("This and the rest", "All of them")),
            ("📋 Appointment\n", self.tap("✖ Cancel appointment")),
            (LISTS[0], lambda screen: self.phone.tap(screen.id, self._one_of(screen))),
        )
        done = says(SERIES_CANCELLED, *CANCELLED, *OVER)
        card = await self.goes(lambda: self.phone.send("/appointments"), way, done)
        self._wishes.seen[Act.REST] += 1
        if SERIES_CANCELLED in card.text:
            # What the question showed does not count: a visit may have been moved since, and the card may
            # be late news of visits that were cancelled before.
            gone = VISIT_OF_CARD.findall(card.text)
            self._wishes.claims += [Claim(Said.CANCELLED, self.phone.chat_id, each) for each in gone]

    async def _joins(self) -> None:
        show = await self._any_of_mine()
        way: Way = (
            ("Where?", self.tap("Any place")),
            ("Which part of the day", self.tap("Any time")),
            ("Which days would suit you", self.tap("Any time before")),
            ("📋 Appointment\n", self.tap(EARLIER)),
            (LISTS[0], lambda screen: self.phone.tap(screen.id, show)),
        )
        await self.goes(lambda: self.phone.send("/appointments"), way, says(WAITS))
        self._wishes.seen[Act.EARLIER] += 1

    async def _takes(self, heard: Heard) -> None:
        screen = await self._offered()
        offer_id = offer_of(screen)
        heard.at.setdefault(offer_id, self._world.clock.now())

        def taps() -> None:
            # Now and then twice, as whoever sees nothing happen does.
            for _ in range(self._chance.choice((1, 2))):
                self.tap(TAKE)(screen)

        card = await self.goes(taps, (), says(*MOVED, "That offer has expired"))
        if any(mark in card.text for mark in MOVED):
            heard.booked.add(offer_id)
            self._wishes.seen[Act.SWAP] += 1
            if moments := WHEN.findall(card.text) or MOVED_TO.findall(card.text):
                self._wishes.claims.append(Claim(Said.MOVED, self.phone.chat_id, moments[-1]))

    async def _offered(self) -> Screen:
        """Wait for the offer. Raises GivesUpError."""
        try:
            async with asyncio.timeout(OFFER_SECONDS):
                while True:
                    for screen in self._screens():
                        if OPENED in screen.text and screen.has(TAKE):
                            return screen
                    await self._world.chats.change(self.phone.chat_id)
        except TimeoutError as error:
            raise GivesUpError from error


@dataclass
class Swap:
    """Two of whom the one who comes `later` waits for the time of the one who comes `sooner`."""

    sooner: Regular
    later: Regular
    heard: Heard

    async def lives(self) -> None:
        """Do all of it once."""
        booked = await asyncio.gather(self.sooner.books_one(), self.later.books_one())
        if all(booked) and await self.later.waits_for_earlier() and await self.sooner.cancels_it():
            await self.later.takes_it(self.heard)


def _lives(world: World, wishes: Wishes, heard: Heard, chance: Random) -> Iterator["asyncio.Task[None]"]:
    first, doctors = wishes.days[0], list(world.doctors)
    plain = [name for number, name in enumerate(doctors) if number % EVERY and number >= DOCTORS]
    with_kinds, alone = cycle(doctors[::EVERY]), cycle(plain)
    # Sessions end after 30 days, and whoever is not signed in is told nothing in the chat.
    weeks = [first + number * WEEK + day for number in range(2) for day in (timedelta(), SOONER)]

    def regular(person: Person, doctor: str, days: Sequence[date]) -> Regular:
        return Regular(world, person, wishes, Random(chance.random()), doctor=doctor, days=days)

    people = iter(world.regulars)
    while group := list(islice(people, GROUP)):
        one, sooner, later = group
        doctor = next(alone)
        swap = Swap(regular(sooner, doctor, [first + SOONER]), regular(later, doctor, [first + LATER]), heard)
        yield asyncio.create_task(regular(one, next(with_kinds), weeks).has_series())
        yield asyncio.create_task(swap.lives())


@asynccontextmanager
async def coming_regularly(
    world: World, wishes: Wishes, heard: Heard, chance: Random, *, lingers: float
) -> AsyncIterator[None]:
    """Let the regulars live during the block, and finish after it, which is waited for so many seconds."""
    lives = list(_lives(world, wishes, heard, chance))
    try:
        yield
        if lives:
            await asyncio.wait(lives, timeout=lingers, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for life in lives:
            life.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
    for why in ended:
        if isinstance(why, Exception):
            raise why
