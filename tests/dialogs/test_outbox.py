"""/outbox: what could not be delivered for a day, tried again or dropped by an admin."""

from datetime import timedelta

import pytest

from bot.texts.outbox import KINDS
from services.models.notifications import EventKind
from services.models.people import Role
from tests.faults.holding import all_told, logged, mailed
from tests.town import Person, Town
from tests.turning import TurnableClock

DAY = timedelta(days=1)


@pytest.fixture
async def nora(town: Town) -> Person:
    return await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)


@pytest.fixture
async def parked(town: Town, nora: Person, clock: TurnableClock) -> None:
    """Asha and Dr Rao, whose mails could not be sent for a day; Nora knows it."""
    rao = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha <Patel>", "asha@example.org")
    town.mailbox.refuse_with(451, "4.3.0 Come back later", times=100)
    with logged("outbox.again") as again:
        for does in ("/book", "Cardiology", "Rao"):
            await asha.says(does)
        await asha.taps("Soonest")
        await asha.says("a secret cough")
        await asha.taps("Confirm")
        await again.came(times=2)
    for person in (asha, rao):
        await person.hears("Appointment booked")
    said = await nora.says("/outbox")
    assert "Waiting to be sent: " in said
    assert "late" not in said
    assert "Nothing has failed" in nora.last
    with logged("outbox.parked") as done:
        clock.turn(DAY)
        town.assembly.outbox.nudge()
        await done.came(times=2)
    await all_told(town)
    town.mailbox._refusals.clear()
    await town.assembly.clinic.periodic.run()
    await nora.hears("2 messages could not be delivered")


@pytest.mark.usefixtures("parked")
async def test_an_admin_is_told_and_sends_again_or_drops(town: Town, nora: Person) -> None:
    shown = await nora.taps("Open the outbox")
    assert "Failed after a day of attempts: 2" in shown
    assert "Asha <Patel>" in shown
    assert "mail: a booking" in shown
    assert "Due since Mon 3 May 2027, 06:00 AM. Last problem: mail server said 451" in shown
    assert "cough" not in shown
    first = "asha@example.org" if shown.index("Asha") < shown.index("Meera") else "rao@example.org"
    await nora.talks([("«Retry 1»", "1 message is being sent again"), ("«Drop 1»", "Dropped")])
    assert "Nothing has failed" in nora.last
    await mailed(town.mailbox, first)
    await all_told(town)
    assert len(town.mailbox.mails) == 1
    said = await nora.says("/audit")
    assert "Nora Lind resent a message to" in said
    assert "Nora Lind dropped a message to" in said


@pytest.mark.usefixtures("parked")
async def test_all_are_sent_again_at_one_tap(town: Town, nora: Person) -> None:
    await nora.talks([("/outbox", "Failed after a day of attempts: 2"), ("«Retry all 2»", "2 messages are")])
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")
    assert "Nora Lind resent 2 messages" in await nora.says("/audit")


@pytest.mark.usefixtures("parked")
async def test_of_two_admins_the_second_is_told(town: Town, nora: Person) -> None:
    ole = await town.signed_in("Ole Lund", "ole@example.org", Role.ADMIN)
    for admin in (nora, ole):
        assert "attempts: 2" in await admin.says("/outbox")
    assert "Dropped" in await nora.taps("Drop 1")
    said = await ole.taps("Retry 1")
    assert "Someone else was quicker" in said
    assert "attempts: 1" in said


@pytest.mark.usefixtures("parked")
async def test_a_forged_button_drops_nothing(nora: Person) -> None:
    await nora.says("/outbox")
    for data in (f"odrop:{'0' * 24}:0", f"oretry:{'0' * 24}:99"):
        assert "Someone else was quicker" in await nora.taps_raw(nora.last_id, data)
    assert "This card is old" in await nora.taps_raw(nora.last_id, "odrop:$:0")
    assert "attempts: 2" in await nora.says("/outbox")


def test_every_kind_of_news_has_a_name_for_admins() -> None:
    assert set(KINDS) == set(EventKind)
