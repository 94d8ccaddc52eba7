"""The clinic's figures as a picture, and the words under it."""

import logging
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.demo.bot_api.files import check_upload, image_size
from bot.demo.bot_api.html_mode import parse_html
from bot.pictures.chart import stats_picture
from bot.texts.statistics import caption
from services.administration.statistics import DOCTORS_SHOWN, Ahead, DoctorCounts, Figures
from services.administration.visit_figures import RoomUse, StatusCounts, VisitFigures
from services.models.catalogue import KindId, Place, Room, RoomId, VisitKind
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Days
from services.models.slots import PlaceId

LAST = date(2027, 5, 3)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _doctor(name: str) -> User:
    return User(UserId("d"), name, "", Role.DOCTOR, AccountStatus.ACTIVE)


def _figures(days: int = 30, most: int = 9, doctors: int = 3, name: str = "Meera Rao") -> Figures:
    first = LAST - (days - 1) * DAY
    tally = StatusCounts(most, most // 2, most // 3)
    return Figures(
        Days(first, LAST),
        tuple((first + n * DAY, tally if n % 7 < 5 else StatusCounts()) for n in range(days)),
        tuple(DoctorCounts(_doctor(f"{n} {name}") if n else None, tally) for n in range(doctors)),
        doctors,
        30 * HOUR,
        160 * HOUR,
        Ahead(3 * DAY, (1, 2, 3, 4)),
    )


def _picture(figures: Figures, clinic: str = "Clinic") -> bytes:
    picture = stats_picture(clinic, figures)
    check_upload(picture, photo=True)
    return picture


@pytest.mark.parametrize("days", [7, 30, 90])
@pytest.mark.parametrize("most", [1, 4, 1_000_000])
def test_any_figures_make_a_picture_of_a_phones_width(days: int, most: int) -> None:
    width, height = image_size(_picture(_figures(days, most))) or (0, 0)
    assert width == 1080
    assert 800 < height < 2560


def test_each_doctor_makes_it_higher() -> None:
    heights = [(image_size(_picture(_figures(doctors=n))) or (0, 0))[1] for n in range(1, DOCTORS_SHOWN + 1)]
    assert len({after - before for before, after in pairwise(heights)}) == 1
    assert heights[-1] < 2560


def test_the_same_figures_look_the_same_and_each_difference_is_seen() -> None:
    figures = _figures(7)
    (first, tally), *rest = figures.by_day
    others = [
        replace(figures, by_day=((first, replace(tally, noshow=1)), *rest)),
        replace(figures, by_day=((first, replace(tally, cancelled=1)), *rest)),
        replace(figures, by_day=((first, replace(tally, kept=1)), *rest)),
        replace(figures, by_doctor=figures.by_doctor[1:]),
        replace(figures, doctors=12),
        _figures(7, name="Sen"),
        _figures(30),
    ]
    pictures = {_picture(figures), *map(_picture, others)}
    assert _picture(figures) == _picture(figures)
    assert len(pictures) == len(others) + 1


def test_names_in_any_script_are_drawn_without_a_word_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.INFO):
        warnings.simplefilter("error")
        for name in ("山田太郎", "محمد علي", "आशा राव", "$x_{$", "👩‍⚕️", "Ж" * 80):
            _picture(_figures(name=name), clinic=name)
    assert caplog.records == []


def test_the_words_have_room_under_a_picture_whatever_the_figures() -> None:
    figures = replace(_figures(90, 10**7, DOCTORS_SHOWN, "<&>" * 26), doctors=10**6)
    name, many = "<&>" * 26, StatusCounts(10**7)
    visits = VisitFigures(
        ((VisitKind(KindId("k"), name, 30), many),) * 99,
        ((Place(PlaceId("p"), name), many),) * 99,
        (RoomUse(Room(RoomId("r"), name, "g"), 10**6 * HOUR, 10**7 * HOUR),) * 99,
    )
    figures = replace(figures, visits=visits)
    said = caption(figures)
    assert len(parse_html(said).text) <= 1024
    # Telegram counts what is seen, but our markup is not long either.
    assert "and 999,995 more doctors" in said


def test_what_nobody_knows_is_not_said() -> None:
    said = caption(replace(_figures(), ahead=None, offered=timedelta()))
    assert "Booked ahead" not in said
    assert "Offered time: none" in said


@pytest.mark.parametrize(
    ("median", "words"),
    [
        (timedelta(), "less than an hour"),
        (HOUR, "1 hour"),
        (23 * HOUR, "23 hours"),
        (DAY, "1 day"),
        (47 * HOUR, "1 day"),
        (9 * DAY, "9 days"),
    ],
)
def test_how_far_ahead_is_told_in_whole_hours_or_days(median: timedelta, words: str) -> None:
    assert f"<b>{words}</b> (median)" in caption(replace(_figures(), ahead=Ahead(median, (1, 1, 1, 1))))


def test_a_bot_that_draws_nothing_stays_small() -> None:
    """What draws is imported with the first picture: it takes as much memory as the rest of the bot."""
    asked = "import sys, bot.app; sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", asked], check=True)  # noqa: S603 - our own Python
