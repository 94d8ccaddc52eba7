"""What became of a person's notices, and sending one again that did not arrive."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import NoticeSettled, RecipientGone, RoleRequired, TryLater, UserUnknown
from services.models.appointments import AppointmentId
from services.models.delivery_history import DeliveryCause, DeliveryRecord, NoticeState
from services.models.notifications import ChannelName, Notice
from services.models.people import ChatId, Principal, Role, UserId
from services.notifications.delivery_history import RECORDS_A_PAGE
from services.notifications.outbox import Outbox
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _booked, _books, _outbox

DAY = timedelta(days=1)
GONE = RecipientGone("mail address refused", altogether=True, cause=DeliveryCause.NO_SUCH_ADDRESS)
BLOCKED = RecipientGone("Forbidden", altogether=True, cause=DeliveryCause.BLOCKED)
FULL = TryLater(why="mail server said 552", cause=DeliveryCause.MAILBOX_FULL)


class Desk:
    """An admin who looks up what became of Asha's notices; the doctor's always arrive."""

    def __init__(self, bench: Bench, asha: Principal, nora: Principal) -> None:
        self.bench, self.asha, self.nora = bench, asha, nora
        self.chat, self.mail = Recorder(), Recorder()
        self.outbox: Outbox = _outbox(bench, self.chat, self.mail)

    def refuse(self, error: Exception | None, *channels: Recorder) -> None:
        """Let the channels refuse what is for Asha."""

        def fault(notice: Notice) -> Exception | None:
            return error if notice.reader == self.asha.id else None

        for channel in channels:
            channel.fault = fault

    async def seen(self, number: int = 0) -> list[DeliveryRecord]:
        """Return what a page shows."""
        page = await self.bench.clinic.delivery_history.page(self.nora, self.asha.id, number)
        return list(page.records.items)

    async def states(self) -> list[tuple[ChannelName | None, NoticeState, DeliveryCause | None]]:
        """Return channel, state and cause of what is seen, chat first."""
        seen = await self.seen()
        return sorted((each.channel, each.state, each.cause) for each in seen)

    async def of(self, channel: ChannelName) -> DeliveryRecord:
        """Return what is seen of the newest notice of a channel."""
        return next(each for each in await self.seen() if each.channel is channel)

    async def again(self, channel: ChannelName) -> None:
        """Send the newest notice of a channel again."""
        key = (await self.of(channel)).key
        await self.bench.clinic.delivery_history.send_again(self.nora, self.asha.id, key)
        await self.outbox.send_due()


@pytest.fixture
async def desk(bench: Bench) -> Desk:
    """Asha has booked, and nobody was told yet."""
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha, _ = await _booked(bench)
    return Desk(bench, asha, nora)


CHAT, MAIL = ChannelName.CHAT, ChannelName.MAIL


async def test_each_way_to_end_is_seen(desk: Desk) -> None:
    await desk.outbox._spread()
    assert [each.state for each in await desk.seen()] == [NoticeState.WAITING] * 2
    desk.refuse(FULL, desk.mail)
    await desk.outbox.send_due()
    assert await desk.states() == [
        (CHAT, NoticeState.DELIVERED, None),
        (MAIL, NoticeState.WAITING, DeliveryCause.MAILBOX_FULL),
    ]
    waiting = await desk.of(MAIL)
    assert (waiting.tries, waiting.made_at) == (1, desk.bench.clock.now())
    assert waiting.next_try is not None
    assert waiting.next_try > desk.bench.clock.now()
    assert waiting.start is not None
    assert not waiting.may_be_sent_again
    desk.bench.clock.turn(DAY)
    await desk.outbox.send_due()
    given_up = await desk.of(MAIL)
    assert (given_up.state, given_up.cause) == (NoticeState.GIVEN_UP, DeliveryCause.MAILBOX_FULL)
    assert (given_up.tries, given_up.tried_for) == (2, DAY)
    assert given_up.may_be_sent_again


async def test_what_is_refused_is_seen_and_sent_again_once_by_two_taps(desk: Desk) -> None:
    desk.refuse(GONE, desk.mail)
    desk.refuse(BLOCKED, desk.chat)
    await desk.outbox.send_due()
    assert await desk.states() == [
        (CHAT, NoticeState.REFUSED, DeliveryCause.BLOCKED),
        (MAIL, NoticeState.REFUSED, DeliveryCause.NO_SUCH_ADDRESS),
    ]
    reached = (await desk.bench.clinic.delivery_history.page(desk.nora, desk.asha.id, 0)).reached
    assert (reached.chats, reached.blocked, reached.refused_since) == (0, 1, desk.bench.clock.now())
    # Nothing has changed at the other end: it is tried all the same, and refused once more.
    for channel, recorder in ((CHAT, desk.chat), (MAIL, desk.mail)):
        tries = recorder.tries
        await desk.again(channel)
        assert recorder.tries == tries + 1
    desk.refuse(None, desk.chat, desk.mail)
    for channel, recorder in ((CHAT, desk.chat), (MAIL, desk.mail)):
        key = (await desk.of(channel)).key
        send = desk.bench.clinic.delivery_history.send_again
        taps = [send(desk.nora, desk.asha.id, key) for _ in range(3)]
        results = await asyncio.gather(*taps, return_exceptions=True)
        assert sorted(type(one).__name__ for one in results) == ["NoneType", "NoticeSettled", "NoticeSettled"]
        await desk.outbox.send_due()
        with pytest.raises(NoticeSettled):
            await send(desk.nora, desk.asha.id, key)
        await desk.outbox.send_due()
        assert sum("Asha" in told for told in recorder.delivered) == 1
    assert {each.state for each in await desk.seen()} == {NoticeState.DELIVERED}
    # The chat and the address take messages again.
    reached = (await desk.bench.clinic.delivery_history.page(desk.nora, desk.asha.id, 0)).reached
    assert (reached.chats, reached.blocked, reached.refused_since) == (1, 0, None)


async def test_what_has_changed_since_is_not_sent_wrong(desk: Desk) -> None:
    desk.refuse(GONE, desk.mail)
    await desk.outbox.send_due()
    desk.refuse(None, desk.mail)
    await desk.bench.storage.users.accept_mail(desk.asha.id, "asha@example.org")
    await desk.bench.clinic.appointments.cancel(desk.asha, AppointmentId("a" * 24))
    await desk.outbox.send_due()
    told = list(desk.mail.delivered)
    refused = next(each for each in await desk.seen() if each.state is NoticeState.REFUSED)
    await desk.bench.clinic.delivery_history.send_again(desk.nora, desk.asha.id, refused.key)
    await desk.outbox.send_due()
    assert desk.mail.delivered == told
    assert (NoticeState.NOT_SENT, DeliveryCause.CANCELLED_SINCE) in {
        (each.state, each.cause) for each in await desk.seen()
    }


async def test_what_went_there_and_back_is_not_told_after_what_came_later(desk: Desk) -> None:
    """Booked for a time, moved away and back: the appointment is as the first mail says, but it is old."""
    desk.refuse(GONE, desk.mail)
    await desk.outbox.send_due()
    desk.refuse(None, desk.mail)
    await desk.bench.storage.users.accept_mail(desk.asha.id, "asha@example.org")
    changes, visit = desk.bench.clinic.appointments, AppointmentId("a" * 24)
    first = await desk.bench.storage.appointments.by_id(visit)
    assert first is not None
    was = first.slot.start
    for there, back in ((was, was + DAY), (was + DAY, was)):
        await changes.move(desk.asha, visit, back, was=there)
        desk.bench.clock.turn(timedelta(minutes=5))
        await desk.outbox.send_due()
    assert sum(told == "moved Asha mail" for told in desk.mail.delivered) == 2
    refused = next(each for each in await desk.seen() if each.state is NoticeState.REFUSED)
    await desk.bench.clinic.delivery_history.send_again(desk.nora, desk.asha.id, refused.key)
    await desk.outbox.send_due()
    assert "booked Asha mail" not in desk.mail.delivered
    assert DeliveryCause.LATER_TOLD in {each.cause for each in await desk.seen()}


async def test_what_is_for_a_chat_that_is_somebody_elses_by_now_is_not_sent_there(desk: Desk) -> None:
    desk.refuse(BLOCKED, desk.chat)
    await desk.outbox.send_due()
    await desk.bench.principal("bela@example.org", chat=1)
    desk.refuse(None, desk.chat)
    await desk.again(CHAT)
    assert not any("Asha" in told for told in desk.chat.delivered)
    assert (CHAT, NoticeState.NOT_SENT, DeliveryCause.CHAT_LEFT) in await desk.states()


async def test_what_waits_for_somebodys_return_says_so(desk: Desk) -> None:
    await desk.outbox.send_due()
    await desk.bench.clinic.sessions.sign_out(ChatId(1))
    await desk.bench.clinic.appointments.cancel(desk.nora, AppointmentId("a" * 24))
    await desk.outbox.send_due()
    kept = next(each for each in await desk.seen() if each.state is NoticeState.KEPT)
    assert (kept.channel, kept.cause, kept.may_be_sent_again) == (CHAT, None, False)


async def test_a_notice_that_was_made_out_of_date_says_by_what(desk: Desk) -> None:
    await desk.bench.clinic.appointments.cancel(desk.asha, AppointmentId("a" * 24))
    await desk.outbox.send_due()
    assert (CHAT, NoticeState.NOT_SENT, DeliveryCause.CANCELLED_SINCE) in await desk.states()


async def test_notices_of_an_earlier_version_are_read_and_sent_again(desk: Desk) -> None:
    desk.refuse(GONE, desk.mail)
    desk.refuse(BLOCKED, desk.chat)
    await desk.outbox.send_due()
    rows = desk.bench.storage.notifications._notifications
    await rows.update_many({"reader": desk.asha.id}, {"$unset": {"made_at": "", "cause": ""}}, comment=OURS)
    assert await desk.states() == [
        (CHAT, NoticeState.REFUSED, DeliveryCause.BLOCKED),
        (MAIL, NoticeState.REFUSED, DeliveryCause.NO_SUCH_ADDRESS),
    ]
    assert {each.made_at for each in await desk.seen()} == {desk.bench.clock.now()}
    desk.refuse(None, desk.chat, desk.mail)
    await desk.again(MAIL)
    assert "booked Asha mail" in desk.mail.delivered


async def test_there_are_pages_newest_first_of_thirty_days(desk: Desk) -> None:
    for number in range(4):
        desk.bench.clock.turn(timedelta(hours=1))
        await _books(desk.bench, desk.asha, f"{number + 1}", days=number)
        await desk.outbox.send_due()
    seen = [each for number in (0, 1) for each in await desk.seen(number)]
    made = [each.made_at for each in seen]
    assert (len(await desk.seen(0)), len(seen)) == (RECORDS_A_PAGE, 10)
    assert made == sorted(made, reverse=True)  # type: ignore[type-var]
    desk.bench.clock.turn(timedelta(days=30))
    assert await desk.seen() == []


async def test_only_admins_see_and_send(desk: Desk) -> None:
    history = desk.bench.clinic.delivery_history
    for act in (history.page(desk.asha, desk.asha.id, 0), history.send_again(desk.asha, desk.asha.id, "k")):
        with pytest.raises(RoleRequired):
            await act
    with pytest.raises(UserUnknown):
        await history.page(desk.nora, UserId("0" * 24), 0)
    # Another person's notice is not sent by a key that is put beside somebody's id.
    desk.refuse(GONE, desk.mail)
    await desk.outbox.send_due()
    key = (await desk.of(MAIL)).key
    with pytest.raises(NoticeSettled):
        await history.send_again(desk.nora, desk.nora.id, key)
