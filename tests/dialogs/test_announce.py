"""/announce: whom, what, a preview, and how far it is."""

from datetime import timedelta

import pytest

from services.models.people import ChatId, Role
from tests.faults.holding import held, logged
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

TO_PATIENTS = [("/announce", "Who is it for?"), ("«Patients»", "What should I tell them?")]
CLOSED = "We are closed on Friday."


@pytest.fixture(autouse=True)
def _chatty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the second that lies between two messages of a chat."""
    monkeypatch.setattr("services.announcements.sender.SECONDS_PER_MESSAGE", 0.0)


@pytest.fixture
async def nora(town: Town) -> Person:
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def asha(town: Town) -> Person:
    return await town.signed_in("Asha Patel", "asha@example.org")


async def crowd(town: Town, count: int) -> list[Person]:
    """Return so many patients who are signed in."""
    people = []
    for number in range(count):
        email = f"p{number}@example.org"
        await town.account(f"Patient {number}", email)
        people.append(town.person())
        await people[-1].settled(people[-1].phone.start())
        await town.assembly.clinic.sessions.sign_in(ChatId(people[-1].phone.chat_id), email, PASSWORD)
    return people


def heard(person: Person, part: str = CLOSED) -> list[str]:
    """Return the announcements with that in them that somebody got."""
    texts = [message["text"] for message in person.messages]
    return [text for text in texts if part in text and text.startswith("📣 MediConnect\n\n")]


async def stored(town: Town) -> int:
    """Return how many announcements there are."""
    found = town.storage.announcements._announcements
    return int(await found.count_documents({}, comment=OURS))


async def test_an_announcement_goes_to_each_chat_of_its_audience_and_to_nobody_else(
    town: Town, nora: Person, asha: Person
) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Bela", "bela@example.org")
    tablet = town.person("Asha's tablet")
    await tablet.signs_in("asha@example.org")
    await nora.talks(TO_PATIENTS)
    await nora.talks([(CLOSED, "📣 MediConnect\n\nWe are closed on Friday.")])
    assert (
        "It will go to 1 person in 2 chats. 1 person is not using the bot at the moment and won't"
        " get it." in nora.last
    )
    assert heard(asha) == []
    await nora.taps("Confirm")
    await nora.hears("✅ Done: the announcement to patients\n2 delivered, 0 blocked the bot, 0 failed.")
    assert heard(asha) == heard(tablet) == [f"📣 MediConnect\n\n{CLOSED}"]
    assert heard(rao) == []
    card, progress = nora.messages[-2:]
    assert "✅ It's on its way, and progress is shown below." in card["text"]
    assert "reply_markup" not in progress


@pytest.mark.parametrize(("typed", "count"), [("everybody", 3), ("ALL", 3), ("doctor", 1), ("patient", 1)])
async def test_the_audience_can_be_typed(
    town: Town, nora: Person, asha: Person, typed: str, count: int
) -> None:
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await nora.talks([("/announce", "Who is it for?"), ("the neighbours", "tap a button")])
    await nora.talks([(typed, "What should I tell them?"), (CLOSED, CLOSED)])
    await nora.taps("Confirm")
    await nora.hears(f"\n{count} delivered, 0 blocked")
    assert sum(len(heard(person)) for person in (nora, asha, rao)) == count


async def test_what_is_typed_arrives_literally_and_looks_as_in_the_preview(
    nora: Person, asha: Person
) -> None:
    nasty = "<b>Flu & colds</b>:\n\n  vaccines from 5 € &amp; up </i> <tg-spoiler>"
    await nora.talks([*TO_PATIENTS, (nasty, nasty)])
    await nora.taps("Confirm")
    await asha.hears("Flu & colds")
    assert heard(asha, "Flu") == [f"📣 MediConnect\n\n{nasty}"]


async def test_a_text_that_is_too_long_is_asked_for_again_and_the_longest_fits(
    nora: Person, asha: Person
) -> None:
    longest = "&" * 3500  # escaped, it is five times as long
    await nora.talks([*TO_PATIENTS, ("x" * 3501, "up to 3,500 characters. Please type a shorter one.")])
    assert "What should I tell them?" in nora.last
    await nora.talks([(longest, "It will go to 1 person in 1 chat. Send it?")])
    assert longest in nora.last
    await nora.talks([("«Back»", longest), ("«Keep this text»", longest)])
    await nora.taps("Confirm")
    await asha.hears(longest)


async def test_a_photo_is_no_text(nora: Person) -> None:
    await nora.talks(TO_PATIENTS)
    assert "I can only read text here" in await nora.settled(nora.phone.send_sticker("📣"))


async def test_the_way_back_keeps_the_text_and_takes_another_audience(nora: Person, asha: Person) -> None:
    await nora.talks(
        [*TO_PATIENTS, (CLOSED, "to patients"), ("«Back»", "The text so far:"), ("«Back»", "Who is it for?")]
    )
    await nora.talks([("«Doctors»", "The text so far:"), ("«Keep this text»", "Nobody would get it")])
    assert "Confirm" not in " ".join(nora.buttons)
    await nora.talks(
        [("«Back»", "The text so far"), ("«Back»", "Who is it for?"), ("«Everybody»", "The text so far")]
    )
    await nora.talks([("Come on Monday", "It will go to 2 people in 2 chats."), ("«Confirm»", "📣")])
    await asha.hears("Come on Monday")


async def test_an_audience_that_has_gone_home_meanwhile_is_told_nothing(
    town: Town, nora: Person, asha: Person
) -> None:
    await nora.talks([*TO_PATIENTS, (CLOSED, "1 person in 1 chat")])
    await asha.says("/logout")
    assert "none of them is using the bot at the moment" in await nora.taps("Confirm")
    assert "Who is it for?" in nora.last
    assert await stored(town) == 0


async def test_two_taps_on_confirm_are_one_announcement(town: Town, nora: Person, asha: Person) -> None:
    await nora.talks([*TO_PATIENTS, (CLOSED, CLOSED)])
    card, data = nora.last_id, nora.buttons["✅ Confirm"]
    for update_id in (nora.phone.tap(card, data), nora.phone.tap(card, data)):
        await nora.settled(update_id)
    await nora.hears("1 delivered")
    assert await stored(town) == 1
    assert len(heard(asha)) == 1


async def test_those_who_have_blocked_the_bot_are_counted(town: Town, nora: Person, asha: Person) -> None:
    bela, *_ = await crowd(town, 3)
    bela.phone.block()
    town.telegram.faults.refuse(
        "sendMessage", error_code=400, description="Bad Request: chat not found", chat_id=asha.phone.chat_id
    )
    await nora.talks([*TO_PATIENTS, (CLOSED, "4 people in 4 chats"), ("«Confirm»", "📣")])
    await nora.hears("2 delivered, 1 blocked the bot, 1 failed.\nMessages that failed may still have arrived")


async def test_stop_leaves_out_those_who_wait_and_shows_what_came_of_it(town: Town, nora: Person) -> None:
    people = await crowd(town, 11)
    await nora.talks([*TO_PATIENTS, (CLOSED, "11 people in 11 chats")])
    async with held("sendMessage", part=CLOSED) as call:
        await nora.taps("Confirm")
        await nora.hears("░░░░░░░░░░░░ 0 of 11")
        await call.came()
        progress, data = nora.last_id, nora.buttons["⏹ Stop"]
        assert "⏹ Stopping the announcement to patients" in await nora.taps("Stop")
        call.release()
        await nora.hears(
            "⏹ Stopped: the announcement to patients\n8 delivered, 0 blocked the bot, 0 failed, 3 not"
        )
    assert sum(len(heard(person)) for person in people) == 8
    assert (nora.last_id, nora.messages[-1].get("reply_markup")) == (progress, None)
    assert "That announcement has already finished" in await nora.taps_raw(progress, data)


async def test_an_announcement_that_took_long_makes_the_phone_ring(
    nora: Person, asha: Person, clock: TurnableClock
) -> None:
    await nora.talks([*TO_PATIENTS, (CLOSED, CLOSED)])
    async with held("sendMessage", part=CLOSED) as call:
        await nora.taps("Confirm")
        await call.came()
        clock.turn(timedelta(seconds=11))
        progress = nora.last_id
        call.release()
        await nora.hears("1 delivered", since=progress)
    assert len(heard(asha)) == 1


async def test_news_of_an_announcement_is_in_the_audit_before_it_is_sent(
    town: Town, nora: Person, asha: Person
) -> None:
    await nora.talks([*TO_PATIENTS, (CLOSED, CLOSED)])
    async with held("sendMessage", part=CLOSED) as call:
        await nora.taps("Confirm")
        await call.came()
        entry = (await town.storage.audit.page(None, None, number=0, size=9)).items[0]
        assert (entry.action, dict(entry.facts)) == ("announced", {"audience": "patients", "chats": 1})
        call.release()
        await asha.hears(CLOSED)


async def test_the_text_of_an_announcement_is_in_no_log(nora: Person, asha: Person) -> None:
    await nora.talks([*TO_PATIENTS, (CLOSED, CLOSED)])
    with logged(CLOSED) as said:
        await nora.taps("Confirm")
        await nora.hears("1 delivered")
    assert said.texts == []
    assert len(heard(asha)) == 1


async def test_who_is_not_using_the_bot_gets_an_email_if_the_admin_wants_it(
    town: Town, nora: Person, asha: Person
) -> None:
    await town.account("Bela", "bela@example.org")
    await nora.talks([*TO_PATIENTS, ("Closed on <Friday>.\nCall us.", "1 person is not using the bot")])
    await nora.talks(
        [
            (
                "«Also by email to 1 person»",
                "1 person in 1 chat, and by email to 1 person who isn't using the bot. Send it?",
            ),
            ("«Only in chats»", "won't get it. Send it?"),
            ("«Also by email to 1 person»", "by email to 1 person"),
            ("«Confirm»", "📣"),
        ]
    )
    await nora.hears("1 delivered, 0 blocked the bot, 0 failed.\nBy email: 1 delivered, 0 refused, 0 failed.")
    assert len(heard(asha, "Closed on")) == 1
    (mail,) = [each for each in town.mailbox.mails if "A message from" in each.subject]
    assert mail.to == ("bela@example.org",)
    assert "Closed on <Friday>.\nCall us." in mail.text.replace("\r\n", "\n")
    assert "Closed on &lt;Friday&gt;.\nCall us." in mail.html.replace("\r\n", "\n")
    assert "prefers-color-scheme:dark" in mail.html
    assert "in 1 chat and in 1 email" in await nora.says("/audit")


async def test_where_nobody_uses_the_bot_it_goes_by_email_alone(town: Town, nora: Person) -> None:
    await town.account("Bela", "bela@example.org")
    town.mailbox.refuse_with(550, "5.1.1 no such mailbox")
    await nora.talks(
        [*TO_PATIENTS, (CLOSED, "no patients are using the bot at the moment. Email it, or tap")]
    )
    assert not any("Confirm" in label for label in nora.buttons)
    await nora.talks([("«Also by email to 1 person»", "It will go by email to 1 person")])
    await nora.taps("Confirm")
    await nora.hears("By email: 0 delivered, 1 refused, 0 failed.")
