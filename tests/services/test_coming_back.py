"""Whoever was not to be reached hears of it when they come back, and nobody else in their place."""

from datetime import timedelta
from typing import Any

import pytest

from services.accounts.registration import Registration
from services.accounts.tokens import LIFETIME
from services.errors import AccountBlocked, RecipientGone, StorageDown
from services.models.notifications import Notice
from services.models.people import ChatId, Principal, Role
from tests.plans import OURS
from tests.services.conftest import PASSWORD, Bench
from tests.services.test_outbox import Recorder, _outbox
from tests.services.test_sequence import HOUR, Scene, scene  # noqa: F401 - a fixture

ASHAS = ChatId(1)


def gone(notice: Notice) -> Exception | None:
    return RecipientGone("Forbidden", altogether=True) if notice.chat_id == ASHAS else None


@pytest.fixture
async def blocking(scene: Scene) -> Scene:  # noqa: F811 - the fixture
    """Asha has heard of her booking and has blocked the bot since."""
    await scene.books()
    await scene.tells()
    scene.chat.fault = gone
    return scene


async def _comes_back(scene: Scene) -> list[tuple[str, bool]]:  # noqa: F811
    """Let Asha write, twice, and return what she is told then."""
    scene.chat.fault = lambda _notice: None
    before = len(scene.chat.notices)
    for _ in range(2):
        await scene.bench.clinic.sessions.arrive(ASHAS)
        await scene.tells()
    told = [notice for notice in scene.chat.notices[before:] if notice.reader == scene.asha.id]
    return [(notice.event.kind.value, notice.was_away) for notice in told]


async def test_who_has_blocked_the_bot_is_told_of_a_cancelling_when_they_come_back(blocking: Scene) -> None:
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    assert await _comes_back(blocking) == [("cancelled", True)]
    assert blocking.mail.by("Asha") == ["booked", "cancelled"]


async def test_what_was_skipped_as_the_chat_was_known_to_be_blocked_is_told_too(blocking: Scene) -> None:
    await blocking.moves(HOUR)
    await blocking.tells()
    blocking.bench.clock.turn(timedelta(minutes=5))
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    # That it was moved is not so any more.
    assert await _comes_back(blocking) == [("cancelled", True)]


@pytest.mark.parametrize("step", ["keep", "add"])
async def test_who_comes_back_while_it_is_noted_that_they_are_gone_hears_of_it(
    blocking: Scene, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    if step == "add":  # the chat is known to be blocked
        await blocking.moves(HOUR)
        await blocking.tells()
    missed = blocking.bench.storage.sessions.missed_notices
    whole = getattr(missed, step)

    async def late(*args: Any) -> None:
        blocking.chat.fault = lambda _notice: None
        await blocking.bench.clinic.sessions.arrive(ASHAS)
        await whole(*args)

    monkeypatch.setattr(missed, step, late)
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    monkeypatch.undo()
    await blocking.tells(timedelta(minutes=1))
    assert blocking.chat.by("Asha")[-1] == "cancelled"
    assert blocking.chat.by("Asha").count("cancelled") == 1


@pytest.mark.parametrize("step", ["tell", "unmark_blocked"])
async def test_a_crash_as_somebody_comes_back_loses_nothing_that_they_missed(
    blocking: Scene, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    sessions = blocking.bench.storage.sessions

    async def killed(*_: object) -> None:
        raise StorageDown

    monkeypatch.setattr(sessions.missed_notices if step == "tell" else sessions, step, killed)
    with pytest.raises(StorageDown):
        await blocking.bench.clinic.sessions.arrive(ASHAS)
    monkeypatch.undo()
    assert await _comes_back(blocking) == [("cancelled", True)]


async def test_where_the_session_is_over_nobody_hears_what_was_missed(blocking: Scene) -> None:
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    blocking.bench.clock.turn(LIFETIME)
    await blocking.bench.storage.appointments._appointments.update_one(
        {"_id": "a" * 24}, {"$set": {"start": blocking.bench.clock.now() + HOUR}}
    )
    await blocking.bench.storage.notifications._notifications.update_many(
        {"missed": blocking.asha.id}, {"$set": {"event.facts.start": blocking.bench.clock.now() + HOUR}}
    )
    assert await _comes_back(blocking) == []


async def test_of_what_is_over_by_then_nothing_is_told(blocking: Scene) -> None:
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    blocking.bench.clock.turn(timedelta(days=5))
    assert await _comes_back(blocking) == []


async def test_whoever_signs_in_in_that_chat_since_is_not_told(blocking: Scene) -> None:
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    await blocking.bench.principal("bela@example.org", chat=ASHAS)
    blocking.chat.fault = lambda _notice: None
    await blocking.tells()
    assert blocking.chat.by("Bela") == []
    await blocking.bench.clinic.sessions.sign_in(ChatId(5), "asha@example.org", PASSWORD)
    await blocking.tells()
    assert blocking.chat.by("Asha")[-1] == "cancelled"
    assert blocking.chat.notices[-1].chat_id == 5


async def test_who_was_signed_out_is_told_at_the_next_sign_in_once(blocking: Scene) -> None:
    await blocking.bench.clinic.sessions.sign_out(ASHAS)
    await blocking.cancels(by=blocking.rao)
    await blocking.tells()
    blocking.chat.fault = lambda _notice: None
    for chat in (ASHAS, ChatId(6)):
        await blocking.bench.clinic.sessions.sign_in(chat, "asha@example.org", PASSWORD)
        await blocking.tells()
    assert blocking.chat.by("Asha") == ["booked", "cancelled"]


async def test_a_doctors_verdict_comes_to_the_chat_of_the_registration(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    hashed = await bench.clinic.accounts.hash_password(PASSWORD)
    for number, approve in enumerate((True, False)):
        doctor = await bench.clinic.accounts.register(
            Registration(
                f"Rao {'I' * (number + 1)}",
                f"rao{number}@example.org",
                hashed,
                Role.DOCTOR,
                None,
                "Radiology",
                vetted=False,
            )
        )
        await bench.clinic.sessions.remember(ChatId(20 + number), doctor)
        await bench.clinic.administration.decide(nora, doctor.id, approve=approve)
    # Somebody else has registered in the second chat since.
    await bench.clinic.sessions.remember(ChatId(21), await bench.user("bela@example.org"))
    assert await _chats(bench, "doctor_approved") == [20]
    assert await _chats(bench, "doctor_refused") == []


async def test_who_is_blocked_hears_of_it_where_they_were_signed_in(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha = await bench.principal("asha@example.org", chat=ASHAS)
    # One from before it was remembered.
    await bench.storage.sessions.last_chats.forget([ASHAS])
    for chat in (3, 4):
        await bench.clinic.sessions.sign_in(ChatId(chat), "asha@example.org", PASSWORD)
    await bench.clinic.sessions.sign_out(ChatId(4))
    await bench.clinic.administration.block(nora, asha.id)
    assert await _chats(bench, "account_blocked") == [1, 3]
    with pytest.raises(AccountBlocked):
        await bench.clinic.sessions.sign_in(ASHAS, "asha@example.org", PASSWORD)
    await bench.principal("bela@example.org", chat=3)
    await bench.clinic.administration.unblock(nora, asha.id)
    assert await _chats(bench, "account_unblocked") == [1]


async def test_a_chat_whose_session_was_ended_by_its_owner_is_told_nothing(bench: Bench) -> None:
    nora = await bench.principal("nora@example.org", Role.ADMIN, chat=9)
    asha: Principal = await bench.principal("asha@example.org", chat=ASHAS)
    for chat in (3, 4):
        await bench.clinic.sessions.sign_in(ChatId(chat), "asha@example.org", PASSWORD)
    await bench.clinic.sessions.end(asha, ChatId(3))
    await bench.clinic.sessions.end_others(asha)
    await bench.clinic.administration.block(nora, asha.id)
    assert await _chats(bench, "account_blocked") == [1]


async def _chats(bench: Bench, kind: str) -> list[int]:
    """Return the chats in which such news is told."""
    await _outbox(bench, Recorder(), Recorder()).send_due()
    query = {"event.kind": kind, "channel": "chat", "outcome": "sent"}
    rows = await bench.storage.notifications._notifications.find(query, comment=OURS).to_list(None)
    return sorted(row["chat_id"] for row in rows)
