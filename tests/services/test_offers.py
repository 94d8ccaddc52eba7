"""Other times in the place of one that was cancelled."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.models.appointments import AppointmentId, CancellationCause, CancellationOrder
from services.models.notifications import Event
from services.models.people import Principal, Role
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there, on Monday the 3rd.
TEN = datetime(2027, 5, 12, 8, 0, tzinfo=UTC)
WEDNESDAY = date(2027, 5, 12)
HALF = timedelta(minutes=30)


async def _patients(bench: Bench, doctor: Principal, *starts: datetime) -> list[Principal]:
    """Book each of the times for a patient of its own."""
    patients = []
    for number, start in enumerate(starts):
        patient = await bench.principal(f"p{number}@example.org", chat=10 + number)
        request_id = AppointmentId(f"{number:024x}")
        await bench.clinic.booking.book(patient, doctor.id, start, reason=None, request_id=request_id)
        patients.append(patient)
    return patients


async def _off(bench: Bench, doctor: Principal, first: date, last: date) -> list[Event]:
    """Take days off, and return what the patients are told, in the order of their appointments."""
    slot = bench.clinic.time_off.days(first, last)
    await bench.clinic.time_off.take(doctor, TimeOff("t" * 24, slot))
    events = [e for e in await bench.storage.notifications.unspread(99) if e.kind == "cancelled"]
    return sorted(events, key=lambda event: str(event.facts["appointment_id"]))


def _local(event: Event) -> Sequence[str]:
    return [f"{offer['start'] + timedelta(hours=2):%a %d %H:%M}" for offer in event.facts["offers"]]


async def test_three_times_on_the_nearest_three_days_at_the_same_time_of_day(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _patients(bench, rao, TEN)
    (event,) = await _off(bench, rao, WEDNESDAY, WEDNESDAY)
    assert _local(event) == ["Tue 11 10:00", "Thu 13 10:00", "Fri 14 10:00"]


async def test_no_time_is_offered_to_two_of_them(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _patients(bench, rao, *(TEN + n * HALF for n in range(3)), TEN + timedelta(days=1))
    events = await _off(bench, rao, WEDNESDAY, WEDNESDAY + timedelta(days=1))
    every = [time_ for event in events for time_ in _local(event)]
    assert len(every) == len(set(every)) == 12
    assert _local(events[0]) == ["Mon 10 10:00", "Tue 11 10:00", "Fri 14 10:00"]
    # The fourth was at ten, too, on the day after, and finds ten o'clock and what follows it gone.
    assert _local(events[3]) == ["Mon 10 09:30", "Tue 11 09:30", "Fri 14 09:30"]
    for event in events:
        assert len({offer["start"].date() for offer in event.facts["offers"]}) == 3


async def test_the_nearest_time_of_day_is_taken_where_the_same_is_not_free(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    mornings = {day: (Hours(time(9), time(10)),) for day in Weekday}
    await _patients(bench, rao, TEN + timedelta(hours=3))
    await bench.storage.schedules.put(rao.id, Schedule(weekly=mornings))
    (event,) = await _off(bench, rao, WEDNESDAY, WEDNESDAY)
    assert _local(event) == ["Tue 11 09:30", "Thu 13 09:30", "Fri 14 09:30"]


async def test_neither_what_the_doctor_nor_what_the_patient_has_then_is_offered(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    sen = await bench.user("sen@example.org", Role.DOCTOR)
    asha, _ = await _patients(bench, rao, TEN, TEN - timedelta(days=1))
    thursday = TEN + timedelta(days=1)
    await bench.clinic.booking.book(asha, sen.id, thursday, reason=None, request_id=AppointmentId("d" * 24))
    (event,) = await _off(bench, rao, WEDNESDAY, WEDNESDAY)
    assert _local(event) == ["Tue 11 09:30", "Thu 13 09:30", "Fri 14 10:00"]


async def test_from_beyond_how_far_ahead_one_may_book_the_last_days_are_the_nearest(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _patients(bench, rao, TEN + timedelta(days=14))
    await bench.storage.schedules.put(rao.id, Schedule(horizon=timedelta(days=7)))
    later = WEDNESDAY + timedelta(days=14)
    (event,) = await _off(bench, rao, later, later)
    assert _local(event) == ["Wed 05 10:00", "Thu 06 10:00", "Fri 07 10:00"]


async def test_a_full_doctor_offers_what_there_is(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _patients(bench, rao, TEN)
    one = {Weekday.FRIDAY: (Hours(time(9), time(9, 30)),)}
    await bench.storage.schedules.put(rao.id, Schedule(weekly=one, horizon=timedelta(days=7)))
    (event,) = await _off(bench, rao, WEDNESDAY, WEDNESDAY)
    assert _local(event) == ["Fri 07 09:00"]
    await bench.storage.schedules.put(rao.id, Schedule(weekly={}))
    asha = await bench.principal("q@example.org", chat=40)
    times = await bench.clinic.schedules.availability(asha, rao.id)
    assert times.soonest() is None


async def test_where_the_doctor_goes_others_of_the_same_kind_are_offered(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    sen = await bench.user("sen@example.org", Role.DOCTOR)
    await bench.user("okafor@example.org", Role.DOCTOR, "Dermatology")
    (asha,) = await _patients(bench, rao, TEN)
    order = CancellationOrder(
        id="c" * 24,
        kind=CancellationCause.BLOCKED,
        role=Role.DOCTOR,
        user_id=rao.id,
        window=Slot(TEN - timedelta(days=1), TEN + timedelta(days=1)),
        by=rao.id,
        until=bench.clinic.bulk_cancellation.until(),
    )
    assert await bench.clinic.bulk_cancellation.order(order) == 1
    events = [e for e in await bench.storage.notifications.unspread(9) if e.kind == "cancelled"]
    assert [event.readers for event in events] == [(asha.id,)]
    assert _local(events[0]) == ["Tue 11 10:00", "Wed 12 10:00", "Thu 13 10:00"]
    assert {offer["doctor_id"] for offer in events[0].facts["offers"]} == {sen.id}


async def test_of_another_doctor_that_very_time_is_offered_unless_somebody_else_has_it(bench: Bench) -> None:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    sen = await bench.user("sen@example.org", Role.DOCTOR)
    await _patients(bench, rao, TEN, TEN + timedelta(days=1))
    bela = await bench.principal("bela@example.org", chat=30)
    await bench.clinic.booking.book(bela, sen.id, TEN, reason=None, request_id=AppointmentId("d" * 24))
    cards = await bench.clinic.bulk_cancellation.affected(
        Role.DOCTOR, rao.id, Slot(TEN, TEN + timedelta(days=2))
    )
    found = [
        await bench.clinic.bulk_cancellation._alternatives.with_others(card.appointment, card.doctor, set())
        for card in cards
    ]
    first, second = ([f"{o.slot.start + timedelta(hours=2):%a %d %H:%M}" for o in offers] for offers in found)
    assert first == ["Tue 11 10:00", "Wed 12 09:30", "Thu 13 10:00"]
    assert second == ["Wed 12 09:30", "Thu 13 10:00", "Fri 14 10:00"]
