"""The whole story over HTTP: register, book, see, cancel, and the mails."""

from services.models.people import Role
from tests.town import PASSWORD, Town


async def test_a_patient_registers_books_sees_and_cancels(town: Town) -> None:
    doctor = await town.signed_in("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    asha = town.person("Asha")
    await asha.talks(
        [
            ("/start", "Book a doctor's appointment here"),
            ("/register", "full name"),
            ("Asha Patel", "email address"),
            ("asha@example.org", "password"),
            (PASSWORD, "patient, a doctor or an admin"),
            ("«Patient»", "gender"),
            ("«Female»", "Is this right?"),
            ("«Save»", "account is ready, and you are signed in"),
            ("/book", "What kind of doctor"),
            ("«Cardiology»", "Who would you like"),
            ("«Rao»", "Which day?"),
            ("«4»", "Which time?"),
            ("«10:30 AM»", "reason for your visit"),
            ("It flutters", "Book this appointment?"),
        ]
    )
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")
    heard = await doctor.hears("Appointment booked")
    assert "Asha Patel" in heard
    assert "It flutters" in heard
    mail = await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Booked" in m.subject)
    assert "Dr Meera Rao" in mail.text
    assert "Tue 4 May 2027, 10:30 AM" in mail.text
    await town.mailbox.wait_for(lambda m: m.to == ("rao@example.org",))
    await asha.talks([("/appointments", "1 appointment"), ("«4 May, 10:30 AM»", "It flutters")])
    await asha.talks([("«Cancel appointment»", "Cancel Dr Meera Rao, Tue 4 May 2027, 10:30 AM")])
    await asha.taps("Yes, cancel it")
    await doctor.hears("Appointment cancelled")
    await town.mailbox.wait_for(lambda m: m.to == ("asha@example.org",) and "Cancelled" in m.subject)
