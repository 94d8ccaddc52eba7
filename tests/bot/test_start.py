"""The program's start."""

import asyncio
import sys
from asyncio.subprocess import create_subprocess_exec
from types import SimpleNamespace
from typing import Any

import pytest

from bot import __main__ as program


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
