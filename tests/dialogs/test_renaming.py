"""A doctor who wants another name, and the admin who decides."""

from services.models.people import Role
from tests.town import Town


async def test_a_doctors_new_name_waits_for_an_admin_who_sees_whose_it_looks_like(town: Town) -> None:
    await town.account("Vikram Sen", "vikram@clinic.example", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    rao = await town.signed_in("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")
    await rao.talks(
        [("/me", "Meera Rao"), ("«Name»", "What shall I change"), ("Vikrаm Sеn", "looks at your")]
    )
    assert "waits for approval" in rao.last
    told = await nora.hears("Dr Meera Rao wants another name")
    assert "looks the same as another doctor" in told
    await nora.talks([("/users rao", "wants another name"), ("«Meera Rao»", "Wants to be called Dr Vikrаm")])
    assert "Looks the same as Dr Vikram Sen (Cardiology)" in nora.last
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "Our doctors"), ("«Neurology»", "1 doctor")])
    assert "Dr Meera Rao" in asha.buttons
    old = (nora.last_id, nora.buttons[nora.label("Approve the name")])
    assert "is refused" in await nora.taps("Refuse the name")
    await rao.hears("You stay Dr Meera Rao here")
    assert "decided on already" in await nora.taps_raw(*old)
    mail = await town.mailbox.wait_for(
        lambda mail: mail.to == ("rao@clinic.example",) and "new name" in mail.subject
    )
    assert "not approved" in mail.text


async def test_an_approved_name_is_there_for_patients(town: Town) -> None:
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    rao = await town.signed_in("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")
    await rao.talks([("/me", "Meera Rao"), ("«Name»", "What shall"), ("Dr Meera Rao-Sen", "you stay")])
    await nora.hears("wants another name")
    assert "Dr Meera Rao-Sen from now on" in await nora.taps("Approve the name")
    await rao.hears("You are Dr Meera Rao-Sen here")
    assert "Dr Meera Rao-Sen" in await rao.says("/me") or "Meera Rao-Sen" in rao.last
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("rao sen", "Dr Meera Rao-Sen"), ("/book sen meera", "Which day?")])
    await nora.talks([("/audit rao", "approved Meera Rao-Sen"), ("/audit rao", "asked for another name")])


async def test_whoever_registers_with_a_name_that_looks_like_anothers_is_told_of(town: Town) -> None:
    await town.account("Vikram Sen", "vikram@clinic.example", Role.DOCTOR, "Cardiology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    other = town.person()
    for text in ("/register", "Vikr\u200bаm Sen", "other@clinic.example", "correct horse"):
        await other.says(text)
    await other.talks(
        [("«Doctor»", "specialization"), ("«Neurology»", "gender"), ("«rather not»", "staff code")]
    )
    await other.talks([("«I have none»", "Vikrаm Sen"), ("«Save»", "waits for")])
    assert "looks the same as another doctor" in await nora.hears("waits for approval")
    await nora.talks(
        [("/users other@", "1 account"), ("«Vikr»", "Looks the same as Dr Vikram Sen (Cardiology)")]
    )
