"""What is free for those who wait: for their kind of visit, where and when they want it.

For those who want an earlier time, it is what begins before the appointment that they have, which does not
stand in its own way.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from services.availability.availability import Availability, without
from services.availability.slots import slots_seen
from services.local_time import part_of_day
from services.models.appointments import Appointment, AppointmentStatus
from services.models.catalogue import WantedVisit
from services.models.scheduling import PartOfDay
from services.models.slots import Slot
from services.models.waitlist import WaitlistEntry
from services.storage.waitlist import Taking

# Shorter offers are not made: nobody reads and decides in less.
SHORTEST_OFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry, the times of what is wanted, and those that are `free`.

    `visit` is the appointment in place of which an earlier time is wanted, if that is so.
    """

    entry: WaitlistEntry
    times: Availability
    free: Sequence[Slot]
    visit: Appointment | None = None

    @property
    def moving(self) -> Slot | None:
        """The time that is given up for an offer, if one is."""
        return self.visit.slot if self.visit is not None else None

    def takes(self, slot: Slot) -> Slot:
        """Return how long the doctor is not free when that slot is taken."""
        return Slot(slot.start, slot.end + self.times.kind.buffer)

    def fitting(self, free: Iterable[Slot] | None = None) -> Iterator[Slot]:
        """Give the free times that fit the entry, or of others those that do."""
        before = self.visit.slot.start if self.visit is not None else None
        return fitting(self.entry, self.free if free is None else free, self.times.zone, before)

    def given_back(self, takings: Iterable[Taking]) -> Mapping[datetime, datetime]:
        """Return the starts of the free times that somebody had before, and when they were taken last.

        Such a time is news to whoever joined before it was taken, even if nobody looked while it was taken.
        """
        last: dict[datetime, datetime] = {}
        for taking in takings:
            if taking.stands:
                continue
            place = bisect_right(self.free, taking.slot.start, key=attrgetter("end"))
            for slot in self.free[place:]:
                if slot.start >= taking.slot.end:
                    break
                last[slot.start] = max(taking.at, last.get(slot.start, taking.at))
        return last


def for_earlier(entry: WaitlistEntry, times: Availability, visit: Appointment) -> Waiting:
    """Return what is free for somebody who wants an earlier time than that of `visit`, on the wanted days."""
    first = max(times.first, entry.window.start.astimezone(times.seen_from).date())
    last = min(times.last, entry.window.end.astimezone(times.seen_from).date())
    in_rooms = {
        room: without(busy, visit.slot) if room == visit.room_id else busy
        for room, busy in times.busy_rooms.items()
    }
    own = replace(
        times,
        first=first,
        last=last,
        busy=without(times.busy, visit.slot),
        busy_rooms=in_rooms,
        moving=visit.slot,
    )
    return Waiting(entry, own, own.all_slots(), visit)


def fitting(
    entry: WaitlistEntry, free: Iterable[Slot], zone: ZoneInfo, before: datetime | None = None
) -> Iterator[Slot]:
    """Give the free times that fit an entry; `zone` is the clinic's.

    Times that were offered to it already are left out, and those that were free when the patient joined. With
    `before`, so are those that begin then or later.
    """
    old = entry.passed | entry.known
    for slot in free:
        is_then = entry.window.start <= slot.start < entry.window.end
        if not is_then or slot.start in old or (before is not None and slot.start >= before):
            continue
        if is_in_part(entry.part, slot.start, zone):
            yield slot


def is_in_part(part: PartOfDay, start: datetime, zone: ZoneInfo) -> bool:
    """Tell whether an instant is in a part of the day."""
    return part in {PartOfDay.ANY, part_of_day(start, zone)}


def is_over(entry: WaitlistEntry, booked: Iterable[Taking], now: datetime) -> bool:
    """Tell whether the wanted days are over, or the patient has booked such a visit in them since."""
    if entry.window.end <= now:
        return True
    if entry.instead_of is not None:
        return False
    return any(
        taking.patient_id == entry.patient_id
        and taking.at >= entry.since
        and entry.window.start <= taking.slot.start < entry.window.end
        and entry.kind_id in {None, taking.kind_id}
        for taking in booked
    )


def may_be_earlier(
    visit: Appointment | None, entry: WaitlistEntry, times: Availability, now: datetime
) -> bool:
    """Tell whether an appointment can still be moved to an earlier time, and is at none of those wanted.

    `visit` is the appointment as it is now.
    """
    if visit is None or visit.status is not AppointmentStatus.BOOKED or visit.slot.start <= now:
        return False
    if visit.slot.start <= entry.window.start or now >= times.schedule.changes_until(visit.slot):
        return False
    is_then = entry.window.start <= visit.slot.start < entry.window.end
    return not (is_then and is_in_part(entry.part, visit.slot.start, times.zone))


def next_opening(line: Sequence[Waiting], now: datetime) -> datetime | None:
    """Return when the next time that fits an entry comes into its booking window; None: all are in it."""
    groups: dict[WantedVisit, list[Waiting]] = {}
    for each in line:
        groups.setdefault(each.entry.wanted, []).append(each)
    openings = (_next_opening(group, now) for group in groups.values())
    return min((at for at in openings if at is not None), default=None)


def _next_opening(group: Sequence[Waiting], now: datetime) -> datetime | None:
    times = group[0].times
    latest = max(each.entry.window.end for each in group)
    for day in _days(times.window.end, latest, times.zone):
        slots = slots_seen(times.schedule, day, times.zone, times.zone, kind=times.kind, place=times.place)
        for slot in slots:
            is_later = slot.start >= times.window.end
            if is_later and any(any(each.fitting([slot])) for each in group):
                # A moment later: the end of the window is not part of it.
                return slot.start - (times.window.end - now) + timedelta(microseconds=1)
    return None


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Give the days of a zone from one instant until before another."""
    day = start.astimezone(zone).date()
    while start < end and day <= end.astimezone(zone).date():
        yield day
        day += timedelta(days=1)
