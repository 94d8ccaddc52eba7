"""What another version has written, or what is broken, stops nothing else, and admins see it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.texts.outbox import page as page_text
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import Principal, Role, UserId
from services.notifications.outbox import LEASE
from services.storage.mongo.driver import Document
from services.storage.notifications import event_document, notice_document
from tests.faults.holding import logged
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _outbox

HARMS: Mapping[str, Document] = {
    "kind of another version": {"$set": {"event.kind": "from_the_future"}},
    "no kind": {"$unset": {"event.kind": ""}},
    "kind that is no word": {"$set": {"event.kind": 7}},
    "no event": {"$unset": {"event": ""}},
    "event that is none": {"$set": {"event": "gone"}},
    "no readers": {"$unset": {"event.readers": ""}},
    "no facts": {"$unset": {"event.facts": ""}},
    "facts that are none": {"$set": {"event.facts": 7}},
    "no reader": {"$unset": {"reader": ""}},
    "chat that is none": {"$set": {"chat_id": "here"}},
    "channel of another version": {"$set": {"channel": "pigeon"}},
    "channel that is no word": {"$set": {"channel": {"name": "mail"}}},
    "no channel": {"$unset": {"channel": ""}},
    "reader that is no id": {"$set": {"reader": {"id": 1}}},
    "chat that is no number": {"$set": {"chat_id": {"id": 1}}},
}


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    """An admin."""
    return await bench.principal("nora@example.org", Role.ADMIN, chat=9)


async def _four(bench: Bench, harm: Document) -> None:
    """Store four mails to Asha, of which the first is harmed."""
    asha = await bench.user("asha@example.org")
    rows = bench.storage.notifications._notifications
    for number in range(4):
        event = Event(f"e{number}", EventKind.DOCTOR_APPROVED, (asha.id,), {"name": "Asha"})
        notice = Notice(f"e{number}.mail", event, asha.id, ChannelName.MAIL, None)
        await rows.insert_one(notice_document(notice, bench.clock.now()))
    await rows.update_one({"_id": "e0.mail"}, harm)


@pytest.mark.parametrize("harm", HARMS)
async def test_a_notice_that_can_not_be_read_is_set_aside_and_its_neighbours_go_on(
    bench: Bench, nora: Principal, harm: str
) -> None:
    await _four(bench, HARMS[harm])
    mail, undelivered = Recorder(), bench.clinic.dead_letters
    outbox = _outbox(bench, Recorder(), mail)
    await outbox.send_due()
    assert len(mail.delivered) == 3
    for _ in range(2):
        found = await undelivered.page(nora, 0)
        (parked,) = found.dead_letters.items
        assert "something this version can't read" in page_text(found, bench.clinic.rules.zone)
        await undelivered.retry(nora, parked.ticket)
        await outbox.send_due()
        bench.clock.turn(LEASE)
    (parked,) = (await undelivered.page(nora, 0)).dead_letters.items
    await undelivered.drop(nora, parked.ticket)
    bench.clock.turn(LEASE)
    await outbox.send_due()
    assert (await undelivered.page(nora, 0)).dead_letters.total == 0
    assert len(mail.delivered) == 3


@pytest.mark.parametrize("attempts", ["none", {"so": "many"}, [1], True])
async def test_a_notice_whose_attempts_are_no_number_keeps_no_other_from_being_taken(
    bench: Bench, nora: Principal, attempts: Any
) -> None:
    await _four(bench, {"$set": {"attempts": attempts}})
    mail, undelivered = Recorder(), bench.clinic.dead_letters
    outbox = _outbox(bench, Recorder(), mail)
    await outbox.send_due()
    assert len(mail.delivered) == 3
    (parked,) = (await undelivered.page(nora, 0)).dead_letters.items
    await undelivered.retry(nora, parked.ticket)  # they are counted anew
    await outbox.send_due()
    assert len(mail.delivered) == 4


async def test_the_kind_that_is_not_known_is_named(bench: Bench, nora: Principal) -> None:
    await _four(bench, {"$set": {"event.kind": "<b>from_the_future"}})
    await _outbox(bench, Recorder(), Recorder()).send_due()
    said = page_text(await bench.clinic.dead_letters.page(nora, 0), bench.clinic.rules.zone)
    assert "something this version can't read (&lt;b&gt;from_the_future)" in said


@pytest.mark.parametrize(
    "facts", [{}, {"start": "noon"}, {"version": "x", "appointment_id": 7, "at": None, "patient_id": 9}]
)
async def test_facts_that_make_no_sense_stop_no_neighbour(bench: Bench, facts: dict[str, Any]) -> None:
    await _four(bench, {"$set": {"attempts": 0}})
    asha = await bench.user("bela@example.org")
    for number, kind in enumerate((EventKind.REMINDER, EventKind.SLOT_OPENED, EventKind.BOOKED)):
        event = Event(f"bad{number}", kind, (asha.id,), facts)
        notice = Notice(f"bad{number}.mail", event, asha.id, ChannelName.MAIL, None)
        await bench.storage.notifications.add([], [notice], bench.clock.now())
    mail = Recorder()
    outbox = _outbox(bench, Recorder(), mail)
    for _ in range(3):
        await outbox.send_due()
        bench.clock.turn(timedelta(seconds=61))
    assert mail.delivered.count("doctor_approved Asha mail") == 4


@pytest.mark.parametrize("harm", ["kind", "readers", "facts"])
async def test_news_that_can_not_be_read_waits_where_it_was_born_and_is_logged_once(
    bench: Bench, harm: str
) -> None:
    users = bench.storage.users._users
    asha = await bench.user("asha@example.org")
    bad = event_document(Event(f"bad.{harm}", EventKind.DOCTOR_APPROVED, (asha.id,), {"name": "Asha"}))
    bad[harm] = "from_the_future" if harm == "kind" else None
    good = event_document(Event("good", EventKind.DOCTOR_APPROVED, (asha.id,), {"name": "Asha"}))
    # More than are looked at together.
    await users.insert_many(
        [{"_id": f"x{n:03}", "email": f"{n}", "unsent": [bad | {"id": f"{harm}{n}"}]} for n in range(120)]
    )
    await users.update_one({"_id": asha.id}, {"$set": {"unsent": [bad, good]}})
    mail = Recorder()
    outbox = _outbox(bench, Recorder(), mail)
    with logged("event.unreadable") as unreadable:
        for _ in range(3):
            await outbox.send_due()
    assert mail.delivered == ["doctor_approved Asha mail"]
    assert len(unreadable.texts) == 121
    assert await users.count_documents({"unsent.id": f"bad.{harm}"}, comment=OURS) == 1


async def test_a_reader_who_can_not_be_read_stops_no_other(bench: Bench) -> None:
    await _four(bench, {"$set": {"reader": UserId("odd")}})
    await bench.storage.users._users.insert_one({"_id": "odd", "email": "odd", "role": "from_the_future"})
    mail = Recorder()
    await _outbox(bench, Recorder(), mail).send_due()
    assert len(mail.delivered) == 3
    waiting = {"reader": "odd", "due": {"$exists": True}}
    rows = bench.storage.notifications._notifications
    assert await rows.count_documents(waiting, comment=OURS) == 1
