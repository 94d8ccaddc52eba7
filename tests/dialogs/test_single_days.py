"""/hours 24 Dec 9-12: single days with hours of their own, nights, and the way back to the usual hours."""

from datetime import timedelta

import pytest

from services.models.people import Role
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.town import Person, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def doctor(town: Town) -> Person:
    """Return a doctor with nothing booked. It is Mon 3 May 2027."""
    return (await two_people(town))[0]


async def test_a_day_is_typed_with_its_hours_behind_the_command(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours 8 May 9-12", "Sat 8 May 2027: 09:00 AM – 12:00 PM\n\nNo booked appointment is outside"),
            ("«✅ Save»", "Saved for Sat 8 May 2027: 09:00 AM – 12:00 PM. Patients see it right away."),
            ("«Hours»", "📆 Sat 8 May: 09:00 AM – 12:00 PM"),
            ("/schedule 8 May", "0 appointments, 6 free times"),
            ("/schedule 15 May", "You don't work on this day"),
        ]
    )


async def test_it_is_done_by_taps_and_taken_back(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours", "Working hours"),
            ("«📆 Single days»", "No day has hours of its own."),
            ("«5»", "Wed 5 May 2027 (UTC)\nUsually: 09:00 AM – 05:00 PM"),
            ("«Closed that day»", "Wed 5 May 2027: closed"),
            ("«Back»", "Which hours that day?"),
            ("13-15", "Wed 5 May 2027: 01:00 PM – 03:00 PM"),
            ("«✅ Save»", "Saved for Wed 5 May 2027"),
            ("/schedule 5 May", "4 free times"),
            ("/hours", "📆 Wed 5 May: 01:00 PM – 03:00 PM"),
            ("«📆 Single days»", "• Wed 5 May 2027: 01:00 PM – 03:00 PM"),
            ("«Usual hours on 5 May»", "Wed 5 May 2027: as on that weekday, 09:00 AM – 05:00 PM"),
            ("«✅ Save»", "Saved for Wed 5 May 2027: as on that weekday"),
            ("/schedule 5 May", "16 free times"),
            ("/hours 5 May as usual", "Wed 5 May 2027 has its usual hours already."),
        ]
    )


async def test_a_night_goes_past_midnight(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours 8 May 22-2", "Sat 8 May 2027: 10:00 PM – 02:00 AM (until 02:00 AM on the next day)"),
            ("«✅ Save»", "Saved for Sat 8 May 2027"),
            ("/schedule 8 May", "4 free times"),
            ("/schedule 9 May", "4 free times"),
        ]
    )


async def test_whoever_is_booked_outside_is_cancelled_with_three_other_times(town: Town) -> None:
    doctor, asha = await two_people(town)
    bela = await town.signed_in("Bela Kiss", "bela@example.org")
    await booked(town, asha, doctor, TUESDAY_TEN)
    await booked(town, bela, doctor, TUESDAY_TEN + 4 * HOUR)
    await doctor.talks(
        [
            ("/hours 4 May 9-12", "This appointment is outside these hours and will be cancelled"),
            ("«Save, cancel that one»", "1 appointment is cancelled. The patient gets"),
        ]
    )
    assert "Tue 4 May 2027, 02:00 PM · Bela Kiss" not in doctor.last
    heard = await bela.hears("Appointment cancelled")
    assert "Why: Dr Meera Rao's working hours have changed." in heard
    assert len([label for label in bela.buttons if label.startswith("🕑")]) == 3
    await asha.talks([("/appointments", "1 appointment")])


async def test_wrong_days_and_hours_get_one_sentence(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours 31 Feb 9-12", "That day doesn't exist"),
            ("2 May 2027 9-12", "Sun 2 May 2027 is over"),
            ("2031-01-01 9-12", "Hours can be changed until Fri 4 May 2029"),
            ("8 May 9:02-12", "Times go in steps of five minutes"),
            ("8 May 9-12, 11-14", "overlap"),
            ("8 May 17-9", "has to end after it starts"),
            ("8 May 9-9:10", "A slot of 30 minutes doesn't fit into Saturday's"),
            ("8 May 25-26", "25:00 isn't a time of day"),
            ("8 May sometimes", "Please type hours like"),
            ("8/5 9-12", "Do you mean"),
            ("Fri 8 May 9-12", "8 May 2027 is a Saturday, not a Friday."),
            ("Mon 9-25", "25:00 isn't a time of day"),
            ("whenever", "type days and hours like"),
            ("8 May", "Which hours that day?"),
            ("sometimes", "Please type hours like"),
            ("«Back»", "Working hours"),
            ("Mon 9-12", "Mon  09:00 AM – 12:00 PM"),
            ("8 May 9-12", "Your week isn't saved yet."),
            ("«📆 Single days»", "Your week isn't saved yet."),
        ]
    )


async def test_an_admin_does_hours_and_time_off_for_a_doctor_who_is_told(town: Town) -> None:
    doctor, asha = await two_people(town)
    vera = await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await vera.talks([("/users rao", "1 account"), ("«Rao»", "doctor")])
    card = vera.last_id
    await vera.talks(
        [
            ("«⏰ Hours»", "Working hours of Dr Meera Rao"),
            ("Fri closed", "Fri  closed"),
            ("«Preview & save»", "Nothing is saved yet"),
            ("«✅ Save»", "Dr Meera Rao's working hours are saved."),
        ]
    )
    assert "Dr Meera Rao, your working hours were changed" in await doctor.hears("working hours were changed")
    assert "Fri  closed" in await doctor.says("/hours")
    await vera.talks(
        [
            ("«⏰ Hours»", "Working hours of Dr Meera Rao"),
            ("8 May 9-12", "Single days of Dr Meera Rao (UTC)\nSat 8 May 2027"),
            ("«✅ Save»", "Saved for Sat 8 May 2027"),
        ]
    )
    assert "Day: Sat 8 May 2027\nHours: 09:00-12:00" in await doctor.hears("your hours on one day")
    await vera.talks([("/users rao", "1 account"), ("«Rao»", "doctor")])
    assert vera.last_id != card
    await vera.talks(
        [
            ("«⛱ Time off»", "Dr Meera Rao has no upcoming time off."),
            ("4 May all day", "1 appointment is booked then"),
            ("«Skip»", "This appointment will be cancelled when you save"),
            (
                "«Save, cancel that one»",
                "Dr Meera Rao's time off is saved: Tue 4 May 2027. The doctor is told.",
            ),
        ]
    )
    assert "When: Tue 4 May 2027" in await doctor.hears("time off was taken for you")
    heard = await asha.hears("Appointment cancelled")
    assert "Why: Dr Meera Rao is away that day." in heard
    assert "By: the clinic" in heard
    # The doctor has not seen the list.
    told = await doctor.hears("Appointment cancelled")
    assert "Patient: Asha" in told
    assert "See your updated day: /schedule" in told
    await doctor.talks([("/timeoff", "1 coming up:\n• Tue 4 May 2027")])
    await vera.talks(
        [
            ("«⛱ Time off»", "1 coming up"),
            ("«Take back 4 May»", "Take it back?"),
            ("«Yes, take it back»", "Dr Meera Rao's working hours apply again."),
        ]
    )
    assert "When: Tue 4 May 2027" in await doctor.hears("time off was taken back")
    mail = await town.mailbox.wait_for(lambda m: m.to == ("rao@example.org",) and "were changed" in m.subject)
    assert "By: the clinic" in mail.text
    said = await vera.says("/audit rao")
    assert "Vera Lind took time off for Meera Rao" in said
    assert "Vera Lind changed Meera Rao's hours on Sat 8 May 2027" in said
    assert "Vera Lind changed Meera Rao's working hours" in said


async def test_nobody_acts_for_a_doctor_but_an_admin_and_for_nobody_else(town: Town) -> None:
    doctor, asha = await two_people(town)
    vera = await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)
    rao, patient = [
        found.user.id
        for email in ("rao@example.org", "asha@example.org")
        if (found := await town.storage.users.credentials(email))
    ]
    for code in ("hours=", "off="):
        for person in (doctor, asha):
            await person.says("/help")
            assert "first day" not in (said := await person.forges(f"{code}:{rao}"))
            assert "Working hours" not in said
        await vera.says("/help")
        said = await vera.forges(f"{code}:{patient}")
        assert "first day" not in said
        assert "Working hours" not in said


async def test_whoever_works_at_night_every_week_sets_a_night_on_one_date(doctor: Person) -> None:
    await doctor.talks(
        [
            ("/hours", "Working hours"),
            ("Mon-Sun 22-4", "Sun  12:00 AM – 04:00 AM, 10:00 PM – midnight"),
            ("«Preview & save»", "Nothing is saved yet"),
            ("«✅ Save»", "Your working hours are saved"),
            ("/hours 8 May 20-2", "Sat 8 May 2027: 08:00 PM – 02:00 AM (until 02:00 AM on the next day)"),
            ("«✅ Save»", "Saved for Sat 8 May 2027"),
            ("/schedule 9 May", "8 free times"),
        ]
    )


async def test_hours_that_end_before_they_start_are_no_reason_to_split_a_single_day(doctor: Person) -> None:
    said = await doctor.says("/hours 8 May 17-9")
    assert "or be a night of up to 12 hours. Please type hours like “9-17”, or a night like “22-6”." in said
    assert "Split" not in said
