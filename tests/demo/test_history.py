"""The sample clinic's people, past and future: there once, and told to nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.demo.sample_catalogue import CHECK, HARBOUR, HOSPITAL, KINDS, PHYSIOTHERAPY, SCAN, ULTRASOUND
from bot.demo.sample_clinic import (
    DOCTOR,
    GENERALIST,
    HISTORY_PATIENTS,
    PATIENT,
    PEOPLE,
    PHYSIOTHERAPIST,
    RECEPTIONIST,
    SCHEDULE,
    furnish,
)
from bot.demo.sample_family import CALLER, MIA, VISIT_ID
from bot.demo.sample_history import REASONS, establish
from services.errors import StorageDown
from services.local_time import day_bounds
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.catalogue import WantedVisit
from services.models.people import Role
from services.models.scheduling import Hours, Schedule, Weekday
from services.models.slots import Slot
from services.storage.mongo.driver import ROWS_PER_WRITE, Collection, Document, insert_new
from tests.town import Town
from tests.turning import TurnableClock


async def _starts(town: Town, clock: TurnableClock) -> int:
    """Do what a start of the demo does; return how many accounts there are."""
    clinic = town.assembly.clinic
    await establish(town.storage, town.accounts, clinic.schedules, clock)
    return (await town.storage.user_search.search("", 0, 1)).total


async def _all(town: Town) -> list[Appointment]:
    clinic = town.assembly.clinic
    today = clinic.schedules.today()
    whole = day_bounds(today - timedelta(days=99), today + timedelta(days=60), clinic.rules.zone)
    return list((await town.storage.appointment_queries.page(whole, number=0, size=10_000)).items)


async def test_the_sample_clinic_has_a_history_made_once_and_told_to_nobody(
    town: Town, clock: TurnableClock
) -> None:
    assert await _starts(town, clock) == len(PEOPLE) + len(HISTORY_PATIENTS)
    made = await _all(town)
    assert len(made) > 1000
    await _starts(town, clock)
    assert await _all(town) == made
    assert await town.storage.notifications.unspread(9) == []
    of_doctor = [a for a in made if a.doctor_id == DOCTOR.id]
    past = {a.status for a in of_doctor if a.slot.end < clock.now()}
    assert past == set(AppointmentStatus) - {AppointmentStatus.HELD, AppointmentStatus.BOOKED}
    assert {a.status for a in of_doctor if a.slot.end >= clock.now()} == {AppointmentStatus.BOOKED}


async def test_the_history_is_one_that_people_could_have(town: Town, clock: TurnableClock) -> None:
    await _starts(town, clock)
    made = await _all(town)
    made = [a for a in made if a.id != VISIT_ID]
    kinds = {person.id: person.specialization for person in PEOPLE if person.role is Role.DOCTOR}
    assert {kinds[a.doctor_id] for a in made} == set(REASONS)
    assert all(a.reason is None or a.reason in REASONS[kinds[a.doctor_id] or ""] for a in made)
    visits = Counter((a.patient_id, a.slot.start.date()) for a in made)
    assert max(visits.values()) == 1
    upcoming = Counter(a.patient_id for a in made if a.slot.end >= clock.now())
    assert upcoming
    assert max(upcoming.values()) <= 3
    # The longest figures are of 90 days, of which the first ones are not empty.
    assert min(a.slot.start for a in made) < clock.now() - timedelta(days=86)


async def test_two_doctors_work_at_two_places_for_five_kinds_of_visit(
    town: Town, clock: TurnableClock
) -> None:
    await _starts(town, clock)
    made, catalogue = await _all(town), await town.storage.catalogue.all()
    assert (len(catalogue.kinds), len(catalogue.places), len(catalogue.rooms)) == (5, 2, 1)
    kinds = {doctor: {a.kind_id for a in made if a.doctor_id == doctor.id} for doctor in PEOPLE}
    assert kinds[DOCTOR] == {None}
    assert kinds[GENERALIST] == {CHECK.id, SCAN.id}
    assert kinds[PHYSIOTHERAPIST] == {PHYSIOTHERAPY.id}
    assert {a.room_id for a in made if a.kind_id == SCAN.id} == {ULTRASOUND.id}
    assert {a.place_id for a in made if a.kind_id == SCAN.id} == {HARBOUR.id}
    assert {a.place_id for a in made if a.doctor_id == GENERALIST.id} == {HARBOUR.id, HOSPITAL.id}
    schedules = town.assembly.clinic.schedules
    for kind in KINDS:
        doctor = PHYSIOTHERAPIST if kind is PHYSIOTHERAPY else GENERALIST
        times = await schedules.times({Role.DOCTOR: doctor.id}, wanted=WantedVisit(kind.id))
        assert times.soonest() is not None
    # What is changed afterwards stays changed.
    await town.storage.catalogue.put(replace(CHECK, is_retired=True))
    await town.storage.schedules.put(GENERALIST.id, SCHEDULE)
    await _starts(town, clock)
    assert (await town.storage.catalogue.all()).kinds[CHECK.id].is_retired
    stored = await town.storage.schedules.of_doctor(GENERALIST.id)
    assert stored is not None
    assert stored.weekly == SCHEDULE.weekly


async def test_an_older_demo_gets_the_kinds_and_keeps_the_hours_that_were_changed(
    town: Town, clock: TurnableClock
) -> None:
    await furnish(town.storage, town.accounts, clock)
    week = Schedule(weekly={Weekday.MONDAY: (Hours(time(8), time(10)),)})
    await town.storage.schedules.put(GENERALIST.id, week)
    await town.storage.erasure.forget_account(PHYSIOTHERAPIST.id)
    start = clock.now() - timedelta(days=1)
    slot, done = Slot(start, start + timedelta(minutes=30)), AppointmentStatus.FULFILLED
    old = Appointment(AppointmentId("1" * 24), DOCTOR.id, HISTORY_PATIENTS[0].id, slot, done)
    await town.storage.appointments.add_silently([(old, start)])
    await _starts(town, clock)
    generalist = await town.storage.schedules.of_doctor(GENERALIST.id)
    physiotherapist = await town.storage.schedules.of_doctor(PHYSIOTHERAPIST.id)
    assert generalist is not None
    assert physiotherapist is not None
    assert (generalist.weekly, len(generalist.kind_ids)) == (week.weekly, 4)
    assert physiotherapist.kind_ids == (PHYSIOTHERAPY.id,)
    # Whoever is deleted afterwards does not come back.
    await town.storage.erasure.forget_account(PHYSIOTHERAPIST.id)
    await _starts(town, clock)
    assert await town.storage.users.by_id(PHYSIOTHERAPIST.id) is None


async def test_who_changed_their_mail_or_went_is_not_made_again(town: Town, clock: TurnableClock) -> None:
    count = await _starts(town, clock)
    await town.storage.users.change(PATIENT.id, {"email": "asha@elsewhere.example"})
    assert await _starts(town, clock) == count
    await town.storage.erasure.forget_account(PATIENT.id)
    assert await _starts(town, clock) == count - 1


async def test_a_first_start_that_was_cut_short_is_finished(town: Town, clock: TurnableClock) -> None:
    await town.storage.users.add(DOCTOR.user, b"hash", clock.now())
    assert await _starts(town, clock) == len(PEOPLE) + len(HISTORY_PATIENTS)
    assert await _all(town)


async def test_a_history_that_was_cut_short_is_finished_and_not_made_twice(
    town: Town, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    inserted: list[int] = []

    async def dies_on_the_way(collection: Collection, rows: Sequence[Document]) -> dict[int, Document]:
        if len(inserted) == 4:
            raise StorageDown
        inserted.append(len(rows))
        return await insert_new(collection, rows)

    with monkeypatch.context() as faults:
        faults.setattr("services.storage.appointments.insert_new", dies_on_the_way)
        with pytest.raises(StorageDown):
            await _starts(town, clock)
    assert inserted == [1, *(ROWS_PER_WRITE,) * 3]
    begun = await _all(town)
    assert len(begun) == sum(inserted)
    clock.turn(timedelta(days=1))
    await _starts(town, clock)
    made = await _all(town)
    assert len(made) > len(begun) + 1000
    assert [a for a in made if a.id in {each.id for each in begun}] == begun
    taken = [a for a in made if a.status is not AppointmentStatus.CANCELLED]
    assert max(Counter((a.doctor_id, a.slot.start) for a in taken).values()) == 1
    await _starts(town, clock)
    assert await _all(town) == made


async def test_a_mother_has_a_child_with_a_visit_and_the_desk_a_caller_without_an_account(
    town: Town, clock: TurnableClock
) -> None:
    await _starts(town, clock)
    asha = await town.storage.users.by_id(PATIENT.id)
    assert asha is not None
    assert asha.looks_after == (MIA.id,)
    assert await town.storage.patients.by_ids([MIA.id, CALLER.id]) == {MIA.id: MIA, CALLER.id: CALLER}
    visit = await town.storage.appointments.by_id(VISIT_ID)
    assert visit is not None
    assert (visit.patient_id, visit.status) == (MIA.id, AppointmentStatus.BOOKED)
    assert visit.slot.start - clock.now() >= timedelta(days=3)
    assert len(visit.remind_at) == 2


async def test_an_older_demo_gets_the_family_and_the_desk_once(town: Town, clock: TurnableClock) -> None:
    await furnish(town.storage, town.accounts, clock)
    await town.storage.erasure.forget_account(RECEPTIONIST.id)
    start = clock.now() - timedelta(days=1)
    old = Appointment(
        AppointmentId("1" * 24),
        DOCTOR.id,
        HISTORY_PATIENTS[0].id,
        Slot(start, start + timedelta(minutes=30)),
        AppointmentStatus.FULFILLED,
    )
    await town.storage.appointments.add_silently([(old, start)])
    assert await _starts(town, clock) == len(PEOPLE) + len(HISTORY_PATIENTS)
    assert {each.id for each in await _all(town)} == {old.id, VISIT_ID}
    # Whom somebody has removed since does not come back.
    await town.storage.erasure.forget_account(RECEPTIONIST.id)
    await town.storage.carers.stop(PATIENT.id, MIA.id)
    await town.storage.patients.delete(CALLER.id)
    assert await _starts(town, clock) == len(PEOPLE) + len(HISTORY_PATIENTS) - 1
    assert await town.storage.patients.by_id(CALLER.id) is None
    asha = await town.storage.users.by_id(PATIENT.id)
    assert asha is not None
    assert asha.looks_after == ()


async def test_an_interrupted_addition_is_finished(town: Town, clock: TurnableClock) -> None:
    await _starts(town, clock)
    await town.storage.patients.delete(CALLER.id)
    await town.storage.audit._audit.delete_many({"subject": CALLER.id})
    await _starts(town, clock)
    assert await town.storage.patients.by_id(CALLER.id) == CALLER
