"""Whoever takes an earlier time has one time before and after, in a rush or killed between two writes."""

import asyncio
from typing import Any

import pytest

from services.errors import AppointmentChanged, ClinicError, OfferOver, SlotTaken
from services.models.appointments import Appointment, AppointmentCard, AppointmentStatus, Period
from services.models.people import Principal, UserId
from services.models.waitlist import SlotOffer
from services.waitlist.offers import OFFER_LENGTH
from tests.services.conftest import Bench
from tests.services.test_earlier import LAST, late_one, visits, waits_earlier
from tests.services.test_waitlist import HALF, SECOND, TEN, book, cancel, offered, person, sure, told, waits
from tests.services.test_waitlist_races import Killed, another_worker


async def _offered(bench: Bench) -> tuple[Principal, Principal, Appointment, SlotOffer]:
    """Let Asha, who has the last time, be offered the first, and Bela wait behind her."""
    asha, visit, taken = await late_one(bench)
    bela = await person(bench, "bela")
    await waits_earlier(bench, asha, visit)
    await waits(bench, bela)
    await cancel(bench, taken[0])
    return asha, bela, visit, await sure(bench, asha)


async def _end(attempt: Any) -> type:
    try:
        return type(await attempt)
    except ClinicError as error:
        return type(error)


async def test_taken_many_times_at_once_it_moves_once(bench: Bench) -> None:
    asha, bela, visit, offer = await _offered(bench)
    workers = [bench.clinic.waitlist.take(asha, offer.id) for _ in range(5)]
    cards = await asyncio.gather(*workers)
    assert {(card.appointment.id, card.appointment.slot.start) for card in cards} == {(visit.id, TEN)}
    again = await bench.clinic.waitlist.take(asha, offer.id)
    assert (again.appointment.id, again.appointment.version) == (visit.id, visit.version + 1)
    assert await visits(bench, asha) == [offer.slot]
    assert (await sure(bench, bela)).slot.start == LAST


async def test_taken_and_moved_by_the_doctor_at_once_one_of_the_two_counts(bench: Bench) -> None:
    asha, _, visit, offer = await _offered(bench)
    rao = (await bench.storage.users.by_ids([UserId("rao")]))[UserId("rao")]
    await cancel_second(bench)
    move = bench.clinic.appointments.move
    ends = await asyncio.gather(
        _end(bench.clinic.waitlist.take(asha, offer.id)),
        _end(move(Principal(rao, asha.chat_id, "s"), visit.id, TEN + HALF, was=LAST)),
    )
    assert tuple(ends) in ((AppointmentCard, AppointmentChanged), (OfferOver, AppointmentCard))
    (slot,) = await visits(bench, asha)
    assert slot.start == (TEN if ends[0] is AppointmentCard else TEN + HALF)
    await bench.clinic.waitlist_offers.work()
    assert await bench.clinic.waitlist.entries(asha) == []


async def cancel_second(bench: Bench) -> None:
    other = (await bench.storage.users.by_ids([UserId("other1")]))[UserId("other1")]
    window = (await visits(bench, Principal(other, None, "s")))[0]
    assert window.start == TEN + HALF
    page = await bench.clinic.appointment_views.page(Principal(other, None, "s"), Period.UPCOMING, 0)
    await bench.clinic.appointments.cancel(Principal(other, None, "s"), page.items[0].appointment.id)


async def test_while_it_is_taken_many_others_want_it(bench: Bench) -> None:
    asha, _, _, offer = await _offered(bench)
    crowd = [await person(bench, f"p{number}") for number in range(12)]
    takes = [_end(bench.clinic.waitlist.take(asha, offer.id))]
    ends = await asyncio.gather(*takes, *(_end(book(bench, one, TEN)) for one in crowd))
    # Between the end of its hold and the move somebody may be quicker, but it never has two people.
    assert [ends.count(kind) for kind in (AppointmentCard, Appointment, SlotTaken, OfferOver)] in (
        [1, 0, 12, 0],
        [0, 1, 11, 1],
    )
    assert len(await visits(bench, asha)) == 1


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("before", [True, False])
async def test_killed_between_any_two_writes_of_taking_nobody_has_two_times(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: int, *, before: bool
) -> None:
    """The hold ends, the appointment is moved, the entry goes: from anywhere in between it goes on."""
    asha, bela, visit, offer = await _offered(bench)
    store = bench.storage.appointments
    owner, name = [(store, "let_go"), (store, "move"), (bench.storage.waitlist, "leave")][step]
    act = getattr(owner, name)

    async def dies(*args: Any, **more: Any) -> None:
        if not before:
            await act(*args, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, dies)
        with pytest.raises(Killed):
            await bench.clinic.waitlist.take(asha, offer.id)
    is_moved = (step, before) > (1, True) or step == 2 or (step == 1 and not before)
    assert await visits(bench, asha) == [offer.slot if is_moved else visit.slot]
    bench.clock.turn(SECOND)
    for worker in (another_worker(bench), another_worker(bench)):
        await worker.work()
    again = await bench.clinic.waitlist.take(asha, offer.id)
    assert again.appointment.slot == offer.slot
    assert await visits(bench, asha) == [offer.slot]
    await bench.clinic.waitlist_offers.work()
    assert await bench.storage.waitlist.of_patients([asha.id]) == []
    assert (await sure(bench, bela)).slot.start == LAST
    assert await told(bench) == [bela.id]  # what was told to Asha went with the entry


@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("before", [True, False])
async def test_killed_while_it_is_offered_it_is_offered_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, after: int, *, before: bool
) -> None:
    asha, visit, taken = await late_one(bench)
    bela = await person(bench, "bela")
    await waits_earlier(bench, asha, visit)
    await waits(bench, bela)
    await cancel(bench, taken[0])
    done = 0

    def dying(act: Any) -> Any:
        async def dies(*args: Any, **more: Any) -> Any:
            nonlocal done
            if before and done == after:
                raise Killed
            found = await act(*args, **more)
            if done == after:
                raise Killed
            done += 1
            return found

        return dies

    with monkeypatch.context() as patched:
        for owner, name in ((bench.storage.waitlist, "change"), (bench.storage.appointments, "hold")):
            patched.setattr(owner, name, dying(getattr(owner, name)))
        with pytest.raises(Killed):
            await bench.clinic.waitlist_offers.work()
    bench.clock.turn(SECOND)
    assert (await sure(bench, asha)).slot.start == TEN
    assert await offered(bench, bela) is None
    assert await told(bench) == [asha.id]
    assert await visits(bench, asha) == [visit.slot]


async def test_moved_while_it_is_being_offered_nobody_is_told_of_what_is_not_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, visit, taken = await late_one(bench)
    await waits_earlier(bench, asha, visit)
    await cancel(bench, taken[0])
    await cancel(bench, taken[1])
    hold = bench.storage.appointments.hold

    async def late(*args: Any, **more: Any) -> Appointment:
        held = await hold(*args, **more)
        await bench.clinic.appointments.move(asha, visit.id, TEN + HALF, was=LAST)
        return held

    with monkeypatch.context() as patched:
        patched.setattr(bench.storage.appointments, "hold", late)
        await bench.clinic.waitlist_offers.work()
    assert await told(bench) == []
    await bench.clinic.waitlist_offers.work()
    assert await bench.clinic.waitlist.entries(asha) == []
    free = await book(bench, await person(bench, "bela"), TEN)
    assert free.status is AppointmentStatus.BOOKED


async def test_silence_leaves_the_appointment_as_it_is(bench: Bench) -> None:
    asha, bela, visit, offer = await _offered(bench)
    bench.clock.turn(OFFER_LENGTH)
    assert (await sure(bench, bela)).slot.start == TEN
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, offer.id)
    assert await visits(bench, asha) == [visit.slot]
