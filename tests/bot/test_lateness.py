"""How late a doctor is, as it is typed behind /late."""

import pytest

from bot.parsing.lateness import read_lateness


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("20", (20, [])),
        ("20 min", (20, [])),
        ("20 minutes late", (20, [])),
        ("half an hour", (30, [])),
        ("1 h 15", (75, [])),
        ("0", (0, [])),
        ("on time", (0, [])),
        ("On time again", (0, [])),
        ("20 Rao", (20, ["Rao"])),
        ("Meera Rao 20", (20, ["Meera", "Rao"])),
        ("on time Rao", (0, ["Rao"])),
        ("Rao", (None, ["Rao"])),
        ("soon", (None, ["soon"])),
        ("-5", (None, ["-5"])),
        ("", (None, [])),
    ],
)
def test_the_minutes_stand_before_a_name_or_behind_it(
    typed: str, expected: tuple[int | None, list[str]]
) -> None:
    assert read_lateness(typed.split()) == expected
