"""Chats that have blocked the bot, addresses that are refused, a Telegram that asks to wait."""

from datetime import timedelta

import pytest

from bot.app import Assembly
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Role
from tests.faults.holding import all_told, logged, mailed
from tests.faults.stage import Stage
from tests.town import Person, Town
from tests.turning import TurnableClock

REFUSED = "📪 Email to asha@example.org is refused"


async def books(assembly: Assembly, person: Person, letter: str = "a") -> None:
    """Take the doctor's soonest time, without a word in the chat."""
    clinic = assembly.clinic
    principal = await clinic.sessions.authenticate(ChatId(person.phone.chat_id))
    doctor = (await clinic.doctors.page(principal, None, 0)).items[0]
    soonest = (await clinic.schedules.availability(principal, doctor.id)).soonest()
    assert soonest is not None
    await clinic.booking.book(
        principal, doctor.id, soonest.start, reason=None, request_id=AppointmentId(letter * 24)
    )


async def told(town: Town) -> None:
    """Wait until everybody has been told, as far as they can be."""
    await town.assembly.outbox.send_due()
    await all_told(town)


def tries(town: Town, person: Person) -> int:
    """Return how often something was sent to the person's chat, or would have been."""
    calls = [call for call in town.telegram.calls if call.method == "sendmessage"]
    return sum(call.params["chat_id"] == str(person.phone.chat_id) for call in calls)


@pytest.fixture
async def rao(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


@pytest.fixture
async def asha(rao: Person) -> Person:
    return await rao.town.signed_in("Asha Patel", "asha@example.org")


@pytest.mark.parametrize("comes_back", ["unblocks", "writes"])
async def test_a_chat_that_blocked_the_bot_is_tried_once_and_mail_says_it_all(
    town: Town, asha: Person, rao: Person, comes_back: str
) -> None:
    update_id = rao.phone.block()
    assert update_id is not None
    await town.telegram.confirmed(update_id)
    before = tries(town, rao)
    await books(town.assembly, asha)
    await told(town)
    await books(town.assembly, asha, "b")
    await told(town)
    assert tries(town, rao) == before + 1
    assert sum(mail.to == ("rao@example.org",) for mail in town.mailbox.mails) == 2
    if comes_back == "unblocks":
        update_id = rao.phone.unblock()
        assert update_id is not None
        await town.telegram.confirmed(update_id)
    else:
        await rao.settled(rao.phone.start())
    since = rao.last_id
    await books(town.assembly, asha, "c")
    await rao.hears("Appointment booked", since=since)


async def test_who_has_blocked_the_bot_is_named_before_an_announcement(
    town: Town, asha: Person, rao: Person
) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    rao.phone.block()
    await books(town.assembly, asha)
    await told(town)
    await nora.talks([("/announce", "Who is it for"), ("everybody", "What should I")])
    await nora.settled(nora.phone.send("We are closed on Friday."))
    assert "1 person is not using the bot at the moment" in nora.last
    await nora.taps("Confirm")
    await asha.hears("We are closed on Friday.")
    await nora.hears("✅ Done: the announcement")


async def test_who_is_refused_mail_is_told_once_at_the_next_visit_after_a_restart(
    stage: Stage,
) -> None:
    town = stage.town
    await stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await stage.signed_in("Asha Patel", "asha@example.org")
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox", times=2)
    async with stage.bot() as assembly:
        await books(assembly, asha)
        await assembly.outbox.send_due()
        await all_told(town)
    assert not town.mailbox.mails
    async with stage.bot() as assembly:
        since = asha.last_id
        assert "upcoming" in (await asha.says("/appointments")).lower()
        refusal, answer = [m["text"] for m in asha.messages if m["message_id"] > since]
        assert REFUSED in refusal
        assert "You can change the address in /me" in refusal
        assert REFUSED not in answer
        assert "it refuses my emails" in await asha.says("/me")
        await books(assembly, asha, "b")
        await assembly.outbox.send_due()
        await all_told(town)
    assert not town.mailbox.mails
    assert sum(REFUSED in message["text"] for message in asha.messages) == 1


async def test_with_another_address_mails_come_again(town: Town, asha: Person) -> None:
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox", times=2)
    await books(town.assembly, asha)
    await told(town)
    await asha.talks([("/me", "it refuses my emails"), ("«📧 Email»", "new one?")])
    assert "emailed a code" in await asha.says("patel@example.org")
    code = await town.code("patel@example.org")
    assert "refuses" not in await asha.says(code)
    await books(town.assembly, asha, "b")
    await mailed(town.mailbox, "patel@example.org")
    await told(town)
    said = [mail.subject for mail in town.mailbox.mails if mail.to == ("patel@example.org",)]
    assert any(subject.startswith("Booked") for subject in said)


async def test_the_same_address_can_be_tried_again_by_its_owner(town: Town, asha: Person) -> None:
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox", times=2)
    await books(town.assembly, asha)
    await told(town)
    await asha.talks([("/me", "it refuses my emails"), ("«📧 Email»", "new one?")])
    assert "emailed a code" in await asha.says("asha@example.org")
    assert "refuses" not in await asha.says(await town.code("asha@example.org"))
    await books(town.assembly, asha, "b")
    await mailed(town.mailbox, "asha@example.org")


async def test_a_mailbox_that_is_full_for_a_while_gets_its_mail_then(
    town: Town, asha: Person, clock: TurnableClock
) -> None:
    town.mailbox.refuse_with(552, "5.2.2 Mailbox full", times=2)
    with logged("outbox.again") as again:
        await books(town.assembly, asha)
        await again.came(times=2)
    clock.turn(timedelta(seconds=1))
    town.assembly.outbox.nudge()
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")
    assert "refuses" not in await asha.says("/me")


@pytest.mark.parametrize("text", ["5.7.1 Relaying denied", "5.7.606 Banned sending IP"])
async def test_a_policy_says_nothing_about_the_address(town: Town, asha: Person, text: str) -> None:
    town.mailbox.refuse_with(550, text, times=2)
    await books(town.assembly, asha)
    await told(town)
    await books(town.assembly, asha, "b")
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")
    await asha.says("/help")
    assert not any("refused" in message["text"] for message in asha.messages)


async def test_a_chat_that_has_too_much_has_nothing_until_the_second_that_telegram_names(
    town: Town, asha: Person, rao: Person, clock: TurnableClock
) -> None:
    chat_id = rao.phone.chat_id
    town.telegram.faults.refuse(
        "sendMessage",
        error_code=429,
        description="Too Many Requests: retry after 30",
        retry_after=30,
        chat_id=chat_id,
    )
    before = tries(town, rao)
    with logged("outbox.again") as again:
        await books(town.assembly, asha)
        await again.came()
    await asha.hears("Appointment booked")
    await books(town.assembly, asha, "b")
    clock.turn(timedelta(seconds=29))
    await town.assembly.outbox.send_due()
    assert tries(town, rao) == before + 1
    clock.turn(timedelta(seconds=1))
    await town.assembly.outbox.send_due()
    await all_told(town)
    assert tries(town, rao) == before + 3
