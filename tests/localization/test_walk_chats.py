"""Whoever walks through the whole product in another language sees no word that is not in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.demo.bot_api.faults import Call
from bot.demo.mailbox import CaughtMail
from bot.localization import languages
from bot.localization.languages import Language
from bot.tap_routes import TAPS
from services.models.people import Role
from tests.faults.holding import logged
from tests.localization.doors import AVOIDED, commands, leaving, taps, ways
from tests.localization.marks import IN_CALENDARS, WITHOUT_WORDS, found_in, plain, shown
from tests.localization.walked import Walked, arrives, email, walked_town
from tests.localization.walker import QUESTIONS, Right, Shared, Walker
from tests.town import PASSWORD, STAFF_CODE, Person, Town
from tests.turning import TurnableClock

CODE = re.compile(r"\b\d{6}\b(?!@)")
PEOPLE = (("Аша", Role.PATIENT), ("Мира", Role.DOCTOR), ("Рита", Role.RECEPTIONIST), ("Нора", Role.ADMIN))


async def newest_code(town: Town) -> str:
    """Return the code in the mail to whoever has forgotten the password."""
    await town.mailbox.wait_for(lambda mail: bool(_codes(mail)))
    return [code for mail in town.mailbox.mails for code in _codes(mail)][-1]


def _codes(mail: CaughtMail) -> list[str]:
    return CODE.findall(mail.text) if mail.to == (email("Бен"),) else []


RIGHT: Right = {
    "register.name": ("Анна",),
    "register.email": ("1@example.org", "2@example.org", "3@example.org"),
    "register.password": (PASSWORD,),
    "register.specialization": ("Сердце",),
    "register.staff_code": (STAFF_CODE,),
    "login.email": (email("Бен"),),
    "login.password": ("ψψψψψψψψ",),
    "forgot.email": (email("Бен"),),
    "forgot.code": ("000000", newest_code),
    "booking.patient": ("Вера",),
    "booking.kind": ("Гимнастика", "Первый приём", "Осмотр прибором"),
    "booking.place": ("Порт",),
    "booking.day": ("10.5.2027", "11.5.2027"),
    "booking.reason": ("Кашель",),
    "email.address": ("5@example.org",),
    "password.old": (PASSWORD,),
    "hours.weekday": ("9-12",),
    "hours.date": ("12.5.2027",),
    "hours.date_hours": ("9-12",),
    "receptionist.name": ("Ольга",),
    "receptionist.email": ("6@example.org",),
}


@pytest.mark.timeout(600)  # it opens every door, and a machine may be slow
async def test_whoever_walks_through_everything_reads_one_language(
    database_url: str,
    clock: TurnableClock,
    tmp_path: Path,
    all_pseudo: Language,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Who speaks a language that the product does not is written to in the only one that there is.
    monkeypatch.setattr(languages, "ENGLISH", all_pseudo)
    monkeypatch.setattr("services.working_hours.public_holidays.LANGUAGE", all_pseudo.code)
    shared = Shared(AVOIDED)
    async with walked_town(database_url, clock, tmp_path) as walked:
        with logged("incident") as incident:
            await _walks(walked, shared)
        assert incident.texts == []
        assert {kind.__name__ for kind in TAPS if kind not in shared.taps} == set()
        assert set(QUESTIONS) - shared.steps == set()
        calls = [call for call in walked.town.telegram.calls if not _is_for_all(call)]
        assert found_in(text for call in calls for text in shown(call)) == []
        assert found_in(_in_files(walked.town)) == []
        assert found_in(text for mail in walked.town.mailbox.mails for text in _read(mail)) == []


async def _walks(walked: Walked, shared: Shared) -> None:
    town = walked.town
    for each in commands(None):
        await Walker(town.person("Гость"), "guest", RIGHT, shared).walks([each])
    for name, role in PEOPLE:
        walker = Walker(await arrives(town, name), role.value, RIGHT, shared)
        for doors in (ways(role, walked), commands(role), taps(role, walked)):
            await walker.walks(doors)
    # The others were blocked on the way, or their passwords typed wrong too often.
    eva = await town.account("Ева", email("Ева"))
    await Walker(await arrives(town, "Ева"), "leaving", RIGHT, shared).walks(leaving(eva.id))


def _is_for_all(call: Call) -> bool:
    """Tell whether that is the menu for all languages that have none of their own: it is in English."""
    scope, language = call.params.get("scope", ""), call.params.get("language_code")
    return call.method == "setmycommands" and "chat_id" not in scope and not language


def _read(mail: CaughtMail) -> Iterator[str]:
    """Return all that is read of a mail."""
    yield from (mail.subject, mail.text, plain(WITHOUT_WORDS.sub("", mail.html)))


def _in_files(town: Town) -> Iterator[str]:
    """Return what is read in the files that were sent: the heads of tables, and what calendars show."""
    for phone in town.telegram.phones.values():
        for name, content in Person(town, phone).files.items():
            text = content.decode("utf-8-sig")
            if name.endswith(".csv"):
                # Programs read the cells: days, codes of FHIR and ISO, addresses.
                yield text.partition("\n")[0]
            elif name.endswith(".ics"):
                parts = Calendar.from_ical(text).walk()
                yield from (str(part[each]) for part in parts for each in IN_CALENDARS if each in part)
