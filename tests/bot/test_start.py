"""The program's start."""

import asyncio
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
