"""The people of the benchmark, in a process of their own: the load generator.

Everybody does one thing at a time and waits for the answer before the next (a closed loop), so N people
keep N updates in flight. The time of an update runs from when it is handed to the Bot API server until
the answer is seen: the card edited, or the message sent.

`python -m tests.bench.people '{"port": …}'` (an `Order`) prints one JSON line (a `Result`).
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import uvloop

from bot.callbacks.revision import read_stamp
from tests.bench.processes import cpu_seconds

Event = dict[str, Any]
Kind = Literal["book", "echo"]
# In this order a booker looks for something to tap: the first kind that a card has is what it asks for.
WANTED = ("ok", "skip", "day", "time", "doc", "spec")
FIRST_PATIENT = 10_000
FIRST_LOGIN = 20_000_000
LOST_SECONDS = 5
# How long a window may become that has nothing to show.
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Order:
    """What is to be measured: `people` of a kind for `seconds` after `warm_up`.

    `think` seconds pass between an answer and what is done next; `logins` are begun a second by others;
    `watch` are the processes (name -> id) whose CPU time is measured.
    """

    port: int
    people: int
    seconds: float
    warm_up: float = 2
    kind: Kind = "book"
    think: float = 0
    logins: float = 0
    password: str = ""
    watch: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What was seen: counts within the window, seconds from update to answer, CPU seconds by process.

    `lost` are updates that nobody answered for five seconds, `unanswered` taps whose button still spins
    after that time.
    """

    seconds: float
    updates: int
    bookings: int
    logins: int
    p50: float
    p99: float
    longest: float
    lost: int
    unanswered: int
    failures: int
    cpu: dict[str, float]


class Person:
    """Somebody with a chat who waits for one answer at a time."""

    def __init__(self, town: "Town", chat: int) -> None:
        self.town = town
        self.chat = chat
        self.who = {"id": chat, "is_bot": False, "first_name": "P"}
        self.since = 0.0
        self.card = 0

    def _send(self, update: Event) -> None:
        self.since = time.perf_counter()
        self.town.say(update)

    def says(self, text: str) -> None:
        """Type a text."""
        message = {
            "message_id": self.town.next_id(),
            "date": int(time.time()),
            "chat": {"id": self.chat, "type": "private", "first_name": "P"},
            "from": self.who,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._send({"message": message})

    def taps(self, event: Event, data: str) -> None:
        """Tap a button of the card that was seen."""
        query_id = str(self.town.next_id())
        self.town.asked[query_id] = time.perf_counter()
        card = {
            "message_id": event["i"],
            "date": int(time.time()),
            "chat": {"id": self.chat, "type": "private", "first_name": "P"},
            "text": event["t"],
            "reply_markup": {"inline_keyboard": event["k"]},
        }
        query = {"id": query_id, "from": self.who, "message": card, "chat_instance": "1", "data": data}
        self._send({"callback_query": query})

    def answered(self) -> None:
        """Note that what was waited for is here."""
        self.town.count(time.perf_counter() - self.since)
        self.since = 0.0

    def begin(self) -> None:
        """Do the first thing."""
        raise NotImplementedError

    def sees(self, event: Event) -> None:
        """See a message that was sent or edited in the chat."""
        raise NotImplementedError


class Booker(Person):
    """Books with taps, again and again."""

    def begin(self) -> None:
        """Ask for a booking."""
        self.card = 0
        self.says("/book")

    def sees(self, event: Event) -> None:
        """Go one step on when it is the card that answers; news is only read."""
        taps = [button["callback_data"] for row in event["k"] or () for button in row]
        found = {kind: [t for t in taps if read_stamp(t)[0].partition(":")[0] == kind] for kind in WANTED}
        if self.since and not self.card and event["m"] == "sendMessage" and found["spec"]:
            self.card = event["i"]
        elif not self.since or event["i"] != self.card or event["m"] != "editMessageText":
            return
        self.answered()
        choices = next((found[kind] for kind in WANTED if found[kind]), None)
        if choices:
            self.town.later(lambda: self.taps(event, random.choice(choices)))
            return
        if "Appointment booked" in event["t"]:
            self.town.booked()
        else:
            self.town.failed(event["t"])
        self.town.later(self.begin)


class Talker(Person):
    """Says something and waits for its echo."""

    def begin(self) -> None:
        """Say it."""
        self.says("hello")

    def sees(self, event: Event) -> None:
        """Say it again."""
        del event
        self.answered()
        self.town.later(self.begin)


class Arrival(Person):
    """Signs in, by typing, and is not heard of again; the time that takes is not that of the others."""

    mail = ""

    def begin(self) -> None:
        """Ask to sign in."""
        self.mail = f"login{self.chat}@bench.example"
        self.says("/login")

    def sees(self, event: Event) -> None:
        """Give what is asked for."""
        text = event["t"]
        if "signed in" in text:
            self.town.signed_in()
        elif self.mail in text:
            self.says(self.town.order.password)
        elif event["m"] == "sendMessage":
            self.says(self.mail)


class Town(asyncio.Protocol):
    """Everybody, and the line to the Bot API server."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.asked: dict[str, float] = {}
        self.connected = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._id = 1_000_000_000
        kinds: dict[Kind, Callable[[Town, int], Person]] = {"book": Booker, "echo": Talker}
        self.people: dict[int, Person] = {
            FIRST_PATIENT + n: kinds[order.kind](self, FIRST_PATIENT + n) for n in range(order.people)
        }
        self._arrivals: dict[int, Person] = {}
        self._measuring = False
        self._times: list[float] = []
        self._has_something = asyncio.Event()
        self._bookings = self._logins = self._failures = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]
        self.connected.set()

    def data_received(self, data: bytes) -> None:
        """Show everybody what the bot did for them."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            if "q" in event:
                self.asked.pop(event["q"], None)
            elif person := self.people.get(event["c"]) or self._arrivals.get(event["c"]):
                person.sees(event)

    def next_id(self) -> int:
        """Return a number that nobody has."""
        self._id += 1
        return self._id

    def say(self, update: Event) -> None:
        """Hand an update over."""
        if self._transport:
            self._transport.write(json.dumps(update).encode() + b"\n")

    def later(self, act: Callable[[], None]) -> None:
        """Do something after a while of thinking."""
        if self.order.think:
            pause = random.uniform(0.5, 1.5) * self.order.think
            asyncio.get_running_loop().call_later(pause, act)
        else:
            act()

    def count(self, seconds: float) -> None:
        """Count an update that was answered."""
        if self._measuring:
            self._times.append(seconds)
            if self.order.kind != "book":
                self._has_something.set()

    def booked(self) -> None:
        """Count a booking."""
        if self._measuring:
            self._bookings += 1
            self._has_something.set()

    def signed_in(self) -> None:
        """Count a login."""
        self._logins += self._measuring

    def failed(self, text: str) -> None:
        """Count what was neither booked nor asked; the first is shown."""
        if not self._failures:
            sys.stderr.write(f"unexpected: {text!r}\n")
        self._failures += 1

    async def measured(self) -> Result:
        """Let everybody begin, and look."""
        order = self.order
        arriving = asyncio.create_task(self._arrive())
        for person in self.people.values():
            person.begin()
        await asyncio.sleep(order.warm_up)
        self._measuring, before, begun = True, self._cpu(), time.perf_counter()
        await asyncio.sleep(order.seconds)
        # A window in which nobody booked says nothing: on a busy machine a short one has to be longer.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_something.wait(), PATIENCE_SECONDS)
        self._measuring, after, ended = False, self._cpu(), time.perf_counter()
        arriving.cancel()
        times = sorted(self._times) or [0.0]
        lost = sum(0 < person.since < ended - LOST_SECONDS for person in self.people.values())
        return Result(
            seconds=ended - begun,
            updates=len(self._times),
            bookings=self._bookings,
            logins=self._logins,
            p50=times[len(times) // 2],
            p99=times[len(times) * 99 // 100],
            longest=times[-1],
            lost=lost,
            unanswered=sum(at < ended - LOST_SECONDS for at in self.asked.values()),
            failures=self._failures,
            cpu={name: after[name] - before[name] for name in after},
        )

    async def _arrive(self) -> None:
        if not self.order.logins:
            return
        for number in range(10**6):
            chat = FIRST_LOGIN + number
            self._arrivals[chat] = Arrival(self, chat)
            self._arrivals[chat].begin()
            await asyncio.sleep(1 / self.order.logins)

    def _cpu(self) -> dict[str, float]:
        watched = {"people": os.getpid()} | self.order.watch
        return {name: cpu_seconds(pid) for name, pid in watched.items()}


async def main(order: Order) -> None:
    """Measure and print."""
    town = Town(order)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: town, "127.0.0.1", order.port)
    result = await town.measured()
    transport.close()
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    uvloop.run(main(Order(**json.loads(sys.argv[1]))))
