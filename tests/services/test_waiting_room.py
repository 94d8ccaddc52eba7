"""The day of a visit on a real database: late doctors, who is there, who is next, messages, short notice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.errors import (
    AppointmentOver,
    AppointmentUnknown,
    BadLateness,
    DoctorUnknown,
    EmptyMessage,
    NobodyToWriteTo,
    NobodyWaits,
    NoteTooLong,
    RoleRequired,
    StorageDown,
    TooEarlyToArrive,
)
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.notifications import Event, EventKind
from services.models.people import Principal, Role
from services.models.scheduling import PartOfDay, Schedule
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HALF, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
BOOKED, FULFILLED, NOSHOW = AppointmentStatus.BOOKED, AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW


class Day:
    """Dr Rao's Tuesday: Asha at ten, Bela at half past ten, Cleo at eleven; Nora is the admin."""

    def __init__(self, bench: Bench, rao: Principal, nora: Principal, patients: list[Principal]) -> None:
        self.bench, self.rao, self.nora, self.patients = bench, rao, nora, patients
        self.ids = [AppointmentId(f"{number:024x}") for number in range(len(patients))]

    async def visit(self, number: int) -> Appointment:
        found = await self.bench.storage.appointments.by_id(self.ids[number])
        assert found is not None
        return found

    async def late(self, minutes: int) -> None:
        await self.bench.clinic.waiting_room.running_late.set(self.rao, minutes)

    async def here(self, *numbers: int, oneself: bool = False) -> None:
        """Note that patients are there: they say so themselves, or the desk does."""
        for number in numbers:
            who = self.patients[number] if oneself else self.nora
            await self.bench.clinic.waiting_room.arrivals.arrive(who, self.ids[number])

    async def news(self, kind: EventKind) -> list[Event]:
        """Return what is to be told of that kind, and take it away, as the outbox does."""
        events = await self.bench.storage.notifications.unspread(99)
        await self.bench.storage.notifications.add(events, [], self.bench.clock.now())
        return sorted((event for event in events if event.kind is kind), key=lambda event: event.id)

    async def told(self) -> list[tuple[int, int]]:
        """Return who is told now that the doctor is late, and how many minutes."""
        news = await self.news(EventKind.RUNNING_LATE)
        return [(self.ids.index(event.facts["appointment_id"]), event.facts["minutes"]) for event in news]


@pytest.fixture
async def day(bench: Bench) -> Day:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 1)
    nora = await bench.principal("nora@example.org", Role.ADMIN, 2)
    patients = [
        await bench.principal(f"{name}@example.org", Role.PATIENT, 3 + number)
        for number, name in enumerate(("asha", "bela", "cleo"))
    ]
    found = Day(bench, rao, nora, patients)
    for number, (patient, request_id) in enumerate(zip(patients, found.ids, strict=True)):
        await bench.clinic.booking.book(
            patient, rao.id, TEN + number * HALF, reason="a cough", request_id=request_id
        )
    bench.clock.turn_to(TEN - 15 * MINUTE)
    await found.news(EventKind.BOOKED)
    return found


async def test_who_still_comes_is_told_once_and_again_for_ten_minutes(day: Day) -> None:
    await day.late(20)
    assert await day.told() == [(0, 20), (1, 20), (2, 20)]
    await day.late(20)
    await day.late(25)
    await day.bench.clinic.periodic.run()
    assert await day.told() == []
    await day.late(30)
    assert await day.told() == [(0, 30), (1, 30), (2, 30)]
    await day.late(0)
    assert await day.told() == [(0, 0), (1, 0), (2, 0)]
    assert [(await day.visit(number)).slot.start for number in (0, 1)] == [TEN, TEN + HALF]


async def test_a_small_lateness_that_was_told_is_taken_back_too(day: Day) -> None:
    await day.late(5)
    await day.late(0)
    # Both wait to be sent; the outbox sends the last one only.
    assert await day.told() == [(0, 5), (0, 0), (1, 5), (1, 0), (2, 5), (2, 0)]


async def test_two_at_once_tell_each_patient_once(day: Day) -> None:
    await asyncio.gather(*(day.late(20) for _ in range(6)))
    assert await day.told() == [(0, 20), (1, 20), (2, 20)]


async def test_of_two_that_differ_the_last_is_what_patients_know(day: Day) -> None:
    await asyncio.gather(day.late(20), day.late(45))
    await day.bench.clinic.periodic.run()
    _, late = (await day.bench.storage.waiting_room.late_now(day.bench.clock.now()))[0]
    for number in range(3):
        told = (await day.visit(number)).told_late
        assert told is not None
        assert told.minutes == late.minutes


async def test_who_is_called_seen_or_gone_is_not_told(day: Day) -> None:
    await day.here(0)
    await day.bench.clinic.waiting_room.calls.call_next(day.rao, AppointmentId(""))
    await day.bench.clinic.appointments.cancel(day.rao, day.ids[1], was=TEN + HALF)
    await day.late(20)
    assert await day.told() == [(2, 20)]


async def test_who_waits_beyond_their_time_is_told_and_who_has_begun_is_not(day: Day) -> None:
    await day.here(1)
    day.bench.clock.turn_to(TEN + HALF)
    await day.late(20)
    assert await day.told() == [(1, 20), (2, 20)]


async def test_who_was_told_a_later_time_hears_of_the_next_change_after_the_booked_one(day: Day) -> None:
    await day.late(20)
    await day.told()
    day.bench.clock.turn_to(TEN + 10 * MINUTE)
    await day.late(45)
    assert await day.told() == [(0, 45), (1, 45), (2, 45)]


async def test_who_books_later_that_day_is_told_by_the_round(day: Day) -> None:
    await day.late(20)
    await day.told()
    request_id = AppointmentId("f" * 24)
    day.ids.append(request_id)
    await day.bench.clinic.booking.book(
        day.patients[0], day.rao.id, TEN + 8 * HALF, reason=None, request_id=request_id
    )
    await day.bench.clinic.periodic.run()
    assert await day.told() == [(3, 20)]


async def test_the_lateness_ends_with_the_day(day: Day) -> None:
    await day.late(20)
    await day.told()
    day.bench.clock.turn(timedelta(days=1))
    assert await day.bench.clinic.waiting_room.running_late.today(day.rao) == (day.rao.user, 0)
    assert await day.bench.storage.waiting_room.late_now(day.bench.clock.now()) == []
    await day.late(20)
    assert (await day.bench.clinic.waiting_room.running_late.today(day.rao))[1] == 20


async def test_a_visit_that_is_moved_knows_nothing_of_the_day_any_more(day: Day) -> None:
    await day.late(20)
    await day.here(0)
    moved = await day.bench.clinic.appointments.move(day.rao, day.ids[0], TEN + 7 * HALF, was=TEN)
    found = await day.visit(0)
    assert (found.arrived_at, found.called_at, found.told_late) == (None, None, None)
    assert moved.appointment.slot.start == TEN + 7 * HALF
    await day.told()
    await day.bench.clinic.periodic.run()
    assert await day.told() == [(0, 20)]


@pytest.mark.parametrize("minutes", [-1, 241, 10**9])
async def test_no_doctor_is_late_by_that(day: Day, minutes: int) -> None:
    with pytest.raises(BadLateness):
        await day.late(minutes)


async def test_the_desk_says_it_for_a_doctor_and_a_patient_for_nobody(day: Day) -> None:
    said = await day.bench.clinic.waiting_room.running_late.set(day.nora, 20, day.rao.id)
    assert (said.doctor.id, said.to_come, said.told) == (day.rao.id, 3, 3)
    for who, whose in ((day.patients[0], day.rao.id), (day.nora, None), (day.patients[0], None)):
        with pytest.raises(RoleRequired):
            await day.bench.clinic.waiting_room.running_late.set(who, 20, whose)
    page = await day.bench.clinic.audit.page(day.nora)
    assert (page.entries.items[0].action, page.entries.items[0].facts) == (
        Action.RUNNING_LATE,
        {"minutes": 20},
    )
    sen = await day.bench.principal("sen@example.org", Role.DOCTOR, 8)
    with pytest.raises(DoctorUnknown):
        await day.bench.clinic.waiting_room.running_late.set(sen, 20, day.rao.id)


async def test_a_reminder_of_that_day_says_when_the_visit_is_expected(day: Day) -> None:
    await day.late(20)
    day.bench.clock.turn_to(TEN + HALF * 2 - timedelta(hours=1))
    await day.bench.clinic.periodic.run()
    reminders = await day.news(EventKind.REMINDER)
    assert {event.facts["late_minutes"] for event in reminders} == {20}


async def test_patients_are_there_from_an_hour_before_and_once(day: Day) -> None:
    day.bench.clock.turn_to(TEN - timedelta(hours=1) - MINUTE)
    with pytest.raises(TooEarlyToArrive) as early:
        await day.here(0, oneself=True)
    assert early.value.opens_at == TEN - timedelta(hours=1)
    day.bench.clock.turn(MINUTE)
    await day.here(0, oneself=True)
    day.bench.clock.turn(MINUTE)
    await day.here(0, oneself=True)
    assert (await day.visit(0)).arrived_at == TEN - timedelta(hours=1)
    for stranger in (day.patients[1], day.patients[2]):
        with pytest.raises(AppointmentUnknown):
            await day.bench.clinic.waiting_room.arrivals.arrive(stranger, day.ids[0])
    day.bench.clock.turn(timedelta(days=1))
    with pytest.raises(AppointmentOver):
        await day.here(1, oneself=True)


async def test_the_desk_and_the_doctor_note_who_is_there_all_day(day: Day) -> None:
    day.bench.clock.turn_to(TEN - timedelta(hours=4))
    for who, number in ((day.nora, 0), (day.rao, 1)):
        await day.bench.clinic.waiting_room.arrivals.arrive(who, day.ids[number])
        assert (await day.visit(number)).arrived_at == TEN - timedelta(hours=4)


async def _standing(day: Day, number: int) -> tuple[datetime | None, int | None]:
    found = await day.bench.clinic.waiting_room.standings.of(await day.visit(number))
    return found.expected, found.before


async def test_the_place_in_the_line_follows_from_who_is_there_and_who_was_called(day: Day) -> None:
    await day.here(2, 1)
    assert [await _standing(day, each) for each in range(3)] == [
        (None, None),
        (TEN + HALF, 0),
        (TEN + 2 * HALF, 1),
    ]
    await day.here(0)
    assert [await _standing(day, each) for each in (1, 2)] == [(TEN + HALF, 1), (TEN + 2 * HALF, 2)]
    await day.late(20)
    assert [await _standing(day, each) for each in range(3)] == [
        (TEN + 20 * MINUTE, 0),
        (TEN + 50 * MINUTE, 1),
        (TEN + 80 * MINUTE, 2),
    ]
    day.bench.clock.turn_to(TEN + 8 * MINUTE)
    await day.bench.clinic.waiting_room.calls.call_next(day.rao, AppointmentId(""))
    # Asha came in at 10:08: so half an hour later Bela's turn is seen to come, told in steps of five minutes.
    assert [await _standing(day, each) for each in range(3)] == [
        (None, None),
        (TEN + 40 * MINUTE, 0),
        (TEN + 70 * MINUTE, 1),
    ]


async def test_next_patient_calls_in_order_and_the_one_before_was_seen(day: Day) -> None:
    call = day.bench.clinic.waiting_room.calls.call_next
    with pytest.raises(NobodyWaits):
        await call(day.rao, AppointmentId(""))
    await day.here(1, 2)
    first = await call(day.rao, AppointmentId(""))
    assert (first.card.appointment.id, first.is_new) == (day.ids[1], True)
    await day.here(0)
    again = await call(day.rao, AppointmentId(""))
    assert (again.card.appointment.id, again.is_new) == (day.ids[1], False)
    assert [event.facts["appointment_id"] for event in await day.news(EventKind.CALLED)] == [day.ids[1]]
    second = await call(day.rao, day.ids[1])
    assert second.card.appointment.id == day.ids[0]
    assert [(await day.visit(each)).status for each in range(3)] == [BOOKED, FULFILLED, BOOKED]
    await day.bench.clinic.appointments.mark(day.rao, day.ids[0], NOSHOW)
    await call(day.rao, day.ids[0])
    assert [(await day.visit(each)).status for each in range(3)] == [NOSHOW, FULFILLED, BOOKED]


async def test_many_taps_at_once_call_one_patient(day: Day) -> None:
    await day.here(0, 1, 2)
    taps = await asyncio.gather(
        *(day.bench.clinic.waiting_room.calls.call_next(day.rao, AppointmentId("")) for _ in range(6))
    )
    assert {tap.card.appointment.id for tap in taps} == {day.ids[0]}
    assert sum(tap.is_new for tap in taps) == 1
    (event,) = await day.news(EventKind.CALLED)
    assert event.readers == (day.patients[0].id,)


async def test_a_message_goes_to_each_patient_once_and_its_author_to_the_audit(day: Day) -> None:
    messages = day.bench.clinic.waiting_room.messages
    today = TEN.date()
    await day.bench.clinic.appointments.cancel(day.rao, day.ids[2], was=TEN + 2 * HALF)
    cards = await messages.patients_of(day.rao, today)
    assert [card.appointment.id for card in cards] == day.ids[:2]
    sent = await asyncio.gather(*(messages.send(day.rao, cards, " Door B ", "m" * 24) for _ in range(3)))
    assert sum(sent) == 2
    assert await messages.was_sent(cards, "m" * 24)
    assert not await messages.was_sent(cards, "n" * 24)
    assert [event.facts["note"] for event in await day.news(EventKind.MESSAGE)] == ["Door B", "Door B"]
    one = await messages.patient_of(day.nora, day.ids[0])
    assert await messages.send(day.nora, one, "Door C", "n" * 24) == 1
    (event,) = await day.news(EventKind.MESSAGE)
    assert (event.readers, event.facts["by"]) == ((day.patients[0].id,), "admin")


async def test_the_desk_writes_to_all_patients_of_a_day(day: Day) -> None:
    messages = day.bench.clinic.waiting_room.messages
    theirs = await messages.patients_of(day.rao, TEN.date())
    rita = await day.bench.principal("rita@example.org", Role.RECEPTIONIST, chat=77)
    for somebody in (day.nora, rita):
        found = await messages.patients_of(somebody, TEN.date())
        assert [card.appointment.id for card in found] == [card.appointment.id for card in theirs]


async def test_a_message_to_all_goes_on_where_it_stopped(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    messages, store = day.bench.clinic.waiting_room.messages, day.bench.storage.waiting_room
    cards = await messages.patients_of(day.rao, TEN.date())
    write = store.write_to
    written: list[AppointmentId] = []

    async def dies(visit: Appointment, *others: Any) -> bool:
        if written:
            raise StorageDown
        written.append(visit.id)
        return await write(visit, *others)

    monkeypatch.setattr(store, "write_to", dies)
    with pytest.raises(StorageDown):
        await messages.send(day.rao, cards, "Door B", "m" * 24)
    monkeypatch.setattr(store, "write_to", write)
    assert await messages.send(day.rao, cards, "Door B", "m" * 24) == 2
    news = await day.news(EventKind.MESSAGE)
    assert [event.facts["appointment_id"] for event in news] == day.ids


async def test_what_no_message_is_sent_for(day: Day) -> None:
    messages = day.bench.clinic.waiting_room.messages
    cards = await messages.patient_of(day.rao, day.ids[0])
    for who, text, refused in (
        (day.rao, "x" * 301, NoteTooLong),
        (day.rao, " ", EmptyMessage),
        (day.patients[0], "x", RoleRequired),
    ):
        with pytest.raises(refused):
            await messages.send(who, cards, text, "m" * 24)
    with pytest.raises(NobodyToWriteTo):
        await messages.patients_of(day.rao, TEN.date() + timedelta(days=1))
    with pytest.raises(RoleRequired):
        await messages.patient_of(day.patients[0], day.ids[0])


async def test_who_cannot_come_frees_the_time_and_the_clinic_hears_of_it(day: Day) -> None:
    await day.bench.storage.schedules.put(day.rao.id, Schedule())
    gone = await day.bench.clinic.waiting_room.short_notice.cancel(day.patients[0], day.ids[0], was=TEN)
    assert gone.appointment.status is AppointmentStatus.CANCELLED
    (event,) = await day.news(EventKind.CANCELLED)
    assert event.readers == (day.patients[0].id, day.rao.id, day.nora.id)
    assert event.facts["late"] is True
    times = await day.bench.clinic.schedules.availability(day.patients[1], day.rao.id, TEN.date())
    assert TEN in {slot.start for slot in times.slots(TEN.date())}


async def test_the_time_of_who_cannot_come_is_offered_to_who_waits(day: Day) -> None:
    bench, dora = day.bench, await day.bench.principal("dora@example.org", Role.PATIENT, 9)
    await bench.clinic.waitlist.join(dora, day.rao.id, TEN.date(), TEN.date(), PartOfDay.ANY)
    await bench.clinic.waiting_room.short_notice.cancel(day.patients[2], day.ids[2], was=TEN + 2 * HALF)
    await bench.clinic.waitlist_offers.serve_freed()
    (offered,) = await day.news(EventKind.SLOT_OPENED)
    assert (offered.readers, offered.facts["offers"][0]["start"]) == ((dora.id,), TEN + 2 * HALF)


async def test_what_can_still_be_cancelled_is_no_short_notice(day: Day) -> None:
    await day.bench.storage.schedules.put(day.rao.id, Schedule(change_lead_time=MINUTE))
    await day.bench.clinic.waiting_room.short_notice.cancel(day.patients[0], day.ids[0], was=TEN)
    (event,) = await day.news(EventKind.CANCELLED)
    assert event.readers == (day.patients[0].id, day.rao.id)
    assert "late" not in event.facts
