"""Deleting an account: killed at any step it is finished, what was on its way is met, one admin stays."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from services.errors import LastAdmin, NotSignedIn, SessionEnded
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.audit import Action
from services.models.limits import LimitName
from services.models.notifications import Event, EventKind
from services.models.people import ChatId, Principal, Role, UserId
from services.models.scheduling import Closure
from services.models.slots import Slot
from tests.plans import OURS
from tests.services.conftest import PASSWORD, Bench

TUESDAY_TEN = datetime(2027, 5, 4, 8, tzinfo=UTC)  # in Berlin
STEPS = (
    "erase_reasons",
    "rename_in_digests",
    "rename_in_visits",
    "chats",
    "forget_secrets",
    "forget_settings",
    "forget_chats",
    "forget_account",
)


async def _booked(bench: Bench) -> Principal:
    asha, rao = await bench.principal("asha@example.org"), await bench.user("rao@example.org", Role.DOCTOR)
    await bench.clinic.booking.book(
        asha, rao.id, TUESDAY_TEN, reason="a cough", request_id=AppointmentId("a" * 24)
    )
    return asha


async def _stored(bench: Bench, number: str = "a") -> Appointment:
    found = await bench.storage.appointments.by_id(AppointmentId(number * 24))
    assert found is not None
    return found


async def test_an_admin_who_leaves_is_in_no_closure_and_no_limit_which_both_stay(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    vera = await bench.principal("vera@example.org", Role.ADMIN, chat=8)
    closures = bench.clinic.closures
    first = Closure("c" * 24, closures.days(date(2027, 5, 6), date(2027, 5, 6)), "Stocktaking")
    await closures.close(nora, first)
    await bench.clinic.limit_settings.change(nora, LimitName.HOLDS, 3)
    await bench.clinic.limit_settings.change(vera, LimitName.A_DAY, 2)
    found = json.loads(await bench.clinic.personal_data.file(nora))
    assert [(each["reason"], each["start"]) for each in found["closures"]] == [
        ("Stocktaking", first.slot.start.isoformat())
    ]
    assert [(each["limit"], each["value"]) for each in found["limits"]] == [("holds", 3)]
    await bench.clinic.account_deletion.leave(nora)
    for collection in ("closures", "clinic_settings"):
        found_rows = bench.storage.closures._closures.database[collection].find({}, comment=OURS)
        rows = await found_rows.to_list(None)
        assert rows
        assert nora.id not in str(rows)
    assert await closures.coming(vera) == [first]
    limits = {each.name: each for each in await bench.clinic.limit_settings.shown(vera)}
    assert (limits[LimitName.HOLDS].value, limits[LimitName.HOLDS].set_by) == (3, None)
    assert limits[LimitName.A_DAY].set_by == vera.user


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_it_is_finished_in_the_next_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    asha = await _booked(bench)

    class Killed(BaseException):
        pass

    async def dies(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bench.storage.erasure, step, dies)
        with pytest.raises(Killed):
            await bench.clinic.account_deletion.leave(asha)
    bench.clock.turn(timedelta(seconds=31))
    await bench.clinic.periodic.run()
    assert await bench.storage.users.by_id(asha.id) is None
    assert await bench.storage.sessions.of_user(asha.id, bench.clock.now()) == []
    assert ((await _stored(bench)).status, (await _stored(bench)).reason) == (
        AppointmentStatus.CANCELLED,
        None,
    )
    bench.clock.turn(timedelta(minutes=3))
    await bench.clinic.periodic.run()
    assert await bench.storage.bulk_cancellations.all() == []


async def test_the_news_of_the_cancelling_is_made_without_a_reason(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the outbox, which may be quicker than the eraser, would tell it."""
    asha = await _booked(bench)

    async def later(*_args: object) -> None:
        pass

    monkeypatch.setattr(bench.storage.erasure, "rename_in_visits", later)
    await bench.clinic.account_deletion.leave(asha)
    events = {event.kind: event.facts for event in await bench.storage.notifications.unspread(9)}
    assert events[EventKind.BOOKED]["reason"] == "a cough"
    facts = events[EventKind.CANCELLED]
    assert (facts["patient"], facts["reason"]) == ("A former patient", None)


async def test_killed_once_the_account_is_closed_it_is_finished_in_the_next_round(bench: Bench) -> None:
    asha = await _booked(bench)
    await bench.storage.users.go(asha.id, bench.clock.now(), None)
    await bench.clinic.periodic.run()
    assert await bench.storage.users.by_id(asha.id) is not None  # somebody may be at it
    bench.clock.turn(timedelta(seconds=31))
    await bench.clinic.periodic.run()
    assert await bench.storage.users.by_id(asha.id) is None
    assert (await _stored(bench)).status is AppointmentStatus.CANCELLED


async def test_what_was_on_its_way_is_met_while_the_order_stands(bench: Bench) -> None:
    asha = await _booked(bench)
    first = await _stored(bench)
    await bench.clinic.account_deletion.leave(asha)
    # A booking of another chat, and a sign-in, that were checked before the account was closed.
    late = Appointment(
        AppointmentId("b" * 24),
        first.doctor_id,
        asha.id,
        Slot(TUESDAY_TEN + timedelta(days=1), TUESDAY_TEN + timedelta(days=1, minutes=30)),
        AppointmentStatus.BOOKED,
        reason="a late cough",
    )
    facts = {"patient": "Asha", "reason": "a late cough", "note": None}
    event = Event("b" * 24 + ".booked", EventKind.BOOKED, (asha.id, first.doctor_id), facts)
    await bench.storage.appointments.add(late, event, bench.clock.now(), by=asha.id)
    await bench.clinic.periodic.run()
    stored = await _stored(bench, "b")
    assert (stored.status, stored.reason) == (AppointmentStatus.CANCELLED, None)
    events = await bench.storage.notifications.unspread(9)
    assert len(events) == 4  # two bookings, two cancellings
    assert not any("Asha" in str(e.facts) or "cough" in str(e.facts) for e in events)


async def test_nobody_signs_in_once_the_account_is_closed(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.account_deletion.leave(asha)
    with pytest.raises(NotSignedIn):
        await bench.clinic.sessions.authenticate(ChatId(1))
    with pytest.raises(SessionEnded):
        await bench.clinic.account_deletion.leave(asha)
    await bench.user("asha@example.org")  # the address is free again
    again = await bench.clinic.sessions.sign_in(ChatId(1), "asha@example.org", PASSWORD)
    assert again.id != asha.id


async def test_codes_and_tries_go_too(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.profile.send_code(asha, "new@example.org")
    await (await bench.clinic.new_passwords.ask(ChatId(1), "asha@example.org"))
    await bench.storage.attempts.record("mail:asha@example.org", bench.clock.now(), 5, timedelta(minutes=15))
    await bench.clinic.account_deletion.leave(asha)
    assert await bench.storage.one_time_codes._codes.find({}, comment="asked by a test").to_list(None) == []
    assert await bench.storage.attempts._attempts.find({}, comment="asked by a test").to_list(None) == []


async def test_of_two_last_admins_who_go_at_once_one_stays(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=1)
    olga = await bench.principal("olga@example.org", Role.ADMIN, chat=2)
    results = await asyncio.gather(
        *(bench.clinic.account_deletion.leave(admin) for admin in (nora, olga)), return_exceptions=True
    )
    assert any(isinstance(result, LastAdmin) for result in results)
    assert len(await bench.storage.users.active(Role.ADMIN, UserId(""), 9)) >= 1


async def test_the_audit_keeps_that_somebody_went_by_id_alone(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    await bench.clinic.account_deletion.leave(asha)
    latest = await bench.storage.audit.latest(asha.id, frozenset({Action.ACCOUNT_DELETED}))
    assert latest is not None
    assert (latest.actor, latest.facts) == (asha.id, {})


async def test_others_are_left_alone(bench: Bench) -> None:
    asha = await _booked(bench)
    bela = await bench.principal("bela@example.org", chat=2)
    rao = (await _stored(bench)).doctor_id
    await bench.clinic.booking.book(
        bela, rao, TUESDAY_TEN + timedelta(hours=1), reason="a cold", request_id=AppointmentId("b" * 24)
    )
    assert await bench.clinic.account_deletion.leave(asha) == 1
    stored = await _stored(bench, "b")
    assert (stored.status, stored.reason) == (AppointmentStatus.BOOKED, "a cold")
    assert (await bench.clinic.sessions.authenticate(ChatId(2))).id == bela.id
