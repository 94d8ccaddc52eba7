"""How long a time may be held for whoever is confirming it, however often it is held anew."""

from datetime import datetime, timedelta

from services.models.people import UserId

# Going back and forth holds it anew, but not for ever.
LONGEST_HELD = timedelta(minutes=10)
# So long it is not held for the same patient afterwards: others have their turn.
PAUSE = LONGEST_HELD
# Beyond so many, what is over is dropped.
MOST_KNOWN = 10_000

# The patient, the doctor, and when the time begins (aware UTC).
Wanted = tuple[UserId, UserId, datetime]


class HoldTimes:
    """Knows since when times are held, whatever request holds them and however often they were let go.

    It is a limit and no truth: known to this process alone, and forgotten with it.
    """

    def __init__(self, at_once: timedelta) -> None:
        """`at_once` is for how long a time is held without being held anew."""
        self._at_once = at_once
        self._since: dict[Wanted, datetime] = {}

    def until(self, wanted: Wanted, now: datetime) -> datetime | None:
        """Return until when it may be held now; None where it was held for long enough."""
        since = self._since.get(wanted)
        # A clock that was set back must not lengthen it.
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
