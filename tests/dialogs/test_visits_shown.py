"""Where the kind of a visit, its place and its room are said: cards, lists, emails, calendars, days."""

from datetime import timedelta
from typing import Any, cast

from icalendar import Calendar

from services.models.people import Role
from tests.catalogue import CHECK, DEVICE, HARBOUR, ULTRASOUND, offers, works_at
from tests.dialogs.test_invites import _invited, _mail
from tests.town import Person, Town
from tests.turning import MONDAY, TurnableClock

DIRECTIONS = "How to get there: Bus 12 to the harbour, second floor."
PREPARATION = "Please come without having eaten."
PLACE = "Harbour Street, Harbour Street 5, Berlin"


async def _booked(town: Town) -> tuple[Person, Person]:
    """Book an ultrasound in Harbour Street; return the patient and the doctor."""
    user = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    doctor = town.person("Meera Rao")
    await doctor.signs_in("rao@example.org")
    await works_at(town.storage, user.id, HARBOUR)
    await town.storage.catalogue.put(DEVICE)
    await offers(town.storage, user.id, ULTRASOUND, CHECK)
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await asha.says("/book Rao ultrasound 2027-05-04 10:30")
    await asha.taps("Skip")
    await asha.taps("Confirm")
    return asha, doctor


async def test_the_confirmation_says_what_where_and_what_to_do_before(town: Town) -> None:
    asha, doctor = await _booked(town)
    for line in ("Visit: Ultrasound", f"Where: {PLACE}", DIRECTIONS, f"Please note: {PREPARATION}"):
        assert line in asha.last
    mail = await _mail(town, "asha@example.org", "Booked")
    for said in ("Ultrasound", PLACE, "Bus 12 to the harbour", PREPARATION, "+49 30 5550100"):
        assert said in mail.text
        assert said in mail.html
    assert "Ultrasound" not in mail.subject
    _, event = _invited(mail)
    assert event["LOCATION"] == PLACE
    assert PREPARATION in event["DESCRIPTION"]
    assert "Phone: +49 30 5550100" in event["DESCRIPTION"]
    told = await doctor.hears("Appointment booked")
    assert "Visit: Ultrasound" in told
    assert "Where: Harbour Street" in told
    assert PREPARATION not in told


async def test_cards_and_lists_say_it_to_everybody_who_sees_them(town: Town) -> None:
    asha, doctor = await _booked(town)
    assert "Dr Meera Rao · Ultrasound · Harbour Street · Ultrasound 1" in await asha.says("/appointments")
    card = await asha.taps(asha.label("4 May"))
    for line in ("🩺 Ultrasound", f"ℹ️ {PREPARATION}", f"📍 {PLACE}", "🧭 Bus 12", "☎️ +49", "🚪 Ultrasound 1"):
        assert line in card
    await doctor.hears("Appointment booked")
    assert "Asha Patel • booked · Ultrasound · Harbour Street" in await doctor.says("/schedule 2027-05-04")
    await doctor.taps(doctor.label("Picture"))
    assert doctor.pictures
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.RECEPTIONIST)
    assert "(booked) · Ultrasound · Harbour Street · Ultrasound 1" in await nora.says(
        "/appointments 2027-05-04"
    )
    card = await nora.taps(nora.label("Asha"))
    for line in ("🩺 Ultrasound", f"📍 {PLACE}", "🚪 Ultrasound 1"):
        assert line in card


async def test_reminders_digests_and_feeds_say_it(town: Town, clock: TurnableClock) -> None:
    asha, doctor = await _booked(town)
    await town.assembly.clinic.periodic.run()
    clock.turn_to(MONDAY + timedelta(hours=27, minutes=35))
    since = doctor.last_id
    await town.assembly.clinic.periodic.run()
    assert "Asha Patel · Ultrasound · Harbour Street" in await doctor.hears("1 appointment", since=since)
    reminder = await asha.hears("⏰ T")
    for line in ("Visit: Ultrasound", f"Where: {PLACE}", DIRECTIONS, "Room: Ultrasound 1", PREPARATION):
        assert line in reminder
    await asha.says("/appointments")
    await asha.taps(asha.label("4 May"))
    await asha.taps("📅 Add to calendar")
    (file,) = asha.files.values()
    (event,) = cast("Any", Calendar.from_ical(file)).events
    assert event["LOCATION"] == PLACE
    assert PREPARATION in event["DESCRIPTION"]
