"""What the fault tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.clock import SystemClock
from tests.faults.stage import Stage, staged
from tests.turning import TurnableClock


@pytest.fixture
async def stage(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """A town without a bot, on a Monday morning that lasts until it is turned."""
    async with staged(database_url, clock, tmp_path) as built:
        yield built


@pytest.fixture
async def real_stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A town without a bot, on the real time: a bot in a process of its own has no other."""
    async with staged(database_url, SystemClock(), tmp_path) as built:
        yield built
