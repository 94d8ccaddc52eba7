"""Processes that end with the one that started them, whichever way that ends."""

import os
import sys
from collections.abc import Sequence

# Runs in the new process before it becomes the program. It asks Linux to end the process when the one that
# started it ends in any way (prctl(2), PR_SET_PDEATHSIG = 1), and exits if that has ended already. This is
# not a preexec_fn, as Python code between fork and exec can deadlock if another thread held a lock, and the
# drivers have threads. It costs some 20 ms.
TRAMPOLINE = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def ending_with_us(command: Sequence[str]) -> list[str]:
    """Return the command line of a program that gets SIGTERM when this process ends.

    Only Linux can do that; elsewhere it is the command as it is. Start it from the main thread, as Linux goes
    by the thread that has started it. The first word is a path.
    """
    if sys.platform != "linux":
        return [*command]
    # Isolated and without site, which is faster: the trampoline needs only the standard library.
    return [sys.executable, "-I", "-S", "-c", TRAMPOLINE, str(os.getpid()), *command]
