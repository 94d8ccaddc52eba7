"""What is closed is closed for those, too, who are just confirming a time in it, or have it on offer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest

from services.appointments.booking import HOLD_LENGTH
from services.appointments.bulk_cancellation import ORDER_STANDS
from services.appointments.changes import held_for_move
from services.errors import ClinicError, DoctorUnknown, OfferOver, SlotNotOffered, UserUnknown
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import Principal, Role
from services.models.scheduling import PartOfDay, Schedule
from services.models.slots import TimeOff
from tests.plans import OURS
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
TUESDAY = date(2027, 5, 4)
MINE, OTHERS = AppointmentId("a" * 24), AppointmentId("b" * 24)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OFF_ID = "t" * 24
Step = Callable[..., Awaitable[Any]]


class Cast:
    """A patient, another one, and a doctor who takes the day off."""

    def __init__(self, bench: Bench, asha: Principal, bela: Principal, rao: Principal) -> None:
        self.bench, self.asha, self.bela, self.rao = bench, asha, bela, rao

    async def takes_off(self) -> int:
        """Let the doctor take Tuesday off."""
        times = self.bench.clinic.time_off
        return await times.take(self.rao, TimeOff(OFF_ID, times.days(TUESDAY, TUESDAY)))

    async def is_off_for_long(self) -> None:
        """Let the doctor take Tuesday off, and all that comes of it be over."""
        await self.takes_off()
        for _ in range(2):
            self.bench.clock.turn(ORDER_STANDS + SECOND)
            await self.bench.clinic.periodic.run()
        assert await self.bench.storage.bulk_cancellations.all() == []

    async def book(self, request_id: AppointmentId = MINE, start: datetime = TEN) -> AppointmentStatus:
        """Let the patient book it; return what becomes of it."""
        bookings = self.bench.clinic.booking
        card = await bookings.book(self.asha, self.rao.id, start, reason=None, request_id=request_id)
        return card.appointment.status

    async def statuses(self) -> list[str]:
        """Return the statuses of all that is stored."""
        rows = self.bench.storage.appointments._appointments.find({}, comment=OURS)
        return [row["status"] for row in await rows.to_list(None)]

    async def told(self) -> list[str]:
        """Return what there is news of."""
        return [event.kind.value for event in await self.bench.storage.notifications.unspread(99)]


@pytest.fixture
async def cast(bench: Bench) -> Cast:
    """Return the people."""
    return Cast(
        bench,
        await bench.principal("asha@example.org"),
        await bench.principal("bela@example.org", chat=2),
        await bench.principal("rao@example.org", Role.DOCTOR, 3),
    )


async def test_a_summary_that_was_open_books_nothing_into_time_off(cast: Cast) -> None:
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    assert await cast.takes_off() == 0
    assert await cast.statuses() == []
    with pytest.raises(SlotNotOffered):
        await cast.book()
    await cast.bench.clinic.time_off.take_back(cast.rao, OFF_ID)
    assert await cast.book() is AppointmentStatus.BOOKED


async def test_a_hold_that_came_too_late_for_the_order_forgives_no_time_off(cast: Cast) -> None:
    """As if the summary had been on its way all the time, which only a look at the time off can tell."""
    await cast.is_off_for_long()
    off = (await cast.bench.storage.schedules.of_doctor(cast.rao.id)).time_off[0]  # type: ignore[union-attr]
    assert await cast.bench.storage.schedules.remove_time_off(cast.rao.id, off.id)
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    await cast.bench.storage.schedules.add_time_off(cast.rao.id, TimeOff("u" * 24, off.slot))
    with pytest.raises(SlotNotOffered):
        await cast.book()


async def test_nothing_is_moved_into_time_off_that_was_held_for_it(cast: Cast) -> None:
    wednesday = TEN + timedelta(days=1)
    assert await cast.book(start=wednesday) is AppointmentStatus.BOOKED
    slot = (await cast.bench.clinic.appointment_views.get(cast.asha, MINE)).appointment.slot
    held = held_for_move(MINE, TEN)
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=held, moving=slot)
    await cast.is_off_for_long()
    with pytest.raises(SlotNotOffered):
        await cast.bench.clinic.appointments.move(cast.asha, MINE, TEN, was=wednesday)
    assert (await cast.bench.clinic.appointment_views.get(cast.asha, MINE)).appointment.slot == slot


async def test_an_offer_ends_with_time_off_and_its_place_goes_on_to_another_time(cast: Cast) -> None:
    clinic, clock = cast.bench.clinic, cast.bench.clock
    await cast.book()
    await clinic.waitlist.join(cast.bela, cast.rao.id, TUESDAY, TUESDAY + timedelta(days=1), PartOfDay.ANY)
    clock.turn(SECOND)
    await clinic.appointments.cancel(cast.asha, MINE)
    await clinic.waitlist_offers.work()
    (place,) = await clinic.waitlist.entries(cast.bela)
    offer = clinic.waitlist.stands(place.entry)
    assert offer is not None
    assert offer.slot.start == TEN
    await cast.takes_off()
    (place,) = await clinic.waitlist.entries(cast.bela)
    assert place.entry.offer is None
    assert "held" not in await cast.statuses()
    with pytest.raises(OfferOver):
        await clinic.waitlist.take(cast.bela, offer.id)
    await clinic.time_off.take_back(cast.rao, OFF_ID)
    await clinic.waitlist_offers.work()
    (place,) = await clinic.waitlist.entries(cast.bela)
    assert clinic.waitlist.stands(place.entry) is not None


@pytest.mark.parametrize("whose", ["doctor", "patient"])
@pytest.mark.parametrize("clear", [False, True])
async def test_a_block_ends_what_is_held_and_nothing_comes_of_it(
    cast: Cast, whose: str, *, clear: bool
) -> None:
    nora = await cast.bench.principal("nora@example.org", Role.ADMIN, 4)
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    blocked = cast.rao if whose == "doctor" else cast.asha
    await cast.bench.clinic.administration.block(nora, blocked.id, clear=clear)
    assert await cast.statuses() == []
    # The patient is signed out by then; whoever books for them is refused, too.
    book = cast.bench.clinic.booking.book
    with pytest.raises((DoctorUnknown, UserUnknown)):
        await book(nora, cast.rao.id, TEN, reason=None, request_id=MINE, patient_id=cast.asha.id)
    assert await cast.statuses() == []


async def test_a_doctor_who_leaves_ends_what_is_held(cast: Cast) -> None:
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    await cast.bench.clinic.account_deletion.leave(cast.rao)
    assert await cast.statuses() == []
    with pytest.raises(DoctorUnknown):
        await cast.book()


def _once(function: Step, act: Callable[[], Awaitable[object]], *, after: bool) -> Step:
    """Return the function as it is, but for `act` just before its first call, or just after it."""
    left = [act]

    async def called(*args: Any, **facts: Any) -> Any:
        todo = left.pop() if left else None
        if todo and not after:
            await todo()
        answer = await function(*args, **facts)
        if todo and after:
            await todo()
        return answer

    return called


# What a booking asks of the storage: of what is held, and of what is not.
OF_HELD = ("schedules.of_doctor", "appointments.add", "appointments._held_times.take")
OF_OTHERS = (*OF_HELD, "appointments._held_times._insert")


# What may be stored, and told, afterwards.
NOTHING_STANDS: tuple[tuple[list[str], list[str]], ...] = (([], []), (["cancelled"], ["booked", "cancelled"]))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("is_held", "step"), [*((True, step) for step in OF_HELD), *((False, step) for step in OF_OTHERS)]
)
async def test_wherever_a_booking_is_when_the_day_is_taken_off_it_is_refused_or_cancelled_with_news(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str, *, is_held: bool, after: bool
) -> None:
    """The booking stops there for so long that the order is forgotten by the time it goes on."""
    if is_held:
        await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    owner, _, name = step.rpartition(".")
    of = attrgetter(owner)(cast.bench.storage)
    monkeypatch.setattr(of, name, _once(getattr(of, name), cast.is_off_for_long, after=after))
    try:
        await cast.book()
    except SlotNotOffered:
        assert (await cast.statuses(), await cast.told()) in NOTHING_STANDS
    else:
        assert (await cast.statuses(), await cast.told()) == NOTHING_STANDS[1]


async def test_a_move_that_hangs_until_the_order_is_forgotten_is_cancelled_with_news(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wednesday = TEN + timedelta(days=1)
    await cast.book(start=wednesday)
    slot = (await cast.bench.clinic.appointment_views.get(cast.asha, MINE)).appointment.slot
    held = held_for_move(MINE, TEN)
    await cast.bench.clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=held, moving=slot)
    appointments = cast.bench.storage.appointments
    slow = _once(appointments.move, cast.is_off_for_long, after=False)
    monkeypatch.setattr(appointments, "move", slow)
    with pytest.raises(ClinicError):
        await cast.bench.clinic.appointments.move(cast.asha, MINE, TEN, was=wednesday)
    assert await cast.statuses() == ["cancelled"]
    assert await cast.told() == ["booked", "moved", "cancelled"]


async def test_hours_that_change_under_a_hold_leave_it_as_long_as_it_was(cast: Cast) -> None:
    clinic, schedules = cast.bench.clinic, cast.bench.storage.schedules
    held = await clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    hours = await clinic.schedules.of_doctor(cast.rao.id)
    for minutes in (60, 20):
        await schedules.put(cast.rao.id, _with_slots(hours, minutes))
        assert (await clinic.booking.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)).slot == held.slot
    card = await clinic.booking.book(cast.asha, cast.rao.id, TEN, reason=None, request_id=MINE)
    assert not card.otherwise
    assert card.appointment.slot == held.slot
    row = await cast.bench.storage.appointments.by_id(MINE)
    assert row is not None
    assert row.slot == held.slot
    (event,) = await cast.bench.storage.notifications.unspread(9)
    assert (event.facts["start"], event.facts["end"]) == (held.slot.start, held.slot.end)


async def test_a_move_takes_what_is_held_as_long_as_it_is(cast: Cast) -> None:
    clinic = cast.bench.clinic
    await cast.book()
    slot = (await clinic.appointment_views.get(cast.asha, MINE)).appointment.slot
    held_id = held_for_move(MINE, TEN + HOUR)
    held = await clinic.booking.hold(cast.asha, cast.rao.id, TEN + HOUR, request_id=held_id, moving=slot)
    hours = await clinic.schedules.of_doctor(cast.rao.id)
    await cast.bench.storage.schedules.put(cast.rao.id, _with_slots(hours, 60))
    moved = await clinic.appointments.move(cast.asha, MINE, TEN + HOUR, was=TEN)
    assert moved.appointment.slot == held.slot
    assert (await cast.bench.storage.notifications.unspread(9))[-1].facts["end"] == held.slot.end


def _with_slots(hours: Schedule, minutes: int) -> Schedule:
    return replace(hours, slot_minutes=minutes)


async def test_going_back_and_forth_holds_a_time_for_ten_minutes_and_no_longer(cast: Cast) -> None:
    bookings, clock = cast.bench.clinic.booking, cast.bench.clock
    for number in range(5):
        # Each time it is chosen anew it is another request.
        request_id = AppointmentId(f"{number:024x}")
        await bookings.hold(cast.asha, cast.rao.id, TEN, request_id=request_id)
        with pytest.raises(ClinicError):
            await bookings.hold(cast.bela, cast.rao.id, TEN, request_id=OTHERS)
        clock.turn(timedelta(minutes=2))
        await bookings.let_go(request_id)
    # It is still to be had, but not kept from others.
    await bookings.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    await bookings.hold(cast.bela, cast.rao.id, TEN, request_id=OTHERS)
    await bookings.let_go(OTHERS)
    assert await cast.book() is AppointmentStatus.BOOKED


async def test_after_a_pause_a_time_is_held_again(cast: Cast) -> None:
    bookings, clock = cast.bench.clinic.booking, cast.bench.clock
    await bookings.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    await bookings.let_go(MINE)
    clock.turn(timedelta(minutes=20))
    held = await bookings.hold(cast.asha, cast.rao.id, TEN, request_id=MINE)
    assert held.held_until == clock.now() + HOLD_LENGTH
