"""One grammar of the clock reads every time that is typed, however it is typed."""

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.input_errors import BadHours, BadTime, NoSuchTime
from bot.parsing.clock_grammar import read_time, read_times
from bot.parsing.hours import read_hours
from bot.parsing.words.plain import alone
from services.models.scheduling import Hours


def _same(*parts: int) -> tuple[time, ...]:
    """Return the time in both halves of the day, as it stands on the clock's face first."""
    hour, minute = parts
    return time(hour, minute), time((hour + 12) % 24, minute)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１０：３０", _same(10, 30)),
        ("١٠:٣٠", _same(10, 30)),
        ("१०:३० am", (time(10, 30),)),
        ("Noon.", (time(12),)),
        ("«midnight»", (time(0),)),
        ("10.30", _same(10, 30)),
        ("10h30", _same(10, 30)),
        ("1030", _same(10, 30)),
        ("10 30", _same(10, 30)),
        ("10:30am", (time(10, 30),)),
        ("10:30\u202fAM", (time(10, 30),)),
        ("10:30\u200b am.", (time(10, 30),)),
        ("at 10", _same(10, 0)),
        ("at 10 o'clock", _same(10, 0)),
        ("10 o’clock", _same(10, 0)),
        ("ten", _same(10, 0)),
        ("nine thirty pm", (time(21, 30),)),
        ("half past ten", _same(10, 30)),
        ("Half past 10 AM", (time(10, 30),)),
        ("half past twelve", (time(12, 30), time(0, 30))),
        ("quarter to 3", _same(2, 45)),
        ("a quarter past three pm", (time(15, 15),)),
        ("quarter to one", (time(12, 45), time(0, 45))),
        ("quarter to 1 pm", (time(12, 45),)),
        ("quarter to twelve in the morning", (time(11, 45),)),
        ("twenty-five past 4", _same(4, 25)),
        ("five past 9", _same(9, 5)),
        ("10 minutes to 9", _same(8, 50)),
        ("3 in the afternoon", (time(15),)),
        ("8 at night", (time(20),)),
        ("22h", (time(22),)),
        ("1330 hrs", (time(13, 30),)),
        ("12 noon", (time(12),)),
        ("half-past ten", _same(10, 30)),
        ("23:59:00", (time(23, 59),)),
    ],
)
def test_times_are_read_however_they_are_typed(text: str, expected: tuple[time, ...]) -> None:
    assert read_times(text) == expected


@pytest.mark.parametrize(
    "text",
    # Half ten is 9:30 to some and 10:30 to others, and ten to three may be a stretch.
    [
        "half ten",
        "ten to three",
        "10 to 3",
        "24:00",
        "24:30",
        "10:60",
        "quarter past 10:30",
        "13 pm",
        "10 30 5",
    ],
)
def test_what_has_two_readings_or_none_is_no_time(text: str) -> None:
    with pytest.raises(BadTime):
        read_times(text)


WRITTEN = {
    "10:30 AM": lambda at: f"{at:%I:%M %p}",
    "10:30": lambda at: f"{at:%H:%M}",
    "10.30": lambda at: f"{at.hour}.{at:%M}",
    "1030": lambda at: f"{at:%H%M}",
    "10:30pm.": lambda at: f"{(at.hour + 11) % 12 + 1}:{at:%M}{'pm' if at.hour >= 12 else 'am'}.",
}
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９")
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


@given(minutes, st.sampled_from(sorted(WRITTEN)), st.sampled_from(DIGITS))
def test_any_time_comes_back_in_the_digits_of_any_script(at: time, style: str, digits: str) -> None:
    text = WRITTEN[style](at).translate(str.maketrans("0123456789", digits))
    assert at in read_times(text)


@given(minutes, minutes, st.sampled_from(sorted(WRITTEN)), st.sampled_from(["–", "-", " — ", " to "]))
def test_a_stretch_has_the_same_times_as_each_alone(
    first: time, last: time, style: str, between: str
) -> None:
    begin, end = WRITTEN[style](first).strip("."), WRITTEN[style](last).strip(".")
    (hours,) = read_hours(f"{begin}{between}{end}")
    assert hours.start in read_times(begin)
    assert hours.end in read_times(end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("９：００－１２：００", Hours(time(9), time(12))),
        ("half past nine to quarter to 5 pm", Hours(time(9, 30), time(16, 45))),
        ("10.30−14h", Hours(time(10, 30), time(14))),
        ("nine to five", Hours(time(9), time(17))),
        ("10 o'clock to noon", Hours(time(10), time(12))),
    ],
)
def test_hours_are_read_by_the_same_grammar(text: str, expected: Hours) -> None:
    assert read_hours(text) == (expected,)


words = st.sampled_from(
    [
        *("half", "past", "quarter", "to", "ten", "10", ":30", "pm"),
        *("noon", "at", "night", "h", "-", ".", "am"),
    ]
)


@given(st.lists(words, max_size=7).map(" ".join) | st.text(max_size=20))
@example("0¡;")
def test_no_text_raises_anything_else_and_none_is_read_in_part(text: str) -> None:
    with suppress(BadTime):
        read_time(text)
        with pytest.raises(BadTime):
            read_time(f"{text} someday")
        with pytest.raises(BadTime):
            read_time(f"{text} tomorrow")
    with suppress(BadHours, NoSuchTime):
        if read_hours(text):
            with pytest.raises((BadHours, NoSuchTime)):
                read_hours(f"{text} someday")
    assert alone(alone(text)) == alone(text)
