"""The people whom an account looks after: adding them, changing what is known, letting them go."""

from datetime import date

import pytest

from services.errors import (
    BadBirthDate,
    BadName,
    BadPhone,
    PatientChanged,
    PatientUnknown,
    RoleRequired,
    TooManyPatients,
)
from services.models.patients import MOST_LOOKED_AFTER, Patient
from services.models.people import ChatId, Gender, Principal, Role
from services.patients.family import PatientForm
from services.patients.fields import read_phone, shown_phone
from tests.services.conftest import PASSWORD, Bench

MIA = PatientForm("Mia  Patel", date(2019, 3, 14), "+44 20 7946 0018", Gender.FEMALE)


async def _again(bench: Bench, principal: Principal) -> Principal:
    """Return the same person, as they are read with the next message."""
    return await bench.clinic.sessions.sign_in(ChatId(99), principal.user.email, PASSWORD)


async def _with_mia(bench: Bench) -> tuple[Principal, Patient]:
    asha = await bench.principal("asha@example.org")
    mia = await bench.clinic.family.add(asha, MIA, request_id="1")
    return await _again(bench, asha), mia


async def test_somebody_who_is_added_is_looked_after_and_added_once(bench: Bench) -> None:
    asha, mia = await _with_mia(bench)
    assert (mia.name, mia.phone, mia.has_account) == ("Mia Patel", "+442079460018", False)
    assert await bench.clinic.family.add(asha, MIA, request_id="1") == mia
    assert asha.user.looks_after == (mia.id,)
    assert [each.name for each in await bench.clinic.patients.choices(asha)] == ["Asha", "Mia Patel"]
    assert await bench.clinic.patients.mine(asha, mia.id) == mia
    assert await bench.clinic.patients.carers(mia.id) == [asha.user]


async def test_who_does_not_look_after_somebody_does_not_see_them(bench: Bench) -> None:
    _, mia = await _with_mia(bench)
    tom = await bench.principal("tom@example.org", chat=2)
    rao = await bench.principal("rao@example.org", Role.DOCTOR, chat=3)
    for stranger in (tom, rao):
        with pytest.raises(PatientUnknown):
            await bench.clinic.patients.mine(stranger, mia.id)
    with pytest.raises(PatientUnknown):
        await bench.clinic.family.change(tom, mia, MIA)
    with pytest.raises(RoleRequired):
        await bench.clinic.family.add(rao, MIA, request_id="2")


async def test_an_eleventh_is_refused_and_not_left_behind(bench: Bench) -> None:
    asha = await bench.principal("asha@example.org")
    for number in range(MOST_LOOKED_AFTER):
        await bench.clinic.family.add(asha, MIA, request_id=str(number))
    with pytest.raises(TooManyPatients):
        await bench.clinic.family.add(await _again(bench, asha), MIA, request_id="more")
    assert len(await bench.storage.patients.search("mia")) == MOST_LOOKED_AFTER


async def test_what_is_known_is_changed_by_whoever_saw_it_last(bench: Bench) -> None:
    asha, mia = await _with_mia(bench)
    changed = await bench.clinic.family.change(asha, mia, PatientForm("Mia Rao"))
    assert (changed.name, changed.phone, changed.revision) == ("Mia Rao", None, 1)
    with pytest.raises(PatientChanged):
        await bench.clinic.family.change(asha, mia, MIA)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (PatientForm("…"), BadName),
        (PatientForm("Mia", date(2090, 1, 1)), BadBirthDate),
        (PatientForm("Mia", date(1850, 1, 1)), BadBirthDate),
        (PatientForm("Mia", phone="call me"), BadPhone),
    ],
)
async def test_what_cannot_be_is_refused(bench: Bench, form: PatientForm, error: type[Exception]) -> None:
    asha = await bench.principal("asha@example.org")
    with pytest.raises(error):
        await bench.clinic.family.add(asha, form, request_id="1")
    assert await bench.clinic.patients.choices(asha) == await bench.clinic.patients.choices(
        await _again(bench, asha)
    )


@pytest.mark.parametrize(
    "typed", ["020 7946 0018", "+44 20 7946 0018", "0044-20-79460018", "(020) 7946.0018", "tel:020 7946 0018"]
)
def test_a_telephone_number_may_be_written_in_any_way(typed: str) -> None:
    assert read_phone(typed, "GB") == "+442079460018"
    assert shown_phone("+442079460018", "GB") == "020 7946 0018"
    assert shown_phone("+442079460018") == "+44 20 7946 0018"


@pytest.mark.parametrize(("typed", "region"), [("020 7946 0018", None), ("12345", "GB"), ("", "GB")])
def test_what_is_no_telephone_number_is_refused_with_an_example(typed: str, region: str | None) -> None:
    with pytest.raises(BadPhone) as refused:
        read_phone(typed, region)
    assert refused.value.example.startswith("+44")
