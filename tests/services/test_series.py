"""Series of visits, on a real database: planned with their gaps, and booked whole or not at all."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.errors import (
    ClinicError,
    Refused,
    SeriesIncomplete,
    SeriesNotOffered,
    TooManyAppointments,
    TooManyChanges,
)
from services.models.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    BookingLimits,
    CancellationCause,
    CancellationOrder,
)
from services.models.catalogue import Place
from services.models.notifications import Event, EventKind
from services.models.people import Role
from services.models.scheduling import Closure, Hours, Schedule, Weekday
from services.models.series import Every, SeriesRule, SeriesScope
from services.models.slots import PlaceId, Slot, TimeOff
from services.series.planning import Gap
from tests.services.conftest import Bench
from tests.services.families import again, patient
from tests.services.series import (
    DAY,
    HALF,
    KIND,
    PHYSIO,
    TEN,
    WEEK,
    WEEKLY,
    SeriesBench,
    founded,
    offer,
    replaced,
    weekly,
    with_a_room,
)
from tests.services.test_limits import clinic_of

SIX = SeriesRule(Every.WEEK, 6)


@pytest.fixture
async def there(bench: Bench) -> SeriesBench:
    """Give a clinic with a physiotherapist."""
    return await founded(bench)


async def test_a_series_is_planned_in_the_wall_time_of_the_clinic(there: SeriesBench) -> None:
    # On 31 October 2027 the clocks in Berlin are set back.
    first = datetime(2027, 10, 19, 8, 0, tzinfo=UTC)
    plan = await there.plan(first=first)
    assert [each.start for each in plan] == [
        first,
        first + WEEK,
        first + 2 * WEEK + timedelta(hours=1),
        first + 3 * WEEK + timedelta(hours=1),
    ]


async def test_gaps_are_shown_with_the_nearest_way_to_fill_each(there: SeriesBench) -> None:
    book, storage = there.bench.clinic.booking.book, there.bench.storage
    await book(
        there.ben, there.doctor.id, TEN + WEEK, reason=None, request_id=AppointmentId("b" * 24), wanted=KIND
    )
    off = Slot(TEN + 2 * WEEK - timedelta(hours=10), TEN + 2 * WEEK + timedelta(hours=14))
    await storage.schedules.add_time_off(there.doctor.id, TimeOff("away", off))
    closed = Slot(TEN + 3 * WEEK - HALF, TEN + 3 * WEEK + HALF)
    await storage.closures.add(Closure("holiday", closed, "A holiday"), there.doctor.id, TEN)
    plan = await there.plan()
    assert [each.gap for each in plan] == [None, Gap.TAKEN, Gap.AWAY, Gap.CLOSED]
    assert [each.start for each in plan] == [
        TEN,
        TEN + WEEK - HALF,
        TEN + 2 * WEEK + DAY,
        TEN + 3 * WEEK + HALF,
    ]


async def test_beyond_the_horizon_there_is_no_way_to_fill_it(there: SeriesBench) -> None:
    await there.bench.storage.schedules.put(there.doctor.id, Schedule(horizon=timedelta(days=10)))
    plan = await there.plan()
    assert [each.gap for each in plan] == [None, None, Gap.TOO_FAR, Gap.TOO_FAR]
    assert [each.start for each in plan][2:] == [None, None] or plan[2].start is not None


async def test_a_series_is_booked_whole_with_one_event(there: SeriesBench) -> None:
    wanted = there.wanted(replaced(weekly(4), 3, None))
    booked = await there.book(wanted)
    assert booked.appointment.slot.start == TEN
    visits = await there.visits(wanted.id)
    assert [each.slot.start for each in visits] == [TEN, TEN + WEEK, TEN + 3 * WEEK]
    assert {each.status for each in visits} == {AppointmentStatus.BOOKED}
    assert [(each.series.number, each.series.of) for each in visits if each.series] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    assert {each.reason for each in visits} == {"my knee"}
    (event,) = await there.bench.storage.notifications.unspread(10)
    assert event.kind is EventKind.SERIES_BOOKED
    assert len(event.facts["visits"]) == 3
    assert event.readers == (there.asha.id, there.doctor.id)


async def test_booking_it_twice_books_one(there: SeriesBench) -> None:
    wanted = there.wanted(weekly(4))
    booked = await asyncio.gather(*(there.book(wanted) for _ in range(4)))
    assert len({each.appointment.id for each in booked}) == 1
    assert len(await there.booked(wanted.id)) == 4
    assert len(await there.bench.storage.notifications.unspread(10)) == 1


async def test_one_time_that_is_taken_takes_none(there: SeriesBench) -> None:
    book = there.bench.clinic.booking.book
    await book(
        there.ben,
        there.doctor.id,
        TEN + 2 * WEEK,
        reason=None,
        request_id=AppointmentId("b" * 24),
        wanted=KIND,
    )
    wanted = there.wanted(weekly(4))
    with pytest.raises(SeriesIncomplete) as refused:
        await there.book(wanted)
    assert refused.value.start == TEN + 2 * WEEK
    assert await there.visits(wanted.id) == []


async def test_of_two_series_for_the_same_times_one_is_booked_whole(there: SeriesBench) -> None:
    for _ in range(5):
        first, second = there.wanted(weekly(4)), there.wanted(weekly(4))

        tries = (there.book(first), there.book(second, there.ben))
        won = [not isinstance(each, Refused) for each in await asyncio.gather(*tries, return_exceptions=True)]
        counts = sorted([len(await there.visits(first.id)), len(await there.visits(second.id))])
        assert counts in ([0, 4], [0, 0])
        assert sum(won) == counts[1] // 4
        for series in (first, second):
            await there.bench.storage.series_visits._appointments.delete_many({"series_id": series.id})


async def test_a_held_series_is_let_go(there: SeriesBench) -> None:
    series, wanted = there.bench.clinic.visits.series.booking, there.wanted(weekly(4))
    await series.hold(there.asha, wanted)
    assert len(await there.visits(wanted.id)) == 4
    await series.let_go(wanted.id)
    assert await there.visits(wanted.id) == []


async def test_another_time_for_one_visit_is_held_in_the_place_of_the_first(there: SeriesBench) -> None:
    series, wanted = there.bench.clinic.visits.series.booking, there.wanted(weekly(4))
    await series.hold(there.asha, wanted)
    starts = replaced(replaced(weekly(4), 2, TEN + WEEK + DAY), 4, None)
    again = there.wanted(starts, series_id=wanted.id)
    await series.hold(there.asha, again)
    assert [each.slot.start for each in await there.visits(wanted.id)] == [
        TEN,
        TEN + WEEK + DAY,
        TEN + 2 * WEEK,
    ]
    await there.book(again)
    assert await there.booked(wanted.id) == [TEN, TEN + WEEK + DAY, TEN + 2 * WEEK]


async def test_what_was_abandoned_books_nothing(there: SeriesBench) -> None:
    series, wanted = there.bench.clinic.visits.series.booking, there.wanted(weekly(4))
    assert await series.abandon(wanted.id)
    with pytest.raises(ClinicError):
        await there.book(wanted)
    assert await there.visits(wanted.id) == []


async def test_only_what_the_kind_allows_is_a_series(there: SeriesBench) -> None:
    with pytest.raises(SeriesNotOffered):
        await there.book(there.wanted(weekly(13), SeriesRule(Every.WEEK, 13)))
    with pytest.raises(SeriesNotOffered):
        await there.book(there.wanted(replaced(weekly(2), 2, None), SeriesRule(Every.WEEK, 2)))


async def test_a_series_counts_as_one_appointment(there: SeriesBench) -> None:
    limits = BookingLimits(open_appointments=2, a_day=1, changes=3, holds=1)
    clinic = clinic_of(there.bench, limits)
    book = clinic.visits.series.booking.book
    await book(there.asha, there.wanted(weekly(6), SeriesRule(Every.WEEK, 6)), reason=None)
    second = there.wanted(weekly(4, TEN + DAY), first=TEN + DAY)
    await book(there.asha, second, reason=None)
    third = there.wanted(weekly(4, TEN + 2 * DAY), first=TEN + 2 * DAY)
    with pytest.raises(TooManyAppointments):
        await book(there.asha, third, reason=None)
    assert await there.visits(third.id) == []
    assert date(2027, 5, 4) == TEN.date()


async def test_to_move_a_series_is_one_change_and_changes_are_limited(there: SeriesBench) -> None:
    clinic = clinic_of(there.bench, BookingLimits(open_appointments=2, a_day=1, changes=3, holds=1))
    card = await clinic.visits.series.booking.book(there.asha, there.wanted(weekly(6), SIX), reason=None)
    move, one = clinic.visits.series.changes.move, card.appointment.id
    for days in (1, 2):
        there.bench.clock.turn(timedelta(seconds=1))
        at = TEN + (days - 1) * DAY
        await move(there.asha, one, SeriesScope.ALL, TEN + days * DAY, was=at)
    with pytest.raises(TooManyChanges):
        await move(there.asha, one, SeriesScope.ALL, TEN, was=TEN + 2 * DAY)


async def test_a_day_on_which_the_patient_has_one_with_the_doctor_is_a_gap(there: SeriesBench) -> None:
    clinic = clinic_of(there.bench, BookingLimits(open_appointments=5, a_day=1, changes=9, holds=2))
    at, request = TEN + WEEK + 2 * HALF, AppointmentId("c" * 24)
    book = there.bench.clinic.booking.book
    await book(there.asha, there.doctor.id, at, reason=None, request_id=request, wanted=KIND)
    plan = await clinic.visits.series.plans.plan(there.asha, there.wanted(()))
    assert [each.gap for each in plan] == [None, Gap.THAT_DAY, None, None]
    assert plan[1].start == TEN + WEEK + DAY
    wanted = there.wanted([each.start for each in plan])
    await clinic.visits.series.booking.book(there.asha, wanted, reason=None)
    assert len(await there.booked(wanted.id)) == 4


async def test_the_rule_counts_what_is_left_out(there: SeriesBench) -> None:
    assert (await there.plan(WEEKLY))[3].number == 4


async def test_the_last_room_has_one_whole_winner(bench: Bench) -> None:
    there = await with_a_room(bench)
    sen = await bench.principal("sen@example.org", Role.DOCTOR, chat=4)
    await bench.storage.schedules.put(sen.id, Schedule(horizon=timedelta(days=400)))
    await offer(bench, sen, PHYSIO)
    first = there.wanted(weekly(4))
    second = replace(there.wanted(weekly(4)), doctor_id=sen.id)
    tries = (there.book(first), there.book(second, there.ben))
    done = await asyncio.gather(*tries, return_exceptions=True)
    counts = sorted([len(await there.visits(first.id)), len(await there.visits(second.id))])
    assert counts in ([0, 4], [0, 0])
    assert sum(isinstance(each, Refused) for each in done) == 2 - counts[1] // 4


async def test_what_is_booked_is_told_again_in_the_same_words(bench: Bench) -> None:
    there = await with_a_room(bench)
    wanted = there.wanted(weekly(4))
    await there.book(wanted)
    (stored,) = await bench.storage.notifications.unspread(10)
    again = await there.book(wanted)
    assert isinstance(again.event, Event)
    assert again.event.facts["visit"] == stored.facts["visit"]
    assert [each.room_id for each in await there.visits(wanted.id)] == ["pool"] * 4


async def test_time_off_takes_the_visit_in_it_alone(there: SeriesBench) -> None:
    wanted = there.wanted(weekly(4))
    await there.book(wanted)
    off = Slot(TEN + WEEK - HALF, TEN + WEEK + HALF)
    await there.bench.clinic.bulk_cancellation.order(
        CancellationOrder(
            "0" * 24,
            CancellationCause.TIME_OFF,
            Role.DOCTOR,
            there.doctor.id,
            off,
            there.doctor.id,
            there.bench.clinic.bulk_cancellation.until(),
            time_off=TimeOff("away", off),
        )
    )
    assert await there.booked(wanted.id) == [TEN, TEN + 2 * WEEK, TEN + 3 * WEEK]
    events = await there.bench.storage.notifications.unspread(10)
    (gone,) = [each for each in events if each.kind is EventKind.CANCELLED]
    assert gone.facts["series"] == {"id": wanted.id, "number": 2, "of": 4, "planned": TEN + WEEK}


async def test_holds_that_are_being_decided_are_not_ended_by_time_off(there: SeriesBench) -> None:
    wanted, storage = there.wanted(weekly(4)), there.bench.storage
    await there.bench.clinic.visits.series.booking.hold(there.asha, wanted)
    visits = await there.visits(wanted.id)
    assert await storage.series_visits.seal(visits)
    await there.bench.clinic.bulk_cancellation.end_holds(
        Role.DOCTOR, there.doctor.id, Slot(TEN - DAY, TEN + 2 * WEEK)
    )
    assert len(await there.visits(wanted.id)) == 4
    for visit in visits:
        assert not await there.bench.clinic.booking.let_go(visit.id)


async def test_whoever_is_deleted_is_in_no_event_that_waits(there: SeriesBench) -> None:
    wanted = there.wanted(weekly(4))
    await there.book(wanted)
    storage = there.bench.storage
    await storage.erasure.rename_in_visits(Role.PATIENT, there.asha.id, "A former patient", TEN)
    (event,) = await storage.notifications.unspread(10)
    assert (event.facts["patient"], event.facts["reason"]) == ("A former patient", None)


async def test_whoever_is_made_one_with_another_is_in_no_event_that_waits(there: SeriesBench) -> None:
    bench = there.bench
    nora = await bench.principal("nora@example.org", Role.RECEPTIONIST, chat=9)
    mia = await patient(bench, "Mia Patel", there.ben)
    double = await patient(bench, "Mia Patell", there.asha)
    wanted = replace(there.wanted(weekly(4)), patient_id=double.id)
    await there.book(wanted, await again(bench, there.asha))
    await bench.clinic.handover.merging.merge(nora, double.id, mia.id)
    told = await bench.storage.notifications.unspread(100)
    (event,) = [each for each in told if each.kind is EventKind.SERIES_BOOKED]
    assert set(event.readers) == {mia.id, there.doctor.id}
    assert (event.facts["patient_id"], event.facts["patient"]) == (mia.id, "Mia Patel")


async def test_a_hold_that_is_lost_at_the_last_moment_books_nothing(
    there: SeriesBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = there.bench.storage.series_visits
    seal = visits.seal

    async def late(found: Sequence[Appointment]) -> bool:
        await there.bench.clinic.booking.let_go(found[2].id)
        return await seal(found)

    monkeypatch.setattr(visits, "seal", late)
    wanted = there.wanted(weekly(4))
    with pytest.raises(SeriesIncomplete):
        await there.book(wanted)
    assert await there.visits(wanted.id) == []
    assert await there.bench.storage.notifications.unspread(10) == []


async def _at_two_places(there: SeriesBench) -> None:
    """Let the doctor work in Harbour Street on Tuesdays, and at the hospital on Wednesdays."""
    nine, five = time(9), time(17)
    harbour, hospital = PlaceId("harbour"), PlaceId("hospital")
    for place, name in ((harbour, "Harbour Street"), (hospital, "Hospital")):
        await there.bench.storage.catalogue.put(Place(place, name, f"1 {name}"))
    weekly_hours = {
        Weekday.TUESDAY: (Hours(nine, five, harbour),),
        Weekday.WEDNESDAY: (Hours(nine, five, hospital),),
    }
    schedule = Schedule(weekly=weekly_hours, horizon=timedelta(days=400))
    await there.bench.storage.schedules.put(there.doctor.id, schedule)


async def test_each_visit_says_where_it_is(there: SeriesBench) -> None:
    await _at_two_places(there)
    wanted = there.wanted(replaced(weekly(4), 2, TEN + WEEK + DAY))
    card = await there.book(wanted)
    (event,) = await there.bench.storage.notifications.unspread(10)
    assert event.facts["visit"]["place"]["name"] == "Harbour Street"
    elsewhere = {
        each["number"]: each["visit"]["place"]["name"] for each in event.facts["visits"] if "visit" in each
    }
    assert elsewhere == {2: "Hospital"}
    visits = await there.visits(wanted.id)
    assert [visit.place_id for visit in visits] == ["harbour", "hospital", "harbour", "harbour"]
    move = there.bench.clinic.visits.series.changes.move
    with pytest.raises(SeriesIncomplete):  # the second is on a Wednesday, and would be on a Thursday
        await move(there.asha, card.appointment.id, SeriesScope.ALL, TEN + DAY, was=TEN)
    third = visits[2]
    await move(there.asha, third.id, SeriesScope.REST, third.slot.start + DAY, was=third.slot.start)
    found = await there.visits(wanted.id)
    assert [visit.place_id for visit in found] == ["harbour", "hospital", "hospital", "hospital"]
