"""A doctor moves a patient's appointment to any free time, with a note, and the patient may answer."""

from datetime import timedelta

import pytest

from services.appointments.changes import held_for_move
from services.errors import (
    AppointmentUnknown,
    ClinicError,
    NoteTooLong,
    PatientBusy,
    RoleRequired,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    TooLateToChange,
)
from services.models.appointments import AppointmentId
from services.models.people import Role, UserId
from services.models.scheduling import Schedule
from services.models.slots import Slot
from tests.services.conftest import Bench
from tests.services.test_on_behalf import HALF, HOUR, ID, OTHER, TEN, Cast

SOON = Schedule(lead_time=timedelta(days=2), change_lead_time=timedelta(days=2))


@pytest.fixture
async def cast(bench: Bench) -> Cast:
    """A doctor whom patients book two days ahead, and a booking of today's."""
    nora = await bench.principal("nora@example.org", Role.ADMIN, 1)
    asha = await bench.principal("asha@example.org", Role.PATIENT, 2)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 3)
    found = Cast(bench, nora, asha, rao)
    await found.book()
    await bench.storage.schedules.put(rao.id, SOON)
    return found


async def test_a_doctor_is_not_bound_by_the_lead_time_but_by_free_time(cast: Cast) -> None:
    move = cast.bench.clinic.appointments.move
    with pytest.raises(TooLateToChange):
        await move(cast.asha, ID, TEN + HOUR, was=TEN)
    with pytest.raises(SlotPassed):  # an admin is bound by what the doctor offers
        await move(cast.nora, ID, TEN + HOUR, was=TEN)
    moved = await move(cast.rao, ID, TEN + HOUR, was=TEN, note=" in theatre ")
    assert moved.appointment.slot == Slot(TEN + HOUR, TEN + HOUR + HALF)
    assert (await cast.stored()).note == "in theatre"
    *_, event = await cast.bench.storage.notifications.unspread(9)
    assert (event.kind, event.readers) == ("moved", (cast.asha.id, cast.rao.id))
    assert (event.facts["by"], event.facts["note"], event.facts["was"]) == ("doctor", "in theatre", TEN)
    assert event.facts["changes_until"] == TEN + HOUR
    assert await move(cast.rao, ID, TEN + HOUR, was=TEN) == moved


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (TEN, SameTime),
        (TEN + timedelta(minutes=10), SlotNotOffered),
        (TEN + timedelta(days=4), SlotNotOffered),
        (TEN - timedelta(days=7), SlotPassed),
        (TEN + HOUR, SlotTaken),
        (TEN + 2 * HOUR, PatientBusy),
    ],
)
async def test_where_there_is_no_free_time_all_stays_as_it_was(
    cast: Cast, start: object, expected: type[ClinicError]
) -> None:
    sen = await cast.bench.user("sen@example.org", Role.DOCTOR)
    bela = await cast.bench.principal("bela@example.org", Role.PATIENT, 4)
    await cast.bench.storage.schedules.put(cast.rao.id, Schedule())
    book = cast.bench.clinic.booking.book
    await book(bela, cast.rao.id, TEN + HOUR, reason=None, request_id=OTHER)
    await book(cast.asha, sen.id, TEN + 2 * HOUR, reason=None, request_id=AppointmentId("c" * 24))
    await cast.bench.storage.schedules.put(cast.rao.id, SOON)
    before = await cast.stored()
    with pytest.raises(expected):
        await cast.bench.clinic.appointments.move(cast.rao, ID, start, was=TEN)  # type: ignore[arg-type]
    assert await cast.stored() == before


async def test_a_note_is_as_long_as_others_and_goes_with_the_next_move(cast: Cast) -> None:
    move = cast.bench.clinic.appointments.move
    with pytest.raises(NoteTooLong):
        await move(cast.rao, ID, TEN + HOUR, was=TEN, note="x" * 301)
    await move(cast.rao, ID, TEN + HOUR, was=TEN, note="in theatre")
    await cast.bench.storage.schedules.put(cast.rao.id, Schedule())
    await move(cast.asha, ID, TEN + 2 * HOUR, was=TEN + HOUR, note="not theirs to say")
    assert (await cast.stored()).note is None


async def test_the_patient_may_answer_to_what_the_doctor_has_moved_however_near_it_is(cast: Cast) -> None:
    clinic = cast.bench.clinic
    with pytest.raises(TooLateToChange):
        await clinic.appointments.cancel(cast.asha, ID)
    await clinic.appointments.move(cast.rao, ID, TEN + HOUR, was=TEN)
    assert (await clinic.appointments.confirm(cast.asha, ID)).appointment.confirmed_at is not None
    await clinic.appointments.cancel(cast.asha, ID)


async def test_a_doctor_holds_times_for_their_own_patients_alone(cast: Cast) -> None:
    bookings, moving = cast.bench.clinic.booking, Slot(TEN, TEN + HALF)
    sen = await cast.bench.principal("sen@example.org", Role.DOCTOR, 5)
    bela = await cast.bench.principal("bela@example.org", Role.PATIENT, 4)
    request_id, start = held_for_move(ID, TEN + HOUR), TEN + HOUR

    async def hold(who: object, doctor_id: UserId, patient_id: UserId, slot: Slot | None) -> object:
        return await bookings.hold(
            who,  # type: ignore[arg-type]
            doctor_id,
            start,
            request_id=request_id,
            patient_id=patient_id,
            moving=slot,
        )

    for refused in (
        hold(sen, cast.rao.id, cast.asha.id, moving),
        hold(sen, sen.id, cast.asha.id, moving),
        hold(cast.rao, cast.rao.id, bela.id, moving),
        hold(cast.rao, cast.rao.id, cast.asha.id, Slot(TEN + HALF, TEN + HOUR)),
    ):
        with pytest.raises(AppointmentUnknown):
            await refused
    with pytest.raises(RoleRequired):
        await hold(cast.rao, cast.rao.id, cast.asha.id, None)
    await hold(cast.rao, cast.rao.id, cast.asha.id, moving)
    with pytest.raises(RoleRequired):
        await bookings.book(
            cast.rao, cast.rao.id, start, reason=None, request_id=request_id, patient_id=bela.id
        )


async def test_a_doctor_sees_the_times_that_suit_both_without_the_lead_time(cast: Cast) -> None:
    schedules, day = cast.bench.clinic.schedules, TEN.date()
    moving = Slot(TEN, TEN + HALF)
    times = await schedules.availability(cast.rao, cast.rao.id, day, patient_id=cast.asha.id, moving=moving)
    starts = [slot.start for slot in times.slots(day)]
    assert TEN + HOUR in starts
    assert TEN not in starts
    assert not (await schedules.availability(cast.rao, cast.rao.id, day)).slots(day)
