"""/book: each question, each wrong answer, and the race for a slot."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from services.models.people import Role, UserId
from services.models.scheduling import Hours, Schedule, Weekday
from tests.plans import OURS
from tests.town import Person, Town
from tests.turning import TurnableClock


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with three doctors."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ruth Okafor", "okafor@example.org", Role.DOCTOR, "Dermatology")
    return await town.signed_in("Asha Patel", "asha@example.org")


async def _rao(town: Town) -> UserId:
    found = await town.storage.users.credentials("rao@example.org")
    assert found is not None
    return found.user.id


async def test_everything_can_be_typed(asha: Person) -> None:
    await asha.talks(
        [
            ("/book", "What kind of doctor"),
            ("cardio", "There are 2 doctors"),
            ("Dr rao", "Which day?"),
            ("tomorrow", "Tue 4 May 2027"),
            ("9:30", "reason for your visit"),
            ("check-up", "Tue 4 May 2027, 09:30 AM"),
        ]
    )
    assert asha.styles == {"✅ Confirm": "primary"}
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")
    when = datetime(2027, 5, 4, 9, 30, tzinfo=UTC)
    assert asha.instants == {"Tue 4 May 2027, 09:30 AM – 10:00 AM (UTC)": when}
    await asha.taps("Open the appointment")
    assert asha.styles == {"✖ Cancel appointment": "danger"}
    await asha.taps("Cancel appointment")
    assert asha.styles == {"✖ Yes, cancel it": "danger"}


async def test_all_of_it_can_be_said_behind_the_command(asha: Person) -> None:
    await asha.talks(
        [
            ("/book dr rao tomorrow 10:30", "Tue 4 May 2027, 10:30 AM\n\nWhat is the reason"),
            ("«Back»", "Which time?"),
            ("«Back»", "Which day?"),
            ("«Back»", "What kind of doctor"),
        ]
    )
    await asha.talks([("/book Cardiology Sen 4 May 2027 at 2:30", "Tue 4 May 2027, 02:30 PM")])
    await asha.talks([("«Back»", "Which time?"), ("«Back»", "Which day?"), ("«Back»", "There are 2 doctors")])
    await asha.talks([("«Back»", "What kind"), ("/book Ruth Okafor day after tomorrow", "Wed 5 May 2027")])
    await asha.talks(
        [("9", "What is the reason"), ("«Skip»", "Book this"), ("«Confirm»", "Appointment booked")]
    )


@pytest.mark.parametrize(
    ("typed", "why", "asked"),
    [
        ("rao", "", "Dr Meera Rao, Cardiology\n\nWhich day?"),
        ("dermatolgy", "", "There is 1 doctor"),
        ("cardiology 28", "couldn't find that", "Who would you like"),
        ("tomorrow", "couldn't find that", "What kind of doctor"),
        ("ology tomorrow", "Several match: Cardiology, Dermatology", "What kind of doctor"),
        ("rao someday", "Please tap a day", "Which day?"),
        ("rao 8 may 10:30", "Sat 8 May 2027 has no free time", "Which day?"),  # and not the 8th of another
        ("rao 31 june 10:30", "That day doesn't exist", "Which day?"),
        ("rao yesterday", "Sun 2 May 2027 is over", "Which day?"),
        ("rao 28", "", "Fri 28 May 2027\n\nWhich time?"),
        ("rao tomorrow 10:30 please", "Please tap a time", "Tue 4 May 2027\n\nWhich time?"),
        ("rao tomorrow 7 am", "07:00 AM is not free", "Which time?"),
        (f"{'x ' * 500}", "couldn't find that", "What kind of doctor"),
    ],
)
async def test_what_is_not_clear_behind_the_command_is_asked(
    asha: Person, typed: str, why: str, asked: str
) -> None:
    said = await asha.says(f"/book {typed}")
    assert said.startswith("📅") if not why else why in said
    assert asked in said


async def test_words_behind_a_command_are_no_answers_to_what_is_begun_otherwise(asha: Person) -> None:
    await asha.talks([("/start", "Welcome"), ("/book rao", "Which day?")])
    await asha.talks([("/cancel", "stopped. Nothing"), ("«Book an app»", "What kind")])


async def test_wrong_answers_get_one_sentence_and_the_question_again(asha: Person) -> None:
    await asha.talks(
        [
            ("/book", "What kind of doctor"),
            ("astrology", "couldn't find that"),
            ("Cardiology", "Who would you like"),
            ("Dr Who", "couldn't find that"),
            ("sen", "Which day?"),
            ("someday", "Please tap a day, or type one like 2027-05-03"),
            ("2027-02-30", "That day doesn't exist"),
            ("yesterday", "Sun 2 May 2027 is over"),
            ("2027-05-02", "is over"),
            ("2027-05-08", "has no free time"),
            ("2031-05-05", "I can book until Fri 2 Jul 2027"),
            ("9999-12-31", "I can book until Fri 2 Jul 2027"),
            ("2027-05-05", "Which time?"),
            ("25:00", "Please tap a time, or type one like"),
            ("07:00 AM", "Wed 5 May 2027, 07:00 AM is not free"),
            ("10:10", "10:10 AM is not free"),
            ("10:30 AM", "reason"),
            ("x" * 501, "to 500 characters"),
            ("«Skip»", "Book this appointment?"),
            ("perhaps", "tap one of the buttons"),
        ]
    )


async def test_a_doctor_found_by_name_skips_the_specialization(asha: Person) -> None:
    await asha.talks(
        [("/book", "What kind"), ("Okafor", "Dr Ruth Okafor, Dermatology"), ("«Back»", "What kind")]
    )


async def test_names_are_understood_without_accents_and_with_a_slip(asha: Person) -> None:
    await asha.talks(
        [("/book", "What kind"), ("Dermatolgy", "There is 1 doctor"), ("/cancel", "stopped. Nothing")]
    )
    await asha.talks(
        [("/book", "What kind"), ("Cardiology", "Who would"), ("Dr Tomaz Sen", "mean Dr Tomás Sen?")]
    )
    await asha.talks(
        [("«Dr Tomás Sen»", "Which day?"), ("«Back»", "Who would"), ("Dr Roa", "mean Dr Meera Rao?")]
    )
    await asha.says("/cancel")
    await asha.talks([("/book", "What kind"), ("Tomas", "Dr Tomás Sen, Cardiology")])


async def test_what_fits_several_is_answered_with_those_that_fit(asha: Person) -> None:
    await asha.town.account("Mira Rau", "rau@example.org", Role.DOCTOR, "Cardiology")
    await asha.talks([("/book", "What kind"), ("ology", "Several match: Cardiology, Dermatology.")])
    await asha.talks([("ra", "Several match: Meera Rao, Mira Rau."), ("Cardiology", "Who would")])
    await asha.talks([("Ray", "Several match: Meera Rao, Mira Rau."), ("Mira", "Which day?")])


async def test_days_without_a_free_slot_can_not_be_tapped(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao"):
        await asha.says(act)
    # Monday the 3rd is today; the 1st, 2nd, 8th and 9th are a weekend.
    labels = set(asha.buttons)
    assert {"[3]", "4", "5", "6", "7", "10", "31"} <= labels
    assert not {"1", "2", "8", "9"} & labels
    blanks = {data for label, data in asha.buttons.items() if label == "·"}
    assert blanks == {"-"}


async def test_the_calendar_turns_within_what_can_be_booked(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao"):
        await asha.says(act)
    assert "‹" not in asha.buttons
    await asha.taps("›")
    assert "June 2027" in asha.buttons
    await asha.taps("›")
    assert "July 2027" in asha.buttons
    assert "›" not in asha.buttons
    assert "1" in asha.buttons
    assert "2" not in asha.buttons  # sixty days from now, and the hour matters


async def test_a_number_alone_is_a_day_of_the_month_that_is_seen(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao"):
        await asha.says(act)
    await asha.talks([("28", "Fri 28 May 2027"), ("«Back»", "Which day"), ("«›»", "Which day")])
    await asha.talks([("2nd", "Wed 2 Jun 2027")])


async def test_a_number_alone_is_a_day_of_the_last_month_where_the_one_looked_at_is_too_far(
    town: Town, asha: Person
) -> None:
    await asha.talks(
        [("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day"), ("«›»", "day")]
    )
    (doctor,) = (await town.storage.user_search.search("rao", 0, 9)).items
    await town.storage.schedules.put(doctor.id, Schedule(horizon=timedelta(days=10)))
    await asha.talks([("5", "Wed 5 May 2027")])


async def test_the_soonest_time_takes_three_taps_from_a_known_doctor(asha: Person) -> None:
    await asha.talks(
        [("/doctors", "Our doctors"), ("«Dermatology»", "1 doctor"), ("«Okafor»", "Next free time")]
    )
    await asha.talks(
        [("«Book»", "Which day?"), ("«Soonest»", "reason"), ("«Skip»", "Mon 3 May 2027, 09:00 AM")]
    )
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")


async def test_two_taps_on_confirm_make_one_appointment(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30"):
        await asha.says(act)
    await asha.taps("Skip")
    card = asha.last_id
    first, second = (asha.phone.tap(card, asha.made("ok")) for _ in range(2))
    await asha.settled(first)
    await asha.settled(second)
    await asha.hears("Appointment booked")
    assert await asha.town.storage.appointments._appointments.count_documents({}, comment=OURS) == 1
    texts = [message["text"] for message in asha.messages]
    assert sum("Appointment booked" in text for text in texts) == 1
    assert asha.phone.answers[-1]["text"] == "That's already done."


async def test_a_slot_that_goes_meanwhile_leads_to_other_times(asha: Person) -> None:
    rival = await asha.town.signed_in("Bela", "bela@example.org")
    for person in (asha, rival):
        for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30"):
            await person.says(act)
    await rival.taps("Skip")
    answer = await asha.taps("Skip")
    assert "just taken" in answer
    assert "Which time?" in answer
    assert "10:30 AM" not in asha.buttons
    assert "11:00 AM" in asha.buttons


async def test_back_goes_by_the_order_of_the_questions(asha: Person) -> None:
    rival = await asha.town.signed_in("Bela", "bela@example.org")
    for person in (asha, rival):
        await person.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
        await person.talks([("«Soonest»", "reason")])
    await rival.taps("Skip")
    # The times were never asked for on the way here, so « Back leads on to the days.
    await asha.talks([("«Skip»", "Which time?"), ("«Back»", "Which day?"), ("«Back»", "Who would")])


async def test_back_from_a_known_doctor_leads_to_the_other_doctors(asha: Person) -> None:
    await asha.talks(
        [("/doctors", "Our doctors"), ("«Cardiology»", "2 doctors"), ("«Rao»", "Next free time")]
    )
    await asha.talks([("«Book»", "Which day?"), ("«Back»", "There are 2 doctors"), ("«Back»", "What kind")])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3", "Tue 4 May 2027, 03:00 PM"),
        ("2:30", "Tue 4 May 2027, 02:30 PM"),
        ("8", "Do you mean 08:00 AM or 08:00 PM?"),  # free in both halves
        ("8 pm", "Tue 4 May 2027, 08:00 PM"),
        ("at 8:30", "Tue 4 May 2027, 08:30 PM"),
        # What is refused is the half in which there is anything.
        ("3:30", "03:30 PM is not free"),
        ("3 am", "03:00 AM is not free"),
    ],
)
async def test_a_typed_hour_is_in_the_half_of_the_day_that_is_free(
    town: Town, asha: Person, typed: str, said: str
) -> None:
    parts = (Hours(time(8), time(8, 30)), Hours(time(14, 30), time(15, 30)), Hours(time(20), time(21)))
    await town.storage.schedules.put(await _rao(town), Schedule(weekly={Weekday.TUESDAY: parts}))
    await asha.talks([("/book", "What kind"), ("Rao", "Which day?"), ("4", "Which time?"), (typed, said)])


async def test_nobody_is_in_two_places(asha: Person) -> None:
    for doctor in ("Rao", "Sen"):
        for act in ("/book", "Cardiology", doctor, "tomorrow"):
            await asha.says(act)
        if doctor == "Rao":
            await asha.says("10:30")
            await asha.taps("Skip")
            await asha.taps("Confirm")
    assert "10:30 AM" not in asha.buttons


async def test_a_typed_time_that_is_not_free_says_whose_it_is(asha: Person) -> None:
    rival = await asha.town.signed_in("Bela", "bela@example.org")
    for person, at in ((asha, "10:30"), (rival, "11:00")):
        for act in ("/book", "Cardiology", "Rao", "tomorrow", at):
            await person.says(act)
        for label in ("Skip", "Confirm"):
            await person.taps(label)
    mine = "You already have an appointment that overlaps Tue 4 May 2027, 10:30 AM"
    for doctor in ("Rao", "Sen"):
        await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), (doctor, "Which day?")])
        await asha.talks([("tomorrow", "Which time?"), ("10:30", mine)])
        await asha.says("/cancel")
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks([("tomorrow", "Which time?"), ("11:00", "11:00 AM is not free"), ("9:00", "reason")])


async def test_a_typed_time_that_has_begun_says_so(asha: Person, clock: TurnableClock) -> None:
    clock.turn_to(datetime(2027, 5, 3, 12, tzinfo=UTC))
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks([("today", "Which time?"), ("9:00", "has already started"), ("12:30", "reason")])


async def test_a_slot_that_begins_meanwhile_is_refused(asha: Person, clock: TurnableClock) -> None:
    for act in ("/book", "Cardiology", "Rao", "today", "9:00"):
        await asha.says(act)
    await asha.taps("Skip")
    clock.turn_to(datetime(2027, 5, 3, 9, 0, tzinfo=UTC))
    # Three hours later the dialog has closed; a new one no longer offers the time.
    await asha.taps("Confirm")
    for act in ("/book", "Cardiology", "Rao", "today"):
        await asha.says(act)
    assert "09:00 AM" not in asha.buttons
    assert "09:30 AM" in asha.buttons


async def test_a_slot_that_begins_while_it_is_confirmed_is_refused(
    asha: Person, clock: TurnableClock
) -> None:
    clock.turn_to(datetime(2027, 5, 3, 8, 55, tzinfo=UTC))
    for act in ("/book", "Cardiology", "Rao", "today", "9:00"):
        await asha.says(act)
    await asha.taps("Skip")
    clock.turn(timedelta(minutes=6))
    answer = await asha.taps("Confirm")
    assert "already started" in answer
    assert "Which time?" in answer


async def test_a_forged_time_is_refused(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow"):
        await asha.says(act)
    minutes = int(datetime(2027, 5, 4, 10, 10, tzinfo=UTC).timestamp()) // 60
    await asha.forges(f"time:{minutes}")
    assert "10:10 AM is not free" in await asha.taps("Skip")


async def test_a_forged_day_at_the_end_of_time_is_too_far_ahead(asha: Person) -> None:
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    assert "I can book until Fri 2 Jul 2027" in await asha.forges("day:29991231")
    assert "July 2027" in asha.buttons


async def test_the_example_of_a_date_can_be_booked(asha: Person, clock: TurnableClock) -> None:
    clock.turn_to(datetime(2027, 5, 7, 18, tzinfo=UTC))  # a Friday evening
    await asha.talks([("/book", "What kind"), ("Cardiology", "Who would"), ("Rao", "Which day?")])
    await asha.talks([("some day", "type one like 2027-05-10"), ("2027-05-10", "Which time?")])


async def test_yesterdays_keyboard_is_told_to_be_old_and_offers_the_way_on(asha: Person) -> None:
    for act in ("/book", "Cardiology"):
        await asha.says(act)
    old, data = asha.last_id, asha.buttons["Dr Meera Rao · Mon 3 May, 09:00 AM"]
    await asha.says("/cancel")
    await asha.says("/book")
    await asha.taps_raw(old, data)
    # The old card was removed with the dialog, so the answer is a message of its own.
    assert "This card is old" in asha.last
    assert asha.phone.answers[-1]["text"] == "This card is old."
    assert "What kind of doctor" in await asha.taps("Book an appointment")


async def test_a_command_in_the_middle_puts_the_booking_aside_and_it_goes_on(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow"):
        await asha.says(act)
    assert "Upcoming" in await asha.says("/appointments")
    aside = next(m for m in asha.messages if "on hold" in m["text"])
    assert "What would you like" in await asha.says("10:30")
    await asha.taps_raw(aside["message_id"], "resume")
    assert any("Which time?" in message["text"] for message in asha.messages)
    assert "reason for your visit" in await asha.says("10:30")


async def test_a_booking_that_begins_again_takes_the_place_of_the_one_that_is_open(asha: Person) -> None:
    await asha.says("/book")
    await asha.says("/book")
    assert [m["text"] for m in asha.messages if "This booking was started again" in m["text"]]
    assert "What kind of doctor" in asha.last


async def test_signing_out_in_the_middle_ends_the_booking(asha: Person) -> None:
    for act in ("/book", "Cardiology", "Rao", "tomorrow", "10:30"):
        await asha.says(act)
    card = asha.last_id
    await asha.says("/logout")
    for data in ("skip", "ok", "resume"):
        await asha.taps_raw(card, data)
    # Somebody else who signs in on this phone finds nothing of it either.
    await asha.town.account("Bela", "bela@example.org")
    await asha.signs_in("bela@example.org")
    for data in ("skip", "ok", "resume"):
        await asha.taps_raw(card, data)
    assert not any("Dr Meera Rao" in message["text"] for message in asha.messages)
    assert await asha.town.storage.appointments._appointments.count_documents({}, comment=OURS) == 0


async def test_two_hundred_patients_at_once_for_one_slot_and_exactly_one_gets_it(
    town: Town,
) -> None:
    doctor = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    people = [town.person(f"P{number}") for number in range(200)]
    await asyncio.gather(*(town.account(f"P{n}", f"p{n}@example.org") for n in range(200)))
    sessions = town.assembly.clinic.sessions
    for number, person in enumerate(people):
        await sessions.sign_in(person.phone.chat_id, f"p{number}@example.org", "correct horse")  # type: ignore[arg-type]

    async def up_to_the_reason(person: Person) -> None:
        await person.says("/start")
        await person.taps_raw(person.last_id, f"book:{doctor.id}")
        await person.taps("Soonest")

    await asyncio.gather(*map(up_to_the_reason, people))
    taps = [person.phone.press("Skip") for person in people]
    answers = await asyncio.gather(*(p.settled(tap) for p, tap in zip(people, taps, strict=True)))
    (first,) = [p for p, answer in zip(people, answers, strict=True) if "Book this appointment?" in answer]
    assert "Appointment booked\nWith: Dr Meera Rao" in await first.taps("Confirm")
    lost = [person for person, answer in zip(people, answers, strict=True) if "just taken" in answer]
    assert len(lost) == 199
    assert all("09:30 AM" in person.buttons and "09:00 AM" not in person.buttons for person in lost)
    assert (
        await town.storage.appointments._appointments.count_documents({"status": "booked"}, comment=OURS) == 1
    )
