"""The program's start."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import __main__ as program
from bot import app
from bot.settings import Settings
from bot.web.server import listen
from services.storage.storage import Storage
from tests.bot.test_create_admin import said_by_python
from tests.town import environment

PATIENCE_SECONDS = 60


async def test_ctrl_c_while_the_program_is_still_loaded_ends_it_without_a_word(tmp_path: Path) -> None:
    # In the place of one of the libraries: it is interrupted while it is imported.
    (tmp_path / "pydantic.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    paths = os.pathsep.join(map(str, (tmp_path, Path(__file__).parent.parent.parent)))
    assert await said_by_python(tmp_path, PYTHONPATH=paths) == (130, [], [])


async def test_what_goes_wrong_at_the_start_is_told_and_not_taken_for_a_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_environ: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(program, "worker_place", broken)
    bot: Any = SimpleNamespace(webhook=None, run=asyncio.Event().wait)
    nothing: Any = None
    with pytest.raises(RuntimeError, match="planted"):
        await program._run(nothing, bot, nothing)


async def test_a_stop_is_heeded_although_the_database_swallows_it_while_it_is_opened(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver returns an answer that comes together with a cancellation, as if nobody had cancelled."""
    environ = environment(database_url, "http://127.0.0.1:1", 1, tmp_path, PORT="0")
    settings = Settings.load(env_file=None, environ=environ)
    opened = app.opened_storage

    @asynccontextmanager
    async def opened_storage(_: Settings) -> AsyncIterator[Storage]:
        async with opened(settings) as storage:
            os.kill(os.getpid(), signal.SIGTERM)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            yield storage

    monkeypatch.setattr(program, "opened_storage", opened_storage)
    with closing(listen("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(program._until_stopped(settings, listening))
        done, _ = await asyncio.wait({running}, timeout=PATIENCE_SECONDS)
        running.cancel()
        assert done, "it runs on, as if nobody had stopped it"


async def test_a_bot_without_the_interface_loads_neither_its_library_nor_the_demo() -> None:
    asked = (
        "import sys, bot.__main__\n"
        "assert not {'fastapi', 'bot.demo.start', 'bot.demo.sample_history'} & sys.modules.keys()"
    )
    process = await create_subprocess_exec(sys.executable, "-c", asked)
    assert await process.wait() == 0
