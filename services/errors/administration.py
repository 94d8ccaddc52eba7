"""What can go wrong when admins do something."""

from services.errors.base import Invalid, Refused, Unknown


class NobodyThere(Refused):
    """None of the people whom the announcement is for is signed in anywhere."""


class ChatNeeded(Refused):
    """That is done in a chat only: what comes of it is shown there."""


class PeriodUnknown(Unknown):
    """There are only figures of the last so many days: one of `periods`."""

    def __init__(self, periods: tuple[int, ...]) -> None:
        super().__init__(periods)
        self.periods = periods


class AnnouncementOver(Refused):
    """The announcement is over or was stopped already, so it can't be stopped."""


class ExportTooBig(Refused):
    """The file would have more than `max_bytes` bytes."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.max_bytes = max_bytes


class AnnouncementTooLong(Invalid):
    """An announcement has at most `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class NoticeSettled(Refused):
    """That dead letter is settled: somebody has sent it again, or dropped it."""


class BadLimit(Invalid):
    """A limit is a whole number from 1 to `most`, or none."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most
