"""How long a time may be held for a patient in all, however often it is held again."""

from datetime import datetime, timedelta

from services.models.people import UserId

# Holding it again makes it longer, up to this in all.
LONGEST_HELD = timedelta(minutes=10)
# After that it is not held for the same patient for so long, so that others can have it.
PAUSE = LONGEST_HELD
# When so many are known, those that are over are dropped.
MOST_KNOWN = 10_000

# The patient, the doctor, and when the time begins (aware UTC).
Wanted = tuple[UserId, UserId, datetime]


class HoldTimes:
    """Knows since when a patient has held a time, across requests and across letting it go.

    This is kept in the memory of this process only: it limits, and no correctness depends on it.
    """

    def __init__(self, at_once: timedelta) -> None:
        """`at_once` is how long one hold lasts."""
        self._at_once = at_once
        self._since: dict[Wanted, datetime] = {}

    def until(self, wanted: Wanted, now: datetime) -> datetime | None:
        """Return until when it may be held now; None where it was held for long enough."""
        since = self._since.get(wanted)
        # If the clock was set back, it begins anew.
        if since is None or not since <= now < since + LONGEST_HELD + PAUSE:
            self._forget_old(now)
            since = self._since[wanted] = now
        until = min(now + self._at_once, since + LONGEST_HELD)
        return until if until > now else None

    def forget(self, wanted: Wanted) -> None:
        """Forget one that was booked."""
        self._since.pop(wanted, None)

    def _forget_old(self, now: datetime) -> None:
        if len(self._since) >= MOST_KNOWN:
            over = now - LONGEST_HELD - PAUSE
            self._since = {wanted: since for wanted, since in self._since.items() if since > over}
