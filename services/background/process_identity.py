"""The name of a worker's process in the database, by which others on the same machine can tell that it ended.

Source: proc_pid_stat(5), pid_namespaces(7); boot_id in random(4). Only Linux has them. Elsewhere nobody is
found to be gone, and a lease is waited for to its end.
"""

import os
from functools import cache
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

# What follows the program's name in proc_pid_stat(5): its state is the first field, its start the twentieth.
STATE, STARTED = 0, 19
ENDED = {"Z", "X"}


def new_holder() -> str:
    """Return a name for the holder of a lease in this process, different each time."""
    started = _stat(os.getpid())
    since = started[STARTED] if started else "0"
    return f"{_machine()}.{os.getpid()}.{since}.{uuid4().hex}"


def has_ended(holder: str) -> bool:
    """Tell whether the process of that holder has certainly ended."""
    machine, _, rest = holder.partition(".")
    pid, _, rest = rest.partition(".")
    since, _, _ = rest.partition(".")
    if not machine or machine != _machine() or not pid.isdecimal():
        return False
    found = _stat(int(pid))
    if not found:
        return not lives(int(pid))
    # Another process may have got the same number since.
    return found[STATE] in ENDED or found[STARTED] != since


@cache
def _machine() -> str:
    """Return a name for this start of this machine, in this container; empty where that can't be told."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return blake2b(f"{boot}{namespace}".encode(), digest_size=8).hexdigest()


def lives(pid: int) -> bool:
    """Tell whether there is such a process: those of others may be hidden in /proc (proc(5), hidepid)."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _stat(pid: int) -> list[str]:
    """Return the fields of a process that follow its name; none: it has ended, or may not be looked at."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
