"""What a chat's card says is not sent there, too; and what no card says in the end is sent."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest

from services.errors import StorageDown, TryLater
from services.models.appointments import AppointmentId
from services.models.notifications import ChannelName, Notice
from services.models.people import ChatId, Principal, Role, User
from services.notifications.chat_cards import GRACE
from services.notifications.outbox import LEASE, Outbox
from tests.plans import OURS
from tests.services.conftest import Bench
from tests.services.test_outbox import Recorder, _books

HERE, THERE = ChatId(1), ChatId(3)
A = AppointmentId("a" * 24)
SECOND = timedelta(seconds=1)
CARD = f"{'a' * 24}.booked.{{}}.chat.{HERE}"


@dataclass
class Cards:
    """The chats that are being answered, and what their cards have said."""

    answered: set[ChatId] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    asked: list[set[ChatId]] = field(default_factory=list)

    def being_answered(self) -> Collection[ChatId]:
        return self.answered

    async def shown(self, chats: Iterable[ChatId]) -> set[str]:
        self.asked.append(set(chats))
        return self.said


class Chats(Recorder):
    """Notes to which chats something came; does something once, just before that."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def deliver(self, notice: Notice, reader: User) -> None:
        if notice.chat_id == HERE and self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        await super().deliver(notice, reader)
        self.delivered[-1] = f"{notice.event.kind} {reader.name} in {notice.chat_id}"


@dataclass
class Scene:
    bench: Bench
    asha: Principal
    cards: Cards
    chats: Chats
    mail: Recorder
    outbox: Outbox

    @property
    def card(self) -> str:
        """The id of the notice that Asha's card may show."""
        return CARD.format(self.asha.id)

    async def tells(self, wait: timedelta = timedelta(0)) -> list[str]:
        """Let time pass, tell what is due then, and return what was told in the chats."""
        self.bench.clock.turn(wait)
        self.chats.delivered.clear()
        await self.outbox.send_due()
        return sorted(self.chats.delivered)


@pytest.fixture
async def scene(bench: Bench) -> Scene:
    """Asha, who is answered in one of her two chats and books there, and the doctor."""
    await bench.principal("rao@example.org", Role.DOCTOR, chat=2)
    asha = await bench.principal("asha@example.org", chat=HERE)
    await bench.clinic.sessions.sign_in(THERE, "asha@example.org", "correct horse")
    cards, chats, mail = Cards({HERE}), Chats(), Recorder()
    outbox = Outbox(
        notifications=bench.storage.notifications,
        users=bench.storage.users,
        sessions=bench.storage.sessions,
        clock=bench.clock,
        channels={ChannelName.CHAT: chats, ChannelName.MAIL: mail},
        chat_cards=cards,
    )
    scene = Scene(bench, replace(asha, is_answered=True), cards, chats, mail, outbox)
    await _books(bench, scene.asha, "a")
    return scene


OTHERS = ["booked Asha in 3", "booked Rao in 2"]


async def test_others_hear_at_once_and_the_chat_itself_not_while_it_is_answered(scene: Scene) -> None:
    assert await scene.tells() == OTHERS
    assert sorted(scene.mail.delivered) == ["booked Asha mail", "booked Rao mail"]
    # However long that takes: Telegram may have asked to wait.
    assert await scene.tells(10 * GRACE) == []


async def test_what_the_card_has_said_is_closed_and_never_sent(scene: Scene) -> None:
    await scene.tells()
    scene.cards.answered.clear()
    scene.cards.said.add(scene.card)
    assert await scene.tells() == []
    assert await scene.tells(timedelta(days=1)) == []
    stored = scene.bench.storage.notifications._notifications
    row = await stored.find_one({"_id": scene.card}, comment=OURS)
    assert row is not None
    assert (row["outcome"], "due" in row) == ("shown", False)


async def test_what_no_card_has_said_is_sent_when_another_worker_can_not_say_it_any_more(
    scene: Scene,
) -> None:
    scene.cards.answered.clear()
    assert await scene.tells() == OTHERS
    assert await scene.tells(GRACE - SECOND) == []
    assert await scene.tells(SECOND) == ["booked Asha in 1"]


async def test_a_card_that_another_worker_shows_meanwhile_is_seen(scene: Scene) -> None:
    scene.cards.answered.clear()
    await scene.tells()
    scene.cards.said.add(scene.card)
    assert await scene.tells(GRACE) == []


async def test_what_is_told_later_waits_for_the_card_and_follows_it(scene: Scene) -> None:
    await scene.tells()
    rao = await scene.bench.clinic.sessions.authenticate(ChatId(2))
    appointments = scene.bench.clinic.appointments
    found = await scene.bench.storage.appointments.by_id("a" * 24)  # type: ignore[arg-type]
    assert found is not None
    await appointments.cancel(rao, found.id)
    told = await scene.tells()
    assert "cancelled Asha in 3" in told
    scene.cards.answered.clear()
    scene.cards.said.add(scene.card)
    assert await scene.tells(timedelta(minutes=1)) == ["cancelled Asha in 1"]


async def test_only_what_was_done_in_a_chat_is_looked_for_there_and_in_one_question(scene: Scene) -> None:
    scene.cards.answered.clear()
    scene.cards.said.add(scene.card)
    await scene.tells()
    assert scene.cards.asked == [{HERE}]
    scene.cards.asked.clear()
    # Nobody is answered here, so there is no card.
    await _books(scene.bench, replace(scene.asha, is_answered=False), "b", days=2)
    assert await scene.tells(SECOND) == ["booked Asha in 1", *OTHERS]
    assert scene.cards.asked == []


async def _is_moved(scene: Scene) -> None:
    """Let an admin move it to eleven, after its card has said that it is booked."""
    scene.cards.answered.clear()
    scene.cards.said.add(scene.card)
    await scene.tells()
    nora = await scene.bench.principal("nora@example.org", Role.ADMIN, chat=9)
    found = await scene.bench.storage.appointments.by_id(A)
    assert found is not None
    was = found.slot.start
    await scene.bench.clinic.appointments.move(nora, A, was + timedelta(hours=1), was=was)


async def _cancels(scene: Scene) -> None:
    """Let Asha cancel it, and her card say so."""
    scene.bench.clock.turn(SECOND)
    await scene.bench.clinic.appointments.cancel(scene.asha, A)
    scene.cards.said.add(scene.card.replace("booked", "cancelled"))
    scene.bench.clock.turn(SECOND)


async def test_what_a_card_said_while_older_news_was_on_its_way_is_said_again(scene: Scene) -> None:
    await _is_moved(scene)
    scene.chats.meanwhile = partial(_cancels, scene)
    told = await scene.tells()
    assert [line for line in [*told, *await scene.tells(LEASE)] if line.endswith("1")] == [
        "moved Asha in 1",
        "cancelled Asha in 1",
    ]
    assert await scene.tells(timedelta(hours=1)) == []


async def test_what_may_have_come_though_its_delivery_failed_is_followed_by_what_is_so(scene: Scene) -> None:
    await _is_moved(scene)

    async def cancels_and_fails() -> None:
        await _cancels(scene)
        raise TryLater

    scene.chats.meanwhile = cancels_and_fails
    await scene.tells()
    assert "cancelled Asha in 1" in await scene.tells(LEASE)
    assert await scene.tells(timedelta(hours=1)) == []


async def test_a_card_that_comes_after_older_news_says_the_last_word(scene: Scene) -> None:
    await _is_moved(scene)
    assert "moved Asha in 1" in await scene.tells()
    await _cancels(scene)
    assert "cancelled Asha in 1" not in [*await scene.tells(), *await scene.tells(LEASE)]


def _here(told: Sequence[str]) -> list[str]:
    return [line for line in told if line.endswith(" 1")]


async def _card_comes(scene: Scene, wait: timedelta = SECOND) -> list[str]:
    """Let the card say now that it is booked; return what is told in that chat after it."""
    scene.bench.clock.turn(wait)
    scene.cards.said.add(scene.card)
    scene.outbox.note_shown([scene.card])
    return _here([*await scene.tells(), *await scene.tells(timedelta(hours=1))])


async def test_after_a_card_that_comes_late_it_is_told_again_what_has_happened_since(scene: Scene) -> None:
    scene.cards.answered.clear()
    assert _here([*await scene.tells(), *await scene.tells(GRACE)]) == ["booked Asha in 1"]
    rao = await scene.bench.clinic.sessions.authenticate(ChatId(2))
    await scene.bench.clinic.appointments.cancel(rao, A)
    assert _here(await scene.tells()) == ["cancelled Asha in 1"]
    assert await _card_comes(scene) == ["cancelled Asha in 1"]
    assert _here(await scene.tells(timedelta(days=1))) == []


@pytest.mark.parametrize("is_told_before", [False, True])
async def test_after_a_card_that_comes_late_another_cards_word_is_told(
    scene: Scene, *, is_told_before: bool
) -> None:
    """Another process has answered the chat meanwhile, and its card has said that it is cancelled."""
    scene.cards.answered.clear()
    await scene.tells()
    await _cancels(scene)
    if is_told_before:
        assert _here([*await scene.tells(GRACE), *await scene.tells(LEASE)]) == []
    assert await _card_comes(scene) == ["cancelled Asha in 1"]


async def test_after_a_card_that_comes_in_time_nothing_is_told_twice(scene: Scene) -> None:
    scene.cards.answered.clear()
    assert await _card_comes(scene, timedelta(0)) == []
    await _cancels(scene)
    scene.outbox.note_shown([scene.card.replace("booked", "cancelled")])
    assert _here([*await scene.tells(), *await scene.tells(timedelta(hours=1))]) == []


async def test_a_late_card_is_looked_at_again_when_the_database_is_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.cards.answered.clear()
    assert _here([*await scene.tells(), *await scene.tells(GRACE)]) == ["booked Asha in 1"]
    rao = await scene.bench.clinic.sessions.authenticate(ChatId(2))
    await scene.bench.clinic.appointments.cancel(rao, A)
    await scene.tells(SECOND)
    sequences = scene.bench.storage.notifications.delivery_order

    async def is_away(*_args: object) -> bool:
        raise StorageDown

    with monkeypatch.context() as away:
        away.setattr(sequences, "tell_again", is_away)
        scene.bench.clock.turn(SECOND)
        scene.outbox.note_shown([scene.card])
        with pytest.raises(StorageDown):
            await scene.outbox.send_due()
    assert _here(await scene.tells()) == ["cancelled Asha in 1"]
