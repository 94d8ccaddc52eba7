"""“Why did I hear nothing?”: the page of a person's card with what became of each message to them."""

import re
from datetime import timedelta

import pytest

from services.models.people import Role
from tests.faults.holding import all_told, logged, mailed, told
from tests.faults.test_unreachable import books
from tests.town import Person, Town
from tests.turning import TurnableClock

DAY = timedelta(days=1)


@pytest.fixture
async def nora(town: Town) -> Person:
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def asha(town: Town) -> Person:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha <Patel>", "asha@example.org")


async def looks(nora: Person) -> str:
    """Open the page of Asha's card."""
    await nora.talks([("/users asha", "1 account with “asha”"), ("«Asha»", "active")])
    return await nora.taps("Delivery")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((550, "5.1.1 There is no such mailbox"), "📧 email: address does not exist"),
        ((554, "5.7.1 We don't like it"), "📧 email: their mail server refused the email"),
    ],
)
async def test_what_a_mail_server_refuses_is_said_in_words_and_sent_again(
    town: Town, nora: Person, asha: Person, answer: tuple[int, str], said: str
) -> None:
    town.mailbox.refuse_with(*answer, times=2)
    await books(town.assembly, asha)
    await told(town)
    shown = await looks(nora)
    assert "Delivery to Asha <Patel>" in shown
    assert "2 messages in the last 30 days, newest first" in shown
    assert "A booking for Mon 3 May 2027" in shown
    assert said in shown
    assert "💬 chat: delivered" in shown
    assert ("refused since Mon 3 May 2027" in shown) == (answer[0] == 550)
    label = nora.label("Send again")
    old = nora.buttons[label]
    assert "It is being sent again" in await nora.taps(label)
    await mailed(town.mailbox, "asha@example.org")
    await all_told(town)
    # A second tap on the old button, from a client that was slow.
    assert "Someone else was quicker" in await nora.taps_raw(nora.last_id, old)
    await told(town)
    assert sum(mail.to == ("asha@example.org",) for mail in town.mailbox.mails) == 1
    assert "📧 email: delivered" in await nora.taps("Refresh")
    assert not any("Send again" in label for label in nora.buttons)
    assert "Nora Lind resent a message to Asha <Patel>" in await nora.says("/audit")


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("552 5.2.2 Mailbox full", "mailbox full"),
        ("451 4.2.0 Not now", "the mailbox was not available"),
    ],
)
async def test_what_waits_says_how_often_it_was_tried_and_then_that_it_was_given_up(
    town: Town, asha: Person, clock: TurnableClock, answer: str, cause: str
) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    town.mailbox.refuse_with(int(answer[:3]), answer[4:], times=100)
    with logged("outbox.again") as again:
        await books(town.assembly, asha)
        await again.came(times=2)
    for turn in range(3):
        with logged("outbox.again") as again:
            clock.turn(timedelta(minutes=1) * (turn + 1))
            town.assembly.outbox.nudge()
            await again.came(times=2)
    shown = await looks(nora)
    assert re.search(rf"email: waiting, tried 4 times, next try at 06:0\d AM \({cause}\)", shown), shown
    with logged("outbox.parked") as parked:
        clock.turn(DAY)
        town.assembly.outbox.nudge()
        await parked.came(times=2)
    await all_told(town)
    shown = await nora.taps("Refresh")
    assert f"email: given up after 1 day 6 minutes and tried 5 times: {cause}" in shown
    town.mailbox._refusals.clear()
    await nora.taps(nora.label("Send again"))
    await mailed(town.mailbox, "asha@example.org")


async def test_who_has_blocked_the_bot_is_named_and_gets_it_once_they_are_back(
    town: Town, nora: Person, asha: Person
) -> None:
    asha.phone.block()
    town.telegram.faults.refuse(
        "sendMessage",
        error_code=403,
        description="Forbidden: bot was blocked by the user",
        chat_id=asha.phone.chat_id,
    )
    await books(town.assembly, asha)
    await told(town)
    shown = await looks(nora)
    assert "💬 chat: blocked the bot" in shown
    assert "💬 Blocked the bot" in shown.splitlines()
    since = asha.last_id
    asha.phone.unblock()
    await nora.taps(nora.label("Send again"))
    await asha.hears("Appointment booked", since=since)
    await all_told(town)
    shown = await nora.taps("Refresh")
    assert "💬 chat: delivered" in shown
    assert "💬 Signed in in 1 chat" in shown


async def test_what_is_kept_and_what_was_cancelled_before_it_was_told(
    town: Town, nora: Person, asha: Person, clock: TurnableClock
) -> None:
    town.mailbox.refuse_with(451, "4.2.0 Not now", times=2)
    with logged("outbox.again") as again:
        await books(town.assembly, asha)
        await again.came(times=2)
    await asha.says("/logout")
    await nora.talks([("/appointments asha", "Asha"), ("«Rao»", "Appointment"), ("«Cancel»", "")])
    for label in ("Skip", "cancel"):
        if any(label in shown for shown in nora.buttons):
            await nora.taps(nora.label(label))
    clock.turn(timedelta(minutes=2))
    await told(town)
    shown = await looks(nora)
    assert "💬 chat: in no chat, kept until they come back" in shown
    assert "📧 email: not sent: cancelled before it was told" in shown
    assert "💬 In no chat at the moment" in shown


async def test_who_was_sent_nothing_and_who_is_not_there(nora: Person, asha: Person) -> None:
    del asha
    assert "I've sent them nothing in the last 30 days" in await looks(nora)
    assert "account" in (await nora.taps_raw(nora.last_id, f"dlv:{'0' * 24}:0")).lower()
    assert "This card is old" in await nora.taps_raw(nora.last_id, "dlv!:x:y:0")


async def test_a_patient_sees_nobodys_delivery(town: Town, asha: Person) -> None:
    del town
    await asha.says("/help")
    assert "Delivery to" not in await asha.taps_raw(asha.last_id, f"dlv:{'0' * 24}:0")


async def test_announcements_are_among_them_each_page_once(town: Town, nora: Person, asha: Person) -> None:
    for number in range(4):
        await books(town.assembly, asha, "abcd"[number])
        await told(town)
        if number in {1, 2}:
            await nora.talks([("/announce", "Who is it for"), ("everybody", "What should I")])
            await nora.settled(nora.phone.send(f"Closed on day {number}."))
            since = nora.last_id
            await nora.taps("Confirm")
            await nora.hears("✅ Done: the announcement", since=since - 1)
    first = await looks(nora)
    assert "10 messages in the last 30 days" in first
    second = await nora.taps("›")
    assert (first + second).count("An announcement") == 2
    assert (first + second).count("A booking for") == 8
    assert [f"{number}." in first for number in (1, 6, 7)] == [True, True, False]


@pytest.mark.parametrize(
    ("code", "description", "said"),
    [
        (403, "Forbidden: user is deactivated", "the chat does not exist any more"),
        (400, "Bad Request: chat not found", "the chat does not exist any more"),
        (400, "Bad Request: message is too long", "Telegram refused the message"),
    ],
)
async def test_what_telegram_refuses_is_said_in_words(
    town: Town, asha: Person, code: int, description: str, said: str
) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    refuse = town.telegram.faults.refuse
    refuse("sendMessage", error_code=code, description=description, chat_id=asha.phone.chat_id)
    await books(town.assembly, asha)
    await told(town)
    assert f"💬 chat: {said}" in await looks(nora)
    assert any("Send again" in label for label in nora.buttons)
