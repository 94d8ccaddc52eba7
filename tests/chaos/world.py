"""Everything that is up in a scenario, and the wait until nothing is left to tell."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bot.app import Assembly
from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.telegram import Telegram
from bot.settings import Settings
from services.clock import SystemClock
from services.errors import StorageDown
from services.models.people import Role
from services.series.finishing import UNDECIDED_FOR
from services.storage.mongo.driver import Database as Db
from services.storage.mongo.driver import connect, translate_driver_errors
from services.storage.series import BOOKING, GIVEN_UP
from services.storage.storage import Storage
from tests.chaos.balancer import Balancer, balanced
from tests.chaos.care import Care
from tests.chaos.clock import TurnableFileClock, next_monday
from tests.chaos.embedded import Embedded
from tests.chaos.weather import PostOffice, Storm
from tests.chaos.wire import HOST, Wire
from tests.chaos.worker import Worker, until
from tests.faults.database import Database
from tests.faults.replica_set import ReplicaSet
from tests.faults.stage import Stage
from tests.plans import OURS
from tests.town import ROUNDS, TOKEN, Person, Town, bot_api, environment

T = TypeVar("T")
LOOK_SECONDS = 0.1
# Whoever has waited so long has been forgotten.
LOST_SECONDS = 40
# What has not changed for so many looks waits for its time, and nobody is at it.
LOOKS = 6
PENDING = "update"
# What is due one after the other within so long is waited for together.
STEP = timedelta(seconds=60)
INCIDENT = "Something went wrong on my side"
MOMENT = timedelta(milliseconds=1)
NEIGHBOURS = 6
# More than anybody has who books by chance.
MOST_OPEN = 15
SPECIALIZATIONS = ("Cardiology", "Dermatology", "Neurology", "Paediatrics")


class Chats:
    """All that the bot's messages have ever said, one after the other; and who waits for news of a chat."""

    def __init__(self) -> None:
        self.sent: dict[int, Counter[str]] = defaultdict(Counter)
        # The same in the order in which it came.
        self.log: dict[int, list[str]] = defaultdict(list)
        # Messages that say that something unforeseen happened.
        self.incidents: set[tuple[int, int]] = set()
        self._known: set[tuple[int, int, str]] = set()
        self._changed: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        # Since when each chat waits for an answer, in monotonic seconds; the longest wait so far.
        self._asked_at: dict[int, float] = {}
        self.longest_silence = 0.0
        # Who waited for nothing, and had to do the same again.
        self.in_vain: list[str] = []

    def act(self, chat_id: int) -> None:
        """Note that somebody does something there, and waits for the bot."""
        self._asked_at.setdefault(chat_id, time.monotonic())

    async def answered(self) -> None:
        """Wait until whoever waits for an answer by now has got one, but not for ever."""
        now = time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOST_SECONDS):
                await until(lambda: all(since > now for since in self._asked_at.values()))

    @property
    def unanswered(self) -> list[str]:
        """Who waits for an answer still, or has waited for none."""
        return [*self.in_vain, *(f"chat {chat_id} has no answer" for chat_id in sorted(self._asked_at))]

    async def listen(self, telegram: Telegram) -> None:
        """Listen until cancelled."""
        async with telegram.subscribe() as events:
            while True:
                self._note(await events.get())

    def _note(self, event: Json) -> None:
        if event["type"] != "message" or not event["message"]["from"]["is_bot"]:
            return
        chat_id, message = event["chat_id"], event["message"]
        text = message.get("text", "")
        if (chat_id, message["message_id"], text) not in self._known:
            self._known.add((chat_id, message["message_id"], text))
            self.sent[chat_id][text] += 1
            self.log[chat_id].append(text)
        if INCIDENT in text:
            self.incidents.add((chat_id, message["message_id"]))
        now = time.monotonic()
        self.longest_silence = max(self.longest_silence, now - self._asked_at.pop(chat_id, now))
        self._changed[chat_id].set()

    async def change(self, chat_id: int) -> None:
        """Wait for the next message or edit in a chat."""
        self._changed[chat_id].clear()
        await self._changed[chat_id].wait()


async def nobody_waits(_doctor: str, _moment: str) -> None:
    """Do nothing before somebody confirms."""


@dataclass
class World:
    """A town whose bot runs in processes of its own, with a database that can be killed."""

    stage: Stage
    clock: TurnableFileClock
    storm: Storm
    post: PostOffice
    server: Database
    db: Db
    folder: Path
    chats: Chats
    wire: Wire
    embedded: Embedded
    # Three servers in the place of the one, where their primary is to be killed.
    replica_set: ReplicaSet | None = None
    # What hands on the updates to the workers, where Telegram delivers them.
    balancer: Balancer | None = None
    workers: list[Worker] = field(default_factory=list)
    patients: list[Person] = field(default_factory=list)
    # Patients, too, who do nothing but wait for a time to open.
    waiters: list[Person] = field(default_factory=list)
    doctors: dict[str, Person] = field(default_factory=dict)
    admins: list[Person] = field(default_factory=list)
    receptionists: list[Person] = field(default_factory=list)
    parents: list[Person] = field(default_factory=list)
    # Patients, too, who book series and swap: three belong together.
    regulars: list[Person] = field(default_factory=list)
    # Who looks after whom, of those who look after somebody.
    care: Care = field(default_factory=Care)
    # Patients who go back and forth, and so many steps they went.
    neighbours: list[Person] = field(default_factory=list)
    steps: int = 0
    # How often a replica set's primary was killed, and the longest time until there was another, in seconds.
    primary_deaths: int = 0
    without_primary: float = 0
    # Questions of dialogs that were asked or had to be answered twice.
    repeats: int = 0
    # The workers that are up, until the scenario is over.
    staff: AsyncExitStack = field(default_factory=AsyncExitStack)
    # So long somebody looks at a screen on which nothing happens, before they tap again.
    patience_seconds: float = 4
    # What a chat waits for the next of the bot's messages.
    chat_pause_seconds: float = 1
    # What was found while it went on, and must not be.
    found: list[str] = field(default_factory=list)
    # What is done just before somebody takes a time: of which doctor, and when, as it is written.
    before_confirming: Callable[[str, str], Awaitable[None]] = nobody_waits

    def check(self, found: list[str]) -> None:
        """Note what must not be."""
        self.found += found

    @property
    def telegram(self) -> Telegram:
        """The local Telegram."""
        return self.stage.town.telegram

    def worker(self, *, polls: bool = True, own_database: bool = False, apart: bool = False) -> Worker:
        """Return another worker, up while its block lasts; with its `own_database` it has to be alone.

        One that is `apart` knows nothing of others' processes, as if it were on another machine.
        """
        environ = self.stage.environ | {
            "CHAOS_CLOCK": str(self.folder / "clock"),
            "CHAOS_POLLS": "yes" if polls else "no",
            "CHAOS_CHAT_PAUSE": str(self.chat_pause_seconds),
        }
        if apart:
            environ["CHAOS_MACHINE"] = f"machine-{len(self.workers) + 1}"
        if own_database:
            del environ["DB_URL"]
        if self.balancer is not None:
            environ["WEBHOOK_URL"] = self.balancer.url
            environ["PORT"] = str(self.balancer.place())
        self.workers.append(Worker(f"bot-{len(self.workers) + 1}", environ, self.folder))
        return self.workers[-1]

    async def hire(self, worker: Worker) -> None:
        """Keep a worker up until the scenario is over."""
        await self.staff.enter_async_context(worker)

    async def settle(
        self, patients: int, doctors: int, waiters: int, *, regulars: int = 0, admins: int = 3
    ) -> None:
        """Give the town its people, all of them signed in."""
        for number in range(doctors):
            name = f"Meera Rao {number + 1:02}"
            special = SPECIALIZATIONS[number % len(SPECIALIZATIONS)]
            person = await self.stage.signed_in(name, f"doctor{number}@example.org", Role.DOCTOR, special)
            self.doctors[name] = person
        for number in range(admins):
            person = await self.stage.signed_in(f"Nora {number}", f"admin{number}@example.org", Role.ADMIN)
            self.admins.append(person)
        for number in range(patients):
            person = await self.stage.signed_in(f"Asha {number}", f"patient{number}@example.org")
            self.patients.append(person)
        for number in range(waiters):
            person = await self.stage.signed_in(f"Bela {number}", f"waiter{number}@example.org")
            self.waiters.append(person)
        for number in range(regulars):
            person = await self.stage.signed_in(f"Edda {number}", f"regular{number}@example.org")
            self.regulars.append(person)
        for number in range(NEIGHBOURS):
            person = await self.stage.signed_in(f"Cleo {number}", f"neighbour{number}@example.org")
            self.neighbours.append(person)

    @asynccontextmanager
    async def handed_over(self) -> AsyncIterator[None]:
        """Leave the database to a bot that starts it for itself, and look at it through the port it had."""
        self.server.kill()
        async with Wire(self.embedded.port, Random(0), port=self.server.port):
            yield
        # It ends with its bot, in its own time.
        await until(lambda: not self.embedded.is_up)

    async def rows(self, collection: str, query: Json | None = None) -> list[Json]:
        """Return what is stored, as it is; waits for the database."""

        async def find() -> list[Json]:
            found: list[Json] = await self.db[collection].find(query or {}, comment=OURS).to_list(None)
            return found

        return await patiently(find)

    async def quiet(self, seconds: float, until: datetime | None = None) -> str:
        """Wait until nothing is left to tell, at this time of the clock; return what is.

        It is given up when nothing has changed for so long, however long a slow machine takes for all of it.
        A chat that the Bot API holds up is waited for: days that pass meanwhile would come before what people
        have said. What waits for its time, after a refusal or because a killed worker had taken it, has that
        time soon: the clock is turned on to it, but not to `until` or later. A bot that the machine has
        slowed down holds its notices under a lease that it renews, and each turn would bring the next one.
        """
        before, looks = "", 0
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds) as patience:
                while True:
                    waiting, next_due = await self._waiting()
                    if waiting != before:
                        patience.reschedule(loop.time() + seconds)
                    looks = looks + 1 if waiting == before and not self.storm.holds_up else 0
                    before = waiting
                    # Updates that are still pending, and that nobody handles, wait for the next start.
                    if not waiting or (looks >= LOOKS and waiting.startswith(PENDING)):
                        return ""
                    is_early = next_due is not None and (until is None or next_due < until)
                    if looks >= LOOKS and next_due is not None and is_early:
                        self.clock.turn_to(next_due)
                        looks = 0
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            return before or "the database does not answer"

    async def _waiting(self) -> tuple[str, datetime | None]:
        """Return what waits, in a form that can be compared, and a time at which it is due."""
        now = self.clock.now()
        # In the order in which it goes from one to the next, so that nothing slips by between two looks.
        reminders = await self.rows("appointments", {"remind_at": {"$gt": EARLY, "$lte": now}})
        unsent = {"unsent.id": {"$exists": True}}
        series = await self.rows("series", {"unfinished": {"$exists": True}, "status": {"$ne": GIVEN_UP}})
        places = ("appointments", "waitlist", "series")
        unspread = [row for place in places for row in await self.rows(place, unsent)]
        notices = await self.rows("notifications", {"due": {"$exists": True}})
        pending = await self.rows("updates")
        undecided = [row["since"] + UNDECIDED_FOR for row in series if row["status"] == BOOKING]
        dues = sorted([*(row["due"] for row in notices), *undecided])
        waiting = [
            *(["some updates"] if self.telegram.updates.pending_count else []),
            *(f"news of {row['_id']}" for row in unspread),
            *(f"series {row['_id']}, {row['status']}" for row in series),
            *(f"reminder of {row['_id']}" for row in reminders),
            *sorted(f"{row['_id']} {row['due']} {row['attempts']}" for row in notices),
            *(f"{PENDING} {row['_id']}" for row in pending),
        ]
        return "\n".join(waiting), min(dues[-1], dues[0] + STEP) + MOMENT if dues else None


EARLY = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
PATIENCE_SECONDS = 60


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask the database, again while it is away."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                async with translate_driver_errors():
                    return await ask()
            except StorageDown:
                await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def built(
    folder: Path, chance: Random, *, election_ms: int | None = None, over_webhook: bool = False
) -> AsyncIterator[World]:
    """Build a world without workers and people; whatever it started has ended when the block has.

    With `election_ms` its database is a replica set, whose members wait so long for a primary that is silent.
    Updates are polled, or delivered `over_webhook` to a balancer.
    """
    async with AsyncExitStack() as stack:
        clock = TurnableFileClock(folder / "clock", next_monday(SystemClock().now()))
        server = Database(folder)
        stack.callback(server.kill)
        servers = ReplicaSet(folder / "set", election_ms) if election_ms is not None else None
        if servers is not None:
            stack.callback(servers.kill)
            await servers.start()
        else:
            await server.start()
        telegram = Telegram(token=TOKEN, clock=clock)
        stack.push_async_callback(telegram.close)
        telegram.faults = storm = Storm(chance=chance)
        post = PostOffice(chance, clock)
        await post.start()
        stack.push_async_callback(post.stop)
        api_url = await stack.enter_async_context(bot_api(telegram))
        wire = await stack.enter_async_context(Wire(lambda: server.port, chance))
        bots_url = servers.url if servers is not None else f"mongodb://{HOST}:{wire.port}/"
        environ: dict[str, Any] = environment(
            bots_url, api_url, post.port, folder, MAX_OPEN_APPOINTMENTS=str(MOST_OPEN)
        )
        # What serves that port may be a set with an address of its own, which is not asked for.
        seen = connect(servers.url) if servers is not None else connect(server.url, directConnection=True)
        db = await stack.enter_async_context(seen)
        storage = Storage.on(db)
        await storage.prepare()
        assembly = Assembly(Settings.load(env_file=None, environ=environ), storage, clock, rounds=ROUNDS)
        stack.callback(assembly.passwords.close)
        chats = Chats()
        listening = asyncio.create_task(chats.listen(telegram))
        stack.callback(listening.cancel)
        stage = Stage(Town(telegram, post, storage, assembly), environ, clock)
        balancer = await stack.enter_async_context(balanced()) if over_webhook else None
        yield World(
            stage, clock, storm, post, server, db, folder, chats, wire, Embedded(folder), servers, balancer
        )
