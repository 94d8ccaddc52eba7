"""In which order tests are dealt to the workers."""

from collections.abc import Sequence

import pytest

# Seconds that each of these takes, much of it waiting for processes. Where they came last, one worker would
# be at them when the others have nothing left to do. What is of one folder or file here stays together: it
# shares a browser, or has its own databases.
LONG = {
    "tests/chaos/test_chaos.py": 90,
    "tests/browser/": 70,
    "tests/bench/test_bench.py": 25,
    "tests/faults/test_kill.py": 20,
    "tests/processes/test_workers.py": 20,
    "tests/bot/test_backup_command.py": 15,
    "tests/bot/test_create_admin.py": 15,
    "tests/storage/test_driver.py": 15,
    "tests/pictures/": 15,
    "tests/faults/test_announcement.py": 10,
    "tests/faults/test_backup_drill.py": 10,
    "tests/processes/test_proxies.py": 10,
    "tests/faults/test_signals.py": 10,
    "tests/demo/test_history.py": 5,
    # These would be the very last.
    "tests/test_files.py": 5,
    "tests/test_house.py": 5,
    "tests/web/test_description.py": 5,
}


# Of so many workers one begins with the long tests: while it waits, the others have the processors.
WORKERS_TO_ONE = 3


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests such that some workers begin with their share of the long ones, and the others don't.

    A worker begins with one piece of the list, and takes from the end of another's where it has no more
    (xdist's `worksteal`).
    """
    long = _shares(items, workers)
    others = [item for item in items if _place(item) is None]
    found: list[pytest.Item] = []
    for number, share in enumerate(long):
        begin, end = (len(items) * each // workers for each in (number, number + 1))
        room = max(0, end - begin - len(share))
        found += share + (others[:room] if number + 1 < workers else others)
        others = others[room:]
    return found


def _shares(items: Sequence[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """Return for each worker those of the long tests that it begins with.

    Whoever has any has about as many seconds of them as the others.
    """
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    seconds = [0] * max(1, workers // WORKERS_TO_ONE)
    for name in sorted(LONG, key=lambda name: -LONG[name]):
        least = seconds.index(min(seconds))
        shares[least] += [item for item in items if _place(item) == name]
        seconds[least] += LONG[name]
    return shares


def _place(item: pytest.Item) -> str | None:
    return next((name for name in LONG if item.nodeid.startswith(name)), None)
