"""Rooms and devices that are out of order: who gets another one, who is cancelled, and being repaired."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.appointments.bulk_cancellation import MET_BY_ORDER, ORDER_STANDS
from services.errors import OutageUnknown, RoleRequired, RoomTaken, TimeOffPassed
from services.models.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    CancellationCause,
    CancellationOrder,
)
from services.models.catalogue import KindId, Place, Room, RoomId, RoomOutage, VisitKind
from services.models.notifications import Event
from services.models.people import Principal, Role
from services.models.scheduling import PartOfDay
from services.models.slots import PlaceId, Slot, TimeOff
from tests.services.conftest import Bench

TUESDAY = date(2027, 5, 4)
NINE = datetime(2027, 5, 4, 7, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SCAN = VisitKind(KindId("9" * 24), "Scan", 30, group="ultrasound")
ONE, TWO = (Room(RoomId(f"{number}" * 24), f"Ultrasound {number}", "ultrasound") for number in (1, 2))
OUT = RoomOutage(ONE.id, TimeOff("c" * 24, Slot(NINE - HOUR, NINE + 8 * HOUR)))
CANCELLED, BOOKED = AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED


class Cast:
    """An admin, two doctors who both need the ultrasound, and patients."""

    def __init__(
        self, bench: Bench, vera: Principal, doctors: tuple[Principal, ...], asha: Principal
    ) -> None:
        self.bench, self.vera, self.doctors, self.asha = bench, vera, doctors, asha
        self.outages = bench.clinic.visits.outages

    @classmethod
    async def on(cls, bench: Bench) -> "Cast":
        """Let them come in, with two devices."""
        vera = await bench.principal("vera@example.org", Role.ADMIN, 9)
        rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
        sen = await bench.principal("sen@example.org", Role.DOCTOR, 3)
        asha = await bench.principal("asha@example.org")
        for entry in (ONE, TWO):
            await bench.clinic.visits.catalogue.add(vera, entry)
        await bench.clinic.visits.catalogue.add(vera, SCAN)
        for doctor in (rao, sen):
            await bench.clinic.visits.offers.offer(doctor, [SCAN.id], change_id=doctor.id)
        return cls(bench, vera, (rao, sen), asha)

    async def book(
        self, doctor: int, start: datetime, number: int, who: Principal | None = None
    ) -> AppointmentId:
        """Let a patient book."""
        request_id, book = AppointmentId(f"{number:024x}"), self.bench.clinic.booking.book
        await book(who or self.asha, self.doctors[doctor].id, start, reason=None, request_id=request_id)
        return request_id

    async def stored(self, appointment_id: AppointmentId) -> Appointment:
        """Return what is stored."""
        found = await self.bench.storage.appointments.by_id(appointment_id)
        assert found is not None
        return found

    async def rooms(self, *ids: AppointmentId) -> list[RoomId | None]:
        """Return in which rooms they are."""
        return [(await self.stored(each)).room_id for each in ids]

    async def cancellations(self) -> list[Event]:
        """Return the news of what was cancelled."""
        return [e for e in await self.bench.storage.notifications.unspread(99) if e.kind == "cancelled"]


@pytest.fixture
async def cast(bench: Bench) -> Cast:
    """Return the people."""
    return await Cast.on(bench)


async def test_what_is_in_it_gets_another_one_and_who_finds_none_is_cancelled_and_told(cast: Cast) -> None:
    bela = await cast.bench.principal("bela@example.org", chat=5)
    alone, pushed_out, other = (
        await cast.book(0, NINE + 2 * HOUR, 1),
        await cast.book(0, NINE, 2),
        await cast.book(1, NINE, 3, bela),
    )
    assert await cast.rooms(alone, pushed_out, other) == [ONE.id, ONE.id, TWO.id]
    shown = await cast.outages.affected(cast.vera, ONE.id, OUT.out.slot)
    assert [(each.card.appointment.id, each.room and each.room.id) for each in shown] == [
        (pushed_out, None),
        (alone, TWO.id),
    ]
    done = await cast.outages.begin(cast.vera, OUT)
    assert (done.moved, done.cancelled) == (1, 1)
    assert await cast.outages.begin(cast.vera, OUT) == done
    assert await cast.rooms(alone, other) == [TWO.id, TWO.id]
    lost = await cast.stored(pushed_out)
    assert lost.status is CANCELLED
    (event,) = await cast.cancellations()
    assert set(event.readers) == {cast.asha.id, cast.doctors[0].id}
    assert (event.facts["why"], event.facts["visit"]["in_room"]) == ("room_out", "Ultrasound 1")
    # What is offered instead can be booked, on days when there is a device.
    starts = [offer["start"] for offer in event.facts["offers"]]
    assert len(starts) == 3
    kept = await cast.book(0, starts[0], 4)
    assert (await cast.stored(kept)).status is BOOKED


async def test_nothing_new_is_booked_in_it_until_it_is_in_order_again(cast: Cast) -> None:
    bela = await cast.bench.principal("bela@example.org", chat=5)
    await cast.outages.begin(cast.vera, OUT)
    await cast.book(0, NINE, 1)
    with pytest.raises(RoomTaken):
        await cast.book(1, NINE, 2, bela)
    times = await cast.bench.clinic.schedules.availability(bela, cast.doctors[1].id, TUESDAY)
    assert NINE not in {slot.start for slot in times.slots(TUESDAY)}
    await cast.outages.end(cast.vera, ONE.id, OUT.out.id)
    with pytest.raises(OutageUnknown):
        await cast.outages.end(cast.vera, ONE.id, OUT.out.id)
    assert await cast.rooms(await cast.book(1, NINE, 3, bela)) == [ONE.id]
    # An order that is given again for what was taken back changes nothing.
    await cast.outages.begin(cast.vera, OUT)
    assert await cast.outages.coming(cast.vera, ONE.id) == []


async def test_holds_in_it_end_and_those_in_the_other_one_stay(cast: Cast) -> None:
    bela = await cast.bench.principal("bela@example.org", chat=5)
    hold = cast.bench.clinic.booking.hold
    mine = await hold(cast.asha, cast.doctors[0].id, NINE, request_id=AppointmentId("a" * 24))
    theirs = await hold(bela, cast.doctors[1].id, NINE, request_id=AppointmentId("b" * 24))
    await cast.outages.begin(cast.vera, OUT)
    assert await cast.bench.storage.appointments.by_id(mine.id) is None
    assert await cast.rooms(theirs.id) == [TWO.id]


async def test_an_order_that_a_crash_has_interrupted_is_finished_by_any_worker(cast: Cast) -> None:
    """The process has stored the order and died."""
    booked = await cast.book(0, NINE, 1)
    cancellations = cast.bench.clinic.bulk_cancellation
    order = CancellationOrder(
        id=OUT.out.id,
        kind=CancellationCause.ROOM_OUT,
        role=Role.ADMIN,
        user_id=cast.vera.id,
        window=OUT.out.slot,
        by=cast.vera.id,
        until=cancellations.until(),
        room_out=OUT,
    )
    await cast.bench.storage.bulk_cancellations.add(order)
    await asyncio.gather(cancellations.work(), cancellations.work())
    assert await cast.rooms(booked) == [TWO.id]
    assert (await cast.stored(booked)).status is BOOKED
    assert [out.id for out in await cast.outages.coming(cast.vera, ONE.id)] == [OUT.out.id]
    cast.bench.clock.turn(ORDER_STANDS + SECOND)
    await cancellations.work()
    assert await cast.bench.storage.bulk_cancellations.all() == []


async def test_a_booking_that_came_too_late_for_the_order_is_moved_to_the_other_one(cast: Cast) -> None:
    asked_at = cast.bench.clock.now()
    late = await cast.stored(await cast.book(0, NINE, 1))
    # As if the device had been noted while this booking was on its way, and the order were over.
    await cast.bench.storage.catalogue.add_out(ONE.id, OUT.out)
    cast.bench.clock.turn(MET_BY_ORDER + SECOND)
    offered = await cast.bench.clinic.schedules.of_doctor(cast.doctors[0].id)
    assert await cast.bench.clinic.bulk_cancellation.meet(late, asked_at, offered)
    assert await cast.rooms(late.id) == [TWO.id]


async def test_of_two_devices_that_fail_at_once_nobody_is_left_in_either(cast: Cast) -> None:
    booked = [await cast.book(0, NINE + hours * HOUR, hours) for hours in range(4)]
    both = (OUT, RoomOutage(TWO.id, replace(OUT.out, id="d" * 24)))
    await asyncio.gather(*(cast.outages.begin(cast.vera, each) for each in both))
    assert {(await cast.stored(each)).status for each in booked} == {CANCELLED}
    assert len(await cast.cancellations()) == len(booked)


async def test_a_visit_stays_at_its_place_and_one_elsewhere_is_no_help(cast: Cast) -> None:
    entries, booked = cast.bench.clinic.visits.catalogue, await cast.book(0, NINE, 1)
    far = await entries.add(cast.vera, Place(PlaceId("f" * 24), "Far away"))
    await entries.change(cast.vera, TWO, replace(TWO, place=far.id))
    assert (await cast.outages.begin(cast.vera, OUT)).moved == 0
    assert (await cast.stored(booked)).status is CANCELLED


async def test_who_waits_hears_when_it_is_in_order_again(cast: Cast) -> None:
    clinic, rao = cast.bench.clinic, cast.doctors[0]
    await clinic.visits.catalogue.retire(cast.vera, TWO)
    await cast.outages.begin(cast.vera, OUT)
    await clinic.waitlist.join(cast.asha, rao.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    cast.bench.storage.freed_times.take()
    await cast.outages.end(cast.vera, ONE.id, OUT.out.id)
    assert rao.id in cast.bench.storage.freed_times.take().doctors


async def test_only_admins_may_and_only_what_is_to_come(cast: Cast) -> None:
    with pytest.raises(RoleRequired):
        await cast.outages.begin(cast.doctors[0], OUT)
    past = replace(OUT, out=TimeOff("e" * 24, Slot(NINE - 48 * HOUR, NINE - 47 * HOUR)))
    with pytest.raises(TimeOffPassed):
        await cast.outages.begin(cast.vera, past)
