"""What goes between the bot and MongoDB goes through here: acknowledgements get lost, writes get slow.

Source: MongoDB wire protocol, OP_MSG. Nothing is compressed, and no connection has two questions at once.
"""

import asyncio
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, Self

import bson  # noqa: TID251 - what the driver says is read here, and not asked

HOST = "127.0.0.1"
# messageLength, requestID, responseTo, opCode: four little-endian int32.
HEADER = struct.Struct("<iiii")
OP_MSG = 2013
# In a message: the header, the flag bits, and the kind of the first section, which is the body.
BODY_AT = HEADER.size + 4 + 1
BODY, TEXT = 0, 2
WRITES = frozenset({"insert", "update", "delete", "findAndModify"})
# What a replica set says of a write that it has made and that a majority has not confirmed in time.
UNCONFIRMED = {"code": 64, "codeName": "WriteConcernTimeout", "errmsg": "waiting for replication timed out"}


@dataclass
class Message:
    """One message as it goes over the wire."""

    content: bytes

    @property
    def id(self) -> int:
        """The id of the request."""
        return int(HEADER.unpack_from(self.content)[1])

    @property
    def answers(self) -> int:
        """The id of the request that it answers."""
        return int(HEADER.unpack_from(self.content)[2])

    @property
    def command(self) -> tuple[str, str]:
        """Its command and the collection that it is about; nothing where it is none."""
        op_code = HEADER.unpack_from(self.content)[3]
        if op_code != OP_MSG or self.content[BODY_AT - 1] != BODY or self.content[BODY_AT + 4] != TEXT:
            return "", ""
        name_at = BODY_AT + 5
        name_end = self.content.index(0, name_at)
        # The name, its zero, and the length of the value with its zero.
        value_at = name_end + 5
        value_end = self.content.index(0, value_at)
        return self.content[name_at:name_end].decode(), self.content[value_at:value_end].decode()

    def unconfirmed(self) -> "Message":
        """Return the same answer, with a write concern that was not met."""
        reply = bson.decode(self.content[BODY_AT:])
        body = bson.encode({**reply, "writeConcernError": UNCONFIRMED})
        _, number, answers, op_code = HEADER.unpack_from(self.content)
        head = HEADER.pack(BODY_AT + len(body), number, answers, op_code)
        return Message(head + self.content[HEADER.size : BODY_AT] + body)


async def read(reader: asyncio.StreamReader) -> Message:
    """Return the next message. Raises IncompleteReadError at the end."""
    size = await reader.readexactly(4)
    return Message(size + await reader.readexactly(int.from_bytes(size, "little") - 4))


@dataclass
class Wire:
    """`async with Wire(…)`: a port in front of a MongoDB server, whose own port may change.

    `lost` is of how great a part of a collection's writes the acknowledgement never comes, `slow` how great a
    part takes some seconds: `slow_seconds` at the least and the most.
    Whatever is written is searched for `secrets`; in which collections there were some is in `leaks`.
    """

    upstream: Callable[[], int]
    chance: Random
    port: int = 0
    lost: Mapping[str, float] = field(default_factory=dict)
    slow: Mapping[str, float] = field(default_factory=dict)
    slow_seconds: tuple[float, float] = (1, 5)
    secrets: set[bytes] = field(default_factory=set)
    leaks: Counter[str] = field(default_factory=Counter)
    # How many acknowledgements were lost, and writes slow, by collection.
    losses: Counter[str] = field(default_factory=Counter)
    delays: Counter[str] = field(default_factory=Counter)
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                up_reader, up_writer = await asyncio.open_connection(HOST, self.upstream())
                try:
                    await self._carry(reader, writer, up_reader, up_writer)
                finally:
                    up_writer.transport.abort()
        finally:
            # Not a farewell: a connection that breaks.
            writer.transport.abort()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        """Carry messages until either side has gone, or an acknowledgement is lost."""
        doomed: set[int] = set()
        ways = [
            asyncio.create_task(way())
            for way in (
                partial(self._ask, reader, up_writer, doomed),
                partial(self._answer, up_reader, writer, doomed),
            )
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            ended = await asyncio.gather(*ways, return_exceptions=True)
        for why in ended:
            if isinstance(why, Exception) and not isinstance(why, OSError | asyncio.IncompleteReadError):
                raise why

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: set[int]
    ) -> None:
        while True:
            message = await read(reader)
            command, collection = message.command
            if command in WRITES:
                self._search(message, collection)
                if self.chance.random() < self.slow.get(collection, 0):
                    self.delays[collection] += 1
                    await asyncio.sleep(self.chance.uniform(*self.slow_seconds))
                if self.chance.random() < self.lost.get(collection, 0):
                    self.losses[collection] += 1
                    doomed.add(message.id)
            writer.write(message.content)
            await writer.drain()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: set[int]
    ) -> None:
        while True:
            message = await read(reader)
            if message.answers in doomed:
                doomed.discard(message.answers)
                if self.chance.random() < 1 / 2:
                    return
                message = message.unconfirmed()
            writer.write(message.content)
            await writer.drain()

    def _search(self, message: Message, collection: str) -> None:
        if any(secret in message.content for secret in self.secrets):
            self.leaks[collection] += 1
