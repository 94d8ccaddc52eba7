"""Plain words where a specialization is asked for."""

from services.models.people import Role
from tests.town import PASSWORD, Person, Town


async def _up_to_specialization(town: Town, email: str) -> Person:
    person = town.person()
    for text in ("/register", "Meera Rao", email, PASSWORD):
        await person.says(text)
    assert "specialization" in await person.taps("Doctor")
    return person


async def test_a_doctor_of_the_heart_is_offered_cardiology(town: Town) -> None:
    rao = await _up_to_specialization(town, "rao@clinic.example")
    assert "Did you mean Cardiology?" in await rao.says("heart")
    assert {"Cardiology", "Keep “Heart”"} == set(list(rao.buttons)[:2])
    await rao.talks(
        [("«Cardiology»", "gender"), ("«Back»", "specialization"), ("Cardiolgy", "mean Cardiology?")]
    )
    await rao.talks(
        [("«Back»", "patient, a doctor"), ("«Doctor»", "specialization"), ("teeth", "Dentistry?")]
    )
    await rao.talks([("«Dentistry»", "gender"), ("«Female»", "staff code"), ("open-sesame", "Dentistry")])
    assert "ready" in await rao.taps("Save")
    assert "Dentistry" in await town.storage.user_search.specializations()


async def test_what_was_typed_can_be_kept(town: Town) -> None:
    rao = await _up_to_specialization(town, "rao@clinic.example")
    await rao.talks([("he\u200bart", "Did you mean"), ("keep heart", "gender"), ("female", "staff code")])
    await rao.talks([("open-sesame", "Specialization: Heart"), ("«Save»", "ready")])
    other = await _up_to_specialization(town, "other@clinic.example")
    assert "gender" in await other.says("heart")


async def test_an_admin_is_asked_as_well(town: Town) -> None:
    await town.account("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    await nora.talks([("/users rao", "1 account"), ("«Rao»", "Neurology"), ("«Change spec»", "What is")])
    await nora.talks([("lungs", "mean Pulmonology?"), ("«Pulmonology»", "Dr Meera Rao: Pulmonology")])
    await nora.talks([("«Change spec»", "What is"), ("lung", "mean Pulmonology?"), ("«Keep»", "Rao: Lung")])


async def test_a_patient_finds_a_doctor_by_plain_words(town: Town) -> None:
    await town.account("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Cardiology")
    await town.account("Tom Hart", "hart@clinic.example", Role.DOCTOR, "ENT")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book", "What kind"), ("heart", "🏥 Cardiology"), ("/cancel", "stopped. Nothing")])
    await asha.talks([("/book heart", "🏥 Cardiology"), ("/cancel", "stopped. Nothing")])
    await asha.talks([("/book", "What kind"), ("my ears", "🏥 ENT"), ("hart", "Tom Hart, ENT")])
