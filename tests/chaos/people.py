"""Patients, and the clinic's admins, who do as people do: look, tap, and tap again where nothing happens."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.callbacks.tap import Tap
from bot.callbacks.visits import ShowAppointment
from tests.chaos.kinds import KIND_NAMES, PLACE_NAMES, WHERE, WHICH_KIND
from tests.chaos.phones import APOLOGY, GivesUpError, Screen, Someone, Way, says
from tests.chaos.wishes import Act, Claim, Promise, Said, Wishes
from tests.chaos.world import SPECIALIZATIONS, World
from tests.town import Person

TIME = re.compile(r"\d{1,2}:\d\d")
MOMENT = re.compile("🕑 (.+)")
REASON = re.compile("(?:💬|Reason:) (.+)")
DOCTOR = re.compile("👩‍⚕️ Dr (.+?),")
# As the news says it, and as a card does that is none.
WHEN = re.compile(r"When: (\w{3} \d.+?M) – ")
MOVED_TO = re.compile(r" to (\w{3} \d.+?M)")
CANCELLED_AT = re.compile(r"Cancelled: .+?, (\w{3} \d.+?M) – ")
# What is news for whoever did it is said on the card as the news says it.
BOOKED, MOVED, CANCELLED = (
    ("✅ Booked", "✅ Appointment booked", "'s appointment is booked"),
    ("🔁 Moved:", "🔁 Appointment moved", "'s appointment is moved"),
    ("✖ Cancelled:", "✖ Appointment cancelled", "'s appointment is cancelled"),
)
# How a patient's list of appointments begins, and how an admin's ends.
LISTS = ("🗓 Upcoming", "To find someone")
OVER = ("already cancelled", "has started or is over")
LEFT = "Nothing was saved"
LEAVES_SECONDS = 8
# What the bot says of one that somebody else has moved meanwhile.
CHANGED = "has just been changed"
# How the desk confirms what is beyond a limit.
BEYOND = "You can book all the same"


@dataclass
class Draft:
    """A booking on its way: what its summary showed when it was confirmed last."""

    reason: str
    wanted: str = ""
    shown: str = ""
    summary: Screen | None = None
    asked_at: datetime | None = None
    changed: bool = False

    def is_done(self, screen: Screen) -> bool:
        """Tell whether a card says that it is booked.

        That another one is booked may be said again, where the bot can't know that it was seen.
        """
        wanted = self.wanted.partition(" (")[0]
        return is_booked(screen) and bool(wanted) and wanted in screen.text


def is_booked(screen: Screen) -> bool:
    """Tell whether a card says that something is booked."""
    return any(mark in screen.text for mark in BOOKED)


class Booker(Someone):
    """Somebody who chooses times."""

    def __init__(self, world: World, person: Person, wishes: Wishes, chance: Random) -> None:
        super().__init__(world, person, chance)
        self._wishes = wishes

    def _when(self) -> Way:
        """Return how a day and a time are chosen."""
        return (
            (WHICH_KIND, self._picks(KIND_NAMES)),
            (WHERE, self._picks(PLACE_NAMES)),
            ("Which time?", self._pick_time),
            ("Which day?", lambda _screen: self.phone.send(self._some_day())),
            ("no free time", self.tap("« Back", "✖ Leave")),
            ("suits both", self.tap("« Back", "✖ Leave")),
        )

    def _picks(self, names: Sequence[str]) -> Callable[[Screen], None]:
        """Return how one of the buttons with such a name is tapped; which of them, chance says."""

        def pick(screen: Screen) -> None:
            there = [data for label, data in screen.buttons.items() if any(name in label for name in names)]
            self.phone.tap(screen.id, self._chance.choice(there or [screen.button("« Back")]))

        return pick

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
            ("Move the appointment?", self.tap("✅ Confirm")),
            ("Which visits do you want to move?", self.tap("This one")),
            (CHANGED, lambda screen: self.phone.tap(screen.id, show)),
            *self._when(),
            ("📋 Appointment\n", self.tap("🔁 Move")),
            # Any list will do: the patient tells which appointment it is, and so which button is tapped.
            *((mark, lambda screen: self.phone.tap(screen.id, show)) for mark in LISTS),
        )
        card = await self.goes(begin, way, says(*MOVED, *OVER))
        self._claims(Said.MOVED, MOVED_TO, card, show)
        self._wishes.seen[Act.MOVE] += 1

    def _claims(self, what: Said, when: re.Pattern[str], card: Screen, show: str) -> None:
        """Note what a card says that became of the appointment which the button with that data shows.

        Where none was tapped, what was seen is late news of another one of theirs.
        """
        if not show:
            return
        tap = Tap.unpack(show)
        assert isinstance(tap, ShowAppointment)
        if moments := WHEN.findall(card.text):
            # It may be late news of another one of theirs.
            self._wishes.claims.append(Claim(what, self.phone.chat_id, moments[-1]))
        elif moments := when.findall(card.text):
            claim = Claim(what, self.phone.chat_id, moments[-1], tap.appointment_id)
            self._wishes.claims.append(claim)


class Patient(Booker):
    """A patient, who books, moves and cancels as long as anything is wished."""

    def __init__(
        self, world: World, person: Person, wishes: Wishes, chance: Random, admins: asyncio.Queue[Booker]
    ) -> None:
        super().__init__(world, person, wishes, chance)
        self._admins = admins
        self._has = 0
        self._draft = Draft("")
        # The name of somebody else for whom it is booked.
        self._whom = ""

    async def lives(self) -> None:
        """Do what is wished, one thing after the other."""
        while self._wishes.waiting:
            act = self._wishes.waiting.popleft()
            act = act if self._has else Act.BOOK
            await self._tries(
                act, {Act.BOOK: self._books, Act.MOVE: self._has_moved, Act.CANCEL: self._cancels}[act]
            )

    async def _tries(self, act: Act, does: Callable[[], Awaitable[None]]) -> bool:
        """Do what is wished, or leave it where that leads nowhere; tell whether it was done."""
        self._wishes.asked[act] += 1
        self._draft = Draft("")
        try:
            await does()
        except GivesUpError:
            await self._leaves()
            return False
        return True

    async def _books(self) -> None:
        whom = f" for {self._whom}" if self._whom else ""
        self._draft = Draft(f"No. {self._wishes.asked[Act.BOOK]} of {self.phone.chat_id}{whom}")
        way: Way = (
            *self._for_whom(),
            ("Book this appointment?", self._confirms),
            (BEYOND, self._confirms),
            *self._to_summary(),
        )
        card = await self.goes(self._begins, way, self._draft.is_done)
        self._wishes.seen[Act.BOOK] += 1
        draft = self._draft
        # Where the card itself says which it is, that counts.
        reason = next((one for one in REASON.findall(card.text) if one), draft.shown)
        self._wishes.booked.add(Promise(self.phone.chat_id, draft.wanted, reason, draft.asked_at))
        self._has += 1

    def _to_summary(self) -> Way:
        """Return how everything is answered that comes before the summary."""
        return (
            (APOLOGY, self._thinks_again),
            ("What is the reason for", lambda _screen: self.phone.send(self._draft.reason)),
            *self._when(),
            ("Who would you like", self._pick_doctor),
            ("Who should they see", self._pick_doctor),
            # Where the worker was killed that had shown the days, a day may come before the tap comes again.
            ("These are the next free times", self._pick_doctor),
            ("What kind of doctor", self._pick_special),
        )

    def _for_whom(self) -> Way:
        """Return how it is said for whom it is booked; nobody is asked who looks after nobody."""
        return ()

    def _begins(self) -> None:
        self._draft.summary = None
        self.phone.send("/book")

    async def _confirms(self, screen: Screen) -> None:
        draft = self._draft
        draft.wanted = MOMENT.findall(screen.text)[-1]
        # It may be the one of an earlier wish, which came only now.
        draft.shown = next(iter(REASON.findall(screen.text)), "")
        await self._world.before_confirming(DOCTOR.findall(screen.text)[-1], draft.wanted)
        draft.summary, draft.asked_at = screen, self._world.clock.now()
        self.tap("✅ Confirm", "all the same")(screen)

    def _thinks_again(self, screen: Screen) -> None:
        """After an apology: try again, or with another reason, or leave it.  Raises GivesUpError."""
        self._passed.add((screen.id, screen.text))
        draft, summary = self._draft, self._draft.summary
        if summary is None:
            self._begins()
            return
        chosen = self._chance.randrange(3)
        if chosen == 0:
            raise GivesUpError
        if chosen == 1 and not draft.changed:
            draft.changed, draft.reason = True, f"{draft.reason}, or rather another"
            self.tap("« Back")(summary)
        else:
            self.tap("✅ Confirm", "all the same")(summary)

    async def _leaves(self) -> None:
        """Leave what was begun; whoever had confirmed it reads what the bot says of it."""
        draft, before = self._draft, {screen.id for screen in self._screens()}
        self.phone.send("/cancel")
        if draft.summary is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVES_SECONDS):
                while not any(s.id not in before and LEFT in s.text for s in self._screens()):
                    await self._world.chats.change(self.phone.chat_id)
            claim = Claim(Said.LEFT, self.phone.chat_id, draft.wanted, reason=draft.shown)
            self._wishes.claims.append(claim)

    def _pick_special(self, screen: Screen) -> None:
        self.tap(self._chance.choice(SPECIALIZATIONS), *SPECIALIZATIONS)(screen)

    def _pick_doctor(self, screen: Screen) -> None:
        names = [name for name in self._world.doctors if screen.has(name)]
        self.phone.tap(screen.id, screen.button(self._chance.choice(names)))

    async def _cancels(self, this: str = "") -> None:
        """Cancel the appointment that the button with that data shows, or any. Raises GivesUpError."""
        show = this

        def opens(screen: Screen) -> None:
            nonlocal show
            show = this or self._one_of(screen)
            self.phone.tap(screen.id, show)

        way: Way = (
            ("Cancel Dr", self.tap("Yes, cancel it")),
            # Thus the desk cancels.
            ("Cancel it?", self.tap("Yes, cancel it")),
            ("What should I tell the patient", self.tap("Skip")),
            (CHANGED, opens),
            ("📋 Appointment\n", self.tap("✖ Cancel appointment")),
            *((mark, opens) for mark in LISTS),
        )
        card = await self.goes(lambda: self.phone.send("/appointments"), way, says(*CANCELLED, *OVER))
        self._claims(Said.CANCELLED, CANCELLED_AT, card, show)
        self._wishes.seen[Act.CANCEL] += 1
        self._has -= 1

    def _one_of(self, screen: Screen) -> str:
        found = [data for label, data in screen.buttons.items() if TIME.search(label)]
        if not found:
            raise GivesUpError
        return self._chance.choice(found)

    async def _has_moved(self) -> None:
        """Move an appointment: on its card where it has a button for that, else by a call to the clinic."""
        mine = await self.goes(lambda: self.phone.send("/appointments"), (), says("🗓 Upcoming"))
        show = self._one_of(mine)
        way: Way = (("🗓 Upcoming", lambda screen: self.phone.tap(screen.id, show)),)
        card = await self.goes(lambda: self.phone.send("/appointments"), way, says("📋 Appointment\n"))
        if card.has("🔁 Move"):
            await self.moves(show)
            return
        admin = await self._admins.get()
        try:
            await admin.moves(show)
        finally:
            self._admins.put_nowait(admin)


async def live(world: World, wishes: Wishes, chance: Random, seconds: float) -> None:
    """Let all patients do what is wished, at once, for so long at the most."""
    admins: asyncio.Queue[Booker] = asyncio.Queue()
    for person in world.admins:
        admins.put_nowait(Booker(world, person, wishes, Random(chance.random())))
    patients = [Patient(world, person, wishes, Random(chance.random()), admins) for person in world.patients]
    lives = [asyncio.create_task(patient.lives()) for patient in patients]
    done, late = await asyncio.wait(lives, timeout=seconds)
    for life in late:
        life.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for life in done:
        life.result()
