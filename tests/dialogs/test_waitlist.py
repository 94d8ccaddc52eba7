"""Waiting for a time: joining where none suits, hearing of one, and taking it or passing it on."""

import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from services.models.appointments import AppointmentId
from services.models.people import ChatId, Role, UserId
from services.models.scheduling import Hours, PartOfDay, Schedule, Weekday
from services.models.slots import Slot
from services.models.waitlist import WaitlistEntry
from services.waitlist.offers import OFFER_LENGTH
from tests.dialogs.test_schedule import BOOKED, booked
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

TEN = datetime(2027, 5, 4, 10, tzinfo=UTC)
OPENED = "A time has opened"
OVER = "That offer has expired"


async def one_time(town: Town) -> tuple[Person, Person]:
    """Make Dr Rao, who has but one time, on Tuesday at ten, and Asha, who has it."""
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    week = {Weekday.TUESDAY: (Hours(time(10), time(10, 30)),)}
    await town.storage.schedules.put(await rao(town), Schedule(weekly=week, horizon=timedelta(days=6)))
    await booked(town, asha, doctor, TEN)
    return doctor, asha


async def rao(town: Town) -> UserId:
    found = await town.storage.users.credentials("rao@example.org")
    assert found is not None
    return found.user.id


async def joins(town: Town, person: Person, clock: TurnableClock) -> None:
    await person.talks(
        [("/doctors", "Our doctors"), ("«Cardiology»", "1 doctor"), ("«Rao»", "none at the moment")]
    )
    await person.talks(
        [("«Tell me»", "Which days would suit you"), ("«Any day until»", "Which part of the day")]
    )
    await person.talks([("«Any time»", "You're on the waiting list for Dr Meera Rao")])
    clock.turn(timedelta(seconds=1))
    await town.assembly.clinic.waitlist_offers.work()


async def cancels(town: Town, person: Person) -> None:
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(person.phone.chat_id))
    appointment_id = AppointmentId(f"{int(TEN.timestamp()):024x}")
    await town.assembly.clinic.appointments.cancel(principal, appointment_id)


async def mailed(town: Town, email: str) -> str:
    mail = await town.mailbox.wait_for(lambda m: m.to == (email,) and OPENED in m.subject)
    assert mail.html.count("?start=") == 2
    return mail.text


async def test_the_story_of_three_phones(town: Town, clock: TurnableClock) -> None:
    _, asha = await one_time(town)
    bela = await town.signed_in("Bela", "bela@example.org")
    cleo = await town.signed_in("Cleo", "cleo@example.org")
    await joins(town, bela, clock)
    await joins(town, cleo, clock)
    assert "1 person is ahead of you." in cleo.last
    await asha.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
    await asha.taps("Yes, cancel")
    said = await bela.hears(OPENED)
    assert "With: Dr Meera Rao" in said
    assert "When: Tue 4 May 2027, 10:00 AM – 10:30 AM (UTC)" in said
    assert "Kept for you until: 06:15 AM" in said
    offer = bela.last_id
    assert set(bela.buttons) == {"✅ Take it", "👋 Pass"}
    assert "Kept for you until: 06:15 AM" in await mailed(town, "bela@example.org")
    await asha.talks([("/doctors", "Our"), ("«Cardiology»", "1 doctor"), ("«Rao»", "none at the moment")])
    await bela.talks([("/waitlist", "Kept for you until Mon 3 May 2027, 06:15 AM")])
    await bela.talks([("«Pass»", "Passed on to the next person in line")])
    await cleo.hears(OPENED)
    await bela.taps_raw(offer, "slot:" + "0" * 24)
    assert OVER in next(m["text"] for m in bela.messages if m["message_id"] == offer)
    assert f"{BOOKED}Tue 4 May 2027, 10:00 AM" in await cleo.taps("Take it")
    await cleo.hears("Appointment booked")
    # It was booked at one tap; what it is for can be said afterwards.
    await cleo.talks([("«Add a reason»", "What is the reason"), ("It itches", "Reason saved")])
    await cleo.talks([("/waitlist", "You're not on any waiting list"), ("/appointments", "1 appointment")])
    await bela.talks(
        [
            ("/waitlist", "1 doctor"),
            ("«Leave»", "You have left that waiting list"),
            ("/waitlist", "not on any waiting list"),
        ]
    )


async def test_an_offer_that_ended_says_so_and_the_next_is_asked(town: Town, clock: TurnableClock) -> None:
    _, asha = await one_time(town)
    bela = await town.signed_in("Bela", "bela@example.org")
    cleo = await town.signed_in("Cleo", "cleo@example.org")
    await joins(town, bela, clock)
    await joins(town, cleo, clock)
    await cancels(town, asha)
    await bela.hears(OPENED)
    clock.turn(OFFER_LENGTH)
    await town.assembly.clinic.periodic.run()
    await cleo.hears(OPENED)
    assert OVER in await bela.taps("Take it")
    assert set(bela.buttons) == {"🔔 My waiting lists", "📅 Book"}
    assert OVER in await cleo.taps_raw(cleo.last_id, "pass+:" + "0" * 24)


async def test_the_links_of_the_mail_take_and_pass(town: Town, clock: TurnableClock) -> None:
    _, asha = await one_time(town)
    bela = await town.signed_in("Bela", "bela@example.org")
    cleo = await town.signed_in("Cleo", "cleo@example.org")
    await joins(town, bela, clock)
    await joins(town, cleo, clock)
    await cancels(town, asha)
    link = re.compile(r"\?start=((?:slot|pass)_[0-9a-f]{24})")
    _, leave = link.findall(await mailed(town, "bela@example.org"))
    await bela.settled(bela.phone.start(leave))
    assert "Passed on" in bela.last
    take, _ = link.findall(await mailed(town, "cleo@example.org"))
    await cleo.talks([("/logout", "signed out")])
    await cleo.settled(cleo.phone.start(take))
    assert "Please sign in first" in cleo.last
    assert f"{BOOKED}Tue 4 May 2027" in await cleo.signs_in("cleo@example.org")


async def test_below_the_days_and_the_times_of_a_booking_one_may_wait(town: Town) -> None:
    await one_time(town)
    week = {day: (Hours(time(10), time(10, 30)),) for day in Weekday}
    await town.storage.schedules.put(await rao(town), Schedule(weekly=week))
    bela = await town.signed_in("Bela", "bela@example.org")
    await bela.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
    await bela.talks([("4 May", "has no free time"), ("«Tell me»", "Which days would suit you")])
    assert "Only Tue 4 May 2027" in bela.buttons
    await bela.talks(
        [("yesterday", "is over"), ("2029-01-01", "too far ahead"), ("whenever", "Please tap a day")]
    )
    # A number alone is a day of the month in which the full one was.
    await bela.talks(
        [("28", "Fri 28 May 2027"), ("«Back»", "Which days would suit you"), ("3rd", "Mon 3 May 2027")]
    )
    await bela.talks([("«Back»", "Which days would suit you")])
    await bela.talks([("«Only Tue»", "Which part of the day suits you?"), ("noonish", "Please tap a button")])
    await bela.talks([("morning", "Tue 4 May 2027, before noon.")])
    assert "You're first in line." in bela.last
    await bela.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
    await bela.talks(
        [
            ("5 May", "Which time?"),
            ("«Tell me»", "Which days would suit you"),
            ("«next 2 weeks»", "Which part"),
        ]
    )
    answer = await bela.taps("Any time")
    assert "replaces what you were waiting for there before" in answer
    assert "13 matching times are free now" in answer
    await bela.talks([("«My waiting lists»", "1 doctor"), ("/cancel", "nothing to leave")])


async def test_staff_find_no_way_to_wait_for_others(town: Town) -> None:
    await one_time(town)
    admin = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await admin.talks([("/doctors", "Our"), ("«Cardiology»", "1 doctor"), ("«Rao»", "none")])
    assert not any("Tell me" in label for label in admin.buttons)


async def test_what_one_doctor_frees_has_no_other_waiting_list_looked_at(
    database_url: str, clock: TurnableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.PERIODIC_SECONDS", 3600)
    looked_at: Counter[str] = Counter()
    async with founded(database_url, clock, tmp_path) as town:
        _, asha = await one_time(town)
        bela = await town.signed_in("Bela", "bela@example.org")
        await joins(town, bela, clock)
        waitlist, window = town.storage.waitlist, Slot(TEN, TEN + timedelta(hours=1))
        for number in range(20):
            doctor, patient = UserId(f"d{number}"), UserId(f"p{number}")
            await waitlist.put(WaitlistEntry(doctor, patient, clock.now(), window, PartOfDay.ANY))
        line = waitlist.line

        async def counted(doctor_id: UserId, limit: int) -> list[WaitlistEntry]:
            looked_at[doctor_id] += 1
            return await line(doctor_id, limit)

        monkeypatch.setattr(waitlist, "line", counted)
        await cancels(town, asha)
        await bela.hears(OPENED)
        assert set(looked_at) == {await rao(town)}
