"""An admin puts a mistyped address right: who hears of it, and what is refused."""

import pytest

from services.models.people import Role
from tests.plans import OURS
from tests.town import PASSWORD, Person, Town

OLD, NEW = "asha@exmaple.org", "asha@example.org"


@pytest.fixture
async def nora(town: Town) -> Person:
    """Return an admin."""
    return await town.signed_in("Nora", "nora@example.org", Role.ADMIN)


async def test_the_person_the_old_address_and_the_audit_hear_of_it_and_the_session_stays(
    town: Town, nora: Person
) -> None:
    asha = await town.signed_in("Asha", OLD)
    await nora.talks([("/users asha", "1 account"), ("«Asha»", OLD), ("«Correct email»", OLD)])
    await nora.talks([("asha at home", "one like asha@example.org"), (OLD, "already this account's")])
    await nora.talks([("nora@example.org", "belongs to another account")])
    assert f"The email address is now {NEW}" in await nora.says(NEW)
    assert "email not confirmed" in nora.last
    heard = await asha.hears("the clinic has corrected your email address")
    assert OLD in heard
    assert NEW in heard
    mail = await town.mailbox.wait_for(lambda mail: mail.to == (OLD,))
    assert "corrected" in mail.subject
    assert NEW not in mail.text
    assert "a…@example.org" in mail.text
    await asha.talks([("«Enter the code»", f"emailed to {NEW}"), (await town.code(NEW), "is confirmed")])
    await nora.talks([("/users asha", "1 account"), ("«Asha»", NEW)])
    assert "not confirmed" not in nora.last
    assert "Nora corrected Asha's email address" in await nora.says("/audit")
    assert "Asha confirmed their email address" in nora.last
    await asha.talks([("/logout", "signed out")])
    assert "Hello Asha" in await asha.signs_in(NEW)


async def test_a_doctor_who_is_signed_out_hears_of_it_in_the_chat_used_last(town: Town, nora: Person) -> None:
    rao = await town.signed_in("Meera Rao", "roa@example.org", Role.DOCTOR, "Cardiology")
    await town.storage.users._users.update_one({"email": "roa@example.org"}, {"$set": {"known_chats": []}})
    await nora.talks([("/users meera", "1 account"), ("«Meera Rao»", "roa@"), ("«Correct email»", "roa@")])
    await nora.says("rao@example.org")
    await rao.hears("Dr Meera Rao, the clinic has corrected your email address")
    assert "Hello Meera Rao" in await rao.signs_in("rao@example.org", PASSWORD)


@pytest.mark.parametrize(("code", "said"), [(550, "doesn't accept email"), (451, "Nothing was changed")])
async def test_where_no_code_can_be_sent_nothing_is_changed(
    town: Town, nora: Person, code: int, said: str
) -> None:
    await town.account("Asha", OLD)
    await nora.talks([("/users asha", "1 account"), ("«Asha»", OLD), ("«Correct email»", OLD)])
    town.mailbox.refuse_with(code, "no")
    await nora.talks([(NEW, said)])
    assert await town.storage.users._users.find_one({"email": NEW}, comment=OURS) is None
    await nora.talks([(NEW, f"is now {NEW}")])


async def test_an_admins_own_card_has_no_such_button(nora: Person) -> None:
    await nora.talks([("/users nora", "1 account"), ("«Nora»", "This is you")])
    assert "📧 Correct email" not in nora.buttons
