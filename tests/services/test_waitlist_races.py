"""An offer of the waiting list is made once and taken once, also in a rush, or by somebody who is killed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.clinic import build
from services.clinic_rules import ClinicRules
from services.errors import (
    ClinicError,
    OfferOver,
    SlotTaken,
)
from services.models.appointments import (
    Appointment,
    AppointmentCard,
    AppointmentStatus,
    Period,
)
from services.models.notifications import ChannelName
from services.notifications.outbox import Outbox
from services.waitlist.offers import OFFER_LENGTH, WaitlistOffers
from tests.services.conftest import KEY, Bench
from tests.services.test_outbox import Recorder
from tests.services.test_waitlist import (
    SECOND,
    TEN,
    book,
    cancel,
    doctor,
    full,
    offered,
    person,
    sure,
    told,
    waits,
)


async def test_an_offer_is_taken_once_and_by_nobody_else(bench: Bench) -> None:
    await doctor(bench)
    asha, mallory = await person(bench, "asha"), await person(bench, "mallory")
    taken = await full(bench)
    await waits(bench, asha)
    await cancel(bench, taken[0])
    offer = await sure(bench, asha)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(mallory, offer.id)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.pass_on(mallory, offer.id)
    cards = await asyncio.gather(*(bench.clinic.waitlist.take(asha, offer.id) for _ in range(5)))
    assert {card.appointment.id for card in cards} == {offer.id}
    assert (await bench.clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 1
    await bench.clinic.appointments.cancel(asha, offer.id)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, offer.id)


async def _ends(attempts: list[Awaitable[Any]]) -> Counter[type]:
    async def end(attempt: Awaitable[Any]) -> type:
        try:
            return type(await attempt)
        except ClinicError as error:
            return type(error)

    return Counter(await asyncio.gather(*map(end, attempts)))


async def _rush(bench: Bench) -> Counter[type]:
    """Let the one whose offer has just ended take it, while many others book that time."""
    await doctor(bench)
    asha = await person(bench, "asha")
    crowd = [await person(bench, f"p{number}") for number in range(20)]
    taken = await full(bench)
    await waits(bench, asha)
    await cancel(bench, taken[0])
    offer = await sure(bench, asha)
    bench.clock.turn(OFFER_LENGTH - SECOND)
    takes: list[Awaitable[Any]] = [bench.clinic.waitlist.take(asha, offer.id)]
    return await _ends(
        [*(book(bench, one, TEN) for one in crowd[:10]), *takes, *(book(bench, o, TEN) for o in crowd[10:])]
    )


async def test_of_take_and_many_who_book_the_taker_has_it(bench: Bench) -> None:
    assert await _rush(bench) == {AppointmentCard: 1, SlotTaken: 20}


async def test_without_the_index_more_than_one_would_have_it(bench: Bench) -> None:
    """The control: it is the index that keeps others off what is offered."""
    await bench.storage.appointments._appointments.drop_index("one_doctor_id")
    found = await _rush(bench)
    assert found[AppointmentCard] + found[Appointment] > 1


def another_worker(bench: Bench) -> WaitlistOffers:
    """Return what another worker on the same database has."""
    passwords = Passwords(4)
    passwords.close()
    return build(
        bench.storage,
        rules=ClinicRules("Clinic", ZoneInfo("Europe/Berlin"), None),
        clock=bench.clock,
        tokens=Tokens(KEY),
        passwords=passwords,
        mailer=bench.letters,
        on_event=lambda: None,
        on_announcement=lambda: None,
    ).waitlist_offers


async def test_many_workers_offer_one_time_once_and_in_the_order_of_the_line(bench: Bench) -> None:
    await doctor(bench)
    line = [await person(bench, f"p{number}") for number in range(8)]
    taken = await full(bench)
    for one in line:
        await waits(bench, one)
    await cancel(bench, taken[0])
    workers = [another_worker(bench) for _ in range(5)]
    for number in range(len(line)):
        await asyncio.gather(*(worker.work() for worker in workers))
        assert await told(bench) == [one.id for one in line[: number + 1]]
        bench.clock.turn(OFFER_LENGTH)


class Killed(BaseException):
    """What a kill -9 is to whoever is at work."""


@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("before", [True, False])
async def test_killed_between_any_two_writes_the_offer_is_made_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, after: int, *, before: bool
) -> None:
    """Noted at the place, held, told: whoever comes next goes on from there."""
    await doctor(bench)
    asha, bela = await person(bench, "asha"), await person(bench, "bela")
    taken = await full(bench)
    await waits(bench, asha)
    await waits(bench, bela)
    await bench.clinic.waitlist_offers.work()
    await cancel(bench, taken[0])
    writes = [(bench.storage.waitlist, "change"), (bench.storage.appointments, "hold")]
    done = 0

    def dying(act: Any) -> Any:
        async def dies(*args: Any) -> Any:
            nonlocal done
            if before and done == after:
                raise Killed
            found = await act(*args)
            if done == after:
                raise Killed
            done += 1
            return found

        return dies

    with monkeypatch.context() as patched:
        for owner, name in writes:
            patched.setattr(owner, name, dying(getattr(owner, name)))
        with pytest.raises(Killed):
            await bench.clinic.waitlist_offers.work()
    bench.clock.turn(timedelta(seconds=20))
    assert (await sure(bench, asha)).slot.start == TEN
    assert await offered(bench, bela) is None
    assert await told(bench) == [asha.id]
    with pytest.raises(SlotTaken):
        await book(bench, bela, TEN)


async def test_killed_after_taking_the_place_goes_in_the_next_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await doctor(bench)
    asha = await person(bench, "asha")
    taken = await full(bench)
    await waits(bench, asha)
    await cancel(bench, taken[0])
    offer = await sure(bench, asha)

    async def dies(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bench.storage.waitlist, "leave", dies)
        with pytest.raises(Killed):
            await bench.clinic.waitlist.take(asha, offer.id)
    card = await bench.clinic.waitlist.take(asha, offer.id)
    assert card.appointment.id == offer.id
    await bench.clinic.waitlist_offers.work()
    assert await bench.clinic.waitlist.entries(asha) == []
    assert (
        await bench.clinic.appointment_views.get(asha, offer.id)
    ).appointment.status is AppointmentStatus.BOOKED


async def test_what_could_not_be_told_in_time_is_told_to_nobody(bench: Bench) -> None:
    await doctor(bench)
    asha = await person(bench, "asha")
    taken = await full(bench)
    await waits(bench, asha)
    outbox_of = {name: Recorder() for name in ChannelName}
    outbox = Outbox(
        notifications=bench.storage.notifications,
        users=bench.storage.users,
        sessions=bench.storage.sessions,
        clock=bench.clock,
        channels=outbox_of,
    )
    for wait, heard in ((OFFER_LENGTH - SECOND, 1), (OFFER_LENGTH, 1)):
        await cancel(bench, taken.pop())
        await sure(bench, asha)
        bench.clock.turn(wait)
        await outbox.send_due()
        told_of = [what for what in outbox_of[ChannelName.MAIL].delivered if "slot_opened" in what]
        assert len(told_of) == heard


async def test_what_was_meant_for_somebody_and_is_gone_before_it_is_held_is_told_to_nobody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await doctor(bench)
    asha, other = await person(bench, "asha"), await person(bench, "quick")
    taken = await full(bench)
    await waits(bench, asha)
    await cancel(bench, taken[0])
    hold = bench.storage.appointments.hold

    async def late(*args: Any) -> Appointment:
        await book(bench, other, TEN)
        return await hold(*args)

    with monkeypatch.context() as patched:
        patched.setattr(bench.storage.appointments, "hold", late)
        await bench.clinic.waitlist_offers.work()
    assert await offered(bench, asha) is None
    assert await told(bench) == []
