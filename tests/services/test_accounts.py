"""Accounts: who may register as what."""

import unicodedata
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.fields import MAX_NAME, read_name, read_specialization
from services.accounts.registration import Registration
from services.errors import (
    BadEmail,
    BadName,
    BadSpecialization,
    ClinicError,
    EmailTaken,
    StaffCodeNotSet,
    TooManyTries,
    WrongStaffCode,
)
from services.models.people import AccountStatus, ChatId, Role
from services.models.scheduling import Schedule
from services.names.email_addresses import as_searched, read_email
from tests.services.conftest import Bench


def _registration(role: Role, *, vetted: bool, email: str = "new@example.org") -> Registration:
    return Registration("  Meera   Rao ", email, b"hash", role, None, "cardiology", vetted)


@pytest.mark.parametrize(
    ("role", "vetted", "status"),
    [
        (Role.PATIENT, False, AccountStatus.ACTIVE),
        (Role.DOCTOR, False, AccountStatus.PENDING),
        (Role.DOCTOR, True, AccountStatus.ACTIVE),
        (Role.ADMIN, True, AccountStatus.ACTIVE),
    ],
)
async def test_a_doctor_waits_unless_the_staff_code_was_given(
    bench: Bench, role: Role, *, vetted: bool, status: AccountStatus
) -> None:
    user = await bench.clinic.accounts.register(_registration(role, vetted=vetted))
    assert (user.name, user.status) == ("Meera Rao", status)
    assert user.specialization == ("Cardiology" if role is Role.DOCTOR else None)
    assert await bench.storage.users.by_id(user.id) == user
    stored = await bench.storage.schedules.of_doctor(user.id)
    assert stored == (Schedule() if role is Role.DOCTOR else None)


async def test_all_active_admins_hear_of_a_doctor_who_waits_and_nobody_of_others(bench: Bench) -> None:
    nora, bela, zoe = [
        await bench.user(f"{name}@example.org", Role.ADMIN) for name in ("nora", "bela", "zoe")
    ]
    await bench.storage.users.change(zoe.id, {"status": "blocked"})
    await bench.clinic.accounts.register(_registration(Role.DOCTOR, vetted=True, email="sen@example.org"))
    await bench.clinic.accounts.register(_registration(Role.PATIENT, vetted=False, email="p@example.org"))
    assert not bench.news
    user = await bench.clinic.accounts.register(_registration(Role.DOCTOR, vetted=False))
    (event,) = await bench.storage.notifications.unspread(9)
    assert (event.kind, event.id) == ("doctor_waits", f"{user.id}.doctor_waits")
    assert set(event.readers) == {nora.id, bela.id}
    assert event.facts == {
        "user_id": user.id,
        "name": "Meera Rao",
        "specialization": "Cardiology",
        "email": "new@example.org",
        "alike": True,  # the one who did not have to wait has the same name
    }
    assert bench.news == ["news"]


async def test_a_doctor_waits_also_where_there_is_no_admin_yet(bench: Bench) -> None:
    user = await bench.clinic.accounts.register(_registration(Role.DOCTOR, vetted=False))
    assert user.status is AccountStatus.PENDING


async def test_nobody_becomes_an_admin_without_the_staff_code(bench: Bench) -> None:
    with pytest.raises(WrongStaffCode):
        await bench.clinic.accounts.register(_registration(Role.ADMIN, vetted=False))
    assert not await bench.storage.users.email_exists("new@example.org")


async def test_a_mail_address_has_one_account_however_it_is_typed(bench: Bench) -> None:
    accounts = bench.clinic.accounts
    assert await accounts.check_email(" New@Example.ORG ") == "new@example.org"
    await accounts.register(_registration(Role.PATIENT, vetted=False, email="NEW@example.org"))
    with pytest.raises(EmailTaken):
        await accounts.check_email("new@EXAMPLE.org")
    with pytest.raises(EmailTaken):
        await accounts.register(_registration(Role.PATIENT, vetted=False))


async def test_the_staff_code_is_compared_whole_and_can_not_be_guessed_for_long(bench: Bench) -> None:
    check = bench.clinic.accounts.check_staff_code
    for _ in range(9):  # a right one starts the count anew
        await check(ChatId(1), " open-sesame\n")
    for wrong in ("open-sesam", "OPEN-SESAME", "", "öpen-sesame", "open-sesame!"):
        with pytest.raises(WrongStaffCode):
            await check(ChatId(1), wrong)
    with pytest.raises(TooManyTries):
        await check(ChatId(1), "open-sesame")
    await check(ChatId(2), "open-sesame")


async def test_a_clinic_without_a_staff_code_takes_none(bench: Bench) -> None:
    bench.clinic.accounts._staff_code = None
    assert not bench.clinic.accounts.has_staff_code
    for code in ("", "None", "open-sesame"):
        with pytest.raises(StaffCodeNotSet):
            await bench.clinic.accounts.check_staff_code(ChatId(1), code)


async def test_doctors_who_register_are_offered_the_usual_specializations_and_the_clinics_own(
    bench: Bench,
) -> None:
    await bench.user("rao@example.org", Role.DOCTOR, "acupuncture")
    known = await bench.clinic.accounts.known_specializations()
    assert known == sorted(known)
    assert {"Acupuncture", "Cardiology"} <= set(known)
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    "text",
    [
        *("", "asha", "@example.org", "asha@", "asha@example", "a b@example.org", "a@b@example.org"),
        *("asha@.org", "asha@example.org, bela@example.org", "a@example.org\nBcc: b@example.org"),
        # Two addresses, of which either may be meant, and one that would begin with a point.
        *("bela@example.org <asha@example.org>", ".asha@example.org", "mailto:", "<>", "<@example.org>"),
        # What SMTP can't reach without its extensions would never hear from the clinic.
        "zoë@example.org",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(BadEmail):
        read_email(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Asha@Example.ORG ", "asha@example.org"),
        ("o'neil+clinic@example.org", "o'neil+clinic@example.org"),
        ("zoe@BÜCHER.example", "zoe@xn--bcher-kva.example"),
        ("zoe@xn--bcher-kva.example", "zoe@xn--bcher-kva.example"),
    ],
)
def test_a_mail_address_has_one_form_in_letters_that_every_mail_server_knows(
    text: str, expected: str
) -> None:
    assert read_email(text) == expected
    assert read_email(expected) == expected


ODD = (
    *(
        "\u200b",
        "\ufeff",
        "\u2060",
        "\u00ad",
        "\u202a",
        "\u200e",
        "\ufe0f",
        "\u034f",
        "\u3164",
        "\U000e0041",
        "\x00",
    ),
)
WRAPPED = (
    *(
        "{}.",
        "{},",
        "{};",
        "{}!",
        "{}?",
        "{}…",
        "{}。",
        "<{}>",
        "({})",
        "[{}]",
        '"{}"',
        "'{}'",
        "“{}”",
        "«{}»",
        "`{}`",
    ),
    *(
        "mailto:{}",
        "MAILTO: {}",
        "<mailto:{}>",
        "mailto:{}?subject=Hello",
        "Asha Patel <{}>",
        '"Patel, Asha" <{}>.',
    ),
    *(" \u00a0{}\n", "*{}*", "<<{}>>", "Asha <{}"),
)


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("address", ["asha@example.org", "Asha＠example．org", "ａｓｈａ@example.org"])
def test_what_was_pasted_around_an_address_is_left_out(wrapped: str, address: str) -> None:
    assert read_email(wrapped.format(address)) == "asha@example.org"
    assert as_searched(wrapped.format(address)) == "asha@example.org"


@given(st.lists(st.tuples(st.integers(0, 16), st.sampled_from(ODD)), max_size=6), st.sampled_from(WRAPPED))
def test_what_can_not_be_seen_is_no_part_of_an_address(places: list[tuple[int, str]], wrapped: str) -> None:
    address = "asha@example.org"
    for place, odd in places:
        address = address[:place] + odd + address[place:]
    assert read_email(wrapped.format(address)) == "asha@example.org"


@given(st.text(max_size=60))
def test_an_address_that_was_read_is_read_the_same_again(text: str) -> None:
    with suppress(BadEmail):
        address = read_email(text)
        assert read_email(address) == address == address.casefold()


@pytest.mark.parametrize(
    ("typed", "sought"), [("José  Rao", "José Rao"), ("asha@", "asha@"), ("\u200brao", "rao")]
)
def test_a_search_is_for_what_can_be_seen(typed: str, sought: str) -> None:
    assert as_searched(typed) == sought


@given(st.text(max_size=120))
def test_a_name_that_is_taken_can_not_rewrite_a_card(text: str) -> None:
    with suppress(BadName):
        name = read_name(text)
        assert 0 < len(name) <= MAX_NAME
        assert name == " ".join(name.split())
        assert not {unicodedata.category(c) for c in name} & {"Cc", "Cs"}
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(name)
        assert read_name(name) == name


@pytest.mark.parametrize("name", ["مریم", "Zoë", "张伟", "O’Neil-Smith", "ক্ষমা", "नमस्ते", "Ali 🙂", "X"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    assert read_name(f"  {name}\n") == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Dr. Sam O'Neill", "Sam O'Neill"),
        ("dr  Sam", "Sam"),
        ("DOCTOR Sam", "Sam"),
        ("Dr.Sam", "Sam"),
        ("Dr. Dr. Sam", "Sam"),
        ("Drew Barr", "Drew Barr"),
        ("Doctorow", "Doctorow"),
        ("Prof. Sam", "Prof. Sam"),
        ("Dr.", "Dr."),
        ("Dr. 42", "Dr. 42"),
        ("Dr " + "a" * MAX_NAME, "a" * MAX_NAME),
    ],
)
def test_a_title_is_no_part_of_a_doctors_name(typed: str, kept: str) -> None:
    assert read_name(typed, Role.DOCTOR) == kept


async def test_a_doctor_is_registered_without_the_title_and_others_as_they_say(bench: Bench) -> None:
    typed = "Dr. Sam O'Neill"
    for role, kept in ((Role.DOCTOR, "Sam O'Neill"), (Role.PATIENT, typed)):
        said = replace(_registration(role, vetted=False, email=f"{role}@example.org"), name=typed)
        assert (await bench.clinic.accounts.register(said)).name == kept


@pytest.mark.parametrize("text", ["", "  ", "123", "🙂", "...", "a" * 81])
def test_a_name_has_a_letter_and_an_end(text: str) -> None:
    with pytest.raises(BadName):
        read_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cardiology", "Cardiology"),
        ("  GENERAL   medicine ", "General medicine"),
        ("sports medicine", "Sports medicine"),
        ("ENT", "ENT"),
        ("x", BadSpecialization),
        ("12", BadSpecialization),
        ("a" * 41, BadSpecialization),
        ("", BadSpecialization),
    ],
)
def test_a_specialization_is_written_as_the_others_write_it(
    text: str, expected: str | type[ClinicError]
) -> None:
    if isinstance(expected, str):
        assert read_specialization(text) == expected
    else:
        with pytest.raises(expected):
            read_specialization(text)


def test_no_repr_shows_who_registers() -> None:
    registration = _registration(Role.PATIENT, vetted=False)
    assert repr(registration) == "Registration(patient)"
