"""/kinds: an admin makes kinds of visit in two messages, and doctors offer them in two."""

import pytest

from services.models.catalogue import AnswerType, ForPatients, Price, Video, VisitKind
from services.models.people import Role
from tests.town import Person, Town

LINE = "First visit, 45 min, buffer 5, 80 EUR"


@pytest.fixture
async def vera(town: Town) -> Person:
    """An admin."""
    return await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)


async def _rao(town: Town) -> Person:
    return await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")


async def _kinds(town: Town) -> list[VisitKind]:
    return list((await town.storage.catalogue.all()).kinds.values())


async def _offered(town: Town) -> list[str]:
    (rao,) = (await town.storage.user_search.doctors(None, 0, 9)).items
    schedule = await town.assembly.clinic.schedules.of_doctor(rao.id)
    return [kind.name for kind in schedule.kinds]


async def test_a_kind_is_made_in_two_messages_and_its_name_is_given_once(vera: Person) -> None:
    await vera.talks(
        [
            (f"/kinds {LINE}", "⏱ 45 minutes, then 5 minutes free\n💳 €80.00"),
            ("«Save»", "Saved: First visit · 45 minutes · €80.00"),
            ("«Kinds of visit»", "Kinds of visit: 1\n• First visit · 45 minutes · €80.00"),
            (LINE, "There is “First visit” already."),
            ("first visit", "Tap what you'd like to change on this kind of visit."),
        ]
    )
    (kind,) = await _kinds(vera.town)
    assert (kind.name, kind.minutes, kind.buffer_minutes) == ("First visit", 45, 5)
    assert kind.price == Price(8000, "EUR")


async def test_each_setting_has_a_button_and_is_saved_at_once_on_a_card_that_is_stored(vera: Person) -> None:
    await vera.talks(
        [
            ("/kinds", "There are none yet"),
            ("Scan, 30 min", "Not saved yet"),
            ("«Where: as the doctor»", "In the clinic"),
            ("«Save»", "Saved: Scan"),
            ("«Kinds of visit»", "Kinds of visit: 1"),
            ("«Scan»", "No price is shown"),
            ("«Length»", "How many minutes does it take?"),
            ("«20 minutes»", "⏱ 20 minutes"),
            ("«Buffer»", "after it?"),
            ("10", "then 10 minutes free"),
            ("«Price»", "nothing is charged"),
            ("forty euros", "Please type the price as a number with its currency"),
            ("45,50 EUR", "€45.50"),
            ("«For: all patients»", "For new patients only"),
            ("«Booked by»", "booked by the desk only"),
            ("«For follow-ups: no»", "Proposed for follow-ups"),
            ("«Preparation»", "like “Please come without having eaten.”"),
            ("Please come with a full bladder.", "📌 Please come with a full bladder."),
            ("«Needs»", "Which room or device"),
            ("ultrasound", "Needs: ultrasound. ⚠️ There is none in /rooms, so nobody can book it yet"),
            ("«In a series»", "At most 12"),
            ("13", "A series has up to 12 visits"),
            ("«At most 6»", "In a series: at most 6"),
            ("«Notice»", "How long before"),
            ("2 days", "at least 2 days before"),
            ("«Ahead»", "How many days ahead"),
            ("«90 days»", "up to 90 days ahead"),
            ("buffer 5, by video", "then 5 minutes free"),
            ("blue", "I don't understand “blue”"),
        ]
    )
    (kind,) = await _kinds(vera.town)
    assert (kind.minutes, kind.buffer_minutes, kind.price) == (20, 5, Price(4550, "EUR"))
    assert (kind.video, kind.for_patients) == (Video.ONLY, ForPatients.NEW)
    assert (kind.desk_only, kind.for_follow_ups, kind.group, kind.in_series) == (True, True, "ultrasound", 6)
    assert kind.lead_time is not None
    assert kind.horizon is not None
    assert (kind.lead_time.days, kind.horizon.days) == (2, 90)
    assert kind.preparation == "Please come with a full bladder."


async def test_questions_before_the_visit_are_typed_each_in_a_line(vera: Person) -> None:
    await vera.talks(
        [
            ("/kinds Scan, 30 min", "Not saved yet"),
            ("«Questions before: none»", "Patients are asked nothing."),
            ("What do you take?", "1. What do you take?"),
            ("Are you pregnant? yes/no", "2. Are you pregnant? (yes/no)"),
            ("Which side? left, right", "3. Which side? (left, right)"),
            ("Which? left", "A question has 2 to 8 different choices"),
            ("«Remove 1»", "1. Are you pregnant?"),
            ("A?", "3. A?"),
            ("B?", "4. B?"),
            ("C?", "5. C?"),
            ("D?", "A kind of visit has up to 5 questions"),
            ("«Back»", "❓ Which side? (left, right)"),
            ("«Save»", "Saved: Scan"),
        ]
    )
    (kind,) = await _kinds(vera.town)
    assert [each.answered_by for each in kind.questions[:2]] == [AnswerType.YES_NO, AnswerType.CHOICE]
    assert kind.questions[1].choices == ("left", "right")


async def test_wrong_lines_get_one_sentence_that_says_what_would_be_right(vera: Person) -> None:
    await vera.talks(
        [
            ("/kinds", "There are none yet"),
            ("First visit", "How long does it take? Please type it too, like “First visit, 45 min”."),
            ("First visit, 42 min", "A visit takes 5 to 480 minutes, in steps of five"),
            ("First visit, 9 hours", "A visit takes 5 to 480 minutes"),
            ("First visit, 45 min, forty euros", "like “80 EUR” or “€45.50”, or “free”."),
            ("First visit, 45 min, 80", "like “80 EUR” or “€45.50”, or “free”."),
            ("First visit, 45 min, buffer 3", "A buffer can be up to 120 minutes"),
            (f"{'x' * 41}, 45 min", "Please type the name in 1 to 40 characters."),
            ("First visit, 45 min, tomorrow", "I don't understand “tomorrow”."),
        ]
    )


async def test_what_is_retired_can_be_brought_back(vera: Person) -> None:
    await vera.talks(
        [
            (f"/kinds {LINE}", "Not saved yet"),
            ("«Save»", "Saved"),
            ("/kinds", "Kinds of visit: 1"),
            ("«First visit»", "Tap what you'd like to change"),
            ("«Retire»", "What is booked of it stays, and nobody can book more of it."),
            ("«Back»", "Tap what you'd like to change"),
            ("«Retire»", "Retire “First visit”?"),
            ("«Yes, retire it»", "Retired: nothing new is booked of it."),
            ("«Bring back»", "Tap what you'd like to change"),
        ]
    )
    assert [kind.is_retired for kind in await _kinds(vera.town)] == [False]


async def test_a_doctor_offers_kinds_in_two_messages_and_the_first_is_the_default(vera: Person) -> None:
    rao = await _rao(vera.town)
    assert "The clinic has no kinds of visit yet" in await rao.says("/kinds")
    for line in (LINE, "Check, 10 min"):
        await vera.talks([(f"/kinds {line}", "Not saved yet"), ("«Save»", "Saved")])
    await rao.talks(
        [
            ("/kinds", "You offer none, so each visit takes one slot of 30 minutes."),
            ("«Check»", "1. Check · 10 minutes\nThey begin every 15 minutes."),
            ("«First visit»", "2. First visit · 45 minutes"),
            ("«✅ 1. Check»", "1. First visit · 45 minutes"),
            ("Check; First visit", "1. Check · 10 minutes\n2. First visit"),
            ("Massage", "I couldn't find that."),
            ("«Begin every: 15 minutes»", "From 5 to 60."),
            ("7", "Visits can begin every 5 to 60 minutes, in steps of five"),
            ("«10 minutes»", "They begin every 10 minutes."),
            ("«✖ Leave»", "Everything you've chosen so far is saved."),
        ]
    )
    assert await _offered(vera.town) == ["Check", "First visit"]


async def test_a_kind_longer_than_the_day_is_refused(vera: Person) -> None:
    rao = await _rao(vera.town)
    await vera.talks([("/kinds Operation, 8 h", "Not saved yet"), ("«Save»", "Saved")])
    await rao.talks(
        [
            ("/hours Mon-Fri 9-12", "Mon"),
            ("«Preview»", "Preview"),
            ("«Save»", "saved"),
            ("/kinds", "You offer none"),
            ("«Operation»", "“Operation” takes 8 hours, and the longest working hours are 3 hours."),
        ]
    )
    assert await _offered(vera.town) == [""]


async def test_an_admin_changes_what_a_doctor_offers_from_the_account_and_the_doctor_is_told(
    vera: Person,
) -> None:
    rao = await _rao(vera.town)
    await vera.talks([("/kinds Check, 10 min", "Not saved yet"), ("«Save»", "Saved")])
    await vera.talks(
        [
            ("/users rao", "rao@example.org"),
            ("«Meera Rao»", "Cardiology"),
            ("«Kinds of visit»", "Kinds of visit of Dr Meera Rao"),
            ("«Check»", "The doctor offers, the first by default:\n1. Check"),
        ]
    )
    assert "the kinds of visit that you offer were changed" in await rao.hears("kinds of visit")
    assert "Vera Lind changed which kinds of visit Meera Rao offers." in await vera.says("/audit rao")
