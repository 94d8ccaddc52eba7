"""The rules of a time zone as iCalendar has them (RFC 5545 section 3.6.5), for the time around a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# Only the rules of about a year before and after, not those of seventy years.
AROUND = timedelta(days=400)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@lru_cache(maxsize=1000)
def zone_rules(zone: ZoneInfo, month: date, last: date | None = None) -> Timezone:
    """Return the zone's offset at a year before that month, and each change until a year after `last`.

    `last` is a month, too; None: the same. Each onset is written in the wall time that
    holds just before it (RFC 5545 section 3.6.5).
    """
    rules = Timezone()
    rules.add("tzid", zone.key)
    begin = datetime(month.year, month.month, 1, tzinfo=UTC)
    first = begin - AROUND
    rules.add_component(_rule(first, first, zone))
    until = last or month
    for onset in _changes(first, datetime(until.year, until.month, 1, tzinfo=UTC) + AROUND, zone):
        rules.add_component(_rule(onset - SECOND, onset, zone))
    return rules


@lru_cache(maxsize=1000)
def written_zone_rules(zone: ZoneInfo, month: date) -> bytes:
    """Return `zone_rules` as they stand in a file: writing them takes longer than the rest of an invite."""
    return bytes(zone_rules(zone, month).to_ical())


def _changes(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Return the instants at which the zone's clock changes, earliest first."""
    at = first
    while at < last:
        after = at + DAY
        if _kind(at, zone) != _kind(after, zone):
            yield _change(at, after, zone)
        at = after


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the clock is as it is `after`, by halving the time between."""
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _kind(middle, zone) == _kind(before, zone):
            before = middle
        else:
            after = middle
    return after


def _kind(at: datetime, zone: ZoneInfo) -> tuple[timedelta | None, timedelta | None, str | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.dst(), local.tzname()


def _rule(before: datetime, onset: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    offset, saving, name = _kind(onset, zone)
    rule = TimezoneDaylight() if saving else TimezoneStandard()
    offset_before = before.astimezone(zone).utcoffset() or timedelta(0)
    rule.add("dtstart", (onset + offset_before).replace(tzinfo=None))
    rule.add("tzoffsetfrom", offset_before)
    rule.add("tzoffsetto", offset or timedelta(0))
    rule.add("tzname", name or zone.key)
    return rule
