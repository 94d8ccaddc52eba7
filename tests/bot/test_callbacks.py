"""What a button says fits into Telegram's 64 bytes and comes back as it was."""

from contextlib import suppress
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.admins import Decide, ShowUsers
from bot.callbacks.bounds import MOST, IsoDay, Key, TypedTime
from bot.callbacks.patients import PatientField
from bot.callbacks.revision import read_button
from bot.callbacks.steps import Back, Confirm, Instead, Leave, PickDay, PickPage, PickTime, Resume
from bot.callbacks.tap import MAX_BYTES, UNDER_NOTICE, BadTap, Tap, short_search
from bot.routes import DIALOGS
from services.models.announcements import Audience
from services.models.appointments import AppointmentStatus, Period, ReportPeriod
from services.models.catalogue import Video
from services.models.limits import LimitName
from services.models.people import ChatId, Gender, Role, UserId
from services.models.scheduling import PartOfDay
from services.models.series import Every, SeriesScope

EXAMPLES: dict[Any, Any] = {
    ChatId: 2**52 - 1,
    Key: "0" * 12,
    IsoDay: "2027-12-31",
    TypedTime: "12.30PM",
    bool: True,
    int: 123456,
    date: date(2027, 12, 31),
    datetime: datetime(2027, 12, 31, 23, 55, tzinfo=UTC),
    Role: Role.PATIENT,
    Gender: Gender.FEMALE,
    Period: Period.UPCOMING,
    PartOfDay: PartOfDay.AFTERNOON,
    LimitName: LimitName.OPEN_APPOINTMENTS,
    ReportPeriod: ReportPeriod.EVERYTHING,
    AppointmentStatus: AppointmentStatus.NOSHOW,
    Audience: Audience.PATIENTS,
    PatientField: PatientField.PHONE,
    Video: Video.OFFERED,
    Every: Every.FOUR_WEEKS,
    SeriesScope: SeriesScope.REST,
}


@pytest.mark.parametrize("kind", Tap.kinds.values(), ids=lambda kind: kind.__name__)
def test_every_tap_fits_and_comes_back(kind: type[Tap]) -> None:
    hints = get_type_hints(kind, include_extras=True)
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


@given(st.integers())
def test_a_number_that_a_list_never_had_is_none(number: int) -> None:
    with suppress(BadTap):
        assert Tap.unpack(f"page:{number}") == PickPage(number)
        assert 0 <= number <= MOST


@given(st.text(max_size=64))
def test_forged_data_is_refused_and_never_breaks_anything(data: str) -> None:
    with suppress(BadTap):
        assert Tap.unpack(data).pack(under_notice=data.startswith(UNDER_NOTICE)) == data


@pytest.mark.parametrize(
    "data",
    [
        *("", "x", "day", "day:2027", "day:20279999", "time:x", "role:king", "page:1:2", "ok:1"),
        *(
            f"page:{'9' * 59}",
            f"page:{2**63}",
            f"page:{MOST + 1}",
            "page:-1",
            "page:٣",
            "page:1_0",
            "page: 1",
        ),
        *("page:+1", "page:01", "page:0x1", "page:1.0", "page:1\n", "page:", "+page:", "++page:1"),
        *("sday:00010101:0", "sday:10101:0", "day:99991231", "day:30000101", "day:19991231", "day:2027 101"),
        *(
            "time:-1",
            "time:0",
            f"time:{'9' * 12}",
            "way:x",
            "way:",
            "way:2",
            f"end:{2**63}",
            f"end:{-(2**52)}",
        ),
        *(
            f"card:{'0' * 24}:{'0' * 12}:0:1",
            f"card:{'0' * 24}:x:0",
            "card:x::0",
            f"doc:{'0' * 25}",
            "doc:\0",
        ),
        *(f"re:{'0' * 24}:30157110:{'0' * 24}:1", f"re:{'0' * 24}:-1:{'0' * 24}"),
        *(
            f"users:0:{'x' * 31}",
            "users:0: x",
            "users:0:\ud800",
            "audit:0::2027-02-3",
            "audit:0::10000-01-01",
        ),
        *("do:a b", "do:ä", "zone=:Asia/Kolkata:", "stats:-7", "stats:1000000"),
    ],
)
def test_data_that_fits_no_button_is_refused(data: str) -> None:
    with pytest.raises(BadTap):
        Tap.unpack(data)


def test_no_two_buttons_have_one_code() -> None:
    with pytest.raises(TypeError, match="usual"):
        type("Twin", (Tap,), {}, code="usual")


def test_what_does_not_fit_is_never_sent() -> None:
    with pytest.raises(BadTap):
        Tap.kinds["do"]("x" * 62).pack()  # type: ignore[call-arg]


def test_a_revision_is_read_of_dialogs_buttons_and_not_of_what_somebody_searched_for() -> None:
    assert read_button("day:20270504~4f") == (PickDay(date(2027, 5, 4)), 159)
    assert read_button("day:20270504") == (PickDay(date(2027, 5, 4)), None)
    assert read_button("users:0:rao~4f") == (ShowUsers(0, "rao~4f"), None)
    assert read_button("nothing of ours~4f") == (None, 159)


def test_no_button_of_a_dialog_ends_in_what_somebody_typed() -> None:
    """Its revision could not be told from that."""
    taps: set[type[Tap]] = {tap for dialog in DIALOGS for step in dialog.steps for tap in step.taps}
    taps |= {Back, Leave, Resume, Instead, Confirm}
    assert [tap for tap in taps if tap.ends_in_search()] == []
