"""The program's start."""

import asyncio
import os
import sys
from asyncio.subprocess import create_subprocess_exec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import __main__ as program
from tests.bot.test_create_admin import said_by_python


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


async def test_a_bot_without_the_interface_loads_neither_its_library_nor_the_demo() -> None:
    asked = (
        "import sys, bot.__main__\n"
        "assert not {'fastapi', 'bot.demo.start', 'bot.demo.sample_history'} & sys.modules.keys()"
    )
    process = await create_subprocess_exec(sys.executable, "-c", asked)
    assert await process.wait() == 0
