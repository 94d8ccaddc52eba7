"""What must not be is seen where it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.scenario import _instants
from tests.chaos.verdict import Verdict, _doubles, _promises

NINE = datetime(2027, 5, 5, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
HOUR = timedelta(hours=1)


def row(number: int, start: datetime, doctor: str, patient: str, **others: Any) -> dict[str, Any]:
    """Return a booked appointment as it is stored."""
    times = {"start": start, "end": start + HALF, "booked_at": NINE - 50 * HOUR}
    return {
        "_id": str(number),
        "doctor_id": doctor,
        "patient_id": patient,
        "status": "booked",
        "history": [],
        **times,
        **others,
    }


def test_appointments_that_overlap_are_found_for_doctors_and_for_patients() -> None:
    rows = [
        row(1, NINE, "rao", "asha"),
        row(2, NINE + HALF / 2, "rao", "ben"),
        row(3, NINE, "sen", "asha"),
        row(4, NINE + HALF, "sen", "ben", status="cancelled"),
        row(5, NINE + HALF, "sen", "cleo"),
    ]
    verdict = Verdict()
    _doubles(verdict, rows)
    assert verdict.failures == ["double booking: 1 and 2", "double booking: 1 and 3"]


def test_a_time_that_belonged_to_two_at_one_moment_is_found_though_one_has_let_it_go() -> None:
    since = NINE - 48 * HOUR
    moved = {"status": "booked", "at": since, "from": NINE}
    gone = {"status": "cancelled", "at": since}
    rows = [
        row(1, NINE + HOUR, "rao", "asha", history=[moved]),
        row(2, NINE, "rao", "ben", booked_at=since - HOUR),
        row(3, NINE, "sen", "asha", status="cancelled", history=[gone]),
        row(4, NINE, "sen", "cleo", booked_at=since),
    ]
    verdict = Verdict()
    _promises(verdict, rows)
    assert verdict.failures == ["one time promised to two: 1 and 2"]


def test_few_instants_lie_in_all_windows() -> None:
    windows = [(NINE, NINE + HOUR), (NINE + HALF, NINE + HOUR + HALF), (NINE + 2 * HOUR, NINE + 3 * HOUR)]
    assert _instants(windows) == [NINE + HALF, NINE + 2 * HOUR]
