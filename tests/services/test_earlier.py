"""An earlier time goes to who waits for one, in the place of the appointment that they have, at one tap."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from services.errors import (
    AlreadyCancelled,
    AppointmentUnknown,
    DayPassed,
    NotEarlier,
    OfferOver,
    RoleRequired,
    TooLateToChange,
    TooManyChanges,
)
from services.ids import new_id
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus, BookingLimits, Period
from services.models.catalogue import KindId, Place, Room, RoomId, VisitKind, WantedVisit
from services.models.notifications import EventKind
from services.models.people import Principal, Role, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import PlaceId, Slot, TimeOff
from services.models.waitlist import SlotOffer
from services.waitlist.offers import OFFER_LENGTH
from tests.services.conftest import Bench
from tests.services.test_limits import clinic_of
from tests.services.test_waitlist import (
    HALF,
    SECOND,
    TEN,
    TUESDAY,
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

MORNING = Hours(time(10), time(12))
LAST = TEN + 3 * HALF
ULTRASOUND = VisitKind(KindId("k-us"), "Ultrasound", 45, buffer_minutes=15, group="ultrasound")
CHECK = VisitKind(KindId("k-check"), "Check", 15)
DEVICE = Room(RoomId("r-us"), "Ultrasound 1", "ultrasound")


async def waits_earlier(
    bench: Bench, who: Principal, visit: Appointment, part: PartOfDay = PartOfDay.ANY
) -> None:
    joined = await bench.clinic.waitlist.earlier.join(who, visit.id, TUESDAY, TUESDAY, part)
    assert joined.card.visit is not None
    bench.clock.turn(SECOND)


async def late_one(bench: Bench) -> tuple[Principal, Appointment, list[tuple[Principal, Appointment]]]:
    """Let Asha have the last time of the morning, and others the three before."""
    await doctor(bench, MORNING)
    asha = await person(bench, "asha")
    taken = await full(bench, count=3)
    return asha, await book(bench, asha, LAST), taken


async def offers(bench: Bench, *kinds: VisitKind, grid: int = 15) -> None:
    """Let Dr Rao offer kinds of visit."""
    for kind in kinds:
        await bench.storage.catalogue.put(kind)
    await bench.storage.schedules._schedules.update_one(
        {"_id": "rao"}, {"$set": {"kinds": [kind.id for kind in kinds], "grid_minutes": grid}}
    )


async def visits(bench: Bench, who: Principal) -> list[Slot]:
    page = await bench.clinic.appointment_views.page(who, Period.UPCOMING, 0)
    return [item.appointment.slot for item in page.items]


async def test_an_earlier_time_is_one_move_and_frees_the_later_one_for_the_next(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    bela = await person(bench, "bela")
    await waits_earlier(bench, asha, visit)
    await waits(bench, bela)
    assert await offered(bench, asha) is None
    await cancel(bench, taken[1])
    offer = await sure(bench, asha)
    assert (offer.slot.start, offer.was, offer.until - bench.clock.now()) == (TEN + HALF, LAST, OFFER_LENGTH)
    assert await offered(bench, bela) is None
    events = await bench.storage.notifications.unspread(500)
    (opened,) = [e for e in events if e.kind is EventKind.SLOT_OPENED]
    assert opened.facts["instead_of"] == {"start": LAST, "end": LAST + HALF}
    card = await bench.clinic.waitlist.take(asha, offer.id)
    assert (card.appointment.id, card.appointment.slot.start, card.appointment.version) == (
        visit.id,
        TEN + HALF,
        visit.version + 1,
    )
    assert await visits(bench, asha) == [Slot(TEN + HALF, TEN + 2 * HALF)]
    assert await bench.clinic.waitlist.entries(asha) == []
    assert (await sure(bench, bela)).slot.start == LAST


async def test_the_line_is_one_for_all_who_wait(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    bela = await person(bench, "bela")
    await waits(bench, bela)
    await waits_earlier(bench, asha, visit)
    await cancel(bench, taken[0])
    assert await offered(bench, asha) is None
    first = await sure(bench, bela)
    bench.clock.turn(SECOND)
    await bench.clinic.waitlist.pass_on(bela, first.id)
    second = await sure(bench, asha)
    await bench.clinic.waitlist.pass_on(asha, second.id)
    assert await visits(bench, asha) == [visit.slot]
    assert await offered(bench, asha) is None
    assert await told(bench) == [bela.id, asha.id]


async def test_the_same_time_is_told_again_to_who_waits_anew(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    await waits_earlier(bench, asha, visit)
    await cancel(bench, taken[0])
    await sure(bench, asha)
    assert await bench.clinic.waitlist.leave_earlier(asha, visit.id)
    assert not await bench.clinic.waitlist.leave_earlier(asha, visit.id)
    again = await book(bench, taken[0][0], TEN)
    await waits_earlier(bench, asha, visit)
    await cancel(bench, (taken[0][0], again))
    assert (await sure(bench, asha)).slot.start == TEN
    # What was told first went with the first entry.
    assert await told(bench) == [asha.id]


async def test_what_is_free_when_one_comes_and_what_is_later_are_not_offered(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    await cancel(bench, taken[0])
    bench.clock.turn(SECOND)
    joined = await bench.clinic.waitlist.earlier.join(asha, visit.id, TUESDAY, date.max, PartOfDay.ANY)
    assert (joined.free, joined.has_replaced, joined.card.before) == (1, False, 0)
    again = await bench.clinic.waitlist.earlier.join(asha, visit.id, TUESDAY, date.max, PartOfDay.MORNING)
    assert again.has_replaced
    week = {day: (Hours(time(10), time(13)),) for day in (Weekday.TUESDAY, Weekday.WEDNESDAY)}
    await bench.storage.schedules.put(UserId("rao"), Schedule(weekly=week))
    assert await offered(bench, asha) is None


@pytest.mark.parametrize("by_doctor", [True, False])
async def test_of_an_appointment_that_was_moved_what_is_offered_follows(
    bench: Bench, *, by_doctor: bool
) -> None:
    asha, visit, taken = await late_one(bench)
    rao = Principal((await bench.storage.users.by_ids([UserId("rao")]))[UserId("rao")], asha.chat_id, "s")
    await cancel(bench, taken[1])
    bench.clock.turn(SECOND)
    await waits_earlier(bench, asha, visit, PartOfDay.MORNING)
    await cancel(bench, taken[2])
    offer = await sure(bench, asha)
    assert offer.slot.start == TEN + 2 * HALF
    by = rao if by_doctor else asha
    await bench.clinic.appointments.move(by, visit.id, TEN + HALF, was=LAST)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, offer.id)
    assert await offered_now(bench, asha) is None
    assert await visits(bench, asha) == [Slot(TEN + HALF, TEN + 2 * HALF)]


async def offered_now(bench: Bench, who: Principal) -> SlotOffer | None:
    """Return what is offered to somebody who may not wait any more."""
    await bench.clinic.waitlist_offers.work()
    cards = await bench.clinic.waitlist.entries(who)
    return bench.clinic.waitlist.stands(cards[0].entry) if cards else None


async def test_moved_to_later_the_offer_is_made_anew_and_says_what_is_given_up_now(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    week = dict.fromkeys((Weekday.TUESDAY, Weekday.WEDNESDAY), (MORNING,))
    await bench.storage.schedules.put(UserId("rao"), Schedule(weekly=week, horizon=timedelta(days=6)))
    await waits_earlier(bench, asha, visit)
    await cancel(bench, taken[0])
    old = await sure(bench, asha)
    later = TEN + timedelta(days=1)
    await bench.clinic.appointments.move(asha, visit.id, later, was=LAST)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, old.id)
    await bench.clinic.waitlist_offers.work()
    new = await sure(bench, asha)
    assert (new.slot.start, new.was) == (TEN, later)
    assert await told(bench) == [asha.id, asha.id]
    card = await bench.clinic.waitlist.take(asha, new.id)
    assert card.appointment.slot.start == TEN


async def test_without_the_appointment_nobody_waits_and_the_time_goes_on(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    bela = await person(bench, "bela")
    await waits_earlier(bench, asha, visit)
    await waits(bench, bela)
    await cancel(bench, taken[0])
    offer = await sure(bench, asha)
    await cancel(bench, (asha, visit))
    assert await bench.clinic.waitlist.entries(asha) == []
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(asha, offer.id)
    await bench.clinic.waitlist_offers.work()
    assert await bench.storage.waitlist.of_patients([asha.id]) == []
    assert (await sure(bench, bela)).slot.start == TEN
    assert await visits(bench, asha) == []


async def test_what_can_no_longer_be_changed_is_not_to_be_earlier(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    await waits_earlier(bench, asha, visit)
    # Two hours before it begins, patients change nothing any more; an offer ends by then.
    bench.clock.turn_to(LAST - timedelta(hours=2, minutes=10))
    await cancel_by_desk(bench, taken[2])
    assert (await sure(bench, asha)).until == LAST - timedelta(hours=2)
    bench.clock.turn_to(LAST - timedelta(hours=2) + SECOND)
    await bench.clinic.waitlist_offers.work()
    assert await bench.storage.waitlist.of_patients([asha.id]) == []
    with pytest.raises(TooLateToChange):
        await bench.clinic.waitlist.earlier.join(asha, visit.id, TUESDAY, TUESDAY, PartOfDay.ANY)


async def cancel_by_desk(bench: Bench, taken: tuple[Principal, Appointment]) -> None:
    nora = await person(bench, "nora", Role.ADMIN)
    await bench.clinic.appointments.cancel(nora, taken[1].id)


async def test_wishes_that_make_no_sense_are_refused(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    mallory, join = await person(bench, "mallory"), bench.clinic.waitlist.earlier.join
    with pytest.raises(AppointmentUnknown):
        await join(mallory, visit.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    with pytest.raises(RoleRequired):
        await join(await person(bench, "nora", Role.ADMIN), visit.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    wednesday = TUESDAY + timedelta(days=1)
    with pytest.raises(NotEarlier):
        await join(asha, visit.id, wednesday, wednesday, PartOfDay.ANY)
    with pytest.raises(DayPassed):
        await join(asha, visit.id, date(2027, 5, 1), date(2027, 5, 1), PartOfDay.ANY)
    await cancel(bench, (asha, visit))
    with pytest.raises(AlreadyCancelled):
        await join(asha, visit.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    await waits_earlier(bench, *taken[2])
    await cancel(bench, taken[0])
    offer = await sure(bench, taken[2][0])
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.take(mallory, offer.id)
    with pytest.raises(OfferOver):
        await bench.clinic.waitlist.pass_on(mallory, offer.id)


async def test_it_is_a_change_and_no_hold_among_the_limits(bench: Bench) -> None:
    asha, visit, taken = await late_one(bench)
    clinic = clinic_of(bench, BookingLimits(open_appointments=1, a_day=1, changes=2, holds=0))
    await waits_earlier(bench, asha, visit)
    await cancel(bench, taken[0])
    offer = await sure(bench, asha)
    bench.clock.turn(timedelta(minutes=1))
    await clinic.waitlist.take(asha, offer.id)
    moved = (await bench.clinic.appointment_views.get(asha, visit.id)).appointment
    await bench.clinic.appointments.cancel(taken[1][0], taken[1][1].id)
    with pytest.raises(TooManyChanges):
        await clinic.appointments.move(asha, visit.id, TEN + HALF, was=moved.slot.start)


async def test_what_overlaps_the_appointment_itself_can_be_had(bench: Bench) -> None:
    """With 45 minutes on a grid of 15, half an hour earlier is partly the same time."""
    await doctor(bench, MORNING)
    await offers(bench, ULTRASOUND)
    await bench.storage.catalogue.put(DEVICE)
    asha = await person(bench, "asha")
    off = TimeOff("t", Slot(TEN, TEN + HALF))
    await bench.storage.schedules.add_time_off(UserId("rao"), off)
    visit = await book(bench, asha, TEN + HALF)
    assert visit.room_id == DEVICE.id
    await waits_earlier(bench, asha, visit)
    await bench.storage.schedules.remove_time_off(UserId("rao"), "t")
    offer = await sure(bench, asha)
    assert offer.slot == Slot(TEN, TEN + timedelta(minutes=45))
    card = await bench.clinic.waitlist.take(asha, offer.id)
    found = card.appointment
    assert (found.slot, found.room_id, found.buffer_minutes) == (offer.slot, DEVICE.id, 15)


async def test_offers_are_of_the_kind_with_its_length_buffer_and_room(bench: Bench) -> None:
    await doctor(bench, MORNING)
    await person(bench, "sen", Role.DOCTOR)
    await offers(bench, CHECK, ULTRASOUND)
    await bench.storage.catalogue.put(DEVICE)
    asha, bela, cleo = [await person(bench, name) for name in ("asha", "bela", "cleo")]
    visit = await book_kind(bench, cleo, TEN, ULTRASOUND)
    await book_kind(bench, cleo, TEN + 2 * HALF, ULTRASOUND)
    for who, kind in ((asha, ULTRASOUND), (bela, CHECK)):
        joined = await bench.clinic.waitlist.join(
            who, UserId("rao"), TUESDAY, TUESDAY, PartOfDay.ANY, wanted=WantedVisit(kind.id)
        )
        assert joined.card.details.kind == kind
        bench.clock.turn(SECOND)
    await cancel(bench, (cleo, visit))
    offer = await sure(bench, asha)
    assert offer.slot == Slot(TEN, TEN + timedelta(minutes=45))
    # Its buffer lasts until the next visit, so nothing is left for a check.
    assert await offered(bench, bela) is None
    card = await bench.clinic.waitlist.take(asha, offer.id)
    found = card.appointment
    assert (found.kind_id, found.room_id, found.buffer_minutes) == (ULTRASOUND.id, DEVICE.id, 15)


async def book_kind(bench: Bench, who: Principal, start: datetime, kind: VisitKind) -> Appointment:
    card = await bench.clinic.booking.book(
        who,
        UserId("rao"),
        start,
        reason=None,
        request_id=AppointmentId(new_id(bench.clock.now())),
        wanted=WantedVisit(kind.id),
    )
    return card.appointment


async def test_a_room_that_another_doctor_has_is_not_offered(bench: Bench) -> None:
    await doctor(bench, MORNING)
    await offers(bench, ULTRASOUND)
    await bench.storage.catalogue.put(DEVICE)
    asha, other = await person(bench, "asha"), await person(bench, "other")
    first, last = await book(bench, other, TEN), await book(bench, asha, TEN + 2 * HALF)
    await waits_earlier(bench, asha, last)
    await cancel(bench, (other, first))
    slot = Slot(TEN - HALF, TEN + timedelta(minutes=5))
    elsewhere = replace(first, id=AppointmentId("e" * 24), doctor_id=UserId("sen"), slot=slot)
    await bench.storage.appointments.add_silently([(elsewhere, bench.clock.now())])
    offer = await sure(bench, asha)
    assert offer.slot.start == TEN + timedelta(minutes=15)


async def test_a_kind_that_is_retired_keeps_its_place_and_an_appointment_may_still_be_earlier(
    bench: Bench,
) -> None:
    await doctor(bench, MORNING)
    await offers(bench, CHECK, replace(ULTRASOUND, group=""))
    asha, bela, other = [await person(bench, name) for name in ("asha", "bela", "other")]
    first = await book_kind(bench, other, TEN, ULTRASOUND)
    visit = await book_kind(bench, asha, TEN + 2 * HALF, ULTRASOUND)
    await bench.clinic.waitlist.join(
        bela, UserId("rao"), TUESDAY, TUESDAY, PartOfDay.ANY, wanted=WantedVisit(ULTRASOUND.id)
    )
    bench.clock.turn(SECOND)
    await waits_earlier(bench, asha, visit)
    await bench.storage.catalogue.put(replace(ULTRASOUND, group="", is_retired=True))
    await cancel(bench, (other, first))
    assert (await sure(bench, asha)).slot.start == TEN
    assert await offered(bench, bela) is None
    (card,) = await bench.clinic.waitlist.entries(bela)
    assert not card.is_offered


async def test_a_place_that_is_wanted_is_the_only_one(bench: Bench) -> None:
    await doctor(bench, Hours(time(10), time(11), PlaceId("a")), Hours(time(11), time(12), PlaceId("b")))
    for name in ("a", "b"):
        await bench.storage.catalogue.put(Place(PlaceId(name), name.upper()))
    asha = await person(bench, "asha")
    taken = await full(bench, count=3)
    visit = await book(bench, asha, LAST)
    await bench.clinic.waitlist.earlier.join(
        asha, visit.id, TUESDAY, TUESDAY, PartOfDay.ANY, place=PlaceId("b")
    )
    bench.clock.turn(SECOND)
    await cancel(bench, taken[0])
    assert await offered(bench, asha) is None
    await cancel(bench, taken[2])
    offer = await sure(bench, asha)
    assert offer.slot.start == TEN + 2 * HALF
    card = await bench.clinic.waitlist.take(asha, offer.id)
    assert (card.appointment.place_id, card.appointment.status) == ("b", AppointmentStatus.BOOKED)
