"""A database server that outlived its bot: found by what was noted of it, and ended."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.02


def end_left_over(note: Path, db_folder: Path) -> None:
    """End a server that outlived its bot; only one that is ours by the id and birth noted, and by folder."""
    with suppress(OSError, ValueError):
        pid_text, _, birth = note.read_text().partition(" ")
        pid = int(pid_text)
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + PATIENCE_SECONDS
            if _is_ours(pid, birth, db_folder):
                os.kill(pid, number)
            while _is_ours(pid, birth, db_folder) and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
    note.unlink(missing_ok=True)


def _is_ours(pid: int, birth: str, db_folder: Path) -> bool:
    return born(pid) == birth and str(db_folder) in _told_by_ps(pid, "args")


def born(pid: int) -> str:
    """Return when a process was started, so that a reused id is not mistaken; nothing where it is gone."""
    if sys.platform != "linux":
        return _told_by_ps(pid, "lstart")
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # Fields 3 and 22 of proc(5): its state, and its birth in the kernel's ticks since the boot.
    return "" if fields[0] in {"Z", "X"} else fields[19]


def _told_by_ps(pid: int, column: str) -> str:
    """Return what is known of a process: from /proc on Linux, which may have no `ps`, else from `ps`."""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    told = subprocess.run(  # noqa: S603 - only a number and a column's name of ours are in it
        ["/bin/ps", "-ww", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()
