"""Every error has its sentence, every kind of news its words, and names can't break the markup."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.bot_api.html_mode import parse_html
from bot.localization.languages import Language
from bot.localization.reader import speaking
from bot.notifications.mail_layouts import as_html_mail, as_plain_mail
from bot.texts.errors import SENTENCES, sentence
from bot.texts.formats import day, doctor, moment, plain_doctor, stretch, week, zone_name
from bot.texts.help import help_page
from bot.texts.notification_layouts import IN_THE_CHAT, Fact, News, as_message
from bot.texts.notifications import news
from services import errors
from services.clinic_rules import ClinicRules
from services.models.audit import Action
from services.models.notifications import MAIL_ONLY, EventKind
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Hours, Weekday
from services.models.slots import Slot
from tests.bot.errors import NASTY, SOMEBODY, START, leaves, made

RULES = ClinicRules("Clinic <One>", ZoneInfo("Europe/Berlin"), None)
RAO_THEN = "Dr Rao: Tue 4 May 2027, 10:30 AM."
BOT = "https://t.me/mediconnect_bot"


@pytest.mark.parametrize("kind", sorted(set(leaves()), key=str))
def test_every_error_has_a_kind_sentence(kind: type[errors.ClinicError]) -> None:
    said = sentence(made(kind), RULES)
    parse_html(said)
    assert said.endswith((".", "?"))
    assert "error" not in said.lower()
    assert "invalid" not in said.lower()


class _Marking(NullTranslations):
    """Says all that a catalogue is asked for in brackets, so what it is not asked for stands out."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def pgettext(self, context: str, message: str) -> str:
        del context
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class _Marked(Language):
    messages = _Marking()


@pytest.mark.parametrize("kind", sorted(set(leaves()), key=str))
def test_every_error_is_said_in_the_readers_language(kind: type[errors.ClinicError]) -> None:
    with speaking(_Marked("de", "Deutsch", "DE")):
        said = sentence(made(kind), RULES)
    # Values stand within sentences, so brackets within brackets.
    while (rest := re.sub(r"⟦[^⟦⟧]*⟧", "", said)) != said:
        said = rest
    assert not re.search(r"\w", said)


@pytest.mark.parametrize(
    ("facts", "is_yours", "expected"),
    [
        (
            (Action.REFUSED, "Nora", START),
            False,
            "Nora already refused Dr Rao on Tue 4 May 2027, 10:30 AM.",
        ),
        ((Action.BLOCKED, "Nora", START), True, "You already blocked Dr Rao on Tue 4 May 2027, 10:30 AM."),
        (
            (Action.BLOCKED, None, START),
            False,
            "An admin already blocked Dr Rao on Tue 4 May 2027, 10:30 AM.",
        ),
        ((None, None, None), False, "Nothing was changed: Dr Rao is blocked now."),
    ],
)
def test_who_decides_too_late_is_told_who_was_quicker_as_far_as_it_is_known(
    facts: tuple[Any, ...], expected: str, *, is_yours: bool
) -> None:
    user = replace(SOMEBODY, name="Rao")
    assert sentence(errors.AlreadyDecided(user, *facts, is_yours=is_yours), RULES) == expected


def test_no_sentence_is_left_over() -> None:
    assert set(SENTENCES) == set(leaves())


@pytest.mark.parametrize("kind", sorted(set(EventKind) - {EventKind.UNDELIVERED}))  # that one names nobody
@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
def test_news_is_told_in_markup_that_holds_whatever_people_are_called(kind: EventKind, role: Role) -> None:
    facts = {
        "name": NASTY,
        "carer": NASTY,
        "kept": NASTY,
        "is_you": role is Role.DOCTOR,
        "email": NASTY,
        "note": NASTY,
        "by": "admin",
        "was": START,
        "day": "2027-05-04",
        "items": [{"start": START, "patient": NASTY, "reason": NASTY}],
        "doctor_id": "d",
        "appointment_id": "a" * 24,
        "offer_id": "a" * 24,
        "until": START,
        "offers": [{"doctor_id": "e", "doctor": NASTY, "start": START}],
        "to": "old@example.org",
        "at": START,
        "around": START,
        "number": 1,
        "doctor": NASTY,
        "patient": NASTY,
        "specialization": NASTY,
        "reason": NASTY,
        "start": START,
        "end": START + timedelta(minutes=30),
    }
    reader = User(UserId("r"), NASTY, "r@example.org", role, AccountStatus.ACTIVE)
    said = news(kind, facts, reader, RULES)
    parse_html(as_message(said))
    assert NASTY in as_plain_mail(said, RULES.name, BOT)
    assert NASTY not in as_html_mail(said, RULES.name, BOT)
    assert "&lt;b&gt;Zoë" in as_html_mail(said, RULES.name, BOT)
    # Only an email says that something is done in the chat.
    assert IN_THE_CHAT not in as_plain_mail(said, RULES.name, BOT) + as_html_mail(said, RULES.name, BOT)
    assert kind in MAIL_ONLY or "in the chat" not in as_message(said)


@pytest.mark.parametrize(("late", "expected"), [(20, "Expected: about 10:50 AM"), (0, ""), (None, "")])
def test_a_reminder_says_when_a_late_doctor_expects_one(late: int | None, expected: str) -> None:
    facts = {
        "doctor": "Rao",
        "patient": "Asha",
        "specialization": "",
        "at": START,
        "start": START,
        "end": START + timedelta(minutes=30),
        # Reminders of earlier versions do not say it.
        **({} if late is None else {"late_minutes": late}),
    }
    reader = User(UserId("r"), "Asha", "r@example.org", Role.PATIENT, AccountStatus.ACTIVE)
    said = as_plain_mail(news(EventKind.REMINDER, facts, reader, RULES), RULES.name, BOT)
    assert ("Expected" in said) is bool(expected)
    assert expected in said


@pytest.mark.parametrize(
    ("role", "why"),
    [
        (Role.PATIENT, "Dr Rao isn't seeing patients here at the moment."),
        (Role.DOCTOR, "The patient's account is blocked."),
    ],
)
def test_who_hears_of_a_blocked_account_hears_whose_it_is(role: Role, why: str) -> None:
    facts = {
        "doctor_id": "d",
        "doctor": "Rao",
        "patient": "Asha",
        "specialization": "",
        "reason": None,
        "by": "admin",
        "why": "blocked",
        "start": START,
        "end": START,
    }
    reader = User(UserId("r"), "Rao", "r@example.org", role, AccountStatus.ACTIVE)
    said = news(EventKind.CANCELLED, facts, reader, RULES)
    assert ("By", "the clinic") in said.facts
    assert ("Why", why) in said.facts


def test_the_reason_of_a_visit_is_on_no_locked_screen() -> None:
    facts = {
        "doctor": "Rao",
        "patient": "Asha",
        "specialization": "",
        "reason": "secret",
        "start": START,
        "end": START,
    }
    reader = User(UserId("r"), "Rao", "r@example.org", Role.DOCTOR, AccountStatus.ACTIVE)
    said = news(EventKind.BOOKED, facts, reader, RULES)
    assert "secret" not in said.subject
    assert "<tg-spoiler>secret</tg-spoiler>" in as_message(said)


def test_times_are_the_clinics_and_say_whose_they_are() -> None:
    zone = ZoneInfo("America/New_York")
    assert moment(START, zone) == "Tue 4 May 2027, 04:30 AM"
    slot = Slot(START, START + timedelta(minutes=30))
    assert stretch(slot, zone) == "Tue 4 May 2027, 04:30 AM – 05:00 AM (New York time)"
    assert (zone_name(ZoneInfo("UTC")), day(date(2027, 5, 4))) == ("UTC", "Tue 4 May 2027")


def test_an_approved_doctor_hears_which_hours_patients_see_until_they_are_changed() -> None:
    said = news(EventKind.DOCTOR_APPROVED, {"name": "Rao"}, SOMEBODY, RULES)
    assert said.closing == (
        f"You can sign in now with /login{IN_THE_CHAT}. Patients can book you from now on: Monday to Friday"
        " 09:00 AM – 05:00 PM, clinic time. You can change that in /hours."
    )


def test_a_week_is_told_in_runs_of_days_with_the_same_hours() -> None:
    short, long = (Hours(time(9), time(12)),), (Hours(time(9), time(12)), Hours(time(13), time(0)))
    days = {Weekday.MONDAY: long, Weekday.TUESDAY: long, Weekday.THURSDAY: long, Weekday.FRIDAY: short}
    assert week(days) == (
        "Monday to Tuesday 09:00 AM – 12:00 PM, 01:00 PM – midnight;"
        " Thursday 09:00 AM – 12:00 PM, 01:00 PM – midnight; Friday 09:00 AM – 12:00 PM"
    )


@pytest.mark.parametrize("facts", [(), (Fact("With", "Dr Rao"), Fact("When", "now"))])
@pytest.mark.parametrize("links", [(), (("Take it", "t1"), ("Pass", "p1"))])
def test_the_parts_of_a_plain_mail_are_one_empty_line_apart(
    facts: tuple[Fact, ...], links: tuple[tuple[str, str], ...]
) -> None:
    text = as_plain_mail(News("Subject", "Headline", facts, "Closing.", links), "Clinic", BOT)
    rows = ["With: Dr Rao\nWhen: now"] if facts else []
    ways = [f"Take it:\n{BOT}?start=t1\nPass:\n{BOT}?start=p1"] if links else []
    assert text == "\n\n".join(["Headline", *rows, "Closing.", *ways, "Clinic\n"])


@pytest.mark.parametrize("stored", ["Rao", "Dr. Rao", "dr Rao", "Doctor Rao", "Dr.Rao", "Dr. Dr. Rao"])
def test_a_doctor_is_called_doctor_once(stored: str) -> None:
    assert plain_doctor(stored) == "Dr Rao"


@pytest.mark.parametrize(
    ("stored", "said"),
    [("Prof. Rao", "Prof. Rao"), ("Drew Rao", "Dr Drew Rao"), ("(no longer here)", "Dr (no longer here)")],
)
def test_what_is_another_title_or_none_stays(stored: str, said: str) -> None:
    assert plain_doctor(stored) == said


def test_the_name_of_a_doctor_is_escaped() -> None:
    assert doctor("<Rao>") == "Dr &lt;Rao&gt;"


KNOWN = replace(RULES, address="12 <Harbour> Street", phone="+44 117 496 0123")


@pytest.mark.parametrize(
    "error", [errors.TooLateToChange(START, timedelta(hours=2)), errors.AccountBlocked()], ids=str
)
def test_who_is_told_to_call_is_told_the_number_where_it_is_known(error: errors.ClinicError) -> None:
    assert sentence(error, KNOWN).endswith("call the clinic: +44 117 496 0123.")
    assert sentence(error, RULES).endswith("call the clinic.")


def test_patients_are_told_where_to_come_to_and_doctors_know() -> None:
    facts = {
        "doctor": "Rao",
        "patient": "Asha",
        "specialization": "Cardiology",
        "start": START,
        "end": START + timedelta(minutes=30),
        "at": START,
        "reason": "",
        "was": START,
    }
    asha = replace(SOMEBODY, role=Role.PATIENT)
    for kind in (EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER):
        assert "Where: 12 &lt;Harbour&gt; Street" in as_message(news(kind, facts, asha, KNOWN))
        assert "Harbour" not in as_message(news(kind, facts, SOMEBODY, KNOWN))
        assert "Where" not in as_message(news(kind, facts, asha, RULES))
        assert "Harbour" not in as_message(news(EventKind.CANCELLED, facts, asha, KNOWN))
        by_video = {**facts, "room": "https://meet.example.org/clinic-0123"}
        assert "Harbour" not in as_message(news(kind, by_video, asha, KNOWN))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (RULES, "Times are in Berlin time."),
        (replace(KNOWN, phone=None), "Times are in Berlin time.\n\n📍 12 &lt;Harbour&gt; Street"),
        (KNOWN, "Times are in Berlin time.\n\n📍 12 &lt;Harbour&gt; Street\n☎️ +44 117 496 0123"),
    ],
)
def test_help_ends_with_how_to_reach_the_clinic(rules: ClinicRules, expected: str) -> None:
    assert help_page(rules, [("book", "take a time")], Role.PATIENT).endswith(expected)
