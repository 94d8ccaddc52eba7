"""The MongoDB that the bot starts for itself, as seen from outside: its port, and a way to kill it."""

import os
import signal
from pathlib import Path

from services.storage.mongo import embedded, leftover_server


class Embedded:
    """What serves that folder now; it may be away, and come back on another port."""

    def __init__(self, folder: Path) -> None:
        self.deaths = 0
        self._folder = folder

    def _pid(self) -> int | None:
        try:
            pid, _, started_at = embedded._note_file(self._folder).read_text().partition(" ")
        except OSError:
            return None
        return int(pid) if pid and leftover_server._is_ours(int(pid), started_at, self._folder) else None

    @property
    def is_up(self) -> bool:
        """Whether there is a process."""
        return self._pid() is not None

    def port(self) -> int:
        """Return its port. Raises ConnectionRefusedError where there is none."""
        pid = self._pid()
        if pid is None:
            raise ConnectionRefusedError
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return int(words[words.index(b"--port") + 1])

    def kill(self) -> bool:
        """End it as the want of memory would (SIGKILL); tell whether it was there."""
        pid = self._pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        self.deaths += 1
        return True
