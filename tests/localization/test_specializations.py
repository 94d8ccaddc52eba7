"""The usual specializations are shown and understood in the reader's language, and stored in English."""

import pytest

from bot.conversations.pickers.specialization import as_known
from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.texts.specializations import KNOWN, as_shown, specialization
from services.accounts.fields import COMMON_SPECIALIZATIONS
from services.models.people import Role
from services.names.specializations import USUAL
from tests.town import Person, Town


def test_all_that_the_product_names_by_itself_has_a_name_in_each_language() -> None:
    assert {*COMMON_SPECIALIZATIONS, *USUAL} <= KNOWN.keys()


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("es", "Cardiología"),
        ("ru", "Кардиология"),
        ("de", "Kardiologie"),
        ("ar", "أمراض القلب"),
        ("hi", "हृदय रोग"),
    ],
)
def test_what_is_shown_is_understood_and_stored_in_english(code: str, shown: str) -> None:
    with speaking(speaks(code)):
        assert specialization("Cardiology") == shown
        assert specialization("Reiki") == "Reiki"
        assert as_shown(["Cardiology"]) == {"Cardiology": "Cardiology", shown: "Cardiology"}
        assert as_known(shown.upper(), ["Dermatology"]) == "Cardiology"
    assert specialization("Cardiology") == "Cardiology"


async def test_a_patient_chooses_a_specialization_in_their_language(town: Town) -> None:
    await town.account("Meera Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
    await town.account("Ingrid Sol", "sol@example.org", Role.DOCTOR, "Dermatology")
    await town.account("Asha Patel", "asha@example.org")
    person: Person = town.person("Asha", speaks="es")
    await person.signs_in("asha@example.org")
    asked = await person.says("/book")
    assert "Cardiología" in person.buttons
    assert "Cardiology" not in asked
    await person.says("dermatologia")
    assert [each for each in person.buttons if "Ingrid Sol" in each]
    assert not [each for each in person.buttons if "Meera Rao" in each]
