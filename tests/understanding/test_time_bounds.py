"""What people type becomes bounds, or says that any doctor will do, in each language."""

from datetime import date, time

import pytest

from bot.localization.languages import spoken
from bot.localization.reader import speaking
from bot.parsing.words.any_doctor import says_any_doctor
from bot.understanding.time_bounds import narrowed, read_bounds
from services.availability.time_bounds import ANY_TIME, TimeBounds
from services.models.scheduling import PartOfDay, Weekday

WEDNESDAY, FRIDAY = date(2026, 12, 2), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("friday afternoon", TimeBounds(days=(FRIDAY,), part=PartOfDay.AFTERNOON)),
        ("On Friday, please!", TimeBounds(days=(FRIDAY,))),
        ("14:30", TimeBounds(times=(time(14, 30),))),
        ("friday after 4", TimeBounds(days=(FRIDAY,), after=time(16))),
        ("not on monday", TimeBounds(not_days=(Weekday.MONDAY,))),
        ("as soon as possible", ANY_TIME),
        ("Dr Rao on friday", None),
        ("rao", None),
        ("…", None),
    ],
)
def test_a_text_that_says_when_and_nothing_else_is_read(text: str, bounds: TimeBounds | None) -> None:
    assert read_bounds(text, WEDNESDAY) == bounds


def test_a_day_takes_the_place_of_a_day_and_a_time_that_of_a_time() -> None:
    afternoon = TimeBounds(days=(FRIDAY,), part=PartOfDay.AFTERNOON)
    assert narrowed(None, afternoon) == afternoon
    assert narrowed(afternoon, TimeBounds(days=(WEDNESDAY,))) == TimeBounds(
        days=(WEDNESDAY,), part=PartOfDay.AFTERNOON
    )
    assert narrowed(afternoon, TimeBounds(after=time(16))) == TimeBounds(days=(FRIDAY,), after=time(16))
    both = narrowed(TimeBounds(not_days=(Weekday.MONDAY,)), TimeBounds(not_days=(Weekday.FRIDAY,)))
    assert both == TimeBounds(not_days=(Weekday.MONDAY, Weekday.FRIDAY))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Any doctor, please."),
        ("en", "doesn’t matter"),
        ("de", "Egal wer"),
        ("de", "wer zuerst frei ist"),
        ("es", "cualquier médico"),
        ("es", "me da igual"),
        ("ru", "любой врач"),
        ("ru", "всё равно"),
        ("hi", "कोई भी डॉक्टर"),
        ("ar", "أي طبيب"),
        ("ar", "لا يهم"),
        ("de", "any doctor"),
    ],
)
def test_any_doctor_is_understood(code: str, text: str) -> None:
    reads = spoken(code)
    assert reads is not None
    with speaking(reads):
        assert says_any_doctor(text)
        assert not says_any_doctor("Rao")
        assert not says_any_doctor(f"{text} Rao")
