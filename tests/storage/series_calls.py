"""A call of each method of the stores of series."""

from collections.abc import Awaitable, Callable, Mapping

from services.models.booked_series import Series, SeriesChange, SeriesMove
from services.models.notifications import EventKind
from services.models.people import Author, UserId
from services.models.series import Every, SeriesId, SeriesRule, SeriesStatus
from services.storage.storage import Storage
from tests.storage.conftest import TEN, an_appointment, an_event
from tests.turning import MONDAY

ID = SeriesId("5" * 24)


def series_calls(s: Storage) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Return for each method, by store and name, a call of it."""
    visit, by = an_appointment(8, at=600), Author(UserId("asha"))
    change = SeriesChange(
        "c", MONDAY, by, moves=(SeriesMove(visit.id, visit.version, visit.slot),), decided=False
    )
    series = Series(
        ID,
        SeriesStatus.BOOKING,
        SeriesRule(Every.WEEK, 2),
        "UTC",
        (TEN,),
        (1,),
        visit.doctor_id,
        by,
        MONDAY,
    )
    event = an_event("s", EventKind.SERIES_BOOKED)
    return {
        "series.by_id": lambda: s.series.by_id(ID),
        "series.begin": lambda: s.series.begin(series),
        "series.decide": lambda: s.series.decide(ID, event, MONDAY),
        "series.unfinished": s.series.unfinished,
        "series.begin_change": lambda: s.series.begin_change(ID, change, None),
        "series.decide_change": lambda: s.series.decide_change(ID, change.id, event),
        "series.drop_change": lambda: s.series.drop_change(ID, change.id, decided=True),
        "series.done": lambda: s.series.done(ID, SeriesStatus.BOOKED),
        "series.give_up": lambda: s.series.give_up(ID, MONDAY),
        "series.given_up": lambda: s.series.given_up(MONDAY),
        "series_visits.of": lambda: s.series_visits.of(ID),
        "series_visits.seal": lambda: s.series_visits.seal([visit]),
        "series_visits.book": lambda: s.series_visits.book(ID, by, MONDAY),
        "series_visits.reserve": lambda: s.series_visits.reserve(visit, visit, change.id),
        "series_visits.moving": s.series_visits.moving,
        "series_visits.move": lambda: s.series_visits.move(change.moves[0], change),
        "series_visits.release": lambda: s.series_visits.release(change.id),
        "series_visits.cancel": lambda: s.series_visits.cancel(visit.id, change),
        "series_visits.let_go": lambda: s.series_visits.let_go(ID),
        "series_visits.let_all_go": lambda: s.series_visits.let_all_go(ID),
    }
