"""Patients ask the reception to call them: once an hour, to receptionists, else to admins, exactly once."""

from datetime import timedelta

import pytest

from bot.understanding.intents import Intent
from services.models.people import Role
from tests.fulfilment.test_facts import Mind, mind
from tests.town import Person, Town
from tests.turning import MONDAY, TurnableClock

__all__ = ["mind"]

ASK = "☎️ Ask them to call me"


def _told(person: Person) -> int:
    return sum("Asha Patel asks to be called" in each.get("text", "") for each in person.messages)


async def test_a_wish_reaches_receptionists_once_and_is_marked_by_one_of_them(
    town: Town, clock: TurnableClock, mind: Mind
) -> None:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    rosa = await town.signed_in("Rosa Diaz", "rosa@example.org", Role.RECEPTIONIST)
    otto = await town.signed_in("Otto Berg", "otto@example.org", Role.RECEPTIONIST)
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    assert "how you reach a person" in await mind.asked(asha, Intent.PERSON)
    await asha.talks(
        [
            (f"«{ASK}»", "Under which number"),
            ("ring me", "telephone number"),
            ("+44 117 496 0123", "The reception will call you: +44 117 496 0123"),
        ]
    )
    for person in (rosa, otto):
        assert "Telephone: +44 117 496 0123" in await person.hears("Asha Patel asks to be called")
        assert _told(person) == 1
    await mind.asked(asha, Intent.PERSON)
    assert "already. You can ask again" in await asha.taps(ASK)
    assert "Noted: Asha Patel was called" in await rosa.taps("✅ Called")
    assert "Asha Patel was called already, at" in await otto.taps("✅ Called")
    assert "Asha Patel" in await otto.taps("🙂 Open the person")
    clock.turn_to(MONDAY + timedelta(minutes=61))
    await mind.asked(asha, Intent.PERSON)
    assert "Tap yours" in await asha.taps(ASK)
    before = rosa.last_id
    assert "I passed it on at" in await asha.taps("☎️ +44 117 496 0123")
    await rosa.hears("Asha Patel asks to be called", since=before)
    assert _told(nora) == 0


async def test_without_receptionists_admins_are_told_and_without_anybody_the_patient_calls(
    town: Town, mind: Mind
) -> None:
    asha = await town.signed_in("Asha Patel", "asha@example.org")
    await mind.asked(asha, Intent.PERSON)
    assert "Nobody at the reception reads here right now. Please call the clinic" in await asha.taps(ASK)
    nora = await town.signed_in("Nora Lind", "nora@example.org", Role.ADMIN)
    await mind.asked(asha, Intent.PERSON)
    await asha.taps(ASK)
    await asha.says("+44 117 496 0123")
    await nora.hears("Asha Patel asks to be called")


@pytest.mark.parametrize("role", [None, Role.DOCTOR])
async def test_others_hear_how_people_are_reached(town: Town, mind: Mind, role: Role | None) -> None:
    kind = "Cardiology" if role else None
    person = await town.signed_in("Meera Rao", "rao@example.org", role, kind) if role else town.person()
    assert "how you reach a person" in await mind.asked(person, Intent.PERSON)
    assert ASK not in person.buttons
