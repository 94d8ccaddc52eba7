"""Times of a clinic whose clocks are changed: each free time can be booked as it is shown."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from services.models.people import Role, User
from services.models.scheduling import Hours, Schedule, Weekday
from tests.town import founded
from tests.turning import TurnableClock
from tests.web.conftest import Portal, opened

NIGHT = Schedule(weekly={Weekday.SUNDAY: (Hours(time(0), time(5)),)}, slot_minutes=30)


@pytest.fixture
async def night(
    database_url: str, clock: TurnableClock, tmp_path: Path
) -> AsyncIterator[tuple[Portal, User, User, str]]:
    """A patient in Berlin, and a doctor who works in the nights to Sunday."""
    async with (
        founded(database_url, clock, tmp_path, TIMEZONE="Europe/Berlin") as town,
        opened(town, clock) as portal,
    ):
        rao = await town.account("Rao", "rao@example.org", Role.DOCTOR, "Cardiology")
        await town.storage.schedules.put(rao.id, NIGHT)
        asha = await town.account("Asha", "asha@example.org")
        yield portal, asha, rao, asha.email


@pytest.mark.parametrize(
    ("day", "count", "shown"),
    [
        ("2027-03-28", 8, {"02:00 AM": 0, "02:30 AM": 0, "03:00 AM": 1}),
        ("2027-10-31", 12, {"02:00 AM": 2, "02:30 AM": 2, "03:00 AM": 1}),
        ("2027-11-07", 10, {"12:00 AM": 1, "02:00 AM": 1, "04:30 AM": 1}),
    ],
)
async def test_each_free_time_is_booked_as_it_is_shown(
    night: tuple[Portal, User, User, str], day: str, count: int, shown: dict[str, int]
) -> None:
    portal, asha, rao, email = night
    portal.clock.turn_to(datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=3))
    token = await portal.signs_in(email)
    slots = (await portal.call("GET", f"/doctors/{rao.id}/slots?from={day}&to={day}", token=token)).body
    assert len(slots) == count
    times = [slot["time"] for slot in slots]
    assert {at: times.count(at) for at in shown} == shown
    starts = [slot["start"] for slot in slots]
    booked = [await portal.books(asha, rao, token, slot["time"], date=slot["date"]) for slot in slots]
    assert [answer.status for answer in booked] == [201] * count
    # A time that the clocks show twice is given twice, the earlier one first.
    assert sorted(answer.body["start"] for answer in booked) == sorted(starts)
    assert len({answer.body["start"] for answer in booked}) == count
    for at in shown:
        refused = await portal.books(asha, rao, token, at, date=day)
        assert (refused.status, refused.is_problem) in {(409, True), (422, True)}, at


async def test_the_same_key_books_one_of_two_times_that_are_shown_alike(
    night: tuple[Portal, User, User, str],
) -> None:
    portal, asha, rao, email = night
    portal.clock.turn_to(datetime(2027, 10, 28, tzinfo=UTC))
    token = await portal.signs_in(email)
    bela, others = await portal.account("Bela")
    first = await portal.books(bela, rao, others, "02:30 AM", date="2027-10-31")
    again = [
        await portal.books(asha, rao, token, "02:30 AM", date="2027-10-31", key="once") for _ in range(3)
    ]
    assert [answer.status for answer in again] == [201] * 3
    assert len({answer.body["id"] for answer in again} | {first.body["id"]}) == 2
    assert (first.body["start"], again[0].body["start"]) == (
        "2027-10-31T02:30:00+02:00",
        "2027-10-31T02:30:00+01:00",
    )
    # Then the earlier one is free again, and the key has booked its own all the same.
    await portal.call("DELETE", f"/appointment/{first.body['id']}", token=others)
    once_more = await portal.books(asha, rao, token, "02:30 AM", date="2027-10-31", key="once")
    assert (once_more.status, once_more.body) == (201, again[0].body)
