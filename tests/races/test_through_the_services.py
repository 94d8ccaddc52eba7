"""Everybody at once, through the door that the bot uses; and the control that takes the guard away."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime

from services.errors import AlreadyCancelled, ClinicError, PatientBusy, SlotTaken
from services.models.appointments import AppointmentCard, AppointmentId, Period
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from tests.services.conftest import Bench

TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)  # in Berlin


async def _people(bench: Bench, count: int, role: Role = Role.PATIENT) -> list[Principal]:
    """Make so many accounts that are signed in; nobody tries their passwords."""
    users = [
        User(UserId(f"{role}{n}"), f"{role} {n}", f"{role}{n}@example.org", role, AccountStatus.ACTIVE)
        for n in range(count)
    ]
    await asyncio.gather(*(bench.storage.users.add(user, b"", bench.clock.now()) for user in users))
    return [Principal(user, ChatId(n), "session") for n, user in enumerate(users)]


async def _book(bench: Bench, patient: Principal, doctor: Principal, number: int) -> AppointmentCard:
    return await bench.clinic.booking.book(
        patient, doctor.id, TEN, reason=None, request_id=AppointmentId(f"{number:024x}")
    )


async def _outcomes(attempts: list[Awaitable[AppointmentCard]]) -> Counter[type]:
    """Return how often each kind of end came."""

    async def end(attempt: Awaitable[AppointmentCard]) -> type:
        try:
            return type(await attempt)
        except ClinicError as error:
            return type(error)

    return Counter(await asyncio.gather(*map(end, attempts)))


async def _rush(bench: Bench, count: int) -> Counter[type]:
    """Let so many patients book one slot at once."""
    (doctor,) = await _people(bench, 1, Role.DOCTOR)
    patients = await _people(bench, count)
    return await _outcomes([_book(bench, patient, doctor, n) for n, patient in enumerate(patients)])


async def test_of_two_hundred_patients_one_gets_the_slot_and_the_others_hear_that_it_is_taken(
    bench: Bench,
) -> None:
    assert await _rush(bench, 200) == {AppointmentCard: 1, SlotTaken: 199}
    # News of one appointment, not of two hundred tries.
    assert len(await bench.storage.notifications.unspread(500)) == len(bench.news) == 1


async def test_without_the_index_more_than_one_gets_it(bench: Bench) -> None:
    await bench.storage.appointments._appointments.drop_index("one_doctor_id")
    assert (await _rush(bench, 20))[AppointmentCard] > 1


async def test_one_patient_with_ten_doctors_at_once_is_in_one_place(bench: Bench) -> None:
    (asha,) = await _people(bench, 1)
    doctors = await _people(bench, 10, Role.DOCTOR)
    outcomes = await _outcomes([_book(bench, asha, doctor, n) for n, doctor in enumerate(doctors)])
    assert outcomes == {AppointmentCard: 1, PatientBusy: 9}


async def test_the_index_of_the_patients_is_what_keeps_them_in_one_place(bench: Bench) -> None:
    await bench.storage.appointments._appointments.drop_index("one_patient_id")
    (asha,) = await _people(bench, 1)
    doctors = await _people(bench, 10, Role.DOCTOR)
    outcomes = await _outcomes([_book(bench, asha, doctor, n) for n, doctor in enumerate(doctors)])
    assert outcomes[AppointmentCard] > 1


async def test_ten_confirmations_of_one_request_are_one_appointment_with_one_piece_of_news(
    bench: Bench,
) -> None:
    (asha,), (doctor,) = await _people(bench, 1), await _people(bench, 1, Role.DOCTOR)
    cards = await asyncio.gather(*(_book(bench, asha, doctor, 1) for _ in range(10)))
    assert all(card == cards[0] for card in cards)
    assert (await bench.clinic.appointment_views.page(asha, Period.UPCOMING, 0)).total == 1
    assert len(await bench.storage.notifications.unspread(50)) == 1


async def test_of_ten_who_cancel_at_once_one_does_and_it_is_told_once(bench: Bench) -> None:
    (asha,), (doctor,) = await _people(bench, 1), await _people(bench, 1, Role.DOCTOR)
    booked = (await _book(bench, asha, doctor, 1)).appointment
    cancel = bench.clinic.appointments.cancel
    outcomes = await _outcomes([cancel(asha, booked.id) for _ in range(10)])
    assert outcomes == {AppointmentCard: 1, AlreadyCancelled: 9}
    events = await bench.storage.notifications.unspread(50)
    assert [event.kind for event in events] == ["booked", "cancelled"]


async def test_a_slot_that_is_cancelled_while_others_wait_for_it_is_had_by_one_at_most(bench: Bench) -> None:
    (doctor,) = await _people(bench, 1, Role.DOCTOR)
    first, *others = await _people(bench, 30)
    booked = (await _book(bench, first, doctor, 99)).appointment
    tries = [_book(bench, other, doctor, n) for n, other in enumerate(others)]
    await _outcomes([*tries[:10], bench.clinic.appointments.cancel(first, booked.id), *tries[10:]])
    upcoming = await bench.clinic.appointment_views.page(doctor, Period.UPCOMING, 0)
    assert upcoming.total <= 1
