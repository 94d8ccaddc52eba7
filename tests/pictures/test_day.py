"""A doctor's day as a picture: it has a size that a phone shows, and shows what there is."""

import asyncio
import logging
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo.bot_api.files import check_upload, image_size
from bot.pictures.day import day_picture
from services.appointments.agenda import DayAgenda
from services.models.appointments import AppointmentStatus
from services.models.scheduling import Hours
from services.models.slots import Slot
from tests.pictures.days import BERLIN, TUESDAY, a_card, a_day, before

MORNING = (Hours(time(9), time(12)),)
WHOLE_DAY = (Hours(time(0), time(23, 55)),)
NIGHT = (Hours(time(0), time(6)),)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NAMES = (
    "Zoë",
    "山田太郎",
    "محمد علي",
    "आशा राव",
    "$x_{$ \\frac",
    "👩‍⚕️",
    "a\nb",
    "\u202eevil",
    "\ue000",
    "O'Neil",
)


def _picture(plan: DayAgenda, now: datetime | None = None, title: str = "Dr Rao") -> bytes:
    """Return the picture of a day, which has a size that Telegram takes."""
    picture = day_picture(plan, title=title, now=now or before(plan))
    check_upload(picture, photo=True)
    return picture


def _size(plan: DayAgenda) -> tuple[int, int]:
    return image_size(_picture(plan)) or (0, 0)


@pytest.mark.parametrize(
    "plan",
    [
        a_day(MORNING),
        a_day(()),
        a_day(MORNING, minutes=5, is_taken=lambda number: number < 60),
        a_day(WHOLE_DAY, minutes=5, is_taken=lambda number: bool(number % 3)),
        a_day(WHOLE_DAY, minutes=1435, is_taken=lambda _number: True),
        a_day((Hours(time(23, 30), time(23, 55)),), minutes=5),
    ],
    ids=["morning", "no work", "sixty", "five minutes all day", "one all day", "an hour"],
)
def test_any_day_is_as_wide_as_a_phone_and_not_too_high_for_one(plan: DayAgenda) -> None:
    width, height = _size(plan)
    assert width == 1080
    assert 400 < height < 2560


def test_the_same_day_looks_the_same_and_each_difference_is_seen() -> None:
    plan = a_day(MORNING, is_taken=lambda number: number == 2)
    (card,) = plan.taken
    noon = datetime.combine(TUESDAY, time(12), BERLIN).astimezone(UTC)
    others = [
        _picture(replace(plan, taken=[])),
        _picture(replace(plan, taken=[a_card(card.appointment.slot, "Ben")])),
        *(
            _picture(replace(plan, taken=[a_card(card.appointment.slot, status=status)]))
            for status in (AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW)
        ),
        _picture(replace(plan, free=plan.free[1:])),
        _picture(replace(plan, time_off=[Slot(noon - HOUR, noon)])),
        _picture(replace(plan, working=[])),
        _picture(replace(plan, zone=ZoneInfo("Asia/Kathmandu"))),
        _picture(plan, now=noon - HOUR),
        _picture(plan, now=noon - 2 * HOUR),
        _picture(plan, title="Dr Sen"),
    ]
    assert _picture(plan) == _picture(plan)
    assert len({_picture(plan), *others}) == len(others) + 1


def test_now_is_seen_on_its_own_day_only() -> None:
    plan = a_day(MORNING)
    noon = datetime.combine(TUESDAY, time(11), BERLIN)
    day = timedelta(days=1)
    assert _picture(plan, now=noon - day) == _picture(plan, now=noon + day) != _picture(plan, now=noon)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 28), 5), (date(2027, 10, 31), 7), (date(2027, 5, 2), 6)],
)
def test_a_night_in_which_clocks_are_changed_is_as_high_as_it_is_long(day: date, hours: int) -> None:
    plan, usual = a_day(NIGHT, day=day), a_day(NIGHT, day=date(2027, 5, 2))
    assert len(plan.free) == 2 * hours
    per_hour = _size(usual)[1] - _size(a_day((Hours(time(0), time(5)),), day=date(2027, 5, 2)))[1]
    assert _size(plan)[1] - _size(usual)[1] == (hours - 6) * per_hour


@pytest.mark.parametrize("minutes", [5, 30])
def test_names_in_any_script_are_drawn_without_a_word_in_the_log(
    minutes: int, caplog: pytest.LogCaptureFixture
) -> None:
    plan = a_day(MORNING, minutes=minutes, is_taken=lambda _number: True, names=(*NAMES, "Ж" * 80))
    with warnings.catch_warnings(), caplog.at_level(logging.INFO):
        warnings.simplefilter("error")
        _picture(plan, title=" ".join(NAMES))
        _picture(plan, title="")
    assert caplog.records == []


def test_time_off_for_weeks_and_bookings_within_it_are_drawn() -> None:
    weeks = Slot(before(a_day(())), before(a_day(())) + timedelta(days=30))
    plan = a_day(MORNING, is_taken=lambda number: number == 1, time_off=[weeks])
    assert _picture(plan) != _picture(replace(plan, time_off=[]))
    assert _size(a_day((), time_off=[weeks])) == _size(a_day(()))


async def test_pictures_drawn_at_once_are_those_drawn_one_by_one() -> None:
    plans = [a_day(MORNING, minutes=minutes) for minutes in (15, 30, 45, 60)]
    drawn = await asyncio.gather(*(asyncio.to_thread(_picture, plan) for plan in plans))
    assert drawn == [_picture(plan) for plan in plans]
