"""Appointments as they are stored: what collides, what is listed, what is busy."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.errors import PatientBusy, SlotTaken
from services.models.appointments import Appointment, AppointmentStatus, Period
from services.models.notifications import EventKind
from services.models.people import Role, UserId
from services.models.slots import Slot
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.bench.taps import Ledger
from tests.storage.conftest import TEN, an_appointment, an_event
from tests.turning import MONDAY

MINUTE = timedelta(minutes=1)


async def _add(storage: Storage, appointment: Appointment) -> bool:
    """Store it; False where its time was taken."""
    try:
        await storage.appointments.add(appointment, an_event(appointment.id), MONDAY)
    except (SlotTaken, PatientBusy):
        return False
    return True


async def _cancel(storage: Storage, appointment: Appointment) -> Appointment | None:
    event = an_event(f"{appointment.id}.cancelled", EventKind.CANCELLED)
    return await storage.appointments.cancel(
        appointment.id, appointment.patient_id, appointment, event, MONDAY
    )


def _collides(new: Appointment, stored: Iterable[Appointment]) -> bool:
    return any(
        new.slot.overlaps(old.slot) and (new.doctor_id == old.doctor_id or new.patient_id == old.patient_id)
        for old in stored
    )


async def test_what_is_refused_is_exactly_what_overlaps_for_one_of_the_two(storage: Storage) -> None:
    """A long afternoon of bookings and cancellations, against the definition."""
    chance = random.Random(7)
    taken: list[Appointment] = []
    for number in range(150):
        wanted = an_appointment(
            number,
            at=5 * chance.randrange(60),
            minutes=5 * chance.randrange(1, 12),
            doctor=chance.choice("de"),
            patient=chance.choice("pqr"),
        )
        assert await _add(storage, wanted) is not _collides(wanted, taken)
        if not _collides(wanted, taken):
            taken.append(wanted)
        if chance.random() < 0.3 and taken:
            assert await _cancel(storage, taken.pop(chance.randrange(len(taken))))
    assert taken


async def test_what_is_stored_comes_back_as_it_was(storage: Storage) -> None:
    appointment = an_appointment(1)
    assert await storage.appointments.by_id(appointment.id) is None
    await _add(storage, appointment)
    assert await storage.appointments.by_id(appointment.id) == appointment


async def test_the_news_is_written_with_the_appointment_and_with_its_end(storage: Storage) -> None:
    appointment = an_appointment(1)
    await _add(storage, appointment)
    await _cancel(storage, appointment)
    row = await storage.appointments._appointments.find_one({"_id": appointment.id})
    assert [event["kind"] for event in row["unsent"]] == ["booked", "cancelled"]
    assert [step["status"] for step in row["history"]] == ["booked", "cancelled"]
    assert "ticks" not in row


async def test_one_id_added_again_returns_what_is_stored_and_changes_nothing(storage: Storage) -> None:
    first = an_appointment(1)
    await _add(storage, first)
    other = replace(an_appointment(1, at=120, patient="mallory"), reason="another")
    assert await storage.appointments.add(other, an_event("again"), MONDAY) == first
    row = await storage.appointments._appointments.find_one({"_id": first.id})
    assert [event["id"] for event in row["unsent"]] == [first.id]


async def test_what_changed_since_it_was_read_is_not_cancelled(storage: Storage) -> None:
    appointment = an_appointment(1)
    await _add(storage, appointment)
    rows = storage.appointments._appointments
    await rows.update_one({"_id": appointment.id}, {"$inc": {"version": 1}})
    assert await _cancel(storage, appointment) is None
    assert await storage.appointments.by_id(appointment.id) == replace(appointment, version=1)


async def test_cancelling_raises_the_version_and_what_was_read_before_that_is_too_old(
    storage: Storage,
) -> None:
    appointment = an_appointment(1)
    await _add(storage, appointment)
    cancelled = await _cancel(storage, appointment)
    assert cancelled == replace(appointment, status=AppointmentStatus.CANCELLED, version=1)
    for seen in (appointment, cancelled):
        assert await _cancel(storage, seen) is None
    assert await _cancel(storage, an_appointment(2)) is None


async def test_pages_hold_everything_once_in_order(storage: Storage) -> None:
    for number in range(12):
        await _add(storage, an_appointment(number, at=60 * (number * 5 % 12), patient=f"p{number}"))
    rao = UserId("rao")
    for period, now, order in (
        (Period.UPCOMING, MONDAY, 1),
        (Period.PAST, MONDAY + timedelta(days=9), -1),
    ):
        pages = [
            await storage.appointment_queries.page_of(Role.DOCTOR, [rao], period, now, number=n, size=5)
            for n in range(3)
        ]
        starts = [appointment.slot.start for page in pages for appointment in page.items]
        assert starts == [TEN + timedelta(hours=n) for n in range(12)][::order]
        assert {(page.total, page.pages) for page in pages} == {(12, 3)}
    beyond = await storage.appointment_queries.page_of(
        Role.DOCTOR, [rao], Period.UPCOMING, MONDAY, number=99, size=5
    )
    before = await storage.appointment_queries.page_of(
        Role.DOCTOR, [rao], Period.UPCOMING, MONDAY, number=-1, size=5
    )
    assert (beyond.number, before.number) == (2, 0)


async def test_each_appointment_is_in_one_list_of_each_of_its_people(storage: Storage) -> None:
    over, at_now, to_come, cancelled, lost = (an_appointment(n, at=60 * n) for n in (1, 2, 3, 4, 0))
    for appointment in (over, at_now, to_come, cancelled, lost):
        await _add(storage, appointment)
    for appointment in (cancelled, lost):
        await _cancel(storage, appointment)
    now = at_now.slot.start
    for role, person in ((Role.DOCTOR, UserId("rao")), (Role.PATIENT, UserId("asha"))):
        shown = {
            period: {
                a.id
                for a in (
                    await storage.appointment_queries.page_of(role, [person], period, now, number=0, size=9)
                ).items
            }
            for period in Period
        }
        assert shown == {
            Period.UPCOMING: {to_come.id},
            Period.PAST: {over.id, at_now.id, lost.id},
            Period.CANCELLED: {cancelled.id},
        }


async def test_nobodys_list_is_one_empty_page(storage: Storage) -> None:
    page = await storage.appointment_queries.page_of(
        Role.PATIENT, [UserId("nobody")], Period.UPCOMING, MONDAY, number=3, size=5
    )
    assert (page.items, page.number, page.pages, page.total) == ((), 0, 1, 0)


async def test_busy_is_what_takes_time_of_either_person_in_the_window_and_nothing_cancelled(
    storage: Storage,
) -> None:
    window = Slot(TEN, TEN + timedelta(hours=4))
    into = an_appointment(1, at=-600, minutes=610)
    elsewhere = an_appointment(2, at=60, doctor="sen")
    not_theirs = an_appointment(3, at=60, doctor="sen", patient="bela")
    freed = an_appointment(4, at=120)
    after = an_appointment(5, at=240)
    for appointment in (into, elsewhere, freed, after):
        assert await _add(storage, appointment)
    assert not await _add(storage, not_theirs)
    await _cancel(storage, freed)
    both = {Role.DOCTOR: UserId("rao"), Role.PATIENT: UserId("asha")}
    busy = await storage.busy_times.of(both, window, MONDAY)
    assert (busy.doctor, sorted(busy.patient)) == ([into.slot], [into.slot, elsewhere.slot])
    rao = {Role.DOCTOR: UserId("rao")}
    assert (await storage.busy_times.of(rao, window, MONDAY)).doctor == [into.slot]
    sen = {Role.DOCTOR: UserId("sen")}
    assert (await storage.busy_times.of(sen, window, MONDAY)).doctor == [elsewhere.slot]
    late = Slot(after.slot.start + MINUTE, after.slot.end)
    assert after.slot in (await storage.busy_times.of(rao, late, MONDAY)).doctor


@pytest.mark.parametrize("is_held", [True, False])
async def test_a_hold_becomes_the_booking_whether_or_not_anybody_expects_it(
    storage: Storage, is_held: bool
) -> None:
    wanted = an_appointment(1)
    until = MONDAY + timedelta(minutes=3)
    await storage.appointments.hold(replace(wanted, status=AppointmentStatus.HELD, held_until=until), MONDAY)
    stored = await storage.appointments.add(wanted, an_event(), MONDAY, is_held=is_held)
    assert stored == wanted
    assert await storage.appointments.by_id(wanted.id) == wanted


async def test_a_time_that_nobody_holds_is_booked_with_one_question(database_url: str) -> None:
    ledger = Ledger()
    async with connect(database_url, event_listeners=[ledger]) as database:
        store = Storage.on(database).appointments
        await store.add(an_appointment(1), an_event(), MONDAY, is_held=False)
    assert ledger.asked == ["insert appointments"]


async def test_a_time_that_another_holds_is_refused_to_who_holds_none(storage: Storage) -> None:
    theirs = replace(
        an_appointment(2, patient="bela"),
        status=AppointmentStatus.HELD,
        held_until=MONDAY + timedelta(minutes=3),
    )
    await storage.appointments.hold(theirs, MONDAY)
    with pytest.raises(SlotTaken):
        await storage.appointments.add(an_appointment(1), an_event(), MONDAY, is_held=False)
    over = MONDAY + timedelta(minutes=4)
    stored = await storage.appointments.add(an_appointment(1), an_event(), over, is_held=False)
    assert stored == an_appointment(1)
