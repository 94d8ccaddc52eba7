"""The folder in which the workers of a supervisor count together; what killed supervisors left is removed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.background.process_identity import lives

PREFIX = "mediconnect-figures-"


@contextmanager
def shared_figures(parent: Path | None = None) -> Iterator[Path]:
    """Give a new folder in `parent` (the system's for temporary files), which is gone after the block.

    Those of supervisors that do not live any more are removed first.
    """
    parent = parent or Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another supervisor removes it at the same time
            is_ours = left.stat().st_uid == os.getuid()
            if is_ours and not _lives(left.name.removeprefix(PREFIX).partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=parent) as made:
        yield Path(made)


def _lives(pid: str) -> bool:
    return pid.isdecimal() and lives(int(pid))
