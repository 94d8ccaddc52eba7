"""Each action of the audit has its sentence, whoever is or is not there any more."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.bot_api.html_mode import parse_html
from bot.localization.reader import speaking
from bot.texts.audit import line
from bot.texts.audit_sentences import SENTENCES
from services.models.audit import Action, AuditEntry
from services.models.people import AccountStatus, Role, User, UserId
from tests.localization.pseudo import pseudo_language
from tests.turning import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
NORA, ASHA = UserId("nora"), UserId("asha")
SOME_ID = "0123456789abcdef01234567"
NASTY = "<b>Zoë</b> & </i>"
PEOPLE = {
    str(who): User(who, name, f"{who}@example.org", Role.ADMIN, AccountStatus.ACTIVE)
    for who, name in ((NORA, "Nora Lind"), (ASHA, "Asha Patel"))
}


def said(action: Action, actor: UserId | None, subject: str | None, **facts: Any) -> str:
    return line(AuditEntry("e", MONDAY, action, actor, subject, facts), PEOPLE, BERLIN)


def test_every_action_has_a_sentence_and_none_is_left_over() -> None:
    assert set(SENTENCES) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("actor", [None, NORA, UserId("gone")])
@pytest.mark.parametrize("subject", [None, NORA, ASHA, "gone"])
def test_a_sentence_holds_whoever_it_is_about_and_whatever_is_known(
    action: Action, actor: UserId | None, subject: str | None
) -> None:
    for facts in ({}, {"count": 2, "email": NASTY, "why": NASTY, "audience": NASTY, "list": [1]}):
        text = parse_html(said(action, actor, subject, **facts)).text
        assert text[0].isupper()
        assert text.endswith(".")
        assert "None" not in text


@pytest.mark.parametrize(
    ("action", "actor", "subject", "facts", "sentence"),
    [
        (Action.REGISTERED, ASHA, ASHA, {"role": "patient"}, "Asha Patel registered as a patient."),
        (Action.ADMIN_CREATED, None, NORA, {}, "Nora Lind was made an admin on the command line."),
        (Action.SIGNED_IN, ASHA, ASHA, {}, "Asha Patel signed in."),
        (Action.SIGN_IN_FAILED, None, ASHA, {}, "A sign-in as Asha Patel failed."),
        (Action.SIGN_IN_FAILED, None, None, {"email": "a…@b.c"}, "A sign-in as a…@b.c failed."),
        (Action.SESSIONS_ENDED, ASHA, ASHA, {"count": 1}, "Asha Patel ended 1 session in other chats."),
        (Action.SESSIONS_ENDED, NORA, ASHA, {}, "Nora Lind ended sessions of Asha Patel."),
        (Action.BLOCKED, NORA, "gone", {}, "Nora Lind blocked a former user."),
        (Action.UNBLOCKED, UserId("gone"), ASHA, {}, "A former user unblocked Asha Patel."),
        (
            Action.SPECIALIZATION_CHANGED,
            NORA,
            ASHA,
            {"before": "Cardiology", "after": "<Neuro>"},
            "Nora Lind changed Asha Patel's specialization from Cardiology to &lt;Neuro&gt;.",
        ),
        (
            Action.PASSWORD_CHANGED,
            ASHA,
            ASHA,
            {"why": "forgotten"},
            "Asha Patel chose a new password (it was forgotten).",
        ),
        (
            Action.BOOKED_FOR,
            NORA,
            ASHA,
            {"appointment": SOME_ID},
            "Nora Lind booked an appointment for Asha Patel.",
        ),
        (Action.CANCELLED_FOR, NORA, ASHA, {"count": 3}, "Nora Lind cancelled 3 appointments of Asha Patel."),
        (
            Action.TIME_OFF_TAKEN,
            ASHA,
            ASHA,
            {"start": MONDAY, "end": MONDAY + timedelta(hours=2)},
            "Asha Patel took time off from Mon 3 May 2027, 08:00 AM to Mon 3 May 2027, 10:00 AM.",
        ),
        (
            Action.EXPORTED,
            NORA,
            None,
            {"first": "2027-05-01", "last": "2027-05-03", "accounts": 9},
            "Nora Lind exported the records of 2027-05-01 to 2027-05-03 (accounts 9).",
        ),
        (
            Action.PATIENTS_MERGED,
            NORA,
            ASHA,
            {"patient": "p-23456789abcdef01234567"},
            "Nora Lind made Asha Patel one with another patient.",
        ),
        (
            Action.ANNOUNCED,
            NORA,
            SOME_ID,
            {"audience": "all", "chats": 12},
            "Nora Lind made an announcement to everybody in 12 chats.",
        ),
    ],
)
def test_what_was_done_is_said(
    action: Action, actor: UserId | None, subject: str | None, facts: dict[str, Any], sentence: str
) -> None:
    assert said(action, actor, subject, **facts) == sentence


# What is stored of every action; each sentence says of it what belongs to it, and the rest after it.
ALL_FACTS: tuple[dict[str, Any], ...] = (
    {},
    {"count": 1, "minutes": 1, "chats": 1, "emails": 1, "limit": "a_day", "role": "doctor", "via": "http"},
    {"count": 3, "minutes": 9, "chats": 2, "limit": "holds", "before": 3, "after": "none", "type": "room"},
    {"start": MONDAY, "end": MONDAY, "via": "desk", "beyond": "changes", "late": True, "day": "2027-05-03"},
    {"type": "kind", "entry": "7", "changed": "name, buffer_minutes", "why": "forgotten", "names": "full"},
    {"audience": "doctors", "first": "2027-05-01", "last": "2027-05-02", "accounts": 2, "appointments": 9},
    {"over": "http", "period": "everything", "channel": "mail", "kind": "booked"},
)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("subject", [None, NORA, ASHA, "gone"])
def test_every_sentence_is_said_in_the_language_of_its_reader(action: Action, subject: str | None) -> None:
    for facts in ALL_FACTS:
        with speaking(pseudo_language()):
            text = said(action, NORA, subject, **facts)
        # What another action stores of its own is shown as it is stored, a specialization as typed.
        own = text.partition("(")[0]
        if action is Action.SPECIALIZATION_CHANGED:
            own = own.replace("none", "")
        assert not re.search("[A-Za-z]{2,}", re.sub("Nora Lind|Asha Patel", "", own)), text


def test_what_is_left_of_the_facts_is_said_in_the_language_of_the_reader() -> None:
    for action, facts in (
        (Action.EXPORTED, {"period": "everything", "accounts": 2, "appointments": 9}),
        (Action.SIGNED_IN, {"over": "http"}),
        (Action.OUTBOX_RETRIED, {"channel": "mail", "kind": "booked"}),
        (Action.OUTBOX_DROPPED, {"channel": "chat", "kind": "moved"}),
    ):
        with speaking(pseudo_language()):
            assert not re.search("[A-Za-z]{2,}", said(action, None, None, **facts))
