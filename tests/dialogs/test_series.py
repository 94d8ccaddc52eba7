"""Series in the chat: booked from the summary of /book with the gaps shown; one confirmation, one invite."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.demo.mailbox import CaughtMail
from services.models.catalogue import KindId, Price, VisitKind
from services.models.people import Role, UserId
from services.models.slots import Slot, TimeOff
from tests.catalogue import HARBOUR, HOSPITAL, works_at
from tests.plans import OURS
from tests.town import Person, Town

PHYSIO = VisitKind(KindId("physio"), "Physiotherapy", 30, in_series=8)
ASHA, RAO = "asha@example.org", "rao@example.org"
# 10:30 in the town, of the Tuesday after its first day.
FIRST = datetime(2027, 5, 4, 10, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


async def doctor_of(town: Town) -> UserId:
    """Return the id of the physiotherapist."""
    found = await town.storage.users.credentials(RAO)
    assert found is not None
    return found.user.id


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient of a clinic with a physiotherapist."""
    rao = await town.account("Meera Rao", RAO, Role.DOCTOR, "Physiotherapy")
    await town.storage.catalogue.put(PHYSIO)
    offered = {"kinds": [PHYSIO.id], "grid_minutes": 30}
    await town.storage.schedules._schedules.update_one({"_id": rao.id}, {"$set": offered}, upsert=True)
    return await town.signed_in("Asha Patel", ASHA)


async def to_summary(person: Person) -> None:
    """Answer all questions before the summary."""
    await person.talks([("/book dr rao tomorrow 10:30", "What is the reason"), ("«Skip»", "Book this")])


async def mail_to(town: Town, to: str, subject: str) -> CaughtMail:
    """Wait for an email."""
    return await town.mailbox.wait_for(lambda mail: mail.to == (to,) and mail.subject.startswith(subject))


def events_in(mail: CaughtMail) -> list[Any]:
    """Return the events of its invite."""
    assert mail.invited is not None
    return [*Calendar.from_ical(mail.invited.content).walk("VEVENT")]


async def test_a_series_is_booked_in_four_taps_from_the_summary(asha: Person, town: Town) -> None:
    await to_summary(asha)
    await asha.talks(
        [
            ("«Make it a series»", "How often?"),
            ("«Every week»", "How many visits in all?"),
            ("«4»", "1. Tue 4 May 2027, 10:30 AM\n2. Tue 11 May 2027, 10:30 AM\n3. Tue 18 May"),
            ("«Confirm»", "4 visits booked"),
        ]
    )
    for reader in (ASHA, RAO):
        await mail_to(town, reader, "Booked")
        booked = [m for m in town.mailbox.mails if m.to == (reader,) and m.subject.startswith("Booked")]
        assert len(booked) == 1
        assert "4 visits from Tue 4 May" in booked[0].subject
    (event,) = events_in(booked[0])
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4"
    assert event["DTSTART"].dt.astimezone(UTC) == FIRST


async def test_gaps_are_shown_and_filled_or_left_out(asha: Person, town: Town) -> None:
    day = Slot(FIRST + WEEK - timedelta(hours=11), FIRST + WEEK + timedelta(hours=13))
    await town.storage.schedules.add_time_off(await doctor_of(town), TimeOff("off", day))
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "weekly, 6 times"), ("weekly, 4 times", "4 visits")])
    assert "2. ⚠️ the doctor is away: Wed 12 May 2027, 10:30 AM" in asha.last
    await asha.talks(
        [("«2»", "Which time instead?"), ("«Mon 10 May, 11:00 AM»", "Mon 10 May 2027, 11:00 AM")]
    )
    await asha.talks([("«3»", "Visit 3"), ("«Leave it out»", "3. left out")])
    await asha.talks([("«Confirm»", "3 visits booked")])
    master, moved = events_in(await mail_to(town, ASHA, "Booked"))
    assert [at.dt.astimezone(UTC) for at in master["EXDATE"].dts] == [FIRST + 2 * WEEK]
    assert moved["RECURRENCE-ID"].dt.astimezone(UTC) == FIRST + WEEK
    assert moved["DTSTART"].dt.astimezone(UTC) == FIRST + WEEK - timedelta(days=1) + timedelta(minutes=30)
    assert moved["UID"] == master["UID"]


async def test_the_card_and_the_news_say_the_kind_and_the_places(asha: Person, town: Town) -> None:
    await town.storage.catalogue.put(replace(PHYSIO, price=Price(5500, "EUR"), preparation="Bring a towel."))
    await works_at(town.storage, await doctor_of(town), HARBOUR, HOSPITAL)
    await acts(asha, [("/book dr rao tomorrow 10:30", "Where?"), ("«Any place»", "reason")])
    await acts(asha, [("«Skip»", "Book this"), ("«Make it a series»", "How often?")])
    said = await asha.says("weekly, 3 times")
    assert f"🩺 {PHYSIO.name}\n🔁 Every week: 3 visits\n📍 Harbour Street\n\n1. Tue" in said
    await acts(asha, [("«✏️ 2»", "Which time instead?")])
    assert "2. Tue 11 May 2027, 02:00 PM, St Mary's Hospital" in await asha.says("11 May 14:00")
    assert "1. Tue 4 May 2027, 10:30 AM, Harbour Street\n" in asha.last
    said = await asha.taps("Confirm")
    assert "How to get there: Bus 12 to the harbour, second floor." in said
    assert "Price: €55.00 each" in said
    assert "Please note: Bring a towel." in said


async def test_what_is_left_is_free_for_others(asha: Person, town: Town) -> None:
    ben = await town.signed_in("Ben Frost", "ben@example.org")
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "How often"), ("«Every week»", "How many"), ("«3»", "3 visits")])
    await ben.talks([("/book dr rao 11 may 10:30", "Which time")])
    await asha.talks([("«Leave»", "Booking stopped")])
    await ben.talks([("10:30", "What is the reason")])


async def test_a_time_that_is_lost_at_the_end_shows_the_gap(asha: Person, town: Town) -> None:
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "How often"), ("«Every week»", "How many"), ("«3»", "3 visits")])
    appointments = town.storage.series_visits._appointments
    await appointments.delete_many({"start": FIRST + WEEK})
    ben = await town.signed_in("Ben Frost", "ben@example.org")
    await ben.talks(
        [("/book dr rao 11 may 10:30", "reason"), ("«Skip»", "Book"), ("«Confirm»", "Appointment booked")]
    )
    await asha.talks([("«Confirm»", "so nothing was changed")])
    assert "2. ⚠️ taken: Tue 11 May 2027" in asha.last
    await asha.talks([("«Confirm»", "3 visits booked")])


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (replace(PHYSIO, is_retired=True), "Please choose another kind"),
        (replace(PHYSIO, desk_only=True), "no visits that can be booked here"),
        (replace(PHYSIO, in_series=2), "has 2 to 2 visits. Please choose how many"),
        (replace(PHYSIO, in_series=1), "Please book them one by one"),
    ],
)
async def test_what_is_not_offered_any_more_leads_on_and_nothing_stays_held(
    asha: Person, town: Town, meanwhile: VisitKind, said: str
) -> None:
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "How often"), ("«Every week»", "How many"), ("«3»", "3 visits")])
    await town.storage.catalogue.put(meanwhile)
    await asha.talks([("«Confirm»", said)])
    assert not any("Confirm" in label for label in asha.buttons) or "one by one" in asha.last
    stored = town.storage.series_visits._appointments
    assert await stored.find({}, comment=OURS).to_list(None) == []


async def test_a_kind_that_is_gone_while_the_number_is_asked_for_leads_on(asha: Person, town: Town) -> None:
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "How often")])
    await town.storage.catalogue.put(replace(PHYSIO, is_retired=True))
    await asha.talks([("«Every week»", "Please choose another kind")])
    assert "Which day?" in asha.last


async def acts(person: Person, transcript: list[tuple[str, str]]) -> None:
    """Say and tap all of it; “@11 May” taps the button that has that in its label."""
    for act, expected in transcript:
        await person.talks([(f"«{person.label(act[1:])}»" if act.startswith("@") else act, expected)])


async def _booked(person: Person, count: int = 4) -> None:
    await to_summary(person)
    await person.talks(
        [
            ("«Make it a series»", "How often"),
            (f"weekly, {count} times", f"{count} visits"),
            ("«Confirm»", f"{count} visits booked"),
        ]
    )


async def test_one_the_rest_or_all_are_cancelled_each_with_one_mail(asha: Person, town: Town) -> None:
    await _booked(asha)
    await asha.talks([("/appointments", "🔂 2 of 4")])
    await acts(asha, [("@18 May", "🔂 3 of 4"), ("«Cancel appointment»", "Which visits")])
    await asha.talks(
        [
            ("«This one»", "Cancel this visit"),
            ("«Yes, cancel it»", "Appointment cancelled"),
        ]
    )
    (one,) = events_in(await mail_to(town, RAO, "Cancelled: Asha Patel, Tue 18 May"))
    assert (one["RECURRENCE-ID"].dt.astimezone(UTC), one["SEQUENCE"]) == (FIRST + 2 * WEEK, 1)
    await acts(asha, [("/appointments", "Upcoming"), ("@11 May", "2 of 4")])
    await asha.talks(
        [("«Cancel appointment»", "Which visits"), ("«This and the rest (2)»", "these 2 visits")]
    )
    await asha.talks([("«Yes, cancel them»", "2 visits of the series cancelled")])
    gone = events_in(await mail_to(town, ASHA, "Cancelled: Dr Meera Rao, 2 visits"))
    assert [each["RECURRENCE-ID"].dt.astimezone(UTC) for each in gone] == [FIRST + WEEK, FIRST + 3 * WEEK]
    assert {each["STATUS"] for each in gone} == {"CANCELLED"}
    await asha.talks([("/appointments", "1 appointment")])


async def test_all_are_moved_by_as_much(asha: Person, town: Town) -> None:
    await _booked(asha)
    await acts(asha, [("/appointments", "4 of 4"), ("@11 May", "2 of 4")])
    await asha.talks(
        [
            ("«Move»", "Which visits"),
            ("«All of them (4)»", "Which day?"),
            ("wed 12 may 2027", "Which time?"),
            ("11:00", "Tue 25 May 2027, 10:30 AM → Wed 26 May 2027, 11:00 AM"),
            ("«Confirm»", "4 visits of the series moved"),
        ]
    )
    moved = events_in(await mail_to(town, RAO, "Moved: Asha Patel, 4 visits from Wed 5 May"))
    by = timedelta(days=1, minutes=30)
    assert [each["DTSTART"].dt.astimezone(UTC) for each in moved] == [FIRST + n * WEEK + by for n in range(4)]
    assert [each["RECURRENCE-ID"].dt.astimezone(UTC) for each in moved] == [
        FIRST + n * WEEK for n in range(4)
    ]
    assert {int(each["SEQUENCE"]) for each in moved} == {1}


async def test_the_doctor_sees_and_cancels_the_rest_with_a_note(asha: Person, town: Town) -> None:
    await _booked(asha)
    rao = town.person("Rao")
    await rao.signs_in(RAO)
    await acts(rao, [("/appointments", "1 of 4"), ("@25 May", "4 of 4")])
    await acts(rao, [("« My appointments", "3 of 4"), ("@18 May", "3 of 4")])
    await rao.talks(
        [
            ("«Cancel appointment»", "Which visits"),
            ("«This and the rest (2)»", "What should I tell"),
            ("I am on leave", "Cancel these 2 visits"),
            ("«Yes, cancel it»", "2 visits of the series cancelled"),
        ]
    )
    mail = await mail_to(town, ASHA, "Cancelled: Dr Meera Rao, 2 visits from Tue 18 May")
    assert "I am on leave" in mail.text
    assert len(events_in(mail)) == 2


async def test_what_somebody_else_moves_is_an_exception_in_the_calendar(asha: Person, town: Town) -> None:
    await _booked(asha)
    await acts(asha, [("/appointments", "4 of 4"), ("@11 May", "2 of 4")])
    await asha.talks([("«Move»", "Which visits"), ("«This one»", "Which day?"), ("thu 13 may", "Which time")])
    await asha.talks([("9:30", "Move the appointment?"), ("«Confirm»", "Appointment moved")])
    (one,) = events_in(await mail_to(town, RAO, "Moved: Asha Patel, Thu 13 May"))
    assert one["RECURRENCE-ID"].dt.astimezone(UTC) == FIRST + WEEK
    assert one["UID"].startswith("series.")


async def test_the_whole_series_is_one_file_for_calendars(asha: Person, town: Town) -> None:
    await _booked(asha)
    await acts(asha, [("/appointments", "4 of 4"), ("@11 May", "2 of 4"), ("«Cancel appointment»", "Which")])
    await acts(asha, [("«This one»", "Cancel this"), ("«Yes, cancel it»", "Appointment cancelled")])
    await mail_to(town, RAO, "Cancelled")
    await acts(
        asha, [("/appointments", "4 of 4"), ("@18 May", "3 of 4"), ("«Add to calendar»", "Open the file")]
    )
    (content,) = asha.files.values()
    whole: Any = Calendar.from_ical(content)
    (event,) = whole.walk("VEVENT")
    assert (event["RRULE"].to_ical(), event["SEQUENCE"]) == (b"FREQ=WEEKLY;COUNT=4", 1)
    assert [at.dt.astimezone(UTC) for at in event["EXDATE"].dts] == [FIRST + WEEK]


async def test_back_from_the_card_lets_go_and_one_visit_can_be_booked_still(asha: Person, town: Town) -> None:
    await to_summary(asha)
    await acts(
        asha, [("«Make it a series»", "How often"), ("«Every 2 weeks»", "How many"), ("«5»", "5 visits")]
    )
    held = town.storage.series_visits._appointments
    assert await held.count_documents({"series_id": {"$gt": ""}}) == 5
    await acts(
        asha, [("«Back»", "How many visits"), ("«Back»", "How often"), ("«Back»", "Book this appointment")]
    )
    assert await held.count_documents({"series_id": {"$gt": ""}}) == 0
    await acts(asha, [("«Confirm»", "Appointment booked")])


async def test_the_desk_books_a_series_for_a_patient(asha: Person, town: Town) -> None:
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await acts(
        nora,
        [
            ("/book", "Who is it for"),
            ("@Asha", "What kind of doctor"),
            ("Rao", "Which day"),
            ("4 may 2027 10:30", "reason"),
            ("«Skip»", "Book this"),
            ("«Make it a series»", "A series of visits\n🙂 Asha Patel"),
            ("every other week, 3", "3 visits"),
            ("«Confirm»", "Booked for Asha Patel"),
        ],
    )
    mail = await mail_to(town, ASHA, "Booked: Dr Meera Rao, 3 visits")
    assert "By: the clinic" in mail.text
    await asha.talks([("/appointments", "3 of 3")])


async def test_a_gap_at_the_horizon_is_left_out_and_at_least_two_visits_are_a_series(
    asha: Person, town: Town
) -> None:
    rao = await doctor_of(town)
    hours = {"$set": {"horizon_days": 10}}
    stored = await town.storage.schedules.of_doctor(rao)
    assert stored is not None
    await town.storage.schedules.put(rao, stored)
    await town.storage.schedules._schedules.update_one({"_id": rao}, hours)
    await to_summary(asha)
    await asha.talks([("«Make it a series»", "How often"), ("every 4 weeks, 3 times", "left out")])
    assert "too far ahead to book" in asha.last
    assert "A series has at least 2 visits" in asha.last
    assert not any("Confirm" in label for label in asha.buttons)
