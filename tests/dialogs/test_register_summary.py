"""The summary of a registration: each line leads to its question and back, and nothing else is lost."""

from datetime import timedelta

import pytest

from services.models.people import Gender, Role, User
from tests.town import PASSWORD, STAFF_CODE, Person, Town
from tests.turning import TurnableClock


async def _stored(town: Town, email: str) -> User:
    found = await town.storage.users.credentials(email)
    assert found is not None
    return found.user


@pytest.fixture
async def asha(town: Town) -> Person:
    """Return a patient whose registration is at its summary."""
    person = town.person("Asha")
    for act in ("/register", "Asha Patel", "asha@exmaple.org", PASSWORD, "patient", "female"):
        await person.says(act)
    assert "Is this right?" in person.last
    return person


@pytest.fixture
async def rao(town: Town) -> Person:
    """Return a doctor without a staff code whose registration is at its summary."""
    person = town.person("Meera")
    for act in ("/register", "Meera Rao", "rao@example.org", PASSWORD, "doctor", "cardiology", "female"):
        await person.says(act)
    assert "Is this right?" in await person.taps("I don't have one")
    return person


async def test_each_line_is_changed_by_itself_and_what_counts_is_the_last_answer(
    town: Town, asha: Person
) -> None:
    assert list(asha.buttons)[1:6] == ["✏️ Name", "📧 Email", "🔒 Password", "🙂 Role", "👤 Gender"]
    card = asha.last_id
    await asha.taps("Name")
    await asha.talks([("Asha Rao", "Name: Asha Rao"), ("«Email»", "What is your email address?")])
    assert "asha@example.org" in await asha.says("asha@example.org")
    await asha.talks([("«Password»", "Choose a password"), ("a better one", "Is this right?")])
    await asha.talks([("«Gender»", "gender"), ("«rather not say»", "Gender: not given")])
    await asha.talks([("«Role»", "patient, a doctor"), ("«Patient»", "Role: patient")])
    assert "Email: asha@example.org" in asha.last
    assert len(asha.messages) == 1
    assert asha.last_id != card
    await asha.talks([("«Save»", "account is ready"), ("/logout", "signed out")])
    assert "Hello Asha Rao" in await asha.signs_in("asha@example.org", "a better one")
    assert (await _stored(town, "asha@example.org")).gender is None


async def test_back_leads_to_the_summary_and_changes_nothing(town: Town, asha: Person) -> None:
    for line in ("Name", "Email", "Password", "Role", "Gender"):
        await asha.taps(line)
        assert "Is this right?" not in asha.last
        summary = await asha.taps("Back")
        assert "Name: Asha Patel" in summary
        assert "Gender: female" in summary
    await asha.talks([("«Back»", "gender"), ("«Female»", "Is this right?"), ("«Save»", "account is ready")])
    assert (await _stored(town, "asha@exmaple.org")).gender is Gender.FEMALE


async def test_a_wrong_answer_is_asked_again_and_back_still_leads_to_the_summary(
    town: Town, asha: Person
) -> None:
    await town.account("Bela", "bela@example.org")
    await asha.talks([("«Email»", "email address"), ("bela@example.org", "already has an account")])
    await asha.talks([("nonsense", "one like"), ("«Back»", "Email: asha@exmaple.org")])
    await asha.talks([("«Name»", "full name"), ("123", "A name needs letters"), ("«Back»", "right?")])


async def test_the_name_of_a_line_may_be_typed(asha: Person) -> None:
    await asha.talks([("email", "email address"), ("asha@example.org", "Email: asha@example.org")])


async def test_the_new_address_is_not_the_password(town: Town, clock: TurnableClock) -> None:
    asha = town.person("Asha")
    for act in ("/register", "Asha", "asha@example.com", "asha@example.org", "patient", "female"):
        await asha.says(act)
    # Until then it is taken for a secret that was typed again.
    clock.turn(timedelta(minutes=6))
    await asha.talks([("«Email»", "email address"), ("asha@example.org", "That is your email address")])
    await asha.talks([(PASSWORD, "Email: asha@example.org"), ("«Save»", "account is ready")])


async def test_another_role_asks_what_it_needs_and_keeps_the_rest(town: Town, asha: Person) -> None:
    await asha.talks([("«Role»", "patient"), ("«Doctor»", "specialization"), ("neurology", "staff code")])
    await asha.talks([(STAFF_CODE, "Specialization: Neurology"), ("«Role»", "patient")])
    assert "Gender: female" in await asha.taps("Doctor")
    await asha.talks([("«Role»", "patient"), ("«Admin»", "staff code"), (STAFF_CODE, "Role: admin")])
    assert "Specialization" not in asha.last
    await asha.talks([("«Save»", "account is ready")])
    assert (await _stored(town, "asha@exmaple.org")).role is Role.ADMIN


async def test_an_admin_can_not_leave_the_staff_code_out_by_going_back(town: Town, asha: Person) -> None:
    await asha.talks([("«Role»", "patient"), ("«Admin»", "staff code"), ("«Back»", "gender")])
    await asha.forges("ok")
    assert not await town.storage.users.email_exists("asha@exmaple.org")


async def test_a_doctor_changes_the_specialization_and_gives_the_staff_code_after_all(
    rao: Person,
) -> None:
    await rao.talks([("«Gender»", "gender"), ("«Other»", "Is this right?")])
    await rao.talks([("«Specialization»", "specialization"), ("neurology", "Specialization: Neurology")])
    await rao.talks([("«Staff code»", "staff code"), ("wrong-code", "Wrong staff code")])
    assert "has to approve" not in await rao.says(STAFF_CODE)
    assert "🔑 Staff code" not in rao.buttons
    await rao.talks([("«Save»", "account is ready, and you are signed in")])


@pytest.mark.parametrize("question", ["register.summary", "register.staff_code", "booking.day", "x"])
async def test_a_forged_line_leads_nowhere(asha: Person, question: str) -> None:
    assert "Is this right?" in await asha.forges(f"edit:{question}")
