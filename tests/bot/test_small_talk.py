"""What people write besides answers."""

import pytest

from bot.parsing.small_talk import SmallTalk, small_talk


@pytest.mark.parametrize(
    "text",
    [
        *("This is an EMERGENCY!", "I can’t breathe", "my chest hurts badly", "chest pain since noon"),
        *("I think it's a heart attack", "he is unconscious", "I took an overdose", "she is choking"),
    ],
)
def test_an_emergency_is_heard_anywhere_in_a_text(text: str) -> None:
    assert small_talk(text) is SmallTalk.EMERGENCY


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            ("Hello", SmallTalk.GREETING),
            ("good morning!", SmallTalk.GREETING),
            ("Hi there", SmallTalk.GREETING),
        ),
        *(("thanks", SmallTalk.THANKS), ("Thank you very much.", SmallTalk.THANKS)),
        *(("Dr Rao", None), ("my knee", None), ("hello, I need Dr Rao", None), ("", None), ("breathe", None)),
    ],
)
def test_greetings_and_thanks_are_the_whole_text(text: str, kind: SmallTalk | None) -> None:
    assert small_talk(text) is kind
