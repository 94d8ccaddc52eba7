"""An earlier time for an appointment: waiting for one from its card, and taking it at one tap."""

from datetime import UTC, datetime, time, timedelta

from services.models.people import Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from tests.catalogue import CHECK, FIRST_VISIT, HARBOUR, HOSPITAL, offers, works_at
from tests.dialogs.test_schedule import BOOKED, booked
from tests.dialogs.test_waitlist import joins, one_time, rao
from tests.town import Person, Town
from tests.turning import TurnableClock

TEN = datetime(2027, 5, 4, 10, tzinfo=UTC)
OPENED = "An earlier time has opened up"
EARLIER = "⏩ An earlier time, if one opens"


async def two_days(town: Town) -> tuple[Person, Person, Person]:
    """Make Dr Rao, who has one time on Tuesday, which Asha has, and one on Friday, which Bela has."""
    doctor, asha = await one_time(town)
    week = {day: (Hours(time(10), time(10, 30)),) for day in (Weekday.TUESDAY, Weekday.FRIDAY)}
    await town.storage.schedules.put(await rao(town), Schedule(weekly=week, horizon=timedelta(days=6)))
    bela = await town.signed_in("Bela", "bela@example.org")
    await booked(town, bela, doctor, TEN + timedelta(days=3))
    return doctor, asha, bela


async def cancels(person: Person) -> None:
    await person.talks([("/appointments", "Rao"), ("«4 May»", "booked"), ("«Cancel app»", "Cancel Dr")])
    await person.taps("Yes, cancel")


async def test_any_morning_before_friday(town: Town, clock: TurnableClock) -> None:
    _, asha, bela = await two_days(town)
    cleo = await town.signed_in("Cleo", "cleo@example.org")
    await joins(town, cleo, clock)
    await bela.talks([("/appointments", "Rao"), ("«7 May»", "booked")])
    said = await bela.taps("An earlier time")
    assert "Now: Fri 7 May 2027, 10:00 AM" in said
    assert "Any time before Fri 7 May, 10:00 AM" in bela.buttons
    await bela.talks([("8 May", "Please choose a day before that"), ("yesterday", "is over")])
    await bela.talks([("«Any time before»", "Which part of the day suits you?")])
    said = await bela.taps("Morning")
    assert "You're waiting for an earlier time with Dr Meera Rao than Fri 7 May 2027, 10:00 AM:" in said
    assert "Mon 3 May 2027 – Fri 7 May 2027, before noon." in said
    assert "1 person is ahead of you." in said
    assert "Your appointment stays as it is until you take one." in said
    await town.assembly.clinic.waitlist_offers.work()
    await cancels(asha)
    await cleo.hears("A time has opened up")
    await cleo.talks([("«Pass»", "Passed on to the next person in line")])
    said = await bela.hears(OPENED)
    assert "When: Tue 4 May 2027, 10:00 AM – 10:30 AM (UTC)" in said
    assert "In place of: Fri 7 May 2027, 10:00 AM – 10:30 AM" in said
    offer = bela.last_id
    mail = await town.mailbox.wait_for(lambda m: m.to == ("bela@example.org",) and OPENED in m.subject)
    assert "In place of: Fri 7 May 2027, 10:00 AM" in mail.text
    assert "your appointment moves there" in mail.text
    said = await bela.says("/waitlist")
    assert "Dr Meera Rao: an earlier time\nNow: Fri 7 May 2027, 10:00 AM" in said
    assert "Wanted: Mon 3 May 2027 – Fri 7 May 2027, before noon" in said
    assert "Tue 4 May 2027, 10:00 AM in place of Fri 7 May 2027, 10:00 AM" in said
    said = await bela.taps("Take Tue 4 May")
    assert "moved" in said.casefold()
    assert "Tue 4 May 2027, 10:00 AM" in said
    assert "4 May 2027" in await bela.taps_raw(offer, button_of(bela, offer))
    await bela.talks([("/appointments", "1 appointment"), ("/waitlist", "You're not on any waiting list")])
    # The later time is free for the next in line, who has passed on the earlier one.
    assert "Fri 7 May 2027, 10:00 AM" in await cleo.hears("A time has opened up")


def button_of(person: Person, message_id: int) -> str:
    """Return what the button to take an offer stands for."""
    rows = next(m for m in person.messages if m["message_id"] == message_id)["reply_markup"][
        "inline_keyboard"
    ]
    return str(rows[0][0]["callback_data"])


async def test_stopped_in_the_list_of_those_who_wait(town: Town) -> None:
    _, _, bela = await two_days(town)
    await bela.talks([("/appointments", "Rao"), ("«7 May»", "booked"), (f"«{EARLIER}»", "Which days")])
    await bela.talks([("tomorrow", "Which part"), ("any time of the day", "Tue 4 May 2027.")])
    await bela.talks([("/waitlist", "1 doctor")])
    assert "✖ Stop waiting (Fri 7 May): Dr Meera Rao" in bela.buttons
    said = await bela.taps("Stop waiting")
    assert "no longer waiting for an earlier time. Your appointment stays as it is." in said
    assert "not on any waiting list" in said


async def test_after_a_booking_that_is_not_the_soonest_one_may_wait(town: Town) -> None:
    await two_days(town)
    week = {day: (Hours(time(10), time(10, 30)),) for day in Weekday}
    await town.storage.schedules.put(await rao(town), Schedule(weekly=week))
    cleo = await town.signed_in("Cleo", "cleo@example.org")
    for day, is_soonest in (("3 May", True), ("6 May", False)):
        await cleo.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which day?")])
        await cleo.talks([(day, "Which time?"), ("«10:00»", "reason"), ("«Skip»", "Book this appointment?")])
        assert BOOKED in await cleo.taps("Confirm")
        assert (EARLIER not in cleo.buttons) is is_soonest
    await cleo.talks([(f"«{EARLIER}»", "Now: Thu 6 May 2027")])


async def test_for_whom_one_looks_after(town: Town, clock: TurnableClock) -> None:
    _, asha, _ = await two_days(town)
    week = {day: (Hours(time(10), time(10, 30)),) for day in (Weekday.TUESDAY, Weekday.THURSDAY)}
    await town.storage.schedules.put(await rao(town), Schedule(weekly=week, horizon=timedelta(days=6)))
    nora = await town.signed_in("Nora Lind", "nora@example.org")
    await nora.talks([("/family", "look after"), ("«Add someone»", "name"), ("Mia Lind", "Save it")])
    await nora.taps("Save")
    await nora.talks(
        [("«Book for them»", "What kind"), ("«Cardiology»", "Who should"), ("«Rao»", "Which day?")]
    )
    await nora.talks([("6 May", "Which time?"), ("«10:00»", "reason"), ("«Skip»", "Book this appointment?")])
    await nora.taps("Confirm")
    await nora.talks([(f"«{EARLIER}»", "Mia Lind"), ("«Any time before»", "Which part")])
    assert "Mia Lind is waiting for an earlier time" in await nora.taps("Any time of")
    clock.turn(timedelta(seconds=1))
    await cancels(asha)
    said = await nora.hears(OPENED)
    assert "Mia Lind" in said
    assert "Tue 4 May 2027" in await nora.taps("Take it")


async def test_waiting_keeps_the_kind_and_the_place_of_the_booking(town: Town) -> None:
    await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    doctor_id = UserId(await rao(town))
    await works_at(town.storage, doctor_id, HARBOUR, HOSPITAL)
    await offers(town.storage, doctor_id, FIRST_VISIT, CHECK)
    bela = await town.signed_in("Bela", "bela@example.org")
    await bela.talks([("/book", "What kind"), ("«Cardiology»", "Who would"), ("«Rao»", "Which kind")])
    await bela.talks([("«Check»", "Where?"), ("«Harbour»", "Which day?"), ("«Tell me»", "Which days")])
    assert "Check · Harbour Street" in bela.last
    await bela.talks([("«Any day until»", "Which part"), ("«Any time»", "(Check · Harbour Street)")])
    await bela.talks([("/waitlist", "(Check · Harbour Street)")])
    # From the card of the doctor, the kind is asked; it replaces the other wish.
    await bela.talks([("/doctors", "Our"), ("«Cardiology»", "1 doctor"), ("«Rao»", "Rao")])
    if any("Tell me" in label for label in bela.buttons):
        await bela.talks([("«Tell me»", "Which kind of visit?"), ("first", "Which days")])
        await bela.talks([("«Any day until»", "Which part"), ("«Any time»", "(First visit)")])
