"""What processes use. A process counts with all that it has started: several workers are one bot."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
KIBI_IN_MEBI = 1024


def family(pid: int) -> Iterator[int]:
    """Give the process and all that live and descend from it (proc(5), /proc/PID/task/TID/children)."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            for child in children.read_text().split():
                yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and its descendants have used."""
    return sum(map(_own_cpu_seconds, family(pid)))


def _own_cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def memory(pid: int, name: str = "VmRSS") -> float:
    """Return the memory of a process in MiB: now, or its peak ("VmHWM"); of several, that of the largest."""
    return max(_own_memory(each, name) for each in family(pid))


def _own_memory(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / KIBI_IN_MEBI
    raise LookupError(name)
