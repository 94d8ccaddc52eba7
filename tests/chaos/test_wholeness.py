"""A series of which a part is missing, two times for one person, and what is held for ever are seen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.models.appointments import AppointmentId
from services.models.notifications import ChannelName, Event, EventKind, Notice
from services.models.people import UserId
from services.models.series import SeriesId
from services.models.slots import Slot, ticks
from services.series.booking import visit_id
from tests.chaos.last_news import Line, contradicting
from tests.chaos.wholeness import (
    never_ending,
    partial_series,
    taken_beside,
    told_of_each,
    two_by_a_swap,
    unlike_promised,
)
from tests.chaos.wishes import SeriesPromise

NINE = datetime(2027, 5, 5, 9, tzinfo=UTC)
HALF, HOUR, WEEK = timedelta(minutes=30), timedelta(hours=1), timedelta(days=7)
THERAPY = SeriesId("therapy")


def visit(number: int, start: datetime, **others: Any) -> dict[str, Any]:
    """Return a visit of a series as it is stored."""
    return {
        "_id": visit_id(THERAPY, number),
        "series_id": THERAPY,
        "doctor_id": "rao",
        "patient_id": "asha",
        "status": "booked",
        "history": [],
        "start": start,
        "end": start + HALF,
        "ticks": ticks(Slot(start, start + HALF)),
        **others,
    }


def series(status: str = "booked", **others: Any) -> dict[str, Any]:
    """Return a series of the visits 1 and 3, as it is stored."""
    return {"_id": THERAPY, "status": status, "numbers": [1, 3], **others}


def test_a_series_is_whole_or_not_at_all() -> None:
    first, last = visit(1, NINE), visit(3, NINE + 2 * WEEK, status="cancelled")
    assert partial_series([series()], [first, last]) == []
    assert partial_series([series("given_up")], []) == []
    held = visit(3, NINE, status="held")
    for wrong in ([first], [first, held], [first, last, visit(2, NINE + WEEK)], []):
        assert len(partial_series([series()], wrong)) == 1
    assert len(partial_series([series("given_up")], [first])) == 1
    assert len(partial_series([series("booking")], [first, last])) == 1
    assert len(partial_series([], [first, last])) == 1


def test_what_is_held_or_begun_comes_to_an_end() -> None:
    held = visit(1, NINE, status="held", held_until=NINE + HALF)
    assert never_ending([series(), series("given_up", unfinished=NINE)], [held, visit(3, NINE)], NINE) == []
    sealed = visit(1, NINE, status="held")
    too_long = visit(3, NINE, status="held", held_until=NINE + 3 * HOUR)
    assert len(never_ending([], [sealed, too_long], NINE)) == 2
    assert never_ending([series("booking", unfinished=NINE)], [], NINE) != []
    assert never_ending([series(change={"id": "1"})], [], NINE) != []


def test_an_appointment_takes_its_own_time_and_no_other() -> None:
    both = [*ticks(Slot(NINE, NINE + HALF)), *ticks(Slot(NINE + HOUR, NINE + HOUR + HALF))]
    gone = visit(1, NINE, status="cancelled")
    del gone["ticks"]
    assert taken_beside([visit(1, NINE), gone]) == []
    wrong = [visit(1, NINE, ticks=both), visit(1, NINE, status="cancelled"), visit(1, NINE, moving_to="x")]
    assert len(taken_beside(wrong)) == len(wrong)


def test_who_has_the_earlier_time_has_the_later_one_no_more() -> None:
    facts = {
        "offers": [{"doctor_id": "rao", "start": NINE}],
        "end": NINE + HALF,
        "instead_of": {"start": NINE + WEEK, "end": NINE + WEEK + HALF},
    }
    event = Event("offer", EventKind.SLOT_OPENED, (UserId("asha"),), facts)
    notices = [Notice(each, event, UserId("asha"), each, None) for each in ChannelName]
    earlier, later = visit(1, NINE), visit(3, NINE + WEEK)
    assert two_by_a_swap(notices, [earlier, {**later, "patient_id": "ben"}]) == (1, [])
    assert two_by_a_swap(notices, [earlier, {**later, "status": "cancelled"}]) == (1, [])
    number, found = two_by_a_swap(notices, [earlier, later])
    assert (number, len(found)) == (1, 1)


def test_a_series_is_stored_as_its_card_was() -> None:
    moved = {"status": "booked", "at": NINE, "from": NINE + 2 * WEEK}
    rows = [
        visit(1, NINE, reason="knee"),
        visit(3, NINE + 3 * WEEK, reason="knee", history=[moved], status="cancelled"),
    ]
    times = ("Wed 5 May 2027, 09:00 AM", "Wed 19 May 2027, 09:00 AM")
    promises = [
        SeriesPromise(1, times, "knee"),
        SeriesPromise(1, times[:1], "knee"),
        SeriesPromise(1, times, "arm"),
    ]
    found = unlike_promised(promises, rows, {1: {"asha"}}, ZoneInfo("UTC"))
    assert [line.partition("otherwise: ")[2] for line in found] == [str(each) for each in promises[1:]]


def test_what_is_told_of_a_series_is_told_of_each_visit() -> None:
    each = [{"appointment_id": "1", "start": NINE}, {"appointment_id": "2", "start": NINE + WEEK}]
    assert told_of_each(EventKind.SERIES_CANCELLED, {"visits": each}) == (EventKind.CANCELLED, each)
    assert told_of_each(EventKind.MOVED, each[0]) == (EventKind.MOVED, each[:1])


def test_last_news_of_a_series_may_be_about_several_visits() -> None:
    first, last = visit(1, NINE), visit(3, NINE + WEEK, status="cancelled")
    subject = frozenset({first["_id"], last["_id"]})

    def lines(kind: EventKind, text: str) -> list[Line]:
        return [
            Line(5, text, kind, AppointmentId(row["_id"]), row["start"], subject) for row in (first, last)
        ]

    told = [*lines(EventKind.BOOKED, "2 booked"), *lines(EventKind.CANCELLED, "rest cancelled")[1:]]
    assert contradicting(told, [first, last], {5: ["2 booked", "rest cancelled"]}) == []
    (found,) = contradicting(told, [first, last], {5: ["rest cancelled", "2 booked"]})
    assert last["_id"] in found
