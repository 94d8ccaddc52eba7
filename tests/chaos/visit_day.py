"""The day of the visits: people come, doctors are late and call them in, and two say the same at once."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from random import Random

from bot.callbacks.visits import SayHere, ShowAppointment
from bot.demo.bot_api.chats import Json
from services.models.appointments import AppointmentStatus
from services.models.notifications import EventKind
from tests.chaos.phones import GivesUpError, Screen, Someone, Way, says
from tests.chaos.told import Told
from tests.chaos.world import World
from tests.town import Person

# So many of a doctor's patients come at once.
MOST_COME = 3
SOON = timedelta(hours=1)
MINUTES = (0, 10, 15, 20, 30, 45)
# Patients hear of another lateness only if it is so different.
WORTH_TELLING = 10
# So often it is looked until all have been told whom a worker that died has left out.
TELLS, LOOK_SECONDS = 75, 0.2
HERE = ("You're here", "is here.", "is ready for you", "has started or is over")
CALLED = ("I've called in", "was called in last", "Nobody else is here yet", "Nobody is here yet")


class VisitDay:
    """Goes on at so many instants of the day on which most visits are, each time for so many doctors."""

    def __init__(self, world: World, chance: Random, doctors: int, rounds: int) -> None:
        self._world = world
        self._chance = chance
        self._most = doctors
        self._left = rounds
        self._late: set[str] = set()

    async def go_on(self) -> bool:
        """Let people come and doctors be late; False: it is not the day, or all of it was done."""
        soon = await self._soon()
        if not soon or not self._left or not self._world.receptionists:
            return False
        self._left -= 1
        people = await self._people()
        names = {row["_id"]: row["name"] for row in await self._world.rows("users")}
        busiest = sorted(soon, key=lambda doctor: -len(soon[doctor]))[: self._most]
        for doctor in busiest:
            self._late.add(doctor)
            come = soon[doctor][:MOST_COME]
            said = [each for row in come for each in self._say_here(row, people)]
            await asyncio.gather(self._noted(come), *said, *self._both_say_late(names[doctor]))
            await self._calls(names[doctor])
        return True

    async def _soon(self) -> dict[str, list[Json]]:
        """Return the visits that begin within the hour, by doctor."""
        now = self._world.clock.now()
        begins = {"$gt": now, "$lt": now + SOON}
        found: dict[str, list[Json]] = defaultdict(list)
        booked = {"status": AppointmentStatus.BOOKED.value, "start": begins}
        for row in sorted(await self._world.rows("appointments", booked), key=lambda each: str(each["_id"])):
            found[row["doctor_id"]].append(row)
        return found

    async def _people(self) -> dict[str, list[Person]]:
        """Return who acts for each patient: themselves, or those who look after them."""
        accounts = {row["_id"]: row["user_id"] for row in await self._world.rows("sessions")}
        persons = [*self._world.patients, *self._world.parents]
        by_account = {accounts[each.phone.chat_id]: each for each in persons}
        acting = {account: [person] for account, person in by_account.items()}
        for row in await self._world.rows("users"):
            for patient in row.get("looks_after", ()) if row["_id"] in by_account else ():
                acting.setdefault(patient, []).append(by_account[row["_id"]])
        return acting

    def _say_here(self, row: Json, people: dict[str, list[Person]]) -> list[Coroutine[None, None, None]]:
        """Let all who look after a patient say that they are there."""
        tap = SayHere(row["_id"]).pack()
        return [self._says_here(person, tap) for person in people.get(row["patient_id"], ())]

    async def _says_here(self, person: Person, tap: str) -> None:
        someone = self._someone(person)
        way: Way = (("🗓 Upcoming", lambda screen: someone.phone.tap(screen.id, tap)),)
        await self._goes(someone, "/appointments", way, HERE)

    async def _noted(self, rows: Sequence[Json]) -> None:
        """Let the reception note that these are there, one after the other."""
        for row in rows:
            someone = self._someone(self._world.receptionists[-1])
            show = partial(_tapped, someone, ShowAppointment(row["_id"]).pack())
            way: Way = (("📋 Appointment\n", someone.tap("📍 Arrived")), ("To find someone", show))
            await self._goes(someone, "/appointments", way, ("📍 Noted:", "here since"))

    def _both_say_late(self, name: str) -> list[Coroutine[None, None, None]]:
        """Let a doctor and the reception say how late the doctor is, each something else."""
        doctor = self._someone(self._world.doctors[name])
        desk = self._someone(self._world.receptionists[0])
        one, other = self._chance.sample(MINUTES, 2)
        way: Way = (("Which doctor is", desk.tap(name)),)
        return [
            self._goes(doctor, f"/late {one}", (), ("Noted: you're",)),
            self._goes(desk, f"/late {other} {name}", way, ("Noted: Dr",)),
        ]

    async def _calls(self, name: str) -> None:
        """Let the doctor call the next one."""
        doctor = self._someone(self._world.doctors[name])
        way: Way = (("(UTC)", doctor.tap("▶ Next patient")),)
        await self._goes(doctor, "/schedule", way, CALLED)

    def _someone(self, person: Person) -> Someone:
        return Someone(self._world, person, Random(self._chance.random()))

    async def _goes(self, someone: Someone, command: str, way: Way, ends: Sequence[str]) -> None:
        try:
            await someone.goes(lambda: someone.phone.send(command), way, says(*ends))
        except GivesUpError:
            someone.phone.send("/cancel")

    async def not_told(self) -> list[str]:
        """Return who still comes and does not know how late the doctor is, once there was time to tell."""
        found: list[str] = []
        for _ in range(TELLS):
            found = [line for doctor in sorted(self._late) for line in await self._unaware(doctor)]
            if not found:
                break
            await asyncio.sleep(LOOK_SECONDS)
        return found

    async def _unaware(self, doctor: str) -> list[str]:
        (schedule,) = await self._world.rows("schedules", {"_id": doctor})
        now, late = self._world.clock.now(), schedule["late"]
        day = {"$gte": late["start"], "$lt": late["end"]}
        rows = await self._world.rows("appointments", {"doctor_id": doctor, "start": day})
        return [f"not told how late: {row['_id']}" for row in rows if unaware(row, late, now)]


def _tapped(someone: Someone, data: str, screen: Screen) -> None:
    someone.phone.tap(screen.id, data)


def unaware(row: Json, late: Json, now: datetime) -> bool:
    """Tell whether the patient of a visit has to hear how late the doctor is, and was not told."""
    is_booked = row["status"] == AppointmentStatus.BOOKED.value and not row.get("called_at")
    told = row.get("told_late") or {"minutes": 0, "number": 0}
    is_to_come = row.get("arrived_at") or row["start"] + timedelta(minutes=told["minutes"]) > now
    return bool(
        is_booked
        and is_to_come
        and told["number"] < late["number"]
        and _is_news(told["minutes"], late["minutes"])
    )


def _is_news(before: int, minutes: int) -> bool:
    return minutes != before and (not minutes or abs(minutes - before) >= WORTH_TELLING)


def told_of_the_day(told: dict[tuple[str, str], list[Told]]) -> list[tuple[str, str]]:
    """Return, by event and reader, what was to be told of lateness and of calls."""
    kinds = {EventKind.RUNNING_LATE, EventKind.CALLED}
    return [key for key, notices in told.items() if notices[0].notice.event.kind in kinds]


def told_without_need(told: dict[tuple[str, str], list[Told]]) -> list[str]:
    """Find lateness that was told though it was not new to its reader, and visits that were called twice."""
    minutes: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    calls: Counter[tuple[str, str]] = Counter()
    for event_id, reader in told_of_the_day(told):
        event = told[event_id, reader][0].notice.event
        visit = str(event.facts["appointment_id"])
        if event.kind is EventKind.CALLED:
            calls[visit, reader] += 1
        else:
            version, number = event_id.rsplit(".", 2)[1:]
            minutes[visit, reader, version].append((int(number), event.facts["minutes"]))
    found = [f"called twice: {visit}" for (visit, _), number in calls.items() if number > 1]
    for (visit, reader, _), heard in minutes.items():
        said = [0, *(each for _, each in sorted(heard))]
        if not all(_is_news(one, other) for one, other in pairwise(said)):
            found.append(f"told again how late: {visit} to {reader}: {said[1:]}")
    return found
