"""The bot is killed, at every instant of a booking, and started again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.telegram.updates.raw_updates import as_written
from services.clock import SystemClock
from services.models.people import Role
from services.storage.pending_updates import Entry
from tests.faults.holding import all_handled, all_told, held, mailed
from tests.faults.stage import BotProcess, Stage
from tests.plans import OURS
from tests.town import Person


@dataclass(frozen=True)
class Act:
    """What the patient does (typed, or «label» for a tap), and a part of what the bot then shows."""

    does: str
    sees: str

    @property
    def is_tap(self) -> bool:
        return self.does.startswith("«")

    @property
    def answered_with(self) -> str:
        """The Bot API method that brings the answer."""
        return "editMessageText" if self.is_tap else "sendMessage"

    def by(self, person: Person) -> int:
        """Do it; return the update's id."""
        return person.phone.press(self.does.strip("«»")) if self.is_tap else person.phone.send(self.does)


@dataclass(frozen=True)
class Booking:
    """A patient, a doctor, and the acts that bring them together."""

    stage: Stage
    patient: Person
    doctor: Person
    acts: tuple[Act, ...]

    async def appointments(self) -> int:
        """Return how many appointments there are."""
        stored = self.stage.town.storage.appointments
        return int(await stored._appointments.count_documents({"status": "booked"}, comment=OURS))

    async def up_to_the_last(self) -> None:
        """Do all but the last act, each after the answer to the one before."""
        for act in self.acts[:-1]:
            act.by(self.patient)
            await self.patient.hears(act.sees)

    def confirmations(self) -> int:
        """Return how often the patient reads that it is booked."""
        return sum("Appointment booked" in message["text"] for message in self.patient.messages)

    async def a_minute_passes(self) -> None:
        """Make due what the killed bot had claimed: a claim holds for a minute, and no test waits so long."""
        notices = self.stage.town.storage.notifications._notifications
        await notices.update_many(
            {"due": {"$exists": True}}, {"$set": {"due": SystemClock().now()}}, comment=OURS
        )

    async def told(self) -> None:
        """Wait until both have their message and their mail, and see that nothing is left to tell."""
        for person in (self.patient, self.doctor):
            assert "It flutters" in await person.hears("Appointment booked")
        await mailed(self.stage.town.mailbox, "asha@example.org", "rao@example.org")


@pytest.fixture
async def booking(real_stage: Stage) -> Booking:
    """A booking that has not begun."""
    doctor = await real_stage.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    patient = await real_stage.signed_in("Asha Patel", "asha@example.org")
    # A Wednesday that lies more than a week ahead, so that no clock can spoil it.
    today = SystemClock().now().date()
    day = today + timedelta(days=7 + (2 - today.weekday()) % 7)
    acts = (
        Act("/book", "What kind of doctor"),
        Act("«Cardiology»", "Who would you like"),
        Act("«Rao»", "Which day?"),
        Act(day.isoformat(), "Which time?"),
        Act("«10:30 AM»", "reason for your visit"),
        Act("It flutters", "Book this appointment?"),
        Act("«Confirm»", "Appointment booked"),
    )
    return Booking(real_stage, patient, doctor, acts)


Step = Callable[[Booking, BotProcess, Act], Awaitable[int]]


async def handled(booking: Booking, bot: BotProcess, act: Act) -> int:
    """Kill the bot as soon as it has done what was asked."""
    update_id = act.by(booking.patient)
    await booking.stage.town.telegram.confirmed(update_id)
    # Where the machine is busy it is written down first, and counts as acknowledged before it is handled.
    await booking.patient.hears(act.sees)
    await bot.kill()
    return update_id


async def shown(booking: Booking, bot: BotProcess, act: Act) -> int:
    """Kill the bot when the person sees the answer, and the bot does not know yet that it was sent."""
    chat_id = booking.patient.phone.chat_id
    async with held(act.answered_with, chat_id=chat_id, part=act.sees, after=True) as call:
        update_id = act.by(booking.patient)
        await call.came()
        await bot.kill()
    return update_id


@pytest.mark.parametrize("die", [handled, shown])
async def test_a_booking_goes_on_whenever_the_bot_was_killed(booking: Booking, die: Step) -> None:
    telegram, before = booking.stage.town.telegram, 0
    for act in booking.acts:
        async with booking.stage.process() as bot:
            await telegram.confirmed(before)
            # On a busy machine it was written down, and may come again.
            await all_handled(booking.stage.town)
            before = await die(booking, bot, act)
        assert any(act.sees in message["text"] for message in booking.patient.messages)
    await booking.a_minute_passes()
    async with booking.stage.process():
        await telegram.confirmed(before)
        await booking.told()
    assert any(booking.acts[-1].sees in message["text"] for message in booking.patient.messages)
    assert await booking.appointments() == 1


async def test_a_killed_bot_takes_no_answer_for_that_to_another_question(booking: Booking) -> None:
    """The bot dies before it has asked, and again before it knows that it did; Asha has answered by then."""
    telegram, asha = booking.stage.town.telegram, booking.patient
    async with held("sendMessage", chat_id=asha.phone.chat_id) as call:
        async with booking.stage.process() as bot:
            first = asha.phone.send("/book")
            await call.came()
            await bot.kill()
        call.release(lost=True)
    assert "What kind of doctor" not in asha.last
    async with booking.stage.process() as bot:
        await asha.settled(first)
        await asha.hears("What kind of doctor")
        await shown(booking, bot, Act("cardio", "Who would you like"))
    asha.phone.send("Rao")
    last = asha.phone.send(booking.acts[3].does)
    async with booking.stage.process():
        # It may be written down before it is handled, and then counts as acknowledged.
        await asha.settled(last)
        await asha.hears("Which time?")
        for text, expected in (
            ("10:30", "What is the reason"),
            ("Skip it", "Book this"),
            ("/cancel", "Booking stopped"),
        ):
            # Each of these may be written down, too, so what counts is what is heard.
            await asha.says(text)
            await asha.hears(expected)
        assert telegram.updates.pending_count == 0


async def test_an_answer_that_was_written_down_before_it_was_known_to_hold_no_secret_is_not_lost(
    booking: Booking,
) -> None:
    """It waits behind another one, and is written down; the bot dies when the person has its answer."""
    asha, updates = booking.patient, booking.stage.town.storage.pending_updates
    chat_id = asha.phone.chat_id
    async with (
        held("sendMessage", chat_id=chat_id, part="Who would you like") as first,
        held("sendMessage", chat_id=chat_id, part="Which day?", after=True) as second,
        booking.stage.process() as bot,
    ):
        asha.phone.send("/book")
        await asha.hears("What kind of doctor")
        asha.phone.send("cardio")
        last = asha.phone.send("Rao")
        await first.came()
        # It is not handled, so it counts as acknowledged because it was written down.
        await asha.settled(last)
        assert not any("Rao" in entry for entry in await updates.all())
        first.release()
        await second.came()
        await bot.kill()
    async with booking.stage.process():
        await all_handled(booking.stage.town)
        assert "Which day?" in asha.last
        assert not any("only read text" in message["text"] for message in asha.messages)
        await asha.says(booking.acts[3].does)
        await asha.hears("Which time?")


async def test_what_telegram_still_has_completes_what_was_written_down_without_its_text(
    booking: Booking,
) -> None:
    """One process dies before the update is acknowledged, the next one when the person has the answer."""
    town, asha = booking.stage.town, booking.patient
    async with booking.stage.process():
        await asha.says("/book")
    answer_id = asha.phone.send("cardio")
    (raw,) = town.telegram.updates.waiting()
    await town.storage.pending_updates.put([Entry(answer_id, as_written(raw, may_be_secret=True))])
    async with (
        held("sendMessage", part="Who would you like", after=True) as call,
        booking.stage.process() as bot,
    ):
        await call.came()
        # What is written down counts as acknowledged, so the next process gets only that.
        await asha.settled(answer_id)
        await bot.kill()
    async with booking.stage.process():
        await all_handled(town)
        assert "Who would you like" in asha.last
        assert not any("only read text" in message["text"] for message in asha.messages)


async def before_the_card(booking: Booking) -> None:
    """Kill the bot when the booking is stored, and its card is still the question."""
    confirm = booking.acts[-1]
    async with held("editMessageText", chat_id=booking.patient.phone.chat_id, part=confirm.sees) as call:
        async with booking.stage.process() as bot:
            await booking.up_to_the_last()
            confirm.by(booking.patient)
            await call.came()
            await bot.kill()
        call.release(lost=True)
    assert await booking.appointments() == 1
    assert booking.confirmations() == 0


async def after_the_card(booking: Booking) -> None:
    """Kill the bot when its card says that it is booked, and the bot has not noted that."""
    async with booking.stage.process() as bot:
        await booking.up_to_the_last()
        await shown(booking, bot, booking.acts[-1])
    assert booking.confirmations() == 1


@pytest.mark.parametrize("die", [before_the_card, after_the_card])
async def test_the_tap_that_comes_again_shows_the_card_and_nothing_is_told_twice(
    booking: Booking, die: Callable[[Booking], Awaitable[None]]
) -> None:
    await die(booking)
    await booking.a_minute_passes()
    async with booking.stage.process():
        await booking.told()
        await all_told(booking.stage.town, seconds=20)
    assert booking.confirmations() == 1


@pytest.mark.parametrize(("die", "most"), [(before_the_card, 1), (after_the_card, 2)])
async def test_where_the_tap_does_not_come_again_the_outbox_says_it(
    booking: Booking, die: Callable[[Booking], Awaitable[None]], most: int
) -> None:
    await die(booking)
    booking.stage.town.telegram.updates.clear()
    await booking.stage.town.storage.pending_updates._updates.delete_many({}, comment=OURS)
    await booking.a_minute_passes()
    async with booking.stage.process():
        await booking.told()
        await all_told(booking.stage.town, seconds=20)
    assert 1 <= booking.confirmations() <= most


async def test_news_that_died_with_the_bot_is_told_by_the_next_one(booking: Booking) -> None:
    """The bot is killed after the booking is written and before anybody has heard of it."""
    mailbox = booking.stage.town.mailbox
    async with held("sendMessage", part="Appointment booked") as call:
        async with booking.stage.process() as bot:
            for act in booking.acts[:-1]:
                act.by(booking.patient)
                # Not only acknowledged: what takes long is written down first.
                await booking.patient.hears(act.sees)
            await mailbox.stop()
            booking.acts[-1].by(booking.patient)
            await call.came()
            await bot.kill()
        call.release(lost=True)
    await mailbox.start()
    assert await booking.appointments() == 1
    assert not any("Appointment booked" in message["text"] for message in booking.doctor.messages)
    assert not mailbox.mails
    await booking.a_minute_passes()
    async with booking.stage.process():
        await booking.told()
