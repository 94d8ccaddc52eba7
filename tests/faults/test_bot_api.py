"""Telegram refuses, fails, hangs up, or the person has blocked the bot."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace

import pytest
from telegram.error import InvalidToken

from services.models.people import Role
from tests.faults.holding import all_told, held, logged
from tests.faults.stage import Stage
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def asha(town: Town) -> Person:
    return await town.signed_in("Asha Patel", "asha@example.org")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again as often as ever, but sooner; tests/bot/test_retries.py sees to the pauses."""
    monkeypatch.setattr("bot.telegram.retries.PAUSES_SECONDS", (0.01, 0.02, 0.03))
    monkeypatch.setattr("bot.telegram.updates.get_updates.RETRY_SECONDS", (0.01,))


async def doctor_of(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


def limited(town: Town, person: Person, seconds: int, times: int = 1, method: str = "sendMessage") -> None:
    """Plant a 429 for one chat."""
    town.telegram.faults.refuse(
        method,
        error_code=429,
        description=f"Too Many Requests: retry after {seconds}",
        retry_after=seconds,
        times=times,
        chat_id=person.phone.chat_id,
    )


async def booked(person: Person) -> None:
    for does in ("/book", "Cardiology", "Rao"):
        await person.says(does)
    for label in ("Soonest", "Skip", "Confirm"):
        await person.taps(label)


async def test_a_429_delays_its_own_chat_alone(town: Town, asha: Person) -> None:
    bela = town.person("Bela")
    limited(town, asha, 1)
    async with town.telegram.subscribe() as events:
        update_id = asha.phone.send("/me")
        bela.phone.send("/help")
        await asha.hears("asha@example.org")
        await town.telegram.confirmed(update_id)
        said = [e["chat_id"] for e in (events.get_nowait() for _ in range(events.qsize()))
                if e["type"] == "message" and e["message"]["from"]["is_bot"]]  # fmt: skip
    assert said == [bela.phone.chat_id, asha.phone.chat_id]


class Waits:
    """The waits that a 429 asks for: each is noted, and over when the test says so."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._begun = asyncio.Event()
        self._over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._begun.set()
        await self._over.wait()

    async def begun(self) -> None:
        async with asyncio.timeout(60):
            await self._begun.wait()

    def end(self) -> None:
        self._over.set()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    waiting = Waits()
    monkeypatch.setattr("bot.telegram.retries.asyncio", SimpleNamespace(sleep=waiting.sleep))
    return waiting


@pytest.mark.parametrize(
    ("method", "before", "act"),
    [
        ("editMessageText", ("/register", "Asha", "a@example.org", PASSWORD), ("«Patient»", "gender")),
        ("sendMessage", (), ("/help", "/register")),
        ("deleteMessage", ("/login",), ("a@example.org", "What is your password")),
    ],
)
async def test_a_long_429_is_no_incident_and_what_was_asked_for_comes_after_it(
    town: Town, waits: Waits, method: str, before: Sequence[str], act: tuple[str, str]
) -> None:
    guest, bela = town.person(), town.person("Bela")
    for text in before:
        await guest.says(text)
    limited(town, guest, 35, method=method)
    with logged("incident") as incident:
        answer = asyncio.create_task(guest.talks([act]))
        await waits.begun()
        # The next act waits in the chat's own queue; nobody else waits at all.
        bela.phone.send("/help")
        await bela.hears("/register")
        waits.end()
        await answer
    assert waits.seconds == [35]
    assert incident.texts == []


async def test_a_long_429_delays_pictures_and_files_too(town: Town, waits: Waits) -> None:
    doctor = await doctor_of(town)
    waits.end()
    with logged("incident") as incident:
        limited(town, doctor, 35, method="sendDocument")
        await doctor.says("/mydata")
        limited(town, doctor, 36, method="sendPhoto")
        # The first picture of a process takes its time.
        await town.telegram.confirmed(doctor.phone.tap(doctor.last_id, "draw:20270503"), timeout=60)
    assert [len(doctor.files), len(doctor.pictures)] == [1, 1]
    assert waits.seconds == [35, 36]
    assert incident.texts == []


async def test_a_429_of_hours_is_no_incident_either_and_the_chat_goes_on(town: Town, asha: Person) -> None:
    limited(town, asha, 7200)
    with logged("incident") as incident, logged("chat.unreachable") as unreachable:
        asha.phone.send("/me")
        await unreachable.came()
        assert "asha@example.org" in await asha.says("/me")
    assert incident.texts == []


async def test_a_tap_that_is_refused_is_answered_once(town: Town, asha: Person) -> None:
    async with town.telegram.subscribe() as events:
        with logged("tap.unanswered") as unanswered:
            for data in ("users:0:", "move:" + "0" * 24, "nonsense", "appt:" + "0" * 24):
                await asha.taps_raw(asha.last_id, data)
        said = [event for event in (events.get_nowait() for _ in range(events.qsize()))
                if event["type"] == "answer"]  # fmt: skip
    assert len(said) == 4
    assert unanswered.texts == []


async def test_a_429_in_the_outbox_is_waited_for_and_the_other_reader_is_told_at_once(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    doctor = await doctor_of(town)
    tablet = town.person("Asha's tablet")
    await tablet.signs_in("asha@example.org")
    limited(town, doctor, 20)
    with logged("outbox.again") as again:
        await booked(asha)
        await tablet.hears("Appointment booked")
        assert "wait=0:00:20" in await again.came()
    assert not any("Appointment booked" in message["text"] for message in doctor.messages)
    clock.turn(timedelta(seconds=20))
    town.assembly.outbox.nudge()
    await doctor.hears("Appointment booked")


async def test_a_confirmation_that_has_to_wait_is_not_sent_in_the_meantime(
    town: Town, asha: Person, clock: TurnableClock, waits: Waits
) -> None:
    doctor = await doctor_of(town)
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip"):
        await asha.taps(label)
    limited(town, asha, 35, method="editMessageText")
    update_id = asha.phone.press("Confirm")
    await waits.begun()
    await doctor.hears("Appointment booked")
    clock.turn(timedelta(seconds=35))
    await town.assembly.outbox.send_due()
    assert not any("Appointment booked" in message["text"] for message in asha.messages)
    waits.end()
    assert "Appointment booked" in await asha.settled(update_id)
    await all_told(town)
    assert sum("Appointment booked" in message["text"] for message in asha.messages) == 1


BY_TAP = ("answerCallbackQuery", "editMessageText", "getUpdates")
BY_TEXT = ("sendMessage", "deleteMessage")


@pytest.mark.parametrize("harm", ["drop", "drop_after", "refuse"])
async def test_a_broken_connection_or_a_500_breaks_no_dialog(town: Town, asha: Person, harm: str) -> None:
    """Each call fails once: it has no effect, or one that the bot does not hear of, or is refused."""
    await doctor_of(town)
    answer = {"error_code": 500, "description": "Internal Server Error"} if harm == "refuse" else {}
    for act, expected, methods in (
        ("/book", "What kind", BY_TEXT),
        ("«Cardiology»", "Who would", BY_TAP),
        ("Rao", "Which day?", BY_TEXT),
        ("«Soonest»", "reason", BY_TAP),
        ("«Skip»", "Book this", ()),
        ("«Confirm»", "", BY_TAP),
    ):
        for method in methods:
            getattr(town.telegram.faults, harm)(method, **answer)
        card = asha.last_id
        await asha.talks([(act, expected)])
        if act in {"«Cardiology»", "«Soonest»", "«Skip»"}:
            assert asha.last_id == card  # there is one card, however often it was edited
    await asha.hears("Appointment booked")
    assert await town.storage.appointments._appointments.count_documents({}, comment=OURS) == 1


async def test_when_telegram_fails_for_longer_the_person_is_told_and_the_same_tap_works(
    town: Town, asha: Person
) -> None:
    await doctor_of(town)
    await asha.says("/book")
    card, data = asha.last_id, asha.buttons["Cardiology"]
    town.telegram.faults.refuse("editMessageText", error_code=502, description="Bad Gateway", times=4)
    answer = await asha.taps_raw(card, data)
    assert re.search(r"give the clinic this number: [0-9A-F]{6}", answer)
    await asha.taps_raw(card, data)
    assert any("Who would you like" in message["text"] for message in asha.messages)


async def test_a_person_who_blocks_the_bot_in_the_middle_stops_nothing(town: Town, asha: Person) -> None:
    bela = town.person("Bela")
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        update_id = asha.phone.send("/me")
        await call.came()
        asha.phone.block()
        with logged("incident") as incident:
            call.release()
            await town.telegram.confirmed(update_id)
            assert "/register" in await bela.says("/help")
    assert incident.texts == []
    asha.phone.unblock()
    assert "asha@example.org" in await asha.says("/me")


async def test_a_reader_who_has_blocked_the_bot_still_gets_the_mail(town: Town, asha: Person) -> None:
    doctor = await doctor_of(town)
    doctor.phone.block()
    with logged("outbox.given_up") as given_up:
        await booked(asha)
        await asha.hears("Appointment booked")
        await town.mailbox.wait_for(lambda mail: mail.to == ("rao@example.org",))
        assert "Forbidden" in await given_up.came()
    doctor.phone.unblock()
    assert not any("Appointment booked" in message["text"] for message in doctor.messages)
    assert "1 appointment" in await doctor.says("/appointments")


async def test_the_poll_is_not_put_off_by_a_429_or_a_second_bot(town: Town, asha: Person) -> None:
    faults = town.telegram.faults
    faults.refuse("getUpdates", error_code=429, description="Too Many Requests: retry after 1", retry_after=1)
    faults.refuse(
        "getUpdates", error_code=409, description="Conflict: terminated by other getUpdates request"
    )
    with logged("poll.conflict") as conflict:
        assert "asha@example.org" in await asha.says("/me")
        await conflict.came()


async def test_a_token_that_is_taken_back_for_good_ends_the_bot(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.get_updates.REFUSED_SECONDS", 0.03)
    refuse = stage.town.telegram.faults.refuse
    refuse("getUpdates", error_code=401, description="Unauthorized", times=100)
    with pytest.raises(InvalidToken):
        await stage.assembly().run()
