"""What a button says fits into Telegram's 64 bytes and comes back as it was."""

from contextlib import suppress
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.admins import Decide, ShowUsers
from bot.callbacks.steps import PickDay, PickTime
from bot.callbacks.tap import MAX_BYTES, BadTap, Tap, short_search
from services.audiences import Audience
from services.models import (
    AppointmentStatus,
    Gender,
    PartOfDay,
    Period,
    ReportPeriod,
    Role,
    UserId,
    Video,
)

EXAMPLES: dict[Any, Any] = {
    bool: True,
    int: 123456,
    date: date(2027, 12, 31),
    datetime: datetime(2027, 12, 31, 23, 55, tzinfo=UTC),
    Role: Role.PATIENT,
    Gender: Gender.FEMALE,
    Period: Period.UPCOMING,
    PartOfDay: PartOfDay.AFTERNOON,
    ReportPeriod: ReportPeriod.EVERYTHING,
    AppointmentStatus: AppointmentStatus.NOSHOW,
    Audience: Audience.PATIENTS,
    Video: Video.OFFERED,
}


@pytest.mark.parametrize("kind", Tap.kinds.values(), ids=lambda kind: kind.__name__)
def test_every_tap_fits_and_comes_back(kind: type[Tap]) -> None:
    hints = get_type_hints(kind)
    tap = kind(*(EXAMPLES.get(hints[field.name], "0" * 24) for field in fields(kind)))  # type: ignore[arg-type]
    packed = tap.pack()
    assert len(packed.encode()) <= MAX_BYTES
    assert Tap.unpack(packed) == tap


@given(st.dates(date(2000, 1, 1), date(2999, 12, 31)))
def test_any_day_comes_back(day: date) -> None:
    assert Tap.unpack(PickDay(day).pack()) == PickDay(day)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31)))  # noqa: DTZ001 - Hypothesis adds the zone below
def test_any_minute_comes_back(start: datetime) -> None:
    aware = start.replace(second=0, microsecond=0, tzinfo=UTC)
    assert Tap.unpack(PickTime(aware).pack()) == PickTime(aware)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(0, 999_999))
def test_what_was_searched_for_comes_back_as_far_as_there_is_room(text: str, number: int) -> None:
    search = short_search(text)
    assert text.strip().startswith(search)
    for tap in (ShowUsers(number, search), Decide(UserId("0" * 24), True, search)):
        assert Tap.unpack(tap.pack()) == tap


@given(st.text(max_size=64))
def test_forged_data_is_refused_and_never_breaks_anything(data: str) -> None:
    with suppress(BadTap):
        assert isinstance(Tap.unpack(data), Tap)


@pytest.mark.parametrize(
    "data", ["", "x", "day", "day:2027", "day:20279999", "time:x", "role:king", "page:1:2", "ok:1"]
)
def test_data_that_fits_no_button_is_refused(data: str) -> None:
    with pytest.raises(BadTap):
        Tap.unpack(data)


def test_what_does_not_fit_is_never_sent() -> None:
    with pytest.raises(BadTap):
        Tap.kinds["do"]("x" * 62).pack()  # type: ignore[call-arg]
