"""One piece of news, and each of its readers has it in their own language: chat, email, calendar."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from bot.demo.mailbox import CaughtMail
from bot.localization.isolates import FSI, PDI, without_isolates
from services.models.people import Role
from tests.localization.made_catalogues import say_instead
from tests.town import Person, Town

ASHA, RAO, NORA = "asha@example.org", "rao@example.org", "nora@example.org"
GERMAN = {
    "✅ Appointment booked": "✅ Termin gebucht",
    "Moved": "Verschoben",
    "🔁 Appointment moved": "🔁 Termin verschoben",
    "See your day: /schedule{in_the_chat}": "Ihr Tag: /schedule{in_the_chat}",
    "in the chat": "im Chat",
    "Appointment: {whom}": "Termin: {whom}",
    "📋 Open the appointment": "📋 Termin öffnen",
    "Your code for {clinic}": "Ihr Code für {clinic}",
    "📣 A message from {clinic}": "📣 Eine Nachricht von {clinic}",
    "✅ Done: the announcement to everybody": "✅ Fertig: die Mitteilung an alle",
}
ARABIC = {
    "Moved": "نُقل الموعد",
    "🔁 Appointment moved": "🔁 نُقل موعدك",
    "When": "الوقت",
    "With": "مع",
    "You can move or cancel it in /appointments{in_the_chat}.": "يمكنك تغييره في /appointments{in_the_chat}.",
    "You can move or cancel it in /appointments{in_the_chat} until {until}. After that, please {call}.": (
        "يمكنك تغييره في /appointments{in_the_chat} حتى {until}. {call}"
    ),
    "in the chat": "في المحادثة",
    "Appointment: {whom}": "موعد: {whom}",
}


@pytest.fixture(autouse=True)
def _catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    say_instead(monkeypatch, "de", GERMAN)
    say_instead(monkeypatch, "ar", ARABIC)


async def _reads(town: Town, email: str, code: str) -> None:
    found = await town.storage.users.credentials(email)
    assert found is not None
    await town.storage.users.change(found.user.id, {"language": code})


async def _booked(town: Town) -> tuple[Person, Person, Person]:
    """Return a patient, her doctor, with whom she has an appointment, and an admin."""
    doctor = await town.signed_in("Meera Rao", RAO, Role.DOCTOR, "Cardiology")
    admin = await town.signed_in("Nora Lind", NORA, Role.ADMIN)
    asha = await town.signed_in("Asha Patel", ASHA)
    for act in ("/book", "Rao", "2027-05-04", "10:30", "A cough"):
        await asha.says(act)
    await asha.taps("Confirm")
    await asha.hears("Appointment booked")
    for reader in (ASHA, RAO):
        await _mail(town, reader, "Booked")
    return asha, doctor, admin


async def _mail(town: Town, to: str, subject: str) -> CaughtMail:
    return await town.mailbox.wait_for(lambda mail: mail.to == (to,) and mail.subject.startswith(subject))


def _summary(mail: CaughtMail) -> str:
    message: Any = message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default)
    calendar: Any = Calendar.from_ical(list(message.iter_parts())[-1].get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    return str(event["SUMMARY"])


async def test_a_doctor_reads_german_and_the_patient_arabic(town: Town) -> None:
    asha, doctor, admin = await _booked(town)
    await _reads(town, RAO, "de")
    await _reads(town, ASHA, "ar")
    await admin.says("/appointments 2027-05-04")
    for part in ("Asha", "Move"):
        await admin.taps(admin.label(part))
    for answer in ("2027-05-05", "11:00"):
        await admin.says(answer)
    await admin.taps("Confirm")
    german, arabic = await doctor.hears("Termin verschoben"), await asha.hears("نُقل موعدك")
    assert german.endswith("Ihr Tag: /schedule")
    assert f"{FSI}الوقت{PDI}" in arabic
    assert "{in" not in arabic
    assert "في المحادثة" not in arabic
    told = next(each for each in doctor.messages if "Termin verschoben" in each.get("text", ""))
    assert "Termin öffnen" in str(told["reply_markup"])
    mail = await _mail(town, RAO, "Verschoben: Asha Patel")
    assert mail.headers["Content-Language"] == "de"
    assert '<html lang="de" dir="ltr">' in mail.html
    assert "Ihr Tag: /schedule im Chat" in mail.text
    assert _summary(mail) == "Termin: Asha Patel"
    mail = await _mail(town, ASHA, f"{FSI}نُقل")
    assert mail.headers["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl">' in mail.html
    assert '<body class="page" dir="rtl"' in mail.html
    assert "في المحادثة" in mail.text
    assert "{in" not in mail.text + mail.html
    assert without_isolates(_summary(mail)) == "موعد: Dr Meera Rao"


async def test_whoever_speaks_none_of_the_languages_hears_news_in_that_of_their_chat(town: Town) -> None:
    await town.account("Meera Rao", RAO, Role.DOCTOR, "Cardiology")
    doctor = town.person("Meera Rao", speaks="de")
    await doctor.signs_in(RAO)
    asha = await town.signed_in("Asha Patel", ASHA)
    await _reads(town, RAO, "ta")
    for act in ("/book", "Rao", "2027-05-04", "10:30", "A cough"):
        await asha.says(act)
    await asha.taps("Confirm")
    await doctor.hears("Termin gebucht")
    assert (await _mail(town, RAO, "Booked")).headers["Content-Language"] == "en"


async def test_a_code_is_emailed_in_the_language_of_the_account(town: Town) -> None:
    await town.signed_in("Meera Rao", RAO, Role.DOCTOR, "Cardiology")
    await _reads(town, RAO, "de")
    guest = town.person("Somebody")
    await guest.says("/forgot")
    await guest.says(RAO)
    mail = await _mail(town, RAO, "Ihr Code für")
    assert mail.headers["Content-Language"] == "de"
    assert 'lang="de"' in mail.html


async def test_an_announcement_stays_as_it_was_typed_and_its_progress_is_in_the_language_of_its_admin(
    town: Town,
) -> None:
    admin = await town.signed_in("Nora Lind", NORA, Role.ADMIN)
    await town.account("Meera Rao", RAO, Role.DOCTOR, "Cardiology")
    await town.signed_in("Asha Patel", ASHA)
    for email in (RAO, NORA):
        await _reads(town, email, "de")
    await admin.talks([("/announce", ""), ("everybody", ""), ("Closed on Friday.", "")])
    await admin.taps(admin.label("by email"))
    await admin.taps("Confirm")
    await admin.hears("Fertig: die Mitteilung an alle")
    mail = await _mail(town, RAO, "")
    assert "Eine Nachricht von" in mail.text
    assert "Closed on Friday." in mail.text
    assert mail.headers["Content-Language"] == "de"
