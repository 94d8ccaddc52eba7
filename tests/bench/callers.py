"""Programs that call the HTTP interface, in a process of their own: the load generator.

In a closed loop each has one request under way, and sends the next when the answer is there. In an open loop
requests are sent at a fixed rate whatever happens, each on a free connection; its time runs from when it was
due, so that a server that falls behind can't hide it.

`python -m tests.bench.callers '{"port": …}'` (an `Order`) prints one JSON line (a `Result`).
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import uvloop

from services.accounts.tokens import API_AUDIENCE, Claims, Tokens
from services.models.people import Role
from tests.bench.clinic import DOCTORS, KEY, doctor_id, patient_id
from tests.bench.deliveries import length
from tests.bench.people import PATIENCE_SECONDS, Result
from tests.bench.processes import cpu_seconds

Call = Literal["empty", "insert", "book", "list"]
SLOTS_A_DAY = 16
WEEKEND = 5
# The first week has what was booked before.
FIRST_DAY, LAST_DAY = 8, 59
ENOUGH_CONNECTIONS = 256


@dataclass(frozen=True)
class Order:
    """What is to be measured: one kind of call by `callers` at once, for `seconds` after `warm_up`.

    With a `rate` (requests a second) it is an open loop. `watch` are processes whose CPU time is measured.
    """

    port: int
    call: Call
    callers: int
    seconds: float
    warm_up: float = 1
    rate: float = 0
    watch: dict[str, int] = field(default_factory=dict)


class Caller:
    """Somebody who calls as one patient, and books with one doctor, one time after the other."""

    def __init__(self, number: int, call: Call, now: datetime) -> None:
        self._call = call
        self._patient = patient_id(number)
        self._doctor = doctor_id(number % DOCTORS)
        claims = Claims(self._patient, Role.PATIENT, self._patient, now + timedelta(days=1))
        self._token = Tokens(KEY).issue(claims, now, API_AUDIENCE)
        # A doctor of two callers is booked by one from the front and by the other from the end.
        times = list(_times(now))
        self._times = iter(times if number < DOCTORS else reversed(times))

    def request(self) -> bytes:
        """Return the next request, as it is sent."""
        if self._call in {"empty", "insert"}:
            return _http(f"POST /{self._call}", self._token)
        if self._call == "list":
            return _http("GET /appointments", self._token)
        day, at = next(self._times)
        body = {"patientId": self._patient, "doctorId": self._doctor, "date": day, "time": at}
        return _http("POST /appointment", self._token, json.dumps(body).encode())


def _times(now: datetime) -> Iterator[tuple[str, str]]:
    for ahead in range(FIRST_DAY, LAST_DAY):
        day = now.date() + timedelta(days=ahead)
        if day.weekday() < WEEKEND:
            for place in range(SLOTS_A_DAY):
                minutes = 9 * 60 + 30 * place
                at = datetime(2000, 1, 1, minutes // 60, minutes % 60, tzinfo=UTC)
                yield day.isoformat(), at.strftime("%I:%M %p")


def _http(line: str, token: str, body: bytes = b"") -> bytes:
    head = f"{line} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
    if body or line.startswith("POST"):
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Connection(asyncio.Protocol):
    """One connection that is kept: sends a request, and takes the answer."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note how to send."""
        self._transport = transport  # type: ignore[assignment]

    def send(self, request: bytes, since: float) -> None:
        """Send a request that was due at `since`."""
        self.since = since
        if self._transport:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take what comes; tell when the answer is complete."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found or len(rest) < length(head):
            return
        self._received = b""
        since, self.since = self.since, 0.0
        self._load.answered(self, int(head[9:12]), time.perf_counter() - since)

    def connection_lost(self, _why: Exception | None) -> None:
        """Count a connection that ended without being asked to."""
        if self.since:
            self._load.lost += 1


class Load:
    """All callers, and what they see."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.lost = 0
        self._failures = 0
        now = datetime.fromtimestamp(time.time(), UTC)
        count = ENOUGH_CONNECTIONS if order.rate else order.callers
        self._callers = [Caller(number, order.call, now) for number in range(count)]
        self._of: dict[Connection, Caller] = {}
        self._free: list[Connection] = []
        self._due: list[float] = []
        self._measuring = False
        self._ended = False
        self._times: list[float] = []

    async def measured(self) -> Result:
        """Let everybody begin, and look."""
        order, loop = self.order, asyncio.get_running_loop()
        for caller in self._callers:
            _, connection = await loop.create_connection(lambda: Connection(self), "127.0.0.1", order.port)
            self._of[connection] = caller
        pacing = asyncio.create_task(self._pace()) if order.rate else None
        if not order.rate:
            for connection, caller in self._of.items():
                connection.send(caller.request(), time.perf_counter())
        await asyncio.sleep(order.warm_up)
        self._measuring, before, begun = True, self._cpu(), time.perf_counter()
        await asyncio.sleep(order.seconds)
        # As with people: a window in which nobody was answered says nothing.
        while not self._times and time.perf_counter() < begun + PATIENCE_SECONDS:  # noqa: ASYNC110 - a bench
            await asyncio.sleep(0.01)
        self._measuring, after, ended = False, self._cpu(), time.perf_counter()
        self._ended = True
        if pacing:
            pacing.cancel()
        times = sorted(self._times) or [0.0]
        return Result(
            seconds=ended - begun,
            updates=len(self._times),
            bookings=len(self._times) if order.call == "book" else 0,
            logins=0,
            p50=times[len(times) // 2],
            p99=times[len(times) * 99 // 100],
            longest=times[-1],
            lost=self.lost,
            unanswered=len(self._due),
            failures=self._failures,
            cpu={name: after[name] - before[name] for name in after},
        )

    async def _pace(self) -> None:
        """Send a request at each instant that one is due, or as soon as a connection is free after it."""
        self._free = list(self._of)
        due = time.perf_counter()
        while True:
            due += 1 / self.order.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._due.append(due)
            self._send_due()

    def _send_due(self) -> None:
        while self._due and self._free:
            connection = self._free.pop(0)
            connection.send(self._of[connection].request(), self._due.pop(0))

    def answered(self, connection: Connection, status: int, seconds: float) -> None:
        """Count an answer, and let the next request go."""
        if status >= 400:
            self._failures += 1
        elif self._measuring:
            self._times.append(seconds)
        if self._ended:
            return
        if self.order.rate:
            self._free.append(connection)
            self._send_due()
        else:
            connection.send(self._of[connection].request(), time.perf_counter())

    def _cpu(self) -> dict[str, float]:
        return {name: cpu_seconds(pid) for name, pid in self.order.watch.items()}


async def main(order: Order) -> None:
    """Measure and print."""
    result = await Load(order).measured()
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    uvloop.run(main(Order(**json.loads(sys.argv[1]))))
