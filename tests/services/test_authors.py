"""The audit's entries of bookings, moves and cancellations: as sure as the change, and there once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.models.appointments import AppointmentId, ChangeKind
from services.models.audit import Action
from services.models.notifications import ChannelName
from services.models.people import Author, Principal, Role, Via
from services.notifications.outbox import Outbox
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _booked, _books

ID = AppointmentId("a" * 24)


def _outbox(bench: Bench) -> Outbox:
    recorder = Recorder()
    return Outbox(
        notifications=bench.storage.notifications,
        users=bench.storage.users,
        sessions=bench.storage.sessions,
        clock=bench.clock,
        channels={ChannelName.CHAT: recorder, ChannelName.MAIL: recorder},
        audit=bench.storage.audit,
    )


async def _said(bench: Bench, nora: Principal, *actions: Action) -> list[tuple[Action, str]]:
    entries = (await bench.clinic.audit.page(nora)).entries.items
    return [(each.action, each.facts["via"]) for each in reversed(entries) if each.action in actions]


async def test_each_way_in_is_told_apart_and_each_change_is_noted_once(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha, changes = await _booked(bench)
    over_http = replace(asha, chat_id=None)
    start = (await bench.clinic.appointment_views.get(asha, ID)).appointment.slot.start
    await changes.move(over_http, ID, start + timedelta(days=1), was=start)
    await _outbox(bench).send_due()
    await changes.cancel(nora, ID)
    for _ in range(2):
        await _outbox(bench).send_due()
    assert await _said(bench, nora, Action.BOOKED, Action.MOVED, Action.CANCELLED, Action.CANCELLED_FOR) == [
        (Action.BOOKED, "chat"),
        (Action.MOVED, "http"),
        (Action.CANCELLED_FOR, "desk"),
    ]
    done, people = await bench.clinic.appointment_views.changes(nora, ID)
    assert [(each.kind, each.author) for each in done] == [
        (ChangeKind.BOOKED, Author(asha.id, Via.CHAT)),
        (ChangeKind.MOVED, Author(asha.id, Via.HTTP)),
        (ChangeKind.CANCELLED, Author(nora.id, Via.DESK)),
    ]
    assert set(people) == {asha.id, nora.id}


async def test_what_is_cancelled_with_many_others_has_its_author_too(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha, _ = await _booked(bench)
    await _books(bench, asha, "b", days=2)
    await bench.clinic.administration.block(nora, asha.id, clear=True)
    await _outbox(bench).send_due()
    entries = (await bench.clinic.audit.page(nora, user_id=asha.id)).entries.items
    cancelled = [e for e in entries if e.action is Action.CANCELLED_FOR]
    assert [(e.actor, e.facts["via"]) for e in cancelled] == [(nora.id, "desk")] * 2


@pytest.mark.parametrize("is_confirmed", [False, True])
async def test_a_move_to_where_the_patient_has_moved_it_already_is_noted_for_them_alone(
    bench: Bench, *, is_confirmed: bool
) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha, changes = await _booked(bench)
    start = (await bench.clinic.appointment_views.get(asha, ID)).appointment.slot.start
    await changes.move(asha, ID, start + timedelta(days=1), was=start)
    if is_confirmed:
        await changes.confirm(asha, ID)
    await changes.move(nora, ID, start + timedelta(days=1), was=start)
    await _outbox(bench).send_due()
    assert await _said(bench, nora, Action.MOVED, Action.MOVED_FOR) == [(Action.MOVED, "chat")]


async def test_events_and_entries_of_an_earlier_version_say_nothing_of_it(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    await _booked(bench)
    rows = bench.storage.appointments._appointments
    old = {"$unset": {"history.0.via": "", "unsent.0.facts.actor": "", "unsent.0.facts.via": ""}}
    await rows.update_one({"_id": ID}, old, comment=OURS)
    await _outbox(bench).send_due()
    assert await _said(bench, nora, Action.BOOKED, Action.BOOKED_FOR) == []
    (done,), _ = await bench.clinic.appointment_views.changes(nora, ID)
    assert done.author.via is None
