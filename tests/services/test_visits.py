"""Visits of kinds, at places and in rooms: what is held, booked and moved, and what is taken away then."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from services.appointments.changes import held_for_move
from services.errors import KindNotOffered, SlotNotOffered, SlotTaken
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.catalogue import ANY_VISIT, Room, RoomId, VisitKind, WantedVisit
from services.models.people import Principal, Role
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import Slot, TimeOff, ticks
from tests.services.conftest import Bench
from tests.services.families import account
from tests.services.visits import (
    CHECK,
    FIRST,
    HARBOUR,
    HOSPITAL,
    ONE,
    SCAN,
    TWO,
    VisitClinic,
    visit_clinic,
)
from tests.turning import MONDAY

# Berlin is two hours ahead of UTC in May.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
TUESDAY = date(2027, 5, 4)
MINE, OTHERS, THIRD = (AppointmentId(letter * 24) for letter in "abc")
MINUTE = timedelta(minutes=1)
A_FIRST, A_CHECK, A_SCAN = (WantedVisit(kind.id) for kind in (FIRST, CHECK, SCAN))


@pytest.fixture
async def clinic(bench: Bench) -> VisitClinic:
    """A clinic with three kinds, two places, and two rooms for the ultrasound."""
    return await visit_clinic(bench, ONE, TWO)


async def _book(
    clinic: VisitClinic,
    start: datetime,
    wanted: WantedVisit = ANY_VISIT,
    *,
    by: Principal | None = None,
    request_id: AppointmentId = MINE,
) -> Appointment:
    who = by or clinic.asha
    booked = await clinic.bench.clinic.booking.book(
        who, clinic.rao.id, start, reason=None, request_id=request_id, wanted=wanted
    )
    return booked.appointment


async def _hold(
    clinic: VisitClinic, start: datetime, wanted: WantedVisit, request_id: AppointmentId = MINE
) -> Appointment:
    return await clinic.bench.clinic.booking.hold(
        clinic.asha, clinic.rao.id, start, request_id=request_id, wanted=wanted
    )


async def test_a_visit_is_of_its_kind_at_its_place_and_in_a_room(clinic: VisitClinic) -> None:
    booked = await _book(clinic, TEN, A_SCAN)
    assert (booked.kind_id, booked.place_id, booked.room_id) == (SCAN.id, HARBOUR.id, ONE.id)
    assert booked.slot.end - booked.slot.start == SCAN.length


async def test_a_time_in_a_buffer_is_refused_although_an_old_screen_shows_it(clinic: VisitClinic) -> None:
    bela = await account(clinic.bench, "bela")
    await _book(clinic, TEN, A_FIRST)
    taken = [(TEN + 45 * MINUTE, A_CHECK), (TEN + 55 * MINUTE, A_CHECK), (TEN - 45 * MINUTE, A_FIRST)]
    for start, wanted in taken:
        with pytest.raises(SlotTaken):
            await _book(clinic, start, wanted, by=bela, request_id=OTHERS)
    await _book(clinic, TEN - 60 * MINUTE, A_FIRST, by=bela, request_id=OTHERS)
    await _book(clinic, TEN + 60 * MINUTE, A_CHECK, by=bela, request_id=THIRD)
    assert await clinic.overlaps() == []


async def test_the_buffer_of_a_visit_that_was_cancelled_or_moved_is_free(clinic: VisitClinic) -> None:
    bela = await account(clinic.bench, "bela")
    appointments = clinic.bench.clinic.appointments
    await _book(clinic, TEN, A_FIRST)
    await appointments.move(clinic.asha, MINE, TEN + 120 * MINUTE - 60 * MINUTE, was=TEN)
    await _book(clinic, TEN + 45 * MINUTE, A_CHECK, by=bela, request_id=OTHERS)
    await appointments.cancel(clinic.asha, MINE)
    await _book(clinic, TEN + 60 * MINUTE, A_FIRST, by=bela, request_id=THIRD)
    assert await clinic.overlaps() == []


async def test_what_a_version_before_kinds_moves_or_cancels_leaves_no_buffer_behind(
    clinic: VisitClinic,
) -> None:
    """It runs beside this one while workers are restarted in turn, and knows of no more than the ticks."""
    bela = await account(clinic.bench, "bela")
    rows = clinic.rows("appointments")
    await _book(clinic, TEN, A_FIRST)
    hour, later = 60 * MINUTE, Slot(TEN + 60 * MINUTE, TEN + 105 * MINUTE)
    moved = {"start": later.start, "end": later.end, "ticks": ticks(later)}
    await rows.update_one({"_id": MINE}, {"$set": moved, "$inc": {"version": 1}})
    await _book(clinic, TEN, A_CHECK, by=bela, request_id=OTHERS)
    cancelled = {"$set": {"status": "cancelled"}, "$unset": {"ticks": ""}, "$inc": {"version": 1}}
    await rows.update_one({"_id": OTHERS}, cancelled)
    await _book(clinic, TEN - hour + 30 * MINUTE, A_SCAN, by=bela, request_id=THIRD)
    await _book(clinic, TEN, A_CHECK, by=bela, request_id=AppointmentId("d" * 24))
    assert await clinic.overlaps() == []


async def test_who_goes_back_and_chooses_another_kind_holds_and_books_that_one(clinic: VisitClinic) -> None:
    await _hold(clinic, TEN, A_CHECK)
    held = await _hold(clinic, TEN, A_SCAN)
    assert (held.kind_id, held.slot.end - held.slot.start, held.room_id) == (SCAN.id, SCAN.length, ONE.id)
    await _hold(clinic, TEN, A_FIRST)
    (row,) = await clinic.stored()
    assert (row["kind_id"], row["end"]) == (FIRST.id, TEN + FIRST.length)
    assert "room_id" not in row
    booked = await _book(clinic, TEN, A_FIRST)
    assert (booked.kind_id, booked.slot.end) == (FIRST.id, TEN + FIRST.length)


async def test_a_hold_for_one_kind_does_not_become_a_booking_of_another(clinic: VisitClinic) -> None:
    await _hold(clinic, TEN, A_CHECK)
    booked = await _book(clinic, TEN, A_SCAN)
    assert (booked.kind_id, booked.slot.end, booked.room_id) == (SCAN.id, TEN + SCAN.length, ONE.id)


async def test_what_is_held_is_booked_as_it_is_held_if_no_kind_is_named(clinic: VisitClinic) -> None:
    await _hold(clinic, TEN, A_CHECK)
    card = await clinic.bench.clinic.booking.book(
        clinic.asha, clinic.rao.id, TEN, reason=None, request_id=MINE
    )
    assert (card.appointment.kind_id, card.details.kind) == (CHECK.id, CHECK)
    assert card.appointment.slot.end == TEN + CHECK.length


async def test_what_was_held_before_there_were_kinds_is_booked_as_it_was_held(clinic: VisitClinic) -> None:
    await clinic.offer(clinic.rao.user, kinds=())
    await _hold(clinic, TEN, ANY_VISIT)
    await clinic.offer(clinic.rao.user)
    booked = await _book(clinic, TEN)
    assert (booked.kind_id, booked.slot.end - booked.slot.start) == (None, timedelta(minutes=30))


async def test_of_a_kind_that_was_taken_away_nothing_new_is_booked_and_what_is_booked_can_be_moved(
    clinic: VisitClinic,
) -> None:
    await _book(clinic, TEN, A_FIRST)
    await _hold(clinic, TEN + 120 * MINUTE - 60 * MINUTE, A_FIRST, OTHERS)
    await clinic.put(replace(FIRST, is_retired=True))
    with pytest.raises(KindNotOffered):
        await _book(clinic, TEN + 60 * MINUTE, A_FIRST, request_id=OTHERS)
    with pytest.raises(KindNotOffered):
        await _book(clinic, TEN + 60 * MINUTE, request_id=OTHERS)
    await clinic.bench.clinic.booking.let_go(OTHERS)
    appointments = clinic.bench.clinic.appointments
    moved = await appointments.move(clinic.asha, MINE, TEN + 60 * MINUTE, was=TEN)
    assert moved.appointment.slot.end - moved.appointment.slot.start == FIRST.length
    assert moved.details.kind == replace(FIRST, is_retired=True)
    cancelled = await appointments.cancel(clinic.asha, MINE)
    assert cancelled.appointment.status is AppointmentStatus.CANCELLED


async def test_nothing_held_is_booked_at_a_place_that_was_taken_away(clinic: VisitClinic) -> None:
    await _book(clinic, TEN, A_CHECK)
    await _hold(clinic, TEN + 60 * MINUTE, A_CHECK, OTHERS)
    await clinic.put(replace(HARBOUR, is_retired=True))
    with pytest.raises(SlotNotOffered):
        await _book(clinic, TEN + 60 * MINUTE, A_CHECK, request_id=OTHERS)
    afternoon = TEN + timedelta(hours=4)
    moved = await clinic.bench.clinic.appointments.move(clinic.asha, MINE, afternoon, was=TEN)
    assert (moved.appointment.place_id, moved.details.place) == (HOSPITAL.id, HOSPITAL)


async def test_what_is_held_at_a_place_is_booked_there_although_the_hours_are_elsewhere_since(
    clinic: VisitClinic,
) -> None:
    await _hold(clinic, TEN, A_CHECK)
    hours = (Hours(time(9), time(17), HOSPITAL.id),)
    await clinic.offer(clinic.rao.user, schedule=Schedule(weekly=dict.fromkeys(Weekday, hours)))
    card = await clinic.bench.clinic.booking.book(
        clinic.asha, clinic.rao.id, TEN, reason=None, request_id=MINE, wanted=A_CHECK
    )
    assert (card.appointment.place_id, card.details.place) == (HARBOUR.id, HARBOUR)
    (event,) = await clinic.bench.storage.notifications.unspread(9)
    assert event.facts["visit"]["place"]["name"] == HARBOUR.name


def _out(room: Room) -> Room:
    return replace(room, out=(TimeOff("o", Slot(MONDAY, MONDAY + timedelta(days=7))),))


@pytest.mark.parametrize("gone", [_out, lambda room: replace(room, is_retired=True)])
async def test_what_was_held_in_a_room_that_cannot_be_used_gets_another_one_or_is_refused(
    clinic: VisitClinic, gone: Callable[[Room], Room]
) -> None:
    held = await _hold(clinic, TEN, A_SCAN)
    assert held.room_id == ONE.id
    await clinic.put(gone(ONE))
    assert (await _book(clinic, TEN, A_SCAN)).room_id == TWO.id
    bela = await account(clinic.bench, "bela")
    with pytest.raises(SlotTaken):
        await _book(clinic, TEN, A_SCAN, by=bela, request_id=OTHERS)
    await _hold(clinic, TEN + 60 * MINUTE, A_SCAN, OTHERS)
    await clinic.put(gone(TWO))
    with pytest.raises(SlotNotOffered):
        await _book(clinic, TEN + 60 * MINUTE, A_SCAN, request_id=OTHERS)
    assert await clinic.overlaps() == []


async def test_what_is_booked_in_a_room_that_is_retired_moves_to_another_room(
    clinic: VisitClinic,
) -> None:
    await _book(clinic, TEN, A_SCAN)
    await clinic.put(replace(ONE, is_retired=True))
    booking, appointments = clinic.bench.clinic.booking, clinic.bench.clinic.appointments
    later, wanted = TEN + 10 * MINUTE, WantedVisit(SCAN.id, is_booked=True)
    held_id = held_for_move(MINE, later)
    moving = Slot(TEN, TEN + SCAN.length)
    await booking.hold(clinic.asha, clinic.rao.id, later, request_id=held_id, moving=moving, wanted=wanted)
    moved = await appointments.move(clinic.asha, MINE, later, was=TEN)
    assert (moved.appointment.room_id, moved.appointment.slot.start) == (TWO.id, later)
    (row,) = await clinic.stored()
    assert row["room_id"] == TWO.id


@pytest.mark.parametrize("by", [-10, 5, 20, 30])
async def test_a_visit_moves_within_its_own_time_and_buffer_and_keeps_its_room(
    clinic: VisitClinic, by: int
) -> None:
    await clinic.put(replace(SCAN, buffer_minutes=15), _out(ONE))
    await _book(clinic, TEN, A_SCAN)
    await clinic.put(ONE)
    to, moving = TEN + by * MINUTE, Slot(TEN, TEN + SCAN.length)
    times = await clinic.bench.clinic.schedules.availability(
        clinic.asha, clinic.rao.id, TUESDAY, moving=moving, wanted=WantedVisit(SCAN.id, is_booked=True)
    )
    assert to in {slot.start for slot in times.slots(TUESDAY)}
    held_id, wanted = held_for_move(MINE, to), WantedVisit(SCAN.id, is_booked=True)
    await clinic.bench.clinic.booking.hold(
        clinic.asha, clinic.rao.id, to, request_id=held_id, moving=moving, wanted=wanted
    )
    moved = await clinic.bench.clinic.appointments.move(clinic.asha, MINE, to, was=TEN)
    assert (moved.appointment.slot.start, moved.appointment.room_id) == (to, TWO.id)
    (row,) = await clinic.stored()
    assert row["doctor_ticks"] == list(range(row["ticks"][0], row["ticks"][0] + 7))


async def test_a_move_in_its_own_time_holds_a_room_that_is_free_for_all_of_it(clinic: VisitClinic) -> None:
    """One room is taken in the part that both times have in common, another one in the other part."""
    three = replace(TWO, id=RoomId("zzz"), name="Ultrasound 3")
    await clinic.put(three)
    booking, later = clinic.bench.clinic.booking, TEN + 20 * MINUTE
    await _book(clinic, TEN, A_SCAN)
    for name, doctor, start, request_id in (("lee", "sen", TEN, OTHERS), ("kim", "dan", later, THIRD)):
        patient, other = await account(clinic.bench, name), await account(clinic.bench, doctor, Role.DOCTOR)
        await clinic.offer(other.user)
        await booking.book(patient, other.id, start, reason=None, request_id=request_id, wanted=A_SCAN)
    rooms = {row["_id"]: row["room_id"] for row in await clinic.stored()}
    assert rooms == {MINE: ONE.id, OTHERS: TWO.id, THIRD: ONE.id}
    to = TEN + 10 * MINUTE
    held = await booking.hold(
        clinic.asha,
        clinic.rao.id,
        to,
        request_id=held_for_move(MINE, to),
        moving=Slot(TEN, TEN + SCAN.length),
        wanted=WantedVisit(SCAN.id, is_booked=True),
    )
    assert held.room_id == three.id
    moved = await clinic.bench.clinic.appointments.move(clinic.asha, MINE, to, was=TEN)
    assert moved.appointment.room_id == three.id
    assert await clinic.overlaps() == []


async def test_patients_do_not_come_by_a_kind_of_the_desk_but_take_what_the_clinic_proposes(
    clinic: VisitClinic,
) -> None:
    desk = replace(CHECK, desk_only=True)
    await clinic.put(desk)
    with pytest.raises(KindNotOffered):
        await _book(clinic, TEN, A_CHECK)
    await _book(clinic, TEN, A_FIRST)
    appointments = clinic.bench.clinic.appointments
    with pytest.raises(KindNotOffered):
        await appointments.move(clinic.asha, MINE, TEN + 60 * MINUTE, was=TEN, kind_id=CHECK.id)
    by_desk = await appointments.move(clinic.nora, MINE, TEN + 60 * MINUTE, was=TEN, kind_id=CHECK.id)
    assert by_desk.appointment.kind_id == CHECK.id
    await appointments.cancel(clinic.nora, MINE)
    again = await clinic.bench.clinic.visits.rebooking.rebook(clinic.asha, MINE, clinic.rao.id, TEN)
    assert (again.appointment.kind_id, again.appointment.slot.start) == (CHECK.id, TEN)


async def test_where_no_kind_is_named_it_is_the_first_that_anybody_may_book(clinic: VisitClinic) -> None:
    await clinic.put(replace(FIRST, desk_only=True))
    assert (await _book(clinic, TEN)).kind_id == CHECK.id
    soonest = await clinic.bench.clinic.schedules.soonest(clinic.asha, [clinic.rao.id])
    slot = soonest[clinic.rao.id]
    assert slot is not None
    assert slot.end - slot.start == CHECK.length


async def test_a_time_for_the_waiting_list_is_held_of_its_kind_with_its_buffer_and_room(
    clinic: VisitClinic,
) -> None:
    scan = replace(SCAN, buffer_minutes=10)
    await clinic.put(scan, replace(TWO, is_retired=True))
    await clinic.offer(clinic.rao.user, kinds=[scan], schedule=Schedule(weekly={}))
    await clinic.bench.clinic.waitlist.join(clinic.asha, clinic.rao.id, TUESDAY, TUESDAY, PartOfDay.ANY)
    await clinic.offer(clinic.rao.user, kinds=[scan])
    await clinic.bench.clinic.waitlist_offers.work()
    (held,) = await clinic.stored()
    assert (held["kind_id"], held["room_id"], held["buffer_minutes"]) == (SCAN.id, ONE.id, 10)
    assert held["place_id"] == HARBOUR.id


@dataclass
class Town:
    """Two patients and two doctors, who share a room; what is done is what chance wants."""

    clinic: VisitClinic
    patients: list[Principal]
    doctors: list[Principal]
    kinds: list[VisitKind]
    chance: Random
    booked: dict[AppointmentId, tuple[Principal, Principal]] = field(default_factory=dict)

    async def act(self, number: int) -> None:
        """Book, move or cancel."""
        which = self.chance.random()
        if self.booked and which < 0.4:
            one = self.chance.choice(list(self.booked))
            await (self._move(one) if which < 0.3 else self._cancel(one))
            return
        patient, doctor = self.chance.choice(self.patients), self.chance.choice(self.doctors)
        wanted = WantedVisit(self.chance.choice(self.kinds).id)
        request_id, booking = AppointmentId(f"{number:024x}"), self.clinic.bench.clinic.booking
        start = await self._holds(patient, doctor, wanted, None, lambda _: request_id)
        if start is not None:
            await booking.book(patient, doctor.id, start, reason=None, request_id=request_id, wanted=wanted)
            self.booked[request_id] = (patient, doctor)

    async def _move(self, one: AppointmentId) -> None:
        (patient, doctor), clinic = self.booked[one], self.clinic.bench
        before = await clinic.storage.appointments.by_id(one)
        assert before is not None
        wanted = WantedVisit(before.kind_id, is_booked=True)
        start = await self._holds(
            patient, doctor, wanted, before.slot, lambda start: held_for_move(one, start)
        )
        if start is not None:
            await clinic.clinic.appointments.move(patient, one, start, was=before.slot.start)

    async def _cancel(self, one: AppointmentId) -> None:
        patient, _ = self.booked.pop(one)
        await self.clinic.bench.clinic.appointments.cancel(patient, one)

    async def _holds(
        self,
        patient: Principal,
        doctor: Principal,
        wanted: WantedVisit,
        moving: Slot | None,
        id_of: Callable[[datetime], AppointmentId],
    ) -> datetime | None:
        """Choose one of the times that are shown; mostly, hold it. None: there is none."""
        clinic = self.clinic.bench.clinic
        times = await clinic.schedules.availability(patient, doctor.id, TUESDAY, moving=moving, wanted=wanted)
        shown = times.slots(TUESDAY)
        if not shown:
            return None
        start = self.chance.choice(shown).start
        if self.chance.random() < 2 / 3:
            await clinic.booking.hold(
                patient, doctor.id, start, request_id=id_of(start), moving=moving, wanted=wanted
            )
        return start


@pytest.mark.parametrize("seed", range(3))
async def test_every_time_that_is_shown_can_be_held_booked_and_moved_to(bench: Bench, seed: int) -> None:
    clinic = await visit_clinic(bench, ONE, replace(TWO, place=HOSPITAL.id))
    sen, bela = await account(bench, "sen", Role.DOCTOR), await account(bench, "bela")
    scan = replace(SCAN, buffer_minutes=10)
    await clinic.put(scan)
    await clinic.offer(sen.user, grid=10)
    town = Town(clinic, [clinic.asha, bela], [clinic.rao, sen], [FIRST, CHECK, scan], Random(seed))
    for number in range(50):
        await town.act(number)
    rows = await clinic.stored()
    assert {row["_id"] for row in rows} == set(town.booked)
    assert len(rows) > 5
    assert await clinic.overlaps() == []
