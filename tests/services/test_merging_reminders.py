"""Who is reminded of visits that are carried over while two patients are made one."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.appointments.reminder_times import times_left
from services.models.appointments import Appointment, AppointmentStatus
from services.models.notifications import EventKind
from services.models.patients import own_patient
from services.models.slots import Slot
from tests.services.conftest import Bench
from tests.services.families import booked
from tests.services.test_merging import TEN, Two, two_records

MINUTE = timedelta(minutes=1)


def usual(two: Two, visit: Appointment) -> tuple[datetime, ...]:
    """Return when those who look after the one who stays are to be reminded."""
    return times_left(visit.slot, own_patient(two.asha.user), two.bench.clock.now())


async def planned(two: Two, visit: Appointment) -> tuple[datetime, ...]:
    """Return when somebody is reminded of a visit, which belongs to the one who stays by now."""
    stored = await two.bench.storage.appointments.by_id(visit.id)
    assert stored is not None
    assert stored.patient_id == two.mia.id
    return stored.remind_at


async def test_what_is_booked_too_late_is_reminded_of(bench: Bench) -> None:
    two = await two_records(bench)
    await two.merge()
    late = await booked(bench, two.double.id, TEN)  # with no reminders, as nobody looks after them any more
    await bench.clinic.handover.merging.work()
    assert await planned(two, late) == usual(two, late) != ()


async def test_what_is_moved_too_late_is_reminded_of(bench: Bench) -> None:
    two = await two_records(bench)
    visit = await booked(bench, two.double.id, TEN)
    await two.merge()
    moved = replace(visit, remind_at=await planned(two, visit))
    assert await bench.storage.reminders.put(
        moved, ()
    )  # as a move does that found nobody who looks after them
    await two.rounds()
    assert await planned(two, visit) == usual(two, visit) != ()


async def test_reminders_that_are_due_meanwhile_are_told(bench: Bench) -> None:
    two = await two_records(bench)
    visits = [await booked(bench, two.double.id, TEN), await booked(bench, two.mia.id, TEN + 60 * MINUTE)]
    due = bench.clock.now()
    for visit in visits:
        assert await bench.storage.reminders.put(visit, (due,))
    await two.merge()
    await two.rounds()
    await bench.clinic.reminders.work()
    events = await bench.storage.notifications.unspread(100)
    told = [each for each in events if each.kind is EventKind.REMINDER]
    assert sorted(each.facts["appointment_id"] for each in told) == sorted(visit.id for visit in visits)
    assert [each.facts["due"] for each in told] == [[due], [due]]


async def test_reminders_that_are_planned_stay(bench: Bench) -> None:
    two = await two_records(bench)
    visit = await booked(bench, two.double.id, TEN)
    (row,) = await bench.storage.carrying.visits(two.double.id)
    mine = (bench.clock.now() + MINUTE,)
    assert await bench.storage.reminders.put(visit, mine)
    assert await bench.storage.carrying.carry(row, two.double.id, two.mia, (TEN - MINUTE,))
    assert await planned(two, visit) == mine


async def test_what_is_moved_meanwhile_gets_no_reminders_of_its_old_time(bench: Bench) -> None:
    two = await two_records(bench)
    visit = await booked(bench, two.double.id, TEN)
    (row,) = await bench.storage.carrying.visits(two.double.id)
    old = replace(row, start=TEN - 60 * MINUTE)
    assert await bench.storage.carrying.carry(old, two.double.id, two.mia, (TEN - 61 * MINUTE,))
    assert await planned(two, visit) == ()


async def test_what_is_cancelled_gets_no_reminders_and_a_hold_those_of_its_visit(
    bench: Bench,
) -> None:
    two = await two_records(bench)
    gone, held = AppointmentStatus.CANCELLED, AppointmentStatus.HELD
    appointments, carrying = bench.storage.appointments, bench.storage.carrying
    visits = [
        Appointment(number * 24, two.asha.id, two.double.id, Slot(start, start + 30 * MINUTE), status)  # type: ignore[arg-type]
        for number, start, status in (("1", TEN, gone), ("2", TEN + 60 * MINUTE, held))
    ]
    await appointments.add_silently([(visit, TEN) for visit in visits])
    for row in await carrying.visits(two.double.id):
        assert await carrying.carry(row, two.double.id, two.mia, (TEN - MINUTE,))
    assert [await planned(two, visit) for visit in visits] == [(), (TEN - MINUTE,)]
