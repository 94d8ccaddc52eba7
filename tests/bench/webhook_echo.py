"""A bot that says back what it hears, over a webhook: what the library and our HTTP cost by themselves.

`python -m tests.bench.webhook_echo TOKEN URL PORT` runs it until it is ended.
"""

import asyncio
import os
import signal
import sys
from contextlib import closing

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update

from bot.__main__ import fastest_loop
from bot.web.server import listen, served
from tests.bench.echo import application


async def serve(token: str, url: str, port: int) -> None:
    """Serve until a signal says stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    echo = application("ours", token, url)

    async def receive(request: Request) -> Response:
        await echo.process_update(Update.de_json(await request.json(), echo.bot))
        return Response()

    site = Starlette(routes=[Route("/", receive, methods=["POST"])])
    with closing(listen("127.0.0.1", port)) as listening:
        async with echo, served(site, listening):
            await echo.start()
            await echo.bot.set_webhook(f"http://127.0.0.1:{port}/")
            await stop.wait()
            await echo.stop()


if __name__ == "__main__":
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
