"""How the tests are run; what they share is in tests/fixtures.py."""

import os
import shutil
from pathlib import Path

import pytest

from tests.dealing import dealt
from tests.hanging import HangingTests
from tests.left_over import unlock_left_over

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - pytest makes a directory of its own in it
ROOM_BYTES = 4 * 1024**3
# Each worker has a database server of its own, which takes room.
MOST_CORES = 8
# So many workers more than cores: one begins with the tests that wait a lot (see tests/dealing.py).
MORE_WORKERS = 1


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep what the tests write in memory, where there is room: databases sync each write to their disk.

    Who only deals the tests to workers (xdist's `dsession`) imports nothing of the bot: they would
    wait for it.
    """
    unlock_left_over(MEMORY_DISK)
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))
    if not config.pluginmanager.has_plugin("dsession"):
        config.pluginmanager.import_plugin("tests.fixtures")
        config.pluginmanager.register(HangingTests.on_stderr())


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers there are where -n says nothing."""
    return min(os.cpu_count() or 1, MOST_CORES) + MORE_WORKERS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let some of several workers begin with what takes longest."""
    if (workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) > 1:
        items[:] = dealt(items, workers)
