"""Which free times are shown first: those that leave no gap into which no other visit fits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.availability.availability import Availability
from services.availability.tidy_times import free_places, tidy
from services.models.catalogue import EMPTY, Catalogue, KindId, VisitKind
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from tests.catalogue import HARBOUR, HOSPITAL

UTC_ZONE = ZoneInfo("UTC")
DAY = date(2027, 5, 4)
LONG, SHORT = VisitKind(KindId("long"), "Long", 45), VisitKind(KindId("short"), "Short", 20)


def at(hour: int, minute: int = 0) -> datetime:
    """Return an instant of the day."""
    return datetime(2027, 5, 4, hour, minute, tzinfo=UTC)


def times(
    *busy: Slot, kinds: tuple[VisitKind, ...] = (LONG, SHORT), off: tuple[TimeOff, ...] = ()
) -> Availability:
    """Return what is free from nine to twelve, for a long visit."""
    schedule = Schedule(
        weekly={Weekday.TUESDAY: (Hours(time(9), time(12)),)},
        kind_ids=tuple(kind.id for kind in kinds),
        grid_minutes=15,
        time_off=off,
        catalogue=Catalogue({kind.id: kind for kind in kinds}) if kinds else EMPTY,
    )
    window = Slot(at(0), at(0) + timedelta(days=9))
    return Availability(schedule, UTC_ZONE, UTC_ZONE, busy, window, DAY, DAY, schedule.kinds[0])


def starts(looked_at: Availability) -> list[str]:
    """Return the tidy starts."""
    return [f"{slot.start:%H:%M}" for slot in tidy(looked_at, looked_at.slots(DAY))]


def test_a_gap_is_either_nothing_or_as_long_as_the_shortest_kind() -> None:
    # 9:15 leaves a quarter of an hour before it, 11:00 one behind it.
    assert starts(times()) == ["09:00", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:15"]


def test_what_is_taken_and_time_off_end_a_gap_as_the_hours_do() -> None:
    taken = Slot(at(9), at(9, 30))
    assert starts(times(taken)) == ["09:30", "10:00", "10:15", "10:30", "10:45", "11:15"]
    off = TimeOff("o", Slot(at(11, 45), at(12)))
    assert starts(times(taken, off=(off,))) == ["09:30", "10:00", "10:15", "10:30", "11:00"]


def test_if_all_times_leave_such_gaps_all_are_shown() -> None:
    assert starts(times(Slot(at(9), at(9, 10)), Slot(at(10, 5), at(12)))) == ["09:15"]


def test_times_of_doctors_without_kinds_stay_as_they_are() -> None:
    looked_at = times(Slot(at(9, 20), at(9, 30)), kinds=())
    assert starts(looked_at) == [f"{slot.start:%H:%M}" for slot in looked_at.slots(DAY)]


def test_places_are_those_with_free_times_if_the_doctor_works_at_several() -> None:
    weekly = {Weekday.TUESDAY: (Hours(time(9), time(10), HARBOUR.id), Hours(time(11), time(12), HOSPITAL.id))}
    places = Catalogue(places={HARBOUR.id: HARBOUR, HOSPITAL.id: HOSPITAL})
    schedule = Schedule(weekly=weekly, catalogue=places)
    window = Slot(at(0), at(0) + timedelta(days=9))

    def free(*busy: Slot) -> tuple[object, ...]:
        return free_places(Availability(schedule, UTC_ZONE, UTC_ZONE, busy, window, DAY, DAY, schedule.plain))

    assert free() == (HARBOUR, HOSPITAL)
    assert free(Slot(at(9), at(10))) == (HOSPITAL,)
