"""What can go wrong with working hours and time off."""

from datetime import date, time, timedelta

from services.errors.base import Invalid, Refused, Unknown
from services.models.scheduling import Hours, Weekday


class TimeOffUnknown(Unknown):
    """This doctor has no such time off."""


class HoursBackwards(Invalid):
    """The stretch does not end after it begins."""

    def __init__(self, hours: Hours) -> None:
        super().__init__(hours)
        self.hours = hours


class WeekdayBackwards(HoursBackwards):
    """Hours of every week do not end after they begin; a night stands there in two parts."""


class NightTooLong(HoursBackwards):
    """Hours of one date would go past midnight, and last for more than the `most` minutes of a night."""

    def __init__(self, hours: Hours, most: int) -> None:
        super().__init__(hours)
        self.most = most


class HoursOverlap(Invalid):
    """Two stretches of a day have time in common."""

    def __init__(self, one: Hours, other: Hours) -> None:
        super().__init__(one, other)
        self.one = one
        self.other = other


class NotOnFiveMinutes(Invalid):
    """Hours begin and end at whole five minutes; `at` is not one."""

    def __init__(self, at: time) -> None:
        super().__init__(at)
        self.at = at


class SlotTooLong(Invalid):
    """A slot of `slot_minutes` does not fit into those hours of that weekday."""

    def __init__(self, slot_minutes: int, weekday: Weekday, hours: Hours) -> None:
        super().__init__(slot_minutes, weekday, hours)
        self.slot_minutes = slot_minutes
        self.weekday = weekday
        self.hours = hours


class BadSlotLength(Invalid):
    """A slot lasts `least` to `most` minutes, in steps of five."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class BadBuffer(Invalid):
    """A buffer lasts up to `most` minutes, in steps of five."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class BadLeadTime(Invalid):
    """A lead time is a whole number of minutes, at most `most`."""

    def __init__(self, most: timedelta) -> None:
        super().__init__(most)
        self.most = most


class LeadTimeTooLong(Invalid):
    """The lead time is not shorter than the horizon, so nothing could ever be booked."""

    def __init__(self, lead_time: timedelta, horizon: timedelta) -> None:
        super().__init__(lead_time, horizon)
        self.lead_time = lead_time
        self.horizon = horizon


class BadHorizon(Invalid):
    """How far ahead one may book is 1 to `most` whole days."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TimeOffBackwards(Invalid):
    """The time off would end before it starts, on `first`."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class TimeOffPassed(Invalid):
    """That time is over."""


class TimeOffTooLong(Invalid):
    """Time off lasts `most` days at the most."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TimeOffTooFar(Invalid):
    """That is too far ahead; `last` is the last day that can be taken off now."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


class DateTooFar(Invalid):
    """That is too far ahead; `last` is the last day whose hours can be changed now."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


class DateUnchanged(Unknown):
    """The day has no hours of its own that could be removed."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class ClosureUnknown(Unknown):
    """The clinic has no such closure."""


class BookedMeanwhile(Refused):
    """So many appointments would be cancelled, too, that were booked since the list was shown."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class ClosureTooLong(Invalid):
    """A closure lasts `most` days at the most."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class ClosureTooFar(Invalid):
    """That is too far ahead; `last` is the last day on which the clinic can be closed now."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


class BadClosureReason(Invalid):
    """The reason that patients are told has 1 to `max_length` characters."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length)
        self.max_length = max_length


class NoHolidays(Unknown):
    """It is not set where the clinic is, so its public holidays are not known."""
