"""Patients, and the clinic's admins, who do as people do: look, tap, and tap again where nothing happens."""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from bot.demo.chats import Json
from tests.chaos.world import SPECIALIZATIONS, World
from tests.town import Person

# So long somebody looks at a screen on which nothing happens, before they tap again.
PATIENCE_SECONDS = 4
# So often they do, before they begin anew, and so often they do that.
TRIES, ROUNDS = 2, 4
# So many screens one wish may take.
LONGEST_WAY = 60
TIME = re.compile(r"\d{1,2}:\d\d")
MOMENT = re.compile("🕑 (.+)")
REASON = re.compile("💬 (.+)")
BOOKED, MOVED, CANCELLED = "✅ Booked", "🔁 Moved:", "✖ Cancelled:"
# How a patient's list of appointments begins, and how an admin's ends.
LISTS = ("🗓 Upcoming", "To look for somebody")
OVER = ("already cancelled", "has begun or is over")


class Act(StrEnum):
    """What somebody wishes."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class GivesUpError(Exception):
    """The way does not lead there: nothing to choose from, or no answer for too long."""


@dataclass(frozen=True)
class Screen:
    """A message of the bot as it is now."""

    id: int
    text: str
    buttons: Mapping[str, str]

    def button(self, *parts: str) -> str:
        """Return the data of the button whose label contains one of `parts`. Raises GivesUpError."""
        for part in parts:
            for label, data in self.buttons.items():
                if part in label:
                    return data
        raise GivesUpError

    def has(self, part: str) -> bool:
        """Tell whether there is such a button."""
        return any(part in label for label in self.buttons)


Do = Callable[[Screen], object]
Done = Callable[[Screen], bool]
Way = Sequence[tuple[str, Do]]


@dataclass(frozen=True)
class Promise:
    """What the bot has said that is booked: in which chat, when, and for which reason."""

    chat_id: int
    moment: str
    reason: str


@dataclass
class Wishes:
    """What is wished in a scenario, and what became of it."""

    waiting: deque[Act]
    days: Sequence[date]
    # How many of a day's times are asked for: few make people want the same ones.
    times: int = 100
    asked: Counter[Act] = field(default_factory=Counter)
    seen: Counter[Act] = field(default_factory=Counter)
    # Of which the bot has said that they are booked.
    booked: set[Promise] = field(default_factory=set)

    @classmethod
    def of(cls, number: int, days: int, first: date, chance: Random, times: int = 100) -> "Wishes":
        """Return so many, four bookings to a move and a cancelling, over some days from the `first` on."""
        acts = [Act.BOOK, Act.BOOK, Act.BOOK, Act.BOOK, Act.MOVE, Act.CANCEL] * (number // 6 + 1)
        few = acts[:number]
        chance.shuffle(few)
        return cls(deque(few), [first + timedelta(days=day) for day in range(days)], times)


class Someone:
    """A person with a phone, who goes from screen to screen."""

    def __init__(self, world: World, person: Person, wishes: Wishes, chance: Random) -> None:
        self.phone = person.phone
        self._world = world
        self._person = person
        self._wishes = wishes
        self._chance = chance

    def _screens(self) -> list[Screen]:
        return [_screen(message) for message in self._person.messages]

    async def goes(self, begin: Callable[[], object], way: Way, is_done: Done) -> Screen:
        """Begin, and do on each screen what the way says, until one tells that all is done.

        Raises GivesUpError.
        """
        before = {screen.id: screen for screen in self._screens()}
        last: Screen | None = None
        tries = rounds = 0
        begin()
        for _ in range(LONGEST_WAY):
            seen = await self._next(before, is_done, way, last)
            if seen is None:
                tries += 1
                if tries > TRIES:
                    rounds, tries, last = rounds + 1, 0, None
                    before = {screen.id: screen for screen in self._screens()}
                if rounds > ROUNDS:
                    break
                if last is None:
                    begin()
                    continue
            else:
                last, tries = seen, 0
            assert last is not None
            if is_done(last):
                return last
            next(do for mark, do in way if mark in last.text)(last)
        raise GivesUpError

    async def _next(
        self, before: Mapping[int, Screen], is_done: Done, way: Way, last: Screen | None
    ) -> Screen | None:
        """Wait for a screen that was not there before and is not the last one; None: nothing happens."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    for screen in reversed(self._screens()):
                        is_known = is_done(screen) or any(mark in screen.text for mark, _ in way)
                        if before.get(screen.id) == screen or not is_known:
                            continue
                        if screen != last:
                            return screen
                        break
                    await self._world.chats.change(self.phone.chat_id)
        except TimeoutError:
            return None

    def tap(self, *labels: str) -> Do:
        """Return the doing that taps the first of these buttons that is there."""
        return lambda screen: self.phone.tap(screen.id, screen.button(*labels))

    def _when(self) -> Way:
        """Return how a day and a time are chosen."""
        return (
            ("Which time?", self._pick_time),
            ("Which day?", lambda _screen: self.phone.send(self._some_day())),
            ("no free time", self.tap("« Back", "✖ Cancel")),
        )

    def _some_day(self) -> str:
        return self._chance.choice(self._wishes.days).isoformat()

    def _pick_time(self, screen: Screen) -> None:
        times = [data for label, data in screen.buttons.items() if TIME.match(label)]
        chosen = self._chance.choice(times[: self._wishes.times]) if times else screen.button("« Back")
        self.phone.tap(screen.id, chosen)

    async def moves(self, show: str) -> None:
        """Move the appointment that the button with that data shows. Raises GivesUpError."""

        def begin() -> None:
            self.phone.send("/appointments")

        way: Way = (
            ("Shall I move", self.tap("✅ Confirm")),
            *self._when(),
            ("📋 Appointment\n", self.tap("🔁 Move")),
            # Any list will do: the patient tells which appointment it is, and so which button is tapped.
            *((mark, lambda screen: self.phone.tap(screen.id, show)) for mark in LISTS),
        )
        await self.goes(begin, way, _says(MOVED, *OVER))
        self._wishes.seen[Act.MOVE] += 1


class Patient(Someone):
    """A patient, who books, moves and cancels as long as anything is wished."""

    def __init__(
        self, world: World, person: Person, wishes: Wishes, chance: Random, admins: asyncio.Queue[Someone]
    ) -> None:
        super().__init__(world, person, wishes, chance)
        self._admins = admins
        self._has = 0

    async def lives(self) -> None:
        """Do what is wished, one thing after the other."""
        while self._wishes.waiting:
            act = self._wishes.waiting.popleft()
            act = act if self._has else Act.BOOK
            self._wishes.asked[act] += 1
            try:
                await {Act.BOOK: self._books, Act.MOVE: self._has_moved, Act.CANCEL: self._cancels}[act]()
            except GivesUpError:
                self._person.phone.send("/cancel")

    async def _books(self) -> None:
        reason = f"No. {self._wishes.asked[Act.BOOK]} of {self.phone.chat_id}"
        wanted = shown = ""

        def confirm(screen: Screen) -> None:
            nonlocal wanted, shown
            wanted = MOMENT.findall(screen.text)[-1]
            # It may be the one of an earlier wish, which came only now.
            shown = next(iter(REASON.findall(screen.text)), "")
            self.tap("✅ Confirm")(screen)

        def is_done(screen: Screen) -> bool:
            # That another one is booked may be said again, where the bot can't know that it was seen.
            return BOOKED in screen.text and bool(wanted) and wanted in screen.text

        way: Way = (
            ("Shall I book this?", confirm),
            ("reason for your visit", lambda _screen: self.phone.send(reason)),
            *self._when(),
            ("Whom would you like", self._pick_doctor),
            ("What kind of doctor", self.tap(self._chance.choice(SPECIALIZATIONS), *SPECIALIZATIONS)),
        )
        await self.goes(lambda: self.phone.send("/book"), way, is_done)
        self._wishes.seen[Act.BOOK] += 1
        self._wishes.booked.add(Promise(self.phone.chat_id, wanted, shown))
        self._has += 1

    def _pick_doctor(self, screen: Screen) -> None:
        names = [name for name in self._world.doctors if screen.has(name)]
        self.phone.tap(screen.id, screen.button(self._chance.choice(names)))

    async def _cancels(self) -> None:
        way: Way = (
            ("Cancel Dr", self.tap("Yes, cancel it")),
            ("📋 Appointment\n", self.tap("✖ Cancel appointment")),
            ("🗓 Upcoming", lambda screen: self.phone.tap(screen.id, self._one_of(screen))),
        )
        await self.goes(lambda: self.phone.send("/appointments"), way, _says(CANCELLED, *OVER))
        self._wishes.seen[Act.CANCEL] += 1
        self._has -= 1

    def _one_of(self, screen: Screen) -> str:
        found = [data for label, data in screen.buttons.items() if TIME.search(label)]
        if not found:
            raise GivesUpError
        return self._chance.choice(found)

    async def _has_moved(self) -> None:
        """Move an appointment: on its card where it has a button for that, else by a call to the clinic."""
        mine = await self.goes(lambda: self.phone.send("/appointments"), (), _says("🗓 Upcoming"))
        show = self._one_of(mine)
        way: Way = (("🗓 Upcoming", lambda screen: self.phone.tap(screen.id, show)),)
        card = await self.goes(lambda: self.phone.send("/appointments"), way, _says("📋 Appointment\n"))
        if card.has("🔁 Move"):
            await self.moves(show)
            return
        admin = await self._admins.get()
        try:
            await admin.moves(show)
        finally:
            self._admins.put_nowait(admin)


def _says(*parts: str) -> Done:
    return lambda screen: any(part in screen.text for part in parts)


def _screen(message: Json) -> Screen:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {
        button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button
    }
    return Screen(message["message_id"], message.get("text", ""), buttons)


async def live(world: World, wishes: Wishes, chance: Random, seconds: float) -> None:
    """Let all patients do what is wished, at once, for so long at the most."""
    admins: asyncio.Queue[Someone] = asyncio.Queue()
    for person in world.admins:
        admins.put_nowait(Someone(world, person, wishes, Random(chance.random())))
    patients = [Patient(world, person, wishes, Random(chance.random()), admins) for person in world.patients]
    lives = [asyncio.create_task(patient.lives()) for patient in patients]
    done, late = await asyncio.wait(lives, timeout=seconds)
    for life in late:
        life.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for life in done:
        life.result()
