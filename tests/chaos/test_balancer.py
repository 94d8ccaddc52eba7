"""The balancer takes its workers in turn, and never has an update handled twice by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.chaos.balancer import HOST, Balancer, balanced


@asynccontextmanager
async def worker(port: int, name: str) -> AsyncIterator[list[int]]:
    """Have a worker that answers with its name, or hangs up where the update's id is 0; give what came."""
    came: list[int] = []

    async def answered(request: web.BaseRequest) -> web.Response:
        came.append((await request.json())["update_id"])
        if came[-1] == 0:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"name": name}, headers={"Retry-After": "1"})

    runner = web.ServerRunner(web.Server(answered), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    try:
        yield came
    finally:
        await runner.cleanup()


async def asked(balancer: Balancer, update_id: int) -> tuple[int, str]:
    """Deliver an update; return the status of the answer, and which worker gave it."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{balancer.url}/telegram/updates", json={"update_id": update_id}) as answer,
    ):
        return answer.status, (await answer.json())["name"] if answer.ok else ""


async def test_workers_are_taken_in_turn_and_the_next_one_where_one_is_not_there() -> None:
    async with balanced() as balancer:
        one, other = balancer.place(), balancer.place()
        async with worker(one, "one"):
            async with worker(other, "other"):
                answers = [await asked(balancer, number) for number in (1, 2, 3)]
            assert answers == [(200, "one"), (200, "other"), (200, "one")]
            assert await asked(balancer, 4) == (200, "one")
        assert balancer.refused == 1
        assert await asked(balancer, 5) == (502, "")
        assert (balancer.came.total(), balancer.repeats) == (5, 0)


async def test_what_a_worker_had_when_it_died_is_left_to_whoever_asked() -> None:
    async with balanced() as balancer:
        async with worker(balancer.place(), "one") as came, worker(balancer.place(), "other") as others:
            assert await asked(balancer, 0) == (502, "")
            assert (came, others) == ([0], [])
            assert await asked(balancer, 0) == (502, "")
        assert (balancer.cut_off, balancer.repeats) == (2, 1)
