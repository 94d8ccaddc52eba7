"""What may be booked and cancelled, and by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    ClinicError,
    DoctorUnknown,
    ReasonTooLong,
    RoleRequired,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    UserUnknown,
)
from services.models.appointments import Appointment, AppointmentId, Period
from services.models.people import Principal, Role, UserId
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ID = AppointmentId("a" * 24)


async def _people(bench: Bench) -> tuple[Principal, Principal]:
    return await bench.principal("asha@example.org"), await bench.principal("rao@example.org", Role.DOCTOR, 2)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (TEN + timedelta(minutes=10), SlotNotOffered),
        (TEN.replace(hour=20), SlotNotOffered),
        (TEN + timedelta(days=4), SlotNotOffered),
        (TEN + timedelta(days=61), SlotNotOffered),
        (TEN - timedelta(days=7), SlotPassed),
        (datetime(2027, 5, 3, 6, 0, tzinfo=UTC), SlotPassed),
    ],
)
async def test_only_offered_slots_to_come_are_booked(
    bench: Bench, start: datetime, expected: type[ClinicError]
) -> None:
    asha, doctor = await _people(bench)
    with pytest.raises(expected):
        await bench.clinic.booking.book(asha, doctor.id, start, reason=None, request_id=ID)
    assert not bench.news


async def test_a_doctor_books_for_nobody_and_an_admin_for_no_patient_but_one_who_is_named(
    bench: Bench,
) -> None:
    asha, doctor = await _people(bench)
    admin = await bench.principal("nora@example.org", Role.ADMIN, 3)
    book = bench.clinic.booking.book
    await book(asha, doctor.id, TEN, reason=None, request_id=ID)
    for other, why in ((doctor, RoleRequired), (admin, UserUnknown)):
        with pytest.raises(why):
            await book(other, doctor.id, TEN, reason=None, request_id=AppointmentId("b" * 24))
    with pytest.raises(RoleRequired):
        await bench.clinic.appointment_views.page(admin, Period.UPCOMING, 0)


async def test_nobody_but_its_people_know_of_an_appointment(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    mallory = await bench.principal("mallory@example.org", Role.PATIENT, 4)
    other = await bench.principal("sen@example.org", Role.DOCTOR, 5)
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason="secret", request_id=ID)
    for person in (mallory, other):
        with pytest.raises(AppointmentUnknown):
            await bench.clinic.appointment_views.get(person, ID)
    with pytest.raises(AppointmentUnknown):
        await bench.clinic.appointments.cancel(mallory, ID)
    with pytest.raises(AppointmentUnknown):
        # Her own request id would be his appointment.
        await bench.clinic.booking.book(
            mallory, doctor.id, TEN + timedelta(hours=1), reason=None, request_id=ID
        )


async def test_an_appointment_is_cancelled_once_and_only_before_it_begins(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    book, cancel = bench.clinic.booking.book, bench.clinic.appointments.cancel
    await book(asha, doctor.id, TEN, reason=None, request_id=ID)
    await cancel(asha, ID)
    with pytest.raises(AlreadyCancelled):
        await cancel(asha, ID)
    second = AppointmentId("b" * 24)
    await book(asha, doctor.id, TEN, reason=None, request_id=second)
    bench.clock.turn_to(TEN)
    with pytest.raises(AppointmentOver):
        await cancel(asha, second)
    assert len(bench.news) == 3


async def test_a_doctor_who_is_not_there_or_no_doctor_is_not_booked(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    await bench.storage.users._users.update_one({"_id": doctor.id}, {"$set": {"status": "blocked"}})
    for wanted in (doctor.id, asha.id, UserId("0" * 24)):
        with pytest.raises(DoctorUnknown):
            await bench.clinic.booking.book(asha, wanted, TEN, reason=None, request_id=ID)


async def test_a_reason_is_short_and_may_be_left_open(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    with pytest.raises(ReasonTooLong):
        await bench.clinic.booking.book(asha, doctor.id, TEN, reason="x" * 501, request_id=ID)
    booked = await bench.clinic.booking.book(asha, doctor.id, TEN, reason="  ", request_id=ID)
    assert booked.appointment.reason is None


async def test_what_is_taken_is_not_free_for_others_and_whom_it_concerns(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    bela = await bench.principal("bela@example.org", Role.PATIENT, 6)
    other = await bench.user("sen@example.org", Role.DOCTOR)
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason=None, request_id=ID)
    day = TEN.date()
    for person, with_whom, free in (
        (bela, doctor.id, False),
        (asha, other.id, False),
        (bela, other.id, True),
    ):
        times = await bench.clinic.schedules.availability(person, with_whom, day)
        assert (TEN in {slot.start for slot in times.slots(day)}) is free
    with pytest.raises(SlotTaken):
        await bench.clinic.booking.book(bela, doctor.id, TEN, reason=None, request_id=AppointmentId("c" * 24))


async def test_lists_are_in_order_and_pages_stay_within_them(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    for day in range(1, 4):
        for hour in range(2):
            start = TEN + timedelta(days=day % 3, hours=hour)
            request_id = AppointmentId(f"{day}{hour}" * 12)
            await bench.clinic.booking.book(asha, doctor.id, start, reason=None, request_id=request_id)
    page = bench.clinic.appointment_views.page
    first, beyond = await page(doctor, Period.UPCOMING, 0), await page(doctor, Period.UPCOMING, 99)
    starts = [card.appointment.slot.start for card in (*first.items, *beyond.items)]
    assert (first.total, first.pages, beyond.number) == (6, 2, 1)
    assert starts == sorted(starts)
    bench.clock.turn_to(TEN + timedelta(days=10))
    past = await page(asha, Period.PAST, 0)
    starts = [card.appointment.slot.start for card in past.items]
    assert starts == sorted(starts, reverse=True)
    assert (await page(asha, Period.UPCOMING, 0)).total == 0


async def test_a_booking_asked_for_again_after_its_slot_began_is_still_booked(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    book = bench.clinic.booking.book
    booked = await book(asha, doctor.id, TEN, reason=None, request_id=ID)
    bench.clock.turn_to(TEN + timedelta(minutes=1))
    assert (await book(asha, doctor.id, TEN, reason=None, request_id=ID)).appointment == booked.appointment


async def test_a_request_that_is_asked_again_shows_what_is_stored_and_not_what_is_asked(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    other = await bench.user("sen@example.org", Role.DOCTOR)
    book = bench.clinic.booking.book
    booked = await book(asha, doctor.id, TEN, reason="a cough", request_id=ID)
    later = TEN + timedelta(hours=1)
    assert await book(asha, other.id, later, reason=None, request_id=ID) == booked
    cancelled = await bench.clinic.appointments.cancel(asha, ID)
    assert await book(asha, doctor.id, TEN, reason="a cough", request_id=ID) == cancelled
    assert (await bench.clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 0


async def test_a_cancel_button_is_for_the_two_of_them_and_for_what_is_to_come(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    bela = await bench.principal("bela@example.org", Role.PATIENT, 6)
    appointments = bench.clinic.appointments
    booked = (await bench.clinic.booking.book(asha, doctor.id, TEN, reason=None, request_id=ID)).appointment
    assert [appointments.may_cancel(one, booked) for one in (asha, doctor, bela)] == [True, True, False]
    bench.clock.turn_to(TEN)
    assert not appointments.may_cancel(asha, booked)
    bench.clock.turn_to(TEN - timedelta(seconds=1))
    assert appointments.may_cancel(asha, booked)
    cancelled = (await appointments.cancel(doctor, ID)).appointment
    assert not appointments.may_cancel(asha, cancelled)


async def test_the_news_says_what_it_was_like_and_who_must_hear(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason=" a cough ", request_id=ID)
    await bench.clinic.appointments.cancel(asha, ID)
    booked, cancelled = await bench.storage.notifications.unspread(9)
    assert (booked.id, cancelled.id) == (f"{ID}.booked", f"{ID}.cancelled")
    assert booked.readers == cancelled.readers == (asha.id, doctor.id)
    # Each change has a number, by which calendars know which is the newest.
    # Of what is cancelled there is nothing to change any more.
    assert cancelled.facts == dict(booked.facts) | {"version": 1, "changes_until": None}
    assert {name: booked.facts[name] for name in ("start", "end", "patient", "doctor", "reason")} == {
        "start": TEN,
        "end": TEN + timedelta(minutes=30),
        "patient": "Asha",
        "doctor": "Rao",
        "reason": "a cough",
    }


async def test_a_reason_is_said_later_by_its_patient_alone_and_until_the_visit_begins(bench: Bench) -> None:
    asha, doctor = await _people(bench)
    mallory = await bench.principal("mallory@example.org", Role.PATIENT, 4)
    explain = bench.clinic.appointments.explain
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason=None, request_id=ID)
    told = len(bench.news)
    for other, why in ((mallory, AppointmentUnknown), (doctor, RoleRequired)):
        with pytest.raises(why):
            await explain(other, ID, "a cough")
    with pytest.raises(ReasonTooLong):
        await explain(asha, ID, "x" * 501)
    explained = (await explain(asha, ID, " a cough ")).appointment
    assert (explained.reason, explained.slot.start) == ("a cough", TEN)
    # The same once more is no change.
    assert (await explain(asha, ID, "a cough")).appointment == explained
    assert (await bench.clinic.appointment_views.get(doctor, ID)).appointment.reason == "a cough"
    assert (await explain(asha, ID, None)).appointment.reason is None
    assert len(bench.news) == told
    bench.clock.turn_to(TEN)
    with pytest.raises(AppointmentOver):
        await explain(asha, ID, "a cough")


@pytest.mark.parametrize("noting", ["explain", "confirm"])
async def test_what_a_patient_notes_is_in_nobodys_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, noting: str
) -> None:
    """Whoever is about to move it moves it, with what was noted meanwhile."""
    asha, doctor = await _people(bench)
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason=None, request_id=ID)
    appointments, stored, later = bench.clinic.appointments, bench.storage.appointments, TEN + HOUR
    move = stored.move

    async def late(*args: Any, **others: Any) -> Appointment | None:
        await (
            appointments.explain(asha, ID, "a cough")
            if noting == "explain"
            else appointments.confirm(asha, ID)
        )
        return await move(*args, **others)

    monkeypatch.setattr(stored, "move", late)
    moved = (await appointments.move(asha, ID, later, was=TEN)).appointment
    # Who comes at ten has not said yet that they come at eleven.
    expected = (later, "a cough" if noting == "explain" else None, None)
    assert (moved.slot.start, moved.reason, moved.confirmed_at) == expected


async def test_a_reason_is_noted_though_the_visit_is_moved_meanwhile_and_a_coming_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, doctor = await _people(bench)
    await bench.clinic.booking.book(asha, doctor.id, TEN, reason=None, request_id=ID)
    appointments, stored, later = bench.clinic.appointments, bench.storage.appointment_remarks, TEN + HOUR
    explain, confirm = stored.explain, stored.confirm

    def late(act: Any) -> Any:
        async def acts(*args: Any) -> Appointment | None:
            before = args[0].slot.start
            other = later if before == TEN else TEN
            await appointments.move(asha, ID, other, was=before)
            found: Appointment | None = await act(*args)
            return found

        return acts

    monkeypatch.setattr(stored, "explain", late(explain))
    explained = (await appointments.explain(asha, ID, "a cough")).appointment
    assert (explained.slot.start, explained.reason) == (later, "a cough")
    monkeypatch.setattr(stored, "confirm", late(confirm))
    with pytest.raises(AppointmentChanged):
        await appointments.confirm(asha, ID)
    kept = await bench.storage.appointments.by_id(ID)
    assert kept is not None
    assert (kept.slot.start, kept.confirmed_at) == (TEN, None)
