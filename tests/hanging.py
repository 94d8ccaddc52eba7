"""Says where a test hangs, shortly before pytest-timeout ends its process.

Under xdist that leaves no word of it, and the stack of a thread shows only that the event loop waits: so the
tasks are shown, each from its outermost coroutine to what it awaits. Nothing is written for other tests.
"""

import asyncio
import faulthandler
import gc
import os
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any

import pytest

# So much before the end: time to write it.
SECONDS_BEFORE = 5.0


class HangingTests:
    """A plugin that writes to a file, which no capturing of output takes from it."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._timer: threading.Timer | None = None

    @classmethod
    def on_stderr(cls) -> "HangingTests":
        """Write to what is standard error now; a worker shares it with whoever started it."""
        return cls(os.fdopen(os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2), "w"))

    @pytest.hookimpl(optionalhook=True, wrapper=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> Iterator[None]:
        """Begin to watch: called by pytest-timeout as its own timer begins."""
        self._stop()
        if settings.timeout:
            seconds = max(settings.timeout - SECONDS_BEFORE, settings.timeout / 2)
            self._timer = threading.Timer(seconds, self._tell, [item.nodeid, seconds])
            self._timer.daemon = True
            self._timer.start()
        return (yield)

    @pytest.hookimpl(optionalhook=True, wrapper=True)
    def pytest_timeout_cancel_timer(self) -> Iterator[None]:
        """Watch no more."""
        self._stop()
        return (yield)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self, test: str, seconds: float) -> None:
        lines = [f"\n++++ after {seconds:g} s this test is still running: {test}", *waiting_tasks()]
        self._out.write("\n".join(lines) + "\n++++ the threads:\n")
        self._out.flush()
        faulthandler.dump_traceback(self._out)
        self._out.flush()


def waiting_tasks() -> list[str]:
    """Return a line for each task of any event loop that has not ended, and one for each of its frames."""
    lines: list[str] = []
    # Found among all objects: asyncio tells only the tasks of a loop that one has.
    for found in gc.get_objects():
        if isinstance(found, asyncio.Task) and not found.done():
            lines += [f"++++ task {found.get_name()}:", *_frames(found.get_coro())]
    return lines


def _frames(awaited: Any) -> Iterator[str]:
    """Give the frames of a coroutine, outermost first, as far as they are Python's."""
    while awaited is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(awaited, f"{kind}_frame")), None)
        frame = kind and getattr(awaited, f"{kind}_frame")
        if not frame:
            return
        yield f'  File "{frame.f_code.co_filename}", line {frame.f_lineno} in {frame.f_code.co_name}'
        awaited = getattr(awaited, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
