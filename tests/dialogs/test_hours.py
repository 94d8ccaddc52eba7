"""/hours: the week and its numbers, each wrong answer, the preview, and who lies outside."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from services.models.appointments import AppointmentStatus
from services.models.audit import Action
from services.models.people import ChatId, Principal
from services.models.scheduling import Digest, Hours, Schedule, Weekday
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.plans import OURS
from tests.town import Person, Town, founded
from tests.turning import TurnableClock

HOUR = timedelta(hours=1)
MONDAY_TO_FRIDAY = "09:00 AM – 05:00 PM"


async def _principal(doctor: Person) -> Principal:
    sessions = doctor.town.assembly.clinic.sessions
    return await sessions.authenticate(ChatId(doctor.phone.chat_id))


async def _saved(doctor: Person) -> Schedule:
    return await doctor.town.assembly.clinic.working_hours.of(await _principal(doctor))


@pytest.fixture
async def doctor(town: Town) -> Person:
    """Return a doctor with nobody else in the clinic."""
    doctor, _ = await two_people(town)
    return doctor


async def test_a_week_is_changed_by_taps_and_by_typing_and_saved_after_a_preview(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours", f"Mon  {MONDAY_TO_FRIDAY}"),
            ("«Mon»", "When do you work?"),
            ("9-12, 13:30-17", "Mon  09:00 AM – 12:00 PM, 01:30 PM – 05:00 PM"),
            ("«Tue»", "Tuesday (UTC)"),
            ("«Same as Monday»", "Tue  09:00 AM – 12:00 PM, 01:30 PM – 05:00 PM"),
            ("«Wed»", "Now: 09:00 AM – 05:00 PM"),
            ("«Closed»", "Wed  closed"),
            ("Thu 9:30-12 and 14-18; Sat 20-24", "Sat  08:00 PM – midnight"),
            ("«Slots: 30 minutes»", "How many minutes"),
            ("«20 minutes»", "Each slot lasts 20 minutes, with no buffer after it"),
            ("«Buffer: none»", "between two appointments"),
            ("10", "with a buffer of 10 minutes"),
            ("«Notice: none»", "How long before a slot"),
            ("90 min", "at least 1 hour 30 minutes before"),
            ("«Ahead: 60 days»", "How many days ahead"),
            ("«30 days»", "up to 30 days ahead"),
        ]
    )
    assert "Not saved yet" in doctor.last
    assert (await _saved(doctor)).weekly == Schedule().weekly
    preview = await doctor.taps("Preview & save")
    assert "Mon 3 May: 13 free\n   09:00 AM, 09:30 AM, 10:00 AM" in preview
    assert "Wed 5 May: none" in preview
    assert "11:00 PM, 11:30 PM" in preview
    assert "No booked appointment is outside" in preview
    await doctor.talks([("«✅ Save»", "Your working hours are saved"), ("«Hours»", "Wed  closed")])
    saved = await _saved(doctor)
    assert saved.weekly.keys() == {0, 1, 3, 4, 5}
    assert (saved.slot_minutes, saved.buffer_minutes) == (20, 10)
    assert (saved.lead_time, saved.horizon) == (timedelta(minutes=90), timedelta(days=30))
    assert "Not saved yet" not in doctor.last


async def test_nine_to_five_is_a_working_day_and_is_shown_before_it_is_saved(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours", f"Mon  {MONDAY_TO_FRIDAY}"),
            ("mon to thu 8 to 4", "Thu  08:00 AM – 04:00 PM\nFri  09:00 AM – 05:00 PM"),
            ("Fri 9-12, 1-5", "Fri  09:00 AM – 12:00 PM, 01:00 PM – 05:00 PM"),
            ("«Preview & save»", "Mon 3 May: 16 free\n   08:00 AM, 08:30 AM"),
        ]
    )


async def test_what_makes_no_sense_gets_one_sentence_and_the_question_again(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours", "Working hours"),
            ("whenever", "type days and hours like"),
            ("Mon", "Monday (UTC)"),
            ("25:00-26:00", "25:00 isn't a time of day"),
            ("9-12, 11-14", "09:00 AM – 12:00 PM and 11:00 AM – 02:00 PM overlap"),
            ("17-9", "05:00 PM – 09:00 AM has to end after it starts"),
            ("9:00-5:00", "Please type it like “9:00-17:00” or “9am to 5pm”"),
            ("9:02-12", "09:02 AM won't work. Times go in steps"),
            ("9-12, 13-13:20", "A slot of 30 minutes doesn't fit into Monday's 01:00 PM – 01:20 PM"),
            ("sometimes", "Please type hours like"),
            ("9-12", "Mon  09:00 AM – 12:00 PM"),
            ("Tue 13-9", "has to end after it starts"),
            ("Wed 13-17, 16-18", "overlap"),
            ("«Slots»", "How many minutes"),
            ("12", "in steps of five"),
            ("500", "A slot lasts 5 to 480 minutes"),
            ("long", "A slot lasts 5 to 480 minutes"),
            ("4 hours", "A slot of 4 hours doesn't fit into Monday's 09:00 AM – 12:00 PM"),
            ("3 h", "Each slot lasts 3 hours"),
            ("«Buffer»", "between two"),
            ("7", "up to 120 minutes, in steps of five"),
            ("«15 minutes»", "a buffer of 15 minutes"),
            ("«Notice»", "How long before"),
            ("5", "type it like “90 min”"),
            ("31 days", "It can be up to 30 days"),
            ("30 days", "at least 30 days before"),
            ("«Ahead»", "How many days"),
            ("0", "a whole number from 1 to 365"),
            ("366", "a whole number from 1 to 365"),
            ("36 hours", "a whole number from 1 to 365"),
            ("14", "With 30 days of notice and booking 14 days ahead, nobody could ever book you"),
            ("«60 days»", "up to 60 days ahead"),
        ]
    )
    # Nothing that was right is lost on the way.
    assert "Mon  09:00 AM – 12:00 PM\nTue  09:00 AM – 05:00 PM" in doctor.last


async def test_a_days_hours_are_copied_to_the_whole_week(doctor: Person) -> None:
    await doctor.talks([("/hours", "Working"), ("Tue 8-12", "Tue  08:00 AM"), ("«Tue»", "Tuesday")])
    assert "Copy to Mon–Fri" in doctor.buttons
    await doctor.talks([("«Copy to Mon–Fri»", "Fri  08:00 AM – 12:00 PM\nSat  closed"), ("«Tue»", "Tue")])
    assert set(doctor.buttons) == {"Closed", "« Back", "✖ Leave"}
    await doctor.talks([("«Back»", "Working hours"), ("«Sat»", "Now: closed")])
    assert set(doctor.buttons) == {"Closed", "Same as Monday", "« Back", "✖ Leave"}


async def test_forged_buttons_are_no_choices(doctor: Person) -> None:
    await doctor.says("/hours")
    for data in ("wday:7", "hours:hours.weekday", "hours:booking.day", "hours:"):
        assert "couldn't find that" in await doctor.forges(data)
    await doctor.taps("Slots")
    for data in ("min:0", "min:7"):
        assert "in steps of five" in await doctor.forges(data)
    for data in ("min:-30", "min:99999999999999", "wday:-1", "dig=:-1:1"):
        await doctor.forges(data)
        assert doctor.phone.answers[-1]["text"] == "This card is old."
    await doctor.talks([("/hours", "How many minutes")])
    await doctor.talks([("«Back»", "Working"), ("«Morning»", "When should I send")])
    assert "Please tap a time" in await doctor.forges("dig=:1440:0")


async def test_the_morning_message_has_an_hour_and_may_come_on_empty_days(doctor: Person) -> None:
    digests = doctor.town.assembly.clinic.daily_digests
    await doctor.talks(
        [("/hours", "Morning message at 07:00 AM, not on days without"), ("«Morning»", "When")]
    )
    await doctor.talks([("half past", "Please tap a time"), ("6:45", "Morning message at 06:45 AM")])
    await doctor.talks([("«Morning»", "When"), ("«On empty days, too»", "06:45 AM, also on days without")])
    assert f"{(await digests.of(await _principal(doctor))).at:%H:%M}" == "06:45"
    await doctor.talks([("«Morning»", "When"), ("«07:30 AM»", "07:30 AM, also")])
    await doctor.talks([("«Morning»", "When"), ("«Not on empty days»", "07:30 AM, not on")])
    digest = await digests.of(await _principal(doctor))
    assert digest == Digest(digest.at, when_empty=False)
    # That is no part of the hours, so there is nothing to save.
    assert "Not saved yet" not in doctor.last


async def _outside(town: Town) -> tuple[Person, Person]:
    """Return a doctor and a patient who has booked in the morning and in the afternoon of Tuesday."""
    doctor, asha = await two_people(town)
    for hours in (0, 4):
        await booked(town, asha, doctor, TUESDAY_TEN + hours * HOUR, reason="a cough")
    return doctor, asha


async def _statuses(town: Town) -> list[AppointmentStatus]:
    rows = await town.storage.appointments._appointments.find({}, comment=OURS).to_list(None)
    return [AppointmentStatus(row["status"]) for row in sorted(rows, key=lambda row: row["start"])]


async def test_what_lies_outside_is_listed_and_stays_booked_unless_the_doctor_says_otherwise(
    town: Town,
) -> None:
    doctor, _ = await _outside(town)
    await doctor.talks([("/hours", "Working"), ("Mon-Fri 9-12", "Not saved yet")])
    preview = await doctor.taps("Preview")
    assert "1 booked appointment is outside these hours\n• Tue 4 May 2027, 02:00 PM · Asha" in preview
    assert "a cough" not in preview
    assert list(doctor.buttons)[:2] == ["✅ Save, keep that one", "✖ Save and cancel that one"]
    await doctor.talks([("«Save, keep»", "1 appointment is outside them and still booked.")])
    assert await _statuses(town) == ["booked", "booked"]
    assert (await _saved(doctor)).weekly[Weekday.TUESDAY] == (Hours(time(9), time(12)),)


async def test_saving_may_cancel_them_and_the_patient_takes_another_time_at_one_tap(town: Town) -> None:
    doctor, asha = await _outside(town)
    since = doctor.last_id
    await doctor.talks([("/hours", "Working"), ("Mon-Fri 9-12", "Not saved yet"), ("«Preview»", "1 booked")])
    await doctor.talks([("«Save and cancel»", "1 appointment is cancelled. The patient gets a message")])
    heard = await asha.hears("Appointment cancelled")
    assert "Why: Dr Meera Rao's working hours have changed." in heard
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Cancelled" in m.subject)
    offers = [label.removeprefix("🕑 ") for label in asha.buttons if label.startswith("🕑")]
    assert len(offers) == 3
    assert all(offer in mail.text for offer in offers)
    assert "Appointment booked\nWith: Dr Meera Rao" in await asha.taps(offers[0])
    await doctor.hears("Appointment booked", since=since)
    assert sorted(await _statuses(town)) == ["booked", "booked", "cancelled"]


async def test_what_comes_between_the_preview_and_the_save_is_not_cancelled(town: Town) -> None:
    doctor, asha = await _outside(town)
    await doctor.talks([("/hours", "Working"), ("Mon-Fri 9-12", "Not saved yet"), ("«Preview»", "1 booked")])
    card, data = doctor.last_id, doctor.buttons[doctor.label("Save and cancel")]
    await booked(town, asha, doctor, TUESDAY_TEN + 5 * HOUR)
    await doctor.taps_raw(card, data)
    assert any("1 appointment is cancelled" in message["text"] for message in doctor.messages)
    assert await _statuses(town) == ["booked", "cancelled", "booked"]


async def test_a_preview_that_is_looked_at_again_speaks_of_what_is_outside_now(town: Town) -> None:
    doctor, asha = await _outside(town)
    await doctor.talks([("/hours", "Working"), ("Mon-Fri 9-12", "Not saved yet"), ("«Preview»", "1 booked")])
    await doctor.says("/schedule")
    await booked(town, asha, doctor, TUESDAY_TEN + 5 * HOUR)
    answer = await doctor.says("/hours")
    assert "2 booked appointments are outside these hours" in answer
    await doctor.talks([("«Save and cancel those 2»", "2 appointments are cancelled")])
    assert await _statuses(town) == ["booked", "cancelled", "cancelled"]


async def test_many_outside_are_counted_and_have_pages(town: Town) -> None:
    doctor, asha = await two_people(town)
    for number in range(9):
        await booked(town, asha, doctor, TUESDAY_TEN + timedelta(minutes=30 * number))
    await doctor.talks([("/hours", "Working"), ("Mon-Fri closed", "closed"), ("«Preview»", "9 booked")])
    assert "… and 1 more on the other pages" in doctor.last
    await doctor.talks([("«›»", "Tue 4 May 2027, 02:00 PM")])
    assert "2/2" in doctor.buttons
    await doctor.talks([("«Save and cancel those 9»", "9 appointments are cancelled")])
    assert await _statuses(town) == ["cancelled"] * 9


async def test_changed_hours_are_not_left_unasked_and_cancel_leaves_them(doctor: Person) -> None:
    await doctor.talks([("/hours", "Working"), ("/timeoff", "What is the first day")])
    await doctor.talks([("/hours", "Working"), ("Sat 9-12", "Not saved yet")])
    await doctor.talks([("/timeoff", "Your working hours change isn't finished")])
    await doctor.talks([("«Go on»", "Not saved yet"), ("/hours", "Sat  09:00 AM – 12:00 PM")])
    await doctor.talks([("/cancel", "Nothing was saved"), ("/hours", "Sat  closed")])


async def test_two_taps_on_save_save_once(doctor: Person) -> None:
    await doctor.talks([("/hours", "Working"), ("Sat 9-12", "Not saved"), ("«Preview»", "Preview")])
    card = doctor.last_id
    data = doctor.buttons[doctor.label("Save")]
    taps = [doctor.phone.tap(card, data) for _ in range(2)]
    for tap in taps:
        await doctor.settled(tap)
    assert doctor.phone.answers[-1]["text"] == "That's already done."
    entries = await doctor.town.storage.audit.page((await _principal(doctor)).id, None, number=0, size=9)
    assert [entry.action for entry in entries.items].count(Action.HOURS_CHANGED) == 1


async def test_what_patients_see_follows_what_was_saved(town: Town) -> None:
    doctor, asha = await two_people(town)
    await doctor.talks([("/hours", "Working"), ("Tue 22-24", "Tue  10:00 PM – midnight"), ("«Preview»", "")])
    await doctor.taps("Save")
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks([("tomorrow", "Which time?"), ("10:00 AM", "is not free"), ("23:30", "reason")])
    await asha.talks([("«Skip»", "Book this"), ("«Confirm»", "Appointment booked")])
    assert (await _statuses(town)) == ["booked"]


async def test_the_hours_are_those_of_the_clinics_clock(
    database_url: str, clock: TurnableClock, tmp_path: Path
) -> None:
    async with founded(database_url, clock, tmp_path, timezone="Europe/Berlin") as town:
        doctor, _ = await two_people(town)
        await doctor.talks(
            [("/hours", "Working hours (Berlin time)"), ("«Preview»", "Preview (Berlin time)")]
        )
        assert "Mon 3 May: 16 free\n   09:00 AM" in doctor.last
