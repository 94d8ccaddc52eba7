"""/timeoff: days and parts of a day, who is cancelled by it, and the times that they are offered."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.models.appointments import AppointmentStatus
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUESTION = "What is the first day"


@pytest.fixture
async def doctor(town: Town) -> Person:
    """Return a doctor with nothing booked."""
    doctor, _ = await two_people(town)
    return doctor


async def _statuses(town: Town) -> list[AppointmentStatus]:
    rows = await town.storage.appointments._appointments.find({}, comment=OURS).to_list(None)
    return [AppointmentStatus(row["status"]) for row in sorted(rows, key=lambda row: row["start"])]


async def _off(town: Town) -> list[tuple[datetime, datetime]]:
    (row,) = await town.storage.schedules._schedules.find({}, comment=OURS).to_list(None)
    return [(off["start"], off["end"]) for off in row.get("time_off", ())]


async def test_a_day_is_taken_off_by_taps_where_nothing_is_booked(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/timeoff", "You have no upcoming time off."),
            ("«›»", QUESTION),
            ("«‹»", QUESTION),
            ("«[3]»", "From Mon 3 May 2027"),
            ("«Back»", QUESTION),
            ("«4»", "What is the last day"),
            ("«Only Tue 4 May»", "The whole day, or part of it?"),
            ("«The whole day»", "Nothing is booked then. After you save, nobody can book it. Save it?"),
            ("«Save»", "Your time off is saved: Tue 4 May 2027. Nothing was booked then."),
            ("«⛱ Time off»", "1 coming up:\n• Tue 4 May 2027\n"),
        ]
    )
    assert await _off(doctor.town) == [(TUESDAY_TEN - 10 * HOUR, TUESDAY_TEN + 14 * HOUR)]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("4 May to 9 May", "Tue 4 May 2027 – Sun 9 May 2027"),
        ("4-9 May", "Tue 4 May 2027 – Sun 9 May 2027"),
        ("4 May 13:00-17:00", "Tue 4 May 2027, 01:00 PM – 05:00 PM"),
        ("tomorrow morning", "Tue 4 May 2027, 12:00 AM – 12:00 PM"),
        ("tomorrow all day", "Tue 4 May 2027"),
    ],
)
async def test_all_of_it_can_be_typed_in_one_go(doctor: Person, typed: str, shown: str) -> None:
    await doctor.talks([("/timeoff", QUESTION), (typed, f"⛱ Time off (UTC)\n{shown}\n\nNothing is booked")])
    await doctor.talks([("«Save»", f"Your time off is saved: {shown}.")])


async def test_it_can_be_said_behind_the_command(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/timeoff tomorrow", "From Tue 4 May 2027\n\nWhat is the last day"),
            ("«Back»", QUESTION),
            ("/timeoff 4 May 13:00-17:00", "Tue 4 May 2027, 01:00 PM – 05:00 PM"),
            ("«Back»", "The whole day, or part"),
            ("/timeoff 4 May ish", "Please tap a day, or type one like"),
            ("4-9 May", "Tue 4 May 2027 – Sun 9 May 2027"),
            ("«Save»", "Your time off is saved"),
        ]
    )


async def test_days_and_parts_can_be_typed_one_by_one(doctor: Person) -> None:
    await doctor.talks(
        [("/timeoff", QUESTION), ("tomorrow", "What is the last day"), ("Sunday", "– Sun 9 May")]
    )
    await doctor.talks(
        [("«Back»", "What is the last day"), ("that day", "The whole day"), ("from 3 pm", "Save it")]
    )
    assert "Tue 4 May 2027, 03:00 PM – 12:00 AM" in doctor.last
    await doctor.talks([("«Back»", "The whole day"), ("«Afternoon»", "12:00 PM – 12:00 AM"), ("«Save»", "⛱")])


async def test_a_number_alone_is_a_day_of_the_month_that_is_seen(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/timeoff", QUESTION),
            ("28 to 29", "Fri 28 May 2027 – Sat 29 May 2027"),
            ("«Back»", "What is the last day"),
            ("«Back»", QUESTION),
            ("«›»", QUESTION),
            ("28", "From Mon 28 Jun 2027"),
            ("30", "Mon 28 Jun 2027 – Wed 30 Jun 2027"),
            ("«Back»", "What is the last day"),
            ("«›»", "What is the last day"),
            ("3", "Mon 28 Jun 2027 – Sat 3 Jul 2027"),
            ("/cancel", "stopped. Nothing"),
            ("/schedule 28", "Fri 28 May 2027"),
            ("/schedule 2", "Wed 2 Jun 2027"),
        ]
    )


async def test_wrong_answers_get_one_sentence_and_the_question_again(
    doctor: Person, clock: TurnableClock
) -> None:
    clock.turn_to(datetime(2027, 5, 3, 14, 30, tzinfo=UTC))
    await doctor.says("/cancel")
    await doctor.talks(
        [
            ("/timeoff", QUESTION),
            ("some day", "“4 May to 9 May” or “4 May 13:00-17:00”"),
            ("31 Feb", "That day doesn't exist"),
            ("yesterday", "Sun 2 May 2027 is over"),
            ("9 May to 4 May", "Tue 4 May 2027 is before Sun 9 May 2027. Please choose a later last day"),
            ("4 May 2027 to 10 May 2028", "Time off can last up to a year (366 days)"),
            ("2031-01-01", "You can take time off until Fri 4 May 2029"),
            ("31.12.9999", "You can take time off until"),
            ("today 9-13", "That time is already over"),
            ("today 17-13", "has to end after it starts"),
            ("4 May 25:00-26:00", "25:00 isn't a time of day"),
            ("4 May 13:01-17:00", "01:01 PM won't work. Times go in steps"),
            ("today", "What is the last day"),
            ("whenever", "Please tap a day, or type one like"),
            ("2 May 2027", "is before Mon 3 May 2027"),
            ("3 May", "The whole day, or part"),
            ("lunch", "type part of a day like"),
            ("9-12, 13-14", "type part of a day like"),
            ("9-10", "That time is already over"),
            ("14:00-15:00", "Mon 3 May 2027, 02:00 PM – 03:00 PM"),
            ("perhaps", "tap one of the buttons"),
        ]
    )
    for data in ("day:20270502", "day:29991231"):
        await doctor.talks([("/timeoff", QUESTION)])
        answer = await doctor.forges(data)
        assert "is over" in answer or "too far ahead" in answer


async def test_forged_parts_are_no_choices(doctor: Person) -> None:
    await doctor.talks([("/timeoff", QUESTION), ("«4»", "What is the last day"), ("«Only»", "whole day")])
    for data in ("part:0:1440", "part:60:999999"):
        assert "type part of a day" in await doctor.forges(data)
    assert "has to end after it starts" in await doctor.forges("part:60:30")


async def test_what_is_booked_is_listed_cancelled_at_one_confirmation_and_each_patient_has_three_times(
    town: Town,
) -> None:
    doctor, asha = await two_people(town)
    bela = await town.signed_in("Bela <Kiss>", "bela@example.org")
    await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await booked(town, bela, doctor, TUESDAY_TEN + HOUR)
    await booked(town, asha, doctor, TUESDAY_TEN + DAY)
    await doctor.talks(
        [
            ("/timeoff", QUESTION),
            ("«4»", "What is the last day"),
            ("«Only»", "The whole day"),
            ("9-12", "2 appointments are booked then and will be cancelled when you save"),
            ("x" * 301, "to 300 characters"),
            ("I am <ill>, sorry", "These 2 appointments will be cancelled when you save"),
        ]
    )
    lines = "• Tue 4 May 2027, 10:00 AM · Asha Patel\n• Tue 4 May 2027, 11:00 AM · Bela <Kiss>"
    assert lines in doctor.last
    assert "a cough" not in doctor.last
    await doctor.talks([("«Save, cancel those 2»", "2 appointments are cancelled. Each patient gets")])
    assert await _statuses(town) == ["cancelled", "cancelled", "booked"]
    offered = []
    for person, mail_to in ((asha, "asha@example.org"), (bela, "bela@example.org")):
        heard = await person.hears("Appointment cancelled")
        assert "Why: Dr Meera Rao is away that day." in heard
        assert "Note: I am <ill>, sorry" in heard
        times = [label.removeprefix("🕑 ") for label in person.buttons if label.startswith("🕑")]
        assert len(times) == len({time.rpartition(",")[0] for time in times}) == 3
        mail = await _mail(town, mail_to)
        assert all(time in mail for time in times)
        offered += times
    assert len(set(offered)) == 6


async def _mail(town: Town, to: str) -> str:
    mail = await town.mailbox.wait_for(lambda m: m.to == (to,) and "Cancelled" in m.subject)
    return mail.text


async def test_one_tap_takes_an_offered_time_and_only_one_of_them(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "What should I tell the patient?")])
    await doctor.talks(
        [("«Skip»", "This appointment will be cancelled"), ("«Save, cancel»", "1 appointment is")]
    )
    await asha.hears("Appointment cancelled")
    card = asha.last_id
    first, second, _ = [data for label, data in asha.buttons.items() if label.startswith("🕑")]
    taps = [asha.phone.tap(card, data) for data in (first, second, first)]
    await asyncio.gather(*(town.telegram.confirmed(tap) for tap in taps))
    assert sorted(await _statuses(town)) == ["booked", "cancelled"]
    await doctor.hears("a cough")
    await asha.talks([("/appointments", "1 appointment")])


async def test_a_time_in_it_is_neither_offered_nor_typed_nor_forged(town: Town) -> None:
    doctor, asha = await two_people(town)
    lost = await booked(town, asha, doctor, TUESDAY_TEN + 2 * DAY)
    await doctor.talks([("/timeoff", QUESTION), ("4 May 9-12", "Nothing is booked"), ("«Save»", "saved")])
    await doctor.talks([("/timeoff", "1 coming up"), ("5 May all day", "Nothing"), ("«Save»", "saved")])
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    assert "5" not in asha.buttons
    await asha.talks([("5 May", "has no free time"), ("4 May", "Which time?")])
    assert "12:00 PM" in asha.buttons
    assert "11:30 AM" not in asha.buttons
    await asha.talks([("10:00", "10:00 AM is not free")])
    for start in (TUESDAY_TEN, TUESDAY_TEN + DAY):
        await asha.forges(f"time:{int(start.timestamp()) // 60}")
        assert "is not free" in await asha.taps("Skip")
    # An offer of a time that was taken off since.
    found = await town.storage.appointments.by_id(lost)
    assert found is not None
    await doctor.talks([("/timeoff", "2 coming up"), ("6 May all day", "tell the patient")])
    await doctor.talks([("«Skip»", "cancelled when you save"), ("«Save, cancel»", "1 appointment is")])
    await asha.hears("Appointment cancelled")
    minutes = int(TUESDAY_TEN.timestamp()) // 60
    assert "is not free" in await asha.taps_raw(asha.last_id, f"re:{lost}:{minutes}:{found.doctor_id}")
    assert await _statuses(town) == ["cancelled"]


async def test_time_off_is_taken_back_after_one_question(town: Town) -> None:
    doctor, asha = await two_people(town)
    await doctor.talks(
        [
            ("/timeoff", QUESTION),
            ("tomorrow", "What is the last day"),
            ("Thu", "Nothing"),
            ("«Save»", "saved"),
        ]
    )
    await doctor.talks([("/timeoff", "1 coming up"), ("«↩ Take back 4 May – 6 May»", "Take it back?")])
    assert next(iter(doctor.buttons)) == "« Back"
    await doctor.talks([("«Back»", QUESTION), ("«↩»", "Take it back?")])
    await doctor.talks([("«Yes, take it back»", "Taken back: Tue 4 May 2027 – Thu 6 May 2027")])
    assert await _off(town) == []
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks(
        [("4 May", "Which time?"), ("10:00", "reason"), ("«Skip»", "Book this"), ("«Confirm»", "✅")]
    )
    await town.assembly.clinic.periodic.run()
    assert await _statuses(town) == ["booked"]


async def test_what_another_phone_has_taken_back_is_not_there_any_more(doctor: Person) -> None:
    tablet = doctor.town.person("Meera's tablet")
    await tablet.signs_in("rao@example.org")
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "Nothing"), ("«Save»", "saved")])
    await tablet.talks([("/timeoff", "1 coming up"), ("«↩»", "Take it back?")])
    await doctor.talks([("/timeoff", "1 coming up"), ("«↩»", "Take it back?")])
    await doctor.talks([("«Yes»", "Taken back")])
    await tablet.talks([("«Yes»", "That time off no longer exists"), ("/timeoff", "no upcoming time off")])
    assert "no longer exists" in await tablet.forges(f"back?:{'0' * 24}")


async def test_many_times_off_have_pages(doctor: Person) -> None:
    for number in range(4, 9):
        typed = f"{number} May 9-10"
        await doctor.talks([("/timeoff", QUESTION), (typed, "Nothing is booked"), ("«Save»", "saved")])
    await doctor.talks([("/timeoff", "5 coming up")])
    assert "Sat 8 May" not in doctor.last
    assert "1/2" in doctor.buttons
    # Of the two arrows the upper one belongs to the list, the lower one to the months.
    await doctor.forges("page:1")
    assert "• Sat 8 May 2027, 09:00 AM – 10:00 AM" in doctor.last


async def test_two_taps_on_confirm_take_it_once(town: Town) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "tell"), ("«Skip»", "This appointment")])
    card = doctor.last_id
    for tap in [doctor.phone.tap(card, doctor.made("ok")) for _ in range(3)]:
        await doctor.settled(tap)
    assert len(await _off(town)) == 1
    await asha.hears("Appointment cancelled")
    texts = [message["text"] for message in asha.messages]
    assert sum("Appointment cancelled" in text for text in texts) == 1


async def test_what_is_booked_while_the_summary_is_read_is_cancelled_too(town: Town) -> None:
    doctor, asha = await two_people(town)
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "Nothing is booked then")])
    card, confirm = doctor.last_id, doctor.made("ok")
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.taps_raw(card, confirm)
    (said,) = [m["text"] for m in doctor.messages if "1 appointment is cancelled" in m["text"]]
    # The card had spoken of none, so this one is named.
    assert "One of them was booked after you saw the list:\n• Tue 4 May 2027, 10:00 AM · Asha" in said
    await asha.hears("Appointment cancelled")
    assert await _statuses(town) == ["cancelled"]


async def test_a_summary_that_is_confirmed_too_late_says_so(doctor: Person, clock: TurnableClock) -> None:
    await doctor.talks([("/timeoff", QUESTION), ("today 6-6:10", "Save it?")])
    clock.turn(timedelta(minutes=11))
    await doctor.talks(
        [("«Save»", "That time is already over"), ("«Back»", "whole day"), ("9-10", "Save it?")]
    )
    await doctor.talks([("«Save»", "saved: Mon 3 May 2027, 09:00 AM – 10:00 AM")])


async def test_time_off_shows_in_the_days_schedule(doctor: Person) -> None:
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "Nothing"), ("«Save»", "saved")])
    await doctor.talks([("/schedule tomorrow", "⛱ Time off all day")])


async def test_a_doctor_who_is_away_hears_of_no_empty_day(town: Town, clock: TurnableClock) -> None:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await town.assembly.clinic.periodic.run()
    await doctor.talks([("/timeoff", QUESTION), ("tomorrow all day", "tell"), ("«Skip»", "This")])
    await doctor.talks([("«Save, cancel»", "1 appointment is cancelled")])
    clock.turn_to(TUESDAY_TEN)
    await town.assembly.clinic.periodic.run()
    assert not any("☀️" in message["text"] for message in doctor.messages)
