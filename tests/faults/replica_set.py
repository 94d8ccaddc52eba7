"""A replica set of three real database servers, any of which tests can kill (-9) and start again.

Source: MongoDB, `replSetInitiate` and `replSetGetStatus`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from pymongo import AsyncMongoClient  # noqa: TID251 - the servers are asked here, and not the storage
from pymongo.errors import PyMongoError  # noqa: TID251 - as above

from services.child_processes import ending_with_us
from services.storage.mongo import embedded

NAME = "clinic"
MEMBERS = 3
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.05
# MongoDB's default, what docs/operating.md recommends, and one for tests that must not take long.
DEFAULT_ELECTION_MS, RECOMMENDED_ELECTION_MS, QUICK_ELECTION_MS = 10_000, 5_000, 1_000
PRIMARY, SECONDARY = 1, 2
# A server that does not answer so long is down, and one that is up may take so long on a busy machine.
LIVES_MS, BUSY_MS = 300, 30_000


class Member:
    """One server, which keeps its port and its files when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.port = embedded._free_port()
        self._folder = folder
        self._process: Popen[bytes] | None = None
        folder.mkdir(parents=True)

    @property
    def host(self) -> str:
        """Its address, as it stands in the set's configuration."""
        return f"{embedded.HOST}:{self.port}"

    def start(self) -> None:
        """Start it, and do not wait."""
        command = [
            str(embedded.find_program()),
            *("--dbpath", str(self._folder), "--port", str(self.port), "--bind_ip", embedded.HOST),
            *("--nounixsocket", "--quiet", "--logpath", str(self._folder / "log"), "--logappend"),
            *("--replSet", NAME, "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25"),
            *embedded.SMALL_JOURNAL,
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--setParameter", "enableTestCommands=1"),
        ]
        self._process = Popen(  # noqa: S603 - the program is MongoDB's, the arguments are ours
            ending_with_us(command), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def fails(self, **data: Any) -> None:
        """Let it fail the next command that is meant. Source: MongoDB's fail point `failCommand`."""
        await self.asked({"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": data}, BUSY_MS)

    async def fails_no_more(self) -> None:
        """Let it do again what it is asked for: nothing that was meant to fail may have come."""
        await self.asked({"configureFailPoint": "failCommand", "mode": "off"}, BUSY_MS)

    async def asked(self, command: Any, patience_ms: int = LIVES_MS) -> dict[str, Any]:
        """Return the server's own answer, if it can be reached in that time. Raises PyMongoError."""
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            embedded.HOST,
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=patience_ms,
            socketTimeoutMS=5000,
        )
        try:
            return await client.admin.command(command)
        finally:
            await client.close()


class ReplicaSet:
    """Three servers with one primary among them."""

    def __init__(self, folder: Path, election_ms: int = QUICK_ELECTION_MS) -> None:
        self.members = [Member(folder / f"member{number}") for number in range(MEMBERS)]
        self._election_ms = election_ms

    @property
    def url(self) -> str:
        """The connection string, with all members."""
        return f"mongodb://{','.join(member.host for member in self.members)}/?replicaSet={NAME}"

    async def start(self) -> None:
        """Start all, make a set of them, and wait until there is a primary and both others follow it."""
        for member in self.members:
            member.start()
        members = [{"_id": number, "host": member.host} for number, member in enumerate(self.members)]
        # As MongoDB has them: a heartbeat every two seconds, an election after ten without one.
        rhythm = {
            "electionTimeoutMillis": self._election_ms,
            "heartbeatIntervalMillis": min(2_000, self._election_ms // 4),
            # Else one follows the other, and a server that has just copied the data is not followed for a
            # minute, even if it becomes the primary: a new set would confirm nothing until then.
            "chainingAllowed": False,
        }
        await self._patiently(
            lambda: self.members[0].asked(
                {"replSetInitiate": {"_id": NAME, "members": members, "settings": rhythm}}
            )
        )
        await self.whole()

    async def whole(self) -> None:
        """Wait until there is a primary and every other one is its secondary."""
        await self._until(lambda states: sorted(states) == [PRIMARY, *[SECONDARY] * (MEMBERS - 1)])

    async def primary(self) -> Member:
        """Wait until there is a primary, and return it."""
        states = await self._until(lambda states: PRIMARY in states)
        return self.members[states.index(PRIMARY)]

    async def fail(self, **data: Any) -> None:
        """Let the primary fail the next command that is meant."""
        await (await self.primary()).fails(**data)

    def kill(self) -> None:
        """End all."""
        for member in self.members:
            member.kill()

    async def _until(self, holds: Callable[[list[int]], bool]) -> list[int]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                states = [await self._state(member) for member in self.members]
                if holds(states):
                    return states
                await asyncio.sleep(LOOK_SECONDS)

    @staticmethod
    async def _state(member: Member) -> int:
        """Return what it takes itself for (`myState`); 0 where it does not answer."""
        if member._process is None:
            return 0
        try:
            told = await member.asked("hello")
        except PyMongoError:
            return 0
        return PRIMARY if told.get("isWritablePrimary") else SECONDARY if told.get("secondary") else 0

    @staticmethod
    async def _patiently(ask: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    await ask()
                except PyMongoError:
                    await asyncio.sleep(LOOK_SECONDS)
                else:
                    return


@asynccontextmanager
async def replica_set(folder: Path, election_ms: int = QUICK_ELECTION_MS) -> AsyncIterator[ReplicaSet]:
    """Have a replica set during the block."""
    servers = ReplicaSet(folder, election_ms)
    try:
        await servers.start()
        yield servers
    finally:
        servers.kill()
