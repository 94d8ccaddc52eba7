"""An older patient who writes whole sentences and taps nothing but the last button, in each language.

What she writes, and parts of what she reads, stand in stories, a file a language; «labels»
are taps. She books, corrects the day, asks when and where it is, moves it, asks for a person and cancels it.
"""

import tomllib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.localization.languages import languages
from services.models.people import Role
from tests.localization.reading import Reader
from tests.town import Town, founded
from tests.turning import TurnableClock

STORIES = Path(__file__).parent / "stories"
PHONE, STREET = "+44 117 496 0123", "12 Harbour Street, Bristol"
DOCTORS = {"Meera Rao": "Cardiology", "Tomás Sen": "Cardiology", "Ruth Okafor": "Dermatology"}
EDITH = "edith@example.org"


@pytest.fixture
async def reached(database_url: str, clock: TurnableClock, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose clinic has told where it is, and how to reach it. It is Monday, 3 May 2027."""
    async with founded(database_url, clock, tmp_path, CLINIC_PHONE=PHONE, CLINIC_ADDRESS=STREET) as built:
        yield built


@pytest.mark.parametrize("code", [language.code for language in languages()])
async def test_sentences_are_enough_until_the_last_button(
    reached: Town, clock: TurnableClock, code: str
) -> None:
    story = tomllib.loads((STORIES / f"{code}.toml").read_text(encoding="utf-8"))
    for number, (name, kind) in enumerate(DOCTORS.items()):
        await reached.account(name, f"doctor{number}@example.org", Role.DOCTOR, kind)
    await reached.account("Edith Berg", EDITH)
    edith = Reader(reached, reached.person("Edith", speaks=story["telegram"]).phone)
    await edith.signs_in(EDITH)
    # What is written right after the password might be the password again.
    clock.turn(timedelta(hours=1))
    for act, *expected in story["talks"]:
        said = await (edith.taps(act.strip("«»")) if act.startswith("«") else edith.says(act))
        for part in expected:
            assert part in said, f"{act!r} was answered with {said!r}"
