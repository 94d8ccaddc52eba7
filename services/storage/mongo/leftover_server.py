"""A database server that is running already, by its noted process id: where, and how to end it."""

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
    """End a server that an earlier bot has left, if its process id, start time and folder are those noted."""
    with suppress(OSError, ValueError):
        pid_text, _, started = note.read_text().partition(" ")
        pid = int(pid_text)
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + PATIENCE_SECONDS
            if _is_ours(pid, started, db_folder):
                os.kill(pid, number)
            while _is_ours(pid, started, db_folder) and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
    note.unlink(missing_ok=True)


def port_of(note: Path, db_folder: Path) -> int | None:
    """Return the port of the server that is noted, by its arguments; None if it is not running."""
    with suppress(OSError, ValueError, IndexError):
        pid_text, _, started = note.read_text().partition(" ")
        pid = int(pid_text)
        if _is_ours(pid, started, db_folder):
            return int(_told_by_ps(pid, "args").rpartition(" --port ")[2].split()[0])
    return None


def _is_ours(pid: int, started: str, db_folder: Path) -> bool:
    return started_at(pid) == started and str(db_folder) in _told_by_ps(pid, "args")


def started_at(pid: int) -> str:
    """Return when a process was started, to recognize reused process ids; "" if it has ended."""
    if sys.platform != "linux":
        return _told_by_ps(pid, "lstart")
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # Fields 3 and 22 of proc(5): the state, and the start time in clock ticks since boot.
    return "" if fields[0] in {"Z", "X"} else fields[19]


def _told_by_ps(pid: int, column: str) -> str:
    """Return a column of `ps` for a process; on Linux, which may have no `ps`, from /proc."""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    told = subprocess.run(  # noqa: S603 - only a number and a column's name of ours are in it
        ["/bin/ps", "-ww", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()
