"""In which order tests are dealt to the workers."""

from collections.abc import Sequence

import pytest

# A second and more each, most of it waiting for processes. Where they came last, one worker would be at them
# when the others have nothing left to do.
LONG = (
    "tests/chaos/test_chaos.py",
    "tests/bench/test_bench.py",
    "tests/browser/",
    "tests/faults/test_kill.py",
    "tests/faults/test_announcement.py",
    "tests/faults/test_signals.py",
    "tests/bot/test_create_admin.py",
    "tests/demo/test_history.py",
)


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests such that each worker begins with its share of the long ones.

    A worker begins with one piece of the list, and takes from the end of another's where it has no more
    (xdist's `worksteal`).
    """
    long = sorted((item for item in items if _place(item) < len(LONG)), key=_place)
    others = [item for item in items if _place(item) == len(LONG)]
    found: list[pytest.Item] = []
    for number in range(workers):
        begin, end = (len(items) * each // workers for each in (number, number + 1))
        share = long[number::workers]
        room = max(0, end - begin - len(share))
        found += share + (others[:room] if number + 1 < workers else others)
        others = others[room:]
    return found


def _place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))
