"""In a language that is read from right to left, each line of a text is shown so."""

import pytest

from bot.callbacks.steps import Confirm
from bot.localization.isolates import FSI, PDI, RLM, led_from_the_right
from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.texts.formats import plain_doctor
from bot.ui.keyboards import Button, button
from bot.ui.view import fitting

NAME = f"{FSI}د. Meera Rao{PDI}"


@pytest.mark.parametrize(
    ("line", "is_led"),
    [
        ("حجز موعد", False),
        (f"👩 {NAME}، {FSI}Cardiology{PDI}", True),
        (f"🕑 {FSI}{FSI}الاثنين{PDI}، {FSI}4:00 م{PDI}{PDI}", True),
        ("📍 12 Harbour Street, 2nd floor", True),
        ("<b>حجز</b> 12", False),
        (f"<b>{NAME}</b> حجز", False),
        ("", False),
        ("30", False),
        ("https://t.me/clinic?start=x", False),
        (f"{RLM}• {NAME}", False),
    ],
)
def test_a_line_that_would_begin_on_the_left_is_led_by_a_mark(line: str, is_led: bool) -> None:
    text = f"السطر الأول\n{line}\nالأخير"
    led = f"السطر الأول\n{RLM if is_led else ''}{line}\nالأخير"
    assert led_from_the_right(text) == led
    assert led_from_the_right(led) == led


def test_messages_and_labels_are_led_in_arabic_alone() -> None:
    with speaking(speaks("ar")):
        assert fitting(f"👩 {NAME}") == f"{RLM}👩 {NAME}"
        label = button(f"👩 {FSI}{plain_doctor('Meera Rao')}{PDI}", Confirm())
        assert isinstance(label, Button)
        assert label.text.startswith(RLM)
    with speaking(speaks("de")):
        assert fitting(f"👩 {NAME}") == f"👩 {NAME}"
