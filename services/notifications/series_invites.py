"""Series in calendars: one event with a rule and its exceptions (RFC 5545 sections 3.8.4.4 and 3.8.5).

A series is booked with one REQUEST: the rule, the times that were left out (EXDATE), and the visits that are
at other times than the rule has them (RECURRENCE-ID). Whatever happens to visits later is told by their
RECURRENCE-ID alone (RFC 5546 sections 3.2.2 and 3.2.5), with the visit's own SEQUENCE. All of it is in the
clinic's zone, whoever reads it: the rule is about the clinic's wall time.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event

from services.models.series import Every, SeriesRule
from services.notifications.calendar_invites import (
    UTC_NAMES,
    Invite,
    Method,
    empty_calendar,
    in_series_zone,
    series_uid,
)
from services.notifications.vtimezone import written_zone_rules
from services.recurrence import recurrence

Facts = Mapping[str, Any]
# Makes the event of one visit from its facts.
Make = Callable[[Facts], Event]


def series_invite(
    method: Method, facts: Facts, make: Make, zone: ZoneInfo, *, organizer_email: str, is_new: bool
) -> Invite:
    """Return the invite of a series event: `is_new` of all of it, else of the visits that were changed.

    `make` makes the event of a visit, with all that readers see. The times are in the clinic's `zone`.
    """
    visits = [{**facts, **visit, "series": _part(facts, visit)} for visit in facts["visits"]]
    if is_new:
        events = _whole(facts, visits, make, zone)
    elif facts.get("is_whole") and method is Method.CANCEL:
        events = [_master(facts, visits, make, zone)]
    else:
        events = [make(visit) for visit in visits]
    uid = series_uid(str(facts["series"]["id"]), organizer_email)
    for event in events:
        event["uid"] = uid
    return Invite(method, _written(method, events, facts, zone))


def _part(facts: Facts, visit: Facts) -> dict[str, Any]:
    return {"id": facts["series"]["id"], **{name: visit[name] for name in ("number", "of", "planned")}}


def _whole(facts: Facts, visits: Sequence[Facts], make: Make, zone: ZoneInfo) -> list[Event]:
    """Return the event with the rule, and those that are exceptions to it."""
    master = _master(facts, visits, make, zone)
    first = facts["planned"][0]
    length = visits[0]["end"] - visits[0]["start"]
    had = {visit["planned"] for visit in visits}
    left_out = [in_series_zone(at, zone) for at in facts["planned"] if at not in had]
    if left_out:
        master.add("exdate", left_out)
    master.add("rrule", recurrence(_rule(facts), first, zone))
    moved = [
        visit
        for visit in visits
        if visit["start"] != visit["planned"]
        or visit["end"] - visit["start"] != length
        or _is_elsewhere(visit, facts)
    ]
    return [master, *(make(visit) for visit in moved)]


def _is_elsewhere(visit: Facts, facts: Facts) -> bool:
    return visit.get("visit") != facts.get("visit")


def _master(facts: Facts, visits: Sequence[Facts], make: Make, zone: ZoneInfo) -> Event:
    """Return the event that stands for all visits, at the first time of the rule."""
    first = facts["planned"][0]
    length = visits[0]["end"] - visits[0]["start"]
    # It rises with each change of a visit.
    sequence = facts.get("sequence", sum(visit["version"] for visit in visits))
    event = make({**facts, "start": first, "end": first + length, "version": sequence, "series": None})
    for name, at in (("dtstart", first), ("dtend", first + length)):
        event.pop(name)
        event.add(name, in_series_zone(at, zone))
    return event


def _rule(facts: Facts) -> SeriesRule:
    return SeriesRule(Every(facts["rule"]["every"]), facts["rule"]["count"])


def _written(method: Method, events: Sequence[Event], facts: Facts, zone: ZoneInfo) -> bytes:
    calendar = empty_calendar(method)
    for event in events:
        calendar.add_component(event)
    written = bytes(calendar.to_ical())
    if zone.key in UTC_NAMES:
        return written
    first: datetime = min(facts["planned"][0], facts["start"])
    before, begin, after = written.partition(b"BEGIN:VEVENT")
    return before + written_zone_rules(zone, first.astimezone(zone).date().replace(day=1)) + begin + after
