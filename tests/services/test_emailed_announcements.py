"""Announcements by email: for those who have no chat, once each, whatever the mail server says meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.announcements import sender
from services.announcements.emails import TRIED_FOR, EmailedAnnouncements
from services.announcements.recipients import Recipients
from services.announcements.sender import AnnouncementSender
from services.background.rate_limiter import RateLimiter
from services.errors import NobodyThere, RecipientGone, TryLater
from services.models.announcements import Announcement, AnnouncementId, AnnouncementState, Audience, Tally
from services.models.audit import Action
from services.models.people import ChatId, Principal, Role, User, UserId
from tests.services.conftest import Bench
from tests.services.test_announcing import ID, Street, _patients, _state, _tally

SECOND = timedelta(seconds=1)


class Post:
    """The way to the mailboxes: notes whom it wrote to, and fails as it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fault: Callable[[str], Exception | None] = lambda _address: None
        self.came = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def mail(self, announcement: Announcement, reader: User) -> None:
        assert announcement.text == "Closed"
        fault = self.fault(reader.email)
        if fault:
            raise fault
        self.sent.append(reader.email)
        self.came.set()
        await self.open.wait()


class AnyStreet(Street):
    """Shows the progress of any announcement."""

    async def show(self, announcement: Announcement, tally: Tally, *, is_over: bool) -> int | None:
        return await super().show(replace(announcement, id=ID), tally, is_over=is_over)

    async def ring(self, announcement: Announcement, tally: Tally) -> None:
        await super().ring(replace(announcement, id=ID), tally)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "SECONDS_PER_MESSAGE", 0.0)
    monkeypatch.setattr(sender, "PER_SECOND", 1000)


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    return await bench.principal("nora@example.org", Role.ADMIN, chat=1)


def _announcer(bench: Bench, post: Post, street: Street | None = None) -> AnnouncementSender:
    users = bench.storage.users
    emails = EmailedAnnouncements(
        deliveries=bench.storage.deliveries,
        users=users,
        mailer=post,
        shared_limiter=RateLimiter(1000),
        clock=bench.clock,
    )
    return AnnouncementSender(
        announcements=bench.storage.announcements,
        deliveries=bench.storage.deliveries,
        recipients=Recipients(users=users, sessions=bench.storage.sessions, clock=bench.clock),
        audit=bench.clinic.audit,
        clock=bench.clock,
        channel=street or Street(),
        shared_limiter=RateLimiter(1000),
        emails=emails,
    )


async def _started(bench: Bench, nora: Principal, announcement_id: AnnouncementId = ID) -> None:
    await bench.clinic.announcements.start(nora, announcement_id, Audience.PATIENTS, "Closed", by_email=True)


def _only(address: str, error: Exception) -> Callable[[str], Exception | None]:
    return lambda other: error if other == address else None


async def test_who_has_no_chat_gets_an_email_and_whose_address_refuses_it_does_not(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 4, signed_in=2)
    await bench.storage.users.refuse_mail(UserId(f"{1004:024x}"), "1004@example.org", bench.clock.now())
    reach = await bench.clinic.announcements.reach(nora, Audience.PATIENTS)
    assert (reach.chats, reach.people, reach.unreached, reach.emails) == (2, 2, 2, 1)
    await _started(bench, nora)
    post, street = Post(), Street()
    for _ in range(2):
        await _announcer(bench, post, street).send_due()
    assert (street.told, post.sent) == ([1001, 1002], ["1003@example.org"])
    assert street.shown[-1][1] == Tally(delivered=2, emails=Tally(delivered=1))
    entries = (await bench.clinic.audit.page(nora)).entries.items
    (announced,) = [each.facts for each in entries if each.action is Action.ANNOUNCED]
    assert announced == {"audience": "patients", "chats": 2, "emails": 1}


async def test_without_the_choice_nobody_gets_an_email(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 2, signed_in=1)
    await bench.clinic.announcements.start(nora, ID, Audience.PATIENTS, "Closed")
    post = Post()
    await _announcer(bench, post).send_due()
    assert (post.sent, await _tally(bench)) == ([], Tally(delivered=1))


async def test_one_of_an_earlier_version_goes_on_in_chats_alone(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 2, signed_in=1)
    await _started(bench, nora)
    rows = bench.storage.announcements._announcements
    await rows.update_one({"_id": ID}, {"$unset": {"by_email": ""}})
    post = Post()
    await _announcer(bench, post).send_due()
    assert (post.sent, await _state(bench)) == ([], AnnouncementState.FINISHED)


async def test_emails_alone_are_enough(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 1, signed_in=0)
    with pytest.raises(NobodyThere):
        await bench.clinic.announcements.start(nora, ID, Audience.PATIENTS, "Closed")
    await _started(bench, nora)
    post = Post()
    await _announcer(bench, post).send_due()
    assert post.sent == ["1001@example.org"]


async def test_an_address_that_does_not_exist_is_counted_and_remembered(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 3, signed_in=0)
    await _started(bench, nora)
    post = Post()
    post.fault = _only("1002@example.org", RecipientGone("mail address refused", altogether=True))
    await _announcer(bench, post).send_due()
    assert await _tally(bench) == Tally(emails=Tally(delivered=2, blocked=1))
    user = await bench.storage.users.by_id(UserId(f"{1002:024x}"))
    assert user is not None
    assert user.mail_refused == user.email
    history = await bench.clinic.delivery_history.page(nora, user.id, 0)
    assert [(each.channel, each.state) for each in history.records.items] == [("mail", "refused")]


async def test_a_full_mailbox_is_tried_again_and_holds_up_nobody(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 3, signed_in=0)
    await _started(bench, nora)
    post = Post()
    post.fault = _only("1001@example.org", TryLater(why="mail server said 452"))
    announcer = _announcer(bench, post)
    await announcer.send_due()
    assert post.sent == ["1002@example.org", "1003@example.org"]
    # Meanwhile another goes out.
    other = AnnouncementId("b" * 24)
    bench.clock.turn(timedelta(milliseconds=100))
    await bench.clinic.announcements.start(nora, other, Audience.PATIENTS, "Closed", by_email=True)
    post.fault = _only("1001@example.org", TryLater(why="mail server said 452"))
    street = AnyStreet()
    await _announcer(bench, post, street).send_due()
    assert post.sent.count("1002@example.org") == 2
    post.fault = lambda _address: None
    bench.clock.turn(timedelta(minutes=2))
    await _announcer(bench, post, street).send_due()
    assert sorted(post.sent) == sorted(f"{n}@example.org" for n in (1001, 1002, 1003) for _ in range(2))
    assert await _tally(bench) == Tally(emails=Tally(delivered=3))


async def test_a_mail_server_that_stays_away_ends_it_after_two_hours(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 3, signed_in=1)
    await _started(bench, nora)
    post = Post()
    post.fault = lambda _address: TryLater(why="mail server not reached")
    announcer = _announcer(bench, post)
    await announcer.send_due()
    assert await _tally(bench) == Tally(delivered=1, emails=Tally(waiting=2))
    for _ in range(3):
        bench.clock.turn(TRIED_FOR)
        await announcer.send_due()
    assert await _tally(bench) == Tally(delivered=1, emails=Tally(failed=2))
    assert await _state(bench) is AnnouncementState.FINISHED


async def test_what_a_killed_process_was_emailing_is_not_sent_again(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 6, signed_in=0)
    await _started(bench, nora)
    post = Post()
    post.open.clear()
    dying = asyncio.create_task(_announcer(bench, post).send_due())
    await post.came.wait()
    deliveries = bench.storage.deliveries
    with pytest.MonkeyPatch.context() as patch:
        # Nothing that it does from now on reaches the database.
        patch.setattr(deliveries, "settle", _lost)
        patch.setattr(bench.storage.announcements, "let_go", _lost)
        post.open.set()
        dying.cancel()
        await asyncio.wait([dying])
    before = list(post.sent)
    assert 0 < len(before) < 6
    bench.clock.turn(sender.LEASE + SECOND)
    await _announcer(bench, post).send_due()
    assert len(post.sent) == len(set(post.sent))
    tally = (await _tally(bench)).emails
    assert tally is not None
    assert (tally.failed, tally.delivered) == (len(before), 6 - len(before))


async def _lost(*_given: object, **_more: object) -> None:
    await asyncio.sleep(0)


async def test_stop_leaves_out_the_emails_that_wait(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 9, signed_in=0)
    await _started(bench, nora)
    post = Post()
    post.open.clear()
    sending = asyncio.create_task(_announcer(bench, post).send_due())
    await post.came.wait()
    await bench.clinic.announcements.stop(nora, ID)
    post.open.set()
    await sending
    tally = (await _tally(bench)).emails
    assert tally is not None
    assert replace(tally, waiting=0) == Tally(delivered=len(post.sent))
    assert tally.waiting == 9 - len(post.sent) > 0
    assert await _state(bench) is AnnouncementState.STOPPED


async def test_the_copy_of_ones_data_has_it_and_a_deleted_account_has_not(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=1)
    asha = await bench.principal("asha@example.org", chat=2)
    await bench.clinic.sessions.sign_out(ChatId(2))
    await _started(bench, nora)
    await _announcer(bench, Post()).send_due()
    store = bench.storage.personal_data
    (found,) = await store.deliveries(asha.id, [])
    assert found["state"] == "delivered"
    await bench.storage.erasure.forget_account(asha.id)
    assert await store.deliveries(asha.id, []) == []
