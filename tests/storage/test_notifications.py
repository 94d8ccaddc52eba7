"""The outbox as it is stored: nothing lost, nothing doubled, each notice with one claimer at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import AccountStatus, ChatId, Role, UserId
from services.storage.mongo.driver import insert_new
from services.storage.notifications import notice_document
from services.storage.storage import Storage
from tests.storage.conftest import a_notice, a_user, an_appointment, an_event
from tests.turning import MONDAY

CHAT, MAIL = ChannelName.CHAT, ChannelName.MAIL
MINUTE = timedelta(minutes=1)


async def _claimed(storage: Storage, at: timedelta = timedelta(0)) -> str | None:
    claimed = await storage.notifications.claim(CHAT, MONDAY + at, MINUTE)
    return claimed[0].id if claimed else None


async def test_news_is_born_with_its_thing_and_gone_once_its_notices_are_stored(storage: Storage) -> None:
    booked = an_event("a.booked", EventKind.BOOKED, "asha", "rao")
    approved = an_event("d.approved", EventKind.DOCTOR_APPROVED, "rao")
    await storage.appointments.add(an_appointment(1), booked, MONDAY)
    doctor = a_user("rao", role=Role.DOCTOR, status=AccountStatus.PENDING)
    await storage.users.add(doctor, b"", MONDAY)
    await storage.users.decide(doctor.id, AccountStatus.PENDING, AccountStatus.ACTIVE, approved)
    assert await storage.notifications.unspread(10) == [booked, approved]
    notice = Notice("a.booked.asha.chat.1", booked, UserId("asha"), CHAT, ChatId(1))
    await storage.notifications.add([booked], [notice], MONDAY)
    assert await storage.notifications.unspread(10) == [approved]
    await storage.notifications.add([approved], [], MONDAY)
    assert await storage.notifications.unspread(10) == []
    (claimed,) = await storage.notifications.claim(CHAT, MONDAY, MINUTE)
    assert claimed == Notice(notice.id, booked, notice.reader, CHAT, ChatId(1), 1, since=MONDAY)


async def test_two_events_of_one_appointment_end_their_waiting_one_by_one(storage: Storage) -> None:
    appointment = an_appointment(1)
    first, second = an_event("1"), an_event("2", EventKind.CANCELLED)
    await storage.appointments.add(appointment, first, MONDAY)
    await storage.appointments.cancel(appointment.id, appointment.patient_id, appointment, second, MONDAY)
    await storage.notifications.add([first], [a_notice("n1")], MONDAY)
    assert await storage.notifications.unspread(10) == [second]


async def test_a_copy_that_died_half_way_is_done_again_without_doubling(storage: Storage) -> None:
    event, notices = an_event(), [a_notice("n1"), a_notice("n2")]
    await storage.appointments.add(an_appointment(1), event, MONDAY)
    await insert_new(storage.notifications._notifications, [notice_document(notices[0], MONDAY)])
    assert await storage.notifications.unspread(10) == [event]
    await storage.notifications.add([event], notices, MONDAY)
    assert [await _claimed(storage) for _ in range(3)] in (["n1", "n2", None], ["n2", "n1", None])


async def test_a_notice_that_was_sent_does_not_come_to_life_again(storage: Storage) -> None:
    await storage.notifications.add([an_event()], [a_notice("n")], MONDAY)
    await storage.notifications.close(a_notice("n"), MONDAY, "sent")
    await storage.notifications.add([an_event()], [a_notice("n")], MONDAY)
    assert await _claimed(storage, timedelta(days=9)) is None


async def test_each_notice_has_one_claimer(storage: Storage) -> None:
    ids = {f"n{number}" for number in range(40)}
    await storage.notifications.add([an_event()], [a_notice(one) for one in ids], MONDAY)

    async def claimer() -> list[str]:
        return [one for _ in range(40) if (one := await _claimed(storage)) is not None]

    claims = [one for found in await asyncio.gather(*(claimer() for _ in range(6))) for one in found]
    assert len(claims) == 40
    assert set(claims) == ids


async def test_claimers_of_many_at_once_share_them_and_none_is_claimed_twice(storage: Storage) -> None:
    ids = {f"n{number}" for number in range(60)}
    await storage.notifications.add([an_event()], [a_notice(one) for one in ids], MONDAY)

    async def claimer() -> list[str]:
        claimed: list[str] = []
        for _ in range(10):
            claimed += [one.id for one in await storage.notifications.claim(CHAT, MONDAY, MINUTE, 8)]
        return claimed

    claims = [one for found in await asyncio.gather(*(claimer() for _ in range(6))) for one in found]
    assert len(claims) == 60
    assert set(claims) == ids


async def test_a_claim_ends_with_its_lease_and_counts_as_an_attempt(storage: Storage) -> None:
    await storage.notifications.add([an_event()], [a_notice("n")], MONDAY)
    assert await _claimed(storage) == "n"
    assert await _claimed(storage, MINUTE - timedelta(seconds=1)) is None
    (again,) = await storage.notifications.claim(CHAT, MONDAY + MINUTE, MINUTE)
    assert again.attempts == 2


async def test_what_has_been_due_the_longest_comes_first_and_each_channel_takes_its_own(
    storage: Storage,
) -> None:
    for number, notice_id in enumerate(("c", "a", "b")):
        await storage.notifications.add(
            [an_event()], [a_notice(notice_id), a_notice(f"{notice_id}.mail", MAIL)], MONDAY - number * MINUTE
        )
    assert [await _claimed(storage) for _ in range(4)] == ["b", "a", "c", None]
    (mail,) = await storage.notifications.claim(MAIL, MONDAY, MINUTE)
    assert mail.id == "b.mail"


async def test_what_is_postponed_is_due_then_and_not_before(storage: Storage) -> None:
    await storage.notifications.add([an_event()], [a_notice("n")], MONDAY)
    await storage.notifications.postpone(a_notice("n"), MONDAY + MINUTE, failed_at=MONDAY, why="no answer")
    assert await _claimed(storage, MINUTE - timedelta(milliseconds=1)) is None
    assert await _claimed(storage, MINUTE) == "n"


@pytest.mark.parametrize("harm", [{"kind": "of another version"}, {"readers": "gone"}])
async def test_news_that_can_not_be_read_stops_no_other(storage: Storage, harm: dict[str, str]) -> None:
    readable = an_event("good")
    await storage.appointments.add(an_appointment(1), Event("bad", EventKind.BOOKED, (), {}), MONDAY)
    await storage.appointments.add(an_appointment(2, at=60), readable, MONDAY)
    rows = storage.appointments._appointments
    update = {"$unset": {"unsent.0.readers": ""}} if "readers" in harm else {"$set": {"unsent.0.kind": "x"}}
    await rows.update_one({"unsent.id": "bad"}, update)
    assert await storage.notifications.unspread(10) == [readable]


async def test_what_is_closed_does_not_wait_again_for_a_claimer_that_was_slow(storage: Storage) -> None:
    await storage.notifications.add([an_event()], [a_notice("n")], MONDAY)
    await storage.notifications.close(a_notice("n"), MONDAY, "sent")
    await storage.notifications.postpone(a_notice("n"), MONDAY, failed_at=MONDAY, why="no answer")
    await storage.notifications.dead_letter(a_notice("n"), MONDAY, "no answer")
    assert await _claimed(storage) is None
    assert (await storage.dead_letters.page(0, 4)).total == 0


async def test_of_chats_each_has_one_claimed_and_busy_ones_none(storage: Storage) -> None:
    notices = [replace(a_notice(f"{chat}{n}"), chat_id=ChatId(chat)) for n in "ab" for chat in (1, 2, 3)]
    await storage.notifications.add([an_event()], notices, MONDAY)
    claimed = await storage.notifications.claim(CHAT, MONDAY, MINUTE, 8, limited=[])
    assert sorted(one.id for one in claimed) == ["1a", "2a", "3a"]
    claimed = await storage.notifications.claim(CHAT, MONDAY, MINUTE, 8, limited=[ChatId(1), ChatId(3)])
    assert [one.id for one in claimed] == ["2b"]
    assert await storage.notifications.is_due(CHAT, MONDAY, but=[ChatId(1)])
    assert not await storage.notifications.is_due(CHAT, MONDAY, but=[ChatId(1), ChatId(3)])
