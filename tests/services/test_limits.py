"""How much one patient may take, by the limits of a clinic that sets none."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.appointments.booking import HOLD_LENGTH
from services.appointments.limits import Proposer
from services.clinic import Clinic, build
from services.clinic_rules import ClinicRules
from services.errors import (
    LimitReached,
    Refused,
    TooManyAppointments,
    TooManyChanges,
    TooManyHolds,
    TooManyThatDay,
)
from services.models.appointments import (
    NO_LIMITS,
    USUAL_LIMITS,
    Appointment,
    AppointmentCard,
    AppointmentId,
    AppointmentStatus,
    BookingLimits,
)
from services.models.audit import Action
from services.models.limits import HeldFor
from services.models.people import Principal, Role
from services.models.scheduling import PartOfDay
from tests.services.conftest import KEY, Bench

# A Tuesday, ten o'clock in Berlin; the clock stands at 08:00 of the Monday before.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
DAY, HALF, HOUR = timedelta(days=1), timedelta(minutes=30), timedelta(hours=1)
# Those on which the doctor works.
DAYS = [n * DAY for n in (0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14)]
ids = iter(range(10**6))


def clinic_of(bench: Bench, limits: BookingLimits = USUAL_LIMITS) -> Clinic:
    """Return what a worker on the same database has."""
    passwords = Passwords(4)
    passwords.close()
    return build(
        bench.storage,
        rules=ClinicRules("Clinic", ZoneInfo("Europe/Berlin"), None, limits=limits),
        clock=bench.clock,
        tokens=Tokens(KEY),
        passwords=passwords,
        mailer=bench.letters,
        on_event=lambda: None,
        on_announcement=lambda: None,
    )


class Crowd:
    """One patient with any number of chats, and the doctors of a clinic with its usual limits."""

    def __init__(self, bench: Bench, asha: Principal, doctors: list[Principal]) -> None:
        self.bench = bench
        self.clinic = clinic_of(bench)
        self.asha = asha
        self.doctors = doctors

    def new_id(self) -> AppointmentId:
        return AppointmentId(f"{next(ids):024x}")

    async def hold(self, after: timedelta, doctor: int = 0, **more: Any) -> Appointment:
        """Hold a time so long after the first one."""
        request = more.pop("request_id", None) or self.new_id()
        doctor_id = self.doctors[doctor].id
        return await self.clinic.booking.hold(self.asha, doctor_id, TEN + after, request_id=request, **more)

    async def book(
        self, after: timedelta, doctor: int = 0, *, request_id: AppointmentId | None = None
    ) -> AppointmentCard:
        """Book a time so long after the first one, with the reason left open."""
        request = request_id or self.new_id()
        doctor_id = self.doctors[doctor].id
        book = self.clinic.booking.book
        return await book(self.asha, doctor_id, TEN + after, reason=None, request_id=request)

    async def cancel(self, card: AppointmentCard) -> None:
        await self.clinic.appointments.cancel(self.asha, card.appointment.id)

    async def move(self, card: AppointmentCard, after: timedelta) -> AppointmentCard:
        was = card.appointment.slot.start
        return await self.clinic.appointments.move(self.asha, card.appointment.id, TEN + after, was=was)

    async def rows(self, **query: Any) -> list[dict[str, Any]]:
        found = self.bench.storage.appointments._appointments.find(
            {"patient_id": self.asha.id, "start": {"$gt": self.bench.clock.now() - DAY}, **query}
        )
        return list(await found.to_list(None))


@pytest.fixture
async def crowd(bench: Bench) -> Crowd:
    asha = await bench.principal("asha@example.org")
    doctors = [await bench.principal(f"d{n}@example.org", Role.DOCTOR, 10 + n) for n in range(3)]
    return Crowd(bench, asha, doctors)


async def outcomes(*acts: Awaitable[Any]) -> Counter[type]:
    """Do all at once; return how each ended."""
    return Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))


async def test_five_appointments_to_come_are_the_most_and_a_cancelled_one_makes_room(crowd: Crowd) -> None:
    cards = [await crowd.book(day) for day in DAYS[:5]]
    for refused in (crowd.book(DAYS[5]), crowd.hold(DAYS[5]), crowd.hold(DAYS[5], 1)):
        with pytest.raises(TooManyAppointments) as error:
            await refused
        assert error.value.most == 5
    # Nothing of it stays: others can have those times.
    assert len(await crowd.rows()) == 5
    await crowd.cancel(cards[0])
    await crowd.book(DAYS[5])


async def test_what_is_past_counts_no_more(crowd: Crowd) -> None:
    for day in DAYS[:5]:
        await crowd.book(day)
    crowd.bench.clock.turn(TEN - crowd.bench.clock.now() + HOUR)
    await crowd.book(DAYS[5])
    with pytest.raises(TooManyAppointments):
        await crowd.book(DAYS[6])


@pytest.mark.parametrize("is_held", [True, False])
async def test_two_chats_and_two_workers_at_once_come_to_no_more_than_the_most(
    crowd: Crowd, *, is_held: bool
) -> None:
    for day in DAYS[:4]:
        await crowd.book(day)
    # The second worker shares nothing but the database.
    other = Crowd(crowd.bench, crowd.asha, crowd.doctors)

    async def go(who: Crowd, number: int) -> AppointmentCard:
        request_id = who.new_id()
        if is_held:
            await who.hold(DAYS[4 + number], number % 3, request_id=request_id)
        return await who.book(DAYS[4 + number], number % 3, request_id=request_id)

    await outcomes(*(go(who, number) for number, who in enumerate([crowd, other] * 3)))
    assert len(await crowd.rows(status="booked")) <= 5
    await outcomes(*(go(crowd, number) for number in range(6)))
    # Within one process one is let through, if there was room still.
    assert len(await crowd.rows(status="booked")) == 5


async def test_without_the_count_after_the_write_there_are_too_many(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the held time, counted by all, that keeps two workers from being too many."""

    async def nothing(*_: object, **__: object) -> None:
        return None

    workers = [Crowd(crowd.bench, crowd.asha, crowd.doctors) for _ in range(8)]
    for worker in workers:
        monkeypatch.setattr(worker.clinic.booking._limits, "_count", nothing)
    await outcomes(*(worker.book(day) for worker, day in zip(workers, DAYS, strict=False)))
    assert len(await crowd.rows(status="booked")) > 5


async def test_one_a_day_with_a_doctor_is_the_most_by_the_clinics_days(crowd: Crowd) -> None:
    first = await crowd.book(timedelta(0))
    for refused in (crowd.book(HALF), crowd.hold(HOUR)):
        with pytest.raises(TooManyThatDay) as error:
            await refused
        assert error.value.most == 1
        assert error.value.start in {TEN + HALF, TEN + HOUR}
    await crowd.book(4 * HALF, 1)  # another doctor
    second = await crowd.book(DAY)
    with pytest.raises(TooManyThatDay):
        await crowd.move(second, HALF)
    with pytest.raises(TooManyThatDay):
        await crowd.hold(HALF, moving=second.appointment.slot)
    # Within its own day it may go where it likes.
    await crowd.hold(HOUR, moving=first.appointment.slot)
    await crowd.move(first, HALF)


async def test_two_times_are_held_at_once_and_holding_anew_counts_once(crowd: Crowd) -> None:
    mine = crowd.new_id()
    await crowd.hold(DAYS[0], request_id=mine)
    await crowd.hold(DAYS[1])
    with pytest.raises(TooManyHolds) as error:
        await crowd.hold(DAYS[2])
    assert (error.value.most, error.value.until) == (2, crowd.bench.clock.now() + HOLD_LENGTH)
    assert len(await crowd.rows()) == 2
    await crowd.hold(DAYS[0], request_id=mine)
    await crowd.clinic.booking.let_go(mine)
    await crowd.hold(DAYS[2])
    crowd.bench.clock.turn(HOLD_LENGTH)
    await crowd.hold(DAYS[3])


async def test_forty_chats_hold_two_of_a_days_times(crowd: Crowd) -> None:
    crowd.clinic = clinic_of(crowd.bench, replace(USUAL_LIMITS, a_day=None))
    ends = await outcomes(*(crowd.hold(n % 8 * HALF) for n in range(40)))
    assert ends[Appointment] == 2
    assert len(await crowd.rows()) == 2


async def test_what_was_held_too_long_is_counted_anew_when_it_is_confirmed(crowd: Crowd) -> None:
    """Times are held again and again, and all confirmed at the end."""
    held = []
    for number in range(8):
        request_id = crowd.new_id()
        await crowd.hold(DAYS[number], request_id=request_id)
        held.append((DAYS[number], request_id))
        crowd.bench.clock.turn(HOLD_LENGTH)
    ends = await outcomes(*(crowd.book(day, request_id=request_id) for day, request_id in held))
    assert ends[AppointmentCard] == 5
    assert len(await crowd.rows(status="booked")) == 5


async def test_ten_changes_an_hour_are_the_most_and_cancelling_is_never_refused(crowd: Crowd) -> None:
    began = crowd.bench.clock.now()
    for _ in range(4):
        await crowd.cancel(await crowd.book(DAYS[0]))
        crowd.bench.clock.turn(timedelta(minutes=1))
    last = await crowd.move(await crowd.book(DAYS[1]), DAYS[2])
    for refused in (crowd.book(DAYS[3]), crowd.hold(DAYS[3]), crowd.move(last, DAYS[4])):
        with pytest.raises(TooManyChanges) as error:
            await refused
        assert (error.value.most, error.value.until) == (10, began + HOUR)
    await crowd.clinic.appointments.explain(crowd.asha, last.appointment.id, "a cough")
    await crowd.cancel(last)
    second = timedelta(seconds=1)
    crowd.bench.clock.turn(error.value.until - crowd.bench.clock.now() - second)
    with pytest.raises(TooManyChanges):
        await crowd.book(DAYS[3])
    crowd.bench.clock.turn(second)
    await crowd.book(DAYS[3])


async def test_of_two_confirmed_at_once_the_eleventh_change_is_refused(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await crowd.cancel(await crowd.book(DAYS[0]))
    await crowd.book(DAYS[0])
    held = [(day, crowd.new_id()) for day in DAYS[1:3]]
    for day, request_id in held:
        await crowd.hold(day, request_id=request_id)
    whole = crowd.bench.storage.appointments.add

    async def slow(*args: Any, **more: Any) -> Appointment:
        await asyncio.sleep(0.1)  # as a majority takes to acknowledge it
        return await whole(*args, **more)

    monkeypatch.setattr(crowd.bench.storage.appointments, "add", slow)
    ends = await outcomes(*(crowd.book(day, request_id=request_id) for day, request_id in held))
    assert ends == {AppointmentCard: 1, TooManyChanges: 1}


async def test_a_clock_that_goes_back_locks_nobody_out(crowd: Crowd) -> None:
    for _ in range(5):
        await crowd.cancel(await crowd.book(DAYS[0]))
    crowd.bench.clock.turn(-2 * HOUR)
    await crowd.book(DAYS[0])


async def test_confirmed_twice_is_booked_once_whatever_the_limits_say_by_then(crowd: Crowd) -> None:
    mine = crowd.new_id()
    first = await crowd.book(DAYS[0], request_id=mine)
    for day in DAYS[1:5]:
        await crowd.book(day)
    assert (await crowd.book(DAYS[0], request_id=mine)).appointment == first.appointment
    await crowd.cancel(first)
    await crowd.book(DAYS[5])
    again = await crowd.book(DAYS[0], request_id=mine)
    assert again.appointment.status is AppointmentStatus.CANCELLED


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ADMIN])
async def test_the_desk_is_told_of_a_limit_may_go_beyond_it_and_moves_without_limits(
    crowd: Crowd, role: Role
) -> None:
    desk = await crowd.bench.principal("nora@example.org", role, 30)
    clinic, rao = crowd.clinic, crowd.doctors[0].id

    async def held(start: datetime) -> AppointmentId:
        """Hold a time, which is not refused even where a limit is reached."""
        request = crowd.new_id()
        with suppress(LimitReached):
            await clinic.booking.hold(desk, rao, start, request_id=request, patient_id=crowd.asha.id)
        stored = await clinic.booking._appointments.by_id(request)
        assert stored is not None
        assert stored.status is AppointmentStatus.HELD
        return request

    async def books(start: datetime, request: AppointmentId, proposer: Proposer) -> None:
        """Book it twice: asking again finds what is booked."""
        for _ in range(2):
            await clinic.booking.book(
                desk,
                rao,
                start,
                reason=None,
                request_id=request,
                patient_id=crowd.asha.id,
                proposer=proposer,
            )

    for day in DAYS[:5]:
        await books(TEN + day, await held(TEN + day), Proposer.PATIENT)
    sixth, seventh = TEN + DAYS[5], TEN + DAYS[6]
    for start in (sixth, seventh):
        request = await held(start)
        with pytest.raises(TooManyAppointments) as refused:
            await books(start, request, Proposer.PATIENT)
        assert refused.value.patient == crowd.asha.user.name
        await books(start, request, Proposer.CLINIC)
    entries = (
        await clinic.audit.page(await crowd.bench.principal("ida@example.org", Role.ADMIN, 31))
    ).entries
    beyond = [each.facts.get("beyond") for each in entries.items if each.action is Action.BOOKED_FOR]
    assert beyond[:3] == ["open_appointments", "open_appointments", None]
    await clinic.appointments.move(desk, request, TEN + DAYS[0] + HOUR, was=seventh)
    # What the patient does themselves is limited as ever.
    with pytest.raises(TooManyAppointments):
        await crowd.book(DAYS[7])


async def _used_up(crowd: Crowd) -> list[AppointmentCard]:
    """Make all appointments and changes that a patient may."""
    cards = [await crowd.book(day) for day in DAYS[:5]]
    for card in cards:
        await crowd.clinic.appointments.move(
            crowd.asha,
            card.appointment.id,
            card.appointment.slot.start + HALF,
            was=card.appointment.slot.start,
        )
    return cards


async def test_a_time_in_the_place_of_what_the_clinic_cancelled_is_not_limited(crowd: Crowd) -> None:
    lost = (await _used_up(crowd))[0].appointment
    await crowd.clinic.appointments.cancel(crowd.doctors[0], lost.id)
    rebook = crowd.clinic.visits.rebooking.rebook
    await rebook(crowd.asha, lost.id, crowd.doctors[0].id, TEN + DAYS[1] + HOUR)


async def test_a_time_in_the_place_of_what_one_has_cancelled_oneself_is_limited(crowd: Crowd) -> None:
    """No button offers that; what is forged goes no further than what is tapped."""
    lost = (await _used_up(crowd))[0]
    await crowd.cancel(lost)
    with pytest.raises(TooManyChanges):
        await crowd.clinic.visits.rebooking.rebook(
            crowd.asha, lost.appointment.id, crowd.doctors[0].id, TEN + DAYS[7]
        )


async def test_a_follow_up_that_the_doctor_proposes_is_not_limited(crowd: Crowd) -> None:
    visit = (await crowd.book(timedelta(0))).appointment
    moved = await crowd.clinic.appointments.move(crowd.asha, visit.id, TEN + HALF, was=TEN)
    crowd.bench.clock.turn(TEN + HOUR - crowd.bench.clock.now())
    rao = crowd.doctors[0]
    seen = await crowd.clinic.appointments.mark(rao, visit.id, AppointmentStatus.FULFILLED)
    for day in DAYS[1:6]:
        await crowd.book(day, 1)
    version = seen.appointment.version
    await crowd.clinic.visits.follow_ups.propose(rao, visit.id, timedelta(days=7), version=version)
    follow_up = crowd.clinic.visits.rebooking.follow_up
    # The version that the patient made themselves is no proposal.
    with pytest.raises(TooManyAppointments):
        await follow_up(crowd.asha, visit.id, moved.appointment.version, TEN + DAYS[7])
    await follow_up(crowd.asha, visit.id, version + 1, TEN + DAYS[7])


async def test_an_offer_is_no_change_and_needs_room_and_stays_while_room_is_made(crowd: Crowd) -> None:
    bench, rao = crowd.bench, crowd.doctors[0]
    others = clinic_of(bench, NO_LIMITS)
    bela = await bench.principal("bela@example.org", chat=40)
    taken = crowd.new_id()
    await others.booking.book(bela, rao.id, TEN, reason=None, request_id=taken)
    cards = [await crowd.book(day, 1) for day in DAYS[:5]]
    for card in cards:
        await crowd.move(card, card.appointment.slot.start - TEN + HALF)
    day = TEN.date()
    await crowd.clinic.waitlist.join(crowd.asha, rao.id, day, day, PartOfDay.ANY)
    await others.appointments.cancel(bela, taken)
    await crowd.clinic.waitlist_offers.work()
    (place,) = await crowd.clinic.waitlist.entries(crowd.asha)
    offer = place.entry.offer
    assert offer is not None
    take = crowd.clinic.waitlist.take
    with pytest.raises(TooManyAppointments):
        await take(crowd.asha, offer.id)
    await crowd.cancel(cards[4])
    # Eleven changes within the hour: an offer is none.
    assert (await take(crowd.asha, offer.id)).appointment.status is AppointmentStatus.BOOKED


async def test_an_offer_that_was_being_taken_when_the_bot_died_is_an_offer_still(crowd: Crowd) -> None:
    bench, rao = crowd.bench, crowd.doctors[0]
    await crowd.book(HOUR)
    offered = Appointment(
        crowd.new_id(),
        rao.id,
        crowd.asha.id,
        (await clinic_of(bench).visits.bookable_slots.slot(rao.id, TEN)).slot,
        AppointmentStatus.HELD,
        held_until=bench.clock.now() + HOUR,
    )
    await bench.storage.appointments.hold(offered, bench.clock.now(), HeldFor.OFFER)
    await bench.storage.engagements.hold_for(offered.id, HeldFor.BOOKING)
    # It was the clinic that came up with a second one that day.
    card = await crowd.clinic.booking.book(
        crowd.asha, rao.id, TEN, reason=None, request_id=offered.id, proposer=Proposer.OFFER
    )
    assert card.appointment.status is AppointmentStatus.BOOKED


async def test_two_moves_at_once_to_one_day_with_a_doctor_are_one(crowd: Crowd) -> None:
    cards = [await crowd.book(day) for day in DAYS[:4]]
    ends = await outcomes(*(crowd.move(card, DAYS[5] + n * HALF) for n, card in enumerate(cards)))
    assert ends == {AppointmentCard: 1, TooManyThatDay: 3}


async def test_what_is_offered_takes_nothing_from_what_may_be_booked_and_held(crowd: Crowd) -> None:
    bench, rao = crowd.bench, crowd.doctors[0]
    for day in DAYS[:4]:
        await crowd.book(day, 1)
    offered = Appointment(
        crowd.new_id(),
        rao.id,
        crowd.asha.id,
        (await clinic_of(bench).visits.bookable_slots.slot(rao.id, TEN + HOUR)).slot,
        AppointmentStatus.HELD,
        held_until=bench.clock.now() + HOUR,
    )

    await bench.storage.appointments.hold(offered, bench.clock.now(), HeldFor.OFFER)
    await crowd.book(DAYS[4], 1)


async def test_without_limits_there_are_none(crowd: Crowd) -> None:
    crowd.clinic = clinic_of(crowd.bench, NO_LIMITS)
    for number in range(12):
        await crowd.hold(DAYS[number % 4] + number // 4 * HALF, request_id=AppointmentId(f"a{number:023x}"))
    for number in range(12):
        card = await crowd.book(
            DAYS[number % 4] + number // 4 * HALF, request_id=AppointmentId(f"a{number:023x}")
        )
    await crowd.cancel(card)


async def test_what_yesterdays_version_holds_counts_as_a_booking_and_can_be_confirmed(crowd: Crowd) -> None:
    held = await crowd.hold(DAYS[0])
    await crowd.bench.storage.appointments._appointments.update_one(
        {"_id": held.id}, {"$unset": {"held_for": ""}}
    )
    await crowd.hold(DAYS[1])
    with pytest.raises(Refused):
        await crowd.hold(DAYS[2])
    booked = await crowd.book(DAYS[0], request_id=held.id)
    (row,) = await crowd.rows(status="booked")
    assert row["_id"] == booked.appointment.id
    assert "held_for" not in row
