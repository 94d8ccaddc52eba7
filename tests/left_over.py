"""What runs of the tests leave behind that were killed."""

from contextlib import suppress
from pathlib import Path

from services.background.process_identity import lives


def unlock_left_over(disk: Path) -> None:
    """Let pytest remove what killed runs have left there, of which it keeps the last three.

    It would take them for running ones for three days, and their databases fill the memory.
    Source: pytest's `create_cleanup_lock`: a run's folder has a file `.lock` with its process id.
    """
    for lock in disk.glob("pytest-of-*/pytest-*/.lock"):
        # Another run may be removing it, and another user's are not ours.
        with suppress(OSError, ValueError):
            if not lives(int(lock.read_text())):
                lock.unlink()
