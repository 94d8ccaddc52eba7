"""/stats: the clinic's figures as a picture with words under it."""

from datetime import UTC, datetime, timedelta

from bot.demo.bot_api.files import image_size
from services.models.appointments import Appointment, AppointmentId, AppointmentStatus
from services.models.notifications import Event, EventKind
from services.models.people import Role, UserId
from services.models.slots import Slot
from tests.town import Person, Town
from tests.turning import MONDAY

# Wednesday the week before: the clock stands on Monday, 3 May 2027.
BEFORE = datetime(2027, 4, 28, 10, tzinfo=UTC)


async def _admin(town: Town) -> Person:
    return await town.signed_in("Nora", "nora@example.org", Role.ADMIN)


async def _stored(
    town: Town, doctor: UserId, status: AppointmentStatus, start: datetime, number: int
) -> None:
    appointment_id, patient = AppointmentId(f"{number:024x}"), UserId(f"patient{number}")
    slot = Slot(start, start + timedelta(minutes=30))
    event = Event(f"{appointment_id}.booked", EventKind.BOOKED, (), {})
    found = Appointment(appointment_id, doctor, patient, slot, status)
    await town.storage.appointments.add(found, event, start - timedelta(days=3))


async def _busy(town: Town, name: str = "Meera Rao") -> None:
    """Let a doctor have had a week with one appointment of each kind, and one the month before."""
    doctor = await town.account(name, "rao@example.org", Role.DOCTOR, "Cardiology")
    ended = (AppointmentStatus.FULFILLED, AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)
    for number, status in enumerate(ended):
        await _stored(town, doctor.id, status, BEFORE + number * timedelta(hours=1), number)
    await _stored(town, doctor.id, AppointmentStatus.FULFILLED, BEFORE - timedelta(days=20), 9)


async def test_the_figures_come_as_a_picture_with_words_under_it(town: Town) -> None:
    await _busy(town)
    admin = await _admin(town)
    said = await admin.says("/stats")
    assert "Sun 4 Apr 2027 – Mon 3 May 2027" in said
    assert "4 appointments: 2 (50%) seen or booked, 1 (25%) cancelled, 1 (25%) did not come" in said
    assert "Most on Wed 28 Apr 2027: 3" in said
    assert "Booked ahead: 3 days (median)" in said
    assert "Dr Meera Rao: 4" in said
    (picture,) = admin.pictures
    assert (image_size(picture) or (0, 0))[0] == 1080
    assert list(admin.buttons) == ["7 days", "· 30 days ·", "90 days"]


async def test_use_is_told_in_hours_of_the_offered_ones(town: Town) -> None:
    await _busy(town)
    admin = await _admin(town)
    await admin.says("/stats")
    # From Wednesday to Monday there are four working days of eight hours.
    assert "Offered time in use: 3% (1 of 32 hours, by today's working hours)" in await admin.taps("7 days")


async def test_another_period_takes_the_place_of_the_picture(town: Town) -> None:
    await _busy(town)
    admin = await _admin(town)
    await admin.says("/stats")
    first = admin.pictures
    assert "3 appointments" in await admin.taps("7 days")
    assert len(admin.pictures) == 1
    assert admin.pictures != first
    assert "4 appointments" in await admin.taps("90 days")
    assert len(admin.pictures) == 1
    assert len([message for message in admin.messages if "stats:7" in str(message)]) == 1


async def test_an_empty_clinic_gets_a_kind_sentence_and_no_picture(town: Town) -> None:
    admin = await _admin(town)
    assert "no appointments in the last 30 days yet" in await admin.says("/stats")
    assert "no appointments in the last 90 days yet" in await admin.taps("90 days")
    assert admin.pictures == []
    assert len([message for message in admin.messages if "stats:7" in str(message)]) == 1


async def test_an_empty_week_leads_on_to_a_fuller_month_and_back(town: Town) -> None:
    doctor = await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await _stored(town, doctor.id, AppointmentStatus.BOOKED, MONDAY - timedelta(days=20), 1)
    admin = await _admin(town)
    await admin.talks([("/stats", "1 appointment"), ("«7 days»", "in the last 7 days yet")])
    assert admin.pictures == []
    assert "1 appointment" in await admin.taps("30 days")


async def test_whatever_a_doctor_is_called_the_words_hold_and_fit(town: Town) -> None:
    await _busy(town, "<b>Zoë</b> & $x_{$ 山田 " + "Ж" * 50)
    admin = await _admin(town)
    said = await admin.says("/stats")
    assert "Dr <b>Zoë</b> & $x_{$ 山田" in said
    assert "…: 4" in said
    assert len(admin.pictures) == 1


async def test_the_period_can_be_typed(town: Town) -> None:
    await _busy(town)
    admin = await _admin(town)
    assert "Tue 27 Apr 2027 – Mon 3 May 2027" in await admin.says("/stats 7")
    assert "3 Feb 2027 – Mon 3 May 2027" in await admin.says("/stats last 90 days")
    for typed in ("31", "all"):
        assert "Sun 4 Apr 2027 – Mon 3 May 2027" in await admin.says(f"/stats {typed}")
        said = [m["text"] for m in admin.messages if "text" in m]
        assert said[-1] == "I have statistics for the last 7, 30 or 90 days. Here are the last 30:"


async def test_a_forged_period_is_none(town: Town) -> None:
    admin = await _admin(town)
    await admin.says("/stats")
    assert "7, 30 or 90 days" in await admin.taps_raw(admin.last_id, "stats:100000")
    assert "old" in await admin.taps_raw(admin.last_id, "stats:x")
