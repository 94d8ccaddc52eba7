"""What admins decide about people: once, for all to see, and never so that no admin is left."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.accounts.registration import Registration
from services.errors import (
    AccountBlocked,
    AccountPending,
    AlreadyDecided,
    BadSpecialization,
    CannotBlockYourself,
    ClinicError,
    DoctorUnknown,
    LastAdmin,
    NotSignedIn,
    RoleRequired,
    UserUnknown,
)
from services.models.appointments import AppointmentId, AppointmentStatus, CancellationCause, Period
from services.models.audit import Action, AuditEntry
from services.models.notifications import Event
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from tests.services.conftest import PASSWORD, Bench

# Berlin is two hours ahead of UTC in May; the clock stands at 08:00 there.
TEN = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY = UserId("0" * 24)
ACTIVE, BLOCKED = AccountStatus.ACTIVE, AccountStatus.BLOCKED


async def _doctor_who_waits(bench: Bench) -> User:
    hashed = await bench.clinic.accounts.hash_password(PASSWORD)
    return await bench.clinic.accounts.register(
        Registration("Rao", "rao@example.org", hashed, Role.DOCTOR, None, "Cardiology", vetted=False)
    )


async def _nora(bench: Bench) -> Principal:
    return await bench.principal("nora@example.org", Role.ADMIN, 9)


async def _bela(bench: Bench) -> Principal:
    return await bench.principal("bela@example.org", Role.ADMIN, 8)


async def _book(bench: Bench, patient: Principal, doctor: User, number: int) -> AppointmentId:
    start = TEN + number * HOUR
    request_id = AppointmentId(f"{number:024x}")
    await bench.clinic.booking.book(patient, doctor.id, start, reason="a cough", request_id=request_id)
    return request_id


async def _noted(bench: Bench, admin: Principal) -> list[AuditEntry]:
    page = await bench.clinic.audit.page(admin)
    return [entry for entry in page.entries.items if entry.actor == admin.id != entry.subject][::-1]


async def _admins(bench: Bench) -> list[UserId]:
    """Return those who are active."""
    return await bench.storage.users.active(Role.ADMIN, UserId(""), 9)


async def _events(bench: Bench, kind: str) -> list[Event]:
    return [event for event in await bench.storage.notifications.unspread(99) if event.kind == kind]


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
async def test_only_admins_see_accounts_and_decide_on_them(bench: Bench, role: Role) -> None:
    waiting = await _doctor_who_waits(bench)
    other = await bench.principal("other@example.org", role)
    people = bench.clinic.administration
    for call in (
        people.page(other, "", 0),
        people.get(other, waiting.id),
        people.get(other, other.id),
        people.decide(other, waiting.id, approve=True),
        people.block(other, waiting.id),
        people.unblock(other, waiting.id),
        people.affected(other, other.id),
        people.clear(other, other.id),
        people.change_specialization(other, other.id, "Surgery"),
    ):
        with pytest.raises(RoleRequired) as refused:
            await call
        assert refused.value.roles == {Role.ADMIN}
    assert await bench.storage.users.by_id(waiting.id) == waiting


@pytest.mark.parametrize(("approve", "status"), [(True, ACTIVE), (False, BLOCKED)])
async def test_a_doctor_is_decided_on_once_and_hears_of_it(
    bench: Bench, *, approve: bool, status: AccountStatus
) -> None:
    waiting = await _doctor_who_waits(bench)
    nora = await _nora(bench)
    with pytest.raises(AccountPending):
        await bench.clinic.sessions.sign_in(ChatId(5), waiting.email, PASSWORD)
    with pytest.raises(DoctorUnknown):
        await bench.clinic.doctors.get(nora, waiting.id)
    decide = bench.clinic.administration.decide
    assert (await decide(nora, waiting.id, approve=approve)).status is status
    for again in (approve, not approve):
        with pytest.raises(AlreadyDecided):
            await decide(nora, waiting.id, approve=again)
    (event,) = await _events(bench, "doctor_approved" if approve else "doctor_refused")
    assert event.readers == (waiting.id,)
    offered = await bench.clinic.doctors.page(nora, None, 0)
    assert (waiting.id in {one.id for one in offered.items}) is approve
    (entry,) = await _noted(bench, nora)
    assert (entry.action, entry.subject) == (Action.APPROVED if approve else Action.REFUSED, waiting.id)


async def test_of_two_admins_who_decide_at_once_the_second_is_told_what_the_first_did(bench: Bench) -> None:
    waiting = await _doctor_who_waits(bench)
    admins = {True: await _nora(bench), False: await _bela(bench)}
    results = await asyncio.gather(
        *(bench.clinic.administration.decide(admins[yes], waiting.id, approve=yes) for yes in (True, False)),
        return_exceptions=True,
    )
    (done,) = [result for result in results if isinstance(result, User)]
    (late,) = [result for result in results if isinstance(result, AlreadyDecided)]
    assert late.user == done
    assert len(await _events(bench, "doctor_approved") + await _events(bench, "doctor_refused")) == 1
    # A moment later it is written down for certain.
    bench.clock.turn(HOUR)
    with pytest.raises(AlreadyDecided) as told:
        await bench.clinic.administration.decide(admins[True], waiting.id, approve=True)
    error, was_approved = told.value, done.status is ACTIVE
    assert error.action is (Action.APPROVED if was_approved else Action.REFUSED)
    assert error.by == admins[was_approved].user.name
    assert (error.at, error.is_yours) == (bench.clock.now() - HOUR, was_approved)


async def test_what_was_decided_before_is_not_taken_for_what_is_not_written_down_yet(bench: Bench) -> None:
    waiting = await _doctor_who_waits(bench)
    nora = await _nora(bench)
    await bench.clinic.administration.decide(nora, waiting.id, approve=True)
    # Somebody blocks the doctor, and dies before it is noted.
    await bench.storage.users.decide(waiting.id, ACTIVE, BLOCKED)
    with pytest.raises(AlreadyDecided) as told:
        await bench.clinic.administration.block(nora, waiting.id)
    assert (told.value.user.status, told.value.action) == (BLOCKED, None)


async def test_an_account_that_is_not_there_or_does_not_wait_is_not_decided_on(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.user("asha@example.org")
    people = bench.clinic.administration
    for call in (
        people.decide(nora, NOBODY, approve=True),
        people.block(nora, NOBODY),
        people.unblock(nora, NOBODY),
        people.clear(nora, NOBODY),
        people.affected(nora, NOBODY),
        people.change_specialization(nora, NOBODY, "Surgery"),
        people.change_specialization(nora, asha.id, "Surgery"),
    ):
        with pytest.raises(UserUnknown):
            await call
    for refused in (
        people.decide(nora, asha.id, approve=False),
        people.unblock(nora, asha.id),
        people.clear(nora, asha.id),
    ):
        with pytest.raises(AlreadyDecided) as told:
            await refused
        assert (told.value.user, told.value.action) == (asha, None)
    assert await people.get(nora, asha.id) == asha


async def test_who_is_blocked_is_out_at_once_everywhere_and_comes_in_again_by_signing_in(
    bench: Bench,
) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    sessions, people = bench.clinic.sessions, bench.clinic.administration
    await sessions.sign_in(ChatId(2), "asha@example.org", PASSWORD)
    blocked, count = await people.block(nora, asha.id)
    assert (blocked.status, count) == (BLOCKED, 0)
    for chat in (ChatId(1), ChatId(2)):
        with pytest.raises(NotSignedIn):
            await sessions.authenticate(chat)
    with pytest.raises(AccountBlocked):
        await sessions.sign_in(ChatId(1), "asha@example.org", PASSWORD)
    with pytest.raises(AlreadyDecided) as told:
        await people.block(nora, asha.id)
    assert (told.value.action, told.value.is_yours) == (Action.BLOCKED, True)
    assert (await people.unblock(nora, asha.id)).status is ACTIVE
    with pytest.raises(NotSignedIn):
        await sessions.authenticate(ChatId(1))
    await sessions.sign_in(ChatId(1), "asha@example.org", PASSWORD)
    with pytest.raises(AlreadyDecided):
        await people.unblock(nora, asha.id)
    assert (await sessions.authenticate(ChatId(1))).id == asha.id
    assert [entry.action for entry in await _noted(bench, nora)] == [Action.BLOCKED, Action.UNBLOCKED]
    # Each of both is told once, however often it was asked for, and at once.
    assert len(bench.news) == 2
    for kind in ("account_blocked", "account_unblocked"):
        assert [event.readers for event in await _events(bench, kind)] == [(asha.id,)]


async def test_a_session_that_was_begun_while_the_account_was_blocked_does_not_outlast_that(
    bench: Bench,
) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    kept = await bench.storage.sessions._sessions.find_one({"_id": 1})
    await bench.clinic.administration.block(nora, asha.id)
    # One who was about to sign in when the others were ended.
    await bench.storage.sessions._sessions.insert_one(kept)
    with pytest.raises(AccountBlocked):
        await bench.clinic.sessions.authenticate(ChatId(1))
    await bench.clinic.administration.unblock(nora, asha.id)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(ChatId(1))


async def test_nobody_blocks_themselves(bench: Bench) -> None:
    nora = await _nora(bench)
    await _bela(bench)
    with pytest.raises(CannotBlockYourself):
        await bench.clinic.administration.block(nora, nora.id)
    assert await bench.storage.users.by_id(nora.id) == nora.user


async def test_admins_who_block_each_other_at_once_leave_one_at_least(bench: Bench) -> None:
    admins = [await bench.principal(f"a{number}@example.org", Role.ADMIN, number) for number in range(3)]
    block = bench.clinic.administration.block
    for _ in range(5):
        tries = [block(one, other.id) for one in admins for other in admins if one is not other]
        results = await asyncio.gather(*tries, return_exceptions=True)
        left = await _admins(bench)
        assert left
        unforeseen = [r for r in results if isinstance(r, Exception) and not isinstance(r, ClinicError)]
        assert not unforeseen
        for admin in admins:
            await bench.storage.users.decide(admin.id, BLOCKED, ACTIVE)


async def test_of_two_admins_who_block_each_other_at_once_both_can_not(bench: Bench) -> None:
    nora, bela = await _nora(bench), await _bela(bench)
    block = bench.clinic.administration.block
    results = await asyncio.gather(block(nora, bela.id), block(bela, nora.id), return_exceptions=True)
    assert any(isinstance(result, LastAdmin) for result in results)
    assert await _admins(bench)


async def test_an_admin_who_was_blocked_a_moment_ago_can_not_block_the_last_one(bench: Bench) -> None:
    nora, bela = await _nora(bench), await _bela(bench)
    await bench.clinic.administration.block(nora, bela.id)
    # The tap was on its way: who tapped was let in before.
    with pytest.raises(LastAdmin):
        await bench.clinic.administration.block(bela, nora.id)
    assert await _admins(bench) == [nora.id]
    await bench.clinic.administration.unblock(nora, bela.id)
    await bench.clinic.administration.block(bela, nora.id)
    assert await _admins(bench) == [bela.id]


async def test_one_who_died_while_blocking_an_admin_keeps_nobody_from_it_for_long(bench: Bench) -> None:
    nora, bela = await _nora(bench), await _bela(bench)
    await bench.storage.admins.mark(nora.id, "dead", bench.clock.now())
    with pytest.raises(LastAdmin):
        await bench.clinic.administration.block(nora, bela.id)
    bench.clock.turn(timedelta(minutes=1))
    blocked, _ = await bench.clinic.administration.block(nora, bela.id)
    assert blocked.status is BLOCKED
    # And whoever seemed to be dead, but was only slow, is late.
    assert await bench.storage.users.decide(nora.id, ACTIVE, BLOCKED, mark="dead") is None


async def test_a_blocked_doctors_appointments_stay_or_go_as_the_admin_says(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    sen = await bench.user("sen@example.org", Role.DOCTOR)
    ids = [await _book(bench, asha, rao, number) for number in range(3)]
    kept = await _book(bench, asha, sen, 4)
    people = bench.clinic.administration
    listed = await people.affected(nora, rao.id)
    assert [(item.appointment.id, item.appointment.reason) for item in listed] == [(i, None) for i in ids]
    assert await people.block(nora, rao.id) == (await people.get(nora, rao.id), 0)
    assert len(await people.affected(nora, rao.id)) == 3
    assert await people.clear(nora, rao.id) == 3
    assert await people.clear(nora, rao.id) == 0
    assert (
        await bench.clinic.appointment_views.get(asha, kept)
    ).appointment.status is AppointmentStatus.BOOKED
    events = await _events(bench, "cancelled")
    assert [event.readers for event in events] == [(asha.id,)] * 3
    for event in events:
        assert (event.facts["by"], event.facts["why"]) == ("admin", "blocked")
        assert {offer["doctor_id"] for offer in event.facts["offers"]} == {sen.id}
        assert len(event.facts["offers"]) == 3
    noted = [(entry.action, dict(entry.facts)) for entry in await _noted(bench, nora)]
    assert noted == [(Action.BLOCKED, {})]  # each of the visits is noted as its news is spread


async def test_blocking_and_cancelling_meets_a_booking_that_was_on_its_way(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    await _book(bench, asha, rao, 0)
    assert (await bench.clinic.administration.block(nora, rao.id, clear=True))[1] == 1
    await bench.storage.users.change(rao.id, {"status": "active"})
    late = await _book(bench, asha, rao, 1)
    await bench.storage.users.change(rao.id, {"status": "blocked"})
    await bench.clinic.periodic.run()
    assert (
        await bench.clinic.appointment_views.get(asha, late)
    ).appointment.status is AppointmentStatus.CANCELLED


async def test_what_is_booked_after_the_doctor_was_let_in_again_stays(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    await bench.clinic.administration.block(nora, rao.id, clear=True)
    await bench.clinic.administration.unblock(nora, rao.id)
    booked = await _book(bench, asha, rao, 1)
    await bench.clinic.periodic.run()
    assert (
        await bench.clinic.appointment_views.get(asha, booked)
    ).appointment.status is AppointmentStatus.BOOKED


async def test_blocking_that_was_cut_short_is_finished_when_it_is_asked_for_again(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _book(bench, asha, rao.user, 0)
    await bench.storage.users.decide(rao.id, ACTIVE, BLOCKED)
    blocked, count = await bench.clinic.administration.block(nora, rao.id, clear=True)
    assert (blocked.status, count) == (BLOCKED, 1)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(ChatId(2))


async def test_of_a_blocked_patient_the_doctor_hears(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, 2)
    await _book(bench, asha, rao.user, 0)
    assert (await bench.clinic.administration.block(nora, asha.id, clear=True))[1] == 1
    (event,) = await _events(bench, "cancelled")
    assert event.readers == (rao.id,)
    assert (event.facts["by"], event.facts["why"], event.facts["offers"]) == ("admin", "blocked", [])
    assert (await bench.clinic.appointment_views.page(rao, Period.UPCOMING, 0)).total == 0


async def test_nothing_of_one_who_is_not_blocked_is_cleared(bench: Bench) -> None:
    nora = await _nora(bench)
    asha = await bench.principal("asha@example.org", chat=1)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    await _book(bench, asha, rao, 0)
    with pytest.raises(AlreadyDecided):
        await bench.clinic.administration.clear(nora, rao.id)
    assert len(await bench.clinic.administration.affected(nora, rao.id)) == 1
    assert not await _events(bench, "cancelled")


async def test_an_admin_has_no_appointments_to_cancel(bench: Bench) -> None:
    nora, bela = await _nora(bench), await _bela(bench)
    assert await bench.clinic.administration.affected(nora, bela.id) == []
    blocked, count = await bench.clinic.administration.block(nora, bela.id, clear=True)
    assert (blocked.status, count) == (BLOCKED, 0)
    assert not [
        c for c in await bench.storage.bulk_cancellations.all() if c.kind is CancellationCause.BLOCKED
    ]


async def test_a_specialization_is_changed_as_it_is_written_elsewhere(bench: Bench) -> None:
    nora = await _nora(bench)
    rao = await bench.user("rao@example.org", Role.DOCTOR)
    change = bench.clinic.administration.change_specialization
    with pytest.raises(BadSpecialization):
        await change(nora, rao.id, "x")
    assert (await change(nora, rao.id, " CARDIOLOGY ")).specialization == "Cardiology"
    assert (await change(nora, rao.id, "sports  medicine")).specialization == "Sports medicine"
    assert await bench.clinic.doctors.specializations(nora) == ["Sports medicine"]
    (entry,) = await _noted(bench, nora)
    assert entry.action is Action.SPECIALIZATION_CHANGED
    assert dict(entry.facts) == {"before": "Cardiology", "after": "Sports medicine"}
