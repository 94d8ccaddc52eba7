"""What is told of a series comes in its order, also where a mail is held up."""

from datetime import timedelta

from services.errors import TryLater
from services.models.notifications import Notice
from services.models.series import SeriesScope
from tests.services.conftest import Bench
from tests.services.series import DAY, TEN, WEEK, founded, weekly
from tests.services.test_sequence import Scene


def _down(_notice: Notice) -> Exception:
    return TryLater(why="down")


async def test_news_of_a_visit_waits_for_that_of_its_series(bench: Bench) -> None:
    there = await founded(bench)
    scene = Scene(bench, there.asha, there.doctor)
    wanted = there.wanted(weekly(4))
    await there.book(wanted)
    scene.mail.fault = scene.chat.fault = _down
    await scene.tells()
    visits = await there.visits(wanted.id)
    await scene.cancels(visits[2].id, by=there.doctor)
    second = visits[1].slot.start
    assert second == TEN + WEEK
    bench.clock.turn(timedelta(seconds=5))
    changes = bench.clinic.visits.series.changes
    await changes.move(there.doctor, visits[1].id, SeriesScope.REST, second + DAY, was=second)
    bench.clock.turn(timedelta(seconds=5))
    await changes.cancel(there.doctor, visits[1].id, SeriesScope.ALL, was=second + DAY)
    await scene.tells()
    scene.mail.fault = scene.chat.fault = lambda _notice: None
    for _ in range(6):
        await scene.tells(timedelta(minutes=20))
    heard = scene.mail.by("Rao")
    assert heard[0] == "series_booked"
    assert sorted(heard[1:]) == ["cancelled", "series_cancelled", "series_moved"]
    assert heard.index("series_moved") < heard.index("series_cancelled")
