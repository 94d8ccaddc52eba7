"""The mail server refuses; and each reader hears of a thing once."""

from datetime import timedelta

import pytest

from services.models.people import Role
from tests.faults.holding import all_told, logged, mailed
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def doctor(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


@pytest.fixture
async def asha(doctor: Person) -> Person:
    """Asha, who has answered every question of a booking but the last."""
    asha = await doctor.town.signed_in("Asha Patel", "asha@example.org")
    for does in ("/book", "Cardiology", "Rao"):
        await asha.says(does)
    for label in ("Soonest", "Skip"):
        await asha.taps(label)
    return asha


async def test_a_mail_that_is_refused_for_now_comes_later(
    town: Town, asha: Person, doctor: Person, clock: TurnableClock
) -> None:
    town.mailbox.refuse_with(451, "4.3.0 Come back later", times=2)
    with logged("outbox.again") as again:
        await asha.taps("Confirm")
        await again.came(times=2)
    assert not town.mailbox.mails
    for person in (asha, doctor):
        await person.hears("Appointment booked")
    clock.turn(timedelta(seconds=1))
    town.assembly.outbox.nudge()
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")


async def test_a_mail_that_is_refused_for_good_is_given_up_and_the_others_come(
    town: Town, asha: Person, doctor: Person, clock: TurnableClock
) -> None:
    town.mailbox.refuse_with(550, "5.1.1 There is no such mailbox", times=1)
    with logged("outbox.given_up") as given_up:
        await asha.taps("Confirm")
        await given_up.came()
    await town.mailbox.wait_for(lambda _mail: True)
    for person in (asha, doctor):
        await person.hears("Appointment booked")
    await all_told(town)
    clock.turn(timedelta(days=1))
    await town.assembly.outbox.send_due()
    assert len(town.mailbox.mails) == 1


async def test_a_mail_server_that_is_gone_is_waited_for(
    town: Town, asha: Person, doctor: Person, clock: TurnableClock
) -> None:
    await town.mailbox.stop()
    with logged("outbox.again") as again:
        await asha.taps("Confirm")
        await again.came(times=2)
    await doctor.hears("Appointment booked")
    await town.mailbox.start()
    clock.turn(timedelta(seconds=1))
    town.assembly.outbox.nudge()
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")


async def test_two_taps_on_confirm_at_once_are_one_appointment_and_one_confirmation_a_reader(
    town: Town, asha: Person, doctor: Person, clock: TurnableClock
) -> None:
    card, data = asha.last_id, asha.buttons["✅ Confirm"]
    for update_id in (asha.phone.tap(card, data), asha.phone.tap(card, data)):
        await asha.settled(update_id)
    for person in (asha, doctor):
        await person.hears("Appointment booked")
    await mailed(town.mailbox, "asha@example.org", "rao@example.org")
    await all_told(town)
    # Whatever could still be told is told now.
    clock.turn(timedelta(days=1))
    await town.assembly.outbox.send_due()
    for person in (asha, doctor):
        assert sum("Appointment booked" in message["text"] for message in person.messages) == 1
    assert sorted(mail.to[0] for mail in town.mailbox.mails) == ["asha@example.org", "rao@example.org"]
    assert await town.storage.appointments._appointments.count_documents({}, comment=OURS) == 1
