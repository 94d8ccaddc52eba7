"""The earliest free times with any doctor: a few at a time, which differ by doctor and by time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.availability.availability import A_DAY, NEAR, Availability, Schedules
from services.availability.offered_kinds import OfferedKinds
from services.availability.time_bounds import ANY_TIME, TimeBounds
from services.errors import KindNotOffered
from services.local_time import days_between, part_of_day
from services.models.catalogue import ANY_VISIT, Place, VisitKind, WantedVisit
from services.models.people import Principal, User, UserId
from services.models.scheduling import PartOfDay
from services.models.slots import Slot
from services.storage.user_search import UserSearchStore
from services.time_zones import zone_of

PROPOSED = 3
# So many days with free times are looked at, at least, so that one may choose between them.
LEAST_DAYS = 2


@dataclass(frozen=True, slots=True)
class ProposedTime:
    """A free time with a doctor, for which kind of visit, and at which place if there are several."""

    doctor: User
    slot: Slot
    kind: VisitKind
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ProposedTimes:
    """Up to three free times, earliest first, and whether there are more."""

    times: tuple[ProposedTime, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class _FreeTime:
    """A doctor's free time, the part of the day it is in, and how many the doctor has free that day."""

    slot: Slot
    doctor: User
    half: tuple[date, PartOfDay]
    free: int


class AnyDoctor:
    """Finds times with whoever is free."""

    def __init__(self, *, schedules: Schedules, kinds: OfferedKinds, user_search: UserSearchStore) -> None:
        self._schedules = schedules
        self._kinds = kinds
        self._user_search = user_search

    async def kind_with(
        self,
        principal: Principal,
        doctor_id: UserId,
        *,
        patient_id: UserId | None = None,
        wanted: WantedVisit = ANY_VISIT,
    ) -> VisitKind:
        """Return for which kind of visit times with that doctor are proposed.

        Raises PatientUnknown, KindNotOffered.
        """
        patient = await self._schedules.patient(principal, patient_id) or principal.id
        schedules = await self._schedules.of_doctors([doctor_id])
        kinds = await self._kinds.of_each(principal, patient, schedules, wanted)
        if doctor_id not in kinds:
            raise KindNotOffered
        return kinds[doctor_id][1]

    async def propose(
        self,
        principal: Principal,
        specialization: str | None = None,
        *,
        patient_id: UserId | None = None,
        bounds: TimeBounds = ANY_TIME,
        wanted: WantedVisit = ANY_VISIT,
        page: int = 0,
    ) -> ProposedTimes:
        """Return free times with the doctors of a specialization, or with any, within bounds; three a page.

        The earliest is one of the first three; where that is possible, they are with different doctors, at
        different times, and not all in the same half of a day. Each is what `Schedules.availability` returns
        for its doctor: for the kind of visit that is wanted, else the first that this person may book. Of
        doctors who are free at the same time, those come first who have more time that day. A page that is
        not there any more is the first.

        However many doctors there are, the database is asked as often as for the page of them, and once more
        where a kind of visit is for new or known patients only.
        Raises PatientUnknown.
        """
        doctors = {user.id: user for user in await self._user_search.all_doctors(specialization)}
        if not doctors:
            return ProposedTimes()
        patient = await self._schedules.patient(principal, patient_id)
        schedules = await self._schedules.of_doctors(list(doctors))
        kinds = await self._kinds.of_each(principal, patient or principal.id, schedules, wanted)
        seen_from = zone_of(principal.user.zone, self._schedules.zone)
        first, last = self._schedules.days_ahead(kinds.values(), seen_from, bounds)
        near = min(first + NEAR, last)
        found: list[_FreeTime] = []
        times_of: dict[date, Mapping[UserId, Availability]] = {}
        for since, until in ((first, near), (near + A_DAY, last)):
            if _is_enough(found, page):
                break
            each = await self._schedules.of_each(kinds, patient, since, until, seen_from)
            narrowed = {doctor_id: _narrowed(times, bounds, wanted) for doctor_id, times in each.items()}
            for day in days_between(since, until):
                times_of[day] = narrowed
                found += _of_day(day, narrowed, doctors)
                if _is_enough(found, page):
                    break
        chosen, has_more = _page(found, page)
        return ProposedTimes(
            tuple(_proposed(time, times_of[time.half[0]][time.doctor.id]) for time in chosen), has_more
        )


def _narrowed(times: Availability, bounds: TimeBounds, wanted: WantedVisit) -> Availability:
    return times.at_place(wanted.place).within(bounds)


def _of_day(
    day: date, times_of: Mapping[UserId, Availability], doctors: Mapping[UserId, User]
) -> list[_FreeTime]:
    """Return what the doctors have free on a day, earliest first."""
    free = [
        _FreeTime(slot, doctors[doctor_id], _half(slot, day, times.seen_from), len(slots))
        for doctor_id, times in times_of.items()
        if (slots := times.slots(day))
        for slot in slots
    ]
    return sorted(free, key=lambda time: (time.slot.start, -time.free))


def _half(slot: Slot, day: date, zone: ZoneInfo) -> tuple[date, PartOfDay]:
    return day, part_of_day(slot.start, zone)


def _is_enough(found: Sequence[_FreeTime], page: int) -> bool:
    """Tell whether that is enough for the page and for the next."""
    starts = {time.slot.start for time in found}
    return len(starts) > PROPOSED * (page + 1) and len({time.half[0] for time in found}) >= LEAST_DAYS


def _page(found: Sequence[_FreeTime], page: int) -> tuple[list[_FreeTime], bool]:
    """Return the times of a page, or of the first if there is no such page, and whether there are more."""
    left, pages = list(found), list[list[_FreeTime]]()
    while left and len(pages) <= page:
        pages.append(_spread(left))
        passed = {time.slot.start for time in pages[-1]}
        left = [time for time in left if time.slot.start not in passed]
    if len(pages) > page:
        return pages[page], bool(left)
    return (pages[0], len(pages) > 1) if pages else ([], False)


def _spread(left: Sequence[_FreeTime]) -> list[_FreeTime]:
    """Return up to three of the free times, as different as they can be; the first of all is one of them."""
    chosen = [left[0]]
    while len(chosen) < PROPOSED and (time := _next(left, chosen)) is not None:
        chosen.append(time)
    return sorted(chosen, key=lambda time: time.slot.start)


def _next(left: Sequence[_FreeTime], chosen: Sequence[_FreeTime]) -> _FreeTime | None:
    """Return the earliest that differs most from those that are chosen."""
    starts: set[datetime] = {time.slot.start for time in chosen}
    doctors, halves = {time.doctor.id for time in chosen}, {time.half for time in chosen}

    def is_other_time(time: _FreeTime) -> bool:
        return time.slot.start not in starts

    def is_other_doctor(time: _FreeTime) -> bool:
        return time.doctor.id not in doctors

    def is_other_half(time: _FreeTime) -> bool:
        return time.half not in halves

    other_halves: tuple[Callable[[_FreeTime], bool], ...] = (is_other_half,) if len(chosen) > 1 else ()
    wishes: tuple[tuple[Callable[[_FreeTime], bool], ...], ...] = (
        *(((is_other_doctor, *other_halves), other_halves) if other_halves else ()),
        (is_other_time, is_other_doctor),
        (is_other_time,),
        (is_other_doctor,),
    )
    return next((time for wish in wishes for time in _having(left, wish)), None)


def _having(left: Sequence[_FreeTime], wish: Sequence[Callable[[_FreeTime], bool]]) -> Iterator[_FreeTime]:
    return (time for time in left if all(has(time) for has in wish))


def _proposed(time: _FreeTime, times: Availability) -> ProposedTime:
    place = times.place_of(time.slot) if len(times.schedule.places) > 1 else None
    places = times.schedule.catalogue.places
    return ProposedTime(time.doctor, time.slot, times.kind, places.get(place) if place is not None else None)
