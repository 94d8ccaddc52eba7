"""A load balancer in front of several workers, such as stands before a bot's webhook.

It takes the workers in turn, whichever chat a request is about. Where a connection is refused, the next
worker gets the request. A worker that goes away while it has one has perhaps done what was asked: then the
answer is 502, and whoever asked may ask again. Source: nginx, `upstream` and `proxy_next_upstream`.
"""

import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from random import Random

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
# Connections that go out are given ports above these by the system. One of them would keep a worker from
# listening at its port again.
PORTS = range(20_000, 32_000)
# What belongs to one connection alone. Source: RFC 9110, section 7.6.1.
BETWEEN_TWO = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


@dataclass
class Balancer:
    """Hands on what comes to the workers at these `ports` of this machine, and counts it."""

    ports: list[int] = field(default_factory=list)
    url: str = ""
    # How often each update came, by its id.
    came: Counter[int] = field(default_factory=Counter)
    # Requests whose worker was gone before it answered, and connections that were refused.
    cut_off: int = 0
    refused: int = 0
    _turns: Iterator[int] = field(default_factory=count)
    _chance: Random = field(default_factory=Random)

    def place(self) -> int:
        """Return a free port for one more worker, which gets its share of the requests from now on."""
        while True:
            port = self._chance.choice(PORTS)
            with socket.socket() as probe:
                try:
                    probe.bind((HOST, port))
                except OSError:
                    continue
            self.ports.append(port)
            return port

    @property
    def repeats(self) -> int:
        """How often an update came that had come before."""
        return self.came.total() - len(self.came)

    async def hand_on(self, request: web.BaseRequest, session: aiohttp.ClientSession) -> web.Response:
        """Let a worker answer a request."""
        body = await request.read()
        self.came[int(json.loads(body)["update_id"])] += 1
        first = next(self._turns)
        for place in range(len(self.ports)):
            port = self.ports[(first + place) % len(self.ports)]
            try:
                return await _asked(session, port, request, body)
            except aiohttp.ClientConnectorError:
                self.refused += 1
            except (aiohttp.ClientError, ConnectionError):
                self.cut_off += 1
                break
        return web.Response(status=HTTPStatus.BAD_GATEWAY)


async def _asked(
    session: aiohttp.ClientSession, port: int, request: web.BaseRequest, body: bytes
) -> web.Response:
    url = f"http://{HOST}:{port}{request.path_qs}"
    async with session.request(request.method, url, data=body, headers=_passed_on(request.headers)) as answer:
        content = await answer.read()
        return web.Response(body=content, status=answer.status, headers=_passed_on(answer.headers))


def _passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in headers.items() if name.lower() not in BETWEEN_TWO}


@asynccontextmanager
async def balanced() -> AsyncIterator[Balancer]:
    """Have a balancer during the block; it knows of no worker yet."""
    balancer = Balancer()
    # Nothing is given up here: who asks knows how long they wait.
    timeout = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        async def answered(request: web.BaseRequest) -> web.Response:
            return await balancer.hand_on(request, session)

        runner = web.ServerRunner(web.Server(answered, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            balancer.url = f"http://{HOST}:{runner.addresses[0][1]}"
            yield balancer
        finally:
            await runner.cleanup()
