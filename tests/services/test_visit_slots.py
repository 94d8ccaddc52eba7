"""Times by kind of visit, place and room: on any day of any zone, whatever is booked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.availability.availability import Availability
from services.availability.slots import slots_of_day
from services.local_time import day_bounds, local_stretch
from services.models.catalogue import Catalogue, KindId, Place, Room, RoomId, VisitKind
from services.models.scheduling import Closure, Hours, Schedule, Weekday
from services.models.slots import PlaceId, Slot, TimeOff, ticks
from tests.services.test_slots import ZONES, quarters
from tests.services.test_slots import schedules as plain_schedules

HARBOUR, HOSPITAL = PlaceId("harbour"), PlaceId("hospital")
PLACES = {each: Place(each, each.title()) for each in (HARBOUR, HOSPITAL)}
# Days on which clocks are changed somewhere, and two on which they are not.
DAYS = [
    date(2027, 3, 14),
    date(2027, 3, 28),
    date(2027, 4, 4),
    date(2027, 5, 4),
    date(2027, 9, 26),
    date(2027, 10, 3),
    date(2027, 10, 31),
    date(2027, 11, 7),
]
zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "America/Havana", *ZONES]
).map(ZoneInfo)
fives = st.integers(1, 24).map(lambda n: 5 * n)


@dataclass(frozen=True)
class Visit:
    """A booked visit of one of the doctor's kinds."""

    slot: Slot
    kind: VisitKind
    room: RoomId | None = None

    @property
    def with_buffer(self) -> Slot:
        return Slot(self.slot.start, self.slot.end + self.kind.buffer)


@dataclass
class Clinic:
    """A doctor's day, and what is booked of it: each visit takes one of the times that are shown then."""

    schedule: Schedule
    day: date
    zone: ZoneInfo
    visits: list[Visit] = field(default_factory=list)

    def times(self, kind: VisitKind, place: PlaceId | None = None) -> Availability:
        """Return what is shown, as it is worked out of what is stored."""
        bounds = day_bounds(self.day, self.day, self.zone)
        return Availability(
            self.schedule,
            self.zone,
            self.zone,
            sorted(visit.with_buffer for visit in self.visits),
            Slot(bounds.start - timedelta(days=1), bounds.end),
            self.day,
            self.day,
            kind,
            place=place,
            busy_rooms={
                room: sorted(visit.slot for visit in self.visits if visit.room == room)
                for room in self.schedule.catalogue.rooms
            },
        )

    def book(self, kind: VisitKind, number: int) -> None:
        """Book the one with that number of the times that are shown, if there is any."""
        times = self.times(kind)
        shown = times.slots(self.day)
        if not shown:
            return
        slot = shown[number % len(shown)]
        rooms = self.schedule.catalogue.rooms_for(kind, times.place_of(slot))
        free = [
            room.id
            for room in rooms
            if not room.is_out(slot)
            and not any(visit.room == room.id and visit.slot.overlaps(slot) for visit in self.visits)
        ]
        assert bool(free) is bool(kind.group), "a time is shown for which there is no room"
        self.visits.append(Visit(slot, kind, free[0] if free else None))


@st.composite
def clinics(draw: st.DrawFn) -> Clinic:
    """Draw a doctor with kinds at two places, on one day of a zone."""
    kinds = tuple(
        VisitKind(
            KindId(f"k{number}"),
            f"Kind {number}",
            draw(fives),
            buffer_minutes=draw(st.sampled_from([0, 5, 15, 60])),
            group=draw(st.sampled_from(["", "", "ultrasound"])),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    zone, day = draw(zones), draw(st.sampled_from(DAYS))
    noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)

    def stretch() -> Slot:
        at = draw(st.integers(-144, 144))
        return Slot(
            noon + at * timedelta(minutes=5), noon + (at + draw(st.integers(1, 24))) * timedelta(minutes=5)
        )

    def place() -> PlaceId | None:
        return draw(st.sampled_from([None, HARBOUR, HOSPITAL]))

    rooms = [
        Room(
            RoomId(f"r{number}"),
            f"Room {number}",
            "ultrasound",
            place(),
            tuple(TimeOff(f"o{n}", stretch()) for n in range(draw(st.integers(0, 1)))),
            is_retired=draw(st.integers(0, 4)) == 0,
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    edges = sorted({draw(quarters) for _ in range(draw(st.integers(0, 6)))})
    hours = tuple(Hours(*pair, place()) for pair in zip(edges[::2], edges[1::2], strict=False))
    gone = draw(st.sampled_from([None, None, HOSPITAL]))
    places = {key: replace(each, is_retired=key == gone) for key, each in PLACES.items()}
    schedule = Schedule(
        weekly=dict.fromkeys(Weekday, hours),
        kind_ids=tuple(kind.id for kind in kinds),
        grid_minutes=draw(st.sampled_from([5, 10, 15, 20, 60])),
        time_off=tuple(TimeOff(f"t{n}", stretch(), place()) for n in range(draw(st.integers(0, 2)))),
        closures=tuple(Closure("c", stretch(), "Holiday") for _ in range(draw(st.integers(0, 1)))),
        catalogue=Catalogue({kind.id: kind for kind in kinds}, places, {room.id: room for room in rooms}),
    )
    return Clinic(schedule, day, zone)


acts = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200)), max_size=8)


def _booked(clinic: Clinic, booked: Sequence[tuple[int, int]]) -> None:
    kinds = clinic.schedule.kinds
    for kind, number in booked:
        clinic.book(kinds[kind % len(kinds)], number)


@settings(max_examples=250)
@given(clinics(), acts)
def test_whatever_is_booked_of_what_is_shown_nothing_overlaps_and_no_buffer_is_broken(
    clinic: Clinic, booked: list[tuple[int, int]]
) -> None:
    _booked(clinic, booked)
    for one, other in combinations(clinic.visits, 2):
        assert not one.slot.overlaps(other.slot)
        assert not set(ticks(one.with_buffer)) & set(ticks(other.slot))
        assert not set(ticks(one.slot)) & set(ticks(other.with_buffer))


@settings(max_examples=250)
@given(clinics(), acts)
def test_each_time_lies_in_the_hours_of_one_place_when_nobody_is_away(
    clinic: Clinic, booked: list[tuple[int, int]]
) -> None:
    _booked(clinic, booked)
    schedule = clinic.schedule
    for kind in schedule.kinds:
        times = clinic.times(kind)
        for slot in times.slots(clinic.day):
            place = times.place_of(slot)
            stretches = [
                local_stretch(hours, clinic.day, clinic.zone)
                for hours in schedule.hours_on(clinic.day)
                if hours.place == place and schedule.is_open(hours)
            ]
            assert any(each.start <= slot.start and slot.end <= each.end for each in stretches)
            assert not any(slot.overlaps(away) for away in schedule.away_at(place))
            assert slot.end - slot.start == kind.length


@settings(max_examples=250)
@given(clinics(), acts)
def test_the_times_of_all_places_are_those_of_each_place_together(
    clinic: Clinic, booked: list[tuple[int, int]]
) -> None:
    _booked(clinic, booked)
    for kind in clinic.schedule.kinds:
        everywhere = clinic.times(kind)
        for place in PLACES:
            there = clinic.times(kind, place)
            here = {place, None} if clinic.schedule.catalogue.only_place == place else {place}
            shown = everywhere.slots(clinic.day)
            assert there.slots(clinic.day) == [slot for slot in shown if everywhere.place_of(slot) in here]


@settings(max_examples=250)
@example(Schedule(weekly={}, slot_minutes=30), DAYS[0], ZoneInfo("Europe/Berlin"))
@given(plain_schedules, st.sampled_from(DAYS), zones)
def test_who_has_no_kinds_has_the_times_of_the_slot_length_one_after_the_other(
    schedule: Schedule, day: date, zone: ZoneInfo
) -> None:
    """Worked out another way: minute by minute, and with what was learnt of kinds switched off or on."""
    expected: list[Slot] = []
    length = timedelta(minutes=schedule.slot_minutes)
    gap = timedelta(minutes=schedule.buffer_minutes)
    for hours in sorted(schedule.hours_on(day), key=lambda each: each.start):
        stretch = local_stretch(hours, day, zone)
        at = max([stretch.start, *(slot.end for slot in expected)])
        while at + length <= stretch.end:
            expected.append(Slot(at, at + length))
            at += length + gap
    assert list(slots_of_day(schedule, day, zone)) == expected
    others = Catalogue({KindId("k"): VisitKind(KindId("k"), "Other", 45)}, PLACES)
    assert list(slots_of_day(replace(schedule, catalogue=others), day, zone)) == expected


def _berlin(kind: VisitKind, hours: Sequence[Hours], day: date, grid: int = 15) -> Clinic:
    catalogue = Catalogue({kind.id: kind}, PLACES)
    weekly = dict.fromkeys(Weekday, tuple(hours))
    schedule = Schedule(weekly=weekly, kind_ids=(kind.id,), grid_minutes=grid, catalogue=catalogue)
    return Clinic(schedule, day, ZoneInfo("Europe/Berlin"))


def test_where_the_clock_change_makes_two_places_overlap_a_time_is_at_the_place_it_was_laid_out_at() -> None:
    """From 01:00 to 02:30 is until 03:30 on that day, and there are hours at the other place from 03:00."""
    hours = [Hours(time(1), time(2, 30), HARBOUR), Hours(time(3), time(5), HOSPITAL)]
    clinic = _berlin(VisitKind(KindId("k"), "Check", 40), hours, date(2027, 3, 28), 40)
    times = clinic.times(clinic.schedule.kinds[0], HOSPITAL)
    shown = times.slots(clinic.day)
    assert [f"{slot.start.astimezone(clinic.zone):%H:%M}" for slot in shown] == ["03:20", "04:00"]
    assert {times.place_of(slot) for slot in shown} == {HOSPITAL}


def test_a_kind_longer_than_the_day_and_a_grid_that_no_kind_fits_have_no_times() -> None:
    morning = [Hours(time(9), time(9, 40))]
    for minutes, grid in ((480, 5), (45, 60)):
        clinic = _berlin(VisitKind(KindId("k"), "Long", minutes), morning, date(2027, 5, 4), grid)
        assert clinic.times(clinic.schedule.kinds[0]).all_slots() == []
