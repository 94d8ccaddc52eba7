"""Each line of a message stands in its reader's direction, whatever it begins with."""

import pytest

from bot.localization.isolates import FSI, LRM, PDI, RLI, RLM
from bot.localization.languages import ENGLISH, speaks
from bot.localization.messages import say
from bot.localization.reader import speaking
from bot.localization.reading_direction import in_reading_direction

ARABIC = speaks("ar")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("أي يوم؟", "أي يوم؟"),
        ("📅 <b>حجز موعد</b>", "📅 <b>حجز موعد</b>"),
        (f"{FSI}مع{PDI}: {FSI}Meera Rao{PDI}", f"{RLM}{FSI}مع{PDI}: {FSI}Meera Rao{PDI}"),
        (f"👩 {FSI}د. Rao{PDI}، {FSI}Cardiology{PDI}", f"{RLM}👩 {FSI}د. Rao{PDI}، {FSI}Cardiology{PDI}"),
        ("📍 <b>12 Harbour Street</b>", f"{RLM}📍 <b>{FSI}12 Harbour Street</b>{PDI}"),
        ("☎️ +44 117 496 0123", f"{RLM}☎️ {FSI}+44 117 496 0123{PDI}"),
        ("💬 <tg-spoiler>خفقان</tg-spoiler>", f"{RLM}💬 <tg-spoiler>{FSI}خفقان</tg-spoiler>{PDI}"),
        ("/book – حجز موعد", f"{FSI}/book{PDI} – حجز موعد"),
        (f"{FSI}/book{PDI} – حجز", f"{FSI}/book{PDI} – حجز"),
        ("The desk is closed on Friday.", "The desk is closed on Friday."),
        ("", ""),
    ],
)
def test_a_line_is_read_from_right_to_left(line: str, shown: str) -> None:
    with speaking(ARABIC):
        assert in_reading_direction(line) == shown
        assert in_reading_direction(f"{line}\nنعم") == f"{shown}\nنعم"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("🙂 ليلى حسن", f"{LRM}🙂 {FSI}ليلى حسن{PDI}"),
        ("ليلى حسن", "ليلى حسن"),
        ("🙂 Asha Patel", "🙂 Asha Patel"),
        ("📅 10:30 AM · 🙂 Asha", "📅 10:30 AM · 🙂 Asha"),
    ],
)
def test_a_line_is_read_from_left_to_right(line: str, shown: str) -> None:
    with speaking(ENGLISH):
        assert in_reading_direction(line) == shown


def test_a_value_of_several_has_the_direction_of_its_sentence() -> None:
    with speaking(ARABIC):
        both = say("{day}, {time}", day="الثلاثاء، 4 مايو 2027", time="10:30 ص")
        assert f"{RLI}{both}{PDI}" in say("When: {when}", when=both)
        assert f"{FSI}Meera Rao{PDI}" in say("When: {when}", when="Meera Rao")
