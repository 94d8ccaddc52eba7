"""The whole story in each language, as a transcript: from registering to a doctor's time off, with all mails.

What is typed, tapped and answered stands in tests/localization/stories, a file a language: acts with parts of
their answers, «labels» for taps, then parts of the news and of the mails.
"""

import re
import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.mailbox import CaughtMail
from bot.localization.languages import languages, speaks
from bot.telegram.command_menu import prepare_in
from services.models.appointments import AppointmentId
from services.models.people import ChatId, Role, User
from services.models.scheduling import Hours, Schedule, Weekday
from tests.localization.reading import Reader, as_read, left_over, mail_texts
from tests.town import PASSWORD, Person, Town
from tests.turning import TurnableClock

STORIES = Path(__file__).parent / "stories"
TUESDAY = datetime(2027, 5, 4, 10, 30, tzinfo=UTC)
WEDNESDAY = datetime(2027, 5, 5, 16, 0, tzinfo=UTC)
# Two times in all, so that whoever comes third waits.
WEEK = {
    Weekday.TUESDAY: (Hours(time(10, 30), time(11)),),
    Weekday.WEDNESDAY: (Hours(time(16), time(16, 30)),),
}
PATIENT, DOCTOR = "patient@example.org", "doctor@example.org"
# Who takes the last time before the patient can; the name is read in every language.
OTHER, OTHERS = "Bela", AppointmentId("b" * 24)
CODE = re.compile(r"\b\d{6}\b")


class Story:
    """A patient and a doctor in a town, who use Telegram in one language."""

    def __init__(self, town: Town, clock: TurnableClock, code: str) -> None:
        self.town = town
        self.clock = clock
        self.script: dict[str, Any] = tomllib.loads((STORIES / f"{code}.toml").read_text(encoding="utf-8"))
        self.patient = self._reader("patient")
        self.doctor = self._reader("doctor")

    def _reader(self, who: str) -> Reader:
        guest = self.town.person(self.script[who], speaks=self.script["telegram"])
        return Reader(self.town, guest.phone)

    async def employs(self) -> User:
        """Make the doctor's account, which has no language before somebody signs in to it."""
        doctor = await self.town.account(
            self.script["doctor"], DOCTOR, Role.DOCTOR, self.script["specialization"]
        )
        await self.town.storage.schedules.put(doctor.id, Schedule(weekly=WEEK, horizon=timedelta(days=6)))
        return doctor

    async def plays(self, scene: str, reader: Reader, **typed: str) -> None:
        """Go through a scene: what is typed or tapped, and the parts of what the bot then says."""
        for act, *expected in self.script[scene]:
            said = await (
                reader.taps(act.strip("«»")) if act.startswith("«") else reader.says(act.format(**typed))
            )
            for part in expected:
                assert part in said, f"{act!r} was answered with {said!r}"

    async def news(self, what: str, reader: Reader, since: int = 0) -> None:
        """Wait for news, and for all parts of it."""
        first, *others = self.script["news"][what]
        heard = await reader.hears(first, since=since)
        for part in others:
            assert part in heard

    async def mail(self, expected: dict[str, Any]) -> None:
        """Wait for an email, and compare what its invite is called in a calendar."""
        to = {"patient": PATIENT, "doctor": DOCTOR}[expected["to"]]

        def fits(mail: CaughtMail) -> bool:
            text = as_read(mail.text)
            is_it = mail.to == (to,) and as_read(mail.subject) == expected["subject"]
            return is_it and all(part in text for part in expected["says"])

        mail = await self.town.mailbox.wait_for(fits)
        assert (mail.invited and as_read(mail.invited.title)) == expected.get("invites")


@pytest.mark.parametrize("code", [language.code for language in languages()])
async def test_the_whole_story(town: Town, clock: TurnableClock, code: str) -> None:
    story = Story(town, clock, code)
    # As at each start of the bot: the command menu of guests.
    await prepare_in(town.assembly.application.bot, speaks(code))
    doctor = await story.employs()
    await _comes(story)
    await _books_and_moves(story)
    await _is_reminded_and_cancels(story)
    await _waits_and_takes(story, doctor)
    await _takes_time_off(story)
    for expected in story.script["mails"]:
        await story.mail(expected)
    if code != "en":
        _nothing_is_left_over(story, code)


async def _comes(story: Story) -> None:
    typed = {"email": PATIENT, "password": PASSWORD}
    await story.plays("registers", story.patient, **typed)
    mail = await story.town.mailbox.wait_for(lambda mail: mail.to == (PATIENT,))
    found = CODE.search(mail.text)
    assert found
    await story.plays("confirms", story.patient, code=found[0])
    await story.plays("signs_in", story.patient, **typed)
    await story.plays("doctor_signs_in", story.doctor, email=DOCTOR, password=PASSWORD)


async def _books_and_moves(story: Story) -> None:
    await story.plays("books", story.patient)
    await story.news("booked", story.doctor)
    await story.plays("moves", story.patient)
    await story.news("moved", story.doctor)


async def _is_reminded_and_cancels(story: Story) -> None:
    story.clock.turn_to(WEDNESDAY - timedelta(days=1))
    await story.town.assembly.clinic.periodic.run()
    await story.news("reminded", story.patient)
    await story.plays("comes", story.patient)
    await story.plays("cancels", story.patient)
    await story.news("cancelled", story.doctor)


async def _waits_and_takes(story: Story, doctor: User) -> None:
    clinic = story.town.assembly.clinic
    other = await story.town.signed_in(OTHER, "bela@example.org")
    principal = await clinic.sessions.authenticate(ChatId(other.phone.chat_id))
    await clinic.booking.book(principal, doctor.id, WEDNESDAY, reason=None, request_id=OTHERS)
    await story.plays("waits", story.patient)
    story.clock.turn(timedelta(seconds=1))
    await clinic.waitlist_offers.work()
    await clinic.appointments.cancel(principal, OTHERS)
    await story.news("offered", story.patient)
    since = story.doctor.last_id
    await story.plays("takes", story.patient)
    await story.news("taken", story.doctor, since)


async def _takes_time_off(story: Story) -> None:
    await story.plays("reads_the_day", story.doctor)
    since = story.patient.last_id
    await story.plays("takes_time_off", story.doctor)
    await story.news("off", story.patient, since)


def _nothing_is_left_over(story: Story, code: str) -> None:
    """Check that all was in the language of its readers, whichever way it reached them."""
    language = speaks(code)
    mails = [mail for mail in story.town.mailbox.mails if mail.to in {(PATIENT,), (DOCTOR,)}]
    for mail in mails:
        assert f'<html lang="{code}" dir="{"rtl" if language.is_rtl else "ltr"}">' in mail.html
        assert mail.headers["Content-Language"] == code
    read = [*story.patient.read, *story.doctor.read, *(text for mail in mails for text in mail_texts(mail))]
    assert left_over(read, language, [OTHER]) == set()


async def _signed_in(town: Town, name: str, email: str, speaks: str) -> Person:
    person = Reader(town, town.person(name, speaks=speaks).phone)
    await person.signs_in(email)
    return person


async def test_one_event_is_told_to_each_of_its_readers_in_their_own_language(town: Town) -> None:
    rao = await town.account("Jürgen Weiß", DOCTOR, Role.DOCTOR, "Kardiologie")
    await town.account("ليلى حسن", PATIENT)
    doctor = await _signed_in(town, "Jürgen", DOCTOR, "de")
    patient = await _signed_in(town, "ليلى", PATIENT, "ar")
    principal = await town.assembly.clinic.sessions.authenticate(ChatId(patient.phone.chat_id))
    await town.assembly.clinic.booking.book(principal, rao.id, TUESDAY, reason="خفقان", request_id=OTHERS)
    # A name of another direction stands between isolates, as does what is written from left to right.
    assert "مع: د. Jürgen Weiß\n" in await patient.hears("تم حجز الموعد")
    assert "د. \u2068Jürgen Weiß\u2069" in patient.last
    assert "Di., 4. Mai 2027, 10:30" in await doctor.hears("Termin gebucht")
    assert "\u2068ليلى حسن\u2069" in doctor.last
    german = await town.mailbox.wait_for(lambda mail: mail.to == (DOCTOR,))
    arabic = await town.mailbox.wait_for(lambda mail: mail.to == (PATIENT,))
    assert 'lang="de" dir="ltr"' in german.html
    assert 'lang="ar" dir="rtl"' in arabic.html
    for mail, code, title in ((german, "de", "Termin: ليلى حسن"), (arabic, "ar", "موعد: د. Jürgen Weiß")):
        assert mail.headers["Content-Language"] == code
        assert mail.invited is not None
        assert as_read(mail.invited.title) == title


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("ru", "Введите код\nYour code, Bela: /book, a@example.org", {"Your", "code"}),
        ("de", "Choose a password with at least 8 Zeichen", {"Choose a password with at least"}),
        ("de", "✖ Leave\nName: Bela", {"✖ Leave"}),
        ("es", "Book this appointment?", {"Book this appointment?"}),
        ("es", "¿Reservo esta cita?", set()),
    ],
)
def test_what_is_left_in_english_is_seen(code: str, text: str, found: set[str]) -> None:
    seen = left_over([text], speaks(code), [OTHER])
    assert found <= seen
    assert bool(found) == bool(seen)
