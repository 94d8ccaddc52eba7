"""What has failed for a day is parked: admins hear of it once, and send it again or drop it."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import NoticeSettled, RoleRequired, TryLater
from services.models.audit import Action
from services.models.notifications import ChannelName, DeadLetter, EventKind
from services.models.people import Principal, Role
from services.notifications.dead_letters import DEAD_LETTERS_PER_PAGE
from services.notifications.outbox import Outbox
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _booked, _books, _outbox

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Post:
    """An outbox whose mail server is down, with an appointment booked and its mails tried once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.chat, self.mail = Recorder(), Recorder()
        self.mail.fault = lambda _notice: TryLater(why="mail server said 451")
        self.outbox: Outbox = _outbox(bench, self.chat, self.mail)

    async def after(self, wait: timedelta) -> None:
        """Let time pass, and try what is due then."""
        self.bench.clock.turn(wait)
        await self.outbox.send_due()

    async def dead_letters(self, admin: Principal) -> list[DeadLetter]:
        """Return what the admin sees on the first page."""
        return list((await self.bench.clinic.dead_letters.page(admin, 0)).dead_letters.items)


@pytest.fixture
async def post(bench: Bench) -> Post:
    """Asha and Dr Rao have heard in their chats, and not by mail."""
    await _booked(bench)
    post = Post(bench)
    await post.outbox.send_due()
    return post


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    """An admin."""
    return await bench.principal("nora@example.org", Role.ADMIN, chat=9)


async def test_what_has_failed_for_a_day_is_parked_and_not_before(post: Post, nora: Principal) -> None:
    await post.after(DAY - timedelta(seconds=1))
    backlog = (await post.bench.clinic.dead_letters.page(nora, 0)).backlog
    assert (backlog.waiting, backlog.late, backlog.dead_letters) == (2, 2, 0)
    await post.after(HOUR)
    page = await post.bench.clinic.dead_letters.page(nora, 0)
    assert (page.backlog.waiting, page.backlog.late, page.backlog.dead_letters) == (0, 0, 2)
    assert sorted(user.name for user in page.readers.values()) == ["Asha", "Rao"]
    assert {(each.channel, each.kind, each.why) for each in page.dead_letters.items} == {
        (ChannelName.MAIL, EventKind.BOOKED, "mail server said 451")
    }
    tries = post.mail.tries
    await post.after(DAY)
    assert post.mail.tries == tries


async def test_a_day_in_which_nobody_tried_is_no_day_of_failure(bench: Bench, nora: Principal) -> None:
    await _booked(bench)
    post = Post(bench)
    await post.outbox._spread()
    await post.after(2 * DAY)
    assert (await post.bench.clinic.dead_letters.page(nora, 0)).backlog.dead_letters == 0


async def test_a_retry_is_sent_at_once_and_has_a_day_of_its_own(post: Post, nora: Principal) -> None:
    await post.after(DAY)
    first, second = await post.dead_letters(nora)
    await post.bench.clinic.dead_letters.retry(nora, first.ticket)
    await post.outbox.send_due()
    assert [each.ticket for each in await post.dead_letters(nora)] == [second.ticket]
    post.mail.fault = lambda _notice: None
    # Its attempts are counted anew: it does not wait for an hour.
    await post.after(timedelta(seconds=2))
    assert len(post.mail.delivered) == 1
    assert await post.bench.clinic.dead_letters.retry_all(nora) == 1
    await post.outbox.send_due()
    assert sorted(post.mail.delivered) == ["booked Asha mail", "booked Rao mail"]
    assert await post.bench.clinic.dead_letters.retry_all(nora) == 0


async def test_what_is_dropped_is_never_sent(post: Post, nora: Principal) -> None:
    await post.after(DAY)
    for each in await post.dead_letters(nora):
        await post.bench.clinic.dead_letters.drop(nora, each.ticket)
    post.mail.fault = lambda _notice: None
    await post.after(DAY)
    assert post.mail.delivered == []
    assert await post.dead_letters(nora) == []


async def test_of_two_admins_at_once_one_decides_and_the_other_is_told(post: Post, nora: Principal) -> None:
    other = await post.bench.principal("ole@example.org", Role.ADMIN, chat=10)
    await post.after(DAY)
    first, second = await post.dead_letters(nora)
    dead_letters = post.bench.clinic.dead_letters
    for ticket, acts in (
        (first.ticket, (dead_letters.retry(nora, first.ticket), dead_letters.drop(other, first.ticket))),
        (second.ticket, (dead_letters.drop(nora, second.ticket), dead_letters.drop(other, second.ticket))),
    ):
        results = await asyncio.gather(*acts, return_exceptions=True)
        assert [type(one) for one in results if one is not None] == [NoticeSettled], ticket


async def test_a_ticket_is_good_for_one_parking(post: Post, nora: Principal) -> None:
    await post.after(DAY)
    before = await post.dead_letters(nora)
    await post.bench.clinic.dead_letters.retry_all(nora)
    await post.outbox.send_due()
    await post.after(DAY)
    after = await post.dead_letters(nora)
    assert len(after) == 2
    assert {each.ticket for each in before}.isdisjoint(each.ticket for each in after)
    with pytest.raises(NoticeSettled):
        await post.bench.clinic.dead_letters.drop(nora, before[0].ticket)


async def test_the_audit_says_what_was_done_to_whose_messages(post: Post, nora: Principal) -> None:
    await post.after(DAY)
    first, second = await post.dead_letters(nora)
    await post.bench.clinic.dead_letters.drop(nora, first.ticket)
    await post.bench.clinic.dead_letters.retry(nora, second.ticket)
    entries = (await post.bench.clinic.audit.page(nora)).entries.items
    noted = {entry.action: entry for entry in entries}
    assert noted[Action.OUTBOX_DROPPED].subject == first.reader
    assert noted[Action.OUTBOX_RETRIED].subject == second.reader
    assert noted[Action.OUTBOX_RETRIED].facts == {"channel": "mail", "kind": "booked"}


async def test_only_admins_see_and_decide(post: Post) -> None:
    asha = await post.bench.principal("bela@example.org", chat=11)
    dead_letters = post.bench.clinic.dead_letters
    for act in (
        dead_letters.page(asha, 0),
        dead_letters.retry(asha, "t"),
        dead_letters.retry_all(asha),
        dead_letters.drop(asha, "t"),
    ):
        with pytest.raises(RoleRequired):
            await act


async def _told(post: Post) -> list[str]:
    """Go the rounds, twice, and return what admins are told then."""
    before = len(post.chat.delivered)
    for _ in range(2):
        await post.bench.clinic.dead_letters.work()
        await post.outbox.send_due()
    return post.chat.delivered[before:]


async def test_admins_hear_of_it_once_and_again_of_others_an_hour_later(post: Post, nora: Principal) -> None:
    assert await _told(post) == []
    await post.after(DAY)
    assert await _told(post) == ["undelivered Nora chat"]
    await post.after(HOUR)
    assert await _told(post) == []
    # Others are parked twice within an hour.
    await post.bench.clinic.dead_letters.retry_all(nora)
    await post.outbox.send_due()
    await post.after(DAY)
    assert await _told(post) == ["undelivered Nora chat"]
    first, *_ = await post.dead_letters(nora)
    await post.bench.clinic.dead_letters.drop(nora, first.ticket)
    await post.bench.storage.dead_letters._notifications.update_one(
        {"ticket": {"$gt": first.ticket[:1]}}, {"$set": {"untold": True}}
    )
    assert await _told(post) == []
    await post.after(HOUR)
    assert await _told(post) == ["undelivered Nora chat"]


async def test_as_long_as_no_admin_can_be_told_it_stays_untold(post: Post) -> None:
    await post.after(DAY)
    assert await _told(post) == []
    await post.bench.principal("nora@example.org", Role.ADMIN, chat=9)
    assert await _told(post) == ["undelivered Nora chat"]


async def test_news_of_what_is_parked_is_not_parked_itself(post: Post, nora: Principal) -> None:
    await post.after(DAY)
    post.chat.fault = lambda _notice: TryLater()
    assert await _told(post) == []
    await post.after(2 * DAY)
    assert [each.channel for each in await post.dead_letters(nora)] == [ChannelName.MAIL] * 2


async def test_there_are_pages(bench: Bench, nora: Principal) -> None:
    asha, _ = await _booked(bench)
    post = Post(bench)
    await _books(bench, asha, "b", days=2)
    post.chat.fault = post.mail.fault
    await post.outbox.send_due()
    await post.after(DAY)
    first = await bench.clinic.dead_letters.page(nora, 0)
    last = await bench.clinic.dead_letters.page(nora, 99)
    assert (first.dead_letters.total, first.dead_letters.pages, last.dead_letters.number) == (8, 2, 1)
    tickets = {each.ticket for page in (first, last) for each in page.dead_letters.items}
    assert len(tickets) == 2 * DEAD_LETTERS_PER_PAGE


async def test_what_was_parked_does_not_come_to_whoever_has_the_chat_by_now(
    bench: Bench, nora: Principal
) -> None:
    await _booked(bench)
    post = Post(bench)
    post.mail.fault = lambda _notice: None
    post.chat.fault = lambda _notice: TryLater()
    await post.outbox.send_due()
    await post.after(DAY)
    # Asha has given her phone to Bela.
    await bench.principal("bela@example.org", chat=1)
    post.chat.fault = lambda _notice: None
    assert await bench.clinic.dead_letters.retry_all(nora) == 2
    await post.outbox.send_due()
    assert post.chat.delivered == ["booked Rao chat"]
    assert await post.dead_letters(nora) == []
