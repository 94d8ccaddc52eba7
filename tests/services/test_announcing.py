"""An announcement reaches each chat once at the most, whatever dies on the way, and all are accounted for."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from services.announcements import sender
from services.announcements.recipients import Recipients
from services.announcements.sender import LEASE, AnnouncementSender, SendOutcome
from services.background.rate_limiter import RateLimiter
from services.errors import AnnouncementOver, NobodyThere, RoleRequired, StorageDown, TryLater
from services.models.announcements import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Audience,
    Reach,
    Tally,
)
from services.models.audit import Action
from services.models.notifications import ChannelName
from services.models.people import AccountStatus, ChatId, Principal, Role, User, UserId
from services.notifications.outbox import PER_SECOND
from services.storage.sessions import StoredSession
from tests.services.conftest import Bench

ID = AnnouncementId("a" * 24)
A_SECOND_LATER = timedelta(seconds=1)


class Street:
    """The way to the chats: notes whom it told, and fails as it is told to."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.shown: list[tuple[float, Tally, bool]] = []
        self.rung: list[Tally] = []
        self.fault: Callable[[ChatId], SendOutcome | Exception | None] = lambda _chat: None
        self.reader: int | None = 77
        self.held = asyncio.Event()
        self.held.set()
        self.full = asyncio.Event()

    async def tell(self, chat_id: ChatId, text: str) -> SendOutcome:
        assert text == "Closed"
        fault = self.fault(chat_id)
        if isinstance(fault, Exception):
            raise fault
        if len(self.told) >= 7:
            self.full.set()
        if fault is not SendOutcome.BLOCKED:
            self.told.append(chat_id)
        await self.held.wait()
        return fault or SendOutcome.DELIVERED

    async def show(self, announcement: Announcement, tally: Tally, *, is_over: bool) -> int | None:
        assert announcement.id == ID
        self.shown.append((asyncio.get_running_loop().time(), tally, is_over))
        return self.reader

    async def ring(self, announcement: Announcement, tally: Tally) -> None:
        assert announcement.id == ID
        self.rung.append(tally)


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the seconds that lie between two messages of a chat."""
    if "slow" not in request.fixturenames:
        monkeypatch.setattr(sender, "SECONDS_PER_MESSAGE", 0.0)
        monkeypatch.setattr(sender, "PER_SECOND", 1000)


@pytest.fixture
def slow() -> None:
    """Ask for the true pace."""


@pytest.fixture
async def nora(bench: Bench) -> Principal:
    return await bench.principal("nora@example.org", Role.ADMIN, chat=1)


def _announcer(bench: Bench, street: Street) -> AnnouncementSender:
    a_second = sender.PER_SECOND + PER_SECOND[ChannelName.CHAT]
    return AnnouncementSender(
        announcements=bench.storage.announcements,
        deliveries=bench.storage.deliveries,
        recipients=Recipients(users=bench.storage.users, sessions=bench.storage.sessions, clock=bench.clock),
        audit=bench.clinic.audit,
        clock=bench.clock,
        channel=street,
        shared_limiter=RateLimiter(a_second),
    )


async def _patients(bench: Bench, count: int, *, signed_in: int | None = None) -> list[int]:
    """Make so many patients, and sign them in; return the chats."""
    now = bench.clock.now()
    chats = list(range(1001, 1001 + count))
    for chat in chats:
        user = User(
            UserId(f"{chat:024x}"), f"P{chat}", f"{chat}@example.org", Role.PATIENT, AccountStatus.ACTIVE
        )
        await bench.storage.users.add(user, b"", now)
    for chat in chats[:signed_in]:
        session = StoredSession(ChatId(chat), "token")
        await bench.storage.sessions.put(session, UserId(f"{chat:024x}"), now + timedelta(days=1))
    return chats[:signed_in]


async def _started(bench: Bench, nora: Principal, audience: Audience = Audience.PATIENTS) -> None:
    await bench.clinic.announcements.start(nora, ID, audience, "Closed")


async def _state(bench: Bench) -> AnnouncementState:
    found = await bench.storage.announcements.by_id(ID)
    assert found is not None
    return found.state


async def _tally(bench: Bench) -> Tally:
    return await bench.storage.deliveries.tally(ID)


async def test_each_chat_is_told_once_and_the_admin_hears_what_came_of_it(
    bench: Bench, nora: Principal
) -> None:
    chats = await _patients(bench, 20)
    await _started(bench, nora)
    street = Street()
    fates = {1003: SendOutcome.BLOCKED, 1004: SendOutcome.REFUSED, 1005: SendOutcome.UNCLEAR}
    street.fault = lambda chat: fates.get(int(chat))
    announcer = _announcer(bench, street)
    await announcer.send_due()
    await announcer.send_due()
    assert sorted(street.told) == [chat for chat in chats if chat != 1003]
    _, tally, is_over = street.shown[-1]
    assert (tally, is_over) == (Tally(delivered=17, blocked=1, failed=2), True)
    assert street.rung == []
    assert await _state(bench) is AnnouncementState.FINISHED
    assert bench.news == ["announcement"]


async def test_those_who_can_not_sign_in_and_those_who_have_not_are_told_nothing(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 3, signed_in=2)
    await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    await bench.storage.users._users.update_one({"_id": f"{1001:024x}"}, {"$set": {"status": "blocked"}})
    announcements = bench.clinic.announcements
    assert await announcements.reach(nora, Audience.PATIENTS) == Reach(1, 1, 1)
    assert await announcements.reach(nora, Audience.DOCTORS) == Reach(1, 1, 0)
    assert await announcements.reach(nora, Audience.EVERYBODY) == Reach(3, 3, 1)
    await _started(bench, nora)
    street = Street()
    await _announcer(bench, street).send_due()
    assert street.told == [1002]


async def test_only_admins_announce_and_stop(bench: Bench) -> None:
    announcements = bench.clinic.announcements
    for role in (Role.PATIENT, Role.DOCTOR):
        somebody = await bench.principal(f"{role}@example.org", role)
        for act in (
            announcements.reach(somebody, Audience.PATIENTS),
            announcements.start(somebody, ID, Audience.PATIENTS, "Closed"),
            announcements.under_way(somebody, ID),
            announcements.stop(somebody, ID),
        ):
            with pytest.raises(RoleRequired):
                await act


async def test_an_audience_with_nobody_is_refused_and_so_is_stopping_nothing(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 1, signed_in=0)
    with pytest.raises(NobodyThere):
        await _started(bench, nora)
    assert await bench.storage.announcements.by_id(ID) is None
    for act in (bench.clinic.announcements.under_way(nora, ID), bench.clinic.announcements.stop(nora, ID)):
        with pytest.raises(AnnouncementOver):
            await act


async def test_a_429_is_obeyed_to_the_second_for_everybody_and_loses_nobody(
    bench: Bench, nora: Principal
) -> None:
    chats = await _patients(bench, 12)
    await _started(bench, nora)
    street = Street()
    street.fault = lambda chat: TryLater(timedelta(seconds=30)) if chat == 1002 else None
    await _announcer(bench, street).send_due()
    assert len(street.told) == 7
    street.fault = lambda _chat: None
    bench.clock.turn(timedelta(seconds=30) - timedelta(milliseconds=1))
    shown = len(street.shown)
    for _ in range(2):  # another worker is not to be quicker
        await _announcer(bench, street).send_due()
    assert (len(street.told), len(street.shown)) == (7, shown)
    assert await _tally(bench) == Tally(waiting=5, delivered=7)
    bench.clock.turn(timedelta(milliseconds=1))
    await _announcer(bench, street).send_due()
    assert sorted(street.told) == chats
    assert await _tally(bench) == Tally(delivered=12)


async def test_while_there_is_no_way_to_telegram_nobody_is_given_up(bench: Bench, nora: Principal) -> None:
    chats = await _patients(bench, 12)
    await _started(bench, nora)
    street, tries = Street(), []

    def unreachable(chat: ChatId) -> TryLater:
        tries.append(chat)
        return TryLater()

    street.fault = unreachable
    for attempt in range(1, 12):
        await _announcer(bench, street).send_due()
        await _announcer(bench, street).send_due()
        # A few at first, and then one after each pause, to see whether the way is open again.
        assert len(tries) == 7 + attempt
        bench.clock.turn(min(timedelta(seconds=2.0 ** (attempt - 1)), timedelta(minutes=1)))
    street.fault = lambda _chat: None
    await _announcer(bench, street).send_due()
    assert sorted(street.told) == chats
    assert await _tally(bench) == Tally(delivered=12)


async def test_what_may_have_arrived_is_never_sent_again_and_an_outage_costs_few(
    bench: Bench, nora: Principal
) -> None:
    chats = await _patients(bench, 20)
    await _started(bench, nora)
    street = Street()
    street.fault = lambda _chat: SendOutcome.UNCLEAR
    announcer = _announcer(bench, street)
    await announcer.send_due()
    bench.clock.turn(A_SECOND_LATER)
    await announcer.send_due()
    assert await _tally(bench) == Tally(waiting=11, failed=9)
    street.fault = lambda _chat: None
    bench.clock.turn(timedelta(seconds=2))
    await announcer.send_due()
    assert sorted(street.told) == chats
    assert await _tally(bench) == Tally(delivered=11, failed=9)


async def test_something_unexpected_with_one_chat_stops_no_other(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 9)
    await _started(bench, nora)
    street = Street()
    street.fault = lambda chat: RuntimeError("planted") if chat == 1002 else None
    await _announcer(bench, street).send_due()
    assert await _tally(bench) == Tally(delivered=8, failed=1)


async def test_a_chat_that_hangs_is_given_up(
    bench: Bench, nora: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "DELIVERY_TIMEOUT", timedelta(milliseconds=20))
    await _patients(bench, 1)
    await _started(bench, nora)
    street = Street()
    street.held.clear()
    announcer = _announcer(bench, street)
    await announcer.send_due()
    bench.clock.turn(A_SECOND_LATER)
    await announcer.send_due()
    assert (street.told, await _tally(bench)) == ([1001], Tally(failed=1))
    assert await _state(bench) is AnnouncementState.FINISHED


async def test_several_announcers_on_one_database_tell_each_chat_once(bench: Bench, nora: Principal) -> None:
    chats = await _patients(bench, 30)
    await _started(bench, nora)
    street = Street()
    await asyncio.gather(*(_announcer(bench, street).send_due() for _ in range(4)))
    assert sorted(street.told) == chats
    assert [is_over for _, _, is_over in street.shown].count(True) == 1


async def test_who_was_taken_for_dead_and_comes_back_sends_nothing_twice(
    bench: Bench, nora: Principal
) -> None:
    chats = await _patients(bench, 20)
    await _started(bench, nora)
    slow, quick = Street(), Street()
    slow.held.clear()
    first = asyncio.create_task(_announcer(bench, slow).send_due())
    async with asyncio.timeout(60):
        await slow.full.wait()
    await _announcer(bench, quick).send_due()
    assert quick.told == []
    bench.clock.turn(LEASE)
    await _announcer(bench, quick).send_due()
    slow.held.set()
    async with asyncio.timeout(60):
        await first
    assert sorted(slow.told + quick.told) == chats
    assert await _tally(bench) == Tally(delivered=12, failed=8)
    assert [shown for shown in slow.shown if shown[2]] == []
    assert quick.shown[0][1] == Tally(waiting=12, failed=8)
    assert await _state(bench) is AnnouncementState.FINISHED


async def test_a_bot_that_stops_waits_for_what_is_on_its_way_and_the_next_goes_on_at_once(
    bench: Bench, nora: Principal
) -> None:
    chats = await _patients(bench, 20)
    await _started(bench, nora)
    street = Street()
    street.held.clear()
    announcer = _announcer(bench, street)
    working = asyncio.create_task(announcer.work())
    announcer.nudge()
    async with asyncio.timeout(60):
        await street.full.wait()
        working.cancel()
        await asyncio.sleep(0)
        street.held.set()
        with pytest.raises(asyncio.CancelledError):
            await working
        await _announcer(bench, street).send_due()
    assert sorted(street.told) == chats
    assert await _tally(bench) == Tally(delivered=20)


async def test_chats_are_gathered_in_batches_and_once_however_often_that_is_begun(
    bench: Bench, nora: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.announcements.recipients.BATCH_OF_PEOPLE", 2)
    chats = await _patients(bench, 7)
    await _started(bench, nora)
    street = Street()
    with monkeypatch.context() as patch:

        async def breaks(*_args: object) -> None:
            raise StorageDown

        patch.setattr(bench.storage.announcements, "gathered", breaks)
        with pytest.raises(StorageDown):
            await _announcer(bench, street).send_due()
    assert (street.told, await _tally(bench)) == ([], Tally(waiting=7))
    await _announcer(bench, street).send_due()
    assert sorted(street.told) == chats
    page = await bench.clinic.audit.page(nora)
    (entry,) = [entry for entry in page.entries.items if entry.action is Action.ANNOUNCED]
    assert (entry.actor, dict(entry.facts)) == (nora.id, {"audience": "patients", "chats": 7})


async def test_one_that_is_stopped_goes_to_nobody_else_also_where_nobody_is_at_it(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 12)
    await _started(bench, nora)
    street = Street()
    street.fault = lambda chat: TryLater(timedelta(seconds=5)) if chat == 1002 else None
    await _announcer(bench, street).send_due()
    await bench.clinic.announcements.stop(nora, ID)
    with pytest.raises(AnnouncementOver):
        await bench.clinic.announcements.stop(nora, ID)
    bench.clock.turn(timedelta(seconds=5))
    await _announcer(bench, street).send_due()
    assert len(street.told) == 7
    assert street.shown[-1][1:] == (Tally(waiting=5, delivered=7), True)
    assert await _state(bench) is AnnouncementState.STOPPED
    page = await bench.clinic.audit.page(nora)
    assert Action.ANNOUNCEMENT_STOPPED in {entry.action for entry in page.entries.items}


async def test_one_that_is_stopped_before_it_began_is_not_sent(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 3)
    await _started(bench, nora)
    await bench.clinic.announcements.stop(nora, ID)
    street = Street()
    await _announcer(bench, street).send_due()
    assert (street.told, street.shown[-1][1:]) == ([], (Tally(), True))


async def test_an_admin_who_has_blocked_the_bot_holds_up_nobody(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 3)
    await _started(bench, nora)
    street = Street()
    street.reader = None
    await _announcer(bench, street).send_due()
    assert len(street.told) == 3
    assert await _state(bench) is AnnouncementState.FINISHED


async def test_announcements_go_one_after_the_other_the_oldest_first(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 2)
    await _started(bench, nora)
    bench.clock.turn(A_SECOND_LATER)
    second = AnnouncementId("b" * 24)
    await bench.clinic.announcements.start(nora, second, Audience.PATIENTS, "Closed")
    street = Street()
    street.fault = lambda _chat: TryLater(timedelta(seconds=5))
    await _announcer(bench, street).send_due()
    # Telegram has asked to wait, and that holds for the other, too.
    assert await bench.storage.deliveries.tally(second) == Tally()
    assert await _tally(bench) == Tally(waiting=2)


@pytest.mark.usefixtures("slow")
async def test_the_pace_is_kept_and_the_progress_is_shown_no_oftener_than_it_may(
    bench: Bench, nora: Principal
) -> None:
    await _patients(bench, 50)
    await _started(bench, nora)
    street, loop = Street(), asyncio.get_running_loop()
    begun = loop.time()
    announcer = _announcer(bench, street)
    async with asyncio.timeout(60):
        await announcer.send_due()
    # A second's worth goes at once, and then fifteen a second.
    assert loop.time() - begun >= (50 - 15) / 15
    times = [at for at, _, _ in street.shown]
    gaps = [later - at for at, later in pairwise(times)]
    assert len(gaps) >= 2
    assert min(gaps[:-1]) >= 2
    assert gaps[-1] >= 1
    assert [tally.done for _, tally, _ in street.shown] == sorted(t.done for _, t, _ in street.shown)


async def test_the_admins_phone_rings_where_it_took_long(bench: Bench, nora: Principal) -> None:
    await _patients(bench, 2)
    await _started(bench, nora)
    bench.clock.turn(timedelta(seconds=11))
    street = Street()
    await _announcer(bench, street).send_due()
    assert street.rung == [Tally(delivered=2)]


def test_nobody_else_takes_an_announcement_while_one_is_at_it() -> None:
    assert LEASE > sender.DELIVERY_TIMEOUT
