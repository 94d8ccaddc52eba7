"""Problems are told in the language that a request asks for, or else in that of the account."""

import asyncio
import re
from http import HTTPStatus
from typing import Any

import pytest

from bot.localization.languages import Language
from bot.texts.problem_titles import STATUSES, TITLES
from bot.web.accept_language import wanted
from services import errors
from services.models.people import ChatId, Principal
from tests.localization.pseudo import CODE, in_english
from tests.town import PASSWORD
from tests.web.conftest import Answer, Portal

GREEK = {"Accept-Language": "fr-FR, el-GR;q=0.8, en;q=0.5"}
FORM = {"name": "Asha Patel", "email": "asha@example.org", "password": PASSWORD, "role": "patient"}
LATIN = re.compile("[A-Za-z]{3,}")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", None),
        ("de", "de"),
        ("DE-at", "de"),
        ("es-419, de", "es"),
        ("fr, nl;q=0.9, ru;q=0.1", "ru"),
        ("de;q=0.5, hi;q=0.7, en;q=0.6", "hi"),
        ("de ; q=0.5 ,\tar ;Q=0.500", "de"),
        ("en-GB, de", "en"),
        ("de;q=0", None),
        ("de;q=0.000, ar;q=0.001", "ar"),
        ("fr", None),
        ("*", None),
        ("fr, *;q=0.5, de;q=0.3", None),
        ("de, *;q=0.5", "de"),
        ("german, d€, de;q=2, de;q=x, -de, de-, ,,", None),
        (", ".join(["fr"] * 5000) + ", de", None),
        ("x" * 30_000, None),
    ],
)
def test_the_language_that_is_wanted_most_counts(header: str, code: str | None) -> None:
    found = wanted(header)
    assert (found.code if found else None) == code


def _is_in(answer: Answer, code: str) -> bool:
    assert answer.headers["Content-Language"] == code
    assert "Accept-Language" in answer.headers["Vary"]
    wrong = answer.body.get("errors", {})
    # What programs read stays: addresses, quoted values, and the names of fields.
    kept = "|".join([r"\S+@\S+", r"/\w+", r"'\w+'", *(rf"\b{name}\b" for name in wrong)])
    said = [answer.body["title"], answer.body["detail"], *wrong.values()]
    return all(bool(LATIN.search(re.sub(kept, "", text))) is (code == "en") for text in said)


async def test_a_problem_is_told_in_the_language_that_is_asked_for(portal: Portal, pseudo: Language) -> None:
    del pseudo
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/nowhere", None),
        ("PUT", "/register", {}),
        ("GET", "/me", None),
        ("POST", "/login", {"email": "nobody@example.org", "password": PASSWORD}),
        ("POST", "/register", FORM | {"name": "7", "password": "x", "email": "@", "role": "x", "gender": 7}),
        ("POST", "/register", []),
        ("POST", "/register", "x" * 70_000),
    ]
    for method, path, body in calls:
        assert _is_in(await portal.call(method, path, body, headers=GREEK), CODE), path
        assert _is_in(await portal.call(method, path, body), "en"), path


async def test_a_wrong_day_and_a_wrong_time_are_told_so(portal: Portal, pseudo: Language) -> None:
    del pseudo
    _, token = await portal.account("Asha")
    body = {"patientId": "x", "doctorId": "y", "date": "soon", "time": 7}
    answer = await portal.call("POST", "/appointment", body, token=token, headers=GREEK)
    assert {name: in_english(text) for name, text in answer.body["errors"].items()} == {
        "date": "Please send a day like 2027-05-04.",
        "time": "Please send a time like 10:30 AM.",
    }


async def test_whoever_asks_for_none_is_told_in_the_language_of_the_account(
    portal: Portal, pseudo: Language
) -> None:
    del pseudo
    asha, token = await portal.account("Asha")
    await portal.town.assembly.clinic.profile.set_language(Principal(asha, ChatId(1), session_id=""), CODE)
    assert _is_in(await portal.call("POST", "/appointment", {}, token=token), CODE)
    assert _is_in(await portal.call("GET", "/alluser", token=token), CODE)
    for header, code in [("fr", CODE), ("*", CODE), ("en", "en"), ("el;q=0.1, en;q=0.2", "en")]:
        answer = await portal.call("GET", "/alluser", token=token, headers={"Accept-Language": header})
        assert _is_in(answer, code), header
    # The next one on the same connection is nobody that is known.
    assert _is_in(await portal.call("GET", "/me", token="x"), "en")


@pytest.mark.parametrize(
    ("header", "kept"),
    [("el-GR, en;q=0.7", CODE), ("fr, el;q=0.2", CODE), ("en, el;q=0.9", None), ("fr", None), (None, None)],
)
async def test_an_account_keeps_the_language_in_which_it_was_asked_for(
    portal: Portal, pseudo: Language, header: str | None, kept: str | None
) -> None:
    del pseudo
    headers = {"Accept-Language": header} if header else {}
    assert (await portal.call("POST", "/register", FORM, headers=headers)).status == 201
    found = await portal.town.storage.users.credentials("asha@example.org")
    assert found is not None
    assert found.user.known_language == kept


async def test_what_is_no_request_is_refused_in_english(portal: Portal) -> None:
    host, _, port = portal.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\nAccept-Language: de\r\nno header\r\n\r\n")
    said = (await reader.read()).decode()
    writer.close()
    assert "content-language: en" in said
    assert "This request can't be read." in said


def _kinds(base: type[errors.ClinicError]) -> set[type[errors.ClinicError]]:
    return {kind for each in base.__subclasses__() for kind in (each, *_kinds(each))}


def test_each_error_has_a_title_in_the_words_of_its_name() -> None:
    kinds = {kind for kind in _kinds(errors.ClinicError) if kind.__module__.startswith("services.errors")}
    missing = {kind.__name__ for kind in kinds - set(TITLES) if kind.__subclasses__() == []}
    assert missing == set()
    for kind, words in TITLES.items():
        assert words.message.lower().replace(" ", "") == kind.__name__.lower()


def test_each_status_is_called_as_http_calls_it() -> None:
    for status, words in STATUSES.items():
        # RFC 9110 has other names for these two than the RFCs before, and newer Pythons have them too.
        if status not in {413, 422}:
            assert words.message == HTTPStatus(status).phrase
