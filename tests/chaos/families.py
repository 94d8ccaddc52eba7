"""Families: two who look after a child, and a twin of it whom the clinic knows twice.

Both change the child's visit at once, the desk makes one of two patients while a booking for one of them is
open, and codes are used by two at once. Callers whom nobody looked after become theirs, or become them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bot.callbacks.visits import ShowAppointment
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import ChatId, Role, UserId
from services.patients.family import PatientForm
from tests.chaos.people import Booker, Patient
from tests.chaos.phones import GivesUpError, Screen, Way, says
from tests.chaos.reception import Receptionist
from tests.chaos.wishes import Act, Wishes
from tests.chaos.world import MOST_OPEN, World
from tests.town import Person

PARENTS = 2
# On that day nobody else books.
LATER = timedelta(days=3)
# So long a booking stands open at the most while its patient is made one with another.
OPEN_SECONDS = 8
LOOKED_AFTER, IS_THEM, USED = (
    ("You look after {} now", "You look after {} already"),
    "Done: you are",
    "was used already",
)
NO_WAY = ("These are at one time", "isn't right", "is too old", USED)


@dataclass(frozen=True)
class Family:
    """Two parents, a child whom both look after, and two patients who are one: each parent knows one.

    `regular` is somebody of the neighbourhood who has as many appointments as one may have.
    """

    parents: Sequence[Person]
    child: str
    twins: tuple[str, str]
    regular: str = ""


async def settle_families(world: World, number: int, receptionists: int = 2) -> list[Family]:
    """Give the town so many families, and people at the reception."""
    for each in range(receptionists if number else 0):
        name = world.care.called("Rita")
        person = await world.stage.signed_in(name, f"reception{each}@example.org", Role.RECEPTIONIST)
        world.receptionists.append(person)
    regular = await _regular(world) if number else ""
    return [await _settled(world, each, regular if each == 0 else "") for each in range(number)]


async def _settled(world: World, number: int, regular: str) -> Family:
    care = world.care
    parents = [
        await world.stage.signed_in(care.called("Dora"), f"parent{number}-{each}@example.org")
        for each in range(PARENTS)
    ]
    world.parents += parents
    child, lost, kept = (care.named(first) for first in ("Kit", "Lou", "Max"))
    for name, carers in ((child, parents), (lost, parents[:1]), (kept, parents[1:])):
        await _made(world, name, carers)
    return Family(parents, child, (lost, kept), regular)


async def _regular(world: World) -> str:
    """Make a patient who has as many appointments as one may have, all after those of which this is about."""
    clinic, name = world.stage.town.assembly.clinic, world.care.named("Reg")
    rita = await clinic.sessions.authenticate(ChatId(world.receptionists[0].phone.chat_id))
    patient = await clinic.patient_desk.make(rita, PatientForm(name), request_id=name)
    world.care.ids[name] = patient.id
    everybody = await clinic.doctors.everybody(rita)
    # One time after the other, and so with doctors whose times are all of one length.
    doctors = [each for each in everybody if not (await clinic.schedules.of_doctor(each.id)).kind_ids]
    first = (world.clock.now() + LATER).replace(hour=9, minute=0, second=0, microsecond=0)
    for number in range(MOST_OPEN):
        doctor, request_id = doctors[number % len(doctors)], AppointmentId(f"{number:024x}")
        start = first + number * timedelta(minutes=30)
        await clinic.booking.book(
            rita, doctor.id, start, reason=None, request_id=request_id, patient_id=patient.id
        )
    return name


async def _made(world: World, name: str, carers: Sequence[Person]) -> None:
    """Make a patient whom these look after."""
    clinic = world.stage.town.assembly.clinic
    patient_id = UserId("")
    for carer in carers:
        principal = await clinic.sessions.authenticate(ChatId(carer.phone.chat_id))
        if not patient_id:
            made = await clinic.family.add(principal, PatientForm(name), request_id=name)
            patient_id = made.id
        else:
            await clinic.family.look_after(principal.id, patient_id)
        world.care.looks_after(carer.phone.chat_id, name)
    world.care.ids[name] = patient_id


class Parent(Patient):
    """Somebody who books for those whom they look after."""

    def __init__(
        self, world: World, person: Person, wishes: Wishes, chance: Random, admins: asyncio.Queue[Booker]
    ) -> None:
        super().__init__(world, person, wishes, chance, admins)
        # Set when a summary is open, and awaited before it is confirmed.
        self.opened, self.goes_on = asyncio.Event(), asyncio.Event()
        self.goes_on.set()

    async def books_for(self, name: str) -> bool:
        """Book for somebody; tell whether it was done."""
        self._whom = name
        return await self._tries(Act.BOOK, self._books)

    def _for_whom(self) -> Way:
        return (("Who is it for?", self._chooses_whom),)

    def _chooses_whom(self, screen: Screen) -> None:
        # Who was made one with another has that one's name.
        kept = self._world.care.merges.get(self._whom, self._whom)
        self.tap(self._whom, kept)(screen)

    async def _confirms(self, screen: Screen) -> None:
        self.opened.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(OPEN_SECONDS):
                await self.goes_on.wait()
        await super()._confirms(screen)

    async def moves_it(self, show: str) -> None:
        """Move the visit that the button with that data shows, if that can be done."""
        await self._tries(Act.MOVE, lambda: self.moves(show))

    async def cancels_it(self, show: str) -> None:
        """Cancel the visit that the button with that data shows, if that can be done."""
        await self._tries(Act.CANCEL, lambda: self._cancels(show))

    async def takes_over(self, code: str, name: str) -> bool:
        """Use a code to look after a patient; tell whether that was done."""
        chat_id, care = self.phone.chat_id, self._world.care
        care.may[name].add(chat_id)
        yes = [each.format(name) for each in LOOKED_AFTER]
        way: Way = ((f"given a code for {name}", self.tap("I look after them")),)
        card = await self._claims_code(code, way, yes)
        if card is None or not any(each in card.text for each in yes):
            return False
        care.looks_after(chat_id, name, self._world.clock.now())
        return True

    async def becomes(self, code: str, name: str) -> bool:
        """Use a code to be that patient; tell whether that was done."""
        chat_id, care = self.phone.chat_id, self._world.care
        care.may[name].add(chat_id)
        way: Way = (
            (f"Are you {name}?", self.tap("Yes, that's me")),
            (f"given a code for {name}", self.tap("That's me")),
        )
        card = await self._claims_code(code, way, [IS_THEM])
        if card is None or IS_THEM not in card.text:
            return False
        care.looks_after(chat_id, name, self._world.clock.now())
        return True

    async def _claims_code(self, code: str, way: Way, yes: Sequence[str]) -> Screen | None:
        try:
            return await self.goes(lambda: self.phone.send(f"/claim {code}"), way, says(*yes, *NO_WAY))
        except GivesUpError:
            return None


@dataclass
class Household:
    """A family, and what it does: one thing after the other, both parents at once."""

    world: World
    family: Family
    parents: Sequence[Parent]
    desk: Receptionist
    chance: Random
    done: list[str] = field(default_factory=list)

    async def lives(self) -> None:
        """Do all of it once."""
        one, other = self.parents
        lost, kept = self.family.twins
        await asyncio.gather(one.books_for(self.family.child), other.books_for(kept))
        await asyncio.gather(self._both_change(), self._desk_books())
        await asyncio.gather(self._books_meanwhile(one, lost), self._merges(one, lost, kept))
        await self._hand_over()

    async def _desk_books(self) -> None:
        """Let the reception book for the child, and beyond the limit for the regular."""
        for name in filter(None, (self.family.child, self.family.regular)):
            await self.desk.books_for(name)

    async def _both_change(self) -> None:
        """Let both parents move or cancel one visit of the child at once."""
        booked = {
            "patient_id": self.world.care.ids[self.family.child],
            "status": AppointmentStatus.BOOKED.value,
        }
        rows = await self.world.rows("appointments", booked)
        if not rows:
            return
        show = ShowAppointment(AppointmentId(rows[0]["_id"])).pack()
        await asyncio.gather(*(self._change(parent, show) for parent in self.parents))

    def _change(self, parent: Parent, show: str) -> "asyncio.Future[None]":
        does = parent.moves_it if self.chance.random() < 2 / 3 else parent.cancels_it
        return asyncio.ensure_future(does(show))

    async def _books_meanwhile(self, parent: Parent, name: str) -> None:
        """Book, and confirm only when the desk has made one of the two."""
        parent.opened.clear()
        parent.goes_on.clear()
        try:
            await parent.books_for(name)
        finally:
            parent.goes_on.set()
            parent.opened.set()

    async def _merges(self, parent: Parent, lost: str, kept: str) -> None:
        await parent.opened.wait()
        try:
            await self.desk.merges(lost, kept)
        finally:
            parent.goes_on.set()

    async def _hand_over(self) -> None:
        """Let both parents use one code of a caller at once, and one of them be another caller."""
        one, other = self.parents
        caller, double = self.world.care.named("Cal"), self.world.care.named("Cal")
        if await self.desk.books_for(caller, is_new=True) and (code := await self.desk.code_of(caller)):
            used = await asyncio.gather(one.takes_over(code, caller), other.takes_over(code, caller))
            self.world.check([f"one code of {caller} was used by two"] if all(used) else [])
            await self.desk.changes_one_of(caller)
        if await self.desk.books_for(double, is_new=True) and (code := await self.desk.code_of(double)):
            await other.becomes(code, double)


@asynccontextmanager
async def at_home(
    world: World, families: Sequence[Family], wishes: Wishes, chance: Random, *, lingers: float
) -> AsyncIterator[None]:
    """Let families live during the block, and finish after it, which is waited for so many seconds."""
    desks = [
        Receptionist(world, each, wishes, Random(chance.random()), asyncio.Queue())
        for each in world.receptionists
    ]

    def parent(person: Person) -> Parent:
        return Parent(world, person, wishes, Random(chance.random()), asyncio.Queue())

    households = [
        Household(
            world, family, [*map(parent, family.parents)], desks[number % len(desks)], Random(chance.random())
        )
        for number, family in enumerate(families)
    ]
    lives = [asyncio.create_task(each.lives()) for each in households]
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
