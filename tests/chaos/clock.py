"""One clock for several processes: the machine's, and so much ahead; how much is in a file."""

from datetime import datetime, timedelta
from pathlib import Path

from services.clock import SystemClock


class FileClock:
    """Reads in a file how far it is ahead of the machine's clock, in seconds; the file may change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._system = SystemClock()
        self._read_at = -1
        self._ahead = timedelta()

    def now(self) -> datetime:
        changed = self._path.stat().st_mtime_ns
        if changed != self._read_at:
            self._ahead = timedelta(seconds=float(self._path.read_text()))
            self._read_at = changed
        return self._system.now() + self._ahead


class TurnableFileClock(FileClock):
    """The same, for the one that turns it: it only goes on, and never back."""

    def __init__(self, path: Path, start: datetime) -> None:
        super().__init__(path)
        self._write(start - SystemClock().now())

    def turn_to(self, instant: datetime) -> None:
        """Go on to an instant, unless it is past already."""
        now = self.now()
        if instant > now:
            self._write(self._ahead + (instant - now))

    def _write(self, ahead: timedelta) -> None:
        """Replace the file as a whole: whoever reads it sees the old time or the new one."""
        new = self._path.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.replace(self._path)


def next_monday(now: datetime) -> datetime:
    """Return the next Monday, 6:00 UTC: the whole working week lies ahead."""
    day = now.replace(hour=6, minute=0, second=0, microsecond=0)
    return day + timedelta(days=7 - now.weekday())
