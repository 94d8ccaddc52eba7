"""What people type in their own way is read in every question, and what has two readings is asked."""

import pytest

from services.models.people import Role
from tests.dialogs.test_schedule import two_people
from tests.town import Person, Town


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with two doctors; it is Monday, 3 May 2027."""
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Tomás Sen", "sen@example.org", Role.DOCTOR, "Cardiology")
    return await town.signed_in("Asha Patel", "asha@example.org")


REASON = "reason for your visit"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sen Wed 12 May 10:30", f"Wed 12 May 2027, 10:30 AM\n\nWhat is the {REASON}"),
        ("sen Wed 12 May 2027, 10:30 AM", "Wed 12 May 2027, 10:30 AM"),
        ("sen Wed 12 May 2027, 10:30 AM (UTC)", "Wed 12 May 2027, 10:30 AM"),
        ("sen Wed 12 May 2027, 10:30 AM – 11:00 AM (UTC)", "Wed 12 May 2027, 10:30 AM"),
        ("sen 2027/05/12 １０：３０", "Wed 12 May 2027, 10:30 AM"),
        ("sen 12-5-2027 half past ten", "Wed 12 May 2027, 10:30 AM"),
        ("sen Tomorrow. Noon.", "Tue 4 May 2027, 12:00 PM"),
        ("sen quarter to 3 pm tomorrow", "Tue 4 May 2027, 02:45 PM is not free"),
        ("sen wed 9", "Wed 5 May 2027, 09:00 AM"),
        ("sen Wed 11 May 10:30", "11 May 2027 is a Tuesday, not a Wednesday."),
        ("sen 5/6 10:30", "Do you mean Thu 6 May 2027 or Sat 5 Jun 2027"),
        ("sen Wed 12 Mai 10:30", "I understood “Wed 12”, but not “Mai 10:30”"),
        ("sen 12 Juni", "I understood “12”, but not “Juni”"),
        ("sen 6 May 10", "Do you mean Thu 6 May 2027 or Mon 10 May 2027"),
        ("sen tomorrow please", "Please tap a time"),
        ("sen tomorrow half 10", "Please tap a time"),
        ("sen tomorrow friday 10:30", "I understood “tomorrow”, but not “friday 10:30”"),
        ("sen tomorrow 10:30 or 11", "Please tap a time"),
        ("sen gupta tomorrow 10:30", "I understood “sen”, but not “gupta tomorrow 10:30”"),
        ("sne tomorrow 10:30", "Did you mean Dr Tomás Sen?"),
    ],
)
async def test_words_that_are_left_over_leave_no_wrong_answer(
    asha: Person, typed: str, expected: str
) -> None:
    said = await asha.says(f"/book {typed}")
    assert expected in said


async def test_a_doctor_who_is_nearly_named_is_asked_for(asha: Person) -> None:
    await asha.talks(
        [("/book sne", "Did you mean Dr Tomás Sen? Please tap it"), ("«Dr Tomás Sen»", "Which day?")]
    )
    await asha.talks([("«Back»", "Who would you like"), ("Dr Roa", "Did you mean Dr Meera Rao?")])
    # Behind « Any doctor, with the next free time beside the name.
    assert list(asha.buttons)[1].startswith("Dr Meera Rao")
    await asha.talks([("rao", "Dr Meera Rao, Cardiology\n\nWhich day?")])


async def test_what_the_assistant_shows_can_be_typed_back(asha: Person) -> None:
    await asha.talks([("/book sen", "Which day?"), ("Wed 12 May 2027", "Wed 12 May 2027\n\nWhich time?")])
    await asha.talks([("10:30 AM – 11:00 AM", f"What is the {REASON}"), ("«Back»", "Which time?")])
    await asha.talks(
        [("10:30 AM – 11:30 AM", "from 10:30 AM on, before 11:30"), ("Wed 12 May 2027, 11:00 AM", REASON)]
    )
    await asha.talks([("«Back»", "Which time?"), ("«Back»", "Which day?")])
    await asha.talks([("6/5", "Do you mean Thu 6 May 2027 or Sat 5 Jun 2027? Please tap it")])
    await asha.talks([("«Thu 6 May 2027»", "Thu 6 May 2027\n\nWhich time?"), ("at 10", REASON)])
    await asha.talks([("«Back»", "Which time?"), ("«Back»", "Which day?")])
    await asha.talks([("Thu 6 May at half past ten in the morning", "Thu 6 May 2027, 10:30 AM")])
    await asha.talks([("«Back»", "Which time?"), ("«Back»", "Which day?"), ("Thu 6 May 10", "10:00 AM")])


async def test_a_zone_that_is_nearly_named_or_named_by_its_offset_is_asked_for(
    town: Town, asha: Person
) -> None:
    await asha.talks([("/me", "the same as the clinic"), ("«Time zone»", "Where are you?")])
    await asha.talks([("Sydny", "Did you mean Sydney? Please tap it, or type it again.")])
    assert next(iter(asha.buttons)).startswith("Sydney, ")
    assert await _zone(town) is None
    await asha.talks([("UTC+5:30", "Several match: Asia/Kolkata, Asia/Colombo")])
    assert [label.partition(",")[0] for label in asha.buttons][:2] == ["Kolkata", "Colombo"]
    await asha.talks([("GMT-3", "Several match: America/Sao_Paulo, UTC-3")])
    await asha.talks([(f"«{asha.label('UTC-3')}»", "I'll show you times in UTC-3")])
    assert await _zone(town) == "Etc/GMT+3"
    await asha.talks(
        [("«Time zone»", "UTC-3"), ("Patna", "Kolkata time"), ("«Language»", "Which language do you speak?")]
    )
    await asha.talks([("Ukranian", "Did you mean Ukrainian"), ("«Українська»", "you speak Ukrainian")])


async def _zone(town: Town) -> str | None:
    found = await town.storage.users.credentials("asha@example.org")
    assert found is not None
    return found.user.zone


async def test_a_night_is_two_stretches_and_joins_what_the_next_day_has(town: Town) -> None:
    doctor, _ = await two_people(town)
    await doctor.talks(
        [
            ("/hours", "Sat  closed"),
            ("Fri 20:00-02:00", "Fri  08:00 PM – midnight\n"),
            ("Thu ２２：００－０６：００", "Thu  10:00 PM – midnight"),
        ]
    )
    assert "Sat  12:00 AM – 02:00 AM" in doctor.last
    assert "Fri  12:00 AM – 06:00 AM, 08:00 PM – midnight" in doctor.last
    await doctor.talks([("«Sun»", "When do you work?"), ("9pm-1am", "Sun  09:00 PM – midnight")])
    assert "Mon  12:00 AM – 01:00 AM, 09:00 AM – 05:00 PM" in doctor.last
    await doctor.talks([("Mon 17-9", "Split a night in two, like “Fri 20-24, Sat 0-2”")])
    await doctor.talks(
        [("«☀️ Morning message»", "When should I send"), ("Half past 6 AM.", "Morning message at 06:30 AM")]
    )


async def test_time_off_ends_after_it_begins(town: Town) -> None:
    doctor, _ = await two_people(town)
    await doctor.talks(
        [("/timeoff 28 Dec - 2 Jan", "Tue 28 Dec 2027 – Sun 2 Jan 2028"), ("/cancel", "stopped. Nothing")]
    )
    await doctor.talks(
        [("/timeoff Tue 4 May 2027 – Sun 9 May 2027", "Sun 9 May 2027"), ("/cancel", "stopped. Nothing")]
    )
    await doctor.talks([("/timeoff 4/5", "Do you mean"), ("/cancel", "stopped. Nothing")])
    await doctor.talks(
        [("/timeoff Wed 4 May", "4 May 2027 is a Tuesday, not a Wednesday"), ("/cancel", "stopped. Nothing")]
    )
    await doctor.talks(
        [("/schedule Tue 4 May 2027", "Tue 4 May 2027"), ("/schedule 2027/05/05.", "Wed 5 May 2027")]
    )
