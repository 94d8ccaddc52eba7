"""The news of an appointment is told in its order, and what is not so any more is not told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from services.errors import TryLater
from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.delivery_order import (
    OUTDATED,
    SENT,
    SETTLING,
    AppointmentState,
    Close,
    Send,
    SiblingNotice,
    Surroundings,
)
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import Principal, Role, User, UserId
from services.models.slots import Slot
from services.notifications.delivery_order import CHANGES_OF_MIND, judge
from services.notifications.outbox import LEASE, Outbox
from services.storage.notifications import notice_document
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_outbox import _books
from tests.turning import MONDAY

A = AppointmentId("a" * 24)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Ear:
    """A channel that notes what its readers hear, in order, and fails as it is told to."""

    heard: list[tuple[str, str, int]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    fault: Callable[[Notice], Exception | None] = lambda _notice: None
    more: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, notice: Notice, reader: User) -> None:
        await asyncio.sleep(0)
        if (error := self.fault(notice)) is not None:
            raise error
        self.notices.append(notice)
        self.heard.append((reader.name, notice.event.kind.value, notice.event.facts["version"]))
        self.more.set()

    async def until(self, name: str, kind: str) -> None:
        """Wait until one of them has heard such news."""
        async with asyncio.timeout(60):
            while kind not in self.by(name):
                self.more.clear()
                await self.more.wait()

    def by(self, name: str) -> list[str]:
        """Return what one of them has heard."""
        return [kind for who, kind, _ in self.heard if who == name]


@dataclass
class Scene:
    """Asha, Dr Rao, and an outbox."""

    bench: Bench
    asha: Principal
    rao: Principal
    chat: Ear = field(default_factory=Ear)
    mail: Ear = field(default_factory=Ear)

    def outbox(self) -> Outbox:
        storage = self.bench.storage
        return Outbox(
            notifications=storage.notifications,
            users=storage.users,
            sessions=storage.sessions,
            clock=self.bench.clock,
            channels={ChannelName.CHAT: self.chat, ChannelName.MAIL: self.mail},
        )

    async def tells(self, wait: timedelta = timedelta(0)) -> None:
        """Let time pass, and tell what is due then."""
        self.bench.clock.turn(wait)
        await self.outbox().send_due()

    async def books(self, letter: str = "a", days: int = 3) -> AppointmentId:
        return await _books(self.bench, self.asha, letter, days)

    async def cancels(self, which: AppointmentId = A, by: Principal | None = None) -> None:
        await self.bench.clinic.appointments.cancel(by or self.asha, which)

    async def moves(self, later: timedelta, which: AppointmentId = A) -> Slot:
        found = await self.bench.storage.appointments.by_id(which)
        assert found is not None
        start = found.slot.start + later
        await self.bench.clinic.appointments.move(self.asha, which, start, was=found.slot.start)
        return Slot(start, found.slot.end + later)


@pytest.fixture
async def scene(bench: Bench) -> Scene:
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    return Scene(bench, await bench.principal("asha@example.org", chat=1), rao)


def down(_notice: Notice) -> Exception:
    return TryLater(why="down")


async def test_a_reminder_that_was_held_up_is_not_told_after_the_cancelling(scene: Scene) -> None:
    await scene.books()
    await scene.tells()
    found = await scene.bench.storage.appointments.by_id(A)
    assert found is not None
    scene.bench.clock.turn_to(found.slot.start - timedelta(hours=23))
    scene.chat.fault = scene.mail.fault = down
    await scene.bench.clinic.reminders.work()
    await scene.tells()
    await scene.cancels(by=scene.rao)
    await scene.tells()
    scene.chat.fault = scene.mail.fault = lambda _notice: None
    for _ in range(3):
        await scene.tells(timedelta(minutes=10))
    for ear in (scene.chat, scene.mail):
        assert ear.by("Asha") == ["booked", "cancelled"]
        assert ear.by("Rao") == ["booked", "cancelled"]


async def test_of_what_was_cancelled_before_anybody_was_told_somebody_else_is_told(scene: Scene) -> None:
    await scene.books()
    await scene.cancels(by=scene.rao)
    await scene.tells()
    # The card in the chat has said to Asha that it is booked.
    assert scene.mail.by("Asha") == scene.chat.by("Asha") == ["cancelled"]
    assert scene.mail.by("Rao") == scene.chat.by("Rao") == []


async def test_of_what_a_patient_books_and_cancels_before_anybody_is_told_nobody_is(scene: Scene) -> None:
    await scene.books()
    await scene.cancels()
    await scene.tells()
    await scene.tells(DAY)
    assert scene.mail.heard == scene.chat.heard == []


async def test_what_may_have_arrived_is_taken_back(scene: Scene) -> None:
    scene.mail.fault = down
    await scene.books()
    await scene.tells()
    await scene.cancels()
    scene.mail.fault = lambda _notice: None
    await scene.tells(MINUTE)
    assert scene.mail.by("Asha") == scene.mail.by("Rao") == ["cancelled"]


async def test_moved_twice_while_nothing_was_told_is_one_move_from_where_it_was(scene: Scene) -> None:
    await scene.books()
    await scene.tells()
    scene.mail.fault = down
    await scene.moves(HOUR)
    await scene.tells()
    await scene.moves(HOUR)
    scene.mail.fault = lambda _notice: None
    await scene.tells(2 * MINUTE)
    await scene.tells(2 * MINUTE)
    assert scene.mail.heard[-2:].count(("Asha", "moved", 2)) == 1
    assert scene.mail.by("Asha") == scene.mail.by("Rao") == ["booked", "moved"]


async def test_of_two_moves_that_nobody_was_told_the_first_start_is_what_it_was(scene: Scene) -> None:
    await scene.books()
    await scene.tells()
    found = await scene.bench.storage.appointments.by_id(A)
    assert found is not None
    await scene.moves(HOUR)
    await scene.moves(HOUR)
    await scene.tells(2 * MINUTE)
    (told,) = [n for n in scene.mail.notices if n.event.kind is EventKind.MOVED and n.reader == scene.asha.id]
    assert (told.event.facts["was"], told.event.facts["version"]) == (found.slot.start, 2)


async def test_a_second_move_within_a_minute_waits_and_becomes_one_with_the_third(scene: Scene) -> None:
    await scene.books()
    await scene.tells()
    await scene.moves(HOUR)
    await scene.tells()
    assert scene.mail.by("Asha") == ["booked", "moved"]
    await scene.moves(HOUR)
    await scene.tells(MINUTE / 2)
    await scene.moves(HOUR)
    await scene.tells()
    assert scene.mail.by("Asha") == ["booked", "moved"]
    await scene.tells(SETTLING)
    assert [told for told in scene.mail.heard if told[0] == "Asha"][2:] == [("Asha", "moved", 3)]
    await scene.tells(SETTLING)
    assert scene.mail.by("Asha") == ["booked", "moved", "moved"]


async def test_who_books_and_cancels_over_and_over_is_told_now_and_then(scene: Scene) -> None:
    for number in range(12):
        which = await scene.books(f"{number:x}")
        await scene.tells()
        await scene.cancels(which)
        await scene.tells()
    await scene.books("f")
    await scene.tells()
    assert scene.mail.by("Rao") == ["booked", "cancelled"] * CHANGES_OF_MIND
    await scene.tells(SETTLING)
    # How it ended is told.
    assert (
        scene.mail.by("Rao")
        == scene.chat.by("Asha")
        == ["booked", "cancelled"] * CHANGES_OF_MIND + ["booked"]
    )


async def test_a_dead_letter_that_is_sent_again_days_later_says_nothing_that_is_not_so(scene: Scene) -> None:
    nora = await scene.bench.principal("nora@example.org", Role.ADMIN, chat=9)
    scene.mail.fault = down
    await scene.books(days=9)
    await scene.tells()
    await scene.tells(DAY)
    await scene.moves(HOUR)
    await scene.tells()
    await scene.tells(DAY)
    scene.mail.fault = lambda _notice: None
    assert await scene.bench.clinic.dead_letters.retry_all(nora) == 4
    await scene.tells()
    assert scene.mail.by("Asha") == ["moved"]


async def test_the_later_waits_for_the_earlier_that_somebody_is_at(scene: Scene) -> None:
    await scene.books()
    outbox = scene.outbox()
    await outbox._spread()
    storage = scene.bench.storage
    dead = await storage.notifications.claim(ChannelName.MAIL, scene.bench.clock.now(), LEASE, 9)
    assert {notice.event.kind for notice in dead} == {EventKind.BOOKED}
    await scene.cancels(by=scene.rao)
    await scene.tells()
    assert scene.mail.heard == []
    # Whoever was at it is gone: it may have been told.
    await scene.tells(LEASE)
    assert scene.mail.by("Asha") == ["cancelled"]
    assert (
        await storage.notifications._notifications.count_documents({"held_by": {"$gt": ""}}, comment=OURS)
        == 0
    )


async def test_what_waits_goes_on_as_soon_as_the_earlier_is_told(scene: Scene) -> None:
    """Nobody has to turn the clock for it."""
    await scene.books()
    await scene.tells()
    held, begun = asyncio.Event(), asyncio.Queue[str]()

    class Slow(Ear):
        async def deliver(self, notice: Notice, reader: User) -> None:
            if notice.event.kind is EventKind.MOVED:
                begun.put_nowait(reader.name)
                await held.wait()
            await super().deliver(notice, reader)

    scene.mail = Slow(scene.mail.heard)
    await scene.moves(HOUR)
    first = asyncio.create_task(scene.outbox().send_due())
    await scene.chat.until("Rao", "moved")
    assert {await begun.get(), await begun.get()} == {"Asha", "Rao"}
    await scene.cancels(by=scene.rao)
    second = scene.outbox()
    await second.send_due()
    assert scene.mail.by("Asha") == ["booked"]
    held.set()
    await first
    await scene.tells()
    assert scene.mail.by("Asha") == scene.mail.by("Rao") == ["booked", "moved", "cancelled"]


@pytest.mark.parametrize("workers", [1, 4])
async def test_in_a_storm_each_reader_hears_versions_in_their_order_and_last_how_it_is(
    scene: Scene, workers: int
) -> None:
    failing = iter(range(10_000))
    scene.mail.fault = scene.chat.fault = lambda notice: down(notice) if next(failing) % 3 == 0 else None
    await scene.books()

    async def tell() -> None:
        await asyncio.gather(*(scene.outbox().send_due() for _ in range(workers)))

    for _ in range(3):
        await scene.moves(HOUR)
        await tell()
        scene.bench.clock.turn(timedelta(seconds=20))
    await scene.cancels(by=scene.rao)
    for _ in range(12):
        await tell()
        scene.bench.clock.turn(MINUTE)
    for ear in (scene.mail, scene.chat):
        for name in ("Asha", "Rao"):
            versions = [version for who, _, version in ear.heard if who == name]
            assert versions == sorted(set(versions))
            assert ear.by(name)[-1] == "cancelled"


async def test_one_readers_crowd_delays_no_others_first(scene: Scene) -> None:
    now, storage = scene.bench.clock.now(), scene.bench.storage
    bela = await scene.bench.user("bela@example.org")
    events = [
        Event(f"e{number}", EventKind.DOCTOR_APPROVED, (scene.rao.id,), {"name": "Rao", "version": number})
        for number in range(800)
    ]
    crowd = [Notice(f"{event.id}.mail", event, scene.rao.id, ChannelName.MAIL, None) for event in events]
    last = Event("last", EventKind.DOCTOR_APPROVED, (bela.id,), {"name": "Bela", "version": 0})
    rows = [notice_document(notice, now) for notice in crowd]
    rows.append(
        notice_document(Notice("last", last, bela.id, ChannelName.MAIL, None), now + timedelta(seconds=1))
    )
    await storage.notifications._notifications.insert_many(rows)
    scene.bench.clock.turn(timedelta(seconds=1))
    working = asyncio.create_task(scene.outbox().send_due())
    await scene.mail.until("Bela", "doctor_approved")
    heard = [name for name, *_ in scene.mail.heard]
    working.cancel()
    assert heard.index("Bela") < 20


def _of_version(version: int, kind: EventKind, start: Slot, was: Slot | None, **state: Any) -> SiblingNotice:
    facts = {
        "appointment_id": A,
        "version": version,
        "at": MONDAY + version * MINUTE,
        "start": start.start,
        "was": was.start if was else None,
    }
    return SiblingNotice(f"n{version}", kind, UserId("rao"), (ChannelName.MAIL.value, None), facts, **state)


@pytest.mark.parametrize(("knows", "verdict"), [(False, Send), (True, Close)])
def test_a_booking_that_came_back_to_its_time_before_it_was_told_is_told(
    *, knows: bool, verdict: type[Send] | type[Close]
) -> None:
    """It was elsewhere when the booking was to be told, and back when the first move was."""
    here, there = Slot(MONDAY, MONDAY + HOUR), Slot(MONDAY + DAY, MONDAY + DAY + HOUR)
    closed = {"closed_at": MONDAY, "outcome": OUTDATED}
    booked = _of_version(
        0,
        EventKind.BOOKED,
        here,
        None,
        **(closed | {"outcome": SENT, "was_tried": True} if knows else closed),
    )
    away = _of_version(1, EventKind.MOVED, there, here, **closed)
    back = _of_version(2, EventKind.MOVED, here, there)
    notice = Notice(
        "n2", Event("e", back.kind, (back.reader,), back.facts), back.reader, ChannelName.MAIL, None
    )
    untold = [] if knows else [booked]
    state = AppointmentState(AppointmentStatus.BOOKED, here.start)
    # The booking may have been closed long before: then it is no more among the others.
    for others in ([booked, away], [away]):
        verdicts = judge(notice, Surroundings(others, state, untold=untold), MONDAY + DAY)
        assert isinstance(verdicts, verdict)


async def test_who_was_not_told_of_a_booking_is_told_when_it_is_back_at_its_time(scene: Scene) -> None:
    await scene.books()
    outbox = scene.outbox()
    await outbox._spread()
    await scene.moves(HOUR)
    await outbox._drain_all(ChannelName.MAIL)
    assert scene.mail.heard == []
    await scene.moves(-HOUR)
    await scene.tells(10 * MINUTE)
    assert scene.mail.by("Rao") == scene.mail.by("Asha") == ["moved"]
