"""/places and /rooms, and where hours and time off are: asked only where there are several places."""

from datetime import timedelta

import pytest

from services.models.appointments import AppointmentId, AppointmentStatus
from services.models.people import Role
from services.models.scheduling import Weekday
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.town import Person, Town

HOUR = timedelta(hours=1)


@pytest.fixture
async def vera(town: Town) -> Person:
    """An admin."""
    return await town.signed_in("Vera Lind", "vera@example.org", Role.ADMIN)


async def _two_places(vera: Person) -> None:
    for line in ("Harbour Street, 12 Harbour Street, +44 117 496 0123", "Hospital"):
        await vera.talks([(f"/places {line}", "Not saved yet"), ("«Save»", "Saved")])


async def _at(town: Town, day: Weekday) -> list[str]:
    catalogue = await town.storage.catalogue.all()
    (rao,) = (await town.storage.user_search.doctors(None, 0, 9)).items
    schedule = await town.assembly.clinic.schedules.of_doctor(rao.id)
    return [catalogue.places[each.place].name if each.place else "" for each in schedule.weekly[day]]


async def _status(town: Town, appointment_id: AppointmentId) -> AppointmentStatus | None:
    found = await town.storage.appointments.by_id(appointment_id)
    return found.status if found else None


async def test_a_place_is_made_in_two_messages_and_changed_on_its_card(vera: Person) -> None:
    await vera.talks(
        [
            ("/places", "There are none yet."),
            (
                "Harbour Street, 12 Harbour Street, 12345 Bristol, +44 117 496 0123",
                "🏠 12 Harbour Street, 12345",
            ),
            ("«Save»", "Saved: Harbour Street"),
            ("«Places»", "Places: 1"),
            ("«Harbour Street»", "☎️ +44 117 496 0123"),
            ("«Telephone»", "What is the telephone number there?"),
            ("by post", "That doesn't look like a telephone number."),
            ("«None»", "No telephone number"),
            ("«How to get there»", "How do patients get there?"),
            ("Tram 5 to Harbour", "🚌 Tram 5 to Harbour"),
            ("«Name»", "What is it called?"),
            ("Harbour", "📍 Harbour"),
            ("«Retire»", "Hours there offer no more times"),
            ("«Yes, retire it»", "Retired"),
        ]
    )


async def test_hours_are_typed_with_their_places_or_asked_for(vera: Person) -> None:
    town = vera.town
    rao, _ = await two_people(town)
    await _two_places(vera)
    await rao.talks(
        [
            ("/hours", "Hours without a place are offered to patients who choose no place."),
            ("Mon-Thu 9-13 Harbour Street, 14-17 Hospital", "01:00 PM Harbour Street, 02:00 PM"),
            ("Fri 9-12 harbor", "The clinic works at Harbour Street and Hospital."),
            ("Fri 9-12", "At which place do you work then?"),
            ("nowhere", "I couldn't find that."),
            ("«Hospital»", "Fri  09:00 AM – 12:00 PM Hospital"),
            ("«Tue»", "Say where, like “9-12 Harbour Street, 13-17 Hospital”."),
            ("10-12 at harbour", "Tue  10:00 AM – 12:00 PM Harbour Street"),
            ("«Thu»", "When do you work?"),
            ("9-10 Hospital", "Thu  09:00 AM – 10:00 AM Hospital"),
            ("«Thu»", "When do you work?"),
            ("«Same as Monday»", "Thu  09:00 AM – 01:00 PM Harbour Street"),
            ("«Preview»", "Preview"),
            ("«Save»", "saved"),
        ]
    )
    assert await _at(town, Weekday.MONDAY) == ["Harbour Street", "Hospital"]
    assert await _at(town, Weekday.TUESDAY) == ["Harbour Street"]
    assert await _at(town, Weekday.THURSDAY) == ["Harbour Street", "Hospital"]
    assert await _at(town, Weekday.FRIDAY) == ["Hospital"]
    await rao.talks(
        [
            ("/hours 24 Dec 9-12", "At which place"),
            ("«Harbour»", "09:00 AM – 12:00 PM Harbour Street"),
            ("«Save»", "Saved for"),
            ("/hours 25 Dec 9-12 Hospital", "09:00 AM – 12:00 PM Hospital"),
            ("«Save»", "Saved for"),
            ("/schedule 4 May", "📍 10:00 AM – 12:00 PM Harbour Street"),
        ]
    )


async def test_a_clinic_of_one_place_asks_nobody_where(vera: Person) -> None:
    rao, _ = await two_people(vera.town)
    await vera.talks([("/places Harbour Street", "Not saved yet"), ("«Save»", "Saved")])
    await rao.talks([("/hours Mon 9-12", "Mon  09:00 AM – 12:00 PM\n"), ("«Preview»", "Preview")])
    await rao.talks([("«Save»", "saved"), ("/timeoff 4 May to 6 May", "Nothing is booked then.")])
    assert "📍" not in await rao.says("/schedule 4 May")


async def test_time_off_at_one_place_cancels_only_there(vera: Person) -> None:
    town = vera.town
    rao, asha = await two_people(town)
    await _two_places(vera)
    await rao.talks(
        [
            ("/hours Mon-Fri 9-13 Harbour Street, 14-17 Hospital", "Hospital"),
            ("«Preview»", "Preview"),
            ("«Save»", "saved"),
        ]
    )
    there, elsewhere = [
        await booked(town, asha, rao, start) for start in (TUESDAY_TEN, TUESDAY_TEN + 5 * HOUR)
    ]
    await rao.talks(
        [
            ("/timeoff 4 May to 5 May", "Is that everywhere, or only at one place?"),
            ("«Harbour Street»", "at Harbour Street only\n\n1 appointment is booked then"),
            ("«Skip»", "This appointment will be cancelled when you save"),
            ("«Save»", "Your time off is saved: Tue 4 May 2027 – Wed 5 May 2027, at Harbour Street only."),
            ("/timeoff", "at Harbour Street only"),
            ("6 May 9-12 Hospital", "at Hospital only\n\nNothing is booked then."),
            ("«Back»", "The whole day, or part of it?"),
            ("/timeoff 7 May to 8 May", "Is that everywhere"),
            ("«Everywhere»", "Nothing is booked then."),
            ("«Save»", "Sat 8 May 2027. Nothing"),
        ]
    )
    assert await _status(town, there) is AppointmentStatus.CANCELLED
    assert await _status(town, elsewhere) is AppointmentStatus.BOOKED


async def test_a_doctor_and_an_admin_are_told_of_hours_at_a_retired_place(vera: Person) -> None:
    rao, _ = await two_people(vera.town)
    await _two_places(vera)
    await rao.talks(
        [("/hours Mon-Fri 9-13 Harbour", "Harbour"), ("«Preview»", "Preview"), ("«Save»", "saved")]
    )
    await vera.talks([("/places", "Places: 2"), ("«Harbour Street»", "Harbour"), ("«Retire»", "Retire")])
    await vera.taps("Yes, retire it")
    warning = "The clinic doesn't work at Harbour Street any more, so hours there offer no times."
    assert warning in await rao.says("/hours")
    await vera.talks([("/users rao", "rao"), ("«Meera Rao»", warning), ("«Hours»", warning)])


async def test_rooms_are_kept_and_one_out_of_order_is_treated_as_time_off(vera: Person) -> None:
    town = vera.town
    rao, asha = await two_people(town)
    for line in (
        "/rooms Ultrasound 1",
        "/rooms Ultrasound 2, ultrasound",
        "/kinds Scan, 30 min, needs ultrasound",
    ):
        await vera.talks([(line, "Not saved yet"), ("«Save»", "Saved")])
    await rao.talks([("/kinds", "You offer none"), ("«Scan»", "1. Scan")])
    first = await booked(town, asha, rao, TUESDAY_TEN)
    await vera.talks(
        [
            ("/rooms", "Rooms and equipment: 2"),
            ("«Ultrasound 1»", "Needed for: Scan"),
            ("«Out of order»", "It is in order."),
            ("4 May to 5 May", "Dr Meera Rao: moves to Ultrasound 2"),
            ("«Save, move 1»", "1 appointment is in another room of the group now."),
            ("«Rooms»", "Rooms and equipment: 2"),
            ("«Ultrasound 2»", "Needed for: Scan"),
            ("«Out of order»", "It is in order."),
            ("«4»", "Until which day?"),
            ("«Only Tue 4 May»", "The whole day, or part of it?"),
            ("«The whole day»", "Dr Meera Rao: is cancelled"),
            ("«Save, cancel 1»", "1 appointment is cancelled."),
        ]
    )
    heard = await asha.hears("Appointment cancelled")
    assert "Why: Ultrasound 2 is out of order." in heard
    assert "Why: Ultrasound 2 is out of order." in await rao.hears("Appointment cancelled")
    assert await _status(town, first) is AppointmentStatus.CANCELLED
    await vera.talks(
        [
            ("«Out of order»", "1 coming up:\n• Tue 4 May 2027"),
            ("«In order again 4 May»", "Is it in order again?"),
            ("«Yes, in order again»", "Ultrasound 2 is in order again: Tue 4 May 2027."),
        ]
    )
    said = await vera.says("/audit")
    assert "Vera Lind noted that Ultrasound 2 is in order again" in said
