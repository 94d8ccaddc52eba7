"""A time that opens goes to the first who waits for one like it, then to the next, and to one at a time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.errors import (
    DayPassed,
    DayTooFar,
    OfferOver,
    RoleRequired,
    SlotTaken,
    TooManyWaitlistEntries,
)
from services.ids import new_id
from services.models.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
)
from services.models.notifications import EventKind
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from services.models.waitlist import SlotOffer
from services.waitlist.offers import OFFER_LENGTH
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TUESDAY = date(2027, 5, 4)
TEN = datetime(2027, 5, 4, 8, tzinfo=UTC)
HALF = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


async def person(bench: Bench, name: str, role: Role = Role.PATIENT) -> Principal:
    """Make somebody who is signed in, without a password."""
    user = User(UserId(name), name.title(), f"{name}@example.org", role, AccountStatus.ACTIVE, None, "Skin")
    await bench.storage.users.add(user, b"", bench.clock.now())
    return Principal(user, ChatId(1), "session")


async def doctor(bench: Bench, *hours: Hours) -> Principal:
    """Make Dr Rao, who works on Tuesdays: from ten to eleven, where nothing else is said."""
    rao = await person(bench, "rao", Role.DOCTOR)
    week = {Weekday.TUESDAY: hours or (Hours(time(10), time(11)),)}
    await bench.storage.schedules.put(rao.id, Schedule(weekly=week, horizon=timedelta(days=6)))
    return rao


async def book(bench: Bench, who: Principal, start: datetime, doctor_id: str = "rao") -> Appointment:
    request_id = AppointmentId(new_id(bench.clock.now()))
    card = await bench.clinic.booking.book(who, UserId(doctor_id), start, reason=None, request_id=request_id)
    return card.appointment


async def full(bench: Bench, start: datetime = TEN, count: int = 2) -> list[tuple[Principal, Appointment]]:
    """Let others have so many times from `start` on."""
    taken = []
    for number in range(count):
        other = await person(bench, f"other{number}")
        taken.append((other, await book(bench, other, start + number * HALF)))
    return taken


async def waits(bench: Bench, who: Principal, part: PartOfDay = PartOfDay.ANY) -> None:
    await bench.clinic.waitlist.join(who, UserId("rao"), TUESDAY, TUESDAY, part)
    bench.clock.turn(SECOND)


async def cancel(bench: Bench, taken: tuple[Principal, Appointment]) -> None:
    who, appointment = taken
    await bench.clinic.appointments.cancel(who, appointment.id)


async def offered(bench: Bench, who: Principal) -> SlotOffer | None:
    """Return what is offered to somebody by now, after a round."""
    await bench.clinic.waitlist_offers.work()
    (card,) = await bench.clinic.waitlist.entries(who)
    return bench.clinic.waitlist.stands(card.entry)


async def sure(bench: Bench, who: Principal) -> SlotOffer:
    offer = await offered(bench, who)
    assert offer is not None
    return offer


async def told(bench: Bench) -> list[UserId]:
    """Return who has heard that a time has opened, in their order."""
    events = await bench.storage.notifications.unspread(500)
    opened = sorted((e.facts["until"], e.readers[0]) for e in events if e.kind is EventKind.SLOT_OPENED)
    return [reader for _, reader in opened]


async def test_the_first_in_line_is_asked_and_nobody_else_can_have_it_meanwhile(bench: Bench) -> None:
    await doctor(bench)
    first, second = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, first)
    await waits(bench, second)
    assert await offered(bench, first) is None
    await cancel(bench, taken[0])
    offer = await sure(bench, first)
    assert (offer.slot.start, offer.until) == (TEN, bench.clock.now() + OFFER_LENGTH)
    assert await offered(bench, second) is None
    with pytest.raises(SlotTaken):
        await book(bench, second, TEN)
    assert await told(bench) == [first.id]
    card = await bench.clinic.waitlist.take(first, offer.id)
    assert (card.appointment.status, card.appointment.slot.start) == (AppointmentStatus.BOOKED, TEN)
    assert await bench.clinic.waitlist.entries(first) == []
    assert await offered(bench, second) is None
    (waiting,) = await bench.clinic.waitlist.entries(second)
    assert waiting.before == 0


async def test_silence_and_passing_lead_to_the_next_and_nobody_is_asked_twice(bench: Bench) -> None:
    await doctor(bench)
    line = [await person(bench, name) for name in ("asha", "bela", "cleo")]
    taken = await full(bench)
    for one in line:
        await waits(bench, one)
    await cancel(bench, taken[0])
    late = await sure(bench, line[0])
    bench.clock.turn(OFFER_LENGTH)
    offer = await sure(bench, line[1])
    assert offer.slot.start == TEN
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(line[0], late.id)
    await bench.clinic.waitlist.pass_on(line[1], offer.id)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(line[1], offer.id)
    await sure(bench, line[2])
    bench.clock.turn(OFFER_LENGTH)
    await bench.clinic.waitlist_offers.work()
    for one in line:
        assert await offered(bench, one) is None
        with pytest.raises(OfferOver):
            await bench.clinic.waitlist.pass_on(one, offer.id)
    assert await told(bench) == [one.id for one in line]
    # Nobody wanted it, so it is free for all; and another time is news for the first again.
    await book(bench, await person(bench, "dora"), TEN)
    await cancel(bench, taken[1])
    assert (await sure(bench, line[0])).slot.start == TEN + HALF


async def test_the_part_of_the_day_goes_by_the_clinics_clocks(bench: Bench) -> None:
    # From 11:30 to 12:30, and in the evening, in Berlin: 09:30 and 15:00 in UTC.
    await doctor(bench, Hours(time(11, 30), time(12, 30)), Hours(time(17), time(17, 30)))
    people = {part: await person(bench, part.value) for part in PartOfDay}
    times = [TEN + 3 * HALF, TEN + 4 * HALF, TEN + 14 * HALF]
    taken = [(p := await person(bench, f"other{n}"), await book(bench, p, at)) for n, at in enumerate(times)]
    for part in (PartOfDay.EVENING, PartOfDay.AFTERNOON, PartOfDay.MORNING):
        await waits(bench, people[part], part)
    for each in taken:
        await cancel(bench, each)
    found = [(await sure(bench, people[part])).slot.start for part in list(PartOfDay)[1:]]
    assert found == times


async def test_two_times_go_to_two_people(bench: Bench) -> None:
    await doctor(bench)
    first, second = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, first)
    await waits(bench, second)
    await cancel(bench, taken[1])
    await cancel(bench, taken[0])
    assert [(await sure(bench, one)).slot.start for one in (first, second)] == [TEN, TEN + HALF]


async def test_a_time_is_found_however_it_opens(bench: Bench) -> None:
    rao, asha = await doctor(bench), await person(bench, "asha")
    off = TimeOff("t", Slot(TEN, TEN + HALF))
    await bench.storage.schedules.add_time_off(rao.id, off)
    other = await person(bench, "other")
    kept = AppointmentId("e" * 24)
    await bench.clinic.booking.hold(other, rao.id, TEN + HALF, request_id=kept)
    await waits(bench, asha)
    assert await offered(bench, asha) is None
    bench.clock.turn(timedelta(minutes=4))  # what is held on a summary is let go by itself
    first = await sure(bench, asha)
    assert first.slot.start == TEN + HALF
    await bench.storage.schedules.remove_time_off(rao.id, "t")
    await bench.clinic.waitlist.pass_on(asha, first.id)
    second = await sure(bench, asha)
    assert second.slot.start == TEN
    await bench.clinic.waitlist.pass_on(asha, second.id)
    longer = Schedule(weekly={Weekday.TUESDAY: (Hours(time(10), time(11, 30)),)}, horizon=timedelta(days=6))
    await bench.storage.schedules.put(rao.id, longer)
    assert (await sure(bench, asha)).slot.start == TEN + 2 * HALF


async def test_what_was_free_when_one_came_is_no_news_until_it_was_taken(bench: Bench) -> None:
    await doctor(bench)
    asha = await person(bench, "asha")
    joined = await bench.clinic.waitlist.join(asha, UserId("rao"), TUESDAY, TUESDAY, PartOfDay.ANY)
    assert (joined.free, joined.has_replaced, joined.card.before) == (2, False, 0)
    assert await offered(bench, asha) is None
    (taken,) = await full(bench, count=1)
    assert await offered(bench, asha) is None
    await cancel(bench, taken)
    assert (await sure(bench, asha)).slot.start == TEN


@pytest.mark.parametrize(
    ("left", "notice", "lasts"),
    [(60, 0, 15), (20, 0, 10), (4, 0, 2), (3, 0, None), (50, 30, 10), (30, 30, None)],
)
async def test_what_is_near_is_offered_for_half_of_the_time_or_not_at_all(
    bench: Bench, left: int, notice: int, lasts: int | None
) -> None:
    rao, asha = await doctor(bench), await person(bench, "asha")
    await waits(bench, asha)
    (taken,) = await full(bench, count=1)
    await bench.clinic.waitlist_offers.work()
    week = {Weekday.TUESDAY: (Hours(time(10), time(10, 30)),)}
    await bench.storage.schedules.put(
        rao.id, Schedule(weekly=week, lead_time=timedelta(minutes=notice), change_lead_time=timedelta(0))
    )
    bench.clock.turn_to(TEN - timedelta(minutes=left))
    await cancel(bench, taken)
    offer = await offered(bench, asha)
    assert (offer and offer.until - bench.clock.now()) == (lasts and timedelta(minutes=lasts))


async def test_nobody_is_offered_what_overlaps_another_appointment_of_theirs(bench: Bench) -> None:
    await doctor(bench)
    await person(bench, "sen", Role.DOCTOR)
    asha, bela = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, asha)
    await waits(bench, bela)
    busy = await book(bench, asha, TEN, "sen")
    await cancel(bench, taken[0])
    assert await offered(bench, asha) is None
    assert (await sure(bench, bela)).slot.start == TEN
    assert busy.status is AppointmentStatus.BOOKED


async def test_one_place_a_doctor_and_a_new_wish_takes_it(bench: Bench) -> None:
    await doctor(bench)
    asha, bela = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, asha)
    await waits(bench, bela)
    again = await bench.clinic.waitlist.join(asha, UserId("rao"), TUESDAY, TUESDAY, PartOfDay.ANY)
    assert (again.has_replaced, again.card.before) == (False, 0)
    await cancel(bench, taken[0])
    old = await sure(bench, asha)
    other = await bench.clinic.waitlist.join(asha, UserId("rao"), TUESDAY, TUESDAY, PartOfDay.EVENING)
    assert (other.has_replaced, other.card.before) == (True, 1)
    assert len(await bench.clinic.waitlist.entries(asha)) == 1
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, old.id)
    assert (await sure(bench, bela)).slot.start == TEN


async def test_leaving_frees_what_was_offered(bench: Bench) -> None:
    await doctor(bench)
    asha, bela = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, asha)
    await waits(bench, bela)
    await cancel(bench, taken[0])
    await sure(bench, asha)
    assert await bench.clinic.waitlist.leave(asha, UserId("rao"))
    assert not await bench.clinic.waitlist.leave(asha, UserId("rao"))
    assert (await sure(bench, bela)).slot.start == TEN


async def test_who_has_a_time_in_those_days_waits_no_more_and_who_had_one_does(bench: Bench) -> None:
    await doctor(bench, Hours(time(10), time(12)))
    asha, bela = await person(bench, "asha"), await person(bench, "bela")
    await book(bench, bela, TEN + HALF)
    bench.clock.turn(SECOND)
    await waits(bench, asha)
    await waits(bench, bela)
    await book(bench, asha, TEN)
    await bench.clinic.waitlist_offers.work()
    assert await bench.clinic.waitlist.entries(asha) == []
    assert len(await bench.clinic.waitlist.entries(bela)) == 1


async def test_a_place_ends_with_its_days_and_with_whose_it_is(bench: Bench) -> None:
    await doctor(bench)
    asha, bela, cleo = [await person(bench, name) for name in ("asha", "bela", "cleo")]
    taken = await full(bench)
    for one in (asha, bela, cleo):
        await waits(bench, one)
    await cancel(bench, taken[0])
    await sure(bench, asha)
    await bench.storage.users.change(asha.id, {"status": "blocked"})
    bench.news.clear()
    await bench.clinic.waitlist_offers.work()
    assert bench.news == ["news"]
    assert (await sure(bench, bela)).slot.start == TEN
    assert await bench.storage.waitlist.of_patients([asha.id]) == []
    await bench.clinic.account_deletion.leave(bela)
    assert await bench.storage.waitlist.of_patients([bela.id]) == []
    bench.clock.turn(OFFER_LENGTH)
    await sure(bench, cleo)
    bench.clock.turn(timedelta(days=2))
    await bench.clinic.waitlist_offers.work()
    assert await bench.storage.waitlist.of_patients([cleo.id]) == []


async def test_nothing_is_offered_of_a_doctor_who_is_blocked(bench: Bench) -> None:
    rao, asha = await doctor(bench), await person(bench, "asha")
    taken = await full(bench)
    await waits(bench, asha)
    await cancel(bench, taken[0])
    await bench.storage.users.change(rao.id, {"status": "blocked"})
    assert await offered(bench, asha) is None
    await bench.storage.users.change(rao.id, {"status": "active"})
    await sure(bench, asha)


async def test_days_that_make_no_sense_and_too_many_places_are_refused(bench: Bench) -> None:
    rao, asha = await doctor(bench), await person(bench, "asha")
    join = bench.clinic.waitlist.join
    with pytest.raises(DayPassed):
        await join(asha, rao.id, date(2027, 5, 1), date(2027, 5, 2), PartOfDay.ANY)
    with pytest.raises(DayTooFar):
        await join(asha, rao.id, date(2027, 6, 1), date(2027, 6, 1), PartOfDay.ANY)
    with pytest.raises(RoleRequired):
        await join(rao, rao.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    for number in range(10):
        sen = await person(bench, f"sen{number}", Role.DOCTOR)
        await join(asha, sen.id, TUESDAY, date.max, PartOfDay.ANY)
    with pytest.raises(TooManyWaitlistEntries):
        await join(asha, rao.id, TUESDAY, TUESDAY, PartOfDay.ANY)
