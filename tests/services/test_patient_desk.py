"""Patients as the desk finds, makes and changes them."""

from datetime import date

import pytest

from services.administration.accounts import USERS_A_PAGE
from services.errors import BadEmail, BadPhone, PatientChanged, PatientGone, RoleRequired
from services.models.audit import Action
from services.models.people import Principal, Role, UserId
from services.patients.desk import form_of
from services.patients.family import PatientForm
from tests.services.conftest import Bench

BORN = date(1950, 3, 14)
JONES = PatientForm("Mary Jones", phone="+44 20 7946 0018")


@pytest.fixture
async def rita(bench: Bench) -> Principal:
    return await bench.principal("rita@example.org", Role.RECEPTIONIST)


async def test_a_patient_is_found_by_name_address_and_however_the_number_is_written(
    bench: Bench, rita: Principal
) -> None:
    desk, search = bench.clinic.patient_desk, bench.clinic.administration.patients
    jones = await desk.make(rita, JONES, request_id="1")
    assert await desk.make(rita, JONES, request_id="1") == jones
    await bench.user("jonesy@example.org")
    for text in ("+442079460018", "+44 (0)20 7946-0018", "+44.20.7946.0018", "mary"):
        assert [each.id for each in (await search(rita, text, 0)).items] == [jones.id], text
    assert [each.name for each in (await search(rita, "jones", 0)).items] == ["Mary Jones", "Jonesy"]
    assert (await search(rita, "nobody", 0)).total == 0


async def test_pages_hold_those_without_an_account_and_then_accounts_each_once(
    bench: Bench, rita: Principal
) -> None:
    desk, search = bench.clinic.patient_desk, bench.clinic.administration.patients
    for number in range(8):
        await desk.make(rita, PatientForm(f"Kim {number}"), request_id=str(number))
    for number in range(9):
        await bench.user(f"kim{number}@example.org")
    pages = [await search(rita, "kim", number) for number in range(4)]
    assert [page.total for page in pages] == [17] * 4
    assert [len(page.items) for page in pages[:3]] == [USERS_A_PAGE, USERS_A_PAGE, 5]
    names = [each.name for page in pages[:3] for each in page.items]
    assert names == [*(f"Kim {number}" for number in range(8)), *(f"Kim{number}" for number in range(9))]
    assert pages[3] == pages[2]


async def test_who_may_be_the_same_is_known_by_name_number_and_birth_date(
    bench: Bench, rita: Principal
) -> None:
    desk = bench.clinic.patient_desk
    jones = await desk.make(rita, JONES, request_id="1")
    asha = await bench.user("asha@example.org")

    async def alike(form: PatientForm) -> list[UserId]:
        return [each.id for each in await desk.alike(rita, form)]

    assert await alike(PatientForm("mary  JONES")) == [jones.id]
    assert await alike(PatientForm("Somebody Else", phone="+44 (0)20 7946 0018")) == [jones.id]
    assert await alike(PatientForm("asha")) == [asha.id]
    assert await alike(PatientForm("Somebody Else", phone="+44 20 7946 0019")) == []
    born = await desk.change(rita, jones, PatientForm("Mary Jones", BORN))
    assert await alike(PatientForm("Mary Jones", BORN)) == [jones.id]
    assert await alike(PatientForm("Mary Jones", date(1980, 1, 1))) == []
    assert born.phone is None


async def test_what_is_known_is_put_right_by_whoever_saw_it_last(bench: Bench, rita: Principal) -> None:
    desk = bench.clinic.patient_desk
    jones = await desk.make(rita, JONES, request_id="1")
    changed = await desk.change(rita, jones, PatientForm("Mary Jones", email="Mary@Example.org"))
    assert (changed.email, changed.revision) == ("mary@example.org", 1)
    with pytest.raises(PatientChanged):
        await desk.change(rita, jones, JONES)
    with pytest.raises(BadEmail):
        await desk.change(rita, changed, PatientForm("Mary Jones", email="nonsense"))
    with pytest.raises(BadPhone):
        await desk.change(rita, changed, PatientForm("Mary Jones", phone="12"))
    card = await desk.card(rita, jones.id)
    assert (form_of(card.patient), card.carers) == (PatientForm("Mary Jones", email="mary@example.org"), [])
    noted = (
        await bench.clinic.audit.page(await bench.principal("n@example.org", Role.ADMIN, 9))
    ).entries.items
    assert [each.action for each in noted if each.subject == jones.id] == [
        Action.PATIENT_CHANGED,
        Action.PATIENT_MADE,
    ]


async def test_a_carer_is_named_and_an_account_is_changed_by_its_owner_only(
    bench: Bench, rita: Principal
) -> None:
    asha = await bench.principal("asha@example.org", chat=2)
    mia = await bench.clinic.family.add(asha, PatientForm("Mia"), request_id="1")
    desk = bench.clinic.patient_desk
    card = await desk.card(rita, mia.id)
    assert [each.name for each in card.carers] == ["Asha"]
    own = (await desk.card(rita, asha.id)).patient
    for gone in (
        desk.change(rita, own, JONES),
        desk.card(rita, rita.id),
        desk.card(rita, UserId("p-" + "0" * 22)),
    ):
        with pytest.raises(PatientGone):
            await gone


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
async def test_only_the_desk_finds_makes_and_changes_them(bench: Bench, rita: Principal, role: Role) -> None:
    desk = bench.clinic.patient_desk
    jones = await desk.make(rita, JONES, request_id="1")
    stranger = await bench.principal("tom@example.org", role, 3)
    for call in (
        desk.alike(stranger, JONES),
        desk.make(stranger, JONES, request_id="2"),
        desk.card(stranger, jones.id),
        desk.change(stranger, jones, JONES),
    ):
        with pytest.raises(RoleRequired):
            await call
    for read in (desk.read_name, desk.read_phone):
        with pytest.raises(RoleRequired):
            read(stranger, "+44 20 7946 0018")
