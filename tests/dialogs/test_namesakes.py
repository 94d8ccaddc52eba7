"""People of one name: it is asked which is meant, and buttons tell them apart."""

import pytest

from services.models.people import Role
from tests.town import Person, Town


async def _two_doctors(town: Town, *, second: str = "Vikram Sen", skin: str = "Dermatology") -> None:
    await town.account("Vikram Sen", "vs.heart@clinic.example", Role.DOCTOR, "Cardiology")
    await town.account(second, "vs.other@clinic.example", Role.DOCTOR, skin)
    await town.account("Meera Rao", "rao@clinic.example", Role.DOCTOR, "Neurology")


@pytest.mark.parametrize("second", ["Vikram Sen", "VIKRAM SEN", "Víkram Sen"])
async def test_which_of_two_doctors_is_meant_is_asked(town: Town, second: str) -> None:
    await _two_doctors(town, second=second)
    asha = await town.signed_in("Asha", "asha@example.org")
    answer = await asha.says("/book vikram sen tomorrow 10:30")
    assert "Several match: " in answer
    assert "Dr Vikram Sen · Cardiology" in answer
    assert _offered(asha, "Dr Vikram Sen · Cardiology", f"Dr {second} · Dermatology")
    assert not any("@" in label or "vs." in label for label in asha.buttons)
    chosen = await asha.taps(f"Dr {second} · Dermatology")
    # What was typed of the day and the time is not lost.
    assert f"Dr {second}, Dermatology\n🕑 Tue 4 May 2027, 10:30 AM" in chosen
    assert "reason" in chosen
    await asha.talks([("«Back»", "Which time?"), ("«Back»", "Which day?"), ("«Back»", "Who would")])


def _offered(person: Person, *names: str) -> bool:
    """Tell whether each of the doctors has a button, on which the next free time stands behind the name."""
    return all(any(label.startswith(name) for label in person.buttons) for name in names)


async def test_which_of_two_doctors_can_be_typed(town: Town) -> None:
    await _two_doctors(town)
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book sen vikram", "Several match"), ("dermatology", "Dr Vikram Sen, Dermatology")])
    await asha.talks(
        [("/cancel", "stopped. Nothing"), ("/book vikram sen cardiology", "Dr Vikram Sen, Cardiology")]
    )


async def test_lists_of_doctors_tell_them_apart(town: Town) -> None:
    await _two_doctors(town, skin="Cardiology")
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "2 specializations"), ("«Cardiology»", "2 doctors")])
    numbered = {"Dr Vikram Sen · Cardiology · no. 1", "Dr Vikram Sen · Cardiology · no. 2"}
    assert numbered <= set(asha.buttons)
    assert "2 doctors have that name" in await asha.says("Dr Sen")
    assert numbered <= set(asha.buttons)
    await asha.talks([("/book", "What kind"), ("«Cardiology»", "2 doctors")])
    assert _offered(asha, *numbered)


async def test_an_admin_sees_which_patient_is_which(town: Town) -> None:
    await _two_doctors(town)
    for email in ("rao.asha@example.org", "asha77@example.org"):
        await town.account("Asha Rao", email)
    nora = await town.signed_in("Nora", "nora@example.org", Role.ADMIN)
    both = {"Asha Rao · rao.asha", "Asha Rao · asha77"}
    await nora.talks([("/book asha rao", "2 patients")])
    assert both <= set(nora.buttons)
    assert "Asha Rao · asha77" in await nora.taps("Asha Rao · asha77")
    await nora.talks(
        [("/cancel", "stopped. Nothing"), ("/book asha rao meera rao tomorrow 10:30", "2 patients")]
    )
    await nora.talks(
        [
            ("«Asha Rao · asha77»", "reason"),
            ("/cancel", "stopped. Nothing"),
            ("/users rao asha", "2 accounts"),
        ]
    )
    assert {f"🟢 {name}" for name in both} <= set(nora.buttons)
    await nora.talks([("/appointments asha rao", "2 people")])
    assert both <= set(nora.buttons)
    await nora.says("/users vikram")
    assert {"🟢 Vikram Sen · Cardiology", "🟢 Vikram Sen · Dermatology"} <= set(nora.buttons)


async def test_an_appointments_button_says_with_which_of_them(town: Town) -> None:
    await _two_doctors(town)
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/book vikram sen cardiology tomorrow 10:30", "reason"), ("«Skip»", "Book this")])
    await asha.talks([("«Confirm»", "booked"), ("/appointments", "Dr Vikram Sen · Cardiology")])
    assert any("Dr Vik" in label and label.endswith("· Cardiology") for label in asha.buttons)


async def test_a_long_name_leaves_room_for_what_tells_it_apart(town: Town) -> None:
    name = "Venkatanarasimharajuvaripeta Sen-Chatterjee"
    for kind in ("Cardiology", "Dermatology"):
        await town.account(name, f"{kind}@clinic.example", Role.DOCTOR, kind)
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "Our doctors"), ("«All doctors»", "2 doctors")])
    ends = sorted(label.rpartition("… · ")[2] for label in asha.buttons if label.startswith("Dr Venk"))
    assert ends == ["Cardiology", "Dermatology"]


async def test_names_that_nobody_shares_stand_alone(town: Town) -> None:
    await _two_doctors(town)
    asha = await town.signed_in("Asha", "asha@example.org")
    await asha.talks([("/doctors", "Our doctors"), ("«All doctors»", "3 doctors")])
    assert "Dr Meera Rao" in asha.buttons
