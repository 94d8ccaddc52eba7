"""The words in pictures are those of the reader, and hours are counted as the reader counts them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.localization.languages import speaks
from bot.localization.reader import speaking
from bot.texts.amounts import decimal, percent
from bot.texts.pictures import hour, short_time, times_are
from tests.turning import MONDAY

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("code", "named", "beside", "share", "number"),
    [
        ("en", "6 AM", "6:00", "80%", "2.5"),
        ("es", "6:00", "6:00", "80\xa0%", "2,5"),
        ("de", "06:00", "06:00", "80\xa0%", "2,5"),
        ("ru", "06:00", "06:00", "80\xa0%", "2,5"),
        ("hi", "6 am", "6:00", "80%", "2.5"),
        ("ar", "6 ص", "6:00", None, None),
    ],
)
def test_hours_and_figures_are_written_as_the_reader_writes_them(
    code: str, named: str, beside: str, share: str | None, number: str | None
) -> None:
    with speaking(speaks(code)):
        assert (hour(MONDAY, UTC), short_time(MONDAY, UTC)) == (named, beside)
        if share is not None:
            assert (percent(80), decimal(2.5)) == (share, number)
        assert decimal(2.0) == "2"


def test_the_change_of_the_clocks_is_told() -> None:
    assert times_are(UTC, [(MONDAY, timedelta(hours=1)), (MONDAY, -timedelta(minutes=30))]) == (
        "Times are in UTC; at 06:00 AM clocks go forward 60 min; at 06:00 AM clocks go back 30 min"
    )
