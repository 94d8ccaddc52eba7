"""What is stored is told: at least once, to everybody, whatever fails on the way."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.appointments.changes import Appointments
from services.background.backoff import LAST_RETRY, backoff
from services.background.lease_keeper import LeaseKeeper
from services.errors import RecipientGone, StorageDown, TryLater
from services.models.appointments import AppointmentId
from services.models.delivery_order import Postpone
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import ChatId, Principal, Role, User, UserId
from services.notifications import delivery
from services.notifications import outbox as notifications
from services.notifications.chat_rate_limit import SECONDS_PER_MESSAGE
from services.notifications.delivery import DELIVERY_TIMEOUT
from services.notifications.outbox import LEASE, Outbox
from services.storage import notifications as storage_of_notices
from services.storage.chat_holds import ChatHoldStore
from services.storage.mongo.driver import insert_new
from services.storage.notifications import notice_document
from tests.plans import OURS
from tests.services.conftest import Bench


class Recorder:
    """A channel that notes what it delivers, and fails as it is told to."""

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.tries = 0
        self.fault: Callable[[Notice], Exception | None] = lambda _notice: None
        self.held = asyncio.Event()
        self.held.set()
        self._more = asyncio.Event()

    async def deliver(self, notice: Notice, reader: User) -> None:
        self.tries += 1
        await asyncio.sleep(0)
        if (error := self.fault(notice)) is not None:
            raise error
        await self.held.wait()
        self.delivered.append(f"{notice.event.kind} {reader.name} {notice.channel}")
        self._more.set()

    async def reaches(self, count: int) -> None:
        """Wait until so many are delivered."""
        while len(self.delivered) < count:
            self._more.clear()
            await self._more.wait()


def _outbox(
    bench: Bench,
    chat: Recorder,
    mail: Recorder,
    chat_holds: ChatHoldStore | None = None,
    bulk_turn: LeaseKeeper | None = None,
) -> Outbox:
    return Outbox(
        notifications=bench.storage.notifications,
        users=bench.storage.users,
        sessions=bench.storage.sessions,
        clock=bench.clock,
        channels={ChannelName.CHAT: chat, ChannelName.MAIL: mail},
        chat_holds=chat_holds,
        bulk_turn=bulk_turn,
    )


async def _booked(bench: Bench) -> tuple[Principal, Appointments]:
    """Book an appointment between two people who are signed in."""
    await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    asha = await bench.principal("asha@example.org", chat=1)
    await _books(bench, asha, "a")
    return asha, bench.clinic.appointments


async def _books(bench: Bench, asha: Principal, letter: str, days: int = 1) -> AppointmentId:
    """Book an appointment so many days after the soonest: patients may cancel those themselves."""
    doctor_id = await _doctor_id(bench)
    soonest = (await bench.clinic.schedules.availability(asha, doctor_id)).soonest()
    assert soonest is not None
    start, request_id = soonest.start + timedelta(days=days), AppointmentId(letter * 24)
    await bench.clinic.booking.book(asha, doctor_id, start, reason=None, request_id=request_id)
    return request_id


ALL = ["booked Asha chat", "booked Asha mail", "booked Rao chat", "booked Rao mail"]


async def test_news_born_with_the_appointment_reaches_both_sides_in_both_ways_once(bench: Bench) -> None:
    await _booked(bench)
    # Nothing was sent yet, as if the bot had been killed right after the write.
    recorder = Recorder()
    outbox = _outbox(bench, recorder, recorder)
    await outbox.send_due()
    await outbox.send_due()
    assert sorted(recorder.delivered) == ALL
    assert bench.news == ["news"]


async def test_a_reminder_of_what_has_begun_is_told_to_nobody(bench: Bench) -> None:
    await _booked(bench)
    appointment = await bench.storage.appointments.by_id(AppointmentId("a" * 24))
    assert appointment is not None
    chat, mail = Recorder(), Recorder()
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    bench.clock.turn_to(appointment.slot.start - timedelta(minutes=50))
    await bench.clinic.reminders.work()
    # The mail server is down until it is too late.
    mail.fault = lambda _notice: TryLater(timedelta(minutes=50))
    await outbox.send_due()
    assert chat.delivered[-1] == "reminder Asha chat"
    mail.fault = lambda _notice: None
    bench.clock.turn(timedelta(minutes=50))
    await outbox.send_due()
    assert not any("reminder" in told for told in mail.delivered)
    rows = bench.storage.notifications._notifications
    assert await rows.count_documents({"outcome": "too late"}, comment=OURS) == 1


async def test_two_outboxes_on_one_database_deliver_each_notice_once(bench: Bench) -> None:
    await _booked(bench)
    recorder = Recorder()
    await asyncio.gather(*(_outbox(bench, recorder, recorder).send_due() for _ in range(4)))
    assert sorted(recorder.delivered) == ALL


async def test_every_chat_of_an_account_hears(bench: Bench) -> None:
    await _booked(bench)
    await bench.clinic.sessions.sign_in(ChatId(7), "asha@example.org", "correct horse")
    recorder = Recorder()
    await _outbox(bench, recorder, recorder).send_due()
    assert recorder.delivered.count("booked Asha chat") == 2


async def test_a_channel_that_refuses_for_now_is_asked_again_later(bench: Bench) -> None:
    await _booked(bench)
    chat, mail = Recorder(), Recorder()
    chat.fault = lambda _notice: TryLater(timedelta(seconds=30))
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    assert (len(mail.delivered), chat.delivered, chat.tries) == (2, [], 2)
    chat.fault = lambda _notice: None
    bench.clock.turn(timedelta(seconds=29))
    await outbox.send_due()
    assert chat.delivered == []
    bench.clock.turn(timedelta(seconds=1))
    await outbox.send_due()
    assert len(chat.delivered) == 2


async def test_what_goes_wrong_with_one_notice_does_not_stop_the_others(bench: Bench) -> None:
    await _booked(bench)
    recorder = Recorder()
    recorder.fault = lambda notice: RuntimeError("planted") if ".chat.1" in notice.id else None
    await _outbox(bench, recorder, recorder).send_due()
    assert sorted(recorder.delivered) == [said for said in ALL if said != "booked Asha chat"]
    recorder.fault = lambda _notice: None
    bench.clock.turn(timedelta(seconds=2))
    await _outbox(bench, recorder, recorder).send_due()
    assert sorted(recorder.delivered) == ALL


async def test_a_reader_who_is_gone_is_not_tried_again(bench: Bench) -> None:
    await _booked(bench)
    recorder = Recorder()
    recorder.fault = lambda _notice: RecipientGone("blocked")
    outbox = _outbox(bench, recorder, recorder)
    await outbox.send_due()
    bench.clock.turn(timedelta(days=2))
    await outbox.send_due()
    assert recorder.tries == 4


async def test_a_notice_whose_claimer_died_is_delivered_after_its_lease(bench: Bench) -> None:
    await _booked(bench)
    recorder = Recorder()
    outbox = _outbox(bench, recorder, recorder)
    await outbox._spread()
    claimed = await bench.storage.notifications.claim(ChannelName.CHAT, bench.clock.now(), LEASE)
    assert len(claimed) == 1
    await outbox.send_due()
    assert len(recorder.delivered) == 3
    bench.clock.turn(LEASE)
    await outbox.send_due()
    assert sorted(recorder.delivered) == ALL


async def test_a_slow_channel_holds_up_no_other(bench: Bench) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    mail.held.clear()
    outbox = _outbox(bench, chat, mail)
    working = asyncio.create_task(outbox.work())
    outbox.nudge()
    async with asyncio.timeout(60):
        await chat.reaches(2)
        await appointments.cancel(asha, AppointmentId("a" * 24))
        outbox.nudge()
        await chat.reaches(4)
    mail.held.set()
    working.cancel()


def test_waits_double_up_to_an_hour() -> None:
    for attempts in (1, 2, 5, 12, 13, 40, 10_000):
        longest = min(timedelta(seconds=2.0 ** min(attempts - 1, 20)), LAST_RETRY)
        assert longest / 2 <= backoff(attempts) <= longest


def test_nobody_else_claims_a_notice_while_one_is_at_it() -> None:
    assert LEASE > DELIVERY_TIMEOUT


async def test_a_crash_between_two_copies_of_one_event_loses_none_and_doubles_none(bench: Bench) -> None:
    await _booked(bench)
    recorder = Recorder()
    outbox = _outbox(bench, recorder, recorder)
    (event,) = await bench.storage.notifications.unspread(9)
    first, *_ = await outbox._spreader.notices_of([event])
    # Stored, and then the bot was killed before the others were and the event's waiting was over.
    await insert_new(bench.storage.notifications._notifications, [notice_document(first, bench.clock.now())])
    await outbox.send_due()
    assert sorted(recorder.delivered) == ALL


async def test_a_reader_whose_account_is_gone_is_not_tried(bench: Bench) -> None:
    asha, _ = await _booked(bench)
    await bench.storage.users._users.delete_one({"_id": asha.id})
    recorder = Recorder()
    await _outbox(bench, recorder, recorder).send_due()
    assert sorted(recorder.delivered) == [said for said in ALL if "Rao" in said]
    bench.clock.turn(LEASE)
    assert await bench.storage.notifications.claim(ChannelName.CHAT, bench.clock.now(), LEASE) == []


async def test_each_failure_waits_longer_than_the_one_before(bench: Bench) -> None:
    await _booked(bench)
    chat, mail = Recorder(), Recorder()
    mail.fault = lambda _notice: TryLater()
    outbox = _outbox(bench, chat, mail)
    for attempt in range(1, 9):
        await outbox.send_due()
        assert mail.tries == 2 * attempt
        await outbox.send_due()
        assert mail.tries == 2 * attempt
        bench.clock.turn(timedelta(seconds=2.0 ** (attempt - 1)))
    mail.fault = lambda _notice: None
    await outbox.send_due()
    assert len(mail.delivered) == 2


async def test_a_channel_that_hangs_is_given_up_for_now(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _booked(bench)
    monkeypatch.setattr(delivery, "DELIVERY_TIMEOUT", timedelta(milliseconds=20))
    chat, mail = Recorder(), Recorder()
    mail.held.clear()
    await _outbox(bench, chat, mail).send_due()
    assert (len(chat.delivered), mail.delivered) == (2, [])
    mail.held.set()
    bench.clock.turn(timedelta(seconds=1))
    await _outbox(bench, chat, mail).send_due()
    assert len(mail.delivered) == 2


async def test_the_work_goes_on_after_something_unexpected(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _booked(bench)
    recorder, failed = Recorder(), asyncio.Event()

    async def broken(_limit: int) -> None:
        failed.set()
        raise RuntimeError("planted")

    outbox = _outbox(bench, recorder, recorder)
    with monkeypatch.context() as patch:
        patch.setattr(bench.storage.notifications, "unspread", broken)
        working = asyncio.create_task(outbox.work())
        outbox.nudge()
        async with asyncio.timeout(60):
            await failed.wait()
    outbox.nudge()
    async with asyncio.timeout(60):
        await recorder.reaches(4)
    working.cancel()
    assert sorted(recorder.delivered) == ALL


async def test_a_look_that_finds_nothing_does_not_delay_what_comes_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "SPREAD_PAUSE_SECONDS", 600)
    recorder, looked = Recorder(), asyncio.Event()

    async def look(limit: int, unspread: Any = bench.storage.notifications.unspread) -> Any:
        looked.set()
        return await unspread(limit)

    monkeypatch.setattr(bench.storage.notifications, "unspread", look)
    outbox = _outbox(bench, recorder, recorder)
    working = asyncio.create_task(outbox.work())
    outbox.nudge()
    async with asyncio.timeout(60):
        await looked.wait()
        await _booked(bench)
        outbox.nudge()
        await recorder.reaches(4)
    working.cancel()


async def _doctor_id(bench: Bench) -> UserId:
    return (await bench.storage.user_search.doctors(None, 0, 1)).items[0].id


async def test_a_mail_that_is_refused_says_nothing_about_the_address(bench: Bench) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    mail.fault = lambda _notice: RecipientGone("mail refused")
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    await appointments.cancel(asha, AppointmentId("a" * 24))
    mail.fault = lambda _notice: None
    await outbox.send_due()
    assert sorted(mail.delivered) == ["cancelled Asha mail", "cancelled Rao mail"]


@pytest.mark.usefixtures("true_pauses")
async def test_a_chat_gets_one_message_a_second_and_holds_up_no_other(bench: Bench) -> None:
    asha, _ = await _booked(bench)
    await _books(bench, asha, "b", days=2)
    chat, mail = Recorder(), Recorder()
    outbox, loop = _outbox(bench, chat, mail), asyncio.get_running_loop()
    working, begun = asyncio.create_task(outbox.work()), loop.time()
    outbox.nudge()
    async with asyncio.timeout(60):
        await chat.reaches(2)
        await mail.reaches(4)
        assert loop.time() - begun < SECONDS_PER_MESSAGE
        # Nobody has to say that there is something left.
        await chat.reaches(4)
    assert loop.time() - begun >= SECONDS_PER_MESSAGE
    working.cancel()
    for half in (chat.delivered[:2], chat.delivered[2:]):
        assert {said.split()[1] for said in half} == {"Asha", "Rao"}


async def test_a_chat_that_asks_to_wait_gets_nothing_before_and_the_rest_then(bench: Bench) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    chat.fault = lambda notice: TryLater(timedelta(seconds=7)) if notice.chat_id == 1 else None
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    chat.fault = lambda _notice: None
    await appointments.cancel(asha, AppointmentId("a" * 24))
    bench.clock.turn(timedelta(seconds=7) - timedelta(milliseconds=1))
    await outbox.send_due()
    assert chat.delivered == ["booked Rao chat", "cancelled Rao chat"]
    bench.clock.turn(timedelta(milliseconds=1))
    await outbox.send_due()
    # That it was booked is not so any more.
    assert chat.delivered[2:] == ["cancelled Asha chat"]


@pytest.mark.parametrize("is_blocked", [True, False])
async def test_of_two_decisions_the_one_that_stands_is_told_whichever_mail_comes_first(
    bench: Bench, *, is_blocked: bool
) -> None:
    asha = await bench.principal("asha@example.org", chat=1)
    nora = await bench.principal("nora@example.org", Role.ADMIN, 2)
    await bench.clinic.administration.block(nora, asha.id)
    if not is_blocked:
        await bench.clinic.administration.unblock(nora, asha.id)
    chat, mail = Recorder(), Recorder()
    await _outbox(bench, chat, mail).send_due()
    which = "account_blocked" if is_blocked else "account_unblocked"
    assert (chat.delivered, mail.delivered) == ([f"{which} Asha chat"], [f"{which} Asha mail"])


async def test_a_reminder_is_tried_until_the_visit_begins(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org", chat=1)
    now = bench.clock.now()
    event = Event("a.reminder", EventKind.REMINDER, (asha.id,), {"start": now + timedelta(hours=1)})
    notices = [
        Notice("a.reminder.chat", event, asha.id, ChannelName.CHAT, ChatId(1)),
        Notice("a.reminder.mail", event, asha.id, ChannelName.MAIL, None),
    ]
    await bench.storage.notifications.add([], notices, now)
    chat, mail = Recorder(), Recorder()
    mail.fault = lambda _notice: TryLater()
    outbox = _outbox(bench, chat, mail)
    await outbox.send_due()
    assert (chat.delivered, mail.tries) == (["reminder Asha chat"], 1)
    mail.fault = lambda _notice: None
    bench.clock.turn(timedelta(hours=1))
    await outbox.send_due()
    assert (mail.delivered, mail.tries) == ([], 1)


@pytest.mark.parametrize("step", ["around", "wait"])
async def test_a_database_that_fails_between_the_claim_and_the_delivery_silences_no_chat(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    asha, appointments = await _booked(bench)
    chat, mail = Recorder(), Recorder()
    outbox = _outbox(bench, chat, mail)
    if step == "wait":  # what is told of the cancelling waits for what is told of the booking
        await appointments.cancel(asha, AppointmentId("a" * 24))
        monkeypatch.setattr(notifications, "judge", lambda *_: Postpone(bench.clock.now() + LEASE))

    async def down(*_: object) -> None:
        raise StorageDown

    with monkeypatch.context() as patch:
        patch.setattr(bench.storage.notifications.delivery_order, step, down)
        with pytest.raises(StorageDown):
            await outbox.send_due()
    monkeypatch.undo()
    bench.clock.turn(LEASE)
    async with asyncio.timeout(60):
        await outbox.send_due()
    assert {line.split()[1] for line in chat.delivered} == {"Asha", "Rao"}


async def test_a_second_look_that_fails_silences_no_chat_of_the_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _booked(bench)
    chat, mail = Recorder(), Recorder()
    outbox = _outbox(bench, chat, mail)
    whole = bench.storage.notifications.claim_in_turn

    async def half(*args: Any, **more: Any) -> tuple[list[Notice], bool]:
        if more["served"]:
            raise StorageDown
        return (await whole(*args, **more))[0], True

    with monkeypatch.context() as patch:
        patch.setattr(bench.storage.notifications, "claim_in_turn", half)
        with pytest.raises(StorageDown):
            await outbox.send_due()
    bench.clock.turn(LEASE)
    async with asyncio.timeout(60):
        await outbox.send_due()
    assert sorted(chat.delivered) == ["booked Asha chat", "booked Rao chat"]


async def test_however_many_have_something_due_only_so_many_are_named_to_the_database(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "MAX_SERVED", 4)
    monkeypatch.setattr(storage_of_notices, "LOOK_AHEAD", 2)
    asha = await bench.principal("asha@example.org", chat=1)
    event = Event("e", EventKind.PASSWORD_CHANGED, (asha.id,), {"name": "Asha", "at": bench.clock.now()})
    readers = [UserId(f"{number:024x}") for number in range(40)]
    notices = [Notice(f"e.{reader}.mail", event, reader, ChannelName.MAIL, None) for reader in readers]
    await insert_new(
        bench.storage.notifications._notifications,
        [notice_document(notice, bench.clock.now()) for notice in notices],
    )
    whole, named = bench.storage.notifications.claim_in_turn, []

    async def noted(*args: Any, **more: Any) -> tuple[list[Notice], bool]:
        named.append(len(more["served"] or ()))
        return await whole(*args, **more)

    monkeypatch.setattr(bench.storage.notifications, "claim_in_turn", noted)
    await _outbox(bench, Recorder(), Recorder()).send_due()
    assert not await bench.storage.notifications.is_due(ChannelName.MAIL, bench.clock.now())
    assert max(named) < 4 + notifications.DELIVERIES_AT_ONCE


async def test_a_chat_that_telegram_holds_for_another_worker_gets_nothing_until_then(bench: Bench) -> None:
    chat, mail = Recorder(), Recorder()
    await _booked(bench)
    # It was told for ten seconds first: the longer time counts.
    for seconds in (30, 10):
        await bench.storage.chat_holds.hold(ChatId(1), bench.clock.now() + timedelta(seconds=seconds))
    outbox = _outbox(bench, chat, mail, bench.storage.chat_holds)
    await outbox.send_due()
    assert sorted(chat.delivered) == ["booked Rao chat"]
    bench.clock.turn(timedelta(seconds=31))
    await outbox.send_due()
    assert sorted(chat.delivered) == ["booked Asha chat", "booked Rao chat"]


async def test_one_that_has_not_the_turn_sends_nothing(bench: Bench) -> None:
    chat, mail = Recorder(), Recorder()
    turn = LeaseKeeper(bench.storage.leases, "bulk", "one")
    assert await bench.storage.leases.claim("bulk", "another", 60)
    await _booked(bench)
    outbox = _outbox(bench, chat, mail, bulk_turn=turn)
    await outbox._spread()
    assert [await outbox._claim(channel, 8) for channel in ChannelName] == [[], []]
    working = [asyncio.create_task(outbox.work()), asyncio.create_task(turn.work())]
    await bench.storage.leases.release("bulk", "another")
    async with asyncio.timeout(60):
        await turn.until_held()
        outbox.nudge()
        await chat.reaches(2)
        await mail.reaches(2)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
