"""All that is told outside of a walk is told in one language: news, errors, titles, headings, pictures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.localization.languages import spoken
from bot.localization.messages import Phrase
from bot.localization.reader import speaking
from bot.notifications.calendar_files import invite_with
from bot.notifications.mail_layouts import as_html_mail, as_plain_mail
from bot.routes import COMMANDS
from bot.texts import labels, nouns, pictures
from bot.texts.errors import sentence
from bot.texts.exports import HEADINGS
from bot.texts.introduction import description, short_description
from bot.texts.notification_layouts import News, as_message
from bot.texts.notifications import code_news, news
from bot.texts.problem_titles import STATUSES, TITLES
from services import errors
from services.accounts.one_time_codes import CodeLetter, Purpose
from services.appointments.schedule_events import Changed
from services.clinic_rules import ClinicRules
from services.models.appointments import AppointmentStatus, CancellationCause
from services.models.notifications import Event, EventKind
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Days
from tests.bot.errors import START, leaves, made
from tests.localization.marks import IN_CALENDARS, WITHOUT_WORDS, found_in, plain
from tests.localization.pseudo import pseudo_language
from tests.localization.walked import CLINIC

HALF = timedelta(minutes=30)
RULES = ClinicRules(
    CLINIC,
    ZoneInfo("Europe/Berlin"),
    None,
    address="Портовая улица 5",
    phone="+49 30 5550100",
    email="0@example.org",
)
BOT = "https://t.me/0"
# What stands in examples of what can be typed: commands with their words, currencies, codes, a setting.
EXAMPLES = re.compile(r"/limits [a-z]+|\bEUR\b|\bde(?=\.)|HOLIDAYS=DE-BY")
CYRILLIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "абцдефгхийклмнопярстувшчыз" * 2
)
VISIT = {
    "kind": {
        "name": "Приём",
        "price": {"minor": 9000, "currency": "EUR"},
        "preparation": "Возьмите письма.",
    },
    "place": {"name": "Порт", "address": "Улица 5", "directions": "Автобус 12.", "phone": "+49 30 1"},
    "in_room": "Кабинет 1",
    "questions": 2,
}
SERIES = {"id": "0" * 24, "number": 1, "of": 3, "planned": START}
TIME = {"start": START, "end": START + HALF}
FACTS: dict[str, Any] = {
    "name": "Мира",
    "carer": "Аша",
    "kept": "Мия",
    "email": "1@example.org",
    "note": "До встречи",
    "by": "admin",
    "was": START,
    "day": "2027-05-04",
    "items": [{"start": START, "patient": "Мия", "reason": "Кашель", "visit": VISIT}],
    "doctor_id": "d",
    "patient_id": "p-1",
    "appointment_id": "a" * 24,
    "offer_id": "a" * 24,
    "until": START,
    "offers": [{"doctor_id": "e", "doctor": "Пётр", "start": START, "visit": VISIT}],
    "to": "2@example.org",
    "at": START,
    "around": START,
    "number": 1,
    "minutes": 20,
    "count": 3,
    "doctor": "Мира",
    "patient": "Мия",
    "specialization": "Сердце",
    "reason": "Кашель",
    "start": START,
    "end": START + HALF,
    "version": 1,
    "is_you": False,
    "series": SERIES,
    "planned": [START, START + HALF, START + 2 * HALF],
    "rule": {"every": "week", "count": 3},
    "visits": [
        {**SERIES, **TIME, "was": START, "visit": VISIT, "appointment_id": "b" * 24, "version": 1},
        {**SERIES, **TIME, "appointment_id": "c" * 24, "version": 1},
    ],
}
OTHERS: tuple[Mapping[str, Any], ...] = (
    {},
    {"by": "patient", "visit": VISIT, "instead_of": TIME, "is_you": True},
    {"by": "doctor", "room": "https://meet.example.org/0", "late_minutes": 20, "alike": "Анна"},
    {"by": "receptionist", "items": [], "is_whole": True, "late": True, "count": 1},
    *({"why": cause.value} for cause in CancellationCause),
    *({"what": changed.value, "hours": None, "place": "Порт"} for changed in Changed),
    {"what": Changed.DATE.value, "hours": []},
    {"what": Changed.DATE.value, "hours": ["09:00-12:00"]},
)
READERS = [
    User(UserId("r"), "Аша", "3@example.org", role, AccountStatus.ACTIVE, zone=zone)
    for role in Role
    for zone in (None, "Asia/Kathmandu")
] + [User(UserId("p-1"), "Мия", "4@example.org", Role.PATIENT, AccountStatus.ACTIVE)]


@pytest.fixture(autouse=True, params=["pseudo", "ar"])
def told_in(request: pytest.FixtureRequest) -> Iterator[None]:
    """Speak the pseudo-language, and Arabic, of which the catalogue is full."""
    reads = pseudo_language() if request.param == "pseudo" else spoken(request.param)
    assert reads is not None
    with speaking(reads):
        yield


def _ways(said: News) -> Iterator[str]:
    """Return the news as each channel shows it."""
    yield plain(as_message(said))
    yield said.subject
    yield as_plain_mail(said, CLINIC, BOT)
    yield plain(WITHOUT_WORDS.sub("", as_html_mail(said, CLINIC, BOT)))


@pytest.mark.parametrize("kind", sorted(EventKind))
def test_news_is_told_in_one_language_to_everybody(kind: EventKind) -> None:
    told = [
        text for other in OTHERS for reader in READERS for text in _told(kind, {**FACTS, **other}, reader)
    ]
    assert told
    assert found_in(told) == []


def _told(kind: EventKind, facts: Mapping[str, Any], reader: User) -> Iterator[str]:
    yield from _ways(news(kind, facts, reader, RULES))
    invite = invite_with(Event("0", kind, (reader.id,), facts), reader, RULES, BOT)
    if invite is not None:
        for part in Calendar.from_ical(invite.content.decode()).walk():
            yield from (str(part[name]) for name in IN_CALENDARS if name in part)
            if "CONFERENCE" in part:
                yield str(part["CONFERENCE"].params["LABEL"])


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(("by_clinic", "is_welcome"), [(False, False), (True, False), (True, True)])
def test_codes_are_mailed_in_one_language(purpose: Purpose, *, by_clinic: bool, is_welcome: bool) -> None:
    letter = CodeLetter(purpose, "012345", "1@example.org", READERS[0], by_clinic, is_welcome)
    assert found_in(_ways(code_news(letter, RULES))) == []


def test_errors_are_told_in_one_language() -> None:
    said = [plain(sentence(_without_latin(made(kind)), RULES)) for kind in sorted(set(leaves()), key=str)]
    told = [EXAMPLES.sub("", text) for text in said]
    assert len(told) > 100
    assert found_in(told) == []


def _without_latin(error: errors.ClinicError) -> errors.ClinicError:
    """Return the error with its names in Cyrillic letters."""
    for name, value in vars(error).items():
        setattr(error, name, _in_cyrillic(value))
    return error


def _in_cyrillic(value: Any) -> Any:
    if type(value) is str and re.search("[A-Z< ]", value) and value != "<x>@y.z":
        return value.replace("ë", "е").translate(CYRILLIC)
    if isinstance(value, tuple):
        return tuple(map(_in_cyrillic, value))
    if is_dataclass(value) and hasattr(value, "name"):
        return replace(value, name="Анна")  # type: ignore[type-var]
    return value


def test_labels_titles_menus_and_headings_are_in_one_language() -> None:
    tables = [*vars(labels).values(), *vars(nouns).values(), *TITLES.values(), *STATUSES.values()]
    said = [str(each) for each in tables if isinstance(each, Phrase)]
    assert len(said) > 300
    said += [command.described(role) for command in COMMANDS for role in (None, *Role)]
    said += [str(each).replace("{zone}", "") for each in HEADINGS.values()]
    said += [description(CLINIC), short_description(CLINIC)]
    assert found_in(said) == []


def test_pictures_are_in_one_language() -> None:
    zone, days = RULES.zone, Days(START.date(), START.date())
    said = [str(each) for each in vars(pictures).values() if isinstance(each, Phrase)]
    said += [pictures.status(each) for each in AppointmentStatus]
    said += [pictures.hour(START, zone), pictures.short_time(START, zone), pictures.several_free(3)]
    said += [pictures.together(2, 1), pictures.day_summary(AppointmentStatus, 3), pictures.day_summary([], 0)]
    said += [pictures.times_are(zone, [(START, HALF), (START, -HALF)]), pictures.period(days)]
    said += [pictures.short_day(days.first), pictures.by_doctor(2, 2), pictures.by_doctor(8, 20)]
    said += [pictures.doctor_name(None), pictures.doctor_name(READERS[0])]
    assert found_in(said) == []
