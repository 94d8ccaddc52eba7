"""What an admin does on somebody's behalf: booking, moving, looking; and what stays between two people."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    AppointmentUnknown,
    ClinicError,
    DoctorUnknown,
    PatientBusy,
    PatientUnknown,
    RoleRequired,
    SameTime,
    SlotNotOffered,
    SlotPassed,
    SlotTaken,
    UserUnknown,
)
from services.models.appointments import Appointment, AppointmentCard, AppointmentId, Period
from services.models.audit import Action
from services.models.paging import Page
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from tests.services.conftest import Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
TUESDAY = date(2027, 5, 4)
ID, OTHER = AppointmentId("a" * 24), AppointmentId("b" * 24)


class Cast:
    """An admin, a patient and a doctor, and what the admin does for the patient."""

    def __init__(self, bench: Bench, nora: Principal, asha: Principal, rao: Principal) -> None:
        self.bench, self.nora, self.asha, self.rao = bench, nora, asha, rao

    async def book(
        self, start: datetime = TEN, request_id: AppointmentId = ID, reason: str | None = "a cough"
    ) -> AppointmentCard:
        return await self.bench.clinic.booking.book(
            self.nora, self.rao.id, start, reason=reason, request_id=request_id, patient_id=self.asha.id
        )

    async def move(self, start: datetime, was: datetime = TEN) -> AppointmentCard:
        return await self.bench.clinic.appointments.move(self.nora, ID, start, was=was)

    async def stored(self, appointment_id: AppointmentId = ID) -> Appointment:
        found = await self.bench.storage.appointments.by_id(appointment_id)
        assert found is not None
        return found

    async def free(self, day: date = TUESDAY, **who: User) -> set[datetime]:
        """Return when the doctor is free for the patient, in whose stead the admin looks."""
        doctor = who.get("doctor", self.rao.user)
        times = await self.bench.clinic.schedules.availability(
            self.nora, doctor.id, day, patient_id=self.asha.id
        )
        return {slot.start for slot in times.slots(day)}

    async def noted(self) -> list[tuple[Action, str | None, AppointmentId]]:
        page = await self.bench.clinic.audit.page(self.nora)
        found = [entry for entry in page.entries.items if "appointment" in entry.facts]
        return [(entry.action, entry.subject, entry.facts["appointment"]) for entry in found][::-1]


@pytest.fixture
async def cast(bench: Bench) -> Cast:
    return Cast(
        bench,
        await bench.principal("nora@example.org", Role.ADMIN, 9),
        await bench.principal("asha@example.org", Role.PATIENT, 1),
        await bench.principal("rao@example.org", Role.DOCTOR, 2),
    )


async def test_an_admin_books_for_a_patient_and_both_hear_but_only_those_two_see_why(cast: Cast) -> None:
    booked = await cast.book()
    assert (booked.patient.id, booked.doctor.id, booked.appointment.reason) == (
        cast.asha.id,
        cast.rao.id,
        None,
    )
    (event,) = await cast.bench.storage.notifications.unspread(9)
    assert event.readers == (cast.asha.id, cast.rao.id)
    assert (event.facts["by"], event.facts["reason"]) == ("admin", "a cough")
    get = cast.bench.clinic.appointment_views.get
    seen = [(await get(who, ID)).appointment.reason for who in (cast.nora, cast.asha, cast.rao)]
    assert seen == [None, "a cough", "a cough"]
    row = await cast.bench.storage.appointments._appointments.find_one({"_id": ID})
    assert [step["by"] for step in row["history"]] == [cast.nora.id]


async def test_asking_twice_books_once_and_is_noted_once(cast: Cast) -> None:
    assert await cast.book() == await cast.book()
    await cast.bench.clinic.appointments.cancel(cast.asha, ID)
    await cast.book()
    assert (await cast.stored()).status == "cancelled"
    assert await cast.noted() == [(Action.BOOKED_FOR, cast.asha.id, ID)]


async def test_an_admin_books_only_for_patients_who_are_active(cast: Cast) -> None:
    book = cast.bench.clinic.booking.book
    await cast.bench.clinic.administration.block(cast.nora, cast.asha.id)
    for wanted in (None, UserId("0" * 24), cast.rao.id, cast.nora.id, cast.asha.id):
        with pytest.raises(UserUnknown):
            await book(cast.nora, cast.rao.id, TEN, reason=None, request_id=ID, patient_id=wanted)
    # And whoever is no admin books for nobody but themselves and those whom they look after.
    bela = await cast.bench.principal("bela@example.org", Role.PATIENT, 4)
    with pytest.raises(PatientUnknown):
        await book(bela, cast.rao.id, TEN, reason=None, request_id=ID, patient_id=cast.asha.id)


async def test_the_patients_other_appointments_count_as_taken(cast: Cast) -> None:
    sen = await cast.bench.user("sen@example.org", Role.DOCTOR)
    await cast.book()
    assert TEN not in await cast.free()
    assert TEN not in await cast.free(doctor=sen)
    times = await cast.bench.clinic.schedules.availability(cast.nora, sen.id, TUESDAY)
    assert TEN in {slot.start for slot in times.slots(TUESDAY)}
    bookings = cast.bench.clinic.booking
    for call in (
        bookings.check_free(cast.nora, sen.id, TEN, patient_id=cast.asha.id),
        bookings.book(cast.nora, sen.id, TEN, reason=None, request_id=OTHER, patient_id=cast.asha.id),
    ):
        with pytest.raises(PatientBusy) as busy:
            await call
        assert busy.value.patient == "Asha"
    with pytest.raises(PatientBusy) as own:
        await bookings.check_free(cast.asha, sen.id, TEN)
    assert own.value.patient is None


async def test_a_move_frees_the_old_time_takes_the_new_one_and_both_hear_of_both(cast: Cast) -> None:
    await cast.book()
    later = TEN + 2 * HOUR
    moved = await cast.move(later)
    assert (moved.appointment.slot.start, moved.appointment.reason) == (later, None)
    assert moved.appointment == replace(await cast.stored(), reason=None)
    assert (await cast.stored()).reason == "a cough"
    free = await cast.free()
    assert (TEN in free, later in free) == (True, False)
    _, event = await cast.bench.storage.notifications.unspread(9)
    assert (event.kind, event.readers) == ("moved", (cast.asha.id, cast.rao.id))
    assert (event.facts["was"], event.facts["start"], event.facts["by"]) == (TEN, later, "admin")
    both = (Action.BOOKED_FOR, Action.MOVED_FOR)
    assert await cast.noted() == [(action, cast.asha.id, ID) for action in both]
    await cast.move(TEN + 3 * HOUR, was=later)
    events = await cast.bench.storage.notifications.unspread(9)
    assert [one.id for one in events] == [f"{ID}.booked", f"{ID}.moved.1", f"{ID}.moved.2"]


async def test_patients_and_doctors_move_their_own(cast: Cast) -> None:
    await cast.book()
    appointments = cast.bench.clinic.appointments
    booked = await cast.stored()
    bela = await cast.bench.principal("bela@example.org", Role.PATIENT, 4)
    sen = await cast.bench.principal("sen@example.org", Role.DOCTOR, 5)
    for who in (bela, sen):
        with pytest.raises(AppointmentUnknown):
            await appointments.move(who, ID, TEN + HOUR, was=TEN)
        assert not appointments.may_move(who, booked)
    for who in (cast.asha, cast.rao, cast.nora):
        assert appointments.may_move(who, booked)
    assert appointments.may_cancel(cast.nora, booked)
    cast.bench.clock.turn_to(TEN)
    assert not appointments.may_move(cast.nora, booked)


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
async def test_a_move_to_where_there_is_no_free_time_leaves_all_as_it_was(
    cast: Cast, start: datetime, expected: type[ClinicError]
) -> None:
    sen = await cast.bench.user("sen@example.org", Role.DOCTOR)
    bela = await cast.bench.principal("bela@example.org", Role.PATIENT, 4)
    book = cast.bench.clinic.booking.book
    await cast.book()
    await book(bela, cast.rao.id, TEN + HOUR, reason=None, request_id=OTHER)
    await book(cast.asha, sen.id, TEN + 2 * HOUR, reason=None, request_id=AppointmentId("c" * 24))
    rows = cast.bench.storage.appointments._appointments
    before = await rows.find_one({"_id": ID})
    with pytest.raises(expected) as refused:
        await cast.move(start)
    if isinstance(refused.value, PatientBusy):
        assert refused.value.patient == "Asha"
    assert await rows.find_one({"_id": ID}) == before
    assert Action.MOVED_FOR not in {action for action, _, _ in await cast.noted()}


async def test_what_is_over_cancelled_or_nobodys_is_not_moved(cast: Cast) -> None:
    with pytest.raises(AppointmentUnknown):
        await cast.move(TEN + HOUR)
    await cast.book()
    await cast.bench.clinic.administration.block(cast.nora, cast.rao.id)
    with pytest.raises(DoctorUnknown):
        await cast.move(TEN + HOUR)
    await cast.bench.clinic.administration.unblock(cast.nora, cast.rao.id)
    cast.bench.clock.turn_to(TEN)
    with pytest.raises(AppointmentOver):
        await cast.move(TEN + HOUR)
    cast.bench.clock.turn_to(TEN - HOUR)
    await cast.bench.clinic.appointments.cancel(cast.rao, ID)
    with pytest.raises(AlreadyCancelled):
        await cast.move(TEN + HOUR)


async def test_one_who_saw_another_time_is_told_and_one_who_asks_again_is_not_told_anew(cast: Cast) -> None:
    await cast.book()
    await cast.move(TEN + HOUR)
    with pytest.raises(AppointmentChanged) as changed:
        await cast.move(TEN + 2 * HOUR)
    assert changed.value.start == TEN + HOUR
    # The first try was stored, but died before it was confirmed.
    again = await cast.move(TEN + HOUR)
    assert again.appointment.slot.start == TEN + HOUR
    kinds = [event.kind for event in await cast.bench.storage.notifications.unspread(9)]
    assert kinds == ["booked", "moved"]
    assert len(await cast.noted()) == 2


async def test_an_appointments_own_time_is_in_nobodys_way_but_is_no_other_time_either(cast: Cast) -> None:
    await cast.book()
    # From now on the doctor's times begin at a quarter past.
    hours = {day: (Hours(time(9, 45), time(17)),) for day in Weekday}
    await cast.bench.storage.schedules.put(cast.rao.id, Schedule(weekly=hours))
    own = (await cast.stored()).slot
    schedules, overlapping = cast.bench.clinic.schedules, TEN + HALF / 2
    for moving, expected in ((None, False), (own, True)):
        times = await schedules.availability(
            cast.nora, cast.rao.id, TUESDAY, patient_id=cast.asha.id, moving=moving
        )
        assert (overlapping in {slot.start for slot in times.slots(TUESDAY)}) is expected
    check = cast.bench.clinic.booking.check_free
    with pytest.raises(SameTime):
        await check(cast.nora, cast.rao.id, TEN, patient_id=cast.asha.id, moving=own)
    with pytest.raises(PatientBusy):
        await check(cast.nora, cast.rao.id, overlapping, patient_id=cast.asha.id)
    slot = await check(cast.nora, cast.rao.id, overlapping, patient_id=cast.asha.id, moving=own)
    assert (await cast.move(slot.start)).appointment.slot == slot


async def test_the_time_that_is_moved_is_not_offered_as_another(cast: Cast) -> None:
    await cast.book()
    own = (await cast.stored()).slot
    times = await cast.bench.clinic.schedules.availability(
        cast.nora, cast.rao.id, TUESDAY, patient_id=cast.asha.id, moving=own
    )
    assert TEN not in {slot.start for slot in times.slots(TUESDAY)}
    assert TEN + HALF in {slot.start for slot in times.slots(TUESDAY)}


async def test_only_admins_see_the_clinics_day_and_somebodys_appointments_and_never_why(cast: Cast) -> None:
    await cast.book()
    sen = await cast.bench.user("sen@example.org", Role.DOCTOR)
    await cast.bench.clinic.booking.book(cast.asha, sen.id, TEN - HOUR, reason="a rash", request_id=OTHER)
    diaries, people = cast.bench.clinic.appointment_views, cast.bench.clinic.administration
    for who in (cast.asha, cast.rao):
        for call in (
            diaries.clinic_day(who, TUESDAY, 0),
            diaries.of_person(who, cast.asha.id, Period.UPCOMING, 0),
            people.find(who, "asha", 0),
            people.patients(who, "asha", 0),
        ):
            with pytest.raises(RoleRequired):
                await call
    day = await diaries.clinic_day(cast.nora, TUESDAY, 0)
    assert _seen(day) == [(OTHER, None), (ID, None)]
    assert (await diaries.clinic_day(cast.nora, TUESDAY + timedelta(days=1), 0)).total == 0
    for user_id, ids in ((cast.asha.id, [OTHER, ID]), (sen.id, [OTHER])):
        person, page = await diaries.of_person(cast.nora, user_id, Period.UPCOMING, 0)
        assert person.id == user_id
        assert _seen(page) == [(one, None) for one in ids]
    for unknown in (cast.nora.id, UserId("0" * 24)):
        with pytest.raises(UserUnknown):
            await diaries.of_person(cast.nora, unknown, Period.UPCOMING, 0)


def _seen(page: Page[AppointmentCard]) -> list[tuple[AppointmentId, str | None]]:
    return [(item.appointment.id, item.appointment.reason) for item in page.items]


async def test_those_for_whom_one_may_book_are_active_patients(cast: Cast) -> None:
    ash = await cast.bench.user("ash.doctor@example.org", Role.DOCTOR)
    gone = await cast.bench.user("ashgone@example.org")
    await cast.bench.clinic.administration.block(cast.nora, gone.id)
    people = cast.bench.clinic.administration
    assert [user.id for user in (await people.patients(cast.nora, " ASH ", 0)).items] == [cast.asha.id]
    found = {user.id for user in (await people.find(cast.nora, "ash", 0)).items}
    assert found == {cast.asha.id, ash.id, gone.id}
    assert (await people.find(cast.nora, "nora", 0)).total == 0
    assert gone.status is AccountStatus.ACTIVE  # as it was when it was made
