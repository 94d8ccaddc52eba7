"""A doctor who wants another name, and the admin who decides."""

from services.models.people import Role
from tests.town import Town


async def test_a_doctors_new_name_waits_for_an_admin_who_sees_whose_it_looks_like(town: Town) -> None:
    await town.account("Vikram Sen", "vikram@clinic.example", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    rao = await town.signed_in("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")
    await rao.talks(
        [("/me", "Meera Rao"), ("«Name»", "What should it be?"), ("Vikrаm Sеn", "has to approve your")]
    )
    assert "waiting for approval" in rao.last
    told = await nora.hears("Dr Meera Rao wants a new name")
    assert "looks the same as another doctor" in told
    await nora.talks([("/users rao", "wants a new name"), ("«Meera Rao»", "Wants to be called Dr Vikrаm")])
    assert "The name looks the same as Dr Vikram Sen (Cardiology)" in nora.last
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "Our doctors"), ("«Neurology»", "1 doctor")])
    assert "Dr Meera Rao" in asha.buttons
    old = (nora.last_id, nora.buttons[nora.label("Approve the name")])
    assert "is refused" in await nora.taps("Refuse the name")
    await rao.hears("Your new name was not approved. You are still Dr Meera Rao here")
    assert "already been decided" in await nora.taps_raw(*old)
    mail = await town.mailbox.wait_for(
        lambda mail: mail.to == ("rao@clinic.example",) and "new name" in mail.subject
    )
    assert "not approved" in mail.text


async def test_an_approved_name_is_there_for_patients(town: Town) -> None:
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    rao = await town.signed_in("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")
    await rao.talks([("/me", "Meera Rao"), ("«Name»", "What should"), ("Dr Meera Rao-Sen", "you are still")])
    await nora.hears("wants a new name")
    assert "The doctor's name is now Dr Meera Rao-Sen" in await nora.taps("Approve the name")
    await rao.hears("Your name here is now Dr Meera Rao-Sen")
    assert "Dr Meera Rao-Sen" in await rao.says("/me") or "Meera Rao-Sen" in rao.last
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("rao sen", "Dr Meera Rao-Sen"), ("/book sen meera", "Which day?")])
    await nora.talks([("/audit rao", "approved Meera Rao-Sen"), ("/audit rao", "asked for a new name")])


async def test_whoever_registers_with_a_name_that_looks_like_anothers_is_told_of(town: Town) -> None:
    await town.account("Vikram Sen", "vikram@clinic.example", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    other = town.person()
    for text in ("/register", "Vikr\u200bаm Sen", "other@clinic.example", "correct horse"):
        await other.says(text)
    await other.talks(
        [("«Doctor»", "specialization"), ("«Neurology»", "gender"), ("«rather not»", "staff code")]
    )
    await other.talks([("«I don't have one»", "Vikrаm Sen"), ("«Save»", "has to approve")])
    assert "looks the same as another doctor" in await nora.hears("waiting for approval")
    await nora.talks(
        [("/users other@", "1 account"), ("«Vikr»", "The name looks the same as Dr Vikram Sen (Cardiology)")]
    )
