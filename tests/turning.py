"""A clock that tests can turn."""

from datetime import UTC, datetime, timedelta


class TurnableClock:
    """Stands still until it is turned."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def turn(self, by: timedelta) -> None:
        self._now += by

    def turn_to(self, now: datetime) -> None:
        self._now = now


# A Monday, early in the morning: the whole working week lies ahead.
MONDAY = datetime(2027, 5, 3, 6, 0, tzinfo=UTC)
