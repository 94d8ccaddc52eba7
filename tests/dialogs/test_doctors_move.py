"""A doctor moves an appointment in the chat; the patient hears of it, and answers at a tap."""

import pytest

from bot.routes import BY_NAME, DIALOGS
from tests.dialogs.test_schedule import TUESDAY_TEN, booked, two_people
from tests.town import Person, Town


async def _moved(town: Town) -> Person:
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN, reason="a cough")
    await doctor.talks(
        [
            ("/appointments asha", "Asha Patel"),
            ("«4 May»", "a cough"),
            ("«Move»", "🔁 Move an appointment\n🙂 Asha Patel\n👩‍⚕️ Dr Meera Rao, Cardiology"),
            ("2027-05-02", "is over"),
            ("5 May 11:30", "➡️ New: Wed 5 May 2027, 11:30 AM"),
            ("x" * 301, "300 characters"),
            ("I am in <theatre>", "To the patient: I am in <theatre>"),
        ]
    )
    assert "I'll tell the patient right away. They can choose another time or cancel" in doctor.last
    await doctor.talks([("yes", "🔁 Appointment moved\nPatient: Asha Patel\nWhen: Wed 5 May 2027, 11:30 AM")])
    assert "Told the patient: I am in <theatre>" in doctor.last
    heard = await asha.hears("🔁 Appointment moved")
    assert "By: Dr Meera Rao" in heard
    assert "Note: I am in <theatre>" in heard
    assert "Before: Tue 4 May 2027, 10:00 AM" in heard
    return asha


async def test_a_doctor_moves_an_appointment_and_the_patient_takes_another_time(town: Town) -> None:
    asha = await _moved(town)
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Moved" in m.subject)
    assert "Note: I am in <theatre>" in mail.text
    await asha.talks([("«Another time»", "Which day?"), ("6 May 10:00", "Move the appointment?")])
    await asha.talks(
        [("«Confirm»", "When: Thu 6 May 2027, 10:00 AM"), ("«Open the appointment»", "Thu 6 May")]
    )
    assert "theatre" not in asha.last


async def test_the_patient_says_that_it_suits_or_cancels(town: Town) -> None:
    asha = await _moved(town)
    await asha.talks([("«That suits me»", "See you on Wed 5 May 2027, 11:30 AM")])
    await asha.talks(
        [("«Open the appointment»", "✉️ I am in <theatre>"), ("«Cancel appointment»", "Cancel Dr Meera Rao")]
    )
    await asha.talks([("«Yes, cancel it»", "Appointment cancelled\nWith: Dr Meera Rao")])


def test_no_dialog_is_called_what_another_command_is_called() -> None:
    borrowed = [dialog.command for dialog in DIALOGS if dialog.command in BY_NAME]
    assert [name for name in borrowed if BY_NAME[name].act not in DIALOGS] == []


@pytest.mark.parametrize("name", ["reschedule", "appointments"])
async def test_the_button_that_leaves_a_dialog_for_the_move_works_by_either_name(
    town: Town, name: str
) -> None:
    """Cards that an older version has sent call the move by the name of a command."""
    doctor, asha = await two_people(town)
    await booked(town, asha, doctor, TUESDAY_TEN)
    await doctor.talks([("/hours", ""), ("«Mon»", "work?"), ("9-12", "Not saved yet")])
    await doctor.talks(
        [("/appointments asha", "Asha Patel"), ("«4 May»", "booked"), ("«Move»", "isn't finished")]
    )
    data = next(data for data in doctor.buttons.values() if data.startswith("instead:"))
    _, mark, revision = data.partition("~")
    assert "Which day?" in await doctor.taps_raw(doctor.last_id, f"instead:{name}{mark}{revision}")
